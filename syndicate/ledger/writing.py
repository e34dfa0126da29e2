"""The two writes, in SQLAlchemy Core, each in one transaction. SQLite writes no page whose rows stay equal."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    bindparam,
    case,
    create_engine,
    event,
    select,
)
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool, Pool

from syndicate.errors import LedgerError
from syndicate.ledger.reading import unpacked
from syndicate.ledger.schema import DOCUMENT, ENTRY, FEED, GOOD
from syndicate.model import Good, Put, Remembered

FOUND_BY = ("path", "slug", "body_fingerprint")
SEEN = ("date", "url", "fingerprint", "title", "revision")


def engine_on(
    connect: Callable[[], Any], pool: type[Pool] = NullPool, *, begin: str = "BEGIN IMMEDIATE"
) -> Engine:
    """An engine whose connections come from `connect`, which leaves transactions to it; `begin` begins them.

    No connection is kept between two transactions: a kept one would go on writing into a file that
    has been deleted or restored from a backup meanwhile.
    """
    engine = create_engine("sqlite://", creator=connect, poolclass=pool)

    # The driver's own would begin before a write and not before a read: what was read could be old by then.
    @event.listens_for(engine, "begin")
    def begins(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction. Raises the database's own exceptions, without the library's wrapping, and
    LedgerError where the library has one of its own."""
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as fault:
        orig = getattr(fault, "orig", None)
        if isinstance(orig, Exception):
            raise orig from None
        raise LedgerError(f"ledger: cannot be written ({fault}); install syndicate anew") from fault


def remember(
    connection: Connection,
    entries: Sequence[Remembered],
    feed_ids: Sequence[tuple[str, str]],
    claims: Sequence[Put] = (),
) -> None:
    statement = insert(ENTRY)
    new = statement.excluded
    public = ENTRY.c.state != "known"
    found: dict[str, ColumnElement[str]] = {name: new[name] for name in FOUND_BY}
    seen = {name: case((public, ENTRY.c[name]), else_=new[name]) for name in SEEN}
    _each(
        connection,
        statement.on_conflict_do_update(index_elements=[ENTRY.c.id], set_=found | seen),
        [asdict(one) | {"state": "known"} for one in entries],
    )
    _each(
        connection,
        insert(FEED).on_conflict_do_nothing(),
        [{"name": name, "id": id_} for name, id_ in feed_ids],
    )
    _each(connection, insert(DOCUMENT).on_conflict_do_nothing(), [asdict(one) for one in claims])


def announce(
    connection: Connection,
    published: Sequence[Remembered],
    withdrawn: Sequence[str],
    documents: Sequence[Put],
    removed: Sequence[str],
    *,
    good: Sequence[Good] = (),
    stale: Sequence[str] = (),
) -> None:
    gone = ENTRY.update().where(ENTRY.c.id == bindparam("gone"))
    _each(connection, gone.values(state="withdrawn"), [{"gone": id_} for id_ in withdrawn])
    _each(connection, _whole(insert(ENTRY)), [asdict(one) | {"state": "published"} for one in published])
    taken = DOCUMENT.delete().where(DOCUMENT.c.path == bindparam("gone"))
    _each(connection, taken, [{"gone": path} for path in removed])
    _each(connection, _whole(insert(DOCUMENT)), [asdict(one) for one in documents])
    dropped = GOOD.delete().where(GOOD.c.id == bindparam("gone"))
    _each(connection, dropped, [{"gone": id_} for id_ in stale])
    _each(connection, _whole(insert(GOOD)), [asdict(one) | {"raw": zlib.compress(one.raw)} for one in good])


def good_versions(connection: Connection, ids: Sequence[str]) -> dict[str, bytes]:
    """The bytes of those of `ids` that have a good version."""
    found = {}
    for id_ in ids:
        raw = connection.execute(select(GOOD.c.raw).where(GOOD.c.id == id_)).scalar_one_or_none()
        if raw is not None:
            found[id_] = unpacked(raw)
    return found


def _each(connection: Connection, statement: Any, values: Sequence[Mapping[str, object]]) -> None:
    if values:
        connection.execute(statement, list(values))


def _whole(statement: Insert) -> Insert:
    [key] = statement.table.primary_key
    values = {name: column for name, column in statement.excluded.items() if name != key.name}
    return statement.on_conflict_do_update(index_elements=[key], set_=values)
