"""What a place lacks, what the guard holds, and what is news."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from syndicate.decide import Held, News, digest, held, news, plan, remembered
from syndicate.model import Document, Identified, Memory, Plan, Post, Put, Remembered, Sourced

FIRST = Document("atom.xml", "https://example.org/atom.xml", "application/atom+xml", b"<feed/>")
SECOND = Document("rss.xml", "https://example.org/rss.xml", "application/rss+xml", b"<rss/>")
WANTED = (FIRST, SECOND)
OTHER = digest(b"edited by hand")


def ours(*documents: Document) -> tuple[Put, ...]:
    return tuple(Put(one.path, one.url, digest(one.body)) for one in documents)


def standing(*documents: Document, **digests: str | None) -> dict[str, str | None]:
    found: dict[str, str | None] = {one.path: digest(one.body) for one in documents}
    return found | {f"{name}.xml": value for name, value in digests.items()}


PLANS = {
    "a fresh place": (WANTED, {}, (), Plan(WANTED, ())),
    "all is there": (WANTED, standing(*WANTED), ours(*WANTED), Plan((), ())),
    "all is there, and the ledger is lost": (WANTED, standing(*WANTED), (), Plan((), ())),
    "changed by hand": (WANTED, standing(*WANTED, rss=OTHER), ours(*WANTED), Plan((SECOND,), ())),
    "deleted": (WANTED, standing(FIRST, rss=None), ours(*WANTED), Plan((SECOND,), ())),
    "the text is new": (
        (replace(FIRST, body=b"<feed>new</feed>"), SECOND),
        standing(*WANTED),
        ours(*WANTED),
        Plan((replace(FIRST, body=b"<feed>new</feed>"),), ()),
    ),
    "ours, and no longer wanted": ((FIRST,), standing(*WANTED), ours(*WANTED), Plan((), ("rss.xml",))),
    "ours, no longer wanted, and gone": (
        (FIRST,),
        standing(FIRST, rss=None),
        ours(*WANTED),
        Plan((), ("rss.xml",)),
    ),
    "ours, no longer wanted, but edited since": (
        (FIRST,),
        standing(FIRST, rss=OTHER),
        ours(*WANTED),
        Plan((), ()),
    ),
    "not ours": ((FIRST,), standing(*WANTED), ours(FIRST), Plan((), ())),
    "nothing is wanted": ((), standing(*WANTED), ours(*WANTED), Plan((), ("atom.xml", "rss.xml"))),
}


@pytest.mark.parametrize(("wanted", "there", "known", "planned"), PLANS.values(), ids=PLANS.keys())
def test_what_a_place_lacks(
    wanted: tuple[Document, ...], there: dict[str, str | None], known: tuple[Put, ...], planned: Plan
) -> None:
    assert plan(wanted, there, known) == planned


def row(name: str, state: str = "published", **changes: str) -> Remembered:
    values = {"slug": name, "date": "2026-01-05", "url": f"https://example.org/{name}/"} | changes
    return Remembered(
        id=f"urn:{name}", path=f"{name}.md", fingerprint="f", body_fingerprint="b", state=state, **values  # type: ignore[arg-type]
    )  # fmt: skip


HELD = [
    (0, (), None),
    (0, (row("a", "known"), row("b", "withdrawn")), None),
    (1, (row("a"), row("b")), None),
    (0, (row("a"),), 1),
    (0, (row("a"), row("b"), row("c", "withdrawn")), 2),
]


@pytest.mark.parametrize(("present", "rows", "count"), HELD)
def test_an_empty_source_is_held(present: int, rows: tuple[Remembered, ...], count: int | None) -> None:
    found = held(present, 0, Memory(rows), 0.2)
    assert (found.count if found else None) == count


def test_what_is_held_is_said_in_one_sentence() -> None:
    assert held(0, 0, Memory((row("a"),)), 0.2) == Held(
        "posts: the folder holds no post, and 1 published entry would be withdrawn; put the posts back, "
        "or say --accept",
        1,
    )
    two = held(0, 0, Memory((row("a"), row("b"))), 0.2)
    assert two
    assert "2 published entries would be" in two.reason


@pytest.mark.parametrize(
    ("public", "withdrawn", "share", "stops"),
    [
        (4, 4, 0.2, False),
        (5, 1, 0.2, False),
        (5, 2, 0.2, True),
        (10, 2, 0.2, False),
        (10, 3, 0.2, True),
        (10, 0, 0.0, False),
        (10, 1, 0.0, True),
        (10, 10, 1.0, False),
    ],
)
def test_a_share_is_held(public: int, withdrawn: int, share: float, stops: bool) -> None:
    found = held(1, withdrawn, Memory(tuple(row(f"r{number}") for number in range(public))), share)
    assert (found.count if found else None) == (withdrawn if stops else None)


NEWS = {
    "nothing": ((row("a"),), (row("a"),), News((), ())),
    "new": ((row("a"), row("b")), (row("a"),), News((row("b"),), ())),
    "changed": ((row("a", slug="z"),), (row("a"),), News((row("a", slug="z"),), ())),
    "remembered, now public": ((row("a"),), (row("a", "known"),), News((row("a"),), ())),
    "back again": ((row("a"),), (row("a", "withdrawn"),), News((row("a"),), ())),
    "gone": ((row("a"),), (row("a"), row("b")), News((), ("urn:b",))),
    "gone already": ((), (row("b", "withdrawn"), row("c", "known")), News((), ())),
    "one goes, one comes": ((row("b"),), (row("a"),), News((row("b"),), ("urn:a",))),
}


@pytest.mark.parametrize(("now", "before", "told"), NEWS.values(), ids=NEWS.keys())
def test_what_is_news(now: tuple[Remembered, ...], before: tuple[Remembered, ...], told: News) -> None:
    assert news(now, Memory(before)) == told


def test_what_the_ledger_shall_know() -> None:
    source = "front matter, line 2"
    false: Sourced[bool] = Sourced(False, "default")
    nothing: Sourced[tuple[str, ...]] = Sourced((), "default")
    post = Post(
        path="posts/a.md", title=Sourced("A", source), published=Sourced(datetime(2026, 1, 5, tzinfo=UTC), source),
        updated=None, expires=None, draft=false, hidden=false, slug=Sourced("a", source),
        section=Sourced("", source), id=None, url=None, link=None, summary=None, authors=Sourced((), source),
        tags=nothing, categories=nothing, language=Sourced("en", source), image=None,
        attachments=Sourced((), source), body="x", body_line=1, markup="markdown", fingerprint="whole",
        body_fingerprint="body",
    )  # fmt: skip
    one = Identified(post, Sourced("urn:a", "default"), Sourced("https://example.org/a/", "permalink"))
    assert remembered((one,), {"urn:a": "2026-01-05"}) == (
        Remembered(
            "urn:a",
            "posts/a.md",
            "a",
            "2026-01-05",
            "https://example.org/a/",
            "whole",
            "body",
            "published",
            "A",
        ),
    )
    assert remembered((), {}) == ()
