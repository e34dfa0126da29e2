"""What a client has already (RFC 9110, section 13)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from syndicate.server.asked import Asked
from syndicate.server.shelf import Held

_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_DAY, _MONTH, _TIME = "[A-Z][a-z]{2}", "[A-Z][a-z]{2}", r"\d\d:\d\d:\d\d"
_DATE = re.compile(
    rf"{_DAY}, \d\d {_MONTH} \d{{4}} {_TIME} GMT|[A-Z][a-z]{{5,8}}, \d\d-{_MONTH}-\d\d {_TIME} GMT"
    rf"|{_DAY} {_MONTH} [ \d]\d {_TIME} \d{{4}}"
)


def tags_in(header: str) -> tuple[str, ...]:
    """The entity tags of a list, in its order, `W/` included; what is no tag is passed over."""
    return tuple(_TAG.findall(header))


def http_instant(text: str | None) -> datetime | None:
    """A date of any of the three forms of RFC 9110, 5.6.7 (aware); None for anything else."""
    if text is None or not _DATE.fullmatch(text.strip()):
        return None
    try:
        return parsedate_to_datetime(text.strip()).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def known(asked: Asked, held: Held, modified: datetime) -> str | None:
    """The entity tag by which the client knows these bytes, empty where it knows them by other means; None where
    it does not. A tag of any coding counts: they are all one content. A tag given makes dates of no account."""
    header = asked.header("if-none-match")
    if header is not None:
        if header.strip() == "*":
            return ""
        theirs = _weakly(tags_in(header))
        return next((tag for tag in held.tags if tag in theirs), None)
    since = http_instant(asked.header("if-modified-since"))
    return "" if since is not None and modified <= since else None


def failed(asked: Asked, held: Held, modified: datetime) -> bool:
    """Whether the client asked only for bytes that are not these (If-Match, If-Unmodified-Since)."""
    header = asked.header("if-match")
    if header is not None:
        return header.strip() != "*" and not set(held.tags) & set(tags_in(header))
    since = http_instant(asked.header("if-unmodified-since"))
    return since is not None and modified > since


def resumes(asked: Asked, etag: str, modified: datetime, now: datetime) -> bool:
    """Whether a Range counts: no If-Range, or one that names these very bytes. A date that is not older than now
    proves nothing: there may be two versions of one second (RFC 9110, 8.8.2.2)."""
    header = asked.header("if-range")
    if header is None:
        return True
    if '"' in header:
        return header.strip() == etag
    return http_instant(header) == modified and modified <= now - timedelta(seconds=1)


def _weakly(tags: Iterable[str]) -> set[str]:
    return {tag.removeprefix("W/") for tag in tags}
