"""No text of an author breaks out of its place on a page."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from page_samples import ADDRESSES, URL, elements, entry, every, feed, only, seen, text

from syndicate.formats import entrypage, page
from syndicate.formats.page import shortened
from syndicate.model import NOT_XML, Address, Attachment, Author

PIECES = (
    "<", ">", "&", '"', "'", "`", "=", "/", "\\", "-->", "<!--", "]]>", "<![CDATA[", "</title>", "</style>", "<script>",
    "</script>", "alert(1)", "&amp;", "&lt", "&#60;", "&{x}", "&notit;", "{{", "{%", "javascript:", " onload=",
    "\u202e", "\u2028", "\u00a0", "ש", "é", "🜚", "</textarea>", "<plaintext>", "<svg>", "<base>", "?>", "<?php",
    "word ",
)  # fmt: skip
ODD = st.lists(
    st.sampled_from(PIECES) | st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8
).map("".join)
# White space of more than one kind is not an author's: compose makes single spaces of it.
TEXT = ODD.map(lambda made: " ".join(NOT_XML.sub("", made).split())).filter(bool)
URLS = st.text(alphabet="abc/%&=?;:@+,'()*!$~-._\"<> |`{}é", max_size=12).map(
    lambda rest: f"https://example.org/{rest}"
)
BREAKING = "\"'><script>alert(1)</script></title></style><!--"
NAMES = ("title", "headline", "summary", "description", "author", "tag", "other")
ANY = st.fixed_dictionaries(dict.fromkeys(NAMES, TEXT) | {"url": URLS})
HARMLESS = dict.fromkeys((*NAMES, "url"), "https://example.org/x")
BROKEN = dict.fromkeys(HARMLESS, BREAKING) | {"url": "https://example.org/" + BREAKING}


def feed_page(said: dict[str, str]) -> Any:
    made = feed(
        entry(title=said["headline"], headline=said["headline"], summary=said["summary"], url=said["url"]),
        title=said["title"],
        description=said["description"],
        rights=said["other"],
        addresses=(*ADDRESSES[:2], Address("json", "feed.json", said["url"])),
    )
    return seen(page.write(made, URL, [page.Neighbour(said["other"], said["url"])]))


def entry_page(said: dict[str, str]) -> Any:
    made = entry(
        title=said["title"],
        headline=said["headline"],
        authors=(Author(said["author"]), Author(said["author"], url=said["url"])),
        tags=(said["tag"],),
        attachments=(Attachment(said["url"], "audio/mpeg", 0, said["other"]),),
        url=said["url"],
        external_url=said["url"],
    )
    return seen(entrypage.write(made, feed(made, title=said["description"])))


def shape(tree: Any) -> list[tuple[str, tuple[str, ...]]]:
    """All elements, each with the names of its attributes."""
    return [(one.tag, tuple(sorted(one.attrib))) for one in elements(tree)]


SHAPES = shape(feed_page(HARMLESS)), shape(entry_page(HARMLESS))


@settings(max_examples=150, deadline=None)
@given(ANY)
@example(BROKEN)
def test_on_a_feed_page(said: dict[str, str]) -> None:
    tree = feed_page(said)
    assert shape(tree) == SHAPES[0]
    assert text(only(tree, "title")) == text(only(tree, "h1")) == said["title"]
    assert only(tree, "meta", name="description").get("content") == said["description"]
    assert text(only(tree, "p", class_="lead")) == said["description"]
    article = only(tree, "article")
    assert text(only(article, "h3")) == said["headline"]
    assert text(every(article, "p")[-1]) == shortened(said["summary"])
    assert text(every(only(tree, "nav"), "a")[0]) == said["other"]
    assert text(every(only(tree, "footer"), "p")[0]) == said["other"]
    assert every(tree, "input")[2].get("value") == said["url"]
    assert {one.get("title") for one in every(tree, "link", rel="alternate")} == {said["title"]}


@settings(max_examples=150, deadline=None)
@given(ANY)
@example(BROKEN)
def test_on_an_entry_page(said: dict[str, str]) -> None:
    tree = entry_page(said)
    assert shape(tree) == SHAPES[1]
    assert text(only(tree, "title")) == f"{said['headline']} · {said['description']}"
    assert text(only(tree, "header")) == said["description"]
    assert text(only(tree, "h1")) == said["title"]
    assert {text(one) for one in elements(tree) if "p-author" in one.get("class", "")} == {said["author"]}
    assert text(only(tree, "span", class_="p-category")) == said["tag"]
    assert text(only(tree, "a", class_="u-enclosure")) == said["other"]
    assert only(tree, "audio").get("aria-label") == said["other"]
    assert text(only(tree, "a", class_="u-bookmark-of")) == said["url"]
    assert text(only(tree, "div", class_="e-content")) == "What post 1 says."
