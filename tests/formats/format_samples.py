"""Feeds to write: a rich one that uses every field, and one with as little as there can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import ModuleType
from typing import cast

from syndicate.formats import Format, atom, jsonfeed, rss
from syndicate.model import Address, Attachment, Author, Entry, Feed, FormatName

FORMATS: dict[FormatName, Format] = {"atom": atom, "rss": rss, "json": jsonfeed}
MODULES: dict[FormatName, ModuleType] = {"atom": atom, "rss": rss, "json": jsonfeed}

ADDRESSES = (
    Address("atom", "atom.xml", "https://example.org/atom.xml"),
    Address("rss", "rss.xml", "https://example.org/rss.xml"),
    Address("json", "feed.json", "https://example.org/feed.json"),
)
URLS: dict[FormatName, str] = {address.format: address.url for address in ADDRESSES}

HALE = Author("R. Hale", "hale@example.org", "https://example.org/hale")
ONLY_A_NAME = Author("Zoë Ångström & Söhne")


def entry(number: int = 1, **changes: object) -> Entry:
    """An entry with every required field, and nothing more."""
    plain = Entry(
        id=f"tag:example.org,2026-01-{number:02}:post-{number}",
        url=f"https://example.org/2026/01/post-{number}/",
        title=f"Post {number}",
        headline=f"Post {number}",
        published=datetime(2026, 1, number, 10, tzinfo=UTC),
        updated=datetime(2026, 1, number, 10, tzinfo=UTC),
        summary=f"What post {number} says.",
        content=f"<p>What post {number} says.</p>",
        authors=(HALE,),
        tags=(),
        categories=(),
        language="en",
        image="",
        external_url="",
        attachments=(),
    )
    return cast("Callable[..., Entry]", replace)(plain, **changes)


def feed(*entries: Entry, **changes: object) -> Feed:
    """A feed with every required field, and nothing more."""
    plain = Feed(
        name="main",
        id="https://example.org/atom.xml",
        title="Field notes",
        description="",
        home_url="https://example.org/",
        language="en",
        authors=(),
        rights="",
        icon="",
        logo="",
        hubs=(),
        updated=max((each.updated for each in entries), default=datetime(2026, 1, 1, tzinfo=UTC)),
        entries=entries,
        addresses=ADDRESSES,
    )
    return cast("Callable[..., Feed]", replace)(plain, **changes)


MINIMAL = feed(entry())

RICH = feed(
    entry(
        5,
        title="A < B & C",
        headline="A < B & C",
        updated=datetime(2026, 1, 6, 8, 30, 15, tzinfo=UTC),
        summary="Less < more & “quotes”, on one line.",
        content='<p>Less &lt; more &amp; a <a href="https://example.org/?a=1&amp;b=2">link</a> ]]&gt; 🜚</p>',
        authors=(HALE, ONLY_A_NAME),
        tags=("C & A", "<tag>", "naïve", "c++"),
        categories=("notes", "naïve"),
        image="https://example.org/images/a%20b.png",
        attachments=(
            Attachment("https://example.org/a.mp3?x=1&y=2", "audio/mpeg", 12345, "The “episode”"),
            Attachment("https://example.org/b.pdf", "application/pdf", 0),
        ),
    ),
    entry(
        4,
        title="",
        headline="A note without a title",
        summary="A note without a title.",
        authors=(ONLY_A_NAME,),
    ),
    entry(
        3,
        title="Ein Verweis",
        language="de",
        headline="Ein Verweis",
        external_url="https://elsewhere.example/article?x=1&y=2",
    ),
    entry(2, id="https://example.org/2026/01/post-2/", title="No summary", headline="No summary", summary=""),
    entry(1, title="", headline="a picture", summary="", content='<img src="https://example.org/a.png">'),
    description="Notes from the field & the forest",
    authors=(HALE, ONLY_A_NAME),
    rights="© 2026 R. Hale & others",
    icon="https://example.org/icon.svg",
    logo="https://example.org/logo.png",
    hubs=("https://hub.example/", "https://second.example/hub?x=1&y=2"),
)

SAMPLES: dict[str, Feed] = {
    "rich": RICH,
    "minimal": MINIMAL,
    "summary": replace(RICH, full=False),
    "empty": feed(authors=(HALE,)),
}
