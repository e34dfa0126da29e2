"""What a reader sees: entries, feeds and documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from syndicate.model.writing import Author

FormatName = Literal["atom", "rss", "json"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which entries a feed takes or leaves. An empty tuple asks nothing."""

    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """Where one document of a feed stands: `path` below the output, `url` its self URL."""

    format: FormatName
    path: str
    url: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A feed as the settings define it. `limit` 0 means all."""

    name: str
    addresses: tuple[Address, ...]
    limit: int = 20
    full: bool = True
    include: Choice = Choice()
    exclude: Choice = Choice()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that comes with an entry. `url` is absolute, `type` a media type, `length` in bytes
    (0 where it is not known: RSS 2.0 asks for a number)."""

    url: str
    type: str
    length: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as a reader will see it, with nothing optional that a format requires.

    `title` is empty for a micro-post; `headline` never is (Atom wants a title, RFC 4287, 4.1.2).
    `summary` is plain text, `content` sanitised HTML with absolute URLs, both may be empty; all text
    holds only what XML 1.0 can hold. `published` and `updated` are in whole seconds, with the offset that
    their author meant. `authors` has at least one.
    """

    id: str
    url: str
    title: str
    headline: str
    published: datetime
    updated: datetime
    summary: str
    content: str
    authors: tuple[Author, ...]
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    language: str
    image: str
    external_url: str
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """What one subscription holds, in no format's words. `id` is the feed's id for ever (Atom);
    `updated` the newest of its entries'; `entries` newest first, ties by id. With `full` false
    documents carry summaries alone."""

    name: str
    id: str
    title: str
    description: str
    home_url: str
    language: str
    authors: tuple[Author, ...]
    rights: str
    icon: str
    logo: str
    hubs: tuple[str, ...]
    updated: datetime
    entries: tuple[Entry, ...]
    addresses: tuple[Address, ...]
    full: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes for one path below a place. `entries` counts the entries in it; `url` is its own;
    `feed` and `format` are empty for what is no feed (OPML, the snippet)."""

    path: str
    url: str
    media_type: str
    body: bytes
    entries: int = 0
    feed: str = ""
    format: str = ""
