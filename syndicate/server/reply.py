"""What is answered, and the plain answers of a few words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus

Headers = tuple[tuple[str, str], ...]

READ_BY_ALL = ("Access-Control-Allow-Origin", "*")

# What a stranger's answer must not be kept from: by any cache, for any time.
_NEVER_KEPT = frozenset({408, 429, 500, 503})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whole but for how a connection ends it. `feed` and `path` (the URL's) say what was asked for, for
    those who count; both are empty where it is on no shelf."""

    status: int
    headers: Headers
    body: bytes = field(default=b"", repr=False)
    feed: str = ""
    path: str = ""

    def header(self, name: str) -> str | None:
        """The value of a header, None where there is none; `name` in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def http_date(instant: datetime) -> str:
    """An aware instant as RFC 9110, 5.6.7 writes it."""
    return format_datetime(instant.astimezone(UTC), usegmt=True)


def always(now: datetime) -> Headers:
    """What each answer carries."""
    return (
        ("Date", http_date(now)),
        ("X-Content-Type-Options", "nosniff"),
        READ_BY_ALL,
    )


def plain(status: int, now: datetime, *headers: tuple[str, str], text: str = "") -> Reply:
    """A few words of text: `text`, or else the status in words."""
    body = (text or f"{status} {HTTPStatus(status).phrase}").encode() + b"\n"
    kept = "no-store" if status in _NEVER_KEPT else "no-cache"
    described = (
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", kept),
    )
    return Reply(status, (*always(now), *described, *headers), body)
