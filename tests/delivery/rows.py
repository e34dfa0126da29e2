"""What receivers do, in the words of docs/announcements.md, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deliveries import MOST, TIMEOUT
from receivers import (
    Behaviour,
    answer,
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

PAGE = Path(__file__).resolve().parents[2] / "docs" / "announcements.md"

FINE = "any 2xx"
LATER = "408, 425, 429, 5xx"
ELSEWHERE = "3xx"
GONE = "410"
REFUSED = "any other 4xx"
CLOSED = "refuses, resets, closes without an answer, is not found"
SLOW = "is silent, drips, never reads"
BROKEN = "an answer that is cut off, garbage, not HTTP"
ENDLESS = "an answer that never ends"
# tests/transport has this one, with certificates of all kinds.
CERTIFICATE = "a certificate that has expired, is for another name, or of an unknown authority"

LATE = f"no answer within {TIMEOUT:g} s"
LONG = b"x" * 400
RETRY_AFTER = {"Retry-After": "1"}


@dataclass(frozen=True)
class Row:
    """A behaviour, whose row of the page it is, and what `status` says of the last attempt. `trap` is given where a
    redirect leads; without a `behaviour` connections are refused. `heard`: whether requests are recorded."""

    row: str
    words: str
    behaviour: Behaviour | None = None
    leads: Callable[[str], Behaviour] | None = None
    status: int = 0
    heard: bool = True


def _redirect(status: int, words: str) -> Row:
    return Row(ELSEWHERE, f"{words}: it points to {{trap}}, and", leads=lambda trap: redirect(status, trap))


ROWS = {
    "200": Row(FINE, "", answer(200, b"fine")),
    "202": Row(FINE, "", answer(202)),
    "204": Row(FINE, "", answer(204)),
    "gzip bomb": Row(FINE, "", gzip_bomb),
    "200 without end": Row(ENDLESS, "", endless(LONG, head(200) + b"\r\n"), status=200),
    "500 without end": Row(
        ENDLESS, "500 Internal Server Error", endless(LONG, head(500) + b"\r\n"), status=500
    ),
    "500": Row(LATER, "500 Internal Server Error", answer(500, b"ouch")),
    "500 with words": Row(
        LATER,
        "500 Internal Server Error: the disk is full",
        answer(500, b"the disk is full", {"Content-Type": "text/plain"}),
    ),
    "503 with Retry-After": Row(LATER, "503 Service Unavailable", answer(503, headers=RETRY_AFTER)),
    "429": Row(LATER, "429 Too Many Requests", answer(429)),
    "429 with Retry-After": Row(LATER, "429 Too Many Requests", answer(429, headers=RETRY_AFTER)),
    "408": Row(LATER, "408 Request Timeout", answer(408)),
    "425": Row(LATER, "425 Too Early", answer(425)),
    "301": _redirect(301, "301 Moved Permanently"),
    "302": _redirect(302, "302 Found"),
    "307": _redirect(307, "307 Temporary Redirect"),
    "308": _redirect(308, "308 Permanent Redirect"),
    "400": Row(REFUSED, "400 Bad Request", answer(400)),
    "401": Row(REFUSED, "401 Unauthorized", answer(401)),
    "404": Row(REFUSED, "404 Not Found", answer(404)),
    "410": Row(GONE, "410 Gone", answer(410)),
    "refused": Row(CLOSED, "no connection: refused", heard=False),
    "reset early": Row(CLOSED, "the connection was reset", reset_early, heard=False),
    "reset late": Row(CLOSED, "the connection was reset", reset_late),
    "lost acknowledgement": Row(CLOSED, "the connection was closed without an answer", lose),
    "hang": Row(SLOW, LATE, hang),
    "hang unread": Row(SLOW, LATE, hang_early, heard=False),
    "drip in the head": Row(SLOW, LATE, drip(whole(200, LONG, {"X-Long": "x" * 400}))),
    "drip in the body": Row(SLOW, LATE, drip(LONG, head(200, {"Content-Length": "400"}) + b"\r\n")),
    "garbage": Row(BROKEN, "the answer is not HTTP", say(b"\x00\xff\x16\r\n\r\n" * 9)),
    "truncated": Row(BROKEN, "the answer was cut off", say(head(200, {"Content-Length": "9"}) + b"\r\nabc")),
    "truncated in the head": Row(BROKEN, "the answer was cut off", say(b"HTTP/1.1 20")),
}


def promised() -> dict[str, str]:
    """The page's table: what becomes of a delivery, by what the receiver does."""
    _, _, section = PAGE.read_text(encoding="utf-8").partition("## What follows from an answer\n")
    section, _, _ = section.partition("\n## ")
    lines = re.findall(r"^\| (.+?) \| (.+?) \|$", section, re.M)
    assert lines[0][0] == "the receiver"
    return dict(lines[1:])


def verdict(row: Row) -> str:
    """What the page says becomes of an attempt at it: delivered, again, dead or gone."""
    said = promised()[row.row]
    if "what counts is its status" in said:
        return "delivered" if row.status < 300 else "again"
    if said.startswith("delivered"):
        return "delivered"
    if "tried again" in said:
        return "again"
    assert said.startswith("dead"), said
    return "gone" if "the destination is switched off" in said else "dead"


def end(row: Row) -> tuple[str, int]:
    """(state, attempts) of a delivery to one that never does anything else."""
    found = verdict(row)
    return ("delivered", 1) if found == "delivered" else ("dead", MOST if found == "again" else 1)
