"""Who is at work on a ledger: a lock of the kernel, which a death frees.

What the lock file says is only for the message; nobody trusts a process number.
"""

from __future__ import annotations

import fcntl
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from syndicate.errors import BusyError
from syndicate.ledger.faults import translated
from syndicate.ledger.private import make_folder

_held: set[int] = set()


@contextmanager
def hold(path: Path, *, command: str = "syndicate") -> Iterator[None]:
    """The lock of the ledger at `path` (specification, section 2, locks), for the time of the `with`.

    `command` is what another instance is told about this one, such as `syndicate build`; it holds no secret.
    Raises BusyError at once when another instance has it, LedgerError when it cannot be taken.
    """
    with translated(path):
        descriptor = _open(path)
    try:
        with translated(path):
            _take(descriptor, path, command)
        _held.add(descriptor)
        try:
            yield
        finally:
            _held.discard(descriptor)
            _write(descriptor, b"")
    finally:
        os.close(descriptor)


def holder(path: Path) -> str:
    """The command that is at work on the ledger at `path`, empty where none seems to be. It neither waits nor takes
    the lock: what is read is what the holder wrote, if its process is still there."""
    try:
        said = json.loads(path.with_name(path.name + ".lock").read_bytes())
        if said["host"] == platform.node():
            os.kill(said["pid"], 0)
        return str(said["command"])
    except PermissionError:
        return str(said["command"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _open(path: Path) -> int:
    make_folder(path.parent)
    # The file stays when the lock is given back: to remove it would let two hold two files of one name.
    descriptor = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    # Another user's file may be lockable and not ours to change.
    with suppress(PermissionError):
        os.fchmod(descriptor, 0o600)
    return descriptor


def _take(descriptor: int, path: Path, command: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BusyError(_busy(descriptor, path)) from None
    holder = {"pid": os.getpid(), "host": platform.node(), "command": command}
    _write(descriptor, json.dumps(holder).encode())


def _write(descriptor: int, text: bytes) -> None:
    # A courtesy: a full disk must not keep anybody from a lock that the kernel has given.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text, 0)


def _busy(descriptor: int, path: Path) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        who = f"process {holder['pid']:d} ({holder['command']})"
        if holder["host"] != platform.node():
            who += f" on {holder['host']}"
    except (OSError, ValueError, KeyError, TypeError):
        who = "another process"
    return f"ledger: {who} is at work on {path}; wait until it ends, or stop it"


def _let_go_in_child() -> None:
    # A forked worker shares the lock, and would keep it after its parent's death.
    while _held:
        with suppress(OSError):
            os.close(_held.pop())


os.register_at_fork(after_in_child=_let_go_in_child)
