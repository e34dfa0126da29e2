"""Who is told when: destinations apart from each other, and nobody before the feeds."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event

from deliveries import Hook, kinds, settings, standings, told
from receivers import EVERYWHERE, Exchange, Receiver, answer, refusing, whole
from sites import Site, post

ALL_DOCUMENTS = 'atom = "atom.xml"\nrss = "rss.xml"\njson = "feed.json"'
MANY = 30


def test_a_hanging_and_a_dead_one_delay_nobody(tmp_path: Path) -> None:
    """The hanging one answers its first notice once the healthy ones have had all: were they to wait for it, they
    would never."""
    seen: list[tuple[int, int]] = []
    with Receiver() as one, Receiver() as other, Receiver() as slow, refusing() as nobody:
        done = Event()

        def hanging(exchange: Exchange) -> None:
            if not done.is_set():
                one.wait_for(MANY)
                other.wait_for(MANY)
                seen.append((len(slow.requests), len(one.requests)))
                done.set()
            exchange.say(whole(204))

        slow.script(EVERYWHERE, hanging)
        hooks = [
            Hook("hanging", slow.url("/")),
            Hook("dead", f"http://127.0.0.1:{nobody}/"),
            Hook("one", one.url("/")),
            Hook("other", other.url("/")),
        ]
        site = Site(tmp_path)
        config = settings(hooks, timeout="60s", first_retry="1h")
        site.write({"known.md": post("Known")}, config)
        told(site, "build", "--push")
        site.write({f"{number:02}.md": post(f"Post {number}") for number in range(MANY)}, config)
        said = standings(told(site, "build", "--push", "--accept"))
        assert seen == [(1, MANY)]
        wanted = {"hanging": (0, MANY), "dead": (MANY, 0), "one": (0, MANY), "other": (0, MANY)}
        assert {name: (row["pending"], row["delivered"]) for name, row in said.items()} == wanted
        assert said["dead"]["last_error"] == "no connection: refused"
        assert sorted(kinds(one.requests)) == sorted(kinds(other.requests)) == sorted(kinds(slow.requests))
        assert {title for _, title in kinds(one.requests)} == {f"Post {number}" for number in range(MANY)}


def test_a_retry_does_not_wait_for_a_slow_one(tmp_path: Path) -> None:
    """The slow one answers once the other has had its notice a second time."""
    seen: list[int] = []
    with Receiver() as slow, Receiver() as other:

        def waiting(exchange: Exchange) -> None:
            other.wait_for(2)
            seen.append(len(slow.requests))
            exchange.say(whole(204))

        slow.script(EVERYWHERE, waiting)
        # Just long enough that it cannot come at once.
        other.script(EVERYWHERE, answer(503, headers={"Retry-After": "1"}), answer(204))
        hooks = [Hook("slow", slow.url("/")), Hook("other", other.url("/"))]
        site = Site(tmp_path).write({"a.md": post("A")}, settings(hooks, timeout="60s"))
        said = told(site, "build", "--announce-existing", "--push")
        assert said["deliveries"] == {"pending": 0, "delivered": 2, "dead": 0}
    assert seen == [1]


def test_the_documents_are_public_before_anybody_is_told(tmp_path: Path) -> None:
    """Each request looks at the output: what it tells of stands in each document, or no longer."""
    site, output = Site(tmp_path), tmp_path / "public"
    looks: list[tuple[str, str, list[bool]]] = []

    def look(exchange: Exchange) -> None:
        assert exchange.got
        if exchange.got.path == "/hub":
            return exchange.say(whole(204))
        body = json.loads(exchange.got.body)
        words = {
            "post.published": "Text of",
            "post.updated": "Other words",
            "post.withdrawn": body["data"]["id"],
        }
        documents = [(output / name).read_text() for name in ("atom.xml", "rss.xml", "feed.json")]
        item = body["data"]["id"]
        shown = [item in text and words[body["type"]] in text for text in documents]
        looks.append((body["type"], body["data"]["title"], shown))
        return exchange.say(whole(204))

    with Receiver() as hook:
        pings: list[tuple[str, str]] = []
        hook.script(EVERYWHERE, look)
        config = settings([Hook("h", hook.url("/h"))], [hook.url("/hub")], documents=ALL_DOCUMENTS)
        site.write({"known.md": post("Known")}, config)
        told(site, "build", "--push")
        pings += [("first", one.path) for one in hook.requests]
        site.write({"new.md": post("New")}, config)
        told(site, "build", "--push")
        site.write({"new.md": post("New").replace("Text of New", "Other words")}, config)
        told(site, "build", "--push")
        (tmp_path / "posts" / "new.md").unlink()
        told(site, "build", "--push")
        assert pings == [("first", "/hub")] * 3
        # Three documents, four times.
        assert [one.path for one in hook.requests].count("/hub") == 12
    assert looks == [
        ("post.published", "New", [True, True, True]),
        ("post.updated", "New", [True, True, True]),
        ("post.withdrawn", "New", [False, False, False]),
    ]


def test_a_hub_fetches_what_it_was_told_of(tmp_path: Path) -> None:
    """At each ping all documents are there already, with the news (I10: no hub keeps the old one)."""
    site, output = Site(tmp_path), tmp_path / "public"
    fetched: list[bytes] = []

    def fetch(exchange: Exchange) -> None:
        fetched.append((output / "feed.json").read_bytes())
        exchange.say(whole(204))

    with Receiver() as hub:
        hub.script(EVERYWHERE, fetch)
        config = settings([], [hub.url("/")])
        versions = []
        for title in ("A", "B"):
            site.write({"a.md": post(title)}, config)
            told(site, "build", "--push")
            versions.append((output / "feed.json").read_bytes())
        told(site, "build", "--push")
    assert fetched == versions
    assert len(set(versions)) == 2


def test_a_flood_is_held_and_then_let_through(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with Receiver() as hook:
        hook.script(EVERYWHERE, answer(204))
        config = settings([Hook("h", hook.url("/h"))], [hook.url("/hub")])
        site.write({"known.md": post("Known")}, config)
        told(site, "build", "--push")
        before, heard = site.output(), hook.requests
        site.write({f"{number:02}.md": post(f"Post {number}") for number in range(25)}, config)
        held = told(site, "build", "--push", code=3)
        assert held["held"]["count"] == 25
        assert "[guard] announce = 20" in held["held"]["reason"]
        assert held["announced"] == 0
        assert site.output() == before
        assert told(site, "push")["deliveries"] == {"pending": 0, "delivered": len(heard), "dead": 0}
        assert hook.requests == heard
        accepted = told(site, "build", "--push", "--accept")
        assert accepted["held"] is None
        new = [one for one in hook.requests[len(heard) :] if one.path == "/h"]
        assert sorted(kinds(new)) == sorted(("post.published", f"Post {number}") for number in range(25))
        assert len({one.header("webhook-id") for one in new}) == 25
        assert [one.path for one in hook.requests[len(heard) :]].count("/hub") == 1
