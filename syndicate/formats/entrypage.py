"""A page for one entry, for a folder that has no site of its own (`[output] entry_pages`), with h-entry microformats
(https://microformats.org/wiki/h-entry)."""

from __future__ import annotations

from dataclasses import replace

from lxml import html
from lxml.html import builder as E

from syndicate.formats.checks import legal
from syndicate.formats.page import moment, whole
from syndicate.formats.pagestyle import STYLE_HASH
from syndicate.model import Attachment, Author, Entry, Feed

media_type = "text/html; charset=utf-8"

# Pictures and sounds come from wherever their author named them; nothing else does.
POLICY = (
    f"default-src 'none'; style-src {STYLE_HASH}; img-src http: https: data:; media-src http: https:; "
    "base-uri 'none'; form-action 'none'"
)
OPEN, CLOSE = b'<div class="e-content">', b"</div>"
EMPTY = OPEN + CLOSE


def write(entry: Entry, feed: Feed) -> bytes:
    """The page of `entry` at its own URL; `feed` is the first that has it, and the one that it names. Raises
    PublishError where a text holds what no document can."""
    legal(replace(feed, entries=(entry,)), entry.url)
    language = entry.language or feed.language
    article = E.ARTICLE({"class": "post h-entry", "lang": language})
    article.append(_head(entry))
    article.append(E.DIV({"class": "e-content"}))
    article.extend(_attachments(entry))
    if entry.tags or entry.categories:
        names = dict.fromkeys((*entry.categories, *entry.tags))
        article.append(
            E.UL(
                {"class": "tags", "aria-label": "Tags"},
                *(E.LI(E.SPAN(name, {"class": "p-category"})) for name in names),
            )
        )
    home = E.P(E.A(feed.title, href=feed.home_url, lang=feed.language, dir="auto"))
    footer = [E.FOOTER(E.P(feed.rights, dir="auto"))] if feed.rights else []
    body = E.BODY(E.DIV({"class": "page"}, E.HEADER(home), E.MAIN(article), *footer))
    made = whole(feed, f"{entry.headline} · {feed.title}", entry.url, body, POLICY)
    # The entry's own HTML has been made safe, and goes in as it is: what is parsed anew may come out otherwise. No
    # text can look like its place, for a text has no markup.
    before, after = made.split(EMPTY)
    return before + OPEN + entry.content.encode() + CLOSE + after


def _head(entry: Entry) -> html.HtmlElement:
    made = E.DIV()
    title = E.H1(entry.title or entry.headline, dir="auto")
    if entry.title:
        title.set("class", "p-name")
    made.append(title)
    meta = E.P(
        {"class": "meta", "lang": "en"}, E.A({"class": "u-url", "href": entry.url}, _time(entry, "published"))
    )
    for number, author in enumerate(entry.authors):
        meta.append(E.SPAN(", by " if not number else ", "))
        meta.append(_author(author))
    if entry.updated != entry.published:
        meta.append(E.SPAN(", updated "))
        meta.append(_time(entry, "updated"))
    made.append(meta)
    if entry.external_url:
        made.append(E.P(E.A(entry.external_url, {"class": "u-bookmark-of", "href": entry.external_url})))
    return made


def _time(entry: Entry, which: str) -> html.HtmlElement:
    made = moment(entry.published if which == "published" else entry.updated)
    made.set("class", f"dt-{which}")
    return made


def _author(author: Author) -> html.HtmlElement:
    if author.url:
        return E.A(author.name, {"class": "p-author h-card", "href": author.url})
    return E.SPAN(author.name, {"class": "p-author h-card"})


def _attachments(entry: Entry) -> list[html.HtmlElement]:
    if not entry.attachments:
        return []
    return [E.H2("Files", lang="en"), E.UL(*(E.LI(_attachment(one)) for one in entry.attachments))]


def _attachment(one: Attachment) -> html.HtmlElement:
    name = one.title or one.url.rsplit("/", 1)[-1] or one.url
    made = E.DIV(E.A(name, {"href": one.url, "class": "u-enclosure", "dir": "auto"}))
    kind = one.type.partition("/")[0]
    if kind in ("audio", "video"):
        made.append(
            html.Element(
                kind, {"controls": "controls", "preload": "none", "src": one.url, "aria-label": name}
            )
        )
    return made
