"""Any legal text comes back from a document as it was; any other is a PublishError."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from html import unescape
from typing import Any

import pytest
from format_samples import FORMATS, RICH, URLS, entry, feed
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from syndicate.errors import PublishError
from syndicate.formats import autodiscovery, opml
from syndicate.formats.documents import documents
from syndicate.formats.repair import ATOM, CONTENT, DC
from syndicate.model import NOT_XML, Attachment, Author, Feed, FormatName

MARKUP = [
    "]]>",
    "&amp;",
    "<b>",
    "&#38;",
    "<!--",
    "\r\n",
    "\t",
    "\u2028",
    "\x85",
    "\U0010ffff",
    "{{",
    "\\u0000",
    '"',
]
legal = st.text(
    st.one_of(
        st.characters().filter(lambda char: not NOT_XML.match(char)),
        st.sampled_from("&<>\"'\r\n\t;#x]"),
    ),
    max_size=40,
)
texts = st.lists(st.one_of(legal, st.sampled_from(MARKUP)), max_size=5).map("".join)
words = texts.filter(str.strip)


def tree(kind: FormatName, sample: Feed) -> etree._Element:
    return etree.fromstring(FORMATS[kind].write(sample, URLS[kind]))


@settings(deadline=None)
@given(text=st.tuples(words, texts, texts, words, words, words))
def test_what_is_written_is_read(text: tuple[str, str, str, str, str, str]) -> None:
    title, summary, content, author, tag, head = text
    one = entry(
        title=title,
        headline=title,
        summary=summary,
        content=content,
        authors=(Author(author),),
        tags=(tag,),
        attachments=(Attachment("https://example.org/a.mp3", "audio/mpeg", 1, title),),
    )
    sample = feed(one, title=head, description=summary, rights=author)
    # `documents` checks each.
    assert len(documents(sample)) == 3

    name = f"{{{ATOM}}}"
    shown = tree("atom", sample)
    (each,) = shown.findall(f"{name}entry")
    assert (shown.findtext(f"{name}title"), shown.findtext(f"{name}subtitle") or "") == (head, summary)
    assert (each.findtext(f"{name}title"), each.findtext(f"{name}summary") or "") == (title, summary)
    assert (each.findtext(f"{name}content") or "", each.findtext(f"{name}author/{name}name")) == (
        content,
        author,
    )
    assert [category.get("term") for category in each.findall(f"{name}category")] == [tag]

    channel = tree("rss", sample)[0]
    (item,) = channel.findall("item")
    assert (channel.findtext("title"), channel.findtext("description")) == (head, summary or head)
    assert (item.findtext("title"), item.findtext("category")) == (title, tag)
    written = (
        (item.findtext("description") or "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    )
    assert written == summary
    assert (item.findtext(f"{{{CONTENT}}}encoded") or "", item.findtext(f"{{{DC}}}creator")) == (
        content,
        author,
    )

    (said,) = json.loads(FORMATS["json"].write(sample, URLS["json"]))["items"]
    assert (said["title"], said["tags"], said["authors"]) == (title, [tag], [{"name": author}])
    assert (said.get("summary", ""), said.get("content_html", "")) == (summary, content)


@settings(deadline=None)
@given(title=words)
def test_lists_of_feeds(title: str) -> None:
    sample = feed(entry(), title=title)
    outline = etree.fromstring(opml.write(title, (sample,))).findall("body/outline")[0]
    assert (outline.get("text"), outline.get("title")) == (title, title)
    line = autodiscovery.write((sample,)).decode().splitlines()[1]
    assert "<" not in line[1:]
    assert line.count('"') == 8


def test_a_title_in_the_snippet_is_escaped() -> None:
    line = autodiscovery.write((feed(entry(), title='a "b"\n<c> & d'),)).decode().splitlines()[1]
    assert unescape(line.split('title="')[1].split('"')[0]) == 'a "b" <c> & d'


PLACES: dict[str, Callable[[str], Feed]] = {
    "title": lambda bad: feed(entry(), title=bad),
    "description": lambda bad: feed(entry(), description=bad),
    "rights": lambda bad: feed(entry(), rights=bad),
    "hubs": lambda bad: feed(entry(), hubs=("https://hub.example/" + bad,)),
    "authors": lambda bad: feed(entry(), authors=(Author(bad),)),
    "headline": lambda bad: feed(entry(headline=bad)),
    "content": lambda bad: feed(entry(content=bad)),
    "summary": lambda bad: feed(entry(summary=bad)),
    "tags": lambda bad: feed(entry(tags=("good", bad))),
    "attachments": lambda bad: feed(entry(attachments=(Attachment("https://e.org/a", "a/b", 1, bad),))),
    "url": lambda bad: feed(entry(url="https://example.org/" + bad)),
}


@pytest.mark.parametrize("bad", ["\x00", "\x08", "\x1b", "\ufffe", "\uffff", "\ud800"], ids=ascii)
@pytest.mark.parametrize("place", PLACES)
def test_what_xml_cannot_hold_is_a_publish_error(place: str, bad: str) -> None:
    sample = PLACES[place]("a" + bad + "b")
    for kind, format_ in FORMATS.items():
        with pytest.raises(PublishError) as caught:
            format_.write(sample, URLS[kind])
        said = str(caught.value)
        assert place in said
        assert f": holds U+{ord(bad):04X}, which no feed can hold; " in said
        assert said.isprintable()
    with pytest.raises(PublishError):
        opml.write("All", (sample,))
    with pytest.raises(PublishError):
        autodiscovery.write((sample,))


def test_the_title_of_a_list_is_held_to_it_too() -> None:
    with pytest.raises(PublishError, match="the list of feeds: title: holds U\\+0008"):
        opml.write("\x08", (RICH,))


UNFIT: list[dict[str, Any]] = [
    {"title": ""},
    {"id": ""},
    {"home_url": ""},
    {"updated": datetime(2026, 1, 1)},
    {"updated": datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))},
]


@pytest.mark.parametrize("changes", UNFIT, ids=str)
@pytest.mark.parametrize("kind", FORMATS)
def test_an_unfit_feed_is_a_publish_error(kind: FormatName, changes: dict[str, Any]) -> None:
    sample = feed(entry(), **changes)
    with pytest.raises(PublishError, match=r".+: .+; .+"):
        FORMATS[kind].check(FORMATS[kind].write(sample, URLS[kind]), sample, URLS[kind])


@pytest.mark.parametrize("kind", FORMATS)
def test_an_entry_without_a_headline_is_a_publish_error(kind: FormatName) -> None:
    sample = feed(entry(title="", headline=""))
    with pytest.raises(PublishError):
        FORMATS[kind].check(FORMATS[kind].write(sample, URLS[kind]), sample, URLS[kind])
