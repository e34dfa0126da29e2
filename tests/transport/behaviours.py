"""What receivers do, and what a sender makes of it: the table of docs/."""

from __future__ import annotations

from dataclasses import dataclass

from receivers import (
    Behaviour,
    answer,
    bomb,
    deaf,
    drip,
    endless,
    gzip_bomb,
    hang,
    hang_early,
    head,
    lose,
    redirect,
    reset_early,
    reset_late,
    say,
    whole,
)

SECONDS = 0.3
LATE = f"no answer within {SECONDS} s"
CUT = "the answer was cut off"
NOT_HTTP = "the answer is not HTTP"
ENDLESS = "the answer has no end"
CHUNKED = head(200, {"Transfer-Encoding": "chunked"}) + b"\r\n"
SHORT = head(200, {"Content-Length": "9"}) + b"\r\nabc"
TRAP = "/trap"
# It drips for 8 s: without a deadline in all it would be a good answer in the end.
LONG = b"x" * 400
INTERIM = b"".join(head(status, {"Link": "</x>"}) + b"\r\n" for status in (100, 102, 103))


@dataclass(frozen=True)
class Answered:
    """A Response comes, of this status; its body begins so."""

    behaviour: Behaviour
    status: int
    body: bytes = b""


@dataclass(frozen=True)
class Failed:
    """A TransportError comes, of these words. `large`: the request is too large for any buffer."""

    behaviour: Behaviour
    words: str
    large: bool = False


ANSWERS = {
    "200": Answered(answer(200, b"fine"), 200, b"fine"),
    "204": Answered(answer(204), 204),
    "200 whose end is that of the connection": Answered(say(head(200) + b"\r\nfine"), 200, b"fine"),
    "200 in chunks": Answered(say(CHUNKED + b"2\r\nfi\r\n2;x=y\r\nne\r\n0\r\n\r\n"), 200, b"fine"),
    "100, 102, 103, then 200": Answered(say(INTERIM + whole(200, b"fine")), 200, b"fine"),
    "301": Answered(redirect(301, TRAP), 301, b"over there"),
    "302": Answered(redirect(302, TRAP), 302, b"over there"),
    "307": Answered(redirect(307, TRAP), 307, b"over there"),
    "308": Answered(redirect(308, TRAP), 308, b"over there"),
    "302 with a body without end": Answered(
        endless(LONG, head(302, {"Location": TRAP}) + b"\r\n"), 302, LONG
    ),
    "302 to what is no URL": Answered(redirect(302, "http://[\xff"), 302, b"over there"),
    "404": Answered(answer(404, b"what?"), 404, b"what?"),
    "410": Answered(answer(410), 410),
    "429 with Retry-After": Answered(answer(429, headers={"Retry-After": "7"}), 429),
    "500": Answered(answer(500, b"ouch"), 500, b"ouch"),
    "503 with Retry-After": Answered(answer(503, headers={"Retry-After": "7"}), 503),
    "200 of 3 MB": Answered(answer(200, LONG * 7500), 200, LONG),
    "200 with a body without end": Answered(endless(LONG, head(200) + b"\r\n"), 200, LONG),
    "200 in chunks without end": Answered(endless(b"190\r\n" + LONG + b"\r\n", CHUNKED), 200, LONG),
    "200 with a gzip bomb": Answered(gzip_bomb, 200, bomb()),
}

FAULTS = {
    "it resets before it reads": Failed(reset_early, "the connection was reset"),
    "it resets after it has read": Failed(reset_late, "the connection was reset"),
    "it resets within the body": Failed(drip(b"", SHORT, then=reset_late), "the connection was reset"),
    "it reads, and closes: the acknowledgement is lost": Failed(
        lose, "the connection was closed without an answer"
    ),
    "it reads, and is silent": Failed(hang, LATE),
    "it reads nothing, and is silent": Failed(hang_early, LATE, large=True),
    "it never reads the body": Failed(deaf, LATE, large=True),
    "its head drips in": Failed(drip(whole(200, LONG, {"X-Long": "x" * 400})), LATE),
    "its body drips in": Failed(drip(LONG, head(200, {"Content-Length": "400"}) + b"\r\n"), LATE),
    "its chunks drip in": Failed(drip(b"1\r\nx\r\n" * 80 + b"0\r\n\r\n", CHUNKED), LATE),
    "its body stops, the line stays": Failed(drip(b"", SHORT, then=hang), LATE),
    "`100 Continue` drips in, and 200 at last": Failed(
        drip(b"HTTP/1.1 100 Go on\r\n\r\n" * 20 + whole(200)), LATE
    ),
    "`100 Continue` without end": Failed(endless(b"HTTP/1.1 100 Go on\r\n\r\n" * 99), ENDLESS),
    "a header line without end": Failed(endless(b"x" * 4096, head(200) + b"X-Long: "), NOT_HTTP),
    "headers without end": Failed(endless(b"X-Many: x\r\n" * 99, head(200)), NOT_HTTP),
    "a chunk of less than nothing, without end": Failed(endless(LONG * 9, CHUNKED + b"-1\r\n"), ENDLESS),
    "trailers without end": Failed(endless(b"X-Many: x\r\n" * 99, CHUNKED + b"0\r\n"), ENDLESS),
    "garbage": Failed(say(b"\x00\xff\x16\r\n\r\n" * 9), NOT_HTTP),
    "HTTP/2": Failed(say(b"HTTP/2 200 OK\r\n\r\n"), NOT_HTTP),
    "two lengths": Failed(
        say(head(200, {"Content-Length": "1", "content-length": "2"}) + b"\r\nxx"), NOT_HTTP
    ),
    "a length that is no number": Failed(say(head(200, {"Content-Length": "-1"}) + b"\r\nxx"), NOT_HTTP),
    "a coding nobody knows": Failed(say(head(200, {"Transfer-Encoding": "gzip"}) + b"\r\nxx"), NOT_HTTP),
    "cut within the status line": Failed(say(b"HTTP/1.1 20"), CUT),
    "cut after the status line": Failed(say(head(200)), CUT),
    "cut within the head": Failed(say(head(200, {"Content-Length": "0"})), CUT),
    "cut before its Content-Length": Failed(say(SHORT), CUT),
    "cut within a chunk": Failed(say(CHUNKED + b"9\r\nabc"), CUT),
    "cut between chunks": Failed(say(CHUNKED + b"3\r\nabc\r\n"), CUT),
}
