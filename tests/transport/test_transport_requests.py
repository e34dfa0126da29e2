"""What is sent, and what is not: headers, names, and nothing of the environment."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from receivers import EVERYWHERE, Receiver, answer, echo, head, say, swallowing

from syndicate.errors import TransportError
from syndicate.model import Request
from syndicate.transport import send


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        receiver.script(EVERYWHERE, echo)
        yield receiver


def test_a_request_arrives_as_it_was_said(receiver: Receiver) -> None:
    headers = (("Content-Type", "application/json"), ("webhook-signature", "v1,a= v1,b="))
    body = bytes(range(256))
    response = send(
        Request("POST", receiver.url("/a%20b/ü?q=1&r=ä#part"), headers, body),
        timeout=10,
        agent="syndicate/1.2",
    )
    (got,) = receiver.requests
    assert (got.method, got.path, got.body) == ("POST", "/a%20b/%C3%BC?q=1&r=%C3%A4", body)
    assert dict(got.headers) == {
        "host": f"127.0.0.1:{receiver.port}",
        "user-agent": "syndicate/1.2",
        "accept": "*/*",
        "accept-encoding": "identity",
        "connection": "close",
        "content-length": "256",
        "content-type": "application/json",
        "webhook-signature": "v1,a= v1,b=",
    }
    assert response.header("content-type") == "application/json"
    assert json.loads(response.body)["body"].encode("latin-1") == body


@pytest.mark.parametrize(
    ("request_", "length"),
    [(Request("GET", "/"), ""), (Request("POST", "/"), "0"), (Request("GET", "/", body=b"abc"), "3")],
)
def test_a_body_has_its_length(request_: Request, length: str, receiver: Receiver) -> None:
    send(Request(request_.method, receiver.url(), body=request_.body), timeout=10)
    (got,) = receiver.requests
    assert (got.method, got.header("content-length"), got.body) == (request_.method, length, request_.body)


def test_headers_of_one_name_are_joined_and_our_agent_gives_way(receiver: Receiver) -> None:
    headers = (("Accept", "a/b"), ("accept", "c/d"), ("user-agent", "another"))
    send(Request("GET", receiver.url(), headers), timeout=10)
    (got,) = receiver.requests
    assert (got.header("accept"), got.header("user-agent")) == ("a/b, c/d", "another")


@pytest.mark.parametrize(
    "header",
    [
        ("X-A", "a\r\nX-Evil: 1"),
        ("X-A", "a\nX-Evil: 1"),
        ("X-A", "a\r\n X-Evil: 1"),
        ("X-A", "a\rX-Evil: 1"),
        ("X-A", "a\x00"),
        ("X-A", " a"),
        ("X-A", "naïve"),
        ("X-A", "☃"),
        ("X-A: 1\r\nX-Evil", "1"),
        ("X A", "1"),
        ("X-Ä", "1"),
        ("", "1"),
        ("Host", "elsewhere"),
        ("content-length", "1"),
        ("Transfer-Encoding", "chunked"),
        ("Accept-Encoding", "gzip"),
        ("Expect", "100-continue"),
    ],
)
def test_no_header_smuggles_in_another(header: tuple[str, str], receiver: Receiver) -> None:
    with pytest.raises(TransportError, match="a header of the request cannot be sent"):
        send(Request("POST", receiver.url(), (header,), b"abc"), timeout=10)
    assert receiver.requests == ()


@pytest.mark.parametrize(
    "path", ["/a\r\nX-Evil: 1\r\n\r\n", "/a b", "/a\x00", "/?a\nX-Evil: 1", "/ü☃", "/%zz"]
)
def test_no_url_smuggles_in_a_header(path: str, receiver: Receiver) -> None:
    send(Request("GET", receiver.url(path)), timeout=10)
    (got,) = receiver.requests
    assert got.header("x-evil") == ""
    assert " " not in got.path
    assert got.path.isascii()


@pytest.mark.parametrize(
    "url",
    [
        *("", "x", "/x", "http://", "http:///x", "ftp://s3cret/", "mailto:s3cret", "file:///s3cret"),
        *("http://s3cret\r\n/", "http://s3 cret/", "http://s3cret\x00/", "http://[::1", "http://[s3cret]/"),
        *("http://s3cret:99999/", "http://s3cret:x/", "http://.s3cret/", "http://*s3cret/", "http://☃☃/"),
        *(f"http://{'s3cret' * 11}/", "http://s3cret..invalid/", "http://[::1%eth0]/", "HTTP+UNIX://s3cret/"),
    ],
)
def test_what_is_no_url_cannot_be_used(url: str) -> None:
    with pytest.raises(TransportError, match=r"^(the URL cannot be used|the name cannot be found)$"):
        send(Request("GET", url), timeout=10)


def test_an_address_of_ipv6() -> None:
    with socket.socket(socket.AF_INET6) as bound:
        try:
            bound.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 here")
        port = bound.getsockname()[1]
        with pytest.raises(TransportError, match="refused"):
            send(Request("GET", f"http://[::1]:{port}/"), timeout=10)


def test_nothing_is_kept_from_one_to_the_next(receiver: Receiver) -> None:
    receiver.script("/", answer(200, headers={"Set-Cookie": "a=s3cret; Path=/"}), echo)
    assert send(Request("GET", receiver.url()), timeout=10).header("set-cookie")
    send(Request("GET", receiver.url()), timeout=10)
    assert receiver.wait_for(2)[1].header("cookie") == ""


def test_names_of_headers_are_in_lower_case_and_none_is_lost(receiver: Receiver) -> None:
    receiver.script("/", say(head(200, {"X-A": "1", "x-a": "2", "Retry-After": "7"}) + b"\r\n"))
    response = send(Request("GET", receiver.url()), timeout=10)
    assert response.headers == (("x-a", "1"), ("x-a", "2"), ("retry-after", "7"))


def test_the_environment_is_not_asked(
    receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password s3cret\ndefault login me password s3cret\n")
    netrc.chmod(0o600)
    with Receiver() as proxy:
        monkeypatch.setenv("NETRC", str(netrc))
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        send(Request("GET", receiver.url()), timeout=10)
        assert proxy.requests == ()
    (got,) = receiver.requests
    assert got.header("authorization") == ""


def test_many_at_once_each_get_their_own(receiver: Receiver) -> None:
    def told(number: int) -> str:
        request = Request("POST", receiver.url(f"/{number}"), body=str(number).encode())
        got = json.loads(send(request, timeout=10).body)
        return f"{got['path']} {got['body']}"

    with ThreadPoolExecutor(24) as pool:
        assert list(pool.map(told, range(96))) == [f"/{number} {number}" for number in range(96)]


@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 200 So\r\nno colon here\r\n\r\n", b"HTTP/1.1 500 So\r\n\r\n", b"?"]
)
def test_no_log_holds_the_url(
    said: bytes, receiver: Receiver, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.script(EVERYWHERE, say(said))
    with suppress(TransportError):
        send(Request("POST", receiver.url("/s3cret")), timeout=10)
    assert receiver.requests[0].path == "/s3cret"
    assert "s3cret" not in caplog.text + "".join(capfd.readouterr())


def look_up_as(monkeypatch: pytest.MonkeyPatch, found: Any) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", found)


def place(port: int) -> tuple[Any, ...]:
    return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port)


def test_a_name_is_waited_for_no_longer_than_there_is_time(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()

    def slow(*_: object, **__: object) -> list[tuple[Any, ...]]:
        answered.wait(10)
        return [place(receiver.port)]

    def attempt(_: int) -> str:
        with pytest.raises(TransportError) as caught:
            send(Request("GET", "http://slow.example/"), timeout=0.2)
        return str(caught.value)

    look_up_as(monkeypatch, slow)
    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(attempt, range(20))) == {"the name was not found within 0.2 s"}
    left = [thread for thread in threading.enumerate() if thread.name == "lookup"]
    assert len(left) == 1
    answered.set()
    left[0].join(10)
    assert send(Request("GET", "http://slow.example/"), timeout=10).status == 200


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "s3cret"), "the name cannot be found"),
        (socket.gaierror(socket.EAI_AGAIN, "s3cret"), "the name cannot be looked up now"),
        (OSError("s3cret"), "the name cannot be looked up now"),
        (UnicodeError("s3cret"), "the URL cannot be used"),
        (None, "the name cannot be found"),
    ],
)
def test_a_name_that_is_not_found(
    fault: Exception | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> list[tuple[Any, ...]]:
        if fault:
            raise fault
        return []

    look_up_as(monkeypatch, fail)
    with pytest.raises(TransportError) as caught:
        send(Request("GET", "http://some.example/"), timeout=10)
    assert str(caught.value) == words


def test_each_address_has_its_share_of_the_time(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    with swallowing() as hole:
        look_up_as(monkeypatch, lambda *_, **__: [place(hole), place(hole), place(receiver.port)])
        assert send(Request("GET", "http://many.example/"), timeout=1.5).status == 200
        look_up_as(monkeypatch, lambda *_, **__: [place(hole)] * 9)
        with pytest.raises(TransportError, match=r"^no connection within 0\.3 s$"):
            send(Request("GET", "http://many.example/"), timeout=0.3)


def test_the_door_is_light_until_it_is_used() -> None:
    asked = (
        "import sys, syndicate.transport; print(sorted({'requests', 'urllib3', 'ssl'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.strip() == "[]"
