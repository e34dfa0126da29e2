"""Files and folders for nobody else's eyes, whatever the umask is."""

from __future__ import annotations

import os
from pathlib import Path


def make_folder(folder: Path) -> None:
    """The folder and what is missing above it, each 0700 and durable. One that is there keeps its mode:
    it may be the site's own. Raises OSError."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not folder.is_dir():
            raise
        return
    folder.chmod(0o700)
    descriptor = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_file(path: Path) -> None:
    """An empty file, 0600, in a folder of its own; one that is there stays as it is. Raises OSError."""
    make_folder(path.parent)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    try:
        os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)
