"""RSS 2.0 with the RSS Advisory Board's profile, through feedgen (spec.md, section 6)."""

from __future__ import annotations

from html import escape
from typing import Any

from lxml import etree

from syndicate.formats.checks import (
    Shown,
    compare,
    compare_entries,
    credited,
    legal,
    refusal,
    sound,
    stamp,
    subjects,
)
from syndicate.formats.reading import maybe, parse, texts
from syndicate.formats.repair import (
    ATOM,
    CONTENT,
    DC,
    MEDIA,
    RssFeed,
    RssItem,
    generator,
    one_at_a_time,
    rfc822,
    translated,
)
from syndicate.model import Entry, Feed

media_type = "application/rss+xml; charset=utf-8"

_BARE = "application/rss+xml"
_DOCS = "https://www.rssboard.org/rss-specification"


def write(feed: Feed, url: str) -> bytes:
    """The RSS document of `feed` at `url`. Raises PublishError."""
    legal(feed, url)
    with translated(url):
        made = generator(feed, RssFeed, RssItem)
        made.docs(_DOCS)
        made.description(feed.description or feed.title)
        # The last link given becomes the channel's own.
        made.link(href=url, rel="self", type=_BARE)
        made.link(href=feed.home_url, rel="alternate")
        if picture(feed):
            made.image(url=picture(feed), title=feed.title, link=feed.home_url)
        for entry in feed.entries:
            _add(made, entry, feed)
        with one_at_a_time():
            body: bytes = made.rss_str(pretty=True)
    return body


def _add(made: Any, entry: Entry, feed: Feed) -> None:
    added = made.add_entry(order="append")
    described = description(entry)
    added.repair.entry = entry
    added.repair.described = bool(described)
    if entry.title:
        added.title(entry.title)
    added.link(href=entry.url, rel="alternate")
    added.guid(entry.id, permalink=entry.id == entry.url)
    for term in subjects(entry):
        added.category(term=term)
    if described:
        added.description(described)
    if feed.full and entry.content:
        added.content(entry.content)
    # RSS knows one enclosure to an item, and feedgen would take the last.
    for attachment in entry.attachments[:1]:
        added.enclosure(attachment.url, max(attachment.length, 0), attachment.type)


def description(entry: Entry) -> str:
    """The summary as HTML, which is how readers take it. Where there is none, an item without a title gets
    its first words, since it must have one of both (RSS 2.0); for any other none is made up."""
    if entry.summary:
        return escape(entry.summary, quote=False)
    return "" if entry.title else escape(entry.headline, quote=False)


def picture(feed: Feed) -> str:
    """The channel's image: RSS wants a GIF, JPEG or PNG, so one that is comes before one that is not."""
    given = [image for image in (feed.logo, feed.icon) if image]
    fit = [image for image in given if image.lower().endswith((".gif", ".jpg", ".jpeg", ".png"))]
    return (*fit, *given, "")[0]


def check(body: bytes, feed: Feed, url: str) -> None:
    """Raises PublishError unless `body` is the whole RSS document of `feed` at `url`
    (conformance.md, RS1 to RS17)."""
    sound(feed, url)
    root = parse(body, url, "rss")
    if root.get("version") != "2.0" or [child.tag for child in root] != ["channel"]:
        raise refusal(url, "the document is no RSS 2.0 with one channel")
    channel = root[0]
    compare(url, "the feed", _wanted_feed(feed, url), _found_feed(channel))
    items = channel.findall("item")
    compare_entries(url, [_wanted(entry, feed) for entry in feed.entries], [_found(item) for item in items])


def _wanted_feed(feed: Feed, url: str) -> Shown:
    return {
        "title": (feed.title,),
        "link": (feed.home_url,),
        "description": (feed.description or feed.title,),
        "language": maybe(feed.language),
        "copyright": maybe(feed.rights),
        "lastBuildDate": (rfc822(feed.updated),),
        "generator": ("syndicate",),
        "docs": (_DOCS,),
        "links": (("self", url, _BARE), *(("hub", hub, "") for hub in feed.hubs)),
        "image": ((picture(feed), feed.title, feed.home_url),) if picture(feed) else (),
    }


def _found_feed(channel: etree._Element) -> Shown:
    names = ("title", "link", "description", "language", "copyright", "lastBuildDate", "generator", "docs")
    links = channel.findall(f"{{{ATOM}}}link")
    images = channel.findall("image")
    return {name: texts(channel, name) for name in names} | {
        "links": tuple((link.get("rel"), link.get("href"), link.get("type", "")) for link in links),
        "image": tuple(
            tuple(image.findtext(name, "") for name in ("url", "title", "link")) for image in images
        ),
    }


def _wanted(entry: Entry, feed: Feed) -> Shown:
    files = [(file.url, str(max(file.length, 0)), file.type) for file in entry.attachments[:1]]
    return {
        "id": ((entry.id, "true" if entry.id == entry.url else "false"),),
        "title": maybe(entry.title),
        "link": (entry.url,),
        "pubDate": (rfc822(entry.published),),
        "updated": (stamp(entry.updated),) if entry.updated != entry.published else (),
        "authors": tuple(author.name for author in credited(entry.authors)),
        "categories": subjects(entry),
        "description": maybe(description(entry)),
        "content": maybe(entry.content) if feed.full else (),
        "enclosure": tuple(files),
        "image": maybe(entry.image),
    }


def _found(item: etree._Element) -> Shown:
    files = item.findall("enclosure")
    return {
        "id": tuple((guid.text or "", guid.get("isPermaLink")) for guid in item.findall("guid")),
        **{name: texts(item, name) for name in ("title", "link", "pubDate", "description")},
        "updated": texts(item, f"{{{ATOM}}}updated"),
        "authors": texts(item, f"{{{DC}}}creator"),
        "categories": texts(item, "category"),
        "content": texts(item, f"{{{CONTENT}}}encoded"),
        "enclosure": tuple((file.get("url"), file.get("length"), file.get("type")) for file in files),
        "image": tuple(image.get("url") for image in item.findall(f"{{{MEDIA}}}thumbnail")),
    }
