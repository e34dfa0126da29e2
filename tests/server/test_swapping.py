"""Another shelf takes the place of the one that is served, while readers read."""

from __future__ import annotations

import gzip
import threading

import pytest
from shelves import (
    ATOM,
    BASE,
    LAST_MODIFIED,
    NOW,
    Answer,
    Running,
    atom,
    everything,
    one_answer,
    running,
    shelf,
)

from syndicate.server.shelf import Shelf, hold, shelve, tag_of

SWAPS = 200


def version(number: int) -> Shelf:
    """Two documents that name their version, throughout and in two codings."""
    held = []
    for name in ("atom.xml", "rss.xml"):
        body = b"<feed>" + b"<entry>%06d</entry>" % number * (3000 + number % 7) + b"</feed>"
        held.append(
            hold(
                path=name,
                url=f"{BASE}/{name}",
                media_type="application/atom+xml",
                body=body,
                modified=NOW,
                max_age=60,
                coded={"gzip": gzip.compress(body, 1, mtime=0)},
                feed="main",
            )
        )
    return shelve(held)


def version_in(answer: Answer) -> int:
    assert answer.status == 200
    assert answer.headers["etag"] == tag_of(answer.body)
    body = answer.body
    if answer.headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    number = int(body[len(b"<feed><entry>") :][:6])
    assert body == version(number).documents["/atom.xml"].copies[0].body
    return number


def test_a_reader_sees_the_old_set_or_the_new_one() -> None:
    swapped = threading.Condition()
    reached = seen = 0

    def read(server: Running, coding: str) -> None:
        """Version after version, over one connection; each swap waits until it was seen."""
        nonlocal seen
        with server.connect() as line:
            known, tag = 0, '""'
            while known < SWAPS:
                line.sendall(
                    f"GET /atom.xml HTTP/1.1\r\nHost: a\r\nAccept-Encoding: {coding}\r\n"
                    f"If-None-Match: {tag}\r\n\r\n".encode()
                )
                answer = one_answer(line)
                if answer.status == 304:
                    assert answer.headers["etag"] == tag
                    continue
                number, tag = version_in(answer), answer.headers["etag"]
                assert known < number <= reached
                known = number
                with swapped:
                    seen = max(seen, number)
                    swapped.notify_all()

    faults: list[BaseException] = []

    def reading(server: Running, coding: str) -> None:
        nonlocal seen
        try:
            read(server, coding)
        except BaseException as fault:  # noqa: BLE001 — it is raised where the test can see it
            faults.append(fault)
            with swapped:
                seen = SWAPS
                swapped.notify_all()

    with running(shown=version(0)) as server:
        readers = [threading.Thread(target=reading, args=(server, coding)) for coding in ("gzip", "identity")]
        reached = 1
        server.listener.swap(version(1))
        for one in readers:
            one.start()
        for number in range(2, SWAPS + 1):
            with swapped:
                assert swapped.wait_for(lambda before=number - 1: seen >= before, 60)  # type: ignore[misc]
            reached = number
            server.listener.swap(version(number))
        for one in readers:
            one.join(60)
        if faults:
            raise faults[0]
        assert not any(one.is_alive() for one in readers)
        assert server.reports == []


def test_an_answer_under_way_keeps_its_bytes() -> None:
    great = bytes(range(256)) * 65536
    with running(shown=shelve([atom(great)])) as server, server.connect() as line:
        line.sendall(b"GET /atom.xml HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        begun = line.recv(1000)
        server.listener.swap(shelf())
        assert server.ask("GET", "/atom.xml").body == ATOM
        assert Answer.of(begun + everything(line)).body == great


def test_what_is_gone_is_gone_and_what_is_new_is_there() -> None:
    with running(shown=shelve([])) as server:
        assert server.ask("GET", "/atom.xml").status == 404
        server.listener.swap(shelf())
        assert server.ask("GET", "/atom.xml").body == ATOM
        server.listener.swap(shelve([]))
        assert server.ask("GET", "/atom.xml").status == 404


@pytest.mark.parametrize("validator", ["etag", "last-modified"])
def test_two_changes_in_one_second_are_seen(validator: str) -> None:
    name = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}[validator]
    with running(shown=shelf(b"one")) as server:
        first = server.ask("GET", "/atom.xml").headers
        assert first["last-modified"] == LAST_MODIFIED
        server.listener.swap(shelf(b"two"))
        second = server.ask("GET", "/atom.xml", f"{name}: {first[validator]}")
        assert (second.status, second.body) == (200, b"two")
        server.listener.swap(shelf(b"two"))
        assert server.ask("GET", "/atom.xml", f"{name}: {second.headers[validator]}").status == 304
