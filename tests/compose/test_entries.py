"""A post and its rendering → an entry; entries and a definition → a feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from compose_samples import SITE, URL, identified, post

from syndicate.compose.entries import entry
from syndicate.compose.feeds import NEVER, feed, feed_id
from syndicate.compose.tidy import Tidied, tidy
from syndicate.model import Address, Attachment, Author, Definition, Entry, Feed, FileRef, Measured, Site

HALE, ZOE = Author("R. Hale", "hale@example.org", "https://example.org/hale"), Author("Zoë")
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def made(html: str = "<p>Some words.</p>", site: Site = SITE, **changes: Any) -> Entry:
    return entry(identified(post(**changes)), tidy(html, URL), {"a.mp3": Measured(5, "beside")}, site)


def test_an_entry_with_everything() -> None:
    found = made(
        '<p>First <a href="/x">x</a>.</p><!--more--><p>Rest.</p>',
        title=" A  title\n",
        published=datetime(2026, 1, 5, 13, 30, 0, 999, tzinfo=timezone(timedelta(hours=2))),
        updated=datetime(2026, 2, 5, tzinfo=UTC),
        link="//elsewhere.example/a b",
        summary="Its  summary,\nin two lines.",
        authors=(HALE, ZOE),
        tags=("a", "B"),
        categories=("c",),
        language="de",
        image="../cover.png",
        attachments=(FileRef("a.mp3", "Episode"),),
    )
    assert found == Entry(
        id="tag:example.org,2026-01-05:a",
        url=URL,
        title="A title",
        headline="A title",
        published=datetime(2026, 1, 5, 11, 30, tzinfo=UTC),
        updated=datetime(2026, 2, 5, tzinfo=UTC),
        summary="Its summary, in two lines.",
        content='<p>First <a href="https://example.org/x">x</a>.</p><p>Rest.</p>',
        authors=(HALE, ZOE),
        tags=("a", "B"),
        categories=("c",),
        language="de",
        image="https://example.org/2026/01/cover.png",
        external_url="https://elsewhere.example/a%20b",
        attachments=(Attachment(f"{URL}a.mp3", "audio/mpeg", 5, "Episode"),),
    )


def test_an_entry_with_as_little_as_there_can_be() -> None:
    found = made("", title=None, site=Site("Field notes", "https://example.org/"))
    assert (found.title, found.headline, found.summary, found.content) == ("", "2026-01-05", "", "")
    assert found.authors == (Author("Field notes"),)
    assert (found.image, found.external_url, found.attachments) == ("", "", ())


UPDATED = [
    (None, NOON),
    (NOON - timedelta(days=1), NOON),
    (NOON, NOON),
    (NOON + timedelta(seconds=1), NOON + timedelta(seconds=1)),
    (datetime(2026, 1, 5, 13, tzinfo=timezone(timedelta(hours=2))), NOON),
]


@pytest.mark.parametrize(("updated", "shown"), UPDATED)
def test_no_entry_is_updated_before_it_is_published(updated: datetime | None, shown: datetime) -> None:
    assert made(published=NOON, updated=updated).updated == shown


AUTHORS = [
    ((ZOE,), (HALE,), (ZOE,)),
    ((), (HALE, ZOE), (HALE, ZOE)),
    ((Author(" "), ZOE), (HALE,), (ZOE,)),
    ((Author(" "),), (HALE,), (HALE,)),
    ((Author("", "a@example.org"),), (HALE,), (Author("", "a@example.org"),)),
    ((), (), (Author("Field notes"),)),
    ((), (Author(""),), (Author("Field notes"),)),
]


@pytest.mark.parametrize(("own", "sites", "shown"), AUTHORS)
def test_an_entry_has_an_author(
    own: tuple[Author, ...], sites: tuple[Author, ...], shown: tuple[Author, ...]
) -> None:
    assert made(authors=own, site=replace(SITE, authors=sites)).authors == shown


MICRO = [
    ("<p>Just a note.</p>", None, "Just a note."),
    ("<p>Just a note.</p>", "A summary", "Just a note."),
    ('<p><img src="a.png" alt="A heron"></p>', None, "A heron"),
    ('<p><img src="a.png"></p>', "A summary", "A summary"),
    ('<p><img src="a.png"></p>', None, "2026-01-05"),
    ('<p><img src="a.png"></p>', " \n", "2026-01-05"),
    (f"<p>{'long ' * 40}</p>", None, "long " * 12 + "long…"),
]


@pytest.mark.parametrize(("html", "summary", "headline"), MICRO)
@pytest.mark.parametrize("title", [None, " \n"])
def test_a_micro_post_has_a_headline_and_no_title(
    html: str, summary: str | None, headline: str, title: str | None
) -> None:
    found = made(html, title=title, summary=summary)
    assert (found.title, found.headline) == ("", headline)


@pytest.mark.parametrize("target", ["javascript:alert(1)", "mailto:a@example.org", "https://[::1", "data:x"])
def test_what_is_no_web_address_is_left_out(target: str) -> None:
    found = made(image=target, link=target, attachments=(FileRef(target),))
    assert (found.image, found.external_url, found.attachments) == ("", "", ())


def test_an_undated_post_has_no_entry() -> None:
    with pytest.raises(ValueError, match="undated"):
        entry(identified(post(published=None)), Tidied("", None), {}, SITE)


ATOM = Address("atom", "atom.xml", "https://example.org/atom.xml")
RSS = Address("rss", "rss.xml", "https://example.org/rss.xml")
MAIN = Definition("main", (RSS, ATOM))
FULL = Site(
    "Field notes", "https://example.org/", "About", "de", "UTC", (HALE,), "https://example.org/i.png",
    "https://example.org/l.png", "© R. Hale",
)  # fmt: skip


def test_a_feed_is_of_site_definition_and_entries() -> None:
    newer, older = (
        made(published=NOON, updated=NOON + timedelta(days=9)),
        made(published=NOON - timedelta(days=1)),
    )
    hubs = ("https://hub.example/",)
    assert feed(replace(MAIN, full=False), [newer, older], FULL, "urn:feed", hubs) == Feed(
        name="main",
        id="urn:feed",
        title="Field notes",
        description="About",
        home_url="https://example.org/",
        language="de",
        authors=(HALE,),
        rights="© R. Hale",
        icon="https://example.org/i.png",
        logo="https://example.org/l.png",
        hubs=hubs,
        updated=NOON + timedelta(days=9),
        entries=(newer, older),
        addresses=(RSS, ATOM),
        full=False,
    )


@pytest.mark.parametrize(("first", "title"), [(True, "Field notes"), (False, "Field notes: short")])
def test_another_feed_says_its_name(first: bool, title: str) -> None:
    found = feed(replace(MAIN, name="short"), [], FULL, "urn:feed", (), first=first)
    assert (found.name, found.title) == ("short", title)


def test_a_feed_of_nothing_was_updated_never() -> None:
    empty = feed(MAIN, [], Site("T", "https://example.org/"), "urn:feed", ())
    assert (empty.updated, empty.entries, empty.authors) == (NEVER, (), (Author("T"),))


FEED_IDS = [
    ("", {}, True, (RSS, ATOM), "https://example.org/atom.xml"),
    ("", {}, True, (RSS,), "https://example.org/rss.xml"),
    ("", {"main": "urn:old"}, True, (ATOM,), "urn:old"),
    ("", {"other": "urn:old"}, True, (ATOM,), "https://example.org/atom.xml"),
    ("urn:set", {"main": "urn:old"}, True, (ATOM,), "urn:set"),
    ("urn:set", {"main": "urn:old"}, False, (ATOM,), "urn:old"),
    ("urn:set", {}, False, (ATOM,), "https://example.org/atom.xml"),
]


@pytest.mark.parametrize(("given", "remembered", "first", "addresses", "wanted"), FEED_IDS)
def test_the_id_of_a_feed(
    given: str, remembered: dict[str, str], first: bool, addresses: tuple[Address, ...], wanted: str
) -> None:
    definition = Definition("main", addresses)
    assert feed_id(definition, replace(SITE, id=given), remembered, first=first) == wanted
