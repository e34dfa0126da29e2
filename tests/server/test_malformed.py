"""Requests that nobody should send, as raw bytes; and what may be sent with a body."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from shelves import ATOM, NOW, Answer, Running, everything, one_answer, running

from syndicate.server.asked import Asked
from syndicate.server.doors import Door
from syndicate.server.reply import Reply, plain

HOST = b"Host: example.org\r\n"
CLOSE = b"Connection: close\r\n"


def echo(asked: Asked) -> Reply:
    said = plain(200, NOW, text=f"{asked.method} {asked.address} {asked.body.decode()}")
    return said if asked.method == "POST" else plain(405, NOW, ("Allow", "POST"))


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with running(doors={"/hub": Door(echo, body=1000)}) as started:
        yield started
        assert started.reports == []


def get(target: bytes) -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n"


def with_headers(headers: bytes, method: bytes = b"GET") -> bytes:
    return method + b" /atom.xml HTTP/1.1\r\n" + HOST + CLOSE + headers + b"\r\n"


TABLE = [
    ("up", get(b"/../atom.xml"), 404),
    ("up and up", get(b"/../../../../etc/passwd"), 404),
    ("up, encoded", get(b"/%2e%2e/%2e%2e/etc/passwd"), 404),
    ("up, encoded twice", get(b"/%252e%252e/atom.xml"), 404),
    ("up, slash encoded", get(b"/..%2fatom.xml"), 404),
    ("here", get(b"/./atom.xml"), 404),
    ("NUL", get(b"/%00"), 400),
    ("NUL after a name", get(b"/atom.xml%00.html"), 400),
    ("two slashes", get(b"//"), 404),
    ("two slashes before a name", get(b"//atom.xml"), 404),
    ("another host", get(b"//evil.example/tags"), 404),
    ("backslash", get(b"/\\atom.xml"), 404),
    ("backslashes", get(b"\\..\\atom.xml"), 400),
    ("line break, encoded", get(b"/tags%0d%0aSet-Cookie:%20a=b"), 400),
    ("half an escape", get(b"/%2"), 400),
    ("no escape", get(b"/%zz"), 400),
    ("no UTF-8", get(b"/%ff%fe"), 400),
    ("overlong UTF-8", get(b"/%c0%ae%c0%ae/"), 400),
    ("raw UTF-8", get("/größe".encode()), 400),
    ("fragment", get(b"/atom.xml#a"), 400),
    ("no slash", get(b"atom.xml"), 400),
    ("an absolute target without a path", get(b"http:///"), 200),
    ("another scheme", get(b"file:///etc/passwd"), 400),
    ("long URL", get(b"/" + b"a" * 9000), 414),
    ("100 kB URL", get(b"/" + b"a" * 100_000), 414),
    ("endless URL", b"GET /" + b"a" * 3_000_000, 414),
    ("long query", get(b"/atom.xml?" + b"a" * 9000), 414),
    ("1,000 headers", with_headers(b"".join(b"X-%d: a\r\n" % n for n in range(1000))), 431),
    ("101 headers", with_headers(b"".join(b"X-%d: a\r\n" % n for n in range(101))), 431),
    ("a long header", with_headers(b"X: " + b"a" * 17_000 + b"\r\n"), 431),
    ("endless headers", b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 500_000, 431),
    ("no Host", b"GET / HTTP/1.1\r\n\r\n", 400),
    ("two Hosts", b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
    ("bad Host: space", b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    ("bad Host: slash", b"GET / HTTP/1.1\r\nHost: a/../b\r\n\r\n", 400),
    ("bad Host: user", b"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400),
    ("bad Host: port", b"GET / HTTP/1.1\r\nHost: a:http\r\n\r\n", 400),
    ("bad Host: quote", b'GET / HTTP/1.1\r\nHost: "a"\r\n\r\n', 400),
    ("Host: IPv6", b"GET / HTTP/1.1\r\nHost: [::1]:8080\r\n" + CLOSE + b"\r\n", 200),
    ("HTTP/1.0", b"GET /atom.xml HTTP/1.0\r\n\r\n", 200),
    ("HTTP/0.9", b"GET /atom.xml\r\n\r\n", 400),
    ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    ("HTTP/3.0", b"GET / HTTP/3.0\r\n" + HOST + b"\r\n", 505),
    ("TLS", bytes.fromhex("16030100a5010000a10303") + b"\0" * 160, 400),
    ("nonsense", b"\r\n\r\n\r\n", 400),
    ("a space before a colon", with_headers(b"X : a\r\n"), 400),
    ("NUL in a header", with_headers(b"X: a\0b\r\n"), 400),
    ("a lone line break in a header", with_headers(b"X: a\rb\r\n"), 400),
    ("TRACE", with_headers(b"", b"TRACE"), 405),
    ("CONNECT", b"CONNECT example.org:443 HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n", 400),
    ("PUT", with_headers(b"Content-Length: 3\r\n", b"PUT") + b"abc", 405),
    ("PUT without a body", with_headers(b"Content-Length: 0\r\n", b"PUT"), 405),
    ("POST in chunks", with_headers(b"Transfer-Encoding: chunked\r\n", b"POST") + b"0\r\n\r\n", 405),
    ("GET with a body", with_headers(b"Content-Length: 3\r\n") + b"abc", 413),
    ("GET with a great body", with_headers(b"Content-Length: 3000000\r\n") + b"a" * 3_000_000, 413),
    ("GET in chunks", with_headers(b"Transfer-Encoding: chunked\r\n") + b"3\r\nabc\r\n0\r\n\r\n", 413),
    ("GET to a door with a body", b"GET /hub HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\n\r\na", 413),
    ("empty body", with_headers(b"Content-Length: 0\r\n"), 200),
    (
        "two framings",
        with_headers(b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n") + b"0\r\n\r\n",
        400,
    ),
    ("two lengths", with_headers(b"Content-Length: 3\r\nContent-Length: 4\r\n"), 400),
    ("a bad length", with_headers(b"Content-Length: +3\r\n"), 400),
    ("an endless length", with_headers(b"Content-Length: " + b"9" * 30 + b"\r\n"), 400),
    ("another transfer coding", with_headers(b"Transfer-Encoding: gzip, chunked\r\n"), 501),
    ("chunks in HTTP/1.0", b"POST /hub HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("websocket", with_headers(b"Upgrade: websocket\r\nConnection: Upgrade\r\n"), 200),
    ("to be continued", with_headers(b"Expect: 100-continue\r\n"), 200),
]


@pytest.mark.parametrize(("said", "status"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_a_strange_request(said: bytes, status: int, server: Running) -> None:
    got = server.raw(said)
    answer = Answer.of(got)
    assert answer.status == status, got[:300]
    assert not {"server", "set-cookie", "x-powered-by", "location"} & set(answer.headers)
    assert b"uvicorn" not in got.lower()
    assert b"traceback" not in got.lower()
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["date"]
    if status == 405:
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert server.ask("GET", "/atom.xml").body == ATOM


def test_a_head_that_is_refused_has_no_body(server: Running) -> None:
    answer = Answer.of(server.raw(with_headers(b"Content-Length: 3\r\n", b"HEAD") + b"abc"))
    assert (answer.status, answer.body) == (413, b"")


BODIES = [
    (b"Content-Length: 3\r\n", b"abc", 200),
    (b"Content-Length: 1000\r\n", b"a" * 1000, 200),
    (b"Content-Length: 1001\r\n", b"a" * 1001, 413),
    (b"Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 200),
    (b"Transfer-Encoding: chunked\r\n", b"3e9\r\n" + b"a" * 1001 + b"\r\n0\r\n\r\n", 413),
    (b"Transfer-Encoding: chunked\r\n", b"zz\r\n", 400),
    (b"", b"", 200),
]


@pytest.mark.parametrize(("framing", "body", "status"), BODIES)
def test_a_body_comes_to_a_door_alone(framing: bytes, body: bytes, status: int, server: Running) -> None:
    answer = Answer.of(server.raw(b"POST /hub?x=1 HTTP/1.1\r\n" + HOST + CLOSE + framing + b"\r\n" + body))
    assert answer.status == status
    if status == 200:
        expected = b"abcde" if b"chunked" in framing else body
        assert answer.body == b"POST 127.0.0.1 " + expected + b"\n"


def test_a_door_says_itself_what_it_allows(server: Running) -> None:
    answer = server.ask("GET", "/hub")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")


def test_a_connection_serves_many_requests(server: Running) -> None:
    with server.connect() as line:
        for _ in range(50):
            line.sendall(b"GET /atom.xml HTTP/1.1\r\n" + HOST + b"\r\n")
            assert one_answer(line).body == ATOM
        line.sendall(b"GET /nothing HTTP/1.1\r\n" + HOST + b"\r\n")
        assert one_answer(line).status == 404
        line.sendall(get(b"/atom.xml"))
        assert one_answer(line).status == 200
        assert line.recv(1) == b""


def test_requests_in_one_breath_are_answered_in_turn(server: Running) -> None:
    targets = [b"/atom.xml", b"/nothing", b"/tags/", b"/atom.xml"] * 25
    with server.connect() as line:
        line.sendall(b"".join(b"HEAD " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n" for target in targets))
        line.sendall(get(b"/"))
        heads = everything(line).split(b"\r\n\r\n")
    assert [int(head.split()[1]) for head in heads[:100]] == [200, 404, 200, 200] * 25
