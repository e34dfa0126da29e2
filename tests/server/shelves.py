"""Shelves, listeners and raw sockets for the tests of the server."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from syndicate.server.app import Serving
from syndicate.server.figures import Figures
from syndicate.server.limits import Limits
from syndicate.server.listener import Listener, serve
from syndicate.server.shelf import Held, Shelf, hold, shelve

BASE = "https://example.org"
MODIFIED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NOW = datetime(2026, 6, 1, 12, 0, 0, tzinfo=UTC)
LAST_MODIFIED = "Fri, 02 Jan 2026 03:04:05 GMT"
ATOM = b"<feed>" + b"<entry>words</entry>" * 200 + b"</feed>"
PAGE = b"<!doctype html><title>Notes</title>" + b"<p>hello</p>" * 50
LINKS = (("hub", "https://hub.example/"), ("self", f"{BASE}/atom.xml"))
PATIENCE = 20.0


def atom(body: bytes = ATOM, modified: datetime = MODIFIED) -> Held:
    return hold(
        path="atom.xml",
        url=f"{BASE}/atom.xml",
        media_type="application/atom+xml; charset=utf-8",
        body=body,
        modified=modified,
        max_age=600,
        coded={"gzip": gzip.compress(body, mtime=0), "br": b"br" + body[: len(body) // 3]},
        links=LINKS,
        feed="main",
    )


def page(path: str, policy: str = "") -> Held:
    return hold(
        path=path,
        url=f"{BASE}/{path}",
        media_type="text/html; charset=utf-8",
        body=PAGE,
        modified=MODIFIED,
        max_age=60,
        policy=policy,
    )


def shelf(body: bytes = ATOM, modified: datetime = MODIFIED) -> Shelf:
    return shelve(
        [atom(body, modified), page("index.html"), page("tags/index.html"), page("größe & co/index.html")]
    )


@dataclass
class Running:
    """A listener with what it reported. `clock` is what it takes for now."""

    listener: Listener
    reports: list[str] = field(default_factory=list)

    def connect(self, source: str = "127.0.0.1") -> socket.socket:
        return socket.create_connection(self.listener.address, timeout=PATIENCE, source_address=(source, 0))

    def raw(self, said: bytes, source: str = "127.0.0.1") -> bytes:
        """All that is answered until the other side closes."""
        with self.connect(source) as line:
            line.sendall(said)
            return everything(line)

    def ask(self, method: str, target: str, *headers: str) -> Answer:
        lines = [f"{method} {target} HTTP/1.1", "Host: example.org", *headers, "Connection: close", "", ""]
        return Answer.of(self.raw("\r\n".join(lines).encode("latin-1")))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, raw: bytes) -> Answer:
        head, found, body = raw.partition(b"\r\n\r\n")
        assert found, raw[:200]
        first, *lines = head.decode("latin-1").split("\r\n")
        names = [line.partition(":")[0].lower() for line in lines]
        assert len(names) == len(set(names)), f"a header twice: {names}"
        return cls(
            int(first.split(" ")[1]),
            {name: line.partition(":")[2].strip() for name, line in zip(names, lines, strict=True)},
            body,
        )


def everything(line: socket.socket) -> bytes:
    pieces = []
    while piece := line.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def one_answer(line: socket.socket) -> Answer:
    """The next answer on a connection that stays open."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = line.recv(65536)
        assert piece, f"closed after {got[:200]!r}"
        got += piece
    head = Answer.of(got)
    length = int(head.headers.get("content-length", "0"))
    body = head.body
    while len(body) < length:
        piece = line.recv(65536)
        assert piece, f"closed after {len(body)} of {length} bytes"
        body += piece
    return Answer(head.status, head.headers, body)


@contextmanager
def running(limits: Limits | None = None, shown: Shelf | None = None, **told: object) -> Iterator[Running]:
    """Listens on any free port of this machine; it must stop by itself, and have nothing to report."""
    reports: list[str] = []
    given: dict[str, object] = {
        "now": lambda: NOW,
        "ready": lambda: (True, "ready"),
        "figures": lambda: Figures("1.2.3"),
        "limits": limits or Limits(rate=100_000, burst=100_000),
        **told,
    }
    serving = Serving(report=reports.append, **given)  # type: ignore[arg-type]
    listener = serve(serving, shown or shelf(), host="127.0.0.1", port=0)
    try:
        yield Running(listener, reports)
    finally:
        assert listener.stop(PATIENCE), "it does not stop"
