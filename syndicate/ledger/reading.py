"""Reading the ledger, without the database library: a pass in which nothing changed needs no more than this.

Plain SQL through PEP 249, the same on every database; a test holds it to the schema's columns.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from contextlib import closing
from typing import Any, Protocol

from syndicate.errors import LedgerError
from syndicate.model import Memory, Put, Remembered

# Oldest first. Known here, so that alembic is not asked where nothing is to be upgraded.
REVISIONS = ("0001", "0002")
HEAD = REVISIONS[-1]

ENTRIES = "SELECT id, path, slug, date, url, fingerprint, body_fingerprint, state, title, revision FROM entry"
DOCUMENTS = "SELECT path, url, digest FROM document"
FEED_IDS = "SELECT name, id FROM feed"
GOOD = "SELECT id, fingerprint FROM good"


class Cursor(Protocol):
    def execute(self, operation: str, /) -> object: ...
    def fetchall(self) -> Iterable[Any]: ...
    def close(self) -> object: ...


class Connection(Protocol):
    def cursor(self) -> Cursor: ...


def rows(connection: Connection, statement: str) -> list[tuple[Any, ...]]:
    with closing(connection.cursor()) as cursor:
        cursor.execute(statement)
        return [tuple(row) for row in cursor.fetchall()]


def unpacked(raw: bytes) -> bytes:
    """A good version as it was. Raises LedgerError where it is damaged."""
    try:
        return zlib.decompress(raw)
    except zlib.error as fault:
        raise LedgerError(f"ledger: a good version in it is damaged ({fault}); restore a backup") from None


def read(connection: Connection) -> Memory:
    """All that is remembered, as `Ledger.memory` promises it; of one instant by the caller's transaction."""
    # Sorted here: databases do not agree on how text is ordered.
    return Memory(
        entries=tuple(Remembered(*row) for row in sorted(rows(connection, ENTRIES))),
        documents=tuple(Put(*row) for row in sorted(rows(connection, DOCUMENTS))),
        feed_ids=tuple((name, id_) for name, id_ in sorted(rows(connection, FEED_IDS))),
        good=tuple((id_, fingerprint) for id_, fingerprint in sorted(rows(connection, GOOD))),
    )
