"""Posts, rows of memory and texts to compose from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

from hypothesis import strategies as st

from syndicate.model import Author, Identified, Memory, Post, Remembered, Site, Sourced

SITE = Site("Field notes", "https://example.org/", authors=(Author("R. Hale"),))
URL = "https://example.org/2026/01/a/"
PERMALINK = "/{year}/{month}/{slug}/"

# Whatever text can come out of a file: all that XML 1.0 can hold.
LEGAL = st.characters(
    exclude_categories=["Cs"],
    exclude_characters="".join(map(chr, [*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])),
)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def post(path: str = "posts/a.md", body: str = "Some words.", **changes: object) -> Post:
    """A dated post with nothing more than it needs. Values are given bare; None takes one away."""
    name = path.rpartition("/")[2].rpartition(".")[0]
    bare: dict[str, object] = {
        "title": "A title",
        "published": datetime(2026, 1, 5, 9, tzinfo=UTC),
        "updated": None,
        "expires": None,
        "draft": False,
        "hidden": False,
        "slug": name,
        "section": "",
        "id": None,
        "url": None,
        "link": None,
        "summary": None,
        "authors": (),
        "tags": (),
        "categories": (),
        "language": "en",
        "image": None,
        "attachments": (),
    } | changes
    markup = bare.pop("markup", "markdown")
    optional = {"published", "updated", "expires", "id", "url", "link", "summary", "image"}
    values = {
        key: None if value is None and key in optional else Sourced(value, "front matter, line 2")
        for key, value in bare.items()
    }
    written = repr([(key, value) for key, value in sorted(bare.items()) if key != "slug"])
    made = {
        "path": path,
        "body": body,
        "body_line": 1,
        "markup": markup,
        "fingerprint": digest(written + body),
        "body_fingerprint": digest(body.strip()),
    }
    return cast("Callable[..., Post]", Post)(**values, **made)


def identified(one: Post, url: str = URL, entry_id: str = "tag:example.org,2026-01-05:a") -> Identified:
    return Identified(one, Sourced(entry_id, "default"), Sourced(url, "permalink"))


def after(memory: Memory, kept: tuple[Identified, ...]) -> Memory:
    """What the ledger remembers after a pass that published `kept`."""
    rows = {
        row.id: replace(row, state="withdrawn") if row.state == "published" else row for row in memory.entries
    }
    for one in kept:
        published = one.post.published
        assert published is not None
        rows[one.id.value] = Remembered(
            id=one.id.value,
            path=one.post.path,
            slug=one.post.slug.value,
            date=f"{published.value:%Y-%m-%d}",
            url=one.url.value,
            fingerprint=one.post.fingerprint,
            body_fingerprint=one.post.body_fingerprint,
            state="published",
        )
    return Memory(entries=tuple(sorted(rows.values(), key=lambda row: row.id)))
