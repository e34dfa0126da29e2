"""`retry` as a person meets it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from told_sites import IDS, Shell, bury, delivery, fits, queue, three_dead

from syndicate.ledger.lock import hold

WORDS = {
    "an id": (("msg_bb33",), ["msg_bb33"]),
    "its beginning": (("msg_b",), ["msg_bb33"]),
    "its beginning, without what all have": (("aa1",), ["msg_aa11"]),
    "some, one of them twice": (("msg_aa22", "bb", "msg_aa22"), ["msg_aa22", "msg_bb33"]),
    "all": (("--all",), list(IDS)),
}


@pytest.mark.parametrize(("words", "back"), WORDS.values(), ids=WORDS.keys())
def test_what_is_named_is_put_back(told: Shell, words: tuple[str, ...], back: list[str]) -> None:
    three_dead(told.books())
    assert told.report("retry", *words) == {"retried": back}
    assert [one.id for one in told.books().dead()] == [id_ for id_ in IDS if id_ not in back]
    assert told.report("status", code=1 if len(back) < 3 else 0)["deliveries"] == {
        "pending": len(back),
        "delivered": 0,
        "dead": 3 - len(back),
    }


def test_an_id_that_begins_another_is_meant_itself(told: Shell) -> None:
    books = told.books()
    one, other = delivery("msg_a"), delivery("msg_ab", "b")
    queue(books, one, other)
    bury(books, one)
    bury(books, other)
    assert told.report("retry", "msg_a") == {"retried": ["msg_a"]}


WRONG = {
    "nothing": ((), "name deliveries, or say --all: none was given"),
    "both": (("--all", "msg_aa11"), "name deliveries, or say --all: both were given"),
    "unknown": (
        ("msg_zz",),
        "retry: no dead delivery has the id 'msg_zz'; 'syndicate history' shows them",
    ),
    "one of them unknown": (("msg_bb33", "zz"), "retry: no dead delivery has the id 'zz'"),
    "too little": (("msg_aa",), "retry: 'msg_aa' may be any of 2 deliveries; write more of the id"),
    "what all have": (("msg_",), "retry: 'msg_' may be any of 3 deliveries; write more of the id"),
}


@pytest.mark.parametrize(("words", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_is_not_clear_changes_nothing(told: Shell, words: tuple[str, ...], said: str) -> None:
    three_dead(told.books())
    before = told.files()
    code, out, err = told.run("retry", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert told.files() == before


def test_what_is_not_dead_is_not_put_back(told: Shell) -> None:
    queue(told.books(), delivery("msg_waits"))
    assert told.run("retry", "msg_waits")[0] == 2
    assert told.report("retry", "--all") == {"retried": []}


def test_without_a_ledger_there_is_nothing_and_none_is_made(told: Shell) -> None:
    before = told.files()
    assert told.run("retry", "--all") == (0, "0 deliveries put back\n", "")
    assert told.run("retry", "msg_aa11")[0] == 2
    assert told.files() == before


def test_it_needs_no_lock(told: Shell) -> None:
    three_dead(told.books())
    with hold(told.path, command="syndicate run"):
        assert told.report("retry", "bb33") == {"retried": ["msg_bb33"]}


def test_what_a_person_sees(told: Shell) -> None:
    three_dead(told.books())
    code, out, err = told.run("retry", "bb33")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "  msg_bb33",
        "      hook: post.published C",
        "1 delivery put back; 'syndicate push' delivers, or a daemon at work",
    ]
    assert told.run("-q", "retry", "--all")[1] == ""


def test_lines_are_not_long(told: Shell) -> None:
    one = delivery("msg_" + "a" * 32)
    one = replace(one, event=replace(one.event, title="A title of very many words " * 9))
    books = told.books()
    queue(books, one)
    bury(books, one)
    out = told.run("retry", "--all")[1]
    assert "many words" in out
    assert all(fits(line) for line in out.splitlines()), out
