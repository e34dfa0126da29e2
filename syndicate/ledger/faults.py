"""What can go wrong with the ledger's file, in people's words."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from syndicate.errors import LedgerError

DAMAGED = (
    "is damaged ({detail}); restore it from a backup, or move it away and the next build makes a new one"
)
NO_SPACE = "cannot be written, the disk is full; free some space"
READ_ONLY = "cannot be written, it or its folder is read-only; make both writable"
NO_PERMISSION = "cannot be used, permission is missing; let this user read and write it and its folder"

_SYSTEM = {
    errno.ENOSPC: NO_SPACE,
    errno.EDQUOT: "cannot be written, the disk quota is used up; free some space",
    errno.EROFS: READ_ONLY,
    errno.EACCES: NO_PERMISSION,
    errno.EPERM: NO_PERMISSION,
    errno.ENOENT: "is missing; the next build makes a new one",
    errno.EISDIR: "is a folder; move it away, or name another file",
    errno.EEXIST: "cannot be made, a file is in the way of its folder; move that away, or name another file",
    errno.ENOTDIR: "cannot be made, a file is in the way of its folder; move that away, or name another file",
    errno.EMFILE: "cannot be opened, too many files are open; raise the limit (ulimit -n)",
    errno.ENFILE: "cannot be opened, too many files are open on this machine; close some",
    errno.ENAMETOOLONG: "cannot be made, its name is too long; choose a shorter one",
    errno.ELOOP: "cannot be reached, its links lead in a circle; mend them",
    errno.ENOLCK: "cannot be locked on this file system; keep it on a local disk",
    errno.EIO: "cannot be read or written, the disk reports an error; check the disk",
}


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Whatever the system or the database raises within comes out as a LedgerError that names `path`."""
    try:
        yield
    except OSError as fault:
        raise LedgerError(f"ledger {path}: {_of_system(fault)}") from fault
    except sqlite3.Error as fault:
        raise LedgerError(f"ledger {path}: {_of_database(path, fault)}") from fault
    except UnicodeError as fault:
        told = "cannot hold a name that is not UTF-8; rename the file of that post"
        raise LedgerError(f"ledger {path}: {told}") from fault


def _of_system(fault: OSError) -> str:
    cause = (fault.strerror or str(fault)).lower()
    return _SYSTEM.get(fault.errno or 0, f"cannot be used ({cause}); mend that, and try again")


def _of_database(path: Path, fault: sqlite3.Error) -> str:  # noqa: PLR0911 — a table of causes
    name: str = getattr(fault, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "is locked by another program; wait until that ends, or close it"
    if name == "SQLITE_FULL":
        return NO_SPACE
    if name == "SQLITE_READONLY_ROLLBACK":
        return "was left in the middle of a write; run `syndicate build`, which mends it"
    if name.startswith("SQLITE_READONLY"):
        return READ_ONLY
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return _unopened(path)
    if name.startswith("SQLITE_IOERR"):
        return f"cannot be read or written, the disk reports an error ({name}); check it and its free space"
    if name == "SQLITE_NOMEM":
        return "cannot be read, memory is short; close other programs"
    return DAMAGED.format(detail=fault)


def _unopened(path: Path) -> str:
    """SQLite does not say why. Looked at without opening it: closing would drop this process's locks."""
    try:
        mode = path.stat().st_mode
    except OSError as fault:
        return _of_system(fault)
    if stat.S_ISDIR(mode):
        return _SYSTEM[errno.EISDIR]
    if not os.access(path, os.R_OK | os.W_OK) or not os.access(path.parent, os.W_OK | os.X_OK):
        return NO_PERMISSION
    return "cannot be opened; let its folder be written, and raise the limit of open files (ulimit -n)"
