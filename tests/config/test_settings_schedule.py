"""When `run` makes a pass: what works, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple

import pytest
from cronsim import CronSim
from hypothesis import given
from hypothesis import strategies as st
from settings_texts import SMALLEST, read, sentences

from syndicate.config import ScheduleSettings
from syndicate.errors import ConfigError

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - a list of words
WEEKDAYS = "sun mon tue wed thu fri sat".split()  # noqa: SIM905


def schedule(lines: str) -> ScheduleSettings:
    return read(f"{SMALLEST}[schedule]\n{lines}").schedule


def test_a_pass_each_minute_and_at_each_change_is_usual() -> None:
    usual = ScheduleSettings(every=60.0, cron="", watch=True, settle=2.0)
    assert schedule("") == schedule('every = "1m"') == read(SMALLEST).schedule == usual


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("100ms", 0.1), ("0.1s", 0.1), ("5 m", 300.0), ("7d", 604800.0), ("168h", 604800.0)],
)
def test_every(written: str, seconds: float) -> None:
    found = schedule(f'every = "{written}"')
    assert (found.every, found.cron) == (seconds, "")


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("0s", 0.0), ("0ms", 0.0), ("0d", 0.0), ("1ms", 0.001), ("2s", 2.0), ("10m", 600.0)],
)
def test_settle(written: str, seconds: float) -> None:
    assert schedule(f'settle = "{written}"').settle == seconds


CRON = [
    ("*/5 * * * *", "*/5 * * * *"),
    (" 0\t4   * * *  ", "0 4 * * *"),
    ("0 0 1,15 * mon", "0 0 1,15 * mon"),
    ("0-59/10,5 0-23/2 1-31 1-12 0-7", "0-59/10,5 0-23/2 1-31 1-12 0-7"),
    ("00 08 01 01 07", "00 08 01 01 07"),
    ("0 0 * JAN-Mar,dec Mon-FRI/2", "0 0 * JAN-Mar,dec Mon-FRI/2"),
    ("*/90 * * * *", "*/90 * * * *"),
    ("0 0 * * 5-7", "0 0 * * 5-7"),
    ("5-5/10 4-4 3-3/1 jan-1/2 sun-0/7", "5 4 3 jan sun"),
    ("@hourly", "0 * * * *"),
    (" @daily ", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@weekly", "0 0 * * 0"),
    ("@monthly", "0 0 1 * *"),
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    # Rare, and yet they come.
    ("0 0 29 2 *", "0 0 29 2 *"),
    ("0 0 29 2 */7", "0 0 29 2 */7"),
    ("0 0 30 2 mon", "0 0 30 2 mon"),
    ("0 0 31 2,3 *", "0 0 31 2,3 *"),
]


@pytest.mark.parametrize(("written", "fields"), CRON)
def test_cron(written: str, fields: str) -> None:
    assert schedule(f"cron = '{written}'") == ScheduleSettings(
        every=None, cron=fields, watch=True, settle=2.0
    )


def test_cron_may_stand_elsewhere() -> None:
    text = f'{SMALLEST}[schedule]\ncron = "env:WHEN"'
    assert read(text, environ={"WHEN": "@hourly"}).schedule.cron == "0 * * * *"
    known = "minute, hour, day of the month, month and weekday"
    assert sentences(text, environ={"WHEN": "hunter2"}) == [
        f"5: [schedule] cron: (from env:WHEN) has 1 field, and cron has five: {known}; "
        'write it like "*/5 * * * *"'
    ]
    ends = "has a step without a range; write where it ends, as in 5-59/10"
    assert sentences(text, environ={"WHEN": "7/3 * * * *"}) == [f"5: [schedule] cron: (from env:WHEN) {ends}"]


def test_two_schedules_are_one_too_many_whatever_else_is_wrong() -> None:
    assert sentences(f'{SMALLEST}[schedule]\nevery = 5\ncron = "env:NOBODY"') == [
        '5: [schedule] every: must be a number with a unit (ms, s, m, h or d), not 5; write it like "1m"',
        "6: [schedule] cron: the variable NOBODY is not set; set it, or write the value here",
        "6: [schedule] cron: there is also every, on line 5; remove one of the two",
    ]


class Part(NamedTuple):
    """A field as it is written, and what Debian's crontab(5) makes of it."""

    text: str
    numbers: frozenset[int]


@st.composite
def parts(draw: st.DrawFn, least: int, most: int, names: list[str], first: int = 0) -> Part:
    def named(number: int) -> str:
        at = number - first
        return draw(st.sampled_from([str(number), *names[at : at + 1]]))

    texts, numbers = [], set[int]()
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(least, most))
        end = draw(st.integers(start, most))
        step = draw(st.integers(1, most + 2))
        kind = draw(st.sampled_from(["*", "*/", "one", "range", "range/"]))
        if kind == "one":
            end, written = start, named(start)
        elif kind.startswith("*"):
            start, end, written = least, most, "*"
        else:
            written = f"{named(start)}-{named(end)}"
        stepped = kind.endswith("/")
        texts.append(f"{written}/{step}" if stepped else written)
        numbers.update(range(start, end + 1, step if stepped else 1))
    return Part(",".join(texts), frozenset(numbers))


PARTS = st.tuples(
    parts(0, 59, []), parts(0, 23, []), parts(1, 31, []), parts(1, 12, MONTHS, 1), parts(0, 7, WEEKDAYS)
)


def wanted(day: datetime, fields: tuple[Part, ...]) -> bool:
    """Whether cron comes on that day: day of the month and weekday are one or the other, but both where one of
    them begins with an asterisk."""
    _, _, days, months, weekdays = fields
    by_day = day.day in days.numbers
    by_weekday = bool({day.isoweekday(), day.isoweekday() % 7} & weekdays.numbers)
    both = days.text.startswith("*") or weekdays.text.startswith("*")
    return day.month in months.numbers and (by_day and by_weekday if both else by_day or by_weekday)


@given(PARTS)
def test_what_is_taken_means_what_cron_means_by_it(fields: tuple[Part, ...]) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    # Until the 29th of February has been each weekday.
    calendar = (start + timedelta(n) for n in range(28 * 366))
    days = list(islice((day for day in calendar if wanted(day, fields)), 50))
    text = " ".join(part.text for part in fields)
    if not days:
        [sentence] = sentences(f'{SMALLEST}[schedule]\ncron = "{text}"')
        assert "never comes" in sentence
        return
    expression = schedule(f'cron = "{text}"').cron
    times = [(hour, minute) for hour in sorted(fields[1].numbers) for minute in sorted(fields[0].numbers)]
    ticks = (day.replace(hour=hour, minute=minute) for day in days for hour, minute in times)
    expected = list(islice(ticks, 50))
    assert list(islice(CronSim(expression, start - timedelta(seconds=1)), len(expected))) == expected, text


@given(st.text("*/-,@ 0123456789LW#?HmonMJAfeb~", max_size=30) | st.text(max_size=20))
def test_anything_else_is_refused_in_words(text: str) -> None:
    environ = {"WHEN": text}
    try:
        found = read(f'{SMALLEST}[schedule]\ncron = "env:WHEN"', environ=environ).schedule.cron
    except ConfigError as error:
        [line] = error.lines
        assert line.isprintable()
        assert "; " in line
    else:
        assert next(CronSim(found, datetime(2024, 1, 1, tzinfo=UTC)))
