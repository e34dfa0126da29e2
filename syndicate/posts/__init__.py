"""A file's text → `Post`, each value with its provenance.

What a dialect promises:

- it is pure: the same bytes under the same name give the same post, on any machine;
- it gives a post or raises `PostError`, never another exception, and it never guesses a date;
- no text of the author is lost: what is not understood as front matter stays in the body;
- values hold only what XML 1.0 can hold; what was dropped for that is warned of with its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from syndicate.errors import Problem
from syndicate.model import Author, Post


@dataclass(frozen=True, slots=True)
class Where:
    """Where a post lies: `path` relative to the site's root, `name` relative to the posts folder;
    both with `/`, whatever the machine."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Assumed:
    """What holds where a post says nothing: the zone of dates without an offset, language, authors."""

    zone: ZoneInfo
    language: str = "en"
    authors: tuple[Author, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A post, and what its author should know of it."""

    post: Post
    warnings: tuple[Problem, ...] = ()


class Dialect(Protocol):
    """How one kind of tree writes its posts."""

    def parse(self, raw: bytes, where: Where, assumed: Assumed) -> Parsed:
        """The post in `raw`, or `PostError`."""
        ...
