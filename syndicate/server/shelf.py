"""What the last pass produced, as it is served: bytes, codings and validators.

A shelf is never changed: another takes its place, whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import unquote, urlsplit

from syndicate.errors import PublishError

Coding = Literal["", "gzip", "br", "zstd"]


@dataclass(frozen=True, slots=True)
class Copy:
    """The bytes of one document in one content coding, empty for none; `etag` is strong, quotes included."""

    coding: Coding
    body: bytes = field(repr=False)
    etag: str


@dataclass(frozen=True, slots=True)
class Held:
    """A document on the shelf. `path` is below the output, `url` its own; the first of `copies` has no coding.
    `modified` is aware and in whole seconds, `links` are pairs of rel and URL, `max_age` in seconds, `feed` the
    name of its feed, empty for what is none; `policy` is a page's own Content-Security-Policy."""

    path: str
    url: str
    media_type: str
    copies: tuple[Copy, ...]
    modified: datetime
    links: tuple[tuple[str, str], ...]
    max_age: int
    feed: str = ""
    policy: str = ""

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(copy.etag for copy in self.copies)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Documents by URL path, decoded; `home` is the path that `/` stands for where no document is there."""

    documents: Mapping[str, Held]
    home: str = "/"

    def find(self, path: str) -> tuple[str, Held] | None:
        """The document at a URL path, or at the index of a folder, and its own path."""
        for own in (path, path + "index.html") if path.endswith("/") else (path,):
            if (held := self.documents.get(own)) is not None:
                return own, held
        return None


def url_path(url: str) -> str:
    """The path of a URL, decoded as that of a request is."""
    return unquote(urlsplit(url).path) or "/"


def tag_of(body: bytes) -> str:
    """A strong entity tag: of the very bytes, so that it is the same on every machine and after every restart."""
    return f'"{hashlib.sha256(body).hexdigest()[:40]}"'


def hold(
    *,
    path: str,
    url: str,
    media_type: str,
    body: bytes,
    modified: datetime,
    max_age: int,
    coded: Mapping[Coding, bytes] | None = None,
    links: tuple[tuple[str, str], ...] = (),
    feed: str = "",
    policy: str = "",
) -> Held:
    """A document with its validators. `coded` holds its body in further codings; one that is no smaller is left
    out, for it serves nobody. `modified` is aware."""
    copies = [Copy("", body, tag_of(body))]
    for coding, octets in sorted((coded or {}).items()):
        if len(octets) < len(body):
            copies.append(Copy(coding, octets, tag_of(octets)))
    whole = modified.astimezone(UTC).replace(microsecond=0)
    return Held(path, url, media_type, tuple(copies), whole, links, max_age, feed, policy)


def shelve(held: Iterable[Held], home: str = "/") -> Shelf:
    """A shelf of documents, each at the path of its own URL. Raises PublishError where two have one path."""
    documents: dict[str, Held] = {}
    for one in held:
        other = documents.setdefault(url_path(one.url), one)
        if other is not one:
            raise PublishError(f"{one.path}: it has the URL of {other.path}; give one of them another")
    return Shelf(documents, home)


def follow(new: Shelf, old: Shelf) -> Shelf:
    """`new`, in the place of `old`: what did not change keeps its date, and what did has a later one.

    A date counts whole seconds. Without this a client that goes by dates alone, and came between two changes of
    one second, would be told for ever that nothing changed.
    """
    documents = dict(new.documents)
    for path, held in new.documents.items():
        before = old.documents.get(path)
        if before is None:
            continue
        if before.copies[0].etag == held.copies[0].etag:
            documents[path] = replace(held, modified=before.modified)
        elif held.modified <= before.modified:
            documents[path] = replace(held, modified=before.modified + timedelta(seconds=1))
    return replace(new, documents=documents)
