"""The sample site of this repository, built into a folder of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from sites import Site

REPOSITORY = Path(__file__).resolve().parents[2]


def sample_site(folder: Path) -> Site:
    """A copy of config.toml and posts/, not yet built."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(REPOSITORY / "config.toml", folder)
    shutil.copytree(REPOSITORY / "posts", folder / "posts")
    return Site(folder)
