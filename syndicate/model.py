"""The nouns: frozen values that hold and do not act.

Post      what an author wrote, each value with where it came from
Entry     the same as a reader will see it, with nothing optional that a format requires
Feed      what one subscription holds, in no format's words
Document  a feed in one format: path, URL, media type, bytes
Memory    what the ledger remembers
Plan      what one place lacks, or holds too much
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

T_co = TypeVar("T_co", covariant=True)

FormatName = Literal["atom", "rss", "json"]

# What XML 1.0 (section 2.2, production Char) cannot hold. Lone surrogates are among it, so what
# is left can also be encoded as UTF-8, and thus stand in JSON.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Sourced(Generic[T_co]):
    """A value and where it came from, in words that a person knows: `front matter, line 3`,
    `file name`, `first line`, `prose`, `heading`, `shell prompt`, `permalink`, `default`, `ledger`.
    `words` are the very words it was read from, where they are not the value itself."""

    value: T_co
    source: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    name: str
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """Who publishes. `url` is absolute and ends in `/`; `icon` and `logo` are absolute or empty.
    `id` is the feed id that the operator set, or empty."""

    title: str
    url: str
    description: str = ""
    language: str = "en"
    timezone: str = "UTC"
    authors: tuple[Author, ...] = ()
    icon: str = ""
    logo: str = ""
    copyright: str = ""
    id: str = ""


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
class FileRef:
    """A file or URL that a post names for its readers: an enclosure. `target` is as written;
    `length` in bytes, None where the author gave none."""

    target: str
    title: str = ""
    type: str = ""
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A local file that a post names: its `length` in bytes, and whether it was found beside the post or
    below the site's root."""

    length: int
    found: Literal["beside", "root"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that the plain-text reader saw in a post: `what` it is, on which line, and its text."""

    what: Literal["heading", "code", "list", "end mark", "second title", "prompt"]
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Post:
    """A source file as its author wrote it.

    `path` is relative to the site's root, `section` the first folder below the posts folder.
    `published`, `updated` and `expires` keep the offset that the author meant (aware).
    `body` is Markdown or, with `markup` `html`, HTML; its first line is line `body_line` of the file.
    `fingerprint` is of all that the author wrote, `body_fingerprint` of the body alone: a rename is
    recognised by it.
    """

    path: str
    title: Sourced[str | None]
    published: Sourced[datetime] | None
    updated: Sourced[datetime] | None
    expires: Sourced[datetime] | None
    draft: Sourced[bool]
    hidden: Sourced[bool]
    slug: Sourced[str]
    section: Sourced[str]
    id: Sourced[str] | None
    url: Sourced[str] | None
    link: Sourced[str] | None
    summary: Sourced[str] | None
    authors: Sourced[tuple[Author, ...]]
    tags: Sourced[tuple[str, ...]]
    categories: Sourced[tuple[str, ...]]
    language: Sourced[str]
    image: Sourced[str] | None
    attachments: Sourced[tuple[FileRef, ...]]
    body: str
    body_line: int
    markup: Literal["markdown", "html"]
    fingerprint: str
    body_fingerprint: str
    subtitle: Sourced[str] | None = None
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class Identified:
    """A post that stands published, with the id and URL that readers know it by."""

    post: Post
    id: Sourced[str]
    url: Sourced[str]


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


@dataclass(frozen=True, slots=True)
class Remembered:
    """One entry as the ledger knows it. `date` is the date in its minted id's sense (ISO, as written),
    `state` what readers saw of it last: `known` is remembered, but not yet public."""

    id: str
    path: str
    slug: str
    date: str
    url: str
    fingerprint: str
    body_fingerprint: str
    state: Literal["known", "published", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Put:
    """A file that the ledger knows as ours: `digest` is the SHA-256 (hex) of the bytes put last."""

    path: str
    url: str
    digest: str


@dataclass(frozen=True, slots=True)
class Good:
    """The last good version of a post that stands in a document: the file's bytes, and the fingerprint of what
    they say. A post that breaks shows it until it is mended."""

    id: str
    fingerprint: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Memory:
    """What the ledger remembers, read whole at the start of a pass; of good versions, as (id, fingerprint), only
    that there are any."""

    entries: tuple[Remembered, ...] = ()
    documents: tuple[Put, ...] = ()
    feed_ids: tuple[tuple[str, str], ...] = ()
    good: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What one place lacks (`put`, in order) or holds too much (`remove`)."""

    put: tuple[Document, ...]
    remove: tuple[str, ...]
