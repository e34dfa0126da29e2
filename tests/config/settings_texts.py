"""How the tests of this room read settings: a root that is on no disk, an environment and files by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from syndicate.config import Config, parse
from syndicate.errors import ConfigError

ROOT = Path("/sites/notes")
SMALLEST = '[site]\ntitle = "Field notes"\nurl = "https://example.org/"\n'


def read(
    text: str,
    *,
    environ: Mapping[str, str] | None = None,
    files: Mapping[str, str | Exception] | None = None,
    extras: bool = False,
) -> Config:
    """The settings of `text`. `files` are those below ROOT; an exception is raised instead of being read."""

    def read_file(path: Path) -> str:
        found = (files or {}).get(str(path).removeprefix(f"{ROOT}/"))
        if isinstance(found, Exception):
            raise found
        if found is None:
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return found

    return parse(
        text,
        name="config.toml",
        root=ROOT,
        environ={"HOME": "/home/hale", **(environ or {})},
        read_file=read_file,
        importable=lambda module: extras,
    )


def sentences(
    text: str,
    *,
    environ: Mapping[str, str] | None = None,
    files: Mapping[str, str | Exception] | None = None,
    extras: bool = False,
) -> list[str]:
    """What the text is refused for, without `config.toml:`."""
    with pytest.raises(ConfigError) as caught:
        read(text, environ=environ, files=files, extras=extras)
    assert caught.value.lines, "refused without a word"
    assert all(line.startswith("config.toml:") for line in caught.value.lines)
    return [line.removeprefix("config.toml:") for line in caught.value.lines]
