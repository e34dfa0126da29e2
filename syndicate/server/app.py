"""Everything that answers, put together: documents, health, figures, and the doors beside them."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import Generic, TypeVar

from starlette.routing import Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from syndicate.server.addresses import client, household, networks
from syndicate.server.asked import Asked
from syndicate.server.crowd import Crowd, Rates
from syndicate.server.doors import Answering, Door, aside, say
from syndicate.server.figures import Figures, Tally
from syndicate.server.guarded import Guard
from syndicate.server.limits import Limits
from syndicate.server.reply import READ_BY_ALL, Reply, always, plain
from syndicate.server.respond import ALLOWED, respond
from syndicate.server.shelf import Shelf, follow
from syndicate.server.subscribers import Subscribers

T = TypeVar("T")
# Of the files that may be open, so many are for the rest of the program.
_SPARED = 150
# So many requests are answered behind doors at once.
_THREADS = 16
# Seconds for which the state of things stands, once it was found out.
_FRESH = 1.0


@dataclass(frozen=True, slots=True)
class Serving:
    """What the server is told once. `ready` says whether all is well, and in a sentence why; `figures` gives the
    state of things: both may take a moment, and run in threads. `figures` None means no `/metrics`. `now` tells the
    time (aware); `look` is asked at each request for a document, and gives a new shelf where there is one; `report` is
    told, in a sentence, what goes wrong with the server itself. `trusted` names proxies whose X-Forwarded-For is
    believed."""

    now: Callable[[], datetime]
    ready: Callable[[], tuple[bool, str]]
    report: Callable[[str], None]
    figures: Callable[[], Figures] | None = None
    trusted: tuple[str, ...] = ()
    doors: Mapping[str, Door] = field(default_factory=dict)
    look: Callable[[], Shelf | None] = lambda: None
    limits: Limits = field(default_factory=Limits)


class Site:
    """What answers, with what it remembers. `shelf` may be set from any thread: each request looks once."""

    def __init__(self, serving: Serving, shelf: Shelf) -> None:
        """Raises ConfigError where a trusted proxy is none."""
        self.serving, self.shelf = serving, shelf
        self.subscribers = Subscribers()
        self._tally = Tally()
        self._trusted = networks(serving.trusted)
        limits = serving.limits
        most = min(limits.connections, max(16, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _SPARED))
        self.guard = Guard(
            limits=limits,
            crowd=Crowd(limits.per_address, most),
            refuse=self._refusal,
            trusted=self._trusted,
            bodies={path: door.body for path, door in serving.doors.items()},
        )
        self._rates = Rates(limits.rate, limits.burst)
        self._busy = asyncio.Semaphore(_THREADS)
        self._health = _Remembered(serving.ready, limits.looking)
        routes = [
            Route("/healthz", self._answering(self._alive)),
            Route("/readyz", self._answering(self._ready)),
            *(Route(path, self._answering(self._behind(door))) for path, door in serving.doors.items()),
        ]
        if serving.figures is not None:
            self._figures = _Remembered(serving.figures, limits.looking)
            routes.append(Route("/metrics", self._answering(self._metrics)))
        # The bare router: the middleware of a whole application has answers of its own.
        self._routed = Router(routes, redirect_slashes=False, default=self._answering(self._document))

    async def asgi(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Each request, once it is whole. Nothing that an answerer raises goes further than this."""
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            if wait := self._wait(scope):
                reply = plain(429, self.serving.now(), ("Retry-After", str(ceil(wait))))
                self._tally.count("", 429)
                await say(reply, send)
            else:
                await self._routed(scope, receive, sending)
        except Exception as fault:
            self.serving.report(f"server: a request failed ({fault!r}); it goes on")
            if begun:
                raise
            status = 503 if isinstance(fault, TimeoutError) else 500
            self._tally.count("", status)
            await say(plain(status, self.serving.now()), send)

    def _wait(self, scope: Scope) -> float:
        """Seconds for which this client has to wait, 0 where it need not."""
        peer = scope["client"][0] if scope["client"] else ""
        forwarded = [
            value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"
        ]
        who = client(peer, ", ".join(forwarded) if forwarded else None, self._trusted)
        return self._rates.wait(household(who.address), time.monotonic()) if who.counted else 0.0

    def _answering(self, answer: Callable[[Asked], Awaitable[Reply]]) -> ASGIApp:
        return Answering(answer, self._done, self._trusted)

    def _done(self, asked: Asked, reply: Reply) -> None:
        self._tally.count(reply.feed, reply.status)
        if reply.feed and reply.status in (200, 304):
            agent = asked.header("user-agent") or ""
            self.subscribers.note(reply.feed, reply.path, agent, self.serving.now())

    def _refusal(self, status: int, method: str) -> bytes:
        """The whole answer to a client that is not heard out."""
        self._tally.count("", status)
        more = (("Allow", ALLOWED),) if status == 405 else ()
        reply = plain(status, self.serving.now(), *more, ("Connection", "close"))
        lines = [
            f"HTTP/1.1 {status} {reply.body.decode().strip()[4:]}",
            *(f"{n}: {v}" for n, v in reply.headers),
        ]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if method == "HEAD" else reply.body)

    async def _document(self, asked: Asked) -> Reply:
        if (shelf := self.serving.look()) is not None:
            self.shelf = follow(shelf, self.shelf)
        return respond(asked, self.shelf, self.serving.now())

    async def _alive(self, asked: Asked) -> Reply:
        return self._said(asked, 200, "alive")

    async def _ready(self, asked: Asked) -> Reply:
        try:
            well, sentence = await self._health.get()
        except TimeoutError:
            well, sentence = False, "the state of things takes too long to find out"
        return self._said(asked, 200 if well else 503, sentence)

    async def _metrics(self, asked: Asked) -> Reply:
        now = self.serving.now()
        figures = await self._figures.get()
        counts = self.subscribers.counts(now)
        body, media_type = self._tally.write(figures, counts, now, asked.header("accept") or "")
        return self._with(asked, 200, body, media_type)

    def _behind(self, door: Door) -> Callable[[Asked], Awaitable[Reply]]:
        async def answer(asked: Asked) -> Reply:
            async with self._busy:
                return await asyncio.wait_for(aside(lambda: door.answer(asked)), self.serving.limits.request)

        return answer

    def _said(self, asked: Asked, status: int, sentence: str) -> Reply:
        return self._with(asked, status, sentence.encode() + b"\n", "text/plain; charset=utf-8")

    def _with(self, asked: Asked, status: int, body: bytes, media_type: str) -> Reply:
        """The state of things, which nobody keeps, and which no other site's script may read in a browser."""
        now = self.serving.now()
        if asked.method not in ("GET", "HEAD"):
            return plain(405, now, ("Allow", "GET, HEAD"))
        headers = (
            *(named for named in always(now) if named != READ_BY_ALL),
            ("Content-Type", media_type),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        )
        return Reply(status, headers, b"" if asked.method == "HEAD" else body)


class _Remembered(Generic[T]):
    """What is costly to find out, found out once for all who ask meanwhile; one that hangs is not begun again."""

    def __init__(self, find_out: Callable[[], T], patience: float) -> None:
        self._find_out, self._patience = find_out, patience
        self._coming: asyncio.Task[T] | None = None
        self._found: tuple[float, T] | None = None

    async def get(self) -> T:
        """Raises TimeoutError where it takes too long."""
        if self._found is not None and time.monotonic() - self._found[0] <= _FRESH:
            return self._found[1]
        if self._coming is None or self._coming.done():
            self._coming = asyncio.create_task(self._look())
        return await asyncio.wait_for(asyncio.shield(self._coming), self._patience)

    async def _look(self) -> T:
        found = await aside(self._find_out)
        self._found = (time.monotonic(), found)
        return found
