"""What all chat shapes say, in words, before each spells it in its own markup."""

from __future__ import annotations

import unicodedata

from syndicate.model import EventKind, Notice

SUMMARY_WIDTH = 350
TITLE_WIDTH = 256
FIRST_WORDS_WIDTH = 64

LINES: dict[EventKind, str] = {
    "post.published": "New post",
    "post.updated": "Changed post",
    "post.withdrawn": "Withdrawn post",
    "feed.updated": "Changed feed",
}
ZERO_WIDTH_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def line(notice: Notice) -> str:
    """What happened, in two words."""
    return LINES[notice.event.kind]


def heading(notice: Notice) -> str:
    """What it happened to, on one line and never empty: the title, else the first words, else the address."""
    title = one_line(notice.event.title) or shortened(_words(notice), FIRST_WORDS_WIDTH)
    return title or notice.event.url or notice.event.subject


def link(notice: Notice) -> str:
    """Where to read it: an absolute web address; empty for what was withdrawn, since nothing is there any more."""
    url = notice.event.url
    shown = notice.event.kind != "post.withdrawn" and url.lower().startswith(("http://", "https://"))
    return url if shown else ""


def summary(notice: Notice) -> str:
    """A few words of it on one line, where they are more than its heading."""
    words = _words(notice)
    return "" if words == heading(notice) else shortened(words, SUMMARY_WIDTH)


def _words(notice: Notice) -> str:
    """What was withdrawn is not repeated."""
    return "" if notice.event.kind == "post.withdrawn" else one_line(notice.summary)


def one_line(text: str) -> str:
    return " ".join(text.split())


def units(text: str) -> int:
    """The length in UTF-16 code units, by which JavaScript and Discord count."""
    return len(text) + sum(character > "\uffff" for character in text)


def shortened(text: str, width: int) -> str:
    """At most `width` UTF-16 code units of `text`, cut between words where there are any, never inside of a
    character that people see as one, with an ellipsis where something is left out."""
    if len(text) <= width and units(text) <= width:
        return text
    end = max(width - 1, 0)
    while units(text[:end]) > width - 1 and end:
        end -= 1
    while end and _belongs_together(text[end - 1], text[end]):
        end -= 1
    space = text.rfind(" ", 0, end + 1)
    if space > end // 2:
        end = space
    return text[:end].rstrip(" ,;:–—-") + "…"


def _belongs_together(before: str, after: str) -> bool:
    joined = ZERO_WIDTH_JOINER in (before, after)
    return joined or unicodedata.category(after) in ("Mn", "Me", "Mc") or ord(after) in _SKIN_TONES
