"""Any post of any legal text becomes an entry that all formats take: judged by the formats themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from compose_samples import LEGAL, PERMALINK, post
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicate.compose.entries import entry
from syndicate.compose.feeds import feed
from syndicate.compose.identity import identify
from syndicate.compose.markdown import TooDeep, render
from syndicate.compose.selection import ordered
from syndicate.compose.tidy import tidy
from syndicate.formats.documents import documents
from syndicate.model import NOT_XML, Address, Author, Definition, Entry, FileRef, Measured, Memory, Site

SITE = Site("Field notes", "https://example.org/blog/", timezone="Europe/Berlin")
MAIN = Definition(
    "main",
    (
        Address("atom", "atom.xml", "https://example.org/blog/atom.xml"),
        Address("rss", "rss.xml", "https://example.org/blog/rss.xml"),
        Address("json", "feed.json", "https://example.org/blog/feed.json"),
    ),
)
TEXT = st.text(LEGAL, max_size=30)
TARGET = TEXT | st.builds(
    "{}{}".format,
    st.sampled_from(["https://", "//", "/", "mailto:", "data:", "x/", "https://é.example/"]),
    TEXT,
)
LAST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
MOMENT = st.just(LAST) | st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))
MARKS = (
    r"# |**|[a](|)|![|](x)|[^1]|[^1]: |```|<p>|<b>|&#1;|&amp;|]]>|<iframe src=//x.example>|<img data-src=a>|"
    r"<!-- more -->|- [x] |<!--|<table><td>|\|  |> |    "
)
PIECES = st.sampled_from([*MARKS.split("|"), "\n", "\n\n", "| a |\n|---|\n", "\ufffd"])
BODY = st.lists(PIECES | TEXT, max_size=12).map("".join)
FILES = st.lists(st.builds(FileRef, TARGET, TEXT, TEXT, st.none() | st.integers(-1, 2**53)), max_size=3).map(
    tuple
)
MANY = st.lists(TEXT, max_size=3).map(tuple)

FIELDS = st.fixed_dictionaries(
    {
        "title": st.none() | TEXT,
        "published": MOMENT,
        "updated": st.none() | MOMENT,
        "slug": TEXT,
        "section": TEXT,
        # That an id is an absolute IRI is seen to where it is read.
        "id": st.none() | TEXT.map(lambda text: f"urn:x:{quote(text)}x"),
        "url": st.none() | TARGET,
        "link": st.none() | TARGET,
        "summary": st.none() | TEXT,
        "authors": st.lists(st.builds(Author, TEXT, TEXT, TARGET), max_size=3).map(tuple),
        "tags": MANY,
        "categories": MANY,
        "language": TEXT,
        "image": st.none() | TARGET,
        "attachments": FILES,
        "body": BODY,
        "markup": st.sampled_from(["markdown", "html"]),
    }
)


def texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for each in value for text in texts(each)]
    names = getattr(value, "__dataclass_fields__", {})
    return [text for name in names for text in texts(getattr(value, name))]


def made(fields: list[dict[str, Any]]) -> list[Entry]:
    posts = [post(f"posts/{number}.md", **one) for number, one in enumerate(fields)]
    kept, _ = identify(posts, {one.path for one in posts}, Memory(), SITE, PERMALINK)
    entries = []
    for one in ordered(kept):
        html = render(one.post.body) if one.post.markup == "markdown" else one.post.body
        local = {file.target: Measured(1, "beside") for file in one.post.attachments.value[:1]}
        entries.append(entry(one, tidy(html, one.url.value), local, SITE))
    return entries


@settings(max_examples=200, deadline=None)
@given(st.lists(FIELDS, max_size=3))
def test_any_posts_make_documents(fields: list[dict[str, Any]]) -> None:
    try:
        entries = made(fields)
    except TooDeep:
        return
    assert not [text for one in entries for text in texts(one) if NOT_XML.search(text)]
    for one in entries:
        assert one.headline.strip()
        assert one.updated >= one.published
        assert one.published.utcoffset() == timedelta()
        assert one.published.microsecond == 0
        for url in (one.url, one.image, one.external_url, *(file.url for file in one.attachments)):
            assert not url or url.startswith(("http://", "https://"))
    assert all((a.published, b.id) >= (b.published, a.id) for a, b in pairwise(entries))
    assert [one.format for one in documents(feed(MAIN, entries, SITE, "urn:feed", ()))] == [
        "atom",
        "rss",
        "json",
    ]


@settings(max_examples=50, deadline=None)
@given(st.lists(FIELDS, max_size=2))
def test_the_same_posts_make_the_same_entries(fields: list[dict[str, Any]]) -> None:
    try:
        assert made(fields) == made(list(fields))
    except TooDeep:
        return
