"""Atom 1.0 (RFC 4287) through feedgen (spec.md, section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from syndicate.formats.checks import (
    Shown,
    compare,
    compare_entries,
    credited,
    foreign,
    legal,
    settled,
    sound,
    stamp,
    subjects,
)
from syndicate.formats.reading import maybe, parse, texts
from syndicate.formats.repair import ATOM, MEDIA, XML, AtomEntry, AtomFeed, generator, translated
from syndicate.model import Author, Entry, Feed

media_type = "application/atom+xml; charset=utf-8"

_BARE = "application/atom+xml"


def write(feed: Feed, url: str) -> bytes:
    """The Atom document of `feed` at `url`. Raises PublishError."""
    legal(feed, url)
    with translated(url):
        made = generator(feed, AtomFeed, AtomEntry)
        made.id(feed.id)
        made.link(href=url, rel="self", type=_BARE)
        made.link(href=feed.home_url, rel="alternate", type="text/html")
        for hub in feed.hubs:
            made.link(href=hub, rel="hub")
        if feed.description:
            made.subtitle(feed.description)
        if feed.icon:
            made.icon(feed.icon)
        if feed.logo:
            made.logo(feed.logo)
        for author in credited(feed.authors):
            made.author(_person(author))
        for entry in feed.entries:
            _add(made, entry, feed)
        body: bytes = made.atom_str(pretty=True)
    return body


def _add(made: Any, entry: Entry, feed: Feed) -> None:
    added = made.add_entry(order="append")
    added.repair.entry = entry
    added.repair.language = foreign(entry, feed)
    added.id(entry.id)
    added.title(entry.headline)
    # The extension writes the links anew; feedgen asks for this one where there is no content.
    added.link(href=entry.url, rel="alternate")
    added.published(settled(entry.published))
    added.updated(settled(entry.updated))
    # Always, even where they are the feed's: aggregators cut entries out of their feeds.
    for author in credited(entry.authors):
        added.author(_person(author))
    for term in subjects(entry):
        added.category(term=term)
    if entry.summary:
        added.summary(entry.summary, type="text")
    if feed.full and entry.content:
        added.content(entry.content, type="html")


def _person(author: Author) -> dict[str, str]:
    return {"name": author.name, "email": author.email, "uri": author.url}


def check(body: bytes, feed: Feed, url: str) -> None:
    """Raises PublishError unless `body` is the whole Atom document of `feed` at `url`
    (conformance.md, AT1 to AT18)."""
    sound(feed, url)
    root = parse(body, url, f"{{{ATOM}}}feed")
    compare(url, "the feed", _wanted_feed(feed, url), _found_feed(root))
    entries = root.findall(f"{{{ATOM}}}entry")
    compare_entries(url, [_wanted(entry, feed) for entry in feed.entries], [_found(each) for each in entries])


def _wanted_feed(feed: Feed, url: str) -> Shown:
    links = [("self", url, _BARE), ("alternate", feed.home_url, "text/html")]
    return {
        "id": (feed.id,),
        "title": (feed.title,),
        "updated": (stamp(feed.updated),),
        "subtitle": maybe(feed.description),
        "rights": maybe(feed.rights),
        "icon": maybe(feed.icon),
        "logo": maybe(feed.logo),
        "generator": ("syndicate",),
        "links": (*links, *(("hub", hub, "") for hub in feed.hubs)),
        "authors": credited(feed.authors),
        "language": feed.language,
    }


def _found_feed(root: etree._Element) -> Shown:
    names = ("id", "title", "updated", "subtitle", "rights", "icon", "logo", "generator")
    return {name: texts(root, f"{{{ATOM}}}{name}") for name in names} | {
        "links": tuple(
            (link.get("rel"), link.get("href"), link.get("type", "")) for link in _each(root, "link")
        ),
        "authors": _people(root),
        "language": root.get(f"{{{XML}}}lang", ""),
    }


def _wanted(entry: Entry, feed: Feed) -> Shown:
    files = [
        (file.url, file.type, str(file.length) if file.length > 0 else "", file.title)
        for file in entry.attachments
    ]
    return {
        "id": (entry.id,),
        "title": (entry.headline,),
        "published": (stamp(entry.published),),
        "updated": (stamp(entry.updated),),
        "alternate": ((entry.url, "text/html", "", ""),),
        "related": ((entry.external_url, "", "", ""),) if entry.external_url else (),
        "enclosure": tuple(files),
        "authors": credited(entry.authors),
        "categories": subjects(entry),
        "summary": maybe(entry.summary),
        "content": maybe(entry.content) if feed.full else (),
        "language": foreign(entry, feed),
        "image": maybe(entry.image),
    }


def _found(entry: etree._Element) -> Shown:
    names = ("id", "title", "published", "updated", "summary", "content")
    return {name: texts(entry, f"{{{ATOM}}}{name}") for name in names} | {
        **{rel: tuple(_links(entry, rel)) for rel in ("alternate", "related", "enclosure")},
        "authors": _people(entry),
        "categories": tuple(category.get("term") for category in _each(entry, "category")),
        "language": entry.get(f"{{{XML}}}lang", ""),
        "image": tuple(image.get("url") for image in entry.findall(f"{{{MEDIA}}}thumbnail")),
    }


def _each(parent: etree._Element, name: str) -> list[etree._Element]:
    return parent.findall(f"{{{ATOM}}}{name}")


def _links(entry: etree._Element, rel: str) -> Iterator[tuple[str, str, str, str]]:
    for link in _each(entry, "link"):
        if link.get("rel", "alternate") == rel:
            yield link.get("href", ""), link.get("type", ""), link.get("length", ""), link.get("title", "")


def _people(parent: etree._Element) -> tuple[Author, ...]:
    return tuple(
        Author(*(person.findtext(f"{{{ATOM}}}{name}", "") for name in ("name", "email", "uri")))
        for person in _each(parent, "author")
    )
