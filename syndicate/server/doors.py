"""What is asked for, as ASGI: from the scope to a request, and from an answer to the wire."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.types import Receive, Scope, Send

from syndicate.server.addresses import Network, client
from syndicate.server.asked import Asked
from syndicate.server.reply import Reply

T = TypeVar("T")
# More of a body is given to the kernel only when it has taken this: a slow reader holds no more of our memory.
_SLICE = 65536


@dataclass(frozen=True, slots=True)
class Door:
    """An answerer beside the documents, at a path of its own: it may take its time, and bodies of at most `body`
    bytes. It runs in a thread."""

    answer: Callable[[Asked], Reply]
    body: int = 0


@dataclass(frozen=True, slots=True)
class Answering:
    """An ASGI application of one answerer. `done` is told each request with its answer."""

    answer: Callable[[Asked], Awaitable[Reply]]
    done: Callable[[Asked, Reply], None]
    trusted: tuple[Network, ...] = field(default=())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = asked_of(scope, self.trusted)
        if any(name in ("content-length", "transfer-encoding") for name, _ in asked.headers):
            body = await _whole_body(receive)
            if body is None:
                return
            asked = Asked(asked.method, asked.target, asked.headers, asked.address, body)
        reply = await self.answer(asked)
        self.done(asked, reply)
        await say(reply, send)


def asked_of(scope: Scope, trusted: tuple[Network, ...]) -> Asked:
    """The request without its body. Bytes of headers are taken as Latin-1."""
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    asked = Asked(scope["method"], scope["raw_path"].decode("latin-1"), headers)
    peer = scope["client"][0] if scope["client"] else ""
    who = client(peer, asked.header("x-forwarded-for"), trusted)
    return Asked(asked.method, asked.target, headers, who.address)


async def say(reply: Reply, send: Send) -> None:
    """An answer goes out, a slice at a time: it holds on to its own bytes, whatever stands on the shelf by now."""
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    starts = range(0, max(1, len(reply.body)), _SLICE)
    for start in starts:
        piece = reply.body[start : start + _SLICE]
        await send({"type": "http.response.body", "body": piece, "more_body": start != starts[-1]})


async def aside(work: Callable[[], T]) -> T:
    """What `work` gives, done in a thread of its own. Where nobody waits for it any more, the thread is left to
    itself, and keeps nobody from stopping."""
    loop = asyncio.get_running_loop()
    coming: asyncio.Future[T] = loop.create_future()

    def settle(given: T | None, fault: Exception | None) -> None:
        if coming.done():
            return
        if fault is None:
            coming.set_result(given)  # type: ignore[arg-type]
        else:
            coming.set_exception(fault)

    def run() -> None:
        given, fault = None, None
        try:
            given = work()
        except Exception as raised:  # noqa: BLE001 — it is raised again, where it is awaited
            fault = raised
        # The loop may have ended meanwhile, and nobody wants to know any more.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, given, fault)

    threading.Thread(target=run, name="syndicate-answer", daemon=True).start()
    return await coming


async def _whole_body(receive: Receive) -> bytes | None:
    """None where the client left."""
    pieces = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        pieces.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(pieces)
