"""Blocks of plain text → HTML. Text stays as it stands, but for web addresses, which become links, and
back-ticks, which are code everywhere."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

from syndicate.posts import prose
from syndicate.posts.blocks import Block

MAX_NESTING = 5

_URL = re.compile(r"https?://[^\s<>\"`]+")
_PUNCTUATION = ".,;:!?'\"”’“‘*»…"
_TICKS = re.compile(r"`([^`\n]+)`")


@dataclass
class _Item:
    """One item of a list. `number` is None for a bullet; `indent` in columns."""

    indent: int
    number: int | None
    lines: list[str] = field(default_factory=list)

    @property
    def tag(self) -> str:
        return "ul" if self.number is None else "ol"


def to_html(found: Sequence[Block]) -> str:
    return "\n".join(_html(block) for block in found)


def _html(block: Block) -> str:
    if block.kind == "rule":
        return "<hr>"
    if block.kind == "heading":
        return f"<h2>{_inline(block.text)}</h2>"
    if block.kind == "code":
        code = textwrap.dedent("\n".join(block.lines)).strip("\n").expandtabs(4)
        return f"<pre><code>{html.escape(code, quote=False)}\n</code></pre>"
    if block.kind == "list":
        return _list(block.lines)
    joint = "<br>\n" if block.kind == "verse" else "\n"
    return "<p>" + joint.join(_inline(line.strip()) for line in block.lines) + "</p>"


def _list(lines: Sequence[str]) -> str:
    parts: list[str] = []
    levels: list[_Item] = []
    for item in _items(lines):
        while len(levels) > 1 and item.indent < levels[-1].indent:
            parts.append(f"</li>\n</{levels.pop().tag}>")
        deeper = levels and item.indent >= levels[-1].indent + 2 and len(levels) < MAX_NESTING
        if not levels or deeper:
            parts.append(("\n" if levels else "") + _opened(item))
            levels.append(item)
        elif item.tag != levels[-1].tag:
            parts.append(f"</li>\n</{levels[-1].tag}>\n{_opened(item)}")
            levels[-1] = item
        else:
            parts.append("</li>\n")
        parts.append("<li>" + "\n".join(_inline(line.strip()) for line in item.lines))
    while levels:
        parts.append(f"</li>\n</{levels.pop().tag}>")
    return "".join(parts)


def _opened(item: _Item) -> str:
    start = f' start="{item.number}"' if item.number not in (None, 1) else ""
    return f"<{item.tag}{start}>\n"


def _items(lines: Sequence[str]) -> list[_Item]:
    items: list[_Item] = []
    for line in lines:
        found = prose.list_item(line)
        if found:
            number = found.groupdict().get("number")
            indent = len(found["indent"].expandtabs(4))
            items.append(_Item(indent, int(number) if number else None, [found["text"]]))
        elif line.strip():
            items[-1].lines.append(line)
    return items


def _inline(text: str) -> str:
    parts = []
    at = 0
    for found in _TICKS.finditer(text):
        parts.append(_linked(text[at : found.start()]))
        parts.append(f"<code>{html.escape(found[1], quote=False)}</code>")
        at = found.end()
    parts.append(_linked(text[at:]))
    return "".join(parts)


def _linked(text: str) -> str:
    parts = []
    at = 0
    for found in _URL.finditer(text):
        url = _address(found[0])
        parts.append(html.escape(text[at : found.start()], quote=False))
        parts.append(f'<a href="{html.escape(url)}">{html.escape(url, quote=False)}</a>')
        at = found.start() + len(url)
    parts.append(html.escape(text[at:], quote=False))
    return "".join(parts)


def _address(text: str) -> str:
    """An address without the punctuation of the sentence round it."""
    url = text.rstrip(_PUNCTUATION)
    for opening, closing in ("()", "[]"):
        over = url.count(closing) - url.count(opening)
        last = len(url) - len(url.rstrip(closing))
        if over > 0 and last:
            url = url[: len(url) - min(over, last)].rstrip(_PUNCTUATION)
    return url
