"""Feed readers that are not ours: each lists all entries, and once it knows them is told that nothing changed."""

from __future__ import annotations

import json
import mailbox
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from programs import program
from servers import Answer, Server, free_port, posts, ready, settings
from sites import Site

# In the usual suite it would cost more than it tells; continuous integration runs it.
pytestmark = pytest.mark.slow

DOCUMENTS = ("atom.xml", "rss.xml")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    site = Site(tmp_path_factory.mktemp("clients")).write(posts(), settings(free_port()))
    with Server(site) as server:
        yield ready(server)


@pytest.fixture
def titles(server: Server) -> list[str]:
    return sorted(item["title"] for item in items(server.get("/feed.json")))


def items(answer: Answer) -> list[dict[str, str]]:
    return list(json.loads(answer.body)["items"])


def urls(server: Server, *names: str) -> list[str]:
    return [f"http://127.0.0.1:{server.port}/{name}" for name in names]


def counted(server: Server) -> tuple[int, int]:
    """Documents of the feed sent, and answered with 304."""
    requests = server.requests()
    return requests.get(("main", "200"), 0), requests.get(("main", "304"), 0)


def run(*words: str | Path, home: Path) -> str:
    """What a client's program says. Of the environment it gets what it needs, and a home of its own."""
    done = subprocess.run(
        words,
        env={
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "TERM": "dumb",
            "no_proxy": "127.0.0.1",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", DOCUMENTS)
def test_newsboat(server: Server, titles: list[str], tmp_path: Path, name: str) -> None:
    newsboat = program("newsboat")
    (tmp_path / "urls").write_text("\n".join(urls(server, name)) + "\n")
    (tmp_path / "config").touch()
    words = (newsboat, "-u", tmp_path / "urls", "-c", tmp_path / "cache.db", "-C", tmp_path / "config")

    def poll() -> tuple[int, int]:
        before = counted(server)
        run(*words, "-x", "reload", home=tmp_path)
        sent, unchanged = counted(server)
        return sent - before[0], unchanged - before[1]

    assert poll() == (1, 0)
    # It notes validators only for a feed that its cache knew before: newsboat's own second poll is a first one.
    assert poll() == (1, 0)
    assert poll() == (0, 1)
    with closing(sqlite3.connect(tmp_path / "cache.db")) as cache:
        assert sorted(title for (title,) in cache.execute("SELECT title FROM rss_item")) == titles


@pytest.mark.parametrize("name", DOCUMENTS)
def test_feedparser(server: Server, titles: list[str], name: str) -> None:
    import feedparser

    before = counted(server)
    (url,) = urls(server, name)
    first = feedparser.parse(url)
    assert (first.status, first.bozo, sorted(entry.title for entry in first.entries)) == (200, False, titles)
    by_tag = feedparser.parse(url, etag=first.etag)
    by_date = feedparser.parse(url, modified=first.modified)
    assert [(again.status, again.entries) for again in (by_tag, by_date)] == [(304, []), (304, [])]
    sent, unchanged = counted(server)
    assert (sent - before[0], unchanged - before[1]) == (1, 2)


def test_rss2email(server: Server, titles: list[str], tmp_path: Path) -> None:
    pytest.importorskip("rss2email")
    config, seen = tmp_path / "rss2email.cfg", tmp_path / "seen.json"
    config.write_text(
        "[DEFAULT]\nto = reader@example.org\nfrom = feeds@example.org\n"
        f"email-protocol = maildir\nmaildir-path = {tmp_path}\nmaildir-mailbox = mail\n"
        + "".join(
            f"[feed.{name.partition('.')[0]}]\nurl = {url}\n"
            for name, url in zip(DOCUMENTS, urls(server, *DOCUMENTS), strict=True)
        )
    )
    mail = mailbox.Maildir(tmp_path / "mail")
    words = (sys.executable, "-m", "rss2email.main", "-c", config, "-d", seen, "run")

    before = counted(server)
    run(*words, home=tmp_path)
    assert sorted(str(message["subject"]) for message in mail) == sorted(titles * 2)
    sent, unchanged = counted(server)
    assert (sent - before[0], unchanged - before[1]) == (2, 0)

    run(*words, home=tmp_path)
    assert len(mail) == 2 * len(titles)
    again, still = counted(server)
    assert (again - sent, still - unchanged) == (0, 2)


READER = """\
import json, sys
from reader import make_reader

with make_reader(":memory:") as reader:
    for url in sys.argv[1:]:
        reader.add_feed(url)
    # Of its own accord it does not ask again before max-age is over: the second of these sends nothing.
    for scheduled in (True, True, False):
        for result in reader.update_feeds_iter(scheduled=scheduled):
            assert not isinstance(result.value, Exception), result
    print(json.dumps([(entry.feed.url, entry.title) for entry in reader.get_entries()]))
"""


def test_reader(server: Server, titles: list[str], tmp_path: Path) -> None:
    pytest.importorskip("reader")
    before = counted(server)
    wanted = urls(server, "atom.xml", "rss.xml", "feed.json")
    listed = json.loads(run(sys.executable, "-c", READER, *wanted, home=tmp_path))
    for url in wanted:
        assert sorted(title for feed, title in listed if feed == url) == titles
    sent, unchanged = counted(server)
    assert (sent - before[0], unchanged - before[1]) == (3, 3)
