"""One connection, with its times and sizes kept (faults.md F69 to F71).

uvicorn's protocol answers; this one keeps the clock. It hears of what the client sends from the parser, which is
asked for each event: an event that asks too much is turned into the parser's own complaint, and so ends in
`send_400_response` like every other malformed request.

How a connection waits, and what ends it:

    a head that is not whole     limits.head      408
    a body that is not whole     limits.request   408
    a client that does not read  limits.stall     reset
    nothing asked                limits.idle      closed (uvicorn's own)
    somebody else's turn         Crowd            closed
"""

from __future__ import annotations

import asyncio
import fcntl
import socket
import struct
import termios
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from syndicate.server.addresses import Network, household, is_in
from syndicate.server.crowd import Crowd
from syndicate.server.limits import Limits
from syndicate.server.wire import Wire

_SCRATCH = 65536


@dataclass(frozen=True, slots=True)
class Guard:
    """What all connections share. `bodies` are the paths to which a body may be sent, with its greatest size;
    `refuse` gives the whole answer to one who is refused, by status and method, as it goes over the wire."""

    limits: Limits
    crowd: Crowd
    refuse: Callable[[int, str], bytes]
    trusted: tuple[Network, ...] = ()
    bodies: Mapping[str, int] = field(default_factory=dict)


class Guarded(H11Protocol):
    """A connection; it is a `Guest` of the `Crowd`."""

    def __init__(
        self,
        guard: Guard,
        *,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.access_log = False
        self.guard = guard
        self.conn = self.wire = Wire(guard.limits, guard.bodies, self.saw)
        self.household = ""
        self.since: float | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # asyncio leaves this to those who listen themselves.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Then a pause begins as soon as the kernel takes no more, and ends when it has taken all.
        transport.set_write_buffer_limits(high=0)
        address = self.client[0] if self.client else ""
        # A trusted proxy speaks for many.
        self.household = "" if is_in(address, self.guard.trusted) else household(address)
        self.since = self.loop.time()
        if self.guard.crowd.enter(self):
            self._expect("head", self.guard.limits.head)
        else:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clocks()
        self.guard.crowd.leave(self)
        super().connection_lost(exc)
        self._unset_keepalive_if_required()

    def eof_received(self) -> bool:  # type: ignore[override]
        """A client that has nothing more to say may still wait for its answer."""
        if self.cycle is None or self.cycle.response_complete:
            return False
        self.cycle.keep_alive = False
        return True

    def saw(self, event: object) -> None:
        """What the parser made of the client's last bytes."""
        if event is h11.NEED_DATA:
            if self._deadline is None and self.wire.their_state is h11.IDLE and self.wire.trailing_data[0]:
                self._expect("head", self.guard.limits.head)
        elif isinstance(event, h11.Request):
            self.since = None
            self._expect("body", self.guard.limits.request)
        elif isinstance(event, h11.EndOfMessage):
            self._forget()

    def on_response_complete(self) -> None:
        self.since = self.loop.time()
        self._forget()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """uvicorn's name for it; the status is what the parser said."""
        self._refuse(self.wire.status)

    def make_room(self) -> None:
        self.transport.abort()

    def shutdown(self) -> None:
        if isinstance(self.transport.get_protocol(), _Deaf):
            self.transport.abort()
        else:
            super().shutdown()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_reader(self._untaken())

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
        self.since = None if self.cycle and not self.cycle.response_complete else self.loop.time()

    def _watch_reader(self, untaken: int) -> None:
        # Who does not read can be spared where room is short, as can who does not ask.
        self.since = self.loop.time() if self.since is None else self.since
        self._watch = self.loop.call_later(self.guard.limits.stall, self._look_at_reader, untaken)

    def _look_at_reader(self, before: int) -> None:
        now = self._untaken()
        enough = min(before, int(self.guard.limits.pace * self.guard.limits.stall))
        if before - now < max(1, enough):
            self._reset()
        else:
            self._watch_reader(now)

    def _reset(self) -> None:
        # Else the kernel would go on offering what it holds, and hold it.
        line = self.transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def _untaken(self) -> int:
        """Bytes that we have sent and the client has not acknowledged."""
        line = self.transport.get_extra_info("socket")
        try:
            queued = struct.unpack("i", fcntl.ioctl(line.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0]
        except OSError:
            queued = 0
        return int(queued) + self.transport.get_write_buffer_size()

    def _expect(self, what: Literal["head", "body"], seconds: float) -> None:
        self._forget()
        self._deadline = self.loop.call_later(seconds, self._late, what)

    def _late(self, what: Literal["head", "body"]) -> None:
        self._deadline = None
        if what == "body" or self.wire.trailing_data[0]:
            self._refuse(408)
        else:
            self.transport.close()

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _stop_clocks(self) -> None:
        self._forget()
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _refuse(self, status: int) -> None:
        """The last answer on this connection."""
        self._stop_clocks()
        if self.transport.is_closing():
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if self.cycle.response_started:
                self.transport.abort()
                return
        self.since = self.loop.time()
        self.transport.write(self.guard.refuse(status, self.wire.method))
        _Deaf(self).listen()


class _Deaf(asyncio.BufferedProtocol):
    """Takes a connection over whose client was refused, and reads what still comes without looking at it.

    To close with bytes unread is to reset (RFC 9112, 9.6): the client would lose the answer that says why.
    """

    def __init__(self, guarded: Guarded) -> None:
        self._guarded, self._transport = guarded, guarded.transport
        self._scratch = bytearray(_SCRATCH)
        self._late: asyncio.TimerHandle | None = None

    def listen(self) -> None:
        self._late = self._guarded.loop.call_later(self._guarded.guard.limits.linger, self._transport.abort)
        self._transport.set_protocol(self)
        self._transport.write_eof()
        self._transport.resume_reading()

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._scratch

    def buffer_updated(self, nbytes: int) -> None:
        """Nobody looks."""

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        if self._late is not None:
            self._late.cancel()
        self._guarded.connection_lost(exc)


def made_by(guard: Guard) -> type[asyncio.Protocol]:
    """What uvicorn takes for a class of protocols."""
    from functools import partial

    return cast("type[asyncio.Protocol]", partial(Guarded, guard))
