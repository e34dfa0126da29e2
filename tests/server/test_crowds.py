"""Those who hold connections open, ask too often or do not read: they harm themselves alone."""

from __future__ import annotations

import contextlib
import hashlib
import os
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from shelves import ATOM, LAST_MODIFIED, PATIENCE, Answer, Running, atom, everything, one_answer, running

from syndicate.server.crowd import Crowd, Rates
from syndicate.server.doors import Door
from syndicate.server.limits import Limits
from syndicate.server.reply import Reply
from syndicate.server.shelf import shelve

ASK = b"GET /atom.xml HTTP/1.1\r\nHost: example.org\r\n\r\n"
PLAIN = atom().copies[0].etag


def drip(lines: list[socket.socket], said: bytes) -> int:
    """How many of these connections still took it."""
    taken = 0
    for line in lines:
        with contextlib.suppress(OSError):
            line.sendall(said)
            taken += 1
    return taken


def closed(line: socket.socket) -> bytes:
    """What was still said before the other side hung up."""
    with contextlib.suppress(ConnectionResetError):
        return everything(line)
    return b""


@pytest.mark.parametrize("sources", [1, 20], ids=["one address", "twenty addresses"])
def test_half_open_and_dripping_sockets_starve_nobody(sources: int) -> None:
    limits = Limits(rate=100_000, burst=100_000, connections=300)
    with running(limits) as server, ExitStack() as held:
        lines: list[socket.socket] = []
        for number in range(500):
            line = held.enter_context(server.connect(f"127.0.0.{1 + number % sources}"))
            # Some say nothing at all, some half a request, some are idle between two.
            if number % 3 == 1:
                line.sendall(b"GET /atom.xml HTTP/1.1\r\nHost: exa")
            elif number % 3 == 2:
                with contextlib.suppress(OSError):
                    line.sendall(ASK)
            lines.append(line)
        for _ in range(20):
            drip(lines, b"m")
            for source in ("127.0.0.1", "127.0.0.250"):
                answer = Answer.of(
                    server.raw(ASK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), source)
                )
                assert (answer.status, answer.body) == (200, ATOM)
        assert server.reports == []


def test_who_waited_longest_makes_room() -> None:
    with (
        running(Limits(per_address=2, rate=1000, burst=1000)) as server,
        server.connect() as first,
        server.connect() as second,
        server.connect() as third,
    ):
        third.sendall(ASK)
        assert one_answer(third).status == 200
        assert closed(first) == b""
        second.sendall(ASK)
        assert one_answer(second).status == 200


def test_another_address_has_its_own_room() -> None:
    with (
        running(Limits(per_address=1, rate=1000, burst=1000)) as server,
        server.connect("127.0.0.2") as first,
        server.connect("127.0.0.3") as second,
    ):
        for line in (second, first):
            line.sendall(ASK)
            assert one_answer(line).status == 200


def test_a_trusted_proxy_speaks_for_many() -> None:
    with (
        running(Limits(per_address=1, rate=1000, burst=1000), trusted=("127.0.0.2",)) as server,
        server.connect("127.0.0.2") as first,
        server.connect("127.0.0.2") as second,
    ):
        for line in (second, first):
            line.sendall(ASK)
            assert one_answer(line).status == 200


LATE = [
    ("nothing", b"", 0),
    ("half a line", b"GET /atom", 408),
    ("half a head", b"GET /atom.xml HTTP/1.1\r\nHost: example.org\r\n", 408),
    ("half a body", b"POST /hub HTTP/1.1\r\nHost: example.org\r\nContent-Length: 9\r\n\r\nabc", 408),
]


@pytest.mark.parametrize(("said", "status"), [row[1:] for row in LATE], ids=[row[0] for row in LATE])
def test_a_request_that_does_not_come_to_its_end(said: bytes, status: int) -> None:
    doors = {"/hub": Door(lambda asked: Reply(200, ()), body=100)}
    with running(Limits(head=0.1, request=0.1), doors=doors) as server, server.connect() as line:
        line.sendall(said)
        got = everything(line)
        assert (Answer.of(got).status if got else 0) == status


def test_a_head_that_drips_is_not_waited_for() -> None:
    with running(Limits(head=0.2)) as server, server.connect() as line:
        line.sendall(b"GET /atom.xml HTTP/1.1\r\nX: ")
        line.settimeout(0.01)
        got = b""
        while not got:
            try:
                line.sendall(b"a")
                got = line.recv(65536)
            except TimeoutError:
                continue
        assert Answer.of(got).status == 408


def test_between_two_requests_one_may_rest_but_not_stop_half_way() -> None:
    with running(Limits(head=0.1, idle=200)) as server, server.connect() as line:
        line.sendall(ASK + b"GET /at")
        got = everything(line)
        assert got.count(b"HTTP/1.1 200 ") == 1
        assert got.count(b"HTTP/1.1 408 ") == 1


def test_an_idle_connection_is_closed() -> None:
    with running(Limits(idle=0)) as server, server.connect() as line:
        line.sendall(ASK)
        assert Answer.of(everything(line)).body == ATOM


GREAT = os.urandom(1 << 20) * 24


@pytest.fixture(scope="module")
def great() -> Iterator[Running]:
    with running(Limits(stall=0.3, idle=200, rate=1000, burst=1000), shelve([atom(GREAT)])) as server:
        yield server


def test_who_does_not_read_is_cut_off(great: Running) -> None:
    with socket.socket() as line:
        line.settimeout(PATIENCE)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.connect(great.listener.address)
        line.sendall(ASK)
        # What hangs up is seen without reading a byte.
        watch = select.poll()
        watch.register(line, select.POLLHUP | select.POLLERR)
        assert watch.poll(PATIENCE * 1000)
    assert great.reports == []


def test_a_great_document_comes_whole(great: Running) -> None:
    with great.connect() as line:
        line.sendall(ASK)
        assert hashlib.sha256(one_answer(line).body).digest() == hashlib.sha256(GREAT).digest()


def test_a_client_that_says_no_more_gets_its_answer(great: Running) -> None:
    with great.connect() as line:
        line.sendall(ASK)
        line.shutdown(socket.SHUT_WR)
        assert Answer.of(everything(line)).body == GREAT
    with great.connect() as line:
        line.sendall(b"GET /atom")
        line.shutdown(socket.SHUT_WR)
        assert everything(line) == b""


def test_a_client_that_leaves_half_way_is_let_go(great: Running) -> None:
    for _ in range(20):
        with great.connect() as line:
            line.sendall(ASK)
            assert line.recv(1000)
    assert great.ask("GET", "/atom.xml", "Range: bytes=0-0").status == 206
    assert great.reports == []


def test_it_stops_though_a_client_does_not_read() -> None:
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with running(Limits(grace=0.2), shelve([atom(GREAT)])) as server:
            line.connect(server.listener.address)
            line.sendall(ASK)
            assert line.recv(1)
            with server.connect() as idle:
                idle.sendall(b"HEAD" + ASK[3:])
                assert b"\r\n\r\n" in idle.recv(65536)
                assert server.listener.stop(PATIENCE)
                assert everything(idle) == b""
        assert not server.listener.alive


def test_who_asks_too_often_is_told_when_to_come_again() -> None:
    with running(Limits(rate=0.001, burst=3)) as server:
        for _ in range(3):
            assert server.ask("GET", "/atom.xml").status == 200
        answer = server.ask("GET", "/atom.xml", f"If-None-Match: {PLAIN}")
        assert (answer.status, answer.headers["cache-control"]) == (429, "no-store")
        assert int(answer.headers["retry-after"]) >= 1
        other = Answer.of(server.raw(ASK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), "127.0.0.9"))
        assert (other.status, other.headers["last-modified"]) == (200, LAST_MODIFIED)


def test_many_behind_a_proxy_are_not_one() -> None:
    with running(Limits(rate=0.001, burst=1)) as unnamed:
        for _ in range(5):
            assert unnamed.ask("GET", "/", "X-Forwarded-For: 203.0.113.5").status == 200
    with running(Limits(rate=0.001, burst=1), trusted=("127.0.0.0/8",)) as named:
        asked = [f"203.0.113.{n}" for n in (5, 6, 5, 7, 6)]
        assert [named.ask("GET", "/", f"X-Forwarded-For: {one}").status for one in asked] == [
            200,
            200,
            429,
            200,
            429,
        ]


class Sitting:
    def __init__(self, household: str, since: float | None) -> None:
        self.household, self.since, self.gone = household, since, False

    def make_room(self) -> None:
        self.gone = True


def test_who_is_being_answered_is_not_sent_away() -> None:
    crowd = Crowd(per_household=2, in_all=4)
    busy = [Sitting("a", None), Sitting("a", None)]
    assert all(map(crowd.enter, busy))
    assert not crowd.enter(Sitting("a", 1))
    waiting = [Sitting("b", 5), Sitting("b", 3)]
    assert all(map(crowd.enter, waiting))
    assert crowd.enter(Sitting("c", 9))
    assert [one.gone for one in (*busy, *waiting)] == [False, False, False, True]
    assert crowd.count == 4
    crowd.leave(busy[0])
    crowd.leave(busy[0])
    assert crowd.count == 3


def test_those_who_speak_for_many_are_counted_in_all_alone() -> None:
    crowd = Crowd(per_household=1, in_all=3)
    proxies = [Sitting("", None) for _ in range(3)]
    assert all(map(crowd.enter, proxies))
    assert not crowd.enter(Sitting("a", 1))


def test_a_bucket_fills_again() -> None:
    rates = Rates(rate=2, burst=3)
    assert [rates.wait("a", 10.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert rates.wait("b", 10.0) == 0
    assert rates.wait("a", 10.25) == 0.25
    assert rates.wait("a", 10.5) == 0
    assert rates.wait("a", 10.5) == 0.5
    assert [rates.wait("a", 1000.0) for _ in range(4)] == [0, 0, 0, 0.5]


def test_no_more_is_remembered_than_fits() -> None:
    rates = Rates(rate=0.001, burst=1)
    assert rates.wait("first", 0) == 0
    for number in range(20_000):
        rates.wait(str(number), 0)
    assert rates.wait("19999", 0) > 0
    assert rates.wait("first", 0) == 0
