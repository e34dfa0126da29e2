"""What people ask of the ledger, and that to look at it leaves no trace."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from outbox_samples import (
    AT,
    SECOND,
    SECOND_DAY,
    announced,
    bury,
    deliver,
    delivery,
    fail,
    happened,
    pinged,
    queue,
    states,
)
from test_upgrading import older

from syndicate.ledger import Books
from syndicate.ledger.sqlite import open_ledger
from syndicate.model import Crumb, Standing

A, B = happened("urn:a"), happened("urn:b")
A2 = happened("urn:a", "post.updated", 2, AT + 60 * SECOND)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def books(path: Path) -> Books:
    return open_ledger(path)


def test_a_new_ledger_has_nothing_to_tell(books: Books) -> None:
    assert books.standings() == ()
    assert books.crumbs() == ()
    assert books.dead() == ()


def test_how_destinations_stand(books: Books) -> None:
    slow = delivery("a1"), delivery("b", event=B)
    fine = delivery("c", "fine", A)
    lost = delivery("d", "lost", A), delivery("e", "lost", B)
    queue(books, *slow, fine, *lost, delivery("f", "new", A))
    fail(books, slow[0], AT + 30 * SECOND, "503 Service Unavailable")
    deliver(books, fine)
    bury(books, lost[0], "404 Not Found")
    deliver(books, lost[1])
    assert books.standings() == (
        Standing("fine", delivered=1),
        Standing("hook", pending=2, last_error="503 Service Unavailable", next_due=AT),
        Standing("lost", delivered=1, dead=1),
        Standing("new", pending=1, next_due=AT),
    )


def test_a_destination_whose_all_was_dropped_stands_at_nothing(books: Books) -> None:
    queue(books, delivery("a1"))
    books.reconcile({}, SECOND_DAY)
    assert books.standings() == (Standing("hook"),)


def test_the_last_error_is_the_last_attempts(books: Books) -> None:
    one, two = delivery("a1"), delivery("b", event=B)
    queue(books, one, two)
    fail(books, one, AT, "first")
    fail(books, two, AT, "second")
    assert [standing.last_error for standing in books.standings()] == ["second"]
    deliver(books, replace(one, attempts=1))
    assert [standing.last_error for standing in books.standings()] == [""]


def test_what_waits_to_be_served_says_so(books: Books) -> None:
    one = delivery("a1")
    queue(books, one)
    books.postpone(replace(one, reason="it is not served yet", due=AT + SECOND))
    assert [standing.last_error for standing in books.standings()] == ["it is not served yet"]
    deliver(books, one)
    assert [standing.last_error for standing in books.standings()] == [""]


@pytest.fixture
def told(books: Books) -> Books:
    """Two passes and the attempts of the first."""
    one, ping = delivery("a1"), delivery("p", "hub", pinged())
    queue(books, one, delivery("a1-there", "other"), ping)
    fail(books, one, AT + 5 * SECOND, "503 Service Unavailable", AT + SECOND)
    deliver(books, ping, AT + SECOND)
    books.announce([], [], [], [], told=announced(delivery("a2", event=A2), at=A2.at))
    deliver(books, replace(one, attempts=1), A2.at)
    return books


PASS = "posts read: 3, published: 2, documents changed: 1, announced: {}"
CRUMBS = (
    Crumb(A2.at, "delivered", "urn:a", A.title, "204, post.published, 0.2 s", "hook", "a1"),
    Crumb(A2.at, "post.updated", "urn:a", A2.title, "revision 2; queued for hook"),
    Crumb(A2.at, "pass", detail=PASS.format(1)),
    Crumb(
        AT + SECOND, "delivered", pinged().subject, "atom.xml", "204, feed.updated, 0.2 s", "hub", "p"
    ),
    Crumb(AT + SECOND, "failed", "urn:a", A.title, "503 Service Unavailable", "hook", "a1"),
    Crumb(AT, "feed.updated", pinged().subject, "atom.xml", "queued for hub"),
    Crumb(AT, "post.published", "urn:a", A.title, "revision 1; queued for hook, other"),
    Crumb(AT, "pass", detail=PASS.format(2)),
)  # fmt: skip


def test_breadcrumbs_are_newest_first(told: Books) -> None:
    assert told.crumbs() == CRUMBS


@pytest.mark.parametrize("limit", range(1, 10))
def test_a_limit_takes_the_newest(told: Books, limit: int) -> None:
    assert told.crumbs(limit) == CRUMBS[:limit]


def test_breadcrumbs_of_entries(told: Books) -> None:
    of_a = tuple(one for one in CRUMBS if one.entry == "urn:a")
    assert told.crumbs(0, ["urn:a"]) == told.crumbs(0, ["urn:b", "urn:a"]) == of_a
    assert told.crumbs(2, ["urn:a"]) == of_a[:2]
    assert told.crumbs(0, []) == told.crumbs(0, ["urn:b"]) == ()


def test_an_event_that_nobody_asked_for_says_so(books: Books) -> None:
    books.announce([], [], [], [], told=replace(announced(), events=(A,)))
    assert [(one.kind, one.detail) for one in books.crumbs()] == [
        ("post.published", "revision 1; nobody asked to be told"),
        ("pass", PASS.format(0)),
    ]


@pytest.mark.parametrize("verdict", ["dead", "gone"])
def test_an_attempt_that_ends_it_is_told_by_its_name(books: Books, verdict: str) -> None:
    from syndicate.model import Attempt, Outcome

    one = delivery("a1")
    queue(books, one)
    books.settle(
        replace(one, state="dead"),
        Attempt("a1", AT, 1.0, Outcome(verdict, 404, "no")),  # type: ignore[arg-type]
    )
    assert books.crumbs()[0].kind == verdict


Trace = dict[str, tuple[bytes, int]]


def trace(folder: Path) -> Trace:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def look_at(view: Books) -> None:
    """All that may be asked, and all that would write."""
    one = delivery("a1")
    view.memory()
    view.standings()
    view.crumbs()
    view.dead()
    view.due("hook", AT, AT + SECOND)
    view.next_due()
    view.remember([], [("main", "urn:x")])
    view.announce([], [], [], [], told=announced(delivery("never")))
    bury(view, one)
    view.postpone(replace(one, due=AT + SECOND))
    view.close("hook", "d", AT, "410")
    assert view.reconcile({}, SECOND_DAY) == []
    assert view.retry(None, AT) == ()


def test_to_look_at_none_makes_none(path: Path) -> None:
    view = open_ledger(path, create=False)
    look_at(view)
    assert (view.standings(), view.crumbs(), view.dead(), view.next_due()) == ((), (), (), None)
    assert view.due("hook", AT, AT + SECOND) is None
    assert list(path.parent.iterdir()) == []


def test_to_look_changes_nothing(told: Books, path: Path) -> None:
    before = trace(path.parent)
    view = open_ledger(path, create=False)
    look_at(view)
    assert view.crumbs() == CRUMBS
    assert view.standings() == told.standings()
    assert view.next_due() == AT
    assert trace(path.parent) == before


def test_to_look_at_an_older_one_upgrades_nothing(path: Path) -> None:
    older(path, "0001")
    before = trace(path.parent)
    view = open_ledger(path, create=False)
    look_at(view)
    assert (view.standings(), view.crumbs()) == ((), ())
    assert [row.id for row in view.memory().entries] == ["urn:a"]
    assert trace(path.parent) == before


@pytest.mark.parametrize("begin", ["BEGIN IMMEDIATE", "BEGIN"])
def test_to_look_waits_for_nobody_who_writes(told: Books, path: Path, begin: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute(begin)
        writer.execute("UPDATE delivery SET state = 'dead' WHERE id = 'a2'")
        view = open_ledger(path, create=False, patience=0)
        assert view.crumbs() == CRUMBS
        assert view.dead() == ()
        assert {one.destination: one.pending for one in view.standings()} == {"hook": 1, "hub": 0, "other": 1}
        writer.execute("COMMIT")
        assert [one.id for one in view.dead()] == ["a2"]
    assert states(path)["a2"] == "dead"
