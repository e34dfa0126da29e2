"""The ledger in one file: SQLite.

Rollback journal and `synchronous=FULL`: they survive a power cut, and no second file must be backed up
with the first. SQLite before 3.51.3 can damage a write-ahead log that two programs check in at once.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from syndicate.errors import LedgerError
from syndicate.ledger import Books
from syndicate.ledger.faults import DAMAGED, translated
from syndicate.ledger.private import make_file
from syndicate.ledger.reading import HEAD, REVISIONS, read, rows
from syndicate.model import (
    Announcement,
    Attempt,
    Crumb,
    Delivery,
    Good,
    Memory,
    Put,
    Remembered,
    Standing,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Longer than a backup or a forgotten shell usually holds the file.
PATIENCE = 30.0

STRAY_STATES = "SELECT 1 FROM entry WHERE state NOT IN ('known', 'published', 'withdrawn') LIMIT 1"


def open_ledger(path: Path, *, create: bool = True, patience: float = PATIENCE) -> Books:
    """The ledger at `path`: made where it is missing (folder 0700, file 0600), led to the newest
    revision where it is older. Whoever opens it so holds the lock.

    With `create` false it is for looking, as a dry run does: nothing is made or upgraded on the disk, a
    file that is missing reads as an empty memory, and `remember` and `announce` leave everything as it is.
    `patience` is how many seconds to wait for another program that has the file locked.

    Raises LedgerError: unreadable, damaged, locked, no ledger at all, or of a newer version.
    """
    with translated(path):
        if not create:
            from syndicate.ledger.looking import look

            return look(path, patience)
        make_file(path)
        ledger = SqliteLedger(path, patience)
        with closing(connect(path, patience)) as connection:
            found = revision(path, connection)
        if found != HEAD:
            from syndicate.ledger import migrate, writing

            if found:
                _keep(path, found, patience)
            migrate.upgrade(writing.engine_on(lambda: connect(path, patience)))
        return ledger


def _keep(path: Path, older: str, patience: float) -> None:
    """A copy of an older ledger beside it, before it is upgraded; one that is there is the first, and stays."""
    kept = path.with_name(f"{path.name}.{older}")
    if kept.exists():
        return
    new = kept.with_name(kept.name + ".new")
    make_file(new)
    with closing(connect(path, patience)) as connection, closing(sqlite3.connect(new)) as copy:
        connection.backup(copy)
    descriptor = os.open(new, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    new.replace(kept)


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


# To read while another program writes, a transaction must not ask for the right to write.
READ = "BEGIN"


class Reader:
    """What is read from a ledger in one file. `begin` is how transactions that may write are begun."""

    def __init__(self, path: Path, connect: Callable[[], sqlite3.Connection], begin: str) -> None:
        self._path, self._connect, self._begin = path, connect, begin

    def memory(self) -> Memory:
        with translated(self._path), closing(self._connect()) as connection:
            connection.execute("BEGIN")
            return read(connection)

    def good_versions(self, ids: Sequence[str]) -> dict[str, bytes]:
        from syndicate.ledger import writing

        with self._transaction(READ) as connection:
            return writing.good_versions(connection, ids)

    def due(self, destination: str, now: datetime, horizon: datetime) -> Delivery | None:
        from syndicate.ledger import outbox

        with self._transaction(READ) as connection:
            return outbox.due(connection, destination, now, horizon)

    def next_due(self, destinations: Collection[str] | None = None) -> datetime | None:
        from syndicate.ledger import outbox

        with self._transaction(READ) as connection:
            return outbox.next_due(connection, destinations)

    def dead(self) -> tuple[Delivery, ...]:
        from syndicate.ledger import outbox

        with self._transaction(READ) as connection:
            return outbox.dead(connection)

    def standings(self) -> tuple[Standing, ...]:
        from syndicate.ledger import chronicle

        with self._transaction(READ) as connection:
            return chronicle.standings(connection)

    def crumbs(self, limit: int = 0, entries: Sequence[str] | None = None) -> tuple[Crumb, ...]:
        from syndicate.ledger import chronicle

        with self._transaction(READ) as connection:
            return chronicle.crumbs(connection, limit, entries)

    @contextmanager
    def _transaction(self, begin: str = "") -> Iterator[Connection]:
        from syndicate.ledger import writing

        engine = writing.engine_on(self._connect, begin=begin or self._begin)
        with translated(self._path), writing.writing(engine) as connection:
            yield connection


class SqliteLedger(Reader):
    """Opens the file anew for each transaction."""

    def __init__(self, path: Path, patience: float) -> None:
        super().__init__(path, lambda: connect(path, patience), "BEGIN IMMEDIATE")

    def remember(
        self,
        entries: Sequence[Remembered],
        feed_ids: Sequence[tuple[str, str]],
        claims: Sequence[Put] = (),
    ) -> None:
        from syndicate.ledger import writing

        with self._transaction() as connection:
            writing.remember(connection, entries, feed_ids, claims)

    def announce(
        self,
        published: Sequence[Remembered],
        withdrawn: Sequence[str],
        documents: Sequence[Put],
        removed: Sequence[str],
        *,
        good: Sequence[Good] = (),
        stale: Sequence[str] = (),
        told: Announcement | None = None,
    ) -> None:
        from syndicate.ledger import outbox, writing

        with self._transaction() as connection:
            writing.announce(connection, published, withdrawn, documents, removed, good=good, stale=stale)
            if told:
                outbox.queue(connection, told)

    def begin(self, delivery: Delivery) -> None:
        from syndicate.ledger import outbox

        with self._transaction() as connection:
            outbox.begin(connection, delivery)

    def settle(self, delivery: Delivery, attempt: Attempt) -> None:
        from syndicate.ledger import outbox

        with self._transaction() as connection:
            outbox.settle(connection, delivery, attempt)

    def postpone(self, delivery: Delivery) -> None:
        from syndicate.ledger import outbox

        with self._transaction() as connection:
            outbox.postpone(connection, delivery)

    def close(self, destination: str, digest: str, at: datetime, reason: str) -> None:
        from syndicate.ledger import outbox

        with self._transaction() as connection:
            outbox.close(connection, destination, digest, at, reason)

    def reconcile(self, destinations: Mapping[str, str], before: datetime) -> list[tuple[str, int]]:
        from syndicate.ledger import outbox

        with self._transaction() as connection:
            return outbox.reconcile(connection, destinations, before)

    def retry(self, ids: Sequence[str] | None, now: datetime) -> tuple[Delivery, ...]:
        from syndicate.ledger import outbox

        with self._transaction() as connection:
            return outbox.retry(connection, ids, now)


def revision(path: Path, connection: sqlite3.Connection) -> str:
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
