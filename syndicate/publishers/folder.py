"""A folder on a disk.

How a document is put, and why in this order:

    sweep      what a killed writer left in the folder
    claim      a hidden file in the same folder: a rename works within one file system only
    write      all of it, mode 0644, for a web server is another user
    fsync      the bytes, before a name leads to them: a power cut may keep a rename and lose the bytes
    rename     the one instant at which readers change from old to new
    fsync      the folder: the name itself

A fault at any step before the rename leaves the old document. A failed fsync is never tried again on that
file: the kernel may have dropped the bytes, and would call the second one a success.

A fault or a death after the rename leaves the new document under a name that a power cut may still take away,
and nothing in its bytes shows that. So it comes with a mark, its sticky bit, which means nothing for a file and
is taken off after the last fsync: what bears it counts as not there, and is put again.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from syndicate.errors import PublishError
from syndicate.model import Document
from syndicate.publishers.faults import translated

_MODE, _UNFINISHED = 0o644, stat.S_ISVTX
_TEMPORARY = re.compile(r"\.syndicate-\d+\.tmp")


class Folder:
    """A place below `root`, which need not exist yet. Links on the way to it are followed once, here: make a
    new one for each pass. Links below it are followed as long as they stay below it."""

    def __init__(self, root: Path) -> None:
        self._shown = root
        self._root = Path(os.path.realpath(root))
        self._swept: set[Path] = set()

    def digest(self, path: str) -> str | None:
        with translated(self._shown / path, "read"):
            try:
                # A pipe that somebody put there must not be waited for.
                descriptor = os.open(self._target(path), os.O_RDONLY | os.O_NONBLOCK)
            except (FileNotFoundError, NotADirectoryError):
                return None
            with open(descriptor, "rb") as file:  # noqa: PTH123 — a descriptor, no path
                mode = os.fstat(descriptor).st_mode
                if not stat.S_ISREG(mode):
                    raise OSError(errno.EISDIR if stat.S_ISDIR(mode) else errno.ENXIO, "no file")
                if mode & _UNFINISHED:
                    return None
                return hashlib.file_digest(file, "sha256").hexdigest()

    def put(self, document: Document) -> None:
        with translated(self._shown / document.path, "written"):
            target = self._target(document.path)
            _grow(target.parent)
            self._sweep(target.parent)
            with _temporary(target.parent) as (descriptor, temporary):
                _write(descriptor, document.body)
                os.fchmod(descriptor, _MODE)
                # Where a file system has no such bit, a build that dies within the next steps is not told from a
                # whole one.
                with suppress(OSError):
                    os.fchmod(descriptor, _MODE | _UNFINISHED)
                os.fsync(descriptor)
                temporary.replace(target)
                _sync(target.parent)
                os.fchmod(descriptor, _MODE)

    def remove(self, path: str) -> None:
        with translated(self._shown / path, "removed"):
            target = self._target(path)
            try:
                mode = target.lstat().st_mode
                if not stat.S_ISREG(mode):
                    raise OSError(errno.EISDIR if stat.S_ISDIR(mode) else errno.ENXIO, "no file")
                target.unlink()
            except (FileNotFoundError, NotADirectoryError):
                pass
            # Though nothing was there: the one who unlinked it may have been killed before this.
            with suppress(FileNotFoundError, NotADirectoryError):
                _sync(target.parent)

    def _target(self, path: str) -> Path:
        parts = path.split("/")
        if "\0" in path or any(part in ("", ".", "..") for part in parts):
            told = "is no path below the output folder; choose one without '.', '..' and doubled slashes"
            raise PublishError(f"{path!r}: {told}")
        parent = Path(os.path.realpath(self._root.joinpath(*parts[:-1])))
        if not parent.is_relative_to(self._root):
            told = f"its folder is a link that leads out of {self._shown}; remove the link"
            raise PublishError(f"{self._shown / path}: {told}")
        return parent / parts[-1]

    def _sweep(self, folder: Path) -> None:
        """Remove what killed writers left. One that is alive has its file locked."""
        if folder in self._swept:
            return
        self._swept.add(folder)
        for left in [path for path in folder.iterdir() if _TEMPORARY.fullmatch(path.name)]:
            # What cannot be swept is in nobody's way.
            with suppress(OSError), _opened(left, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK) as descriptor:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(descriptor), left.lstat()):
                    left.unlink()


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    descriptor = os.open(path, flags)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _temporary(folder: Path) -> Iterator[tuple[int, Path]]:
    """A new file in `folder`, open and locked; it is gone afterwards, unless it was renamed."""
    descriptor, path = _claim(folder)
    try:
        # Where the file system has no locks, another site that puts into this same folder may
        # sweep the file away; then this put fails, and the next pass repeats it.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor, path
    except BaseException:
        with suppress(OSError):
            # Once it is renamed, its name may be that of another writer's file.
            if os.path.samestat(os.fstat(descriptor), path.lstat()):
                path.unlink()
        raise
    finally:
        os.close(descriptor)


def _claim(folder: Path) -> tuple[int, Path]:
    # Short, whatever the document is called: its own name may be as long as a name can be.
    number = 0
    while True:
        path = folder / f".syndicate-{number}.tmp"
        try:
            return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), path
        except FileExistsError:
            number += 1


def _write(descriptor: int, body: bytes) -> None:
    rest = memoryview(body)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _grow(folder: Path) -> None:
    """The folder and what is missing above it, each 0755 whatever the umask, and durable."""
    if folder.is_dir():
        return
    _grow(folder.parent)
    try:
        folder.mkdir(mode=0o755)
    except FileExistsError:
        if not folder.is_dir():
            raise
        return
    try:
        folder.chmod(0o755)
        _sync(folder.parent)
    except OSError:
        # Else the next put would find it there, and trust its name.
        with suppress(OSError):
            folder.rmdir()
        raise


def _sync(folder: Path) -> None:
    with _opened(folder, os.O_RDONLY | os.O_DIRECTORY) as descriptor:
        try:
            os.fsync(descriptor)
        except OSError as fault:
            # Some network file systems cannot sync a folder, and keep names safe without being asked.
            if fault.errno not in (errno.EINVAL, errno.ENOTSUP):
                raise
