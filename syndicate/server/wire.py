"""The parser of one connection, which also says what is too much (RFC 9112; RFC 6585, section 5).

h11 reads the grammar. What it lets pass, and we do not: a head that came at once and is longer than it may be, both
framings of a body at a time, a body where none is expected, a Host that is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import h11

from syndicate.server.limits import Limits

_HOST = re.compile(
    rb"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*(?::\d{0,5})?|\[[0-9A-Fa-f:.]+\](?::\d{0,5})?"
)
_BODILESS = frozenset({b"GET", b"HEAD", b"OPTIONS"})


class Refused(h11.RemoteProtocolError):
    """The client asks too much, or what makes no sense; `error_status_hint` is the status."""

    def __init__(self, status: int) -> None:
        super().__init__("refused", error_status_hint=status)


class Wire(h11.Connection):
    """`status` is that of the refusal, once there is one; `method` that of the last request, empty before."""

    def __init__(self, limits: Limits, bodies: Mapping[str, int], saw: Callable[[object], None]) -> None:
        super().__init__(h11.SERVER, max_incomplete_event_size=limits.header_bytes)
        self._limits, self._bodies, self._saw = limits, bodies, saw
        self._room = 0
        self.status = 400
        self.method = ""

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        try:
            event = super().next_event()
            if isinstance(event, h11.Request):
                self._admit(event)
            elif isinstance(event, h11.Data):
                self._room -= len(event.data)
                if self._room < 0:
                    raise Refused(413)
        except h11.RemoteProtocolError as fault:
            self.status = fault.error_status_hint
            ours = isinstance(fault, Refused)
            if self.status == 431 and not ours and b"\n" not in self.trailing_data[0]:
                # Not even the request line has come to its end.
                self.status = 414
            raise
        self._saw(event)
        return event

    def _admit(self, request: h11.Request) -> None:
        self.method = request.method.decode("ascii")
        if request.http_version not in (b"1.0", b"1.1"):
            raise Refused(505)
        if len(request.target) > self._limits.target_bytes:
            raise Refused(414)
        headers = list(request.headers)
        size = sum(len(name) + len(value) + 4 for name, value in headers)
        if len(headers) > self._limits.header_count or size > self._limits.header_bytes:
            raise Refused(431)
        named = dict(headers)
        if not _HOST.fullmatch(named.get(b"host", b"")):
            raise Refused(400)
        if b"transfer-encoding" in named and (b"content-length" in named or request.http_version == b"1.0"):
            # Two lengths: whoever stands between us may believe the other one (RFC 9112, 6.1).
            raise Refused(400)
        declared = int(named.get(b"content-length", b"0"))
        self._room = self._bodies.get(request.target.partition(b"?")[0].decode("ascii"), 0)
        if request.method in _BODILESS:
            self._room = 0
        if declared > self._room or (b"transfer-encoding" in named and not self._room):
            raise Refused(413 if self._room or request.method in _BODILESS else 405)
