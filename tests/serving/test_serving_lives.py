"""`syndicate serve` as a process: from its start to its end, and what it serves meanwhile."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from servers import PATIENCE, Server, eventually, free_port, get, posts, ready, settings
from sites import Site, post

from syndicate.server.shelf import tag_of

FEEDS = {
    "/atom.xml": "application/atom+xml; charset=utf-8",
    "/rss.xml": "application/rss+xml; charset=utf-8",
    "/feed.json": "application/feed+json; charset=utf-8",
}
TYPES = {
    **FEEDS,
    "/": "text/html; charset=utf-8",
    "/autodiscovery.html": "text/html; charset=utf-8",
    "/feeds.opml": "text/x-opml; charset=utf-8",
    "/2026/01/03/": "text/html; charset=utf-8",
}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path).write(posts(3), settings(free_port()))


@contextmanager
def locked(site: Site, how: str) -> Iterator[None]:
    """Another program holds the ledger meanwhile, as a forgotten shell does."""
    with closing(sqlite3.connect(site.root / ".syndicate" / "ledger.db", isolation_level=None)) as shell:
        shell.execute(f"BEGIN {how}")
        yield
        shell.execute("ROLLBACK")


def write_post(site: Site, name: str, title: str) -> None:
    new = site.root / "posts" / f".{name}"
    new.write_text(post(title, "2026-02-01"))
    new.replace(site.root / "posts" / name)


def test_each_document_has_its_type_and_the_bytes_of_the_output(site: Site) -> None:
    with Server(site) as server:
        ready(server)
        for path, media_type in TYPES.items():
            answer = server.get(path)
            file = site.root / "public" / path.lstrip("/") / ("index.html" if path.endswith("/") else "")
            assert (answer.status, answer.headers["content-type"]) == (200, media_type), path
            assert answer.body == file.read_bytes()
            assert answer.headers["etag"] == tag_of(answer.body)
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "public, max-age=300"
        for path in FEEDS:
            assert server.get(path).headers["link"] == f'<http://127.0.0.1:{server.port}{path}>; rel="self"'
        page = server.get("/").text
        for path, media_type in FEEDS.items():
            bare = media_type.partition(";")[0]
            links = [link for link in re.findall(r"<link [^>]*>", page) if f'type="{bare}"' in link]
            assert any("alternate" in link and path in link for link in links), path
        entries = [item["url"] for item in site.items()]
        assert len(entries) == 3
        for url in entries:
            assert url.startswith(f"http://127.0.0.1:{server.port}/")
            assert server.get(urlsplit(url).path).status == 200


def test_a_new_post_is_there_as_soon_as_it_is_published(site: Site) -> None:
    with Server(site) as server:
        ready(server).wait_until_watching()
        before = server.get("/atom.xml").headers["etag"]
        write_post(site, "new.md", "Hot off the press")
        server.wait_for("published: Hot off the press")
        server.wait_for("pass: .*written", 2)
        after = server.get("/atom.xml", If_None_Match=before)
        assert after.status == 200
        assert b"Hot off the press" in after.body
        assert server.get("/2026/02/new/").status == 200
        assert server.get("/atom.xml", If_None_Match=after.headers["etag"]).status == 304


def test_beside_a_build_the_next_answer_is_the_new_one(site: Site) -> None:
    with Server(site, ("--no-schedule",)) as server:
        assert server.get("/atom.xml").status == 404
        assert server.get("/healthz").status == 200
        for number in range(3):
            write_post(site, f"new-{number}.md", f"New one {number}")
            assert site.run("build").returncode == 0
            for path in ("/atom.xml", "/rss.xml", "/feed.json"):
                answer = server.get(path)
                assert answer.body == (site.root / "public" / path[1:]).read_bytes()
                assert f"New one {number}" in answer.text
            assert server.get(f"/2026/02/new-{number}/").status == 200


def test_it_serves_beside_run(site: Site) -> None:
    with Server(site, command="run") as daemon:
        daemon.wait_for("pass: ")
        daemon.wait_until_watching()
        with Server(site, ("--no-schedule",)) as server:
            assert server.get("/atom.xml").status == 200
            write_post(site, "new.md", "By the other one")
            daemon.wait_for("published: By the other one")
            daemon.wait_for("pass: .*written", 2)
            assert b"By the other one" in server.get("/atom.xml").body


def test_a_second_one_is_refused(site: Site) -> None:
    with Server(site) as server:
        ready(server)
        second = site.run("serve")
        assert second.returncode == 4
        assert second.stderr.count("\n") == 1, second.stderr
        assert "syndicate serve" in second.stderr
        assert server.get("/atom.xml").status == 200


@pytest.mark.parametrize("words", [(), ("--no-schedule",)], ids=["serve", "no-schedule"])
def test_a_port_that_is_taken(site: Site, words: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        site.write({}, settings(port))
        done = site.run("serve", *words)
    assert done.returncode == 2
    said = [line for line in done.stderr.splitlines() if "started" not in line]
    (sentence,) = said
    assert sentence.endswith(
        f"[server] listen 127.0.0.1:{port}: another program listens there; stop it, or set another address"
    )


def test_any_free_port_is_told(site: Site) -> None:
    site.write({}, settings(0).replace("http://127.0.0.1:0/", "https://example.org/"))
    with Server(site) as server:
        assert server.port > 0
        assert ready(server).get("/atom.xml").status == 200


@pytest.fixture(scope="module")
def large_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Its documents are too much for what the kernel holds for a client that does not read."""
    code = "\n```\n" + "Nothing but words.\n" * 100_000 + "```\n"
    site = Site(tmp_path_factory.mktemp("large"))
    site.write({f"{n}.md": post(f"Large {n}") + code for n in range(3)}, settings(free_port()))
    assert site.run("build").returncode == 0
    return site


@pytest.mark.parametrize("words", [(), ("--no-schedule",)], ids=["serve", "no-schedule"])
def test_it_ends_though_clients_are_slow(large_site: Site, words: tuple[str, ...]) -> None:
    site = large_site
    with Server(site, words) as server:
        half, deaf = (socket.socket() for _ in range(2))
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with half, deaf:
            for line in (half, deaf):
                line.settimeout(PATIENCE)
                line.connect(("127.0.0.1", server.port))
            half.sendall(b"GET /atom.xml HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            deaf.sendall(b"GET /atom.xml HTTP/1.1\r\nHost: x\r\n\r\n")
            assert deaf.recv(15) == b"HTTP/1.1 200 OK"
            assert server.get("/feeds.opml").status == 200
            code, seconds = server.end()
            assert code == 0
            assert seconds < 10
    assert "stopped" in server.said


def test_ready_only_after_a_pass(site: Site) -> None:
    assert site.run("build").returncode == 0
    write_post(site, "new.md", "Not yet")
    # Another program is about to write: the pass has to wait, readers need not.
    with locked(site, "IMMEDIATE"), Server(site) as server:
        waiting = server.get("/readyz")
        assert (waiting.status, waiting.text) == (503, "no pass has ended yet\n")
        assert server.get("/healthz").status == 200
        assert server.get("/feed.json").status == 200
        assert b"Not yet" not in server.get("/feed.json").body
        server.child.kill()
        server.child.wait(PATIENCE)


def test_not_ready_while_the_source_is_gone(site: Site) -> None:
    folder, away = site.root / "posts", site.root / "away"
    often = settings(free_port()).replace('every = "1h"', 'every = "200ms"\nwatch = false')
    site.write({}, often)
    with Server(site) as server:
        before = ready(server).get("/atom.xml").body
        folder.rename(away)
        gone = eventually(lambda: (a := server.get("/readyz")).status == 503 and a, "it is not ready")
        assert "posts" in gone.text
        assert gone.text.count("\n") == 1
        assert server.get("/healthz").status == 200
        assert server.get("/atom.xml").body == before
        assert server.get("/metrics").status == 200
        away.rename(folder)
        eventually(lambda: server.get("/readyz").status == 200, "it is ready again")


@pytest.mark.parametrize("words", [(), ("--no-schedule",)], ids=["serve", "no-schedule"])
def test_who_holds_the_ledger_keeps_no_reader_waiting(site: Site, words: tuple[str, ...]) -> None:
    assert site.run("build").returncode == 0
    with Server(site, words) as server:
        if not words:
            ready(server)
        before = server.get("/atom.xml").body
        with locked(site, "EXCLUSIVE"):
            os.utime(site.root / ".syndicate" / "ledger.db")
            # A client's own patience is less than that of who waits for the ledger.
            with socket.create_connection(("127.0.0.1", server.port), timeout=5) as line:
                line.sendall(b"GET /atom.xml HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                assert line.recv(15) == b"HTTP/1.1 200 OK"
        assert server.get("/atom.xml").body == before


def test_what_settings_name_anew_is_served_with_its_type(site: Site) -> None:
    with Server(site) as server:
        ready(server)
        port = server.port
        feed = '\n[[feed]]\nname = "brief"\natom = "brief.xml"\n'
        site.write({}, settings(port, '\n[[feed]]\nname = "main"\natom = "atom.xml"\n', feed))
        server.child.send_signal(1)
        server.wait_for("settings: read anew")
        answer = eventually(lambda: (a := server.get("/brief.xml")).status == 200 and a, "it is served")
        assert answer.headers["content-type"] == FEEDS["/atom.xml"]
        assert answer.headers["link"].endswith('/brief.xml>; rel="self"')
        assert server.get("/rss.xml").status == 404


def test_without_its_output_it_still_serves(site: Site) -> None:
    """The disk of the output is gone, the feeds are in memory."""
    with Server(site) as server:
        before = ready(server).get("/atom.xml").body
        shutil.move(site.root / "public", site.root / "elsewhere")
        os.utime(site.root / ".syndicate" / "ledger.db")
        assert get(server.port, "/atom.xml").body == before
