"""Dates as authors write them. A wrong date in a feed is worse than an error: what is not certain is refused.

An instant without an offset is in the site's time zone. In the hour that a clock change skips it moves
forward by that hour, in the hour that comes twice it is the first (PEP 495, fold 0).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_YEAR = r"(?P<year>\d{4})"
_WRITTEN = (
    re.compile(rf"{_WEEKDAY}{_MONTH}\s+{_DAY}\s*,?\s+{_YEAR}(?![\w-])", re.I),
    re.compile(rf"{_WEEKDAY}{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}(?![\w-])", re.I),
    re.compile(rf"{_YEAR}-(?P<month>\d{{2}})-(?P<day>\d{{2}})(?![\w-])"),
)
_STAMP = re.compile(
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})"
    r"(?:(?:[Tt]|\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<offset>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?\Z"
)
_IN_NAME = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?=\D|\Z)")


class NoDate(ValueError):
    """The text is shaped like a date, or claims to be one, and is none. The message says why."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A date that opens a text: the date and the words it was read from."""

    date: date
    words: str


def instant(text: str, zone: tzinfo) -> datetime:
    """The instant that `text` names: RFC 3339, `YYYY-MM-DD[ T]HH:MM[:SS[.fff]][ ](Z|±HH[:]MM)`, a date
    alone (its midnight), `15 Oct 2023`, `October 15, 2023`, RFC 5322. Whole seconds, aware; the offset
    is kept.

    Raises NoDate.
    """
    text = text.strip()
    found = _STAMP.match(text)
    written = None if found else opening(text)
    if found:
        moment = _stamp(found, zone)
    elif written and written.words == text:
        moment = datetime.combine(written.date, time(), zone)
    else:
        moment = _rfc5322(text)
    return bounded(moment)


def bounded(moment: datetime) -> datetime:
    """`moment` where it can stand in every format, else NoDate: years 1000 to 9999, in UTC as well."""
    try:
        year = moment.astimezone(UTC).year
    except OverflowError:
        year = 0
    if year < 1000:
        raise NoDate(f"the year of {moment:%Y-%m-%d} is out of range")
    return moment


def opening(text: str) -> Opening | None:
    """The date that opens `text`: `July 7, 2025`, `7 July 2025`, `2025-07-07`, with or without a weekday.

    Raises NoDate where the words are those of a date that no calendar has.
    """
    for pattern in _WRITTEN:
        found = pattern.match(text)
        if found:
            return Opening(_calendar(found), found[0].rstrip(","))
    return None


def in_name(name: str) -> tuple[date, str] | None:
    """The date that opens a file's base name, and what is left of the name after it (may be empty).

    Raises NoDate for one that no calendar has.
    """
    found = _IN_NAME.match(name)
    if not found:
        return None
    rest = name[found.end() :]
    return _calendar(found), rest.lstrip("-_. ")


def _calendar(found: re.Match[str]) -> date:
    month = found["month"].lower()
    try:
        return date(int(found["year"]), _MONTHS.get(month) or int(month), int(found["day"]))
    except ValueError:
        raise NoDate(f"'{found[0].strip()}' is no day of the calendar") from None


def _stamp(found: re.Match[str], zone: tzinfo) -> datetime:
    day = _calendar(found)
    if found["hour"] is None:
        return datetime.combine(day, time(), zone)
    try:
        clock = time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        raise NoDate(f"'{found[0]}' names no time of day") from None
    offset = found["offset"]
    return datetime.combine(day, clock, _offset(offset) if offset else zone)


def _offset(text: str) -> tzinfo:
    if text.upper() in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 23 or minutes > 59:
        raise NoDate(f"'{text}' is no offset")
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if text[0] == "-" else span)


def _rfc5322(text: str) -> datetime:
    # `parsedate_to_datetime` takes unknown zones such as EST for "unknown"; only a numeric one is certain.
    try:
        moment = parsedate_to_datetime(text) if re.search(r"[+-]\d{4}\Z|(?:GMT|UTC|UT)\Z", text) else None
    except (ValueError, TypeError, OverflowError, IndexError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise NoDate(f"'{text}' is no date")
    return moment
