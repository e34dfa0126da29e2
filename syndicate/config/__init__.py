"""Settings text → a frozen `Config`; the only reader of settings (specification, section 3).

    TOML text ─► what is not built yet is refused ─► env: and file: ─► shapes ─► conflicts ─► Config

The room promises: it touches nothing (variables and files come in as arguments), it reports every fault at
once, one sentence each with its line, and no value that came from `env:` or `file:` stands in a sentence,
nor what a webhook has for its URL or secret.
pydantic is imported by the first `parse`, not by importing the room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from syndicate.config.settings import (
    Config,
    GuardSettings,
    OutputSettings,
    PostSettings,
    PushSettings,
    ScheduleSettings,
    ServerSettings,
)

__all__ = [
    "Config",
    "GuardSettings",
    "OutputSettings",
    "PostSettings",
    "PushSettings",
    "ScheduleSettings",
    "ServerSettings",
    "parse",
]


def parse(
    text: str,
    *,
    name: str,
    root: Path,
    environ: Mapping[str, str],
    read_file: Callable[[Path], str],
    importable: Callable[[str], bool] | None = None,
    looking: bool = False,
) -> Config:
    """The settings that `text`, a TOML document, asks for (specification, section 3).

    `name` is how the file is called in sentences, `root` the absolute path of its folder: relative paths
    start there. `environ` answers `env:NAME`; `read_file` answers `file:PATH`, is given an absolute path and
    may raise OSError or ValueError. `importable` tells whether a module of an extra is installed; by default
    Python is asked. With `looking`, for commands that send nothing, a webhook's URL or secret that stands elsewhere
    need not be there: something else stands in for it.

    Raises ConfigError with one sentence for each fault, in the order of their lines.
    """
    # Here, as it brings pydantic.
    from syndicate.config.reader import read

    return read(
        text,
        name=name,
        root=root,
        environ=environ,
        read_file=read_file,
        importable=importable,
        looking=looking,
    )
