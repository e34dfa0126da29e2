"""OPML 2.0: all feeds of a site in one subscription list (spec.md, section 6)."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from syndicate.formats.checks import legal, legal_text
from syndicate.model import Feed

media_type = "text/x-opml; charset=utf-8"

# An outline has one xmlUrl: the format that most readers know comes first.
_LIKED = ("rss", "atom", "json")


def write(title: str, feeds: Sequence[Feed]) -> bytes:
    """The list of `feeds`, in their order; one without a document is left out. It has no dates, so that it
    changes only when a feed does. Raises PublishError where a text holds what XML cannot."""
    legal_text("the list of feeds: title", title)
    opml = etree.Element("opml", {"version": "2.0"})
    head = etree.SubElement(opml, "head")
    etree.SubElement(head, "title").text = title
    body = etree.SubElement(opml, "body")
    for feed in feeds:
        legal(feed)
        urls = {address.format: address.url for address in reversed(feed.addresses)}
        liked = [urls[name] for name in _LIKED if name in urls]
        if liked:
            names = {"type": "rss", "text": feed.title, "title": feed.title}
            etree.SubElement(body, "outline", {**names, "xmlUrl": liked[0], "htmlUrl": feed.home_url})
    return etree.tostring(opml, encoding="UTF-8", xml_declaration=True, pretty_print=True)
