"""What can go wrong in a folder, in people's words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from syndicate.errors import PublishError

_NO_PERMISSION = "permission is missing; let this user write it and its folder"

_WORDS = {
    errno.ENOSPC: "the disk is full; free some space",
    errno.EDQUOT: "the disk quota is used up; free some space",
    errno.EFBIG: "it is larger than the limit for a file; raise that (ulimit -f)",
    errno.EROFS: "the file system is read-only; make it writable",
    errno.EACCES: _NO_PERMISSION,
    errno.EPERM: _NO_PERMISSION,
    errno.EIO: "the disk reports an error; check the disk",
    errno.EMFILE: "too many files are open; raise the limit (ulimit -n)",
    errno.ENFILE: "too many files are open on this machine; close some",
    errno.EISDIR: "a folder is in the way; move it, or choose another path",
    errno.ENOTDIR: "a file is in the way of its folder; move it, or choose another path",
    errno.EEXIST: "a file is in the way of its folder; move it, or choose another path",
    errno.ENXIO: "it is no ordinary file; move it, or choose another path",
    errno.ELOOP: "its links lead in a circle; mend them",
    errno.ENAMETOOLONG: "its name is too long; choose a shorter one",
    errno.ESTALE: "its file system has gone away; mount it again",
}


@contextmanager
def translated(shown: Path, verb: str) -> Iterator[None]:
    """Whatever the system raises within comes out as a PublishError: `shown` cannot be `verb`."""
    try:
        yield
    except OSError as fault:
        cause = _WORDS.get(fault.errno or 0)
        if cause is None:
            cause = f"{(fault.strerror or str(fault)).lower()}; mend that, and try again"
        raise PublishError(f"{shown}: cannot be {verb}, {cause}") from fault
    except UnicodeError as fault:
        told = "its name cannot be written as UTF-8; choose another path"
        raise PublishError(f"{shown}: cannot be {verb}, {told}") from fault
