"""Conditional requests and all that a reader is answered, as a table: once pure, once through a real socket."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from shelves import (
    ATOM,
    BASE,
    LAST_MODIFIED,
    MODIFIED,
    NOW,
    PAGE,
    Answer,
    Running,
    atom,
    page,
    running,
    shelf,
)

from syndicate.errors import PublishError
from syndicate.server.asked import Asked
from syndicate.server.reply import Reply
from syndicate.server.respond import POLICY, respond
from syndicate.server.shelf import Shelf, follow, hold, shelve

COPIES = {copy.coding: copy for copy in atom().copies}
PLAIN, ZIPPED, BR = COPIES[""].etag, COPIES["gzip"].etag, COPIES["br"].etag
SMALLEST = min(COPIES.values(), key=lambda copy: len(copy.body)).etag
EARLIER, LATER = "Thu, 01 Jan 2026 00:00:00 GMT", "Sat, 03 Jan 2026 00:00:00 GMT"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running() as started:
        yield started
        assert started.reports == []


def asked(method: str, target: str, *lines: str) -> Asked:
    pairs = (line.split(":", 1) for line in lines)
    return Asked(method, target, tuple((name.lower(), value.strip()) for name, value in pairs))


def pure(method: str, target: str, *lines: str, on: Shelf | None = None) -> Reply:
    return respond(asked(method, target, *lines), on or shelf(), NOW)


# What is sent, the status, and the entity tag that comes with it.
CONDITIONS: list[tuple[tuple[str, ...], int, str | None]] = [
    ((), 200, PLAIN),
    (("Accept-Encoding: gzip",), 200, ZIPPED),
    ((f"If-None-Match: {PLAIN}",), 304, PLAIN),
    ((f"If-None-Match: W/{PLAIN}",), 304, PLAIN),
    ((f"If-None-Match: {ZIPPED}", "Accept-Encoding: gzip"), 304, ZIPPED),
    ((f"If-None-Match: W/{ZIPPED}", "Accept-Encoding: gzip"), 304, ZIPPED),
    ((f"If-None-Match: {ZIPPED}",), 304, ZIPPED),
    ((f"If-None-Match: {PLAIN}", "Accept-Encoding: gzip"), 304, PLAIN),
    ((f'If-None-Match: "a", {PLAIN} , W/"b"',), 304, PLAIN),
    (('If-None-Match: "a"', f"If-None-Match: {PLAIN}"), 304, PLAIN),
    (("If-None-Match: *",), 304, PLAIN),
    (("If-None-Match: *", "Accept-Encoding: gzip"), 304, ZIPPED),
    (('If-None-Match: "*"',), 200, PLAIN),
    (('If-None-Match: "other"',), 200, PLAIN),
    ((f"If-None-Match: {PLAIN[1:-1]}",), 200, PLAIN),
    (("If-None-Match: ",), 200, PLAIN),
    (('If-None-Match: "' + "x" * 15000 + '"',), 200, PLAIN),
    # A tag makes dates of no account, either way.
    (('If-None-Match: "other"', f"If-Modified-Since: {LAST_MODIFIED}"), 200, PLAIN),
    ((f"If-None-Match: {PLAIN}", f"If-Modified-Since: {EARLIER}"), 304, PLAIN),
    ((f"If-Modified-Since: {LAST_MODIFIED}",), 304, PLAIN),
    ((f"If-Modified-Since: {LAST_MODIFIED}", "Accept-Encoding: gzip"), 304, ZIPPED),
    ((f"If-Modified-Since: {LATER}",), 304, PLAIN),
    ((f"If-Modified-Since: {EARLIER}",), 200, PLAIN),
    (("If-Modified-Since: Friday, 02-Jan-26 03:04:05 GMT",), 304, PLAIN),
    (("If-Modified-Since: Fri Jan  2 03:04:05 2026",), 304, PLAIN),
    (("If-Modified-Since: 2026-01-03T00:00:00Z",), 200, PLAIN),
    (("If-Modified-Since: Sat, 99 Jan 2026 99:00:00 GMT",), 200, PLAIN),
    (("If-Modified-Since: Sat, 03 Xyz 2026 00:00:00 GMT",), 200, PLAIN),
    (("If-Modified-Since: tomorrow",), 200, PLAIN),
    # 304 comes before everything that could also be said.
    ((f"If-None-Match: {PLAIN}", "Range: bytes=0-3"), 304, PLAIN),
    ((f"If-None-Match: {PLAIN}", "Accept-Encoding: identity;q=0"), 304, PLAIN),
    ((f"If-Match: {PLAIN}",), 200, PLAIN),
    (("If-Match: *",), 200, PLAIN),
    ((f"If-Match: W/{PLAIN}",), 412, None),
    (('If-Match: "other"', f"If-None-Match: {PLAIN}"), 412, None),
    ((f"If-Unmodified-Since: {EARLIER}",), 412, None),
    ((f"If-Unmodified-Since: {LAST_MODIFIED}",), 200, PLAIN),
    # Codings.
    (("Accept-Encoding: gzip, br",), 200, SMALLEST),
    (("Accept-Encoding: br;q=0.1, gzip;q=0.2",), 200, ZIPPED),
    (("Accept-Encoding: br;q=0.2, gzip;q=0.1",), 200, BR),
    (("Accept-Encoding: GZIP",), 200, ZIPPED),
    (("Accept-Encoding: x-gzip",), 200, ZIPPED),
    (("Accept-Encoding: gzip;q=0",), 200, PLAIN),
    (("Accept-Encoding: gzip;q=0.000, *;q=0",), 406, None),
    (("Accept-Encoding: gzip;q=0.001",), 200, ZIPPED),
    (("Accept-Encoding: gzip;q=2",), 200, PLAIN),
    (("Accept-Encoding: gzip;q=0.5, identity",), 200, PLAIN),
    (("Accept-Encoding: identity;q=0.5, gzip;q=0.5",), 200, ZIPPED),
    (("Accept-Encoding: *",), 200, SMALLEST),
    (("Accept-Encoding: *;q=0",), 406, None),
    (("Accept-Encoding: *;q=0, identity",), 200, PLAIN),
    (("Accept-Encoding: identity;q=0",), 406, None),
    (("Accept-Encoding: identity;q=0, gzip",), 200, ZIPPED),
    (("Accept-Encoding: deflate, zstd",), 200, PLAIN),
    (("Accept-Encoding: ",), 200, PLAIN),
    (("Accept-Encoding: ;;,,gzip;q=",), 200, PLAIN),
    (("Accept-Encoding: deflate", "Accept-Encoding: gzip"), 200, ZIPPED),
]


def examine(answer: Answer, status: int, etag: str | None) -> None:
    assert answer.status == status
    said = answer.headers
    assert said["x-content-type-options"] == "nosniff"
    assert said["access-control-allow-origin"] == "*"
    assert said["date"] == "Mon, 01 Jun 2026 12:00:00 GMT"
    assert not {"set-cookie", "server"} & set(said)
    assert said.get("etag") == etag
    if etag is None:
        return
    assert said["vary"] == "Accept-Encoding"
    assert said["cache-control"] == "public, max-age=600"
    assert said["last-modified"] == LAST_MODIFIED
    assert said["link"] == f'<https://hub.example/>; rel="hub", <{BASE}/atom.xml>; rel="self"'
    if status == 304:
        assert not answer.body
        assert not {"content-type", "content-encoding", "content-length"} & set(said)
    else:
        copy = next(copy for copy in COPIES.values() if copy.etag == etag)
        assert said["content-type"] == "application/atom+xml; charset=utf-8"
        assert said.get("content-encoding", "") == copy.coding
        assert said["content-length"] == str(len(copy.body))


@pytest.mark.parametrize(("lines", "status", "etag"), CONDITIONS)
def test_a_conditional_request(
    lines: tuple[str, ...], status: int, etag: str | None, server: Running
) -> None:
    got = server.ask("GET", "/atom.xml", *lines)
    examine(got, status, etag)
    if status == 200:
        assert got.body == next(copy.body for copy in COPIES.values() if copy.etag == etag)
    head = server.ask("HEAD", "/atom.xml", *lines)
    assert (head.status, head.headers, head.body) == (got.status, got.headers, b"")


def test_the_gzip_copy_is_the_document() -> None:
    reply = pure("GET", "/atom.xml", "Accept-Encoding: gzip")
    assert gzip.decompress(reply.body) == ATOM


RANGES: list[tuple[tuple[str, ...], int, bytes, str | None]] = [
    (("Range: bytes=0-5",), 206, ATOM[:6], f"bytes 0-5/{len(ATOM)}"),
    (("Range: bytes=6-",), 206, ATOM[6:], f"bytes 6-{len(ATOM) - 1}/{len(ATOM)}"),
    (("Range: bytes=-7",), 206, ATOM[-7:], f"bytes {len(ATOM) - 7}-{len(ATOM) - 1}/{len(ATOM)}"),
    (("Range: bytes=-999999",), 206, ATOM, f"bytes 0-{len(ATOM) - 1}/{len(ATOM)}"),
    (("Range: bytes=0-999999",), 206, ATOM, f"bytes 0-{len(ATOM) - 1}/{len(ATOM)}"),
    (("Range: Bytes = 1-1",), 206, ATOM[1:2], f"bytes 1-1/{len(ATOM)}"),
    (("Range: bytes=999999-",), 416, b"", f"bytes */{len(ATOM)}"),
    (("Range: bytes=-0",), 416, b"", f"bytes */{len(ATOM)}"),
    (("Range: bytes=5-1",), 200, ATOM, None),
    (("Range: bytes=-",), 200, ATOM, None),
    (("Range: bytes=0-1,3-4",), 200, ATOM, None),
    (("Range: bytes=" + ",".join(f"{n}-{n}" for n in range(1000)),), 200, ATOM, None),
    (("Range: bytes=" + "9" * 5000 + "-",), 200, ATOM, None),
    (("Range: lines=0-1",), 200, ATOM, None),
    (("Range: bytes=a-b",), 200, ATOM, None),
    (("Range: bytes=0-5", f"If-Range: {PLAIN}"), 206, ATOM[:6], f"bytes 0-5/{len(ATOM)}"),
    (("Range: bytes=0-5", f"If-Range: W/{PLAIN}"), 200, ATOM, None),
    (("Range: bytes=0-5", 'If-Range: "other"'), 200, ATOM, None),
    (("Range: bytes=0-5", f"If-Range: {LAST_MODIFIED}"), 206, ATOM[:6], f"bytes 0-5/{len(ATOM)}"),
    (("Range: bytes=0-5", f"If-Range: {LATER}"), 200, ATOM, None),
    (("Range: bytes=0-5", f"If-Range: {ZIPPED}"), 200, ATOM, None),
]


@pytest.mark.parametrize(("lines", "status", "body", "placed"), RANGES)
def test_a_range(
    lines: tuple[str, ...], status: int, body: bytes, placed: str | None, server: Running
) -> None:
    got = server.ask("GET", "/atom.xml", *lines)
    assert got.status == status
    assert got.headers.get("content-range") == placed
    assert got.headers["content-length"] == str(len(got.body))
    if status != 416:
        assert got.body == body
        assert got.headers["etag"] == PLAIN
    head = server.ask("HEAD", "/atom.xml", *lines)
    assert (head.status, head.headers["content-length"]) == (200, str(len(ATOM)))


def test_a_range_of_a_coding_is_of_its_bytes() -> None:
    reply = pure("GET", "/atom.xml", "Accept-Encoding: gzip", "Range: bytes=2-9", f"If-Range: {ZIPPED}")
    assert (reply.status, reply.body) == (206, COPIES["gzip"].body[2:10])
    assert reply.header("Content-Encoding") == "gzip"


TARGETS = [
    ("GET", "/atom.xml?utm=1&null", 200, None),
    ("GET", "/%61tom.xml", 200, None),
    ("GET", "http://other.example/atom.xml", 200, None),
    ("GET", "HTTP://other.example/atom.xml?x", 200, None),
    ("GET", "/", 200, None),
    ("GET", "http://other.example", 200, None),
    ("GET", "http://other.example?x", 200, None),
    ("GET", "/index.html", 200, None),
    ("GET", "/tags/", 200, None),
    ("GET", "/tags", 301, "/tags/"),
    ("GET", "/tags?x=1", 301, "/tags/"),
    ("GET", "/gr%C3%B6%C3%9Fe%20&%20co", 301, "/gr%C3%B6%C3%9Fe%20%26%20co/"),
    ("GET", "/gr%C3%B6%C3%9Fe%20%26%20co/", 200, None),
    ("GET", "/atom.xml/", 404, None),
    ("GET", "/nothing", 404, None),
    ("GET", "/nothing/", 404, None),
    ("GET", "/ATOM.XML", 404, None),
    ("OPTIONS", "/atom.xml", 204, None),
    ("OPTIONS", "/nothing", 204, None),
    ("OPTIONS", "*", 204, None),
    ("GET", "*", 400, None),
    ("POST", "/atom.xml", 405, None),
    ("DELETE", "/", 405, None),
    ("BREW", "/nothing", 405, None),
    ("get", "/atom.xml", 405, None),
]


@pytest.mark.parametrize(("method", "target", "status", "location"), TARGETS)
def test_a_target(method: str, target: str, status: int, location: str | None, server: Running) -> None:
    got = server.ask(method, target)
    assert (got.status, got.headers.get("location")) == (status, location)
    if status == 405:
        assert got.headers["allow"] == "GET, HEAD, OPTIONS"
    if method == "GET":
        head = server.ask("HEAD", target)
        assert (head.status, head.headers, head.body) == (got.status, got.headers, b"")


def test_a_browser_may_ask_first(server: Running) -> None:
    said = server.ask("OPTIONS", "/atom.xml", "Origin: https://reader.example").headers
    assert said["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in said["access-control-allow-headers"]


def test_a_page_is_kept_from_doing_more_than_it_says() -> None:
    reply = pure("GET", "/")
    assert reply.body == PAGE
    assert reply.header("Content-Security-Policy") == POLICY
    assert reply.header("Referrer-Policy")
    assert reply.header("Link") is None
    assert pure("GET", "/atom.xml").header("Content-Security-Policy") is None
    own = shelve([page("index.html", policy="default-src 'none'")])
    assert pure("GET", "/", on=own).header("Content-Security-Policy") == "default-src 'none'"


def test_the_root_of_a_site_below_it_leads_home() -> None:
    below = shelve([page("blog/index.html")], home="/blog/")
    reply = pure("GET", "/", on=below)
    assert (reply.status, reply.header("Location")) == (302, "/blog/")
    assert pure("GET", "/", on=shelve([page("blog/index.html")])).status == 404
    assert pure("GET", "/", on=shelve([], home="/blog/")).status == 404


def test_no_document_is_dated_after_its_answer() -> None:
    ahead = shelve([atom(modified=NOW + timedelta(days=1))])
    reply = pure("GET", "/atom.xml", on=ahead)
    assert reply.header("Last-Modified") == reply.header("Date")


def test_a_url_cannot_smuggle_in_a_header() -> None:
    sly = replace(atom(), links=(("self", 'https://example.org/a>"\r\nX: y/ü'),))
    link = pure("GET", "/atom.xml", on=Shelf({"/atom.xml": sly})).header("Link")
    assert link == '<https://example.org/a%3E%22%0D%0AX:%20y/%C3%BC>; rel="self"'


def test_the_reply_says_whose_it_is() -> None:
    assert (pure("GET", "/atom.xml").feed, pure("GET", "/atom.xml").path) == ("main", "/atom.xml")
    assert (pure("GET", "/").feed, pure("GET", "/").path) == ("", "/index.html")
    assert pure("GET", "/nothing").feed == ""


def test_validators_are_of_the_bytes_alone() -> None:
    again = atom(modified=MODIFIED + timedelta(days=9))
    assert again.tags == atom().tags
    assert len(set(atom().tags)) == 3
    assert not set(atom(ATOM + b" ").tags) & set(atom().tags)


def test_a_coding_that_saves_nothing_is_left_out() -> None:
    held = hold(
        path="a", url=BASE, media_type="text/plain", body=b"a", modified=NOW, max_age=1, coded={"gzip": b"aa"}
    )
    assert [copy.coding for copy in held.copies] == [""]


def test_two_documents_do_not_share_a_path() -> None:
    with pytest.raises(PublishError, match=r"b\.xml: it has the URL of atom\.xml"):
        shelve([atom(), replace(atom(), path="b.xml")])


def test_two_changes_in_one_second_have_two_dates() -> None:
    first, second = shelf(b"one"), shelf(b"two")
    followed = follow(second, first)
    assert followed.documents["/atom.xml"].modified == MODIFIED + timedelta(seconds=1)
    again = follow(shelf(b"two"), followed)
    assert again.documents["/atom.xml"].modified == MODIFIED + timedelta(seconds=1)
    later = follow(shelf(b"three", MODIFIED + timedelta(hours=1)), again)
    assert later.documents["/atom.xml"].modified == MODIFIED + timedelta(hours=1)
    assert follow(second, Shelf({})) == second
