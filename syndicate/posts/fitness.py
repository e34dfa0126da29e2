"""What makes a post unfit to be published, whatever the feeds are."""

from __future__ import annotations

import re

from syndicate.model import Post
from syndicate.posts.complaint import Complaints
from syndicate.posts.text import quoted

MAX_SLUG_BYTES = 250
MAX_TITLE = 1000

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LEADS_OUT = re.compile(r"(?:\A|/)\.\.?(?:/|\Z)|\\|%2e|%2f|%5c|%00", re.I)


def check(post: Post, complaints: Complaints) -> None:
    """Raises PostError for a title or a slug that cannot be; warns of a post without a date."""
    title = post.title.value
    if title and len(title) > MAX_TITLE:
        raise complaints.error(
            "title-long",
            f"title: {len(title)} characters are more than {MAX_TITLE}; shorten it",
            *complaints.place("title", post.title),
        )
    wrong = _wrong_slug(post.slug.value)
    if wrong:
        raise complaints.error("bad-slug", f"slug: {wrong}", *complaints.place("slug", post.slug))
    if not post.published and not post.draft.value and not post.hidden.value:
        complaints.warn(
            "undated",
            "date: none was found, so the post is in no feed; add 'date: 2026-01-31', "
            "or begin the file name with it",
        )


def _wrong_slug(slug: str) -> str:
    if not slug.strip("/. "):
        return f"{quoted(slug)} is empty; give it a word"
    if _CONTROL.search(slug):
        return f"{quoted(slug)} holds what cannot be shown; write it on one line, in letters"
    if _LEADS_OUT.search(slug):
        return f"{quoted(slug)} would lead out of its folder; use a name without '..' and '\\'"
    if any(len(part.encode()) > MAX_SLUG_BYTES for part in slug.split("/")):
        return f"{quoted(slug)} has more than {MAX_SLUG_BYTES} bytes; shorten it"
    return ""
