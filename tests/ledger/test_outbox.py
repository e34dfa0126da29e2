"""The outbox over a real file: what is due, in which order, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from outbox_samples import (
    AT,
    HORIZON,
    SECOND,
    SECOND_DAY,
    announced,
    attempt,
    bury,
    deliver,
    delivery,
    fail,
    happened,
    pinged,
    queue,
    states,
    table,
)

from syndicate.errors import LedgerError
from syndicate.ledger import Books
from syndicate.ledger.sqlite import open_ledger
from syndicate.model import Announcement, Attempt, Delivery, Outcome, Put, Remembered

A, B = happened("urn:a"), happened("urn:b")
A2 = happened("urn:a", "post.updated", 2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def books(path: Path) -> Books:
    return open_ledger(path)


def due(books: Books, destination: str = "hook", now: datetime = AT) -> Delivery | None:
    return books.due(destination, now, now + (HORIZON - AT))


def due_id(books: Books, destination: str = "hook", now: datetime = AT) -> str:
    found = due(books, destination, now)
    return found.id if found else ""


def test_what_was_queued_comes_out_as_it_went_in(books: Books, path: Path) -> None:
    one = Delivery(
        "msg_ü", "the hook, 'quoted'", A2, "text/plain; charset=utf-8", b"\x00\xff{}", AT,
        awaits=("https://e.org/a", "https://e.org/ü"),
    )  # fmt: skip
    queue(books, one)
    assert due(books, one.destination) == one
    assert due(open_ledger(path), one.destination) == one
    assert due(open_ledger(path, create=False), one.destination) == one


def test_an_empty_body_is_a_body(books: Books) -> None:
    queue(books, delivery("one", body=b""))
    found = due(books)
    assert found
    assert found.body == b""


def test_an_instant_is_one_in_any_zone(books: Books) -> None:
    east = timezone(timedelta(hours=5, minutes=45))
    queue(books, delivery("one", event=replace(A, at=AT.astimezone(east))))
    assert due_id(books, now=AT.astimezone(timezone(-timedelta(hours=9)))) == "one"
    assert due_id(books, now=AT - timedelta(microseconds=1)) == ""
    assert books.next_due() == AT


def test_the_oldest_comes_first_whatever_its_id_and_due(books: Books) -> None:
    queue(books, delivery("z", event=A), delivery("a", event=B, due=AT - 9 * SECOND))
    order = []
    while found := due(books):
        order.append(found.id)
        deliver(books, found)
    assert order == ["z", "a"]


def test_what_is_not_due_waits_and_holds_up_its_own_subject_alone(books: Books) -> None:
    first, newer, other = delivery("a1", event=A), delivery("a2", event=A2), delivery("b", event=B)
    elsewhere = delivery("a1-there", "other", A)
    queue(books, first, elsewhere)
    queue(books, newer, other, delivery("a2-there", "other", A2))
    fail(books, first, AT + 30 * SECOND)
    assert due_id(books) == "b"
    deliver(books, other)
    assert due_id(books) == ""
    assert due_id(books, "other") == "a1-there"
    deliver(books, elsewhere)
    assert due_id(books, "other") == "a2-there"
    assert due_id(books, now=AT + 30 * SECOND) == "a1"


@pytest.mark.parametrize("end", ["delivered", "dead", "dropped"])
def test_what_waited_behind_another_comes_once_that_is_settled(books: Books, end: str) -> None:
    first = delivery("a1", event=pinged() if end == "dropped" else A)
    later = delivery("a2", event=pinged(at=AT + SECOND) if end == "dropped" else A2, due=AT)
    queue(books, first)
    queue(books, later)
    if end == "delivered":
        deliver(books, first)
    elif end == "dead":
        bury(books, first)
    assert due_id(books) == "a2"


def test_what_waits_behind_another_is_not_the_next(books: Books) -> None:
    first = delivery("a1", event=A)
    queue(books, first)
    queue(books, delivery("a2", event=A2))
    fail(books, first, AT + 30 * SECOND)
    assert books.next_due() == AT + 30 * SECOND
    assert [one.next_due for one in books.standings()] == [AT + 30 * SECOND]
    queue(books, delivery("b", event=B, due=AT + 9 * SECOND))
    assert books.next_due() == AT + 9 * SECOND


def test_when_the_next_is_due(books: Books) -> None:
    assert books.next_due() is None
    one, two = delivery("one", due=AT + 9 * SECOND), delivery("two", "other", due=AT + 3 * SECOND)
    queue(books, one, two)
    assert books.next_due() == AT + 3 * SECOND
    assert books.next_due(["hook", "unknown"]) == AT + 9 * SECOND
    assert books.next_due(["other", "hook"]) == AT + 3 * SECOND
    assert books.next_due([]) is None
    deliver(books, one)
    bury(books, two)
    assert books.next_due() is None


def test_what_was_queued_when_the_clock_was_in_2200_is_due(books: Books) -> None:
    then = datetime(2200, 1, 1, tzinfo=UTC)
    queue(books, delivery("lost", due=then), delivery("later", event=B, due=HORIZON), at=then)
    assert due_id(books) == "lost"
    fail(books, delivery("lost"), AT + SECOND)
    assert due_id(books) == ""
    assert due_id(books, now=HORIZON) == "lost"


def test_a_ping_takes_the_place_of_one_that_waits(books: Books, path: Path) -> None:
    rss = "https://e.org/rss.xml"
    queue(
        books,
        delivery("old", "hub", pinged()),
        delivery("rss", "hub", pinged(rss)),
        delivery("there", "hub 2", pinged()),
        delivery("post", event=A),
    )
    fail(books, delivery("old", "hub"), AT + timedelta(hours=1))
    queue(books, delivery("new", "hub", pinged(at=AT + SECOND)), delivery("post 2", event=A2), at=AT + SECOND)
    assert states(path) == {
        "old": "dropped", "new": "pending", "rss": "pending", "there": "pending", "post": "pending",
        "post 2": "pending",
    }  # fmt: skip
    assert table(path, "SELECT body, reason FROM delivery WHERE id = 'old'") == [
        (None, "a later ping says the same")
    ]
    assert due_id(books, "hub", AT + SECOND) == "rss"


def test_a_ping_takes_the_place_of_one_that_is_dead_not_of_one_that_arrived(books: Books, path: Path) -> None:
    done, dead = delivery("done", "hub", pinged()), delivery("dead", "hub 2", pinged())
    queue(books, done, dead)
    deliver(books, done)
    bury(books, dead)
    queue(books, delivery("1", "hub", pinged()), delivery("2", "hub 2", pinged()))
    assert states(path) == {"done": "delivered", "dead": "dropped", "1": "pending", "2": "pending"}


def test_a_settled_delivery_leaves_its_attempt_and_no_body(books: Books, path: Path) -> None:
    one = delivery("one")
    queue(books, one)
    fail(books, one, AT + SECOND, "503 Service Unavailable")
    again = due(books, now=AT + SECOND)
    assert again == replace(one, attempts=1, due=AT + SECOND, reason="503 Service Unavailable")
    deliver(books, again, AT + SECOND)
    assert table(path, "SELECT state, attempts, body, reason FROM delivery") == [("delivered", 2, None, "")]
    assert table(path, "SELECT delivery, at, seconds, verdict, status, reason FROM attempt") == [
        (1, "2026-06-01T12:00:00.000000Z", 0.25, "again", 500, "503 Service Unavailable"),
        (1, "2026-06-01T12:00:01.000000Z", 0.25, "delivered", 204, ""),
    ]
    assert due_id(books, now=HORIZON) == ""


def test_the_body_is_kept_while_it_is_dead(books: Books, path: Path) -> None:
    one = delivery("one")
    queue(books, one)
    bury(books, one)
    # Of many that are dead nobody wants all bodies at once.
    assert books.dead() == (replace(one, state="dead", attempts=1, reason="404", body=b""),)
    assert table(path, "SELECT body FROM delivery") == [(one.body,)]
    assert due_id(books, now=HORIZON) == ""


def test_to_postpone_is_no_attempt(books: Books, path: Path) -> None:
    one = delivery("one")
    queue(books, one)
    waits = replace(one, due=AT + 5 * SECOND, reason="not served yet")
    books.postpone(waits)
    assert table(path, "SELECT count(*) FROM attempt") == [(0,)]
    assert due_id(books) == ""
    assert due(books, now=AT + 5 * SECOND) == waits


def test_an_attempt_at_what_nobody_queued_is_refused(books: Books, path: Path) -> None:
    with pytest.raises(LedgerError):
        books.settle(delivery("never"), attempt(delivery("never"), "delivered"))
    assert table(path, "SELECT count(*) FROM attempt") == [(0,)]


def test_what_left_the_settings_is_dropped_and_told_of(books: Books, path: Path) -> None:
    dead, done = delivery("dead", "gone", A), delivery("done", "gone", B)
    queue(books, dead, done, delivery("waits", "gone", A2), delivery("stays"), delivery("x", "away"))
    bury(books, dead)
    deliver(books, done)
    assert books.reconcile({"hook": "digest", "new": "digest"}, SECOND_DAY) == [("away", 1), ("gone", 2)]
    assert states(path) == {
        "dead": "dropped", "done": "delivered", "waits": "dropped", "stays": "pending", "x": "dropped"
    }  # fmt: skip
    assert table(path, "SELECT DISTINCT body, reason FROM delivery WHERE state = 'dropped'") == [
        (None, "its destination is no longer in the settings")
    ]
    assert books.reconcile({"hook": "digest", "new": "digest"}, SECOND_DAY) == []
    assert books.reconcile({}, SECOND_DAY) == [("hook", 1)]


def test_a_destination_that_is_off_stays_off_until_its_url_changes(books: Books, path: Path) -> None:
    first = delivery("a1")
    queue(books, first, delivery("b", event=B), delivery("elsewhere", "other"))
    books.close("hook", "digest", AT, "410 Gone")
    assert states(path) == {"a1": "dead", "b": "dead", "elsewhere": "pending"}
    assert [(one.id, one.reason) for one in books.dead()] == [("a1", "410 Gone"), ("b", "410 Gone")]
    queue(books, delivery("a2", event=A2))
    assert books.reconcile({"hook": "digest", "other": "d"}, SECOND_DAY) == []
    assert states(path)["a2"] == "dead"
    assert {one.destination: one.closed for one in books.standings()} == {"hook": "410 Gone", "other": ""}
    queue(books, delivery("a3", event=A2))
    assert books.reconcile({"hook": "another digest", "other": "d"}, SECOND_DAY) == []
    assert states(path)["a3"] == "pending"
    assert {one.destination: one.closed for one in books.standings()} == {"hook": "", "other": ""}


def test_one_that_left_while_it_was_off_is_on_when_it_comes_back(books: Books, path: Path) -> None:
    queue(books, delivery("a1"))
    books.close("hook", "digest", AT, "410 Gone")
    assert books.reconcile({}, SECOND_DAY) == [("hook", 1)]
    queue(books, delivery("a2", event=A2))
    assert books.reconcile({"hook": "digest"}, SECOND_DAY) == []
    assert states(path) == {"a1": "dropped", "a2": "pending"}


def test_to_close_twice_keeps_the_newest_reason(books: Books) -> None:
    queue(books, delivery("a1"))
    books.close("hook", "d1", AT, "410 Gone")
    books.close("hook", "d2", AT, "410 really")
    assert [one.closed for one in books.standings()] == ["410 really"]
    books.reconcile({"hook": "d2"}, SECOND_DAY)
    assert [one.closed for one in books.standings()] == ["410 really"]


@pytest.fixture
def graves(books: Books) -> Books:
    """Three that are dead, one that waits, one that is delivered."""
    many = [delivery("d1"), delivery("d2", event=B), delivery("d3", "other", A)]
    done, waits = delivery("done", "third", A), delivery("waits", "third", B)
    queue(books, *many, done, waits)
    for one in many:
        bury(books, one)
    deliver(books, done)
    return books


@pytest.mark.parametrize(
    ("ids", "back"),
    [
        (None, ["d1", "d2", "d3"]),
        (["d3", "d1", "d1"], ["d1", "d3"]),
        (["done", "waits", "never", "d2"], ["d2"]),
        ([], []),
    ],
)
def test_what_is_dead_is_put_back(graves: Books, path: Path, ids: list[str] | None, back: list[str]) -> None:
    before = states(path)
    later = AT + timedelta(days=9)
    assert [one.id for one in graves.retry(ids, later)] == back
    assert states(path) == before | dict.fromkeys(back, "pending")
    assert [one.id for one in graves.dead()] == [id_ for id_ in ("d1", "d2", "d3") if id_ not in back]


def test_what_is_put_back_starts_anew_with_the_same_bytes(graves: Books) -> None:
    later = AT + timedelta(days=9)
    graves.retry(["d1"], later)
    assert due(graves, now=later) == delivery("d1", due=later)
    assert due(graves, now=later - SECOND) is None


def test_to_retry_switches_its_destination_on_again(books: Books, path: Path) -> None:
    queue(books, delivery("a1"), delivery("x", "other"))
    books.close("hook", "digest", AT, "410 Gone")
    books.close("other", "digest", AT, "410 Gone")
    books.retry(["a1"], AT)
    books.reconcile({"hook": "digest", "other": "digest"}, SECOND_DAY)
    assert states(path) == {"a1": "pending", "x": "dead"}
    assert {one.destination: one.closed for one in books.standings()} == {"hook": "", "other": "410 Gone"}


ENTRY = Remembered("urn:a", "posts/a.md", "a", "2026-06-01", "https://e.org/a/", "f", "b", "published")
FAULTS = {
    "an id twice": announced(delivery("one"), delivery("one", event=B)),
    "an id that was queued before": announced(delivery("there", event=B)),
    "a delivery that begins dead": announced(delivery("one", state="dead")),
    "an event of no kind": announced(delivery("one", event=replace(A, kind="post.read"))),  # type: ignore[arg-type]
    "text that is none": announced(delivery("one", event=replace(A, title="\udcff"))),
}


@pytest.mark.parametrize("told", FAULTS.values(), ids=FAULTS.keys())
def test_what_is_published_and_what_is_told_are_one(books: Books, path: Path, told: Announcement) -> None:
    queue(books, delivery("there"))
    before = (books.memory(), path.read_bytes())
    with pytest.raises(LedgerError):
        books.announce([ENTRY], [], [Put("atom.xml", "https://e.org/atom.xml", "d")], [], told=told)
    assert (books.memory(), path.read_bytes()) == before
    assert states(path) == {"there": "pending"}


def test_to_tell_nobody_still_leaves_a_breadcrumb(books: Books, path: Path) -> None:
    books.announce([ENTRY], [], [], [], told=Announcement(AT, 5, 4, 3, (A, B)))
    assert states(path) == {}
    assert table(path, 'SELECT at, "read", published, documents, announced FROM pass') == [
        ("2026-06-01T12:00:00.000000Z", 5, 4, 3, 0)
    ]
    assert table(path, "SELECT kind, subject FROM event") == [
        ("post.published", "urn:a"),
        ("post.published", "urn:b"),
    ]


def test_announced_counts_events_and_not_deliveries(books: Books, path: Path) -> None:
    queue(books, delivery("1", event=A), delivery("2", "other", A), delivery("3", "other", B))
    assert table(path, "SELECT announced FROM pass") == [(2,)]


def test_what_is_old_and_done_is_forgotten(books: Books, path: Path) -> None:
    """Four hundred days later: what was delivered is gone, what waits and what is dead is all there."""
    done, dead, waits = (
        delivery("done", event=A),
        delivery("dead", event=B),
        delivery("waits", "chat", event=A),
    )
    queue(books, done, dead, waits)
    deliver(books, done)
    bury(books, dead)
    later = AT + timedelta(days=401)
    queue(books, delivery("new", event=replace(A2, at=later)), at=later)
    assert states(path) == {"dead": "dead", "waits": "pending", "new": "pending"}
    assert {one.delivery for one in books.crumbs() if one.delivery} == {"dead"}
    assert len(table(path, "SELECT * FROM event")) == 3
    assert len(table(path, "SELECT * FROM pass")) == 1
    assert {one.id for one in books.dead()} == {"dead"}


def test_what_was_overtaken_is_not_brought_back(books: Books, path: Path) -> None:
    """An entry's own dead notice would arrive after a later one that did: out of order."""
    old, other = delivery("old", event=A), delivery("other", event=B)
    queue(books, old, other)
    bury(books, old)
    bury(books, other)
    new = delivery("new", event=A2)
    queue(books, new)
    deliver(books, new)
    assert [one.id for one in books.retry(None, AT)] == ["other"]
    assert states(path) == {"old": "dropped", "other": "pending", "new": "delivered"}


def test_an_attempt_is_counted_before_it_is_made(books: Books, path: Path) -> None:
    one = delivery("one")
    queue(books, one)
    books.begin(one)
    assert table(path, "SELECT attempts FROM delivery") == [(1,)]
    deliver(books, one)
    assert table(path, "SELECT state, attempts FROM delivery") == [("delivered", 1)]


def test_who_asks_to_be_left_alone_is(books: Books, path: Path) -> None:
    one, other, elsewhere = (
        delivery("one", event=A),
        delivery("other", event=B),
        delivery("far", "chat", event=B),
    )
    queue(books, one, other, elsewhere)
    outcome = Outcome("again", 429, "429 Too Many Requests", retry_after=3600.0)
    later = AT + timedelta(hours=1)
    books.settle(replace(one, attempts=1, due=later), Attempt("one", AT, 0.1, outcome))
    assert due_id(books) == ""
    assert due_id(books, now=later) == "one"
    assert books.next_due(["chat"]) == AT


def test_what_left_the_settings_is_kept_for_a_day(books: Books, path: Path) -> None:
    queue(books, delivery("one"))
    assert books.reconcile({}, AT) == []
    assert states(path) == {"one": "pending"}
