"""When to wake: cron over a year in several time zones, intervals, and what a fault costs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from syndicate import decide
from syndicate.decide import waking

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
LORD_HOWE, KATHMANDU = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")
AUCKLAND = ZoneInfo("Pacific/Auckland")
ZONES = [BERLIN, NEW_YORK, LORD_HOWE, KATHMANDU]
WHOLE_HOURS = [BERLIN, NEW_YORK, AUCKLAND, KATHMANDU]
YEAR = 2026
MINUTE = timedelta(minutes=1)


def ticks(expression: str, zone: ZoneInfo, start: datetime, end: datetime) -> list[datetime]:
    """Each asked for a moment after the one before, as the daemon does."""
    tick, found, now = decide.cron(expression, zone), [], start
    while (came := tick(now)) < end:
        assert came > now, "what is due in the past is due again and again"
        found.append(came)
        now = came + timedelta(milliseconds=50)
    return found


def year(zone: ZoneInfo) -> tuple[datetime, datetime]:
    start, end = (datetime(which, 1, 1, tzinfo=zone) for which in (YEAR, YEAR + 1))
    # The very first minute counts too.
    return start.astimezone(UTC) - MINUTE / 2, end.astimezone(UTC) - MINUTE / 2


@cache
def minutes(zone: ZoneInfo) -> tuple[datetime, ...]:
    """Each minute of the year, as the clock on the wall shows it."""

    def walk() -> Iterator[datetime]:
        now, end = year(zone)
        now += MINUTE / 2
        while now < end:
            yield now.astimezone(zone)
            now += MINUTE

    return tuple(walk())


def numbers(field: str, least: int, most: int) -> frozenset[int]:
    """What a field of a cron expression holds."""
    found: set[int] = set()
    for term in field.split(","):
        span, _, step = term.partition("/")
        first, _, last = span.partition("-")
        low = least if span == "*" else int(first)
        high = most if span == "*" else int(last or first)
        found.update(range(low, high + 1, int(step or 1)))
    return frozenset(found)


def oracle(expression: str, zone: ZoneInfo) -> list[datetime]:
    """All minutes of the year that match, looked at one by one."""
    minute, hour, day, month, weekday = expression.split()
    at = (numbers(minute, 0, 59), numbers(hour, 0, 23), numbers(month, 1, 12))
    days, weekdays = numbers(day, 1, 31), {number % 7 for number in numbers(weekday, 0, 7)}
    either = not (day.startswith("*") or weekday.startswith("*"))

    def wanted(wall: datetime) -> bool:
        if wall.minute not in at[0] or wall.hour not in at[1] or wall.month not in at[2]:
            return False
        by_day, by_weekday = wall.day in days, wall.isoweekday() % 7 in weekdays
        return (by_day or by_weekday) if either else (by_day and by_weekday)

    return [wall.astimezone(UTC) for wall in minutes(zone) if wanted(wall)]


# None of these meets an hour that a change leaves out or repeats.
PLAIN = [
    "0 12 * * *",
    "0 12 * * 0",
    "0 12 * * 7",
    "15 9 13 * 5",
    "0 12 1,15 2-11/3 1",
    "30 6 * 4 1-5",
    "7-59/25 8-20/4 * * 6,7",
    "59 23 31 * *",
    "0 12 29 2 *",
    "0 0 1 1 *",
    "0 12 */10 * 1",
]
# By the clock on the wall: an hour that comes twice has its ticks twice.
EACH_HOUR = ["*/20 12 * * *", "*/30 * * * *", "0 * * * *", "30 * * * *"]


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("expression", PLAIN)
def test_cron_over_a_year(expression: str, zone: ZoneInfo) -> None:
    assert ticks(expression, zone, *year(zone)) == oracle(expression, zone)


@pytest.mark.parametrize("zone", WHOLE_HOURS, ids=str)
@pytest.mark.parametrize("expression", EACH_HOUR)
def test_cron_by_the_clock_on_the_wall(expression: str, zone: ZoneInfo) -> None:
    assert ticks(expression, zone, *year(zone)) == oracle(expression, zone)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("at", [(0, 0), (1, 45), (2, 0), (2, 15), (2, 30), (3, 0)], ids=str)
def test_each_local_day_has_its_tick_exactly_once(zone: ZoneInfo, at: tuple[int, int]) -> None:
    hour, minute = at
    found = ticks(f"{minute} {hour} * * *", zone, *year(zone))
    walls = [tick.astimezone(zone) for tick in found]
    first = date(YEAR, 1, 1)
    assert [wall.date() for wall in walls] == [first + timedelta(number) for number in range(365)]
    for wall in walls:
        asked = wall.replace(hour=hour, minute=minute, fold=0)
        there = asked.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == asked.replace(tzinfo=None)
        if there:
            # Of two that are shown alike, the first.
            assert wall == asked
            assert wall.fold == 0
        else:
            # It was left out: the first minute that comes after it.
            assert (
                wall - MINUTE < asked.replace(fold=1) < wall
                or wall.utcoffset() != (wall - MINUTE).utcoffset()
            )


CHANGES = [
    ("30 2 * * *", BERLIN, "2026-03-28T12:00+01:00", ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"]),
    ("30 2 * * *", BERLIN, "2026-10-24T12:00+02:00", ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]),
    ("30 1 * * *", NEW_YORK, "2026-10-31T12:00-04:00", ["2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"]),
    ("15 2 * * *", LORD_HOWE, "2026-10-03T12:00+10:30", ["2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00"]),
    ("45 1 * * *", LORD_HOWE, "2026-04-04T12:00+11:00", ["2026-04-05T01:45+11:00", "2026-04-06T01:45+10:30"]),
    # Started in the hour that came already: what it had is over.
    ("30 2 * * *", BERLIN, "2026-10-25T02:10+01:00", ["2026-10-26T02:30+01:00"]),
    ("45 1 * * *", LORD_HOWE, "2026-04-05T01:31+10:30", ["2026-04-06T01:45+10:30"]),
    # A microsecond before, at, and after.
    ("0 * * * *", BERLIN, "2026-07-01T11:59:59.999999+02:00", ["2026-07-01T12:00+02:00"]),
    ("0 * * * *", BERLIN, "2026-07-01T12:00+02:00", ["2026-07-01T13:00+02:00"]),
    ("0 * * * *", BERLIN, "2026-07-01T12:00:00.000001+02:00", ["2026-07-01T13:00+02:00"]),
    # A day that is missing altogether.
    ("0 12 * * *", ZoneInfo("Pacific/Apia"), "2011-12-29T18:00-10:00", ["2011-12-31T00:00+14:00"]),
]


@pytest.mark.parametrize(("expression", "zone", "start", "expected"), CHANGES)
def test_a_change_of_the_clock(expression: str, zone: ZoneInfo, start: str, expected: list[str]) -> None:
    now, tick = datetime.fromisoformat(start), decide.cron(expression, zone)
    for one in expected:
        found = tick(now)
        assert found == datetime.fromisoformat(one)
        assert found.tzinfo is UTC
        now = found


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize(
    "expression", ["30 2 * * *", "45 1 * * *", "*/10 * * * *", "0,30 1-3 * * *", "30 1 * * *"]
)
def test_a_tick_is_to_come_whenever_it_is_asked_for(expression: str, zone: ZoneInfo) -> None:
    """One in the past would be due at once, and again at once."""
    tick = decide.cron(expression, zone)
    days = {
        wall.date() for wall in minutes(zone) if wall.utcoffset() != (wall - timedelta(days=1)).utcoffset()
    }
    near = [wall for wall in minutes(zone) if wall.date() in days and wall.hour < 5]
    for wall in near:
        now = wall.astimezone(UTC)
        assert tick(now) > now


@pytest.mark.parametrize("seconds", [0.1, 1.0, 60.0, 604800.0])
def test_an_interval_counts_from_when_it_is_asked_for(seconds: float) -> None:
    tick = decide.every(seconds)
    for now in (
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2200, 1, 1, tzinfo=UTC),
    ):
        assert tick(now) - now == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, 2.0), (2, 4.0), (3, 8.0), (7, 128.0), (8, 256.0), (9, 300.0), (10**9, 300.0)],
)
def test_a_pass_that_fails_is_tried_again_more_and_more_rarely(failures: int, seconds: float) -> None:
    assert decide.again(failures) == seconds


@pytest.mark.parametrize(
    ("before", "after", "set_"),
    [(0, 0, False), (0, 1.9, False), (5, 3.1, False), (0, 2.1, True), (0, -3600, True), (-3600, 86400, True)],
)
def test_a_clock_that_was_set_is_told_from_one_that_drifts(before: float, after: float, set_: bool) -> None:
    assert waking.stepped(timedelta(seconds=before), timedelta(seconds=after)) is set_
