"""Posts to read: a text in, a post or a problem out."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from syndicate.errors import PostError, Problem
from syndicate.model import Author, Post
from syndicate.posts import Assumed, Parsed, Where
from syndicate.posts.dialects.plain import Plain

HERE = Path(__file__).parent
BERLIN = ZoneInfo("Europe/Berlin")
ASSUMED = Assumed(BERLIN, "en", (Author("R. Hale"),))


def parsed(text: str | bytes, name: str = "my-post.md", assumed: Assumed = ASSUMED) -> Parsed:
    raw = text.encode() if isinstance(text, str) else text
    return Plain().parse(raw, Where(f"posts/{name}", name), assumed)


def post(text: str | bytes, name: str = "my-post.md") -> Post:
    return parsed(text, name).post


def refused(text: str | bytes, name: str = "my-post.md") -> Problem:
    with pytest.raises(PostError) as caught:
        parsed(text, name)
    return caught.value.problem


def warned(text: str | bytes, name: str = "my-post.md") -> list[tuple[str, int]]:
    """Codes and lines of all warnings but that of a missing date."""
    return [(one.code, one.line) for one in parsed(text, name).warnings if one.code != "undated"]
