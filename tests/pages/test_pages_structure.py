"""The structure of pages, as an independent parser of HTML5 finds it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from page_samples import (
    CONTENT,
    ENTRY_PAGES,
    FEED_PAGES,
    FULL,
    GERMAN,
    OTHERS,
    PAGES,
    RICH,
    UNTITLED,
    URL,
    elements,
    entry,
    every,
    feed,
    html5lib,
    only,
    parsed,
    text,
)

from syndicate.errors import PublishError
from syndicate.formats import autodiscovery, entrypage, page
from syndicate.formats.page import shortened
from syndicate.model import Address, Entry, Feed

DIRECTIVE = re.compile(r"([a-z-]+) ([^;]*)")


def links(tree: Any, relation: str) -> set[tuple[tuple[str, str], ...]]:
    return {tuple(sorted(one.attrib.items())) for one in every(tree, "link", rel=relation)}


def policy(tree: Any) -> dict[str, str]:
    said = only(tree, "meta", **{"http-equiv": "Content-Security-Policy"}).get("content")
    return dict(DIRECTIVE.findall(said))


@pytest.mark.parametrize("name", PAGES)
def test_each_page(name: str) -> None:
    tree = parsed(PAGES[name])
    assert tree.get("lang") == "en"
    assert len(every(tree, "h1")) == 1
    assert text(only(tree, "h1")).strip()
    for landmark in ("main", "title", "style"):
        assert len(every(tree, landmark)) == 1
    assert only(tree, "body")[0].tag in ("a", "div")
    assert only(tree, "link", rel="canonical").get("href").startswith(URL)
    assert only(tree, "meta", name="viewport").get("content") == "width=device-width, initial-scale=1"
    ids = [one.get("id") for one in elements(tree) if one.get("id")]
    assert len(ids) == len(set(ids))
    for one in elements(tree):
        for labelled in one.get("aria-labelledby", "").split():
            assert labelled in ids
        assert not {name for name in one.attrib if name.startswith("on") or name == "style"}


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_allows_this_style_and_no_script(name: str) -> None:
    tree = parsed(PAGES[name])
    assert not every(tree, "script")
    style = text(only(tree, "style"))
    found = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    said = policy(tree)
    assert said["style-src"] == f"'sha256-{found}'"
    assert (said["default-src"], said["base-uri"], said["form-action"]) == ("'none'", "'none'", "'none'")
    assert not re.search(r"url\(|@import|@font-face", style)
    # A policy in a meta element counts for what stands behind it.
    head = list(only(tree, "head"))
    places = [number for number, one in enumerate(head) if one.get("http-equiv") or one.tag == "style"]
    assert head[places[0]].tag == "meta"


@pytest.mark.parametrize("name", FEED_PAGES)
def test_a_feed_page_fetches_nothing(name: str) -> None:
    tree = parsed(FEED_PAGES[name])
    assert not {one.tag for one in elements(tree)} & {
        "img",
        "iframe",
        "audio",
        "video",
        "object",
        "embed",
        "form",
    }
    assert not [one for one in elements(tree) if one.get("src") or one.get("srcset")]
    assert {one.get("rel") for one in every(tree, "link")} <= {"alternate", "hub", "canonical"}
    assert "img-src" not in policy(tree)


@pytest.mark.parametrize("name", FEED_PAGES)
def test_a_feed_page_has_landmarks_and_labels(name: str) -> None:
    tree = parsed(FEED_PAGES[name])
    assert len(every(tree, "header")) == 1
    assert only(tree, "body")[0].get("href") == "#latest"
    assert only(tree, "section", id="latest") in list(only(tree, "main"))
    for field in every(tree, "input"):
        assert text(only(tree, "label", **{"for": field.get("id")})).strip()
        assert (field.get("type"), field.get("readonly")) == ("text", "")
    levels = [int(one.tag[1]) for one in elements(tree) if re.fullmatch("h[1-6]", one.tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_what_a_feed_page_says() -> None:
    tree = parsed(FEED_PAGES["rich"])
    assert text(only(tree, "title")) == text(only(tree, "h1")) == RICH.title
    assert only(tree, "meta", name="description").get("content") == RICH.description
    assert text(only(tree, "p", class_="lead")) == RICH.description
    assert [one.get("value") for one in every(tree, "input")] == [
        "https://example.org/rss.xml",
        "https://example.org/atom.xml",
        "https://example.org/feed.json",
    ]
    articles = every(tree, "article")
    assert [text(only(one, "h3")) for one in articles] == [one.headline for one in RICH.entries]
    assert [only(one, "a").get("href") for one in articles] == [one.url for one in RICH.entries]
    assert [datetime.fromisoformat(only(one, "time").get("datetime")) for one in articles] == [
        one.published for one in RICH.entries
    ]
    assert [one.get("lang") for one in articles] == ["en", "en", "de", "en"]
    shown = [[text(p) for p in every(one, "p") if p.get("class") != "meta"] for one in articles]
    assert shown == [[FULL.summary], [], [GERMAN.summary], []]
    (nav,) = every(tree, "nav")
    assert [(text(one), one.get("href")) for one in every(nav, "a")] == [(OTHERS[0].title, OTHERS[0].url)]
    footer = text(only(tree, "footer"))
    assert RICH.rights in footer
    assert "Last changed on 6 January 2026." in footer
    assert "WebSub" in footer


def test_an_empty_feed_has_a_page() -> None:
    tree = parsed(FEED_PAGES["empty"])
    assert not every(tree, "article")
    assert not every(tree, "time")
    assert not every(tree, "nav")
    assert "Nothing has been published yet." in text(only(tree, "section", id="latest"))


def test_many_entries_are_all_there() -> None:
    assert len(every(parsed(FEED_PAGES["many"]), "article")) == 300


def test_what_is_read_from_right_to_left() -> None:
    tree = parsed(FEED_PAGES["right-to-left"])
    heading = only(only(tree, "h1"), "a")
    assert (heading.get("lang"), heading.get("dir")) == ("ar", "auto")
    article = only(tree, "article")
    assert article.get("lang") == "ar"
    assert only(article, "a").get("dir") == "auto"
    assert only(only(tree, "article"), "p", class_="meta").get("lang") == "en"


def test_readers_get_the_whole_address() -> None:
    odd = feed(addresses=(Address("rss", "a.xml", "https://example.org/a.xml?x=1&y=%20#z"),))
    tree = parsed(page.write(odd, URL))
    for one in every(only(tree, "ul", class_="readers"), "a"):
        assert one.get("href").endswith("https%3A%2F%2Fexample.org%2Fa.xml%3Fx%3D1%26y%3D%2520%23z")


@pytest.mark.parametrize(
    "tree", [parsed(FEED_PAGES["rich"]), parsed(ENTRY_PAGES["full"])], ids=["feed", "entry"]
)
def test_links_are_those_of_the_snippet(tree: Any) -> None:
    snippet = html5lib.parseFragment(autodiscovery.write([RICH]).decode(), namespaceHTMLElements=False)
    for relation in ("alternate", "hub"):
        assert links(tree, relation) == links(snippet, relation)
        assert links(tree, relation)


def test_what_an_entry_page_says() -> None:
    tree = parsed(ENTRY_PAGES["full"])
    assert text(only(tree, "title")) == f"{FULL.headline} · {RICH.title}"
    assert only(tree, "link", rel="canonical").get("href") == FULL.url
    assert only(only(tree, "header"), "a").get("href") == RICH.home_url
    assert text(only(tree, "h1")) == FULL.title
    assert [one.get("datetime") for one in every(tree, "time")] == [
        "2026-01-01T10:05:00+02:00",
        "2026-01-06T08:30:15+00:00",
    ]
    assert [text(one) for one in every(tree, "span", class_="p-category")] == [
        "notes",
        "naïve",
        "C & A",
        "<tag>",
    ]
    assert only(tree, "audio").get("src") == FULL.attachments[0].url
    assert [one.get("href") for one in every(tree, "a", class_="u-enclosure")] == [
        one.url for one in FULL.attachments
    ]
    assert only(tree, "a", class_="u-bookmark-of").get("href") == FULL.external_url


def test_content_goes_in_as_it_is() -> None:
    assert ENTRY_PAGES["full"].count(f'<div class="e-content">{CONTENT}</div>'.encode()) == 1


def marks(content: str) -> Iterable[str]:
    """Texts by which content might be put at another place than its own."""
    yield hashlib.sha256(content.encode()).hexdigest()
    yield '<div class="e-content"></div>'


@pytest.mark.parametrize("content", ["", '<p>Say "yes" onclick=x</p>'])
def test_no_text_stands_in_for_content(content: str) -> None:
    for mark in marks(content):
        slug = mark.replace("<", "%3C").replace(">", "%3E").replace('"', "%22").replace(" ", "%20")
        named = entry(
            title=mark, headline=mark, url=f"https://example.org/{slug}", content=content, tags=(mark,)
        )
        tree = parsed(entrypage.write(named, feed(named, rights=mark, title=mark)))
        assert text(only(tree, "title")) == f"{mark} · {mark}"
        assert only(tree, "link", rel="canonical").get("href") == named.url
        assert text(only(tree, "h1")) == mark
        assert text(only(tree, "div", class_="e-content")) == text(html5lib.parseFragment(content))


def test_an_untitled_entry_has_a_heading_all_the_same() -> None:
    assert text(only(parsed(ENTRY_PAGES["untitled"]), "h1")) == UNTITLED.headline


@pytest.mark.parametrize(
    "wrong",
    [
        feed(title="a\x00b"),
        feed(description="a\x1bb"),
        feed(rights="\x08"),
        feed(entry(headline="\ufffe")),
        feed(entry(summary="\x0c")),
        feed(hubs=("https://hub.example/\x01",)),
    ],
)
def test_what_no_document_can_hold_is_refused(wrong: Feed) -> None:
    with pytest.raises(PublishError, match=r"U\+"):
        page.write(wrong, URL)


@pytest.mark.parametrize(
    "wrong",
    [entry(title="a\x00b"), entry(content="a\x00b"), entry(headline="a\x00b")],
    ids=["title", "content", "headline"],
)
def test_an_entry_with_such_a_character_is_refused(wrong: Entry) -> None:
    """Also where it stands in none of the feed's documents, for it is older than they reach."""
    with pytest.raises(PublishError, match=r"U\+0000"):
        entrypage.write(wrong, feed())


@pytest.mark.parametrize(
    ("given", "most", "wanted"),
    [
        ("short", 10, "short"),
        ("one two three", 13, "one two three"),
        ("one two three", 9, "one two …"),
        ("one, two three", 8, "one …"),
        ("w" * 20, 10, "w" * 10 + " …"),
    ],
)
def test_summaries_are_cut_between_words(given: str, most: int, wanted: str) -> None:
    assert shortened(given, most) == wanted
