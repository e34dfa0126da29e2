"""What happened, whom to tell, and what follows from an attempt."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.decide import (
    Held,
    News,
    Terms,
    after,
    digest,
    events,
    first,
    flooding,
    identifier,
    look_again,
    news,
    topics,
)
from syndicate.decide.publishing import _revision
from syndicate.model import (
    Delivery,
    Destination,
    Document,
    Event,
    EventKind,
    Memory,
    Outcome,
    Put,
    Remembered,
    Verdict,
)

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
ROW = Remembered(
    "urn:a", "posts/a.md", "a", "2026-01-05", "https://e.org/a/", "f1", "b1", "published", "A", 1
)
OTHER = replace(ROW, id="urn:b", path="posts/b.md", title="B")


def event(kind: EventKind, revision: int = 1, row: Remembered = ROW) -> Event:
    return Event(kind, AT, row.id, row.url, row.title, revision)


EVENTS: dict[str, tuple[Remembered, tuple[Remembered, ...], tuple[Event, ...]]] = {
    "new": (ROW, (), (event("post.published"),)),
    "new, beside another": (ROW, (OTHER,), (event("post.published"),)),
    "known after a kill": (ROW, (replace(ROW, state="known"),), (event("post.published"),)),
    "known after a kill, and changed since": (
        replace(ROW, fingerprint="f2"),
        (replace(ROW, state="known"),),
        (event("post.published"),),
    ),
    "updated": (replace(ROW, fingerprint="f2", revision=2), (ROW,), (event("post.updated", 2),)),
    "renamed": (replace(ROW, path="posts/z.md", slug="z"), (ROW,), ()),
    "another permalink": (replace(ROW, url="https://new.example/a/"), (ROW,), ()),
    "of a ledger without titles": (ROW, (replace(ROW, title=""),), ()),
    "restored": (
        replace(ROW, revision=4),
        (replace(ROW, state="withdrawn", revision=3),),
        (event("post.published", 4),),
    ),
    "restored, and changed": (
        replace(ROW, fingerprint="f2", revision=4),
        (replace(ROW, state="withdrawn", revision=3),),
        (event("post.published", 4),),
    ),
}


@pytest.mark.parametrize(("row", "before", "told"), EVENTS.values(), ids=EVENTS.keys())
def test_what_happened(row: Remembered, before: tuple[Remembered, ...], told: tuple[Event, ...]) -> None:
    assert events(News((row,), ()), Memory(before), AT) == told


def test_nothing_happened() -> None:
    assert events(News((), ()), Memory((ROW,)), AT) == ()


def test_what_was_withdrawn_is_told_as_readers_saw_it_last() -> None:
    seen = replace(ROW, revision=3, title="Seen", url="https://e.org/seen/")
    assert events(News((), (ROW.id,)), Memory((seen,)), AT) == (event("post.withdrawn", 3, seen),)


REVISIONS: list[tuple[Remembered | None, str, int]] = [
    (None, "f1", 1),
    (replace(ROW, state="known", revision=7), "f2", 1),
    (replace(ROW, revision=7), "f1", 7),
    (replace(ROW, revision=7), "f2", 8),
    (replace(ROW, state="withdrawn", revision=7), "f1", 8),
    (replace(ROW, state="withdrawn", revision=7), "f2", 8),
]


@pytest.mark.parametrize(("before", "fingerprint", "revision"), REVISIONS)
def test_a_revision_counts_what_was_published(
    before: Remembered | None, fingerprint: str, revision: int
) -> None:
    assert _revision(before, fingerprint) == revision


PUT = Put("atom.xml", "https://e.org/atom.xml", "d")
FIRST = {
    "nothing at all": (Memory(), True),
    "killed before anything was announced": (Memory((replace(ROW, state="known"),)), True),
    "documents alone": (Memory((), (PUT,)), False),
    "one was published": (Memory((ROW, replace(OTHER, state="known"))), False),
    "one was withdrawn": (Memory((replace(ROW, state="withdrawn"),)), False),
    "feed ids alone": (Memory(feed_ids=(("main", "urn:x"),)), True),
}


@pytest.mark.parametrize(("memory", "is_first"), FIRST.values(), ids=FIRST.keys())
def test_the_first_pass(memory: Memory, is_first: bool) -> None:
    assert first(memory) is is_first


def document(path: str = "atom.xml", body: bytes = b"<feed/>", format_: str = "atom") -> Document:
    return Document(path, f"https://e.org/{path}", "application/xml", body, 1, "main", format_)


def put(one: Document) -> Put:
    return Put(one.path, one.url, digest(one.body))


ATOM, RSS = document(), document("rss.xml", b"<rss/>")
# A coding of a document has its URL.
GZIP = replace(ATOM, path="atom.xml.gz", body=b"\x1f\x8b", feed="", format="")
OPML = replace(document("feeds.opml"), feed="", format="")
TOPICS = {
    "nothing was announced": ((ATOM, RSS), (), (ATOM, RSS)),
    "all was announced": ((ATOM, RSS), (ATOM, RSS), ()),
    "one changed": ((ATOM, replace(RSS, body=b"new")), (ATOM, RSS), (RSS,)),
    "one is new": ((ATOM, RSS), (ATOM,), (RSS,)),
    "one is gone": ((ATOM,), (ATOM, RSS), ()),
    "it is no feed": ((OPML,), (), ()),
    "with its codings": ((ATOM, GZIP), (ATOM, GZIP), ()),
    "a coding alone is new": ((ATOM, GZIP), (ATOM,), ()),
    "a coding alone was announced": ((ATOM, GZIP), (GZIP,), (ATOM,)),
    "moved": ((replace(ATOM, url="https://new.example/atom.xml"),), (ATOM,), (ATOM,)),
}


@pytest.mark.parametrize(("wanted", "announced", "changed"), TOPICS.values(), ids=TOPICS.keys())
def test_documents_that_hubs_are_told_of(
    wanted: tuple[Document, ...], announced: tuple[Document, ...], changed: tuple[Document, ...]
) -> None:
    found = topics(wanted, Memory((), tuple(put(one) for one in announced)), AT)
    paths = {one.path for one in changed}
    assert found == tuple(
        Event("feed.updated", AT, one.url, one.url, one.path) for one in wanted if one.path in paths
    )


FLOODS: list[tuple[tuple[EventKind, ...], int, int | None]] = [
    ((), 0, None),
    (("post.published",), 0, 1),
    (("post.published",), 1, None),
    (("post.published",) * 20, 20, None),
    (("post.published",) * 21, 20, 21),
    (("post.updated",) * 30 + ("post.withdrawn",) * 30 + ("post.published",) * 2, 2, None),
    (("post.updated",) * 30 + ("post.published",) * 3, 2, 3),
]


@pytest.mark.parametrize(("kinds", "limit", "count"), FLOODS)
def test_a_flood_is_held(kinds: tuple[EventKind, ...], limit: int, count: int | None) -> None:
    found = flooding([event(kind) for kind in kinds], limit)
    assert (found.count if found else None) == count


def test_a_flood_is_told_in_one_sentence() -> None:
    assert flooding([event("post.published")] * 3, 2) == Held(
        "posts: 3 new posts would be published at once, which is more than [guard] announce = 2 allows; "
        "look at what 'syndicate build --dry-run --accept' lists, then say --accept",
        3,
    )


HOOK = Destination("hook", "https://a.example/", "standard")
PING = Event("feed.updated", AT, "https://e.org/atom.xml", "https://e.org/atom.xml", "atom.xml")


def test_the_same_change_has_the_same_id() -> None:
    one = identifier(HOOK, event("post.published"), "f1")
    assert one.startswith("msg_")
    assert len(one) == 36
    # A pass that a kill interrupted happens again later, under another title or URL even.
    later = replace(event("post.published"), at=AT + timedelta(days=1), url="https://new.example/", title="T")
    assert identifier(HOOK, later, "f1") == one
    moved = replace(HOOK, url="https://b.example/", secrets=(b"new",), shape="text")
    assert identifier(moved, event("post.published"), "f1") == one


DIFFERENT: dict[str, tuple[Destination, Event, str]] = {
    "a post": (HOOK, event("post.published"), "f1"),
    "its text": (HOOK, event("post.published"), "f2"),
    "its kind": (HOOK, event("post.updated"), "f1"),
    "its revision": (HOOK, event("post.published", 2), "f1"),
    "its subject": (HOOK, event("post.published", row=OTHER), "f1"),
    "its destination": (replace(HOOK, name="other"), event("post.published"), "f1"),
    "a document": (HOOK, PING, "f1"),
    "a document, later": (HOOK, replace(PING, at=AT + timedelta(microseconds=1)), "f1"),
    "a document, changed": (HOOK, PING, "f2"),
    "a document, elsewhere": (replace(HOOK, name="other"), PING, "f1"),
}


def test_different_changes_have_different_ids() -> None:
    ids = {name: identifier(*told) for name, told in DIFFERENT.items()}
    assert len(set(ids.values())) == len(DIFFERENT), ids


TOLD = st.tuples(
    st.text(max_size=3),
    st.sampled_from(["post.published", "post.updated", "post.withdrawn"]),
    st.text(max_size=3),
    st.integers(1, 3),
    st.text(max_size=3),
)


@given(TOLD, TOLD)
def test_ids_are_equal_where_what_they_name_is_and_only_there(
    one: tuple[str, EventKind, str, int, str], other: tuple[str, EventKind, str, int, str]
) -> None:
    def named(name: str, kind: EventKind, subject: str, revision: int, fingerprint: str) -> str:
        told = Event(kind, AT, subject, "https://e.org/", "", revision)
        return identifier(replace(HOOK, name=name), told, fingerprint)

    assert (named(*one) == named(*other)) is (one == other)


@given(st.lists(st.sampled_from(["f1", "f2", None]), min_size=1, max_size=12))
def test_no_life_of_a_post_tells_two_things_under_one_id(texts: list[str | None]) -> None:
    """`texts` are what the post says in each pass, None while it is gone: A → B → A is three tellings."""
    memory = Memory()
    told: list[str] = []
    changes = 0
    before: str | None = None
    for text in texts:
        rows: tuple[Remembered, ...] = ()
        if text:
            known = memory.entries[0] if memory.entries else None
            rows = (replace(ROW, fingerprint=text, revision=_revision(known, text)),)
        fresh = news(rows, memory)
        for one in events(fresh, memory, AT):
            told.append(identifier(HOOK, one, text or ""))
        changes += text != before
        before = text
        gone = tuple(replace(row, state="withdrawn") for row in memory.entries if row.id in fresh.withdrawn)
        memory = Memory(fresh.published or gone or memory.entries)
    assert len(told) == len(set(told)) == changes


WAITING = Delivery("msg_1", "hook", event("post.published"), "text/plain", b"x", AT - timedelta(hours=1))
TERMS = Terms(30.0, 12)
DONE = AT + timedelta(seconds=3)
ENDS: list[tuple[Verdict, str, str, str]] = [
    ("delivered", "200 OK", "delivered", ""),
    ("dead", "404 Not Found", "dead", "404 Not Found"),
    ("gone", "410 Gone", "dead", "410 Gone"),
    ("again", "503 So", "pending", "503 So"),
]


@pytest.mark.parametrize(("verdict", "reason", "state", "said"), ENDS)
def test_what_becomes_of_a_delivery(verdict: Verdict, reason: str, state: str, said: str) -> None:
    tried = replace(WAITING, attempts=4, reason="before")
    found = after(tried, Outcome(verdict, 0, reason), DONE, 0.5, TERMS)
    assert (found.state, found.reason, found.attempts) == (state, said, 5)
    assert replace(found, state="pending", reason="before", attempts=4, due=WAITING.due) == tried


@pytest.mark.parametrize(
    ("attempts", "most", "state"),
    [(0, 1, "dead"), (0, 2, "pending"), (10, 12, "pending"), (11, 12, "dead"), (50, 12, "dead")],
)
@pytest.mark.parametrize("asked", [None, 5.0])
def test_it_is_given_up_at_last(attempts: int, most: int, state: str, asked: float | None) -> None:
    outcome = Outcome("again", 503, "503 So", asked)
    found = after(replace(WAITING, attempts=attempts), outcome, DONE, 0.5, Terms(30.0, most))
    assert found.state == state
    assert ("given up after" in found.reason) is (state == "dead")
    assert found.reason.startswith("503 So")


@pytest.mark.parametrize("verdict", ["delivered", "dead", "gone"])
def test_the_last_attempt_may_still_end_it(verdict: Verdict) -> None:
    found = after(replace(WAITING, attempts=11), Outcome(verdict, 0, "so"), DONE, 0.5, TERMS)
    assert "given up" not in found.reason


WAITS = [
    (0, 1.0, 30.0),
    (1, 1.0, 60.0),
    (4, 0.5, 240.0),
    (0, 0.0, 0.0),
    (9, 1.0, 15360.0),
    (10, 1.0, 6 * 3600.0),
    (98, 1.0, 6 * 3600.0),
    (98, 0.25, 1.5 * 3600.0),
]


@pytest.mark.parametrize(("attempts", "chance", "seconds"), WAITS)
def test_waits_double_up_to_six_hours(attempts: int, chance: float, seconds: float) -> None:
    tried = replace(WAITING, attempts=attempts)
    found = after(tried, Outcome("again"), DONE, chance, Terms(30.0, 100))
    assert found.due - DONE == timedelta(seconds=seconds)


def test_one_that_always_asks_for_a_second_does_not_use_up_all_attempts() -> None:
    waits = []
    for attempts in range(TERMS.max_attempts - 1):
        found = after(replace(WAITING, attempts=attempts), Outcome("again", 503, "", 1.0), DONE, 1.0, TERMS)
        waits.append((found.due - DONE).total_seconds())
    assert waits[:3] == [1.0, 1.0, 1.0]
    assert waits[3:] == [TERMS.first_retry * 2.0**doubled for doubled in range(len(waits) - 3)]


CHANCE = st.floats(0, 1, exclude_max=True)


@given(st.integers(0, 98), CHANCE, CHANCE, st.floats(0.01, 21600))
def test_a_wait_has_its_bounds_and_grows_with_its_chance(
    attempts: int, chance: float, other: float, first_retry: float
) -> None:
    terms = Terms(first_retry, 100)

    def wait(attempts: int, chance: float) -> float:
        tried = replace(WAITING, attempts=attempts)
        return (after(tried, Outcome("again"), DONE, chance, terms).due - DONE).total_seconds()

    full = min(first_retry * 2.0**attempts, 21600.0)
    assert 0 <= wait(attempts, chance) <= full + 1e-5
    assert wait(attempts, chance) == pytest.approx(full * chance, abs=1e-5)
    low, high = sorted((chance, other))
    assert wait(attempts, low) <= wait(attempts, high)


ASKED = [
    (0.0, 1.0),
    (0.25, 1.0),
    (1.0, 1.0),
    (120.5, 120.5),
    (86400.0, 86400.0),
    (86401.0, 86400.0),
    (1e12, 86400.0),
    (9999999999.999999999, 86400.0),
    (math.inf, 86400.0),
]


@pytest.mark.parametrize(("asked", "seconds"), ASKED)
@pytest.mark.parametrize("chance", [0.0, 0.999])
def test_what_a_receiver_asks_for_is_clamped(asked: float, seconds: float, chance: float) -> None:
    found = after(WAITING, Outcome("again", 429, "", asked), DONE, chance, TERMS)
    assert found.due - DONE == timedelta(seconds=seconds)


LOOKS = [(-9, 1.0), (0, 1.0), (4, 1.0), (40, 10.0), (1200, 300.0), (10**9, 300.0)]


@pytest.mark.parametrize(("waited", "pause"), LOOKS)
def test_when_to_ask_anew_whether_it_is_served(waited: int, pause: float) -> None:
    now = AT + timedelta(seconds=waited)
    assert look_again(AT, now) - now == timedelta(seconds=pause)
