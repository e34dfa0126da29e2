"""The settings of other web servers in docs/serving.md, in those servers."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import pytest
from programs import program
from servers import PATIENCE, Server, eventually, free_port, get, posts, ready, settings
from sites import Site

from syndicate.server.limits import Limits

PAGE = Path(__file__).resolve().parents[2] / "docs" / "serving.md"
HUB = "https://hub.example.net/"
FEEDS = {
    "/atom.xml": "application/atom+xml; charset=utf-8",
    "/rss.xml": "application/rss+xml; charset=utf-8",
    "/feed.json": "application/feed+json; charset=utf-8",
}
OPML = {"/feeds.opml": "text/x-opml; charset=utf-8"}
PROMISED = {
    "cache-control": "public, max-age=300",
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Link",
    "x-content-type-options": "nosniff",
}
HTTP = """\
{user}daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ }}
http {{
    access_log off;
    types {{ text/html html; }}
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
{snippet}
}}
"""


def snippet(kind: str, number: int) -> str:
    """The block of one kind on the page: first the one in front of our server, then the one for a static host."""
    found = re.findall(rf"^```{kind}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    assert len(found) == 2
    return str(found[number])


def link(path: str) -> str:
    return f'<{HUB}>; rel="hub", <https://example.org{path}>; rel="self"'


@contextmanager
def other_server(words: list[str | Path], port: int, folder: Path) -> Iterator[None]:
    """Another web server, once it listens."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    with (folder / "said").open("w") as said:
        child = subprocess.Popen(
            words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )

    def listens() -> bool:
        assert child.poll() is None, (folder / "said").read_text()
        try:
            return bool(get(port, "/nothing").status)
        except OSError:
            return False

    try:
        eventually(listens, f"{words[0]} answers")
        yield
    finally:
        child.terminate()
        child.wait(PATIENCE)


@contextmanager
def nginx(text: str, folder: Path) -> Iterator[int]:
    """nginx with a snippet, at a port of its own; `nginx -t` has nothing to say of it."""
    port = free_port()
    user = "user root;\n" if os.geteuid() == 0 else ""
    placed = text.replace("listen 80;", f"listen 127.0.0.1:{port};")
    assert placed != text
    (folder / "nginx.conf").write_text(HTTP.format(user=user, folder=folder, snippet=placed))
    words: list[str | Path] = [program("nginx"), "-c", folder / "nginx.conf", "-e", "stderr"]
    checked = subprocess.run([*words, "-t", "-q"], capture_output=True, text=True, timeout=30, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    with other_server(words, port, folder):
        yield port


@contextmanager
def caddy(text: str, folder: Path) -> Iterator[int]:
    port = free_port()
    placed = text.replace("example.org {", f"http://127.0.0.1:{port} {{", 1)
    assert placed != text
    (folder / "Caddyfile").write_text("{\n\tadmin off\n}\n" + placed)
    words: list[str | Path] = [program("caddy"), "run", "--adapter", "caddyfile", "--config", "Caddyfile"]
    with other_server(words, port, folder):
        yield port


SERVERS = {"nginx": nginx, "caddy": caddy}


@pytest.mark.parametrize("kind", SERVERS)
def test_a_static_host_sends_the_same(tmp_path: Path, kind: str) -> None:
    site = Site(tmp_path).write(posts(5))
    assert site.run("build").returncode == 0
    text = snippet(kind, 1).replace("/srv/syndicate/public", str(tmp_path / "public"))
    with SERVERS[kind](text, tmp_path) as port:
        for path, media_type in (FEEDS | OPML).items():
            answer = get(port, path)
            assert (answer.status, answer.headers["content-type"]) == (200, media_type)
            assert answer.body == (tmp_path / "public" / path[1:]).read_bytes()
        for path, media_type in FEEDS.items():
            tags = set()
            for coding in ("identity", "gzip"):
                answer = get(port, path, Accept_Encoding=coding)
                assert answer.headers.get("content-encoding", "identity") == coding
                assert answer.headers["content-type"] == media_type
                assert answer.headers["link"] == link(path)
                assert "accept-encoding" in answer.headers["vary"].lower()
                assert PROMISED.items() <= answer.headers.items()
                assert not answer.headers["etag"].startswith("W/")
                again = get(port, path, Accept_Encoding=coding, If_None_Match=answer.headers["etag"])
                assert (again.status, again.headers["etag"]) == (304, answer.headers["etag"])
                tags.add(answer.headers["etag"])
            assert len(tags) == 2
        page = get(port, "/")
        assert (page.status, page.headers["content-type"].partition(";")[0]) == (200, "text/html")
        assert page.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("kind", SERVERS)
def test_a_proxy_in_front_changes_nothing(tmp_path: Path, kind: str) -> None:
    port = free_port()
    trusting = settings(port).replace("[server]", '[server]\ntrusted_proxies = ["127.0.0.1"]')
    site = Site(tmp_path / "site").write(posts(5), trusting)
    text = snippet(kind, 0).replace("127.0.0.1:8080", f"127.0.0.1:{port}")
    with Server(site) as server, SERVERS[kind](text, tmp_path) as front:
        ready(server)
        for path in (*FEEDS, *OPML, "/"):
            for coding in ("identity", "gzip"):
                ours = server.get(path, Accept_Encoding=coding)
                theirs = get(front, path, Accept_Encoding=coding)
                assert (theirs.status, theirs.body) == (200, ours.body)
                # What belongs to a connection, and to this very second, is each server's own.
                own = {"date", "server", "connection", "keep-alive"}
                assert {k: v for k, v in theirs.headers.items() if k not in own} == {
                    k: v for k, v in ours.headers.items() if k not in own
                }
                again = get(front, path, Accept_Encoding=coding, If_None_Match=ours.headers["etag"])
                assert (again.status, again.body) == (304, b"")
        assert get(front, "/healthz").status == 200
        assert [get(front, path).status for path in ("/metrics", "/readyz")] == [404, 404]


def test_the_file_of_headers_says_the_same() -> None:
    (text,) = re.findall(r"^```headers\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    rules: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        if line.startswith("/"):
            rules[line] = {}
        elif line:
            name, value = re.fullmatch(r"  ([A-Za-z-]+): (.+)", line).groups()  # type: ignore[union-attr]
            rules[list(rules)[-1]][name.lower()] = value
            # Cloudflare takes no longer ones.
            assert len(line) <= 2000
    for path, media_type in FEEDS.items():
        wanted = PROMISED | {"content-type": media_type, "link": link(path)}
        assert rules["/*"] | rules[path] == wanted
    assert rules["/feeds.opml"] == {"content-type": OPML["/feeds.opml"]}


def test_metrics_that_are_told_of_are_there(tmp_path: Path) -> None:
    site = Site(tmp_path).write(posts(2), settings(free_port()))
    told = set(re.findall(r"^\| `(syndicate_\w+)` \|", PAGE.read_text(encoding="utf-8"), re.M))
    with Server(site) as server:
        ready(server).get("/atom.xml", User_Agent="Feedly/1.0 (42 subscribers)")
        shown = server.get("/metrics").text
    assert 'syndicate_subscribers{aggregator="Feedly",feed="main"} 42.0' in shown
    there = set(re.findall(r"^# TYPE (\w+) ", shown, re.M))
    # This one is there only while something waits.
    assert told - {"syndicate_outbox_oldest_pending_seconds"} == there


def test_limits_that_are_told_of_are_those() -> None:
    page = PAGE.read_text(encoding="utf-8")
    table = page[page.index("## Limits") : page.index("## Behind nginx")]
    limits = Limits()
    told = {
        "header_bytes": "16 KiB",
        "header_count": "100 headers",
        "target_bytes": "8 KiB",
        "head": "10 s",
        "request": "30 s",
        "idle": "15 s",
        "pace": "1 KiB/s",
        "stall": "over 30 s",
        "per_address": "64 of one",
        "connections": "1000 in all",
        "rate": "100 a second",
        "burst": "200 at once",
        "grace": "2.5 seconds",
    }
    assert set(told) | {"linger", "looking"} == {field.name for field in fields(limits)}
    for name, words in told.items():
        assert words in table, name
        number = float(re.search(r"[\d.]+", words)[0])  # type: ignore[index]
        assert getattr(limits, name) == number * (1024 if "KiB" in words else 1), name
