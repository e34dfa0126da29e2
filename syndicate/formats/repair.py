"""feedgen 1.0.0, repaired.

feedgen is unmaintained, and a feed made naively with it is broken. It offers one door: extensions, which
run last and may change what it wrote. These are ours; tests/formats/test_feedgen.py holds one test for each
defect that a repair mends. In memory feedgen's Atom tree has no namespace (`xmlns` is a plain attribute), so
Atom elements are named bare there, and in full in RSS.
"""

from __future__ import annotations

import locale
import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from feedgen.feed import FeedGenerator
from lxml import etree

from syndicate.formats.checks import credited, refusal, settled, stamp
from syndicate.model import Entry, Feed

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"
XML = "http://www.w3.org/XML/1998/namespace"

# Of the elements that we write in RSS, those whose text is plain (RSS profile, "Character Data"): there `&`
# and `<` are spelled as hexadecimal references, which no reader mistakes for markup. The description of an
# item and content:encoded are HTML.
PLAIN = frozenset({"title", "copyright", "category", f"{{{DC}}}creator"})

# feedgen's rss_str sets the locale of the whole process to C for each date that it writes, and back: two
# threads at once may leave it at C for ever.
_LOCALE = threading.Lock()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """The locale of the process is the same afterwards, whatever happens inside."""
    with _LOCALE:
        before = locale.setlocale(locale.LC_ALL)
        try:
            yield
        finally:
            if locale.setlocale(locale.LC_ALL) != before:
                locale.setlocale(locale.LC_ALL, before)


@contextmanager
def translated(url: str) -> Iterator[None]:
    """What feedgen and lxml refuse is a PublishError of the document at `url`."""
    try:
        yield
    except (ValueError, etree.LxmlError) as error:
        raise refusal(url, f"the document cannot be written ({error})") from error


def generator(feed: Feed, extension: type[Any], entry_extension: type[Any]) -> Any:
    """A FeedGenerator with the given extensions, and what both formats have alike."""
    made = FeedGenerator()
    made.register_extension("repair", extension, entry_extension)
    made.repair.feed = feed
    made.title(feed.title)
    # No version: the bytes stay the same when the tool is upgraded.
    made.generator("syndicate")
    made.updated(settled(feed.updated))
    if feed.language:
        made.language(feed.language)
    if feed.rights:
        made.rights(feed.rights)
    return made


class AtomFeed:
    """Declares the namespaces that the entries use."""

    feed: Feed

    def extend_ns(self) -> dict[str, str]:
        return {"media": MEDIA} if any(entry.image for entry in self.feed.entries) else {}

    def extend_atom(self, feed: etree._Element) -> None:
        """Nothing: what feedgen writes of an Atom feed itself is whole."""


class AtomEntry:
    """Writes the links of an entry anew: feedgen loses rel, type, title and length of each."""

    entry: Entry
    language: str

    def extend_atom(self, element: etree._Element) -> None:
        written = element.findall("link")
        place = element.index(written[0])
        for link in written:
            element.remove(link)
        for number, attributes in enumerate(self._links()):
            element.insert(place + number, element.makeelement("link", attributes))
        if self.language:
            element.set(f"{{{XML}}}lang", self.language)
        thumbnail(element, self.entry)

    def _links(self) -> Iterator[dict[str, str]]:
        yield {"rel": "alternate", "type": "text/html", "href": self.entry.url}
        if self.entry.external_url:
            yield {"rel": "related", "href": self.entry.external_url}
        for attachment in self.entry.attachments:
            link = {"rel": "enclosure", "type": attachment.type, "href": attachment.url}
            if attachment.length > 0:
                link["length"] = str(attachment.length)
            if attachment.title:
                link["title"] = attachment.title
            yield link


class RssFeed:
    """Adds the hubs, and writes dates and plain text as RSS wants them."""

    feed: Feed

    def extend_ns(self) -> dict[str, str]:
        entries = self.feed.entries
        names = {"dc": DC} if entries else {}
        return names | ({"media": MEDIA} if any(entry.image for entry in entries) else {})

    def extend_rss(self, rss: etree._Element) -> None:
        channel = rss[0]
        own = channel.find(f"{{{ATOM}}}link")
        place = channel.index(own) + 1 if own is not None else len(channel)
        for number, hub in enumerate(self.feed.hubs):
            link = channel.makeelement(f"{{{ATOM}}}link", {"rel": "hub", "href": hub})
            channel.insert(place + number, link)
        channel.findall("lastBuildDate")[0].text = rfc822(self.feed.updated)
        spell(element for element in channel.iter() if element.tag in PLAIN or element.tag == "description")


class RssItem:
    """Adds what feedgen cannot write: dates without a locale, authors without an address, the full content
    where there is no summary, the image, and the date of an update."""

    entry: Entry
    described: bool

    def extend_rss(self, item: etree._Element) -> None:
        if not self.described:
            for element in item.findall("description"):
                element.tag = f"{{{CONTENT}}}encoded"
        append(item, "pubDate", rfc822(self.entry.published))
        if self.entry.updated != self.entry.published:
            append(item, f"{{{ATOM}}}updated", stamp(self.entry.updated))
        for author in credited(self.entry.authors):
            append(item, f"{{{DC}}}creator", author.name)
        thumbnail(item, self.entry)
        spell(element for element in item if element.tag in PLAIN)


def rfc822(moment: datetime) -> str:
    """`Sat, 31 Jan 2026 10:00:00 +0000`: English, and four digits of the year, whatever the locale."""
    return format_datetime(settled(moment))


def append(parent: etree._Element, tag: str, text: str) -> None:
    element = parent.makeelement(tag)
    element.text = text
    parent.append(element)


def thumbnail(parent: etree._Element, entry: Entry) -> None:
    if entry.image:
        parent.append(parent.makeelement(f"{{{MEDIA}}}thumbnail", {"url": entry.image}))


def spell(elements: Iterable[etree._Element]) -> None:
    """Writes `&` and `<` as `&#x26;` and `&#x3C;`: as entity nodes, since a serialiser knows no other way."""
    for element in list(elements):
        first, *rest = re.split("([&<])", element.text or "")
        element.text = first
        for sign, after in zip(rest[::2], rest[1::2], strict=True):
            entity = etree.Entity(f"#x{ord(sign):X}")
            entity.tail = after
            element.append(entity)
