"""Plain text out of content: summaries, and the first words of an entry that has no title.

Content is what `tidy` made: all tags are closed, and `<`, `>` and `"` in texts and values are references.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from syndicate.compose.tidy import Tidied

HEADLINE_WIDTH = 64
SUMMARY_WIDTH = 300

_TOKEN = re.compile(r"<(?P<end>/?)(?P<tag>[a-z][a-z0-9]*)(?P<attributes>[^<>]*)>|(?P<text>[^<]+)")
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote caption dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 "
        "header hr li ol p pre section table tbody td tfoot th thead tr ul",
    )
)
_NOTE = r"_?(?:fn|ftn|footnote)(?:-?ref)?\d*-[0-9a-f]{8}(?:-[^\"]*)?\""
# A note's mark in the text, or the way back from the note.
_NOTE_LINK = re.compile(rf"href=\"[^\"]*#{_NOTE}")
_NOTE_ID = re.compile(rf"\sid=\"{_NOTE}")
_ALT = re.compile(r"<img[^<>]*?\salt=\"([^\"]+)\"")
_DAY = r"\d{1,2}(?:st|nd|rd|th|\.)?"
_MONTH = r"[^\W\d_]{3,12}\.?"
_ONLY_DATE = re.compile(
    r"(?:(?:posted|published|written|updated|date)(?: on)?:? )?(?:[^\W\d_]{3,12}\.?,? )?"
    rf"(?:{_MONTH} {_DAY},? \d{{4}}|{_DAY} (?:of |de )?{_MONTH},? (?:de )?\d{{4}}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})[.:]?",
    re.I,
)


@dataclass(slots=True)
class _Block:
    """A run of text between two block tags. `paragraph` where it is one of the post's own."""

    paragraph: bool
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(html.unescape("".join(self.parts)).split())


def _blocks(content: str) -> Iterator[_Block]:
    """The blocks of `content` in order, without footnotes and their marks."""
    block = _Block(False)
    lists = skipped = 0
    skipping = ""
    for token in _TOKEN.finditer(content):
        tag, ends = token["tag"], bool(token["end"])
        if skipping:
            skipped += (tag == skipping) * (-1 if ends else 1)
            skipping = skipping if skipped else ""
        elif token["text"]:
            block.parts.append(token["text"])
        elif not ends and _is_note(tag, token["attributes"]):
            skipping, skipped = tag, 1
        elif tag == "br":
            block.parts.append(" ")
        elif tag in _BLOCKS:
            lists += (tag == "li") * (-1 if ends else 1)
            yield block
            block = _Block(tag == "p" and not ends and not lists)
    yield block


def _is_note(tag: str, attributes: str) -> bool:
    if tag == "a":
        return bool(_NOTE_LINK.search(attributes))
    return tag in ("li", "aside", "div", "p") and bool(_NOTE_ID.search(attributes))


def plain(content: str) -> str:
    """The text of content on one line, without footnotes and their marks."""
    return " ".join(text for block in _blocks(content) if (text := block.text))


def summary(tidied: Tidied) -> str:
    """What stands above the more-mark, else the first paragraph that is more than a date, else the first words,
    else what an image shows. Empty where there is nothing to say."""
    if tidied.teaser is not None and (above := plain(tidied.teaser)):
        return above
    for block in _blocks(tidied.content):
        if block.paragraph and (text := block.text) and not _ONLY_DATE.fullmatch(text):
            return text
    return first_words(shown(tidied.content), SUMMARY_WIDTH)


def shown(content: str) -> str:
    """The text of content; of pictures alone what stands for them."""
    return plain(content) or " ".join(" ".join(map(html.unescape, _ALT.findall(content))).split())


def headline(title: str, text: str, published: datetime) -> str:
    """A title for a format that must have one: the title, else the first words, else the day."""
    return title or first_words(text, HEADLINE_WIDTH) or f"{published:%Y-%m-%d}"


def first_words(text: str, width: int) -> str:
    """As many whole words as fit into `width` characters, with an ellipsis where some are left out. A word
    that is most of them, as in scripts without spaces, is cut."""
    if len(text) <= width:
        return text
    cut = text[:width].rsplit(" ", 1)[0] if text[width] != " " else text[:width]
    if len(cut) < width // 2:
        cut = text[:width]
    return cut.rstrip(" ,;:–—-") + "…"
