"""Plain text out of content: summaries, and the first words of an entry that has no title."""

from __future__ import annotations

import html
import re
from datetime import datetime

from syndicate.compose.tidy import Tidied
from syndicate.model import NOT_XML

HEADLINE_WIDTH = 64
SUMMARY_WIDTH = 300

_PARAGRAPH = re.compile(r"<p(?:\s[^>]*)?>(.*?)</p>", re.S)
_NOTE_MARK = re.compile(r'<sup id="fnref[^"]*">.*?</sup>', re.S)
_BREAK = re.compile(r"</(?:p|div|li|h[1-6]|td|th|tr|dt|dd|blockquote|pre|figure|section)>|<(?:br|hr)>")
_TAG = re.compile(r"<[^<>]*>")
_ONLY_DATE = re.compile(r"[\w,. ]{0,12}\d{1,4}[\w,. /-]{2,24}")


def plain(content: str) -> str:
    """The text of sanitised HTML on one line, without the marks of footnotes."""
    text = _BREAK.sub(" ", _NOTE_MARK.sub("", content))
    return " ".join(NOT_XML.sub("", html.unescape(_TAG.sub("", text))).split())


def summary(tidied: Tidied) -> str:
    """What stands above the more-mark, else the first paragraph that is more than a date, else the first words."""
    if tidied.teaser is not None and (above := plain(tidied.teaser)):
        return above
    for paragraph in _PARAGRAPH.finditer(tidied.content):
        text = plain(paragraph[1])
        if text and not (len(text) < 32 and _ONLY_DATE.fullmatch(text)):
            return text
    return first_words(plain(tidied.content), SUMMARY_WIDTH)


def headline(title: str, text: str, published: datetime) -> str:
    """A title for a format that must have one: the title, else the first words, else the day."""
    return title or first_words(text, HEADLINE_WIDTH) or f"{published:%Y-%m-%d}"


def first_words(text: str, width: int) -> str:
    """As many whole words as fit into `width` characters, with an ellipsis where some are left out."""
    if len(text) <= width:
        return text
    cut = text[:width].rsplit(" ", 1)[0].rstrip(",;:–—-")
    return cut + "…"
