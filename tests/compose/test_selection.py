"""What stands published, what a feed takes of it, and in which order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from typing import Any

import pytest
from compose_samples import identified, post

from syndicate.compose.selection import ordered, takes, withheld
from syndicate.model import Author, Choice, Definition

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SHANGHAI = timezone(timedelta(hours=8))

WITHHELD: list[tuple[dict[str, Any], str | None]] = [
    ({}, None),
    ({"published": NOON}, None),
    ({"published": NOON + SECOND}, "future"),
    ({"published": NOON - SECOND}, None),
    ({"published": datetime(2026, 1, 5, 20, tzinfo=SHANGHAI)}, None),
    ({"published": datetime(2026, 1, 5, 20, 0, 1, tzinfo=SHANGHAI)}, "future"),
    ({"published": None}, "undated"),
    ({"expires": NOON + SECOND}, None),
    ({"expires": NOON}, "expired"),
    ({"expires": NOON - SECOND}, "expired"),
    ({"draft": True}, "draft"),
    ({"draft": True, "published": None}, "draft"),
    ({"hidden": True}, "hidden"),
    ({"hidden": True, "draft": True}, "draft"),
    ({"published": NOON + SECOND, "expires": NOON - SECOND}, "future"),
]


@pytest.mark.parametrize(("changes", "reason"), WITHHELD)
def test_what_stands_published(changes: dict[str, Any], reason: str | None) -> None:
    assert withheld(post(**changes), NOON) == reason


DRAFTS: list[tuple[dict[str, Any], str | None]] = [
    ({}, None),
    ({"published": NOON + SECOND}, "future"),
    ({"published": None}, "undated"),
    ({"hidden": True}, "hidden"),
]


@pytest.mark.parametrize(("changes", "reason"), DRAFTS)
def test_drafts_are_shown_where_that_is_asked(changes: dict[str, Any], reason: str | None) -> None:
    assert withheld(post(draft=True, **changes), NOON, drafts=True) == reason


SUBJECT = post(
    tags=("Python", "Straße"),
    categories=("Notes",),
    section="field",
    authors=(Author("R. Hale"), Author("Zoë")),
    language="en-GB",
)
CHOICES = [
    (Choice(), Choice(), True),
    (Choice(tags=("python",)), Choice(), True),
    (Choice(tags=("STRASSE",)), Choice(), True),
    (Choice(tags=("x", "python")), Choice(), True),
    (Choice(tags=("x",)), Choice(), False),
    (Choice(categories=("notes",)), Choice(), True),
    (Choice(categories=("python",)), Choice(), False),
    (Choice(sections=("Field",)), Choice(), True),
    (Choice(authors=("zoë",)), Choice(), True),
    (Choice(languages=("en-gb",)), Choice(), True),
    (Choice(languages=("en",)), Choice(), False),
    (Choice(tags=("python",), sections=("field",)), Choice(), True),
    (Choice(tags=("python",), sections=("other",)), Choice(), False),
    (Choice(), Choice(tags=("python",)), False),
    (Choice(), Choice(tags=("x",)), True),
    (Choice(), Choice(tags=("x",), authors=("r. hale",)), False),
    (Choice(tags=("python",)), Choice(tags=("straße",)), False),
]


@pytest.mark.parametrize(("include", "exclude", "taken"), CHOICES)
def test_what_a_feed_takes(include: Choice, exclude: Choice, taken: bool) -> None:
    assert takes(Definition("main", (), include=include, exclude=exclude), SUBJECT) is taken


def test_what_has_nothing_is_left_by_what_asks_for_something() -> None:
    bare = post()
    for choice in (
        Choice(tags=("a",)),
        Choice(categories=("a",)),
        Choice(sections=("a",)),
        Choice(authors=("a",)),
    ):
        assert not takes(Definition("main", (), include=choice), bare)
        assert takes(Definition("main", (), exclude=choice), bare)


def test_the_order_is_newest_first_and_ties_by_id() -> None:
    half = timedelta(milliseconds=500)
    dated = {
        "d": NOON + SECOND,
        "a": NOON,
        "b": NOON + half,
        "c": NOON.astimezone(SHANGHAI),
        "e": NOON - SECOND,
    }
    all_of_them = [identified(post(published=at), entry_id=name) for name, at in dated.items()]
    for some in permutations(all_of_them):
        assert [one.id.value for one in ordered(some)] == ["d", "a", "b", "c", "e"]
