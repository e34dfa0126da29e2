"""What is remembered, what becomes of it, and what never does."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path

import pytest

from syndicate.errors import LedgerError
from syndicate.ledger import Ledger, reading
from syndicate.ledger.schema import DOCUMENT, ENTRY, FEED
from syndicate.ledger.sqlite import connect, open_ledger
from syndicate.model import Memory, Put, Remembered

ENTRY_A = Remembered("tag:a", "posts/a.md", "a", "2025-07-07", "https://e.org/a/", "f1", "b1", "known")
ENTRY_B = Remembered("tag:b", "posts/ü.md", "ü", "2025-07-08", "https://e.org/b/", "f2", "b2", "known")
RENAMED = replace(
    ENTRY_A, path="posts/z.md", slug="z", date="2026-01-01", url="https://e.org/z/", fingerprint="f9",
    body_fingerprint="b9",
)  # fmt: skip
ATOM = Put("atom.xml", "https://e.org/atom.xml", "d1")
RSS = Put("rss.xml", "https://e.org/rss.xml", "d2")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".syndicate" / "ledger.db"


@pytest.fixture
def ledger(path: Path) -> Ledger:
    return open_ledger(path)


def test_a_new_ledger_knows_nothing(ledger: Ledger) -> None:
    assert ledger.memory() == Memory()


def test_what_is_remembered_is_known_and_outlives_the_opening(ledger: Ledger, path: Path) -> None:
    ledger.remember([ENTRY_B, replace(ENTRY_A, state="published")], [("main", "urn:1"), ("a", "urn:2")])
    expected = Memory((ENTRY_A, ENTRY_B), (), (("a", "urn:2"), ("main", "urn:1")))
    assert ledger.memory() == expected
    assert open_ledger(path).memory() == expected
    assert open_ledger(path, create=False).memory() == expected


def test_what_is_announced_is_public(ledger: Ledger) -> None:
    ledger.remember([ENTRY_A, ENTRY_B], [])
    ledger.announce([ENTRY_A], [], [RSS, ATOM], [])
    assert ledger.memory() == Memory((replace(ENTRY_A, state="published"), ENTRY_B), (ATOM, RSS))
    ledger.announce([], [ENTRY_A.id], [replace(ATOM, digest="d3")], [RSS.path])
    assert ledger.memory() == Memory(
        (replace(ENTRY_A, state="withdrawn"), ENTRY_B), (replace(ATOM, digest="d3"),)
    )


def test_an_entry_that_is_not_public_follows_its_post(ledger: Ledger) -> None:
    ledger.remember([ENTRY_A], [])
    ledger.remember([RENAMED], [])
    assert ledger.memory().entries == (RENAMED,)


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_remember_leaves_what_readers_saw(ledger: Ledger, state: str) -> None:
    ledger.announce([ENTRY_A], [], [], [])
    ledger.announce([], [ENTRY_A.id] if state == "withdrawn" else [], [], [])
    [before] = ledger.memory().entries
    assert before.state == state
    ledger.remember([RENAMED], [])
    # What finds the post again follows it: a kill after this, and an edit, must not cost the id.
    assert ledger.memory().entries == (
        replace(before, path=RENAMED.path, slug=RENAMED.slug, body_fingerprint=RENAMED.body_fingerprint),
    )


@pytest.mark.parametrize("withdrawn", [[], [ENTRY_A.id]])
def test_announce_records_an_entry_whole(ledger: Ledger, withdrawn: list[str]) -> None:
    ledger.announce([ENTRY_A], [], [], [])
    ledger.announce([], withdrawn, [], [])
    ledger.announce([RENAMED], [], [], [])
    assert ledger.memory().entries == (replace(RENAMED, state="published"),)


def test_a_feeds_id_is_written_once(ledger: Ledger) -> None:
    ledger.remember([], [("main", "urn:first"), ("main", "urn:second")])
    ledger.remember([], [("main", "urn:third")])
    assert ledger.memory().feed_ids == (("main", "urn:first"),)


def test_what_stands_in_both_is_published_and_ours(ledger: Ledger) -> None:
    ledger.announce([ENTRY_A], [ENTRY_A.id], [ATOM], [ATOM.path])
    ledger.announce([ENTRY_A], [ENTRY_A.id], [ATOM], [ATOM.path])
    assert ledger.memory() == Memory((replace(ENTRY_A, state="published"),), (ATOM,))


def test_what_is_not_there_can_be_withdrawn_and_removed(ledger: Ledger) -> None:
    ledger.announce([], ["tag:never"], [], ["never.xml"])
    assert ledger.memory() == Memory()


def test_the_same_again_writes_nothing(ledger: Ledger, path: Path) -> None:
    # SQLite counts each write in the file itself, so equal bytes are no write.
    ledger.remember([ENTRY_A, ENTRY_B], [("main", "urn:1")])
    first = path.read_bytes()
    ledger.remember([ENTRY_A, ENTRY_B], [("main", "urn:2")])
    assert path.read_bytes() == first
    for _ in range(2):
        ledger.announce([ENTRY_A], [ENTRY_B.id], [ATOM], [RSS.path])
    second = path.read_bytes()
    assert second != first
    ledger.announce([ENTRY_A], [ENTRY_B.id], [ATOM], [RSS.path])
    ledger.remember([ENTRY_A, ENTRY_B], [("main", "urn:1")])
    ledger.announce([], [], [], [])
    ledger.remember([], [])
    assert path.read_bytes() == second


def test_order_is_by_code_point_however_it_was_written(ledger: Ledger) -> None:
    ids = ["B", "a", "Z", "é", "z", "10", "9", "\U0001f600", "\uffee"]
    ledger.remember([replace(ENTRY_A, id=id_) for id_ in ids], [(id_, "x") for id_ in ids])
    ledger.announce([], [], [replace(ATOM, path=id_) for id_ in reversed(ids)], [])
    memory = ledger.memory()
    assert [one.id for one in memory.entries] == sorted(ids)
    assert [one.path for one in memory.documents] == sorted(ids)
    assert [name for name, _ in memory.feed_ids] == sorted(ids)


@pytest.mark.parametrize(
    "text", ["", "it's; DROP TABLE entry --", "a\0b", "%s :x ?", "日本語 \U0001f600", "x" * 100_000]
)
def test_any_text_comes_back_as_it_was(ledger: Ledger, text: str) -> None:
    entry = Remembered(text, text, text, text, text, text, text, "published")
    ledger.remember([entry], [(text, text)])
    ledger.announce([entry], [], [Put(text, text, text)], [])
    assert ledger.memory() == Memory((entry,), (Put(text, text, text),), ((text, text),))
    ledger.announce([], [text], [], [text])
    assert ledger.memory() == Memory((replace(entry, state="withdrawn"),), (), ((text, text),))


def test_all_of_an_announcement_counts_or_nothing(ledger: Ledger) -> None:
    ledger.announce([ENTRY_A], [], [ATOM], [])
    before = ledger.memory()
    with pytest.raises(LedgerError, match="cannot hold a name that is not UTF-8; rename the file"):
        ledger.announce([RENAMED, ENTRY_B], [], [RSS, replace(RSS, path="\udcff.xml")], [ATOM.path])
    assert ledger.memory() == before


def test_many_at_once(ledger: Ledger) -> None:
    entries = [replace(ENTRY_A, id=f"tag:{number:05}", state="published") for number in range(5000)]
    ledger.remember(entries, [])
    ledger.announce(entries, [], [], [])
    assert ledger.memory().entries == tuple(entries)


def test_a_view_leaves_everything_as_it_is(ledger: Ledger, path: Path) -> None:
    ledger.announce([ENTRY_A], [], [ATOM], [])
    before = path.read_bytes()
    view = open_ledger(path, create=False)
    view.remember([ENTRY_B], [("main", "urn:1")])
    view.announce([RENAMED], [ENTRY_A.id], [RSS], [ATOM.path])
    assert view.memory() == ledger.memory()
    assert path.read_bytes() == before


def test_the_nouns_the_schema_and_the_reading_agree() -> None:
    def columns(statement: str) -> list[str]:
        return statement.removeprefix("SELECT ").partition(" FROM ")[0].split(", ")

    assert columns(reading.ENTRIES) == [field.name for field in fields(Remembered)] == list(ENTRY.c.keys())
    assert columns(reading.DOCUMENTS) == [field.name for field in fields(Put)] == list(DOCUMENT.c.keys())
    assert columns(reading.FEED_IDS) == ["name", "id"] == list(FEED.c.keys())


def test_the_connection_survives_a_power_cut(path: Path) -> None:
    open_ledger(path)
    with closing(connect(path, 7.0)) as connection:
        found = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert found == ["delete", 2, 1, 7000]


def test_a_state_that_is_none_is_refused(ledger: Ledger, path: Path) -> None:
    ledger.remember([ENTRY_A], [])
    with closing(connect(path, 0)) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE entry SET state = 'lost'")
