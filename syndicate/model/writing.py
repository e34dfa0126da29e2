"""What an author wrote: sites, posts, and each value with where it came from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

T_co = TypeVar("T_co", covariant=True)

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
