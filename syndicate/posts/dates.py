"""Dates as authors write them. A wrong date in a feed is worse than an error: what is not certain is refused.

An instant without an offset is in the site's time zone. In the hour that a clock change skips it moves
forward by that hour, in the hour that comes twice it is the first (PEP 495, fold 0).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from syndicate.posts.text import quoted

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
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_YEAR = r"(?P<year>[0-9]{4})"
_WRITTEN = (
    re.compile(rf"{_WEEKDAY}{_MONTH}\s+{_DAY}(?:\s*,)?\s+{_YEAR}(?![\w-])", re.I),
    re.compile(rf"{_WEEKDAY}(?:the\s+)?{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}(?![\w-])", re.I),
    re.compile(rf"{_WEEKDAY}{_YEAR}-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?![\w-])", re.I),
)
_NUMBERS = re.compile(rf"{_YEAR}[-/](?P<month>[0-9]{{1,2}})[-/](?P<day>[0-9]{{1,2}})(?![0-9])")
_CLOCK = re.compile(
    r"(?:[Tt]|,?\s+)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"\s*(?P<offset>[Zz]|UTC|GMT|UT|[+-][0-9]{2}(?::?[0-9]{2})?)?\Z",
)
_IN_NAME = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?![0-9])")
# No offset moves the midnight of such a day out of the years 1000 to 9999, which every format can write.
_FIRST, _LAST = date(1000, 1, 2), date(9999, 12, 30)


class NoDate(ValueError):
    """The text is shaped like a date, or claims to be one, and is none. The message says why."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A date that opens a text: the date and the words it was read from."""

    date: date
    words: str


def instant(text: str, zone: tzinfo) -> datetime:
    """The instant that `text` names: RFC 3339, `YYYY-MM-DD[ T]HH:MM[:SS[.fff]][ ](Z|±HH[:]MM)`, a date
    alone (its midnight), `15 Oct 2023`, `October 15, 2023`, both with a time behind if need be, as in RFC 5322.
    Whole seconds, aware; the offset is kept.

    Raises NoDate.
    """
    text = text.strip()
    found = _NUMBERS.match(text)
    day, rest = (_calendar(found), text[found.end() :]) if found else _written(text)
    if not rest:
        return midnight(day, zone)
    clock = _CLOCK.match(rest)
    if not clock:
        raise NoDate(f"{quoted(text)} is no date")
    return datetime.combine(day, _time(clock), _offset(clock["offset"]) or zone)


def midnight(day: date, zone: tzinfo) -> datetime:
    """The begin of `day` in `zone`."""
    return datetime.combine(day, time(), zone)


def opening(text: str) -> Opening | None:
    """The date that opens `text`: `July 7, 2025`, `7 July 2025`, `2025-07-07`, with or without a weekday.

    Raises NoDate where the words are those of a date that no calendar has.
    """
    for pattern in _WRITTEN:
        found = pattern.match(text)
        # Without regard to case, `ſ` and `ı` match as well.
        if found and found["month"].isascii():
            return Opening(_calendar(found), found[0])
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


def _written(text: str) -> tuple[date, str]:
    found = opening(text)
    if not found:
        raise NoDate(f"{quoted(text)} is no date")
    return found.date, text[len(found.words) :]


def _calendar(found: re.Match[str]) -> date:
    month = found["month"].lower()
    try:
        day = date(int(found["year"]), _MONTHS.get(month) or int(month), int(found["day"]))
    except ValueError:
        raise NoDate(f"{quoted(found[0])} is no day of the calendar") from None
    if not _FIRST <= day <= _LAST:
        raise NoDate(f"the year of {quoted(found[0])} is out of range")
    return day


def _time(clock: re.Match[str]) -> time:
    try:
        return time(int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0))
    except ValueError:
        raise NoDate(f"{quoted(clock[0].lstrip('Tt,'))} is no time of day") from None


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 23 or minutes > 59:
        raise NoDate(f"'{text}' is no offset")
    span = timedelta(hours=hours, minutes=minutes)
    return timezone(-span if text[0] == "-" else span)
