"""The ledger in one file: SQLite.

Rollback journal and `synchronous=FULL`: they survive a power cut, and no second file must be backed up
with the first. SQLite before 3.51.3 can damage a write-ahead log that two programs check in at once.
"""

from __future__ import annotations

import errno
import sqlite3
import stat
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Literal

from syndicate.errors import LedgerError
from syndicate.ledger import Ledger
from syndicate.ledger.faults import DAMAGED, translated
from syndicate.ledger.private import make_file
from syndicate.ledger.reading import HEAD, REVISIONS, read, rows, unpacked
from syndicate.model import Good, Memory, Put, Remembered

# Longer than a backup or a forgotten shell usually holds the file.
PATIENCE = 30.0

STRAY_STATES = "SELECT 1 FROM entry WHERE state NOT IN ('known', 'published', 'withdrawn') LIMIT 1"


def open_ledger(path: Path, *, create: bool = True, patience: float = PATIENCE) -> Ledger:
    """The ledger at `path`: made where it is missing (folder 0700, file 0600), led to the newest
    revision where it is older. Whoever opens it so holds the lock.

    With `create` false it is for looking, as a dry run does: nothing is made or upgraded on the disk, a
    file that is missing reads as an empty memory, and `remember` and `announce` leave everything as it is.
    `patience` is how many seconds to wait for another program that has the file locked.

    Raises LedgerError: unreadable, damaged, locked, no ledger at all, or of a newer version.
    """
    with translated(path):
        if not create:
            return _look(path, patience)
        make_file(path)
        ledger = SqliteLedger(path, patience)
        with closing(connect(path, patience)) as connection:
            revision = _revision(path, connection)
        if revision != HEAD:
            from syndicate.ledger import migrate, writing

            migrate.upgrade(writing.engine_on(lambda: connect(path, patience)))
        return ledger


def connect(path: Path, patience: float, mode: Literal["ro", "rw"] = "rw") -> sqlite3.Connection:
    """A connection whose transactions are begun by hand. Never makes the file. Raises sqlite3.Error."""
    address = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None)
    try:
        for pragma in ("journal_mode = DELETE", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


class SqliteLedger:
    """Opens the file anew for each transaction."""

    def __init__(self, path: Path, patience: float) -> None:
        self._path = path
        self._patience = patience

    def memory(self) -> Memory:
        with translated(self._path), closing(self._connect()) as connection:
            connection.execute("BEGIN")
            return read(connection)

    def remember(self, entries: Sequence[Remembered], feed_ids: Sequence[tuple[str, str]]) -> None:
        from syndicate.ledger import writing

        with translated(self._path), writing.writing(writing.engine_on(self._connect)) as connection:
            writing.remember(connection, entries, feed_ids)

    def announce(
        self,
        published: Sequence[Remembered],
        withdrawn: Sequence[str],
        documents: Sequence[Put],
        removed: Sequence[str],
        *,
        good: Sequence[Good] = (),
        stale: Sequence[str] = (),
    ) -> None:
        from syndicate.ledger import writing

        with translated(self._path), writing.writing(writing.engine_on(self._connect)) as connection:
            writing.announce(connection, published, withdrawn, documents, removed, good=good, stale=stale)

    def good_versions(self, ids: Sequence[str]) -> dict[str, bytes]:
        from syndicate.ledger import writing

        with translated(self._path), writing.writing(writing.engine_on(self._connect)) as connection:
            return writing.good_versions(connection, ids)

    def _connect(self) -> sqlite3.Connection:
        return connect(self._path, self._patience)


class View:
    """What was remembered at one instant, for a dry run: it reads, and leaves everything as it is."""

    def __init__(self, memory: Memory, good: dict[str, bytes] | None = None) -> None:
        self._memory, self._good = memory, good or {}

    def memory(self) -> Memory:
        return self._memory

    def remember(self, entries: Sequence[Remembered], feed_ids: Sequence[tuple[str, str]]) -> None:
        pass

    def announce(
        self,
        published: Sequence[Remembered],
        withdrawn: Sequence[str],
        documents: Sequence[Put],
        removed: Sequence[str],
        *,
        good: Sequence[Good] = (),
        stale: Sequence[str] = (),
    ) -> None:
        pass

    def good_versions(self, ids: Sequence[str]) -> dict[str, bytes]:
        return {id_: self._good[id_] for id_ in ids if id_ in self._good}


def _look(path: Path, patience: float) -> View:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return View(Memory())
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    with closing(connect(path, patience, "ro")) as connection:
        connection.execute("BEGIN")
        if _revision(path, connection) == HEAD:
            return _view(connection)
        with closing(_upgraded_copy(connection)) as copy:
            return _view(copy)


def _view(connection: sqlite3.Connection) -> View:
    good = {id_: unpacked(raw) for id_, raw in rows(connection, "SELECT id, raw FROM good")}
    return View(read(connection), good)


def _upgraded_copy(connection: sqlite3.Connection) -> sqlite3.Connection:
    """An older ledger, in memory, as the next build would leave it."""
    from sqlalchemy.pool import StaticPool

    from syndicate.ledger import migrate, writing

    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.backup(copy)
        migrate.upgrade(writing.engine_on(lambda: copy, StaticPool))
    except BaseException:
        copy.close()
        raise
    return copy


def _revision(path: Path, connection: sqlite3.Connection) -> str:
    """The revision of a sound ledger, empty for one that has not been begun."""
    tables = {name for (name,) in rows(connection, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return ""
    if not {"alembic_version", "entry"} <= tables:
        raise LedgerError(f"ledger {path}: is a database of another program; name another file")
    revisions = {number for (number,) in rows(connection, "SELECT version_num FROM alembic_version")}
    if not revisions <= set(REVISIONS):
        raise LedgerError(f"ledger {path}: was written by a newer version of syndicate; upgrade it")
    [[verdict]] = rows(connection, "PRAGMA integrity_check(1)")
    # To look, SQLite leaves the constraints out of its check.
    if rows(connection, STRAY_STATES):
        verdict = "CHECK constraint failed in entry"
    if verdict != "ok" or len(revisions) != 1:
        raise LedgerError(f"ledger {path}: {DAMAGED.format(detail=verdict)}")
    [revision] = revisions
    return str(revision)
