"""What may become of a delivery, held by the database itself."""

from __future__ import annotations

import sqlite3
from itertools import product
from pathlib import Path

import pytest
from outbox_samples import change, delivery, queue, states, table

from syndicate.ledger.sqlite import open_ledger

STATES = ("pending", "delivered", "dead", "dropped")
WAYS = {
    ("pending", "pending"),
    ("pending", "delivered"),
    ("pending", "dead"),
    ("pending", "dropped"),
    ("dead", "pending"),
    ("dead", "dropped"),
}
INSERT = (
    "INSERT INTO delivery (id, event, destination, subject, media_type, body, state, due) "
    "VALUES ('{id}', {event}, 'hook', 'urn:a', 'text/plain', {body}, '{state}', '2026')"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    queue(open_ledger(path), delivery("one"))
    return path


def lead(path: Path, state: str) -> None:
    if state != "pending":
        change(path, f"UPDATE delivery SET state = '{state}'")
    assert states(path) == {"one": state}


@pytest.mark.parametrize(("before", "after"), list(product(STATES, STATES)))
def test_the_database_allows_the_ways_there_are_and_no_other(path: Path, before: str, after: str) -> None:
    lead(path, before)
    statement = f"UPDATE delivery SET state = '{after}', attempts = 7"
    if (before, after) in WAYS:
        change(path, statement)
        assert table(path, "SELECT state, attempts FROM delivery") == [(after, 7)]
    else:
        with pytest.raises(sqlite3.IntegrityError, match="there is no way from the one state to the other"):
            change(path, statement)
        assert table(path, "SELECT state, attempts FROM delivery") == [(before, 0)]


@pytest.mark.parametrize("state", STATES)
def test_what_is_no_state_is_refused(path: Path, state: str) -> None:
    lead(path, state)
    with pytest.raises(sqlite3.IntegrityError):
        change(path, "UPDATE delivery SET state = 'lost'")


@pytest.mark.parametrize("verb", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE"])
@pytest.mark.parametrize("state", ["delivered", "dead", "dropped", "lost", ""])
def test_a_delivery_begins_by_waiting(path: Path, state: str, verb: str) -> None:
    statement = INSERT.replace("INSERT", verb).format(id="two", event=1, body="x'00'", state=state)
    with pytest.raises(sqlite3.IntegrityError, match="it cannot begin in this state"):
        change(path, statement)
    assert states(path) == {"one": "pending"}
    change(path, INSERT.format(id="two", event=1, body="x'00'", state="pending"))
    assert states(path) == {"one": "pending", "two": "pending"}


@pytest.mark.parametrize(
    ("state", "may"), [("pending", False), ("dead", False), ("delivered", True), ("dropped", True)]
)
def test_a_body_is_kept_for_as_long_as_it_may_be_sent(path: Path, state: str, may: bool) -> None:
    lead(path, state)
    if may:
        change(path, "UPDATE delivery SET body = NULL")
        assert table(path, "SELECT body FROM delivery") == [(None,)]
    else:
        with pytest.raises(sqlite3.IntegrityError, match="ck_delivery_body"):
            change(path, "UPDATE delivery SET body = NULL")


BROKEN = {
    "no body": INSERT.format(id="two", event=1, body="NULL", state="pending"),
    "an id that is there": INSERT.format(id="one", event=1, body="x'00'", state="pending"),
    "an event that is not there": INSERT.format(id="two", event=99, body="x'00'", state="pending"),
    "an event of no kind": "INSERT INTO event (kind, at, subject, url, title, revision) "
    "VALUES ('post.read', '2026', 's', 'u', 't', 1)",
    "an attempt at nothing": "INSERT INTO attempt (delivery, at, seconds, verdict, status, reason) "
    "VALUES (99, '2026', 1, 'dead', 404, '')",
    "an attempt without a verdict": "INSERT INTO attempt (delivery, at, seconds, verdict, status, reason) "
    "VALUES (1, '2026', 1, 'perhaps', 404, '')",
}


@pytest.mark.parametrize("statement", BROKEN.values(), ids=BROKEN.keys())
def test_what_makes_no_sense_is_refused(path: Path, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        change(path, statement)
    assert states(path) == {"one": "pending"}
    assert table(path, "SELECT count(*) FROM event") == [(1,)]
    assert table(path, "SELECT count(*) FROM attempt") == [(0,)]
