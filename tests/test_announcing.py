"""What a pass has to tell, over real files, a real ledger and a real place."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sites import post

from syndicate.ledger.sqlite import SqliteLedger, open_ledger
from syndicate.model import Address, Author, Definition, Destination, Site
from syndicate.pipeline.publish import Order, Pass, Rooms, publish
from syndicate.posts import Assumed
from syndicate.posts.dialects.plain import Plain
from syndicate.publishers.folder import Folder as PlaceFolder
from syndicate.sources.folder import Folder as SourceFolder
from syndicate.workshop.rendering import Renderer

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ATOM, JSON = "https://example.org/atom.xml", "https://example.org/feed.json"
MAIN = Definition("main", (Address("atom", "atom.xml", ATOM), Address("json", "feed.json", JSON)))
HUB = Destination("https://hub.example/", "https://hub.example/", "websub", ("feed.updated",))
HOOK = Destination("hook", "https://hook.example/secret", "standard")
CHAT = Destination("chat", "https://chat.example/", "text", ("post.published",))
ORDER = Order(
    Site("Test", "https://example.org/", authors=(Author("A. Tester"),)),
    (MAIN,),
    "/{year}/{slug}/",
    "https://example.org/",
    codings=("gzip",),
    destinations=(HUB, HOOK, CHAT),
)
SILENT = replace(ORDER, destinations=())
DEEP = "\n" + "- " * 1500 + "x\n"


class Dying(SqliteLedger):
    """A kill between *put* and *announce*."""

    def announce(self, *given: Any, **more: Any) -> None:
        raise KeyboardInterrupt


class Blog:
    """A site on disk; each pass is a minute later than the one before."""

    def __init__(self, root: Path) -> None:
        self.root, self.at, self.told = root, NOW, 0
        (root / "posts").mkdir()

    def write(self, name: str, text: str) -> None:
        (self.root / "posts" / name).write_text(text)

    def remove(self, name: str) -> None:
        (self.root / "posts" / name).unlink()

    def publish(self, order: Order = ORDER, *, dies: bool = False) -> Pass:
        self.at += MINUTE
        source = SourceFolder(
            [self.root / "posts"], self.root, Plain(), Assumed(ZoneInfo("UTC")), clock=lambda: 2e9
        )
        path = self.root / "ledger.db"
        ledger = open_ledger(path)
        place = PlaceFolder(self.root / "public")
        rooms = Rooms(source, Dying(path, 5.0) if dies else ledger, place, Renderer())
        return publish(order, rooms, self.at, lambda what, done, total: None)

    def killed(self, order: Order = ORDER) -> None:
        with pytest.raises(KeyboardInterrupt):
            self.publish(order, dies=True)

    def rows(self, statement: str) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(self.root / "ledger.db")) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(statement).fetchall()

    def news(self) -> list[tuple[str, str, str]]:
        """What was queued since this was asked last: (destination, kind, title or document)."""
        rows = self.rows("SELECT * FROM delivery JOIN event ON event.number = event ORDER BY delivery.number")
        fresh, self.told = rows[self.told :], len(rows)
        return [(row["destination"], row["kind"], row["title"]) for row in fresh]

    def bodies(self, destination: str = "hook") -> list[dict[str, Any]]:
        rows = self.rows("SELECT destination, body FROM delivery ORDER BY number")
        return [json.loads(row["body"]) for row in rows if row["destination"] == destination]

    def states(self) -> dict[str, tuple[str, int]]:
        return {row["path"]: (row["state"], row["revision"]) for row in self.rows("SELECT * FROM entry")}


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    blog = Blog(tmp_path)
    blog.write("a.md", post("A"))
    return blog


@pytest.fixture
def known(blog: Blog) -> Blog:
    """One whose first pass is over."""
    blog.publish()
    blog.news()
    return blog


PINGS = [(HUB.name, "feed.updated", "atom.xml"), (HUB.name, "feed.updated", "feed.json")]


def hooked(kind: str, title: str) -> tuple[str, str, str]:
    return ("hook", f"post.{kind}", title)


def chatted(title: str) -> tuple[str, str, str]:
    return ("chat", "post.published", title)


def test_without_destinations_nothing_is_queued_and_nothing_is_wrong(blog: Blog) -> None:
    assert blog.publish(SILENT).announced == 0
    blog.write("b.md", post("B", "2026-02-01"))
    assert blog.publish(SILENT).announced == 0
    assert blog.news() == []
    told = blog.rows("SELECT kind FROM event WHERE kind LIKE 'post.%'")
    assert [row["kind"] for row in told] == ["post.published"]


def test_the_first_pass_takes_all_as_known_and_pings_hubs(blog: Blog) -> None:
    assert blog.publish().announced == 2
    assert blog.news() == PINGS
    assert blog.states() == {"posts/a.md": ("published", 1)}


def test_a_first_pass_that_was_killed_is_still_the_first(blog: Blog) -> None:
    blog.killed()
    assert blog.news() == []
    blog.write("b.md", post("B", "2026-02-01"))
    assert blog.publish().announced == 2
    assert blog.news() == PINGS


def test_a_first_pass_without_posts_is_the_first(blog: Blog) -> None:
    blog.remove("a.md")
    blog.publish()
    assert blog.news() == PINGS
    blog.write("a.md", post("A"))
    blog.publish()
    assert blog.news() == [hooked("published", "A"), chatted("A"), *PINGS]


def test_what_exists_is_announced_where_that_is_asked_for(blog: Blog) -> None:
    for day in range(10, 30):
        blog.write(f"{day}.md", post(f"T{day}", f"2026-01-{day}"))
    # The guard against a flood is not asked where the flood is.
    result = blog.publish(replace(ORDER, announce_existing=True))
    assert (result.held, result.announced) == (None, 21 + 2)
    told = blog.news()
    assert sum(one[0] == "hook" for one in told) == 21
    assert [one for one in told if one[0] == HUB.name] == PINGS


def test_to_announce_what_exists_means_nothing_later(known: Blog) -> None:
    result = known.publish(replace(ORDER, announce_existing=True))
    assert result.announced == 0
    assert known.news() == []


def test_a_life(known: Blog) -> None:
    def step(text: str | None) -> list[tuple[str, str, str]]:
        known.remove("b.md") if text is None else known.write("b.md", text)
        result = known.publish()
        told = known.news()
        assert result.announced == len({one[1:] for one in told})
        return told

    text = post("B", "2026-02-01")
    assert step(text) == [hooked("published", "B"), chatted("B"), *PINGS]
    assert step(text) == []
    assert step(text + "\nMore.\n") == [hooked("updated", "B"), *PINGS]
    assert step(text) == [hooked("updated", "B"), *PINGS]
    assert step(None) == [hooked("withdrawn", "B"), *PINGS]
    assert step(text) == [hooked("published", "B"), chatted("B"), *PINGS]
    assert step(text.replace("title: B", "title: C")) == [hooked("updated", "C"), *PINGS]
    assert known.states() == {"posts/a.md": ("published", 1), "posts/b.md": ("published", 5)}
    assert [(one["type"], one["data"].get("revision")) for one in known.bodies()] == [
        ("post.published", 1),
        ("post.updated", 2),
        ("post.updated", 3),
        ("post.withdrawn", 3),
        ("post.published", 4),
        ("post.updated", 5),
    ]
    ids = [row["id"] for row in known.rows("SELECT id FROM delivery")]
    assert len(ids) == len(set(ids))


def test_what_is_said_of_a_post(known: Blog) -> None:
    known.write("b.md", post("B", "2026-02-01", tags="[x]"))
    known.publish()
    [body] = known.bodies()
    assert body["timestamp"] == "2026-06-01T12:02:00Z"
    said = body["data"]
    assert (said["url"], said["title"], said["tags"]) == ("https://example.org/2026/b/", "B", ["x"])
    assert "Text of B." in said["content_html"]
    assert said["feeds"] == [ATOM, JSON]
    shown = json.loads((known.root / "public" / "feed.json").read_bytes())["items"][0]
    assert {name: said[name] for name in shown if name in said} == shown
    known.remove("b.md")
    known.publish()
    gone = known.bodies()[-1]["data"]
    assert gone["id"] == said["id"]
    assert (gone["url"], gone["title"]) == (said["url"], "B")
    assert "content_html" not in gone


def test_a_post_outside_every_limit_is_announced_too(blog: Blog) -> None:
    small = replace(ORDER, definitions=(replace(MAIN, limit=1),))
    blog.write("a.md", post("A", "2026-05-01"))
    blog.publish(small)
    blog.news()
    blog.write("old.md", post("Old", "2020-01-01"))
    result = blog.publish(small)
    assert [one.changed for one in result.shown] == [False, False]
    assert blog.news() == [hooked("published", "Old"), chatted("Old")]
    [body] = blog.bodies()
    assert body["data"]["feeds"] == []
    assert "Text of Old." in body["data"]["content_html"]


def test_what_slides_out_of_a_limit_is_not_withdrawn(blog: Blog) -> None:
    small = replace(ORDER, definitions=(replace(MAIN, limit=1),))
    blog.publish(small)
    blog.news()
    blog.write("b.md", post("B", "2026-02-01"))
    blog.publish(small)
    assert blog.news() == [hooked("published", "B"), chatted("B"), *PINGS]


def test_a_rename_and_a_new_permalink_are_no_news_of_a_post(known: Blog) -> None:
    (known.root / "posts" / "a.md").rename(known.root / "posts" / "z.md")
    known.publish()
    assert [one for one in known.news() if one not in PINGS] == []
    assert known.states() == {"posts/z.md": ("published", 1)}
    known.publish(replace(ORDER, permalink="/new/{slug}/"))
    assert known.news() == PINGS
    assert known.states() == {"posts/z.md": ("published", 1)}


def test_a_kill_before_announcing_announces_in_the_next_pass(known: Blog) -> None:
    known.write("b.md", post("B", "2026-02-01"))
    known.killed()
    assert known.news() == []
    assert known.states()["posts/b.md"] == ("known", 1)
    assert b"Text of B." in (known.root / "public" / "atom.xml").read_bytes()
    result = known.publish()
    # The place holds all of it already; the ledger is behind.
    assert not any(one.changed for one in result.shown)
    assert known.news() == [hooked("published", "B"), chatted("B"), *PINGS]
    known.publish()
    assert known.news() == []


@pytest.mark.parametrize("then", ["the same", "changed", "changed back", "gone"])
def test_a_kill_before_an_update_is_announced(known: Blog, then: str) -> None:
    known.write("a.md", post("A") + "\nMore.\n")
    known.killed()
    known.write("b.md", post("B", "2026-02-01"))
    if then == "changed":
        known.write("a.md", post("A") + "\nStill more.\n")
    elif then == "changed back":
        known.write("a.md", post("A"))
    elif then == "gone":
        known.remove("a.md")
    known.publish()
    told = [one for one in known.news() if one[2] == "A"]
    expected = {"changed back": [], "gone": [hooked("withdrawn", "A")]}
    assert told == expected.get(then, [hooked("updated", "A")])


def test_the_same_telling_has_the_same_id_after_an_old_ledger_was_restored(known: Blog) -> None:
    backup = (known.root / "ledger.db").read_bytes()

    def queued() -> Mapping[str, tuple[str, str]]:
        known.publish()
        rows = known.rows(
            "SELECT id, destination, subject FROM delivery WHERE destination != 'https://hub.example/'"
        )
        return {row["id"]: (row["destination"], row["subject"]) for row in rows}

    known.write("b.md", post("B", "2026-02-01"))
    before = queued()
    (known.root / "ledger.db").write_bytes(backup)
    assert queued() == before
    assert len(before) == 2


def test_a_post_that_cannot_be_rendered_is_told_once_it_is_mended(known: Blog) -> None:
    known.write("deep.md", post("Deep", "2026-03-03") + DEEP)
    for _ in range(2):
        result = known.publish()
        assert [problem.code for problem in result.problems] == ["too-deep"]
        assert (result.announced, result.published) == (0, 1)
        assert known.news() == []
        assert known.states()["posts/deep.md"] == ("known", 1)
    known.write("deep.md", post("Deep", "2026-03-03"))
    known.publish()
    assert known.news() == [hooked("published", "Deep"), chatted("Deep"), *PINGS]
    assert known.states()["posts/deep.md"] == ("published", 1)


def test_a_post_that_can_no_longer_be_rendered_is_not_told_as_updated(known: Blog) -> None:
    """Readers see its last good version: of the newer one there is nothing to tell before it is mended."""
    known.write("a.md", post("A") + DEEP)
    for _ in range(2):
        result = known.publish()
        assert [problem.code for problem in result.problems] == ["too-deep"]
        assert (result.announced, result.published) == (0, 1)
        assert known.news() == []
    assert known.states() == {"posts/a.md": ("published", 1)}
    known.write("a.md", post("A"))
    known.publish()
    assert known.news() == []
    known.write("a.md", post("A") + DEEP)
    known.publish()
    known.write("a.md", post("A") + "\nMended.\n")
    known.publish()
    assert known.news() == [hooked("updated", "A"), *PINGS]
    assert known.states() == {"posts/a.md": ("published", 2)}


def test_a_post_that_breaks_is_not_withdrawn(known: Blog) -> None:
    known.write("a.md", "---\ntitle: a: b\n---\n")
    assert known.publish().published == 1
    assert known.news() == []


def test_a_flood_is_held_and_accepted(known: Blog) -> None:
    for day in range(10, 13):
        known.write(f"{day}.md", post(f"T{day}", f"2026-01-{day}"))
    order = replace(ORDER, most=2)
    before = (known.root / "public" / "atom.xml").read_bytes()
    result = known.publish(order)
    assert result.held
    assert (result.held.count, result.announced) == (3, 0)
    assert (known.root / "public" / "atom.xml").read_bytes() == before
    assert known.news() == []
    # Nobody needs to be told for readers to be flooded.
    assert known.publish(replace(order, destinations=())).held
    assert known.publish(replace(order, accept=True)).announced == 3 + 2
    assert len(known.news()) == 3 * 2 + 2


def awaited(blog: Blog) -> dict[tuple[str, str], list[str]]:
    rows = blog.rows("SELECT destination, subject, awaits FROM delivery WHERE state = 'pending'")
    return {(row["destination"], row["subject"]): json.loads(row["awaits"]) for row in rows}


def test_notices_wait_for_the_documents_that_they_speak_of(blog: Blog) -> None:
    blog.write("b.md", post("B", "2026-01-03", tags="[x]"))
    tagged = Definition(
        "x",
        (Address("rss", "x.xml", "https://example.org/x.xml"),),
        include=replace(MAIN.include, tags=("x",)),
    )
    order = replace(ORDER, wait_until_live=True, definitions=(MAIN, tagged), destinations=(HUB, HOOK))
    blog.publish(replace(order, wait_until_live=False))
    assert all(awaits == [] for awaits in awaited(blog).values())
    blog.write("c.md", post("C", "2026-02-01"))
    blog.publish(order)
    found = awaited(blog)
    assert found[(HUB.name, ATOM)] == [ATOM]
    assert found[(HUB.name, JSON)] == [JSON]
    # The feed of a tag that C does not have did not change.
    assert [awaits for (name, _), awaits in found.items() if name == "hook"] == [[ATOM, JSON]]
    blog.remove("b.md")
    blog.publish(order)
    [gone] = [
        row["awaits"]
        for row in blog.rows("SELECT kind, awaits FROM delivery JOIN event ON event.number = event")
        if row["kind"] == "post.withdrawn"
    ]
    assert json.loads(gone) == [ATOM, JSON, "https://example.org/x.xml"]


def test_a_new_destination_hears_what_happens_from_then_on(blog: Blog) -> None:
    blog.publish(SILENT)
    assert blog.publish().announced == 0
    assert blog.news() == []
    blog.write("b.md", post("B", "2026-02-01"))
    blog.publish()
    assert blog.news() == [hooked("published", "B"), chatted("B"), *PINGS]


def test_the_breadcrumb_of_a_pass(known: Blog) -> None:
    known.write("b.md", post("B", "2026-02-01"))
    known.write("draft.md", post("D", draft="true"))
    known.publish()
    known.publish()
    # The second pass changed nothing, and left nothing.
    figures = [tuple(row)[1:] for row in known.rows("SELECT * FROM pass ORDER BY number")]
    assert figures == [
        ("2026-06-01T12:01:00.000000Z", 1, 1, 2, 2),
        ("2026-06-01T12:02:00.000000Z", 3, 2, 2, 3),
    ]
