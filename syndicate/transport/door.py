"""Requests through `requests`, with what it leaves open closed.

Its adapter is used without its Session: that one reads a redirect's body whole and decoded even where it does
not follow, parses cookies, and looks at the environment.
"""

from __future__ import annotations

import http.client
import logging
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from syndicate.model import Request, Response
from syndicate.transport import line
from syndicate.transport.faults import NOT_HTTP, UNUSABLE, Told

# urllib3 logs URLs, some at the level of warnings, which show without any logging set up.
logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)

# What this door says itself, or must not be said at all: it frames the request.
_OURS = re.compile(
    "accept-encoding|connection|content-length|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade",
    re.IGNORECASE,
)
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[!-~](?:[\t -~]*[!-~])?|")


def ask(request: Request, *, timeout: float, limit: int, agent: str, roots: Path | None) -> Response:
    """As `send`, but raises whatever any library raises."""
    # What an honest answer takes on the line, and much more: its head, and the framing of chunks.
    errand = line.Errand(timeout, room=16 * limit + 2**20, deadline=time.monotonic() + timeout)
    errand.left()
    headers = {"User-Agent": agent, "Accept": "*/*", **_checked(request.headers)}
    headers |= {"Accept-Encoding": "identity", "Connection": "close"}
    prepared = _prepared(request, headers)
    with _Door(errand, roots or Path(DEFAULT_CA_BUNDLE_PATH)) as door:
        answer = door.send(prepared, stream=True, timeout=timeout, verify=True)
        with answer:
            body = _read(answer, limit)
    named = tuple((name.lower(), value) for name, value in answer.raw.headers.items())
    return Response(answer.status_code, named, body)


def _checked(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Headers by name, those of one name joined. Raises Told."""
    checked: dict[str, str] = {}
    for name, value in headers:
        known = name.title()
        if _OURS.fullmatch(name) or not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise Told("a header of the request cannot be sent")
        checked[known] = f"{checked[known]}, {value}" if known in checked else value
    return checked


def _prepared(request: Request, headers: Mapping[str, str]) -> requests.PreparedRequest:
    try:
        return requests.Request(request.method, request.url, headers=headers, data=request.body).prepare()
    except (requests.RequestException, ValueError):
        raise Told(UNUSABLE) from None


def _read(answer: requests.Response, limit: int) -> bytes:
    body = b""
    while len(body) < limit and (piece := answer.raw.read(limit - len(body), decode_content=False)):
        body += piece
    return body


class _Door(HTTPAdapter):
    """An adapter for one request, on one errand."""

    def __init__(self, errand: line.Errand, roots: Path) -> None:
        super().__init__()
        self._errand, self._roots = errand, roots
        self._pools: list[HTTPConnectionPool] = []

    def __enter__(self) -> _Door:
        return self

    def __exit__(self, *_: object) -> None:
        for pool in self._pools:
            pool.close()
        self.close()

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> HTTPConnectionPool:
        place, _ = self.build_connection_pool_key_attributes(request, verify, cert)
        secure = place["scheme"] == "https"
        if place["scheme"] not in ("http", "https") or not place["host"]:
            raise Told(UNUSABLE)
        # Without a port the libraries look for one in the host, and find it in an IPv6 address.
        port = place["port"] if place["port"] is not None else (443 if secure else 80)
        pool = (HTTPSConnectionPool if secure else HTTPConnectionPool)(place["host"], port)
        kind: Callable[..., Any] = _Sealed if secure else _Plain
        pool.ConnectionCls = lambda **known: kind(self._errand, self._roots, **known)  # type: ignore[assignment]
        self._pools.append(pool)
        return pool

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        # Instead of theirs, which parses cookies.
        response = requests.Response()
        response.status_code, response.raw = resp.status, resp
        return response


class _Plain(HTTPConnection):
    """A connection over a line that keeps the deadline."""

    def __init__(self, errand: line.Errand, _: Path, **known: Any) -> None:
        super().__init__(**known)
        self._errand = errand

    def connect(self) -> None:
        self.sock = line.connect(self._dns_host.strip("[]"), self.port, self._errand)


class _Sealed(HTTPSConnection):
    """The same over TLS."""

    def __init__(self, errand: line.Errand, roots: Path, **known: Any) -> None:
        super().__init__(**known)
        self._errand, self._roots = errand, roots

    def connect(self) -> None:
        context = line.trust(self._roots)
        plain = line.connect(self._dns_host.strip("[]"), self.port, self._errand)
        self.sock = line.seal(plain, self.host.strip("[]"), context)
        self.is_verified = True


class _Answer(http.client.HTTPResponse):
    """An answer whose head must be whole, and must say where its body ends in a way that is understood."""

    def __init__(self, sock: line.Line, *given: Any, **known: Any) -> None:
        super().__init__(sock, *given, **known)
        self._line = sock

    def begin(self) -> None:
        super().begin()
        # Theirs knows 100 alone; what else is below 200 is not the answer either (RFC 9110, 15.2).
        while self.status < 200:
            self.headers = self.msg = None  # type: ignore[assignment]
            super().begin()
        self._line.errand.answered = True
        self._line.linger(True)
        coding = self.headers.get("transfer-encoding", "").strip().lower()
        lengths = {length.strip() for length in self.headers.get_all("content-length", [])}
        if coding not in ("", "chunked") or len(lengths) > 1 or not all(map(str.isdecimal, lengths)):
            raise Told(NOT_HTTP)


_Plain.response_class = _Answer
_Sealed.response_class = _Answer
