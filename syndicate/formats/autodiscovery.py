"""The links by which a page's readers find its feeds, to paste into its head (conformance.md AD1)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from syndicate.formats.checks import legal
from syndicate.model import Feed, FormatName

media_type = "text/html; charset=utf-8"

_TYPES: dict[FormatName, str] = {
    "atom": "application/atom+xml",
    "rss": "application/rss+xml",
    "json": "application/feed+json",
}


def write(feeds: Sequence[Feed]) -> bytes:
    """An HTML fragment: a comment, one line for each document (feeds in their order, Atom first), and one for
    each hub. Raises PublishError where a text holds what no document can."""
    lines = ["<!-- The feeds of this site: paste these lines into the <head> of its pages. -->"]
    for feed in feeds:
        legal(feed)
        for kind, media in _TYPES.items():
            lines += [
                _link("alternate", address.url, type=media, title=feed.title)
                for address in feed.addresses
                if address.format == kind
            ]
    lines += [_link("hub", hub) for hub in dict.fromkeys(hub for feed in feeds for hub in feed.hubs)]
    return ("\n".join(lines) + "\n").encode()


def _link(rel: str, href: str, **attributes: str) -> str:
    named = {"rel": rel, **attributes, "href": href}
    return (
        "<link "
        + " ".join(f'{name}="{escape(" ".join(text.split()))}"' for name, text in named.items())
        + ">"
    )
