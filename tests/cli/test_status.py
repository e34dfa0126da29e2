"""`status` as a person meets it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sites import CONFIG, post
from told_sites import AT, TOLD, Shell, bury, delivery, fits, queue, shell, three_dead

from syndicate.cli.status import _next_pass, _subscribers
from syndicate.ledger.lock import hold
from syndicate.model import Attempt, Outcome

DESTINATION = {"name", "pending", "delivered", "dead", "last_error"}
NOBODY = {"pending": 0, "delivered": 0, "dead": 0, "last_error": None}


def test_before_anything_was_built(told: Shell) -> None:
    before = told.files()
    code, out, err = told.run("status")
    assert (code, err) == (0, "")
    assert "No pass yet: run 'syndicate build'." in out
    said = told.report("status")
    assert said["last_pass"] is None
    assert said["deliveries"] == {"pending": 0, "delivered": 0, "dead": 0}
    assert [{name: one[name] for name in DESTINATION} for one in said["destinations"]] == [
        {"name": "http://127.0.0.1:9/hub"} | NOBODY,
        {"name": "hook"} | NOBODY,
    ]
    assert said["next_due"] is None
    assert told.files() == before


def test_without_destinations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = shell(tmp_path, monkeypatch, capsys, CONFIG)
    code, out, _ = bare.run("status")
    assert code == 0
    assert "No hub and no webhook is in the settings: there is nobody to tell." in out
    assert bare.report("status")["destinations"] == []


def test_after_a_build(told: Shell) -> None:
    told.site.write(
        {
            "bad.md": "---\ntitle: a: b\n---\n",
            "undated.md": "---\ntitle: U\n---\nText\n",
            "later.md": post("L", "2999-01-02T03:04:05Z"),
        },
        CONFIG + TOLD,
    )
    assert told.run("build")[0] == 1
    said = told.report("status")
    assert said["deliveries"] == {"pending": 3, "delivered": 0, "dead": 0}
    assert set(said["destinations"][0]) >= DESTINATION
    assert said["next_due"] == said["last_pass"]["at"] == said["destinations"][0]["next_due"]
    assert said["last_pass"]["posts"]["read"] == 4
    assert said["next_due_post"] == {"at": "2999-01-02T03:04:05+00:00", "file": "posts/later.md"}
    assert [one["path"] for one in said["documents"]] == ["atom.xml", "rss.xml", "feed.json"]
    assert {one["file"] for one in said["problems"]} == {"posts/bad.md", "posts/undated.md"}
    code, out, err = told.run("status")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Test site"
    assert any(line.startswith("Last pass  20") and " ago, took " in line for line in lines)
    assert "           posts read: 4, published: 1" in lines
    assert "Next post  2999-01-02 04:04:05, posts/later.md" in lines
    assert "      1 entry    https://example.org/atom.xml" in lines
    assert "  posts/bad.md:2: error" in lines
    assert "  http://127.0.0.1:9/hub        3          0      0  now" in lines
    assert "  hook                          0          0      0" in lines


def test_a_pass_that_was_held_says_why(told: Shell) -> None:
    assert told.run("build")[0] == 0
    (told.site.root / "posts" / "a.md").unlink()
    assert told.run("build")[0] == 3
    assert told.report("status")["last_pass"]["held"]["count"] == 1
    out = told.run("status")[1]
    assert "held: posts: the folder holds no post" in out
    assert all(fits(line) for line in out.splitlines()), out


NOTES = {
    "empty": "",
    "cut": '{"at": "2026-06-01T12:00:00+00:00", "sec',
    "a list": "[]",
    "null": "null",
    "nothing in it": "{}",
    "a text": '"2026"',
    "of another version": '{"at": "2026-06-01T12:00:00+00:00", "seconds": 1.0}',
    "noise": "\x00\x01\udc80",
    "endless": "[" * 200_000,
}
CHANGES: dict[str, dict[str, object]] = {
    "no instant": {"at": "yesterday"},
    "an instant without a zone": {"at": "2026-06-01T12:00:00"},
    "an instant that is a number": {"at": 5},
    "seconds in words": {"seconds": "long"},
    "no posts": {"posts": None},
    "posts without figures": {"posts": {"skipped": []}},
    "problems that are none": {"warnings": [{"file": "a.md"}]},
    "documents that are none": {"documents": ["atom.xml"]},
    "held without a reason": {"held": {"count": 1}},
    "held, simply": {"held": True},
    "a next post without a file": {"next_due_post": {"at": "2026-06-01T12:00:00+00:00"}},
    "a next post at no instant": {"next_due_post": {"at": "soon", "file": "posts/a.md"}},
}


def unreadable(told: Shell) -> None:
    code, out, err = told.run("status")
    assert (code, err) == (0, "")
    assert "No pass yet" in out
    said = told.report("status")
    assert (said["last_pass"], said["documents"], said["problems"]) == (None, [], [])
    assert said["deliveries"]["pending"] == 3


@pytest.fixture
def built(told: Shell) -> Shell:
    assert told.run("build")[0] == 0
    assert told.report("status")["last_pass"]
    return told


def note(built: Shell) -> Path:
    return built.path.with_name("ledger.db.lastpass")


def test_a_note_that_is_gone_costs_an_answer_and_no_more(built: Shell) -> None:
    note(built).unlink()
    unreadable(built)


@pytest.mark.parametrize("text", NOTES.values(), ids=NOTES.keys())
def test_a_note_that_cannot_be_read_is_none(built: Shell, text: str) -> None:
    note(built).write_bytes(text.encode("utf-8", "surrogateescape"))
    unreadable(built)
    assert built.run("build")[0] == 0
    assert built.report("status")["last_pass"]


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_note_with_a_fault_is_none(built: Shell, change: dict[str, object]) -> None:
    found = json.loads(note(built).read_text())
    note(built).write_text(json.dumps(found | change))
    unreadable(built)
    for name in change:
        del found[name]
    note(built).write_text(json.dumps(found))
    unreadable(built)


def test_a_note_may_hold_more(built: Shell) -> None:
    found = json.loads(note(built).read_text())
    note(built).write_text(json.dumps(found | {"more": 1}))
    assert built.report("status")["last_pass"]["at"] == found["at"]


def test_what_is_dead_ends_with_one(told: Shell) -> None:
    three_dead(told.books())
    said = told.report("status", code=1)
    assert said["deliveries"] == {"pending": 0, "delivered": 0, "dead": 3}
    assert said["destinations"][1]["last_error"] == "404 Not Found"
    code, out, _ = told.run("status")
    assert code == 1
    assert "What is dead is not tried again: mend it, then 'syndicate retry --all'." in out
    assert "      404 Not Found" in out.splitlines()


def test_what_is_left_for_one_that_is_not_in_the_settings_is_shown(told: Shell) -> None:
    queue(told.books(), delivery("msg_1", to="left"), delivery("msg_2", to="hook"))
    said = told.report("status")
    assert [(one["name"], one["pending"]) for one in said["destinations"]] == [
        ("http://127.0.0.1:9/hub", 0),
        ("hook", 1),
        ("left", 1),
    ]


def test_it_waits_for_nobody_and_changes_nothing(built: Shell) -> None:
    with hold(built.path, command="syndicate run"):
        before = built.files()
        assert built.run("status")[0] == 0
        assert built.files() == before


def test_no_credential_is_shown(built: Shell) -> None:
    books = built.books()
    one = delivery("msg_1")
    queue(books, one)
    books.close("hook", "d", AT, "410 Gone")
    for words in (("status",), ("status", "--json"), ("history",), ("history", "--json")):
        assert "credential" not in "".join(built.run(*words)[1:])


def test_lines_are_not_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hubs = [f"https://hub{number}.example/" + "path/" * 15 for number in range(2)]
    config = CONFIG.replace("Test site", "A site of many words " * 8) + (
        f'[push]\nhubs = {json.dumps(hubs)}\n[[webhook]]\nname = "{"a hook of words " * 6}"\n'
        'url = "http://127.0.0.1:9/"\n[[feed]]\nname = "main"\natom = "' + "long-" * 20 + '.xml"\n'
    )
    wide = shell(tmp_path, monkeypatch, capsys, config)
    name = "a file name of many words " * 6
    wide.site.write(
        {f"{name}.md": "---\ntitle: a: b\n---\n", f"{name}later.md": post("L", "2999-01-01")}, config
    )
    assert wide.run("build")[0] == 1
    books = wide.books()
    url = "https://example.org/" + "x" * 100
    for number, hub in enumerate(hubs):
        one = replace(delivery(f"msg_{number}"), destination=hub)
        queue(books, one)
        books.settle(
            replace(one, due=AT + timedelta(days=999)),
            Attempt(one.id, AT, 1.0, Outcome("again", 302, f"302 Found: it points to {url}, and more " * 2)),
        )
    books.close(hubs[0], "d", AT, "410 Gone: there is nobody here any more, and there will not be " * 3)
    three_dead(books)
    bury(books, delivery("msg_1"))
    code, out, _ = wide.run("status")
    assert code == 1
    assert "switched off" in out
    assert "999 d" in out or "d\n" in out
    wrong = [line for line in out.splitlines() if not fits(line)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (None, "when 'syndicate build' is run"),
        ("soon", "when 'syndicate build' is run"),
        (7, "when 'syndicate build' is run"),
        ("2026-11-21T15:00:00+00:00", "2026-11-21 16:00:00, by 'syndicate run'"),
        ("2026-11-21T14:00:00+00:00", "was due 59 min ago; 'syndicate run' is stuck"),
    ],
)
def test_the_next_pass(said: object, shown: str) -> None:
    now = datetime(2026, 11, 21, 14, 59, 30, tzinfo=UTC)
    assert _next_pass({"next_pass": said}, ZoneInfo("Europe/Berlin"), now, "syndicate run") == shown


def test_a_daemon_that_is_gone_makes_no_pass() -> None:
    now = datetime(2026, 11, 21, 14, 59, 30, tzinfo=UTC)
    said = _next_pass({"next_pass": "2026-11-21T15:00:00+00:00"}, ZoneInfo("Europe/Berlin"), now, "")
    assert said == "when 'syndicate build' is run; no 'syndicate run' is at work"


@pytest.mark.parametrize(
    ("noted", "shown"),
    [
        (None, []),
        ("many", []),
        ([{"feed": "main"}, 7], []),
        ([{"feed": "main", "aggregator": "Feedly", "count": 42}], ["Feedly"]),
    ],
)
def test_subscribers_as_aggregators_report_them(noted: object, shown: list[str]) -> None:
    assert [one["aggregator"] for one in _subscribers({"subscribers": noted})] == shown
