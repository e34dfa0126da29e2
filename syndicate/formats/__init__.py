"""Formats turn a Feed into the bytes of one document (spec.md, section 6).

Promises of every format:

- pure: the same Feed and URL give the same bytes, in any locale, time zone, thread or process;
- whole: `check` reads the bytes back with a parser that shares nothing with `write` and compares what it
  finds with the Feed, so that only what is fit to be read replaces the last good document;
- equal: ids, order, dates, content, authors and tags are the same in all formats;
- the only exception is `PublishError`.
"""

from __future__ import annotations

from typing import Protocol

from syndicate.model import Feed


class Format(Protocol):
    """What each module `atom`, `rss` and `jsonfeed` offers."""

    media_type: str

    def write(self, feed: Feed, url: str) -> bytes:
        """The whole document, UTF-8, whose self URL is `url` (absolute). Raises PublishError where the Feed
        cannot be written in this format."""

    def check(self, body: bytes, feed: Feed, url: str) -> None:
        """Raises PublishError unless `body` is a whole document of `feed` at `url`: well-formed, valid,
        and with all that the feed holds, once and in order."""
