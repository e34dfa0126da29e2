"""A scripted receiver of HTTP over real sockets: it records what it gets, and answers as it is told.

    with Receiver() as hook:
        hook.script("/a", answer(500), answer(204))     # in turn; the last stays
        send(Request("POST", hook.url("/a"), body=b"…"), timeout=5)
        hook.wait_for(1)[0].body

A behaviour is a function of an `Exchange`: what came, and the socket to answer on. It may be changed while the
receiver runs; `EVERYWHERE` stands for each path without a script of its own. A behaviour marked `unread` acts
before anything is read, and so can stand under EVERYWHERE alone.
"""

from __future__ import annotations

import gzip
import json
import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from types import TracebackType

EVERYWHERE = "*"
PATIENCE = 10.0


@dataclass(frozen=True)
class Received:
    """One request. `order` counts from 0 over all paths; names of `headers` are in lower case."""

    order: int
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        return ", ".join(value for key, value in self.headers if key == name)


@dataclass
class Exchange:
    """One connection: `got` is what was read of it, None where a behaviour acts unread."""

    receiver: Receiver
    socket: socket.socket
    got: Received | None = None

    def say(self, said: bytes) -> None:
        self.socket.sendall(said)

    def drip(self, said: bytes, pace: float) -> None:
        """A byte each `pace` seconds, until the other side has gone."""
        for byte in said:
            self.say(bytes([byte]))
            if self.gone(pace):
                return

    def gone(self, within: float | None = None) -> bool:
        """Whether the other side hangs up, or the receiver is stopped, within so many seconds; reads nothing."""
        watch = select.poll()
        watch.register(self.socket, select.POLLRDHUP)
        return bool(watch.poll(None if within is None else within * 1000))

    def reset(self) -> None:
        """From now on, to close is to reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


Behaviour = Callable[[Exchange], None]


def unread(behaviour: Behaviour) -> Behaviour:
    """Marks a behaviour that acts before anything is read."""
    behaviour.unread = True  # type: ignore[attr-defined]
    return behaviour


@dataclass
class Receiver:
    """Listens on `port` of 127.0.0.1, any free one where it is 0; over TLS where there is a `context`. `name` is
    what its URLs call it."""

    port: int = 0
    context: ssl.SSLContext | None = None
    name: str = "127.0.0.1"
    _scripts: dict[str, list[Behaviour]] = field(default_factory=dict)
    _requests: list[Received] = field(default_factory=list)
    _open: set[socket.socket] = field(default_factory=set)
    _knocks: set[tuple[str, int]] = field(default_factory=set)
    _threads: set[threading.Thread] = field(default_factory=set)
    _news: threading.Condition = field(default_factory=threading.Condition)
    _listener: socket.socket | None = None

    def __enter__(self) -> Receiver:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listens, on the same port as before where it was stopped."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # So that a sender whose bytes nobody reads soon waits.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(256)
        self.port = listener.getsockname()[1]
        self._listener = listener
        self._spawn(self._listen, listener)

    def stop(self) -> None:
        """Hangs up on everybody; then connections are refused."""
        if self._listener:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        with self._news:
            for line in self._open:
                with suppress(OSError):
                    socket.socket.shutdown(line, socket.SHUT_RDWR)
            threads = list(self._threads)
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive(), "a receiver's thread does not end"

    def url(self, path: str = "/") -> str:
        return f"{'https' if self.context else 'http'}://{self.name}:{self.port}{path}"

    def script(self, path: str, *behaviours: Behaviour) -> None:
        """What is done at `path` from now on: each in turn, the last for all that follow."""
        assert behaviours
        assert path == EVERYWHERE or not any(hasattr(one, "unread") for one in behaviours)
        with self._news:
            self._scripts[path] = list(behaviours)

    @property
    def requests(self) -> tuple[Received, ...]:
        """All that came, in the order in which they were whole."""
        with self._news:
            return tuple(self._requests)

    def wait_for(self, count: int, path: str | None = None) -> tuple[Received, ...]:
        """The first `count` requests, of one path or of all, as soon as they are there."""

        def arrived() -> list[Received]:
            return [one for one in self._requests if path in (None, one.path)]

        with self._news:
            came = self._news.wait_for(lambda: len(arrived()) >= count, PATIENCE)
            assert came, f"{len(arrived())} requests came, not {count}"
            return tuple(arrived()[:count])

    def wait_until_idle(self) -> None:
        """Until all who came were let in, no connection is open, and none of their threads runs."""
        if self._listener:
            self._knock()
        with self._news:
            idle = self._news.wait_for(lambda: not self._open, PATIENCE)
            assert idle, f"{len(self._open)} connections stay open"
            threads = [one for one in self._threads if one.name == "exchange"]
        for thread in threads:
            thread.join(PATIENCE)

    def _knock(self) -> None:
        """Until the listener has let in all who stood in line before this."""
        with socket.socket() as line:
            line.bind(("127.0.0.1", 0))
            mine = line.getsockname()
            with self._news:
                self._knocks.add(mine)
            line.connect(("127.0.0.1", self.port))
            with self._news:
                assert self._news.wait_for(lambda: mine not in self._knocks, PATIENCE), "nobody lets in"

    def _spawn(self, target: Callable[[socket.socket], None], line: socket.socket) -> None:
        def run() -> None:
            try:
                target(line)
            finally:
                with self._news:
                    self._threads.discard(thread)

        name = "listener" if target == self._listen else "exchange"
        thread = threading.Thread(target=run, name=name, daemon=True)
        with self._news:
            self._threads.add(thread)
        thread.start()

    def _listen(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line, peer = listener.accept()
                with self._news:
                    if peer in self._knocks:
                        self._knocks.discard(peer)
                        self._news.notify_all()
                        line.close()
                        continue
                    self._open.add(line)
                self._spawn(self._serve, line)

    def _serve(self, plain: socket.socket) -> None:
        line = plain
        try:
            # Whatever a sender does to its line is no fault of the receiver.
            with suppress(OSError):
                behaviour = self._next(EVERYWHERE, unread_only=True)
                if behaviour is None and self.context:
                    # The wrapping of a line that was reset already would leave it open when it fails.
                    plain.getpeername()
                    sealed = self.context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
                    with self._news:
                        self._open ^= {plain, sealed}
                    line = sealed
                    sealed.do_handshake()
                exchange = Exchange(self, line)
                if behaviour is None:
                    behaviour = self._read(exchange)
                behaviour(exchange)
        finally:
            with self._news:
                line.close()
                self._open.discard(line)
                self._news.notify_all()

    def _next(self, path: str, unread_only: bool = False) -> Behaviour | None:
        with self._news:
            script = self._scripts.get(path)
            if not script or (unread_only and not hasattr(script[0], "unread")):
                return None
            return script.pop(0) if len(script) > 1 else script[0]

    def _read(self, exchange: Exchange) -> Behaviour:
        head = b""
        # One by one, so that no byte of the body is taken by mistake.
        while not head.endswith(b"\r\n\r\n"):
            byte = exchange.socket.recv(1)
            if not byte:
                return lambda _: None
            head += byte
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, path, _ = first.split(" ")
        named = (line.partition(":") for line in lines)
        headers = tuple((name.lower(), value.strip()) for name, _, value in named)
        behaviour = self._next(path) or self._next(EVERYWHERE) or answer(204)
        length = 0 if behaviour is deaf else int(dict(headers).get("content-length", 0))
        body = b""
        while len(body) < length:
            piece = exchange.socket.recv(length - len(body))
            if not piece:
                return lambda _: None
            body += piece
        with self._news:
            exchange.got = Received(len(self._requests), method, path, headers, body)
            self._requests.append(exchange.got)
            self._news.notify_all()
        return behaviour


def head(status: int, headers: Mapping[str, str] | None = None) -> bytes:
    """A status line and headers, without the blank line."""
    lines = [f"HTTP/1.1 {status} So", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


def whole(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """An answer, complete."""
    length = {} if status in (204, 304) else {"Content-Length": str(len(body))}
    return head(status, {**length, **(headers or {})}) + b"\r\n" + body


def answer(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Behaviour:
    return lambda exchange: exchange.say(whole(status, body, headers))


def say(said: bytes) -> Behaviour:
    """Says these bytes and closes: garbage, or an answer that is cut."""
    return lambda exchange: exchange.say(said)


def greet(said: bytes) -> Behaviour:
    """Says these bytes before it reads anything, and waits until the sender has gone."""

    def greeting(exchange: Exchange) -> None:
        exchange.say(said)
        exchange.gone()

    return unread(greeting)


def redirect(status: int, to: str) -> Behaviour:
    return answer(status, b"over there", {"Location": to})


def drip(said: bytes, first: bytes = b"", pace: float = 0.02, then: Behaviour = lambda _: None) -> Behaviour:
    """`first` at once, `said` a byte at a time, and what comes `then`."""

    def dripping(exchange: Exchange) -> None:
        exchange.say(first)
        exchange.drip(said, pace)
        then(exchange)

    return dripping


def endless(said: bytes, first: bytes = b"") -> Behaviour:
    """`first`, and then `said` for ever."""

    def saying(exchange: Exchange) -> None:
        exchange.say(first)
        while True:
            exchange.say(said)

    return saying


def hang(exchange: Exchange) -> None:
    """Reads, records, and is silent until the sender has gone."""
    exchange.gone()


def lose(exchange: Exchange) -> None:
    """Reads, records, and closes: the acknowledgement is lost."""


def reset_late(exchange: Exchange) -> None:
    """Reads, records, and resets the connection."""
    exchange.reset()


@unread
def reset_early(exchange: Exchange) -> None:
    """Resets the connection before it reads anything."""
    # What was sent must have come, or the reset would meet a sender that still connects.
    select.select([exchange.socket], [], [], PATIENCE)
    exchange.reset()


@unread
def hang_early(exchange: Exchange) -> None:
    """Reads nothing at all, not even a greeting of TLS, until the sender has gone."""
    exchange.gone()


def deaf(exchange: Exchange) -> None:
    """Reads the head alone, never the body."""
    exchange.gone()


def echo(exchange: Exchange) -> None:
    """Answers with all that it got, as JSON; the body in Latin-1."""
    got = exchange.got
    assert got
    told = {
        "method": got.method,
        "path": got.path,
        "headers": got.headers,
        "body": got.body.decode("latin-1"),
    }
    exchange.say(whole(200, json.dumps(told).encode(), {"Content-Type": "application/json"}))


@cache
def bomb() -> bytes:
    """64 MiB of zeros, in gzip's 64 KiB."""
    return gzip.compress(bytes(2**26), mtime=0)


def gzip_bomb(exchange: Exchange) -> None:
    exchange.say(whole(200, bomb(), {"Content-Encoding": "gzip"}))


@contextmanager
def refusing() -> Iterator[int]:
    """A port of 127.0.0.1 where every connection is refused, and which nobody else is given meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@contextmanager
def swallowing() -> Iterator[int]:
    """A port of 127.0.0.1 that answers no attempt to connect, as a black hole does: its queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        try:
            for one in waiting:
                one.setblocking(False)
                with suppress(BlockingIOError):
                    one.connect(listener.getsockname())
            yield listener.getsockname()[1]
        finally:
            for one in waiting:
                one.close()
