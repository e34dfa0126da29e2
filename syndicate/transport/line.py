"""The line to the other side: a name looked up, a connection made, every byte counted, one deadline over all.

No library here has a deadline in all: theirs begin anew with each byte that drips in. So the sockets keep it
themselves: before each read and write their timeout is set to what is left of the time.
"""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from syndicate.transport.faults import CUT, NO_NAME, RESET, UNANSWERED, UNUSABLE, Told


@dataclass(slots=True)
class Errand:
    """What one request may still take: time until `deadline` (monotonic seconds) of `timeout` in all, and `room`,
    the bytes that may still come in. `answered` once the whole head of the answer was read, `silent` until anything
    came, `broken` once something could not be sent."""

    timeout: float
    room: int
    deadline: float
    answered: bool = False
    silent: bool = True
    broken: bool = False

    def left(self, late: str = "no answer") -> float:
        """Seconds, more than none. Raises Told, `late` within so many seconds, where none are left."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Told(f"{late} within {self.timeout:g} s")
        return left

    def count(self, came: int) -> None:
        """Raises Told where the other side ends before its answer does, or has no end."""
        if not came and not self.answered:
            raise Told(RESET if self.broken else UNANSWERED if self.silent else CUT)
        self.silent = False
        self.room -= came
        if self.room < 0:
            raise Told("the answer has no end")


class Line(socket.socket):
    """A connected socket that keeps an errand's deadline."""

    errand: Errand

    def linger(self, wanted: bool) -> None:
        """Whether, once closed, the system goes on to deliver what the other side has not taken yet. Where it
        never takes it, that would lie in memory for minutes."""
        self.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", not wanted, 0))

    def recv_into(self, buffer: Any, nbytes: int | None = 0, flags: int = 0) -> int:
        self.settimeout(self.errand.left())
        came = super().recv_into(buffer, nbytes or 0, flags)
        self.errand.count(came)
        return came

    def send(self, said: Any, flags: int = 0) -> int:
        self.settimeout(self.errand.left())
        return super().send(said, flags)

    def sendall(self, said: Any, flags: int = 0) -> None:
        self.settimeout(self.errand.left())
        try:
            super().sendall(said, flags)
        except ConnectionError:
            # urllib3 goes on to read, for an answer may have come before; if none has, this is why.
            self.errand.broken = True
            raise


class SealedLine(Line, ssl.SSLSocket):
    """The same over TLS."""


def connect(host: str, port: int, errand: Errand) -> Line:
    """A line to the first address of `host` that answers. Raises Told and OSError."""
    addresses = look_up(host, port, errand)
    last: OSError = Told(NO_NAME)
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        # A share for each, so that one address that swallows everything leaves time for the others.
        share = errand.left("no connection") / (len(addresses) - tried)
        line = None
        try:
            line = Line(family, kind, protocol)
            line.errand = errand
            line.settimeout(share)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.connect(address)
            line.linger(False)
        except OSError as fault:
            last = (
                Told(f"no connection within {errand.timeout:g} s")
                if isinstance(fault, TimeoutError)
                else fault
            )
            if line:
                line.close()
        else:
            return line
    try:
        raise last
    finally:
        # A fault that its own frame holds would keep both until the collector comes.
        del last


def seal(line: Line, host: str, context: ssl.SSLContext) -> SealedLine:
    """TLS over `line`, which is used up, with `host` proven. Raises ssl.SSLError, Told and OSError."""
    try:
        line.settimeout(line.errand.left())
        # The wrapping of a line that was reset already would leave it open when it fails.
        line.getpeername()
        sealed = context.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
        assert isinstance(sealed, SealedLine)
    except BaseException:
        line.close()
        raise
    try:
        sealed.errand = line.errand
        sealed.settimeout(line.errand.left())
        sealed.do_handshake()
    except BaseException:
        sealed.close()
        raise
    return sealed


def trust(roots: Path) -> ssl.SSLContext:
    """How TLS is spoken with those whom `roots`, a PEM file, vouches for. Raises Told."""
    try:
        stamp = roots.stat()
        return _context(roots, stamp.st_mtime_ns, stamp.st_size)
    except OSError:
        raise Told("the file of trusted certificates cannot be read") from None


@lru_cache(maxsize=4)
def _context(roots: Path, _changed: int, _size: int) -> ssl.SSLContext:
    """Shared, for reading the roots takes long. Not one of the libraries': those look at the environment
    (SSL_CERT_FILE, SSLKEYLOGFILE)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(roots)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = SealedLine
    return context


_Address = tuple[int, int, int, str, Any]


class Lookup(threading.Thread):
    """The search for a name, which nothing can end: whoever has no time left leaves it behind, and whoever
    wants the same name meanwhile joins it, so that at most one thread is left behind for each name."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(name="lookup", daemon=True)
        self.host, self.port = host, port
        self.found: Sequence[_Address] = ()
        self.words = NO_NAME

    def run(self) -> None:
        try:
            self.found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except socket.gaierror as fault:
            if fault.errno == socket.EAI_AGAIN:
                self.words = "the name cannot be looked up now"
        except OSError:
            self.words = "the name cannot be looked up now"
        except ValueError:
            self.words = UNUSABLE
        finally:
            with _lock:
                _lookups.pop((self.host, self.port), None)


_lookups: dict[tuple[str, int], Lookup] = {}
_lock = threading.Lock()


def look_up(host: str, port: int, errand: Errand) -> Sequence[_Address]:
    """Where `host` is, at least one address. Raises Told."""
    with _lock:
        lookup = _lookups.get((host, port))
        if lookup is None:
            lookup = Lookup(host, port)
            try:
                lookup.start()
            except RuntimeError:
                raise Told("no connection: no thread can be started") from None
            _lookups[host, port] = lookup
    lookup.join(errand.left())
    if lookup.is_alive():
        raise Told(f"the name was not found within {errand.timeout:g} s")
    if not lookup.found:
        raise Told(lookup.words)
    return lookup.found
