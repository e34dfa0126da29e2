"""`history` as a person meets it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from told_sites import AT, Shell, bury, delivery, fits, queue, row

from syndicate.ledger.lock import hold
from syndicate.model import Attempt, Outcome

KEYS = {"at", "kind", "entry", "title", "detail", "destination", "delivery"}


@pytest.fixture
def past(told: Shell) -> Shell:
    """Two posts were announced, one told and one refused."""
    books = told.books()
    one, other = delivery("msg_1"), delivery("msg_2", "b")
    queue(books, one, other, rows=(row("a"), row("b", "posts/deep/b file.md", "the b")))
    bury(books, other)
    done = replace(one, state="delivered", attempts=1)
    books.settle(done, Attempt("msg_1", AT + timedelta(seconds=7), 0.25, Outcome("delivered", 204)))
    return told


ALL = [
    ("delivered", "tag:a", "msg_1"),
    ("dead", "tag:b", "msg_2"),
    ("post.published", "tag:b", None),
    ("post.published", "tag:a", None),
    ("pass", None, None),
]


def events(past: Shell, *words: str) -> list[tuple[str, str | None, str | None]]:
    said = past.report("history", *words)
    assert list(said) == ["events"]
    assert all(set(one) == KEYS for one in said["events"])
    return [(one["kind"], one["entry"], one["delivery"]) for one in said["events"]]


def test_all_of_it_as_json(past: Shell) -> None:
    assert events(past) == ALL
    newest = past.report("history")["events"][0]
    assert newest == {
        "at": "2026-06-01T22:30:07+00:00",
        "kind": "delivered",
        "entry": "tag:a",
        "title": "A",
        "detail": "204, post.published, 0.2 s",
        "destination": "hook",
        "delivery": "msg_1",
    }


@pytest.mark.parametrize("word", ["posts/deep/b file.md", "./posts/deep/b file.md", "the b", "tag:b"])
def test_a_post_is_known_by_its_path_its_slug_and_its_id(past: Shell, word: str) -> None:
    assert events(past, word) == [one for one in ALL if one[1] == "tag:b"]


@pytest.mark.parametrize("word", ["b", "posts/b.md", "posts/deep", "TAG:B", "%"])
def test_what_is_no_post_is_told(past: Shell, word: str) -> None:
    code, out, err = past.run("history", "--", word)
    assert (code, out) == (2, "")
    assert f"history: no post is known by '{word}'; name its path, its slug or its id" in err


@pytest.mark.parametrize("limit", [0, 1, 2, 4, 5, 6])
def test_a_limit(past: Shell, limit: int) -> None:
    assert events(past, "--limit", str(limit)) == (ALL[:limit] if limit else ALL)
    of_a = [one for one in ALL if one[1] == "tag:a"]
    assert events(past, "a", "--limit", str(limit)) == (of_a[:limit] if limit else of_a)


@pytest.mark.parametrize("limit", ["-1", "many", "1.5"])
def test_a_limit_that_is_none(past: Shell, limit: str) -> None:
    code, out, err = past.run("history", "--limit", limit)
    assert (code, out) == (2, "")
    assert "--limit" in err


def test_fifty_are_enough_where_nobody_says(told: Shell) -> None:
    books = told.books()
    queue(books, *(delivery(f"msg_{number}", f"{number}") for number in range(60)))
    assert len(told.report("history")["events"]) == 50
    assert len(told.report("history", "--limit", "0")["events"]) == 61


def test_nothing_has_happened(told: Shell) -> None:
    before = told.files()
    assert told.run("history") == (0, "Nothing has happened yet.\n", "")
    assert told.report("history") == {"events": []}
    assert told.run("history", "posts/a.md")[0] == 2
    assert told.files() == before


def test_it_waits_for_nobody_and_changes_nothing(past: Shell) -> None:
    with hold(past.path, command="syndicate run"):
        before = past.files()
        assert events(past) == ALL
        assert past.files() == before


def test_what_a_person_sees(past: Shell) -> None:
    code, out, err = past.run("history")
    assert (code, err) == (0, "")
    # In the site's own time zone, where it is the next day already.
    assert out.splitlines() == [
        "2026-06-02",
        "00:30:07  delivered       A",
        "          hook: 204, post.published, 0.2 s [msg_1]",
        "00:30:05  dead            B",
        "          hook: 404 Not Found [msg_2]",
        "00:30:00  post.published  B",
        "          revision 1; queued for hook; dead at hook: 404 Not Found [msg_2]",
        "00:30:00  post.published  A",
        "          revision 1; queued for hook",
        "00:30:00  pass            posts read: 2, published: 2, documents changed: 1,",
        "                          announced: 2",
    ]


def test_lines_are_not_long(told: Shell) -> None:
    books = told.books()
    many = [
        delivery("msg_" + f"{number:032}", "a", to=f"a hook with a name {number} " * 4) for number in range(4)
    ]
    url = "https://example.org/" + "x" * 100
    titled = [
        replace(one, event=replace(one.event, title=title))
        for one, title in zip(many, ["many words " * 20, "x" * 100, "", url], strict=True)
    ]
    queue(books, *titled)
    for one in titled:
        bury(books, one, f"302 Found: it points to {url}, and redirects are not followed; put it right")
    out = told.run("history")[1]
    assert "many words" in out
    assert url in out
    assert all(fits(line) for line in out.splitlines()), out
