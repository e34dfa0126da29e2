"""What the other rooms are told: checked, complete, absolute."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from syndicate.errors import Problem
from syndicate.model import Definition, Destination, Site


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
    codings out of `gzip`, `br` and `zstd`; `pages` asks for a page for people beside each feed, `entry_pages` for one
    at each entry's own URL, `headers` for a file of rules for static hosts."""

    path: Path
    url: str
    precompress: tuple[str, ...]
    pages: bool = True
    entry_pages: bool = False
    headers: bool = False


@dataclass(frozen=True, slots=True)
class PushSettings:
    """How to tell. `hubs` are absolute URLs, as they were written; `timeout` is of one attempt in all, and
    `first_retry` the wait that doubles, both in seconds; a delivery is dead after `max_attempts`."""

    hubs: tuple[str, ...]
    wait_until_live: bool
    timeout: float
    first_retry: float
    max_attempts: int


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """When `run` makes a pass. Either `every` is a number of seconds, or `cron` five fields in the site's time
    zone, and the other None or empty. `watch` asks for a pass when a file changes besides, once nothing has changed
    for `settle` seconds."""

    every: float | None
    cron: str
    watch: bool
    settle: float


@dataclass(frozen=True, slots=True)
class GuardSettings:
    """What holds a pass: `withdraw` is the share of published entries that it may withdraw, `announce` how many
    new posts it may publish."""

    withdraw: float
    announce: int


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where `serve` listens (`host` empty for all addresses), whether it shows figures, for how many seconds readers
    may keep a document, and the proxies whose word about a client's address is taken."""

    host: str
    port: int
    metrics: bool
    max_age: int
    trusted_proxies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of one site. `root` is the absolute folder of the settings file, `ledger` the absolute
    path of the SQLite file; `destinations` are hubs, known by their URLs, then webhooks; `warnings` are what
    works and should be mended all the same."""

    root: Path
    site: Site
    posts: PostSettings
    output: OutputSettings
    feeds: tuple[Definition, ...]
    push: PushSettings
    destinations: tuple[Destination, ...]
    schedule: ScheduleSettings
    guard: GuardSettings
    server: ServerSettings
    ledger: Path
    warnings: tuple[Problem, ...] = ()
