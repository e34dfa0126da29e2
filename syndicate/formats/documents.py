"""All documents of one feed, written and checked."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from syndicate.formats import Format
from syndicate.model import Document, Feed, FormatName

# By module name: feedgen and lxml are imported by the formats that are written, and not before.
_MODULES: dict[FormatName, str] = {"atom": "atom", "rss": "rss", "json": "jsonfeed"}


def format_of(name: FormatName) -> Format:
    """The format of that name."""
    return cast(Format, import_module(f"syndicate.formats.{_MODULES[name]}"))


def documents(feed: Feed) -> tuple[Document, ...]:
    """One Document for each address of `feed`, in their order, each read back and fit to be put.

    Raises PublishError where one is not (spec.md, section 6: every document is validated before it replaces
    the last good one).
    """
    made = []
    for address in feed.addresses:
        writer = format_of(address.format)
        body = writer.write(feed, address.url)
        writer.check(body, feed, address.url)
        made.append(
            Document(
                path=address.path,
                url=address.url,
                media_type=writer.media_type,
                body=body,
                entries=len(feed.entries),
                feed=feed.name,
                format=address.format,
            )
        )
    return tuple(made)
