"""wait_until_live: nobody is told before the site serves what was published."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from deliveries import Hook, kinds, settings, standings, told
from receivers import Behaviour, Exchange, Receiver, answer, whole
from sites import Site, post

FEED = "/feeds/feed.json"


class Host:
    """A site's own server, which is told what it shows, and the receivers, in one: `order` counts over all."""

    def __init__(self, root: Path, receiver: Receiver) -> None:
        self.site, self.receiver = Site(root), receiver
        self.config = settings(
            [Hook("h", receiver.url("/hook"))],
            [receiver.url("/hub")],
            push="wait_until_live = true",
            output=f'url = "{receiver.url("/feeds/")}"',
        )

    def right(self, exchange: Exchange) -> None:
        exchange.say(whole(200, self.bytes()))

    def bytes(self) -> bytes:
        return (self.site.root / "public" / "feed.json").read_bytes()

    def paths(self) -> list[str]:
        return [one.path for one in self.receiver.requests]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    with Receiver() as receiver:
        host = Host(tmp_path, receiver)
        host.site.write({"known.md": post("Known")}, host.config)
        receiver.script(FEED, host.right)
        told(host.site, "build", "--push")
        assert host.paths() == [FEED, "/hub"]
        yield host


def test_all_are_told_once_the_right_bytes_are_served(host: Host) -> None:
    old = host.bytes()

    def packed(exchange: Exchange) -> None:
        exchange.say(whole(200, gzip.compress(host.bytes()), {"Content-Encoding": "gzip"}))

    before = len(host.paths())
    host.receiver.script(FEED, answer(200, old), answer(404), packed, host.right)
    host.site.write({"new.md": post("New")}, host.config)
    told(host.site, "build")
    said = told(host.site, "push", "--wait", "60")
    assert said["deliveries"] == {"pending": 0, "delivered": 3, "dead": 0}
    paths = host.paths()[before:]
    assert paths[:4] == [FEED] * 4
    # Each looks for itself, and may do so at an instant of its own.
    assert sorted(path for path in paths[4:] if path != FEED) == ["/hook", "/hub"]
    (got,) = [one for one in host.receiver.requests if one.path == "/hook"]
    assert kinds([got]) == [("post.published", "New")]


@pytest.mark.parametrize(
    ("served", "words"),
    [
        (answer(200, b"minified"), "{url} does not serve yet what was published"),
        (answer(404), "{url} is not served yet: it answers 404"),
    ],
    ids=["other bytes", "404"],
)
def test_what_is_never_served_is_never_told(host: Host, served: Behaviour, words: str) -> None:
    before = host.paths()
    host.receiver.script(FEED, served)
    host.site.write({"new.md": post("New")}, host.config)
    told(host.site, "build")
    done = host.site.run("push")
    reason = words.format(url=host.receiver.url(FEED))
    assert done.returncode == 0
    assert f"waiting: {reason}" in done.stderr
    assert host.paths()[len(before) :] == [FEED]
    said = told(host.site, "status")
    assert said["deliveries"] == {"pending": 2, "delivered": 1, "dead": 0}
    assert {row["last_error"] for row in standings(said).values()} == {reason}


def test_a_withdrawal_waits_until_the_post_is_gone(host: Host) -> None:
    host.site.write({"new.md": post("New")}, host.config)
    told(host.site, "build", "--push")
    with_it, before = host.bytes(), len(host.paths())
    host.receiver.script(FEED, answer(200, with_it), host.right)
    (host.site.root / "posts" / "new.md").unlink()
    told(host.site, "build")
    told(host.site, "push", "--wait", "60")
    paths = host.paths()[before:]
    assert paths[:2] == [FEED, FEED]
    assert sorted(path for path in paths[2:] if path != FEED) == ["/hook", "/hub"]
    (got,) = [one for one in host.receiver.requests[before:] if one.path == "/hook"]
    assert kinds([got]) == [("post.withdrawn", "New")]
