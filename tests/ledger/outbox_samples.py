"""Deliveries, and what becomes of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from syndicate.ledger import Books
from syndicate.ledger.sqlite import connect
from syndicate.model import Announcement, Attempt, Delivery, Event, EventKind, Outcome, Verdict

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
HORIZON = AT + timedelta(days=2)
SECOND = timedelta(seconds=1)
# All that happened at AT is older.
SECOND_DAY = AT + timedelta(days=1)


def happened(
    subject: str = "urn:a", kind: EventKind = "post.published", revision: int = 1, at: datetime = AT
) -> Event:
    return Event(kind, at, subject, f"https://e.org/{subject[-1]}/", f"Title of {subject}", revision)


def pinged(topic: str = "https://e.org/atom.xml", at: datetime = AT) -> Event:
    return Event("feed.updated", at, topic, topic, "atom.xml")


def delivery(id_: str, destination: str = "hook", event: Event | None = None, **changes: Any) -> Delivery:
    event = event or happened()
    made = Delivery(id_, destination, event, "application/json", f"body of {id_}".encode(), event.at)
    return replace(made, **changes)


def announced(*deliveries: Delivery, at: datetime = AT) -> Announcement:
    events = tuple(dict.fromkeys(one.event for one in deliveries))
    return Announcement(at, 3, 2, 1, events, deliveries)


def queue(books: Books, *deliveries: Delivery, at: datetime = AT) -> None:
    books.announce([], [], [], [], told=announced(*deliveries, at=at))


def attempt(
    one: Delivery, verdict: Verdict, status: int = 204, reason: str = "", at: datetime = AT
) -> Attempt:
    return Attempt(one.id, at, 0.25, Outcome(verdict, status, reason))


def deliver(books: Books, one: Delivery, at: datetime = AT) -> None:
    done = replace(one, state="delivered", attempts=one.attempts + 1, reason="")
    books.settle(done, attempt(one, "delivered", at=at))


def fail(books: Books, one: Delivery, until: datetime, reason: str = "500", at: datetime = AT) -> None:
    again = replace(one, due=until, attempts=one.attempts + 1, reason=reason)
    books.settle(again, attempt(one, "again", 500, reason, at))


def bury(books: Books, one: Delivery, reason: str = "404", at: datetime = AT) -> None:
    dead = replace(one, state="dead", attempts=one.attempts + 1, reason=reason)
    books.settle(dead, attempt(one, "dead", 404, reason, at))


def table(path: Path, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def states(path: Path) -> dict[str, str]:
    return dict(table(path, "SELECT id, state FROM delivery"))


def change(path: Path, statement: str) -> None:
    """One statement, on a connection as the ledger makes it."""
    with closing(connect(path, 5.0)) as connection:
        connection.execute(statement)
