"""What the other rooms are told: checked, complete, absolute."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from syndicate.model import Definition, Site


@dataclass(frozen=True, slots=True)
class PostSettings:
    """Where posts are and how their URLs look. `paths` are absolute folders, none inside another;
    `permalink` starts with `/` and holds `{slug}`."""

    paths: tuple[Path, ...]
    permalink: str
    drafts: bool


@dataclass(frozen=True, slots=True)
class OutputSettings:
    """Where documents go. `path` is an absolute folder, `url` its URL and ends in `/`; `precompress` names
    codings out of `gzip`, `br` and `zstd`."""

    path: Path
    url: str
    precompress: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of one site. `root` is the absolute folder of the settings file, `ledger` the absolute
    path of the SQLite file; `hubs` are absolute URLs, as they were written; `guard` is the share of published
    entries that a pass may withdraw."""

    root: Path
    site: Site
    posts: PostSettings
    output: OutputSettings
    feeds: tuple[Definition, ...]
    hubs: tuple[str, ...]
    guard: float
    ledger: Path
