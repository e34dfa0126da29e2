"""Dates as authors write them: every form is read, and what is not certain is refused."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from post_texts import BERLIN, parsed, post, refused

from syndicate.posts import Assumed, dates

# Texts → ISO of the instant, with its offset.
INSTANTS = [
    ("2023-10-15", "2023-10-15T00:00:00+02:00"),
    ("  2023-10-15 ", "2023-10-15T00:00:00+02:00"),
    ("2023-01-15", "2023-01-15T00:00:00+01:00"),
    ("2023/10/15", "2023-10-15T00:00:00+02:00"),
    ("2023-1-5", "2023-01-05T00:00:00+01:00"),
    ("2023-10-15T09:05", "2023-10-15T09:05:00+02:00"),
    ("2023-10-15 09:05", "2023-10-15T09:05:00+02:00"),
    ("2023-10-15 9:05", "2023-10-15T09:05:00+02:00"),
    ("2023-10-15 09:05:07", "2023-10-15T09:05:07+02:00"),
    ("2023-10-15t09:05:07z", "2023-10-15T09:05:07+00:00"),
    ("2023-10-15T09:05:07.999Z", "2023-10-15T09:05:07+00:00"),
    ("2023-10-15T09:05:07,5Z", "2023-10-15T09:05:07+00:00"),
    ("2023-10-15T09:05Z", "2023-10-15T09:05:00+00:00"),
    ("2023-10-15 09:05:07 -0600", "2023-10-15T09:05:07-06:00"),
    ("2023-10-15 09:05:07 -06:00", "2023-10-15T09:05:07-06:00"),
    ("2023-10-15 09:05:07-06", "2023-10-15T09:05:07-06:00"),
    ("2023-10-15T09:05:07+05:45", "2023-10-15T09:05:07+05:45"),
    ("2023-10-15T09:05:07-00:00", "2023-10-15T09:05:07+00:00"),
    ("2023-10-15 09:05 UTC", "2023-10-15T09:05:00+00:00"),
    ("15 Oct 2023", "2023-10-15T00:00:00+02:00"),
    ("15 October, 2023", "2023-10-15T00:00:00+02:00"),
    ("15th of October 2023", "2023-10-15T00:00:00+02:00"),
    ("the 15th of October, 2023", "2023-10-15T00:00:00+02:00"),
    ("October 15, 2023", "2023-10-15T00:00:00+02:00"),
    ("oct. 15 2023", "2023-10-15T00:00:00+02:00"),
    ("SEPT 1ST, 2023", "2023-09-01T00:00:00+02:00"),
    ("Sunday, October 15th, 2023", "2023-10-15T00:00:00+02:00"),
    ("Sun 15 Oct 2023", "2023-10-15T00:00:00+02:00"),
    ("October\u00a015,\u00a02023", "2023-10-15T00:00:00+02:00"),
    ("15 Oct 2023 09:05", "2023-10-15T09:05:00+02:00"),
    ("October 15, 2023, 09:05", "2023-10-15T09:05:00+02:00"),
    ("Sun, 15 Oct 2023 09:05:07 +0200", "2023-10-15T09:05:07+02:00"),
    ("Sun, 15 Oct 2023 09:05:07 GMT", "2023-10-15T09:05:07+00:00"),
    ("15 Oct 2023 09:05:07 -0000", "2023-10-15T09:05:07+00:00"),
    ("2024-02-29", "2024-02-29T00:00:00+01:00"),
    ("1000-01-02T00:00Z", "1000-01-02T00:00:00+00:00"),
    ("9999-12-30T23:59:59Z", "9999-12-30T23:59:59+00:00"),
    # Local mean time, before there were zones.
    ("1850-01-01 12:00", "1850-01-01T12:00:00+00:53:28"),
]


@pytest.mark.parametrize(("text", "iso"), INSTANTS)
def test_every_form_is_read(text: str, iso: str) -> None:
    assert dates.instant(text, BERLIN).isoformat() == iso


NO_DATES = (
    "",
    "soon",
    "2023",
    "2023-10",
    "20231015",
    "1697328000",
    "15 Oct",
    "Oct 2023",
    "15.10.2023",
    "10/15/2023",
    "15 Okt 2023",
    "15 Oct 23",
    "2023-10-15T",
    "2023-10-15 9",
    "2023-10-15 9pm",
    "2023-10-15 09:05 EST",
    "2023-10-15 09:05 CET",
    "Sun, 15 Oct 2023 09:05:07 EST",
    "2023-10-15T09:05:07+2",
    "2023-10-15T09:05:07+24:00",
    "2023-10-15T09:05:07+02:60",
    "2023-10-15T24:00",
    "2023-10-15T23:60",
    "2023-10-15T23:59:60Z",
    "2023-10-15 and more",
    "2023-10-150",
    "on 2023-10-15",
    "2023-02-29",
    "2023-13-01",
    "2023-00-10",
    "2023-10-00",
    "30 February 2024",
    "0001-01-01",
    "0999-12-31",
    "9999-12-31",
    "9999-12-31T23:59:59-05:00",
    "10000-01-01",
    "-2023-10-15",
    "٢٠٢٣-١٠-١٥",
    "1 auguſt 2023",
    "9" * 5000,
    "2023-10-15 09:05:07." + "9" * 5000 + "x",
)


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_not_certain_is_no_date(text: str) -> None:
    with pytest.raises(dates.NoDate) as caught:
        dates.instant(text, BERLIN)
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize(
    ("text", "universal"),
    [
        ("2026-03-29 01:59:59", "2026-03-29T00:59:59+00:00"),
        # Two o'clock does not exist that night: it is three.
        ("2026-03-29 02:00", "2026-03-29T01:00:00+00:00"),
        ("2026-03-29 02:30", "2026-03-29T01:30:00+00:00"),
        ("2026-03-29 03:00", "2026-03-29T01:00:00+00:00"),
        # Half past two is there twice: it is the first one.
        ("2026-10-25 02:30", "2026-10-25T00:30:00+00:00"),
        ("2026-10-25 02:30 +01:00", "2026-10-25T01:30:00+00:00"),
        ("2026-10-25 03:00", "2026-10-25T02:00:00+00:00"),
    ],
)
def test_the_hours_of_a_clock_change(text: str, universal: str) -> None:
    assert dates.instant(text, BERLIN).astimezone(UTC).isoformat() == universal


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def written(moment: datetime) -> list[str]:
    """`moment` in each form that holds seconds and an offset."""
    offset = moment.strftime("%z")
    colon = f"{offset[:3]}:{offset[3:]}"
    day, clock = moment.strftime("%Y-%m-%d"), moment.strftime("%H:%M:%S")
    name = MONTHS[moment.month - 1]
    return [
        f"{day}T{clock}{colon}",
        f"{day} {clock} {offset}",
        f"{day} {clock}.123{offset}",
        f"{moment:%d} {name[:3]} {moment.year} {clock} {offset}",
        f"{name} {moment.day}, {moment.year} {clock} {colon}",
    ]


OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30, 23, 59, 59)).map(
    lambda moment: moment.replace(microsecond=0)
)


@given(MOMENTS, OFFSETS)
def test_any_moment_in_any_form_is_read_back(moment: datetime, offset: timezone) -> None:
    moment = moment.replace(tzinfo=offset)
    for text in written(moment):
        found = dates.instant(text, BERLIN)
        assert (found, found.utcoffset()) == (moment, moment.utcoffset())


@given(MOMENTS, st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia", "America/St_Johns"]))
def test_any_moment_without_an_offset_is_in_the_sites_zone(moment: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    for text in (
        f"{moment:%Y-%m-%dT%H:%M:%S}",
        f"{moment.day} {MONTHS[moment.month - 1]} {moment:%Y %H:%M:%S}",
    ):
        found = dates.instant(text, zone)
        assert (found.replace(tzinfo=None), found.tzinfo, found.fold) == (moment, zone, 0)
        found.astimezone(UTC)


@given(MOMENTS)
def test_any_day_in_any_form_is_read_back(moment: datetime) -> None:
    name = MONTHS[moment.month - 1]
    for text in (
        f"{moment:%Y-%m-%d}",
        f"{name} {moment.day}, {moment.year}",
        f"{moment.day} {name[:3]} {moment.year}",
        f"Monday, {moment.day}th {name} {moment.year}",
    ):
        opening = dates.opening(text + ". And so on.")
        assert opening == dates.Opening(moment.date(), text)
        assert dates.instant(text, UTC) == datetime.combine(moment.date(), time(), UTC)


DATE_LIKE = st.text(alphabet=string.digits + " -/:.,TZ+oOctJulyMarSun\u00a0\u0663", max_size=40)


@given(st.one_of(st.text(), DATE_LIKE))
def test_any_text_is_a_date_or_none(text: str) -> None:
    try:
        found = dates.instant(text, BERLIN)
    except dates.NoDate:
        return
    assert 1000 <= found.astimezone(UTC).year <= 9999
    assert found.microsecond == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2025-07-07-a-walk", (date(2025, 7, 7), "a-walk")),
        ("2025-07-07_a walk", (date(2025, 7, 7), "a walk")),
        ("2025-07-07", (date(2025, 7, 7), "")),
        ("2025-07-071", None),
        ("a-2025-07-07", None),
        ("2025-7-7-a", None),
        ("20250707-a", None),
    ],
)
def test_the_date_of_a_file_name(name: str, expected: tuple[date, str] | None) -> None:
    assert dates.in_name(name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("July 7, 2025. It rained.", date(2025, 7, 7)),
        ("July 7, 2025 – it rained.", date(2025, 7, 7)),
        ("7 July 2025", date(2025, 7, 7)),
        ("2025-07-07: it rained.", date(2025, 7, 7)),
        ("Mon, 2025-07-07, it rained.", date(2025, 7, 7)),
        ("**July 7, 2025** it rained in **Oslo**.", date(2025, 7, 7)),
        ("On July 7, 2025 it rained.", None),
        ("It rained. July 7, 2025.", None),
        ("It rained.\n\nJuly 7, 2025. It did.", None),
        ("July 2025 was wet.", None),
        ("2025-07-07-b is the name of a file.", None),
        ("May 7, 20255 of them", None),
    ],
)
def test_a_date_that_opens_the_first_paragraph(text: str, expected: date | None) -> None:
    found = post(f"A Walk in the Rain\n\n{text}\n\nThe rest of it is dry.\n").published
    assert (found.value.date() if found else None) == expected
    if found:
        assert found.source == "prose"
        assert found.words in text


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("A Walk\n\n2025-02-30. It rained.\n\nx", 3, "2025-02-30"),
        (
            "$ cat a/b.md\n\nA Walk\n\n\nTitle: B\n\nFebruary 30, 2025. It rained.\n\nx",
            8,
            "February 30, 2025",
        ),
        ("# A Walk\n\n*31 June 2025*\n\nx", 3, "31 June 2025"),
        ("2025-02-30\n\nIt rained in Oslo.", 1, "2025-02-30"),
    ],
)
def test_a_date_in_the_prose_that_is_none(text: str, line: int, said: str) -> None:
    problem = refused(text)
    assert (problem.code, problem.line) == ("bad-date", line)
    assert problem.message == f"date in the prose: '{said}' is no day of the calendar; correct it"


@pytest.mark.parametrize(
    ("text", "name", "expected", "source"),
    [
        ("T\n\nJuly 7, 2025. x\n", "2025-07-08-a.md", date(2025, 7, 8), "file name"),
        (
            "---\ndate: 2025-07-09\n---\nJuly 7, 2025. x\n",
            "2025-07-08-a.md",
            date(2025, 7, 9),
            "front matter, line 2",
        ),
        ("---\ntitle: x\n---\nJuly 7, 2025. x\n", "2025-07-08-a.md", date(2025, 7, 8), "file name"),
        ("T\n\nJuly 7, 2025. x\n", "2025-07-08/index.md", date(2025, 7, 8), "file name"),
    ],
)
def test_which_date_counts(text: str, name: str, expected: date, source: str) -> None:
    found = post(text, name).published
    assert found
    assert (found.value.date(), found.source) == (expected, source)


def test_the_sites_zone_is_nothing_that_an_author_wrote() -> None:
    for text in ("T\n\nJuly 7, 2025. x\n", "---\ndate: 2025-07-07 10:00\n---\nx"):
        here, there = (parsed(text, assumed=Assumed(ZoneInfo(name))).post for name in ("UTC", "Asia/Tokyo"))
        assert here.published
        assert there.published
        assert here.published.value != there.published.value
        assert here.fingerprint == there.fingerprint
    offsets = [
        post(f"---\ndate: 2025-07-07T10:00{offset}\n---\n").fingerprint for offset in ("Z", "+01:00", "")
    ]
    assert len(set(offsets)) == 3
