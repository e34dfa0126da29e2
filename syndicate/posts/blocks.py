"""Plain text → blocks: paragraphs, headings, lists, code, rules; and blocks → HTML.

Where lines are not hard-wrapped every line is a block. What a block is, is told from the line itself and
from its neighbours: nothing marks it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from syndicate.model import Seen
from syndicate.posts import dates, prose

Kind = Literal["text", "heading", "verse", "code", "list", "rule"]

_URL = re.compile(r"https?://[^\s<>\"`]+")
_TICKS = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together. `line` is the first one's number in the file; `apart` is whether a blank
    line stands before it."""

    kind: Kind
    lines: tuple[str, ...]
    line: int
    apart: bool

    @property
    def text(self) -> str:
        return " ".join(line.strip() for line in self.lines)


def split(lines: Sequence[str], first: int) -> list[Block]:
    """The blocks of `lines`, the first of which is line `first` of the file."""
    wrapped = prose.is_wrapped(lines)
    found: list[Block] = []
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        apart = at == 0 or not lines[at - 1].strip()
        kind, end = _extent(lines, at, found[-1] if found else None, wrapped)
        found.append(Block(kind, tuple(lines[at:end]), first + at, apart))
        at = end
    return _headed(_verses(_joined(found)))


def _extent(lines: Sequence[str], at: int, before: Block | None, wrapped: bool) -> tuple[Kind, int]:
    """What begins at line `at`, and the line after its last."""
    if before and before.kind == "text" and before.text.endswith(":"):
        end = _code_end(lines, at)
        if end > at:
            return "code", end
    if prose.is_rule(lines[at]):
        return "rule", at + 1
    if prose.list_item(lines[at]):
        return "list", _list_end(lines, at)
    if not wrapped:
        alone = prose.strong_code(lines[at]) and len(lines[at]) <= prose.SHORT
        return ("code" if alone and not prose.is_sentence(lines[at]) else "text"), at + 1
    end = at + 1
    while end < len(lines) and lines[end].strip() and not prose.list_item(lines[end]):
        end += 1
    return "text", end


def _code_end(lines: Sequence[str], at: int) -> int:
    """Where the code ends that begins at `at`, after a colon; `at` itself where there is none."""
    if prose.list_item(lines[at]):
        return at
    end = at
    while end < len(lines) and prose.may_be_code(lines[end]):
        end += 1
    if end == at:
        return at
    if end == at + 1 and _reads_as_heading(lines, at):
        return at
    while True:
        after = end
        while after < len(lines) and not lines[after].strip():
            after += 1
        more = after
        while more < len(lines) and prose.may_be_code(lines[more]):
            more += 1
        chunk = lines[after:more]
        whole = more >= len(lines) or not lines[more].strip()
        if after == end or not chunk or not whole or not _goes_on(chunk):
            return end
        end = more


def _goes_on(chunk: Sequence[str]) -> bool:
    """Is a chunk after a blank line more of the code, rather than the next heading?"""
    signs = sum(prose.code_sign(line) for line in chunk)
    return signs * 2 > len(chunk) and not prose.list_item(chunk[0])


def _reads_as_heading(lines: Sequence[str], at: int) -> bool:
    """One line after a colon that is itself the next heading: the capitals of a title, and prose after it."""
    line = lines[at]
    if not (prose.title_case(line) and prose.may_head(line)) or prose.strong_code(line):
        return False
    if len(line.split()) < 2 or re.search(r"[^\w\s:,'’&/?!-]", line) or line.isupper():
        return False
    rest = [text for text in lines[at + 1 :] if text.strip()]
    return bool(rest) and len(rest[0]) > prose.SHORT


def _list_end(lines: Sequence[str], at: int) -> int:
    """A list goes on over blank lines while items follow, and over indented lines that continue an item."""
    end = at + 1
    numbered = bool(re.match(r"\s*\d", lines[at]))
    while end < len(lines):
        ahead = end
        while ahead < len(lines) and not lines[ahead].strip():
            ahead += 1
        if ahead == len(lines):
            break
        item = prose.list_item(lines[ahead])
        same = bool(item) and bool(re.match(r"\s*\d", lines[ahead])) == numbered
        continues = ahead == end and not item and lines[ahead].startswith("   ")
        if not (same or continues):
            break
        end = ahead + 1
    return end


def _joined(found: list[Block]) -> list[Block]:
    """Lines that were each seen as code and stand together are one piece of code."""
    joined: list[Block] = []
    for block in found:
        if joined and block.kind == joined[-1].kind == "code" and not block.apart:
            joined[-1] = replace(joined[-1], lines=joined[-1].lines + block.lines)
        else:
            joined.append(block)
    return joined


def _verses(found: list[Block]) -> list[Block]:
    """Short lines right below one another that are no sentences keep their breaks: a verse, an address."""
    verses: list[Block] = []
    for block in found:
        short = block.kind == "text" and len(block.lines) == 1 and prose.may_head(block.lines[0])
        before = verses[-1] if verses else None
        joins = before and not block.apart and short
        if (
            joins
            and before
            and (before.kind == "verse" or prose.may_head(before.lines[-1]))
            and before.kind
            in (
                "text",
                "verse",
            )
        ):
            verses[-1] = replace(before, kind="verse", lines=before.lines + block.lines)
        else:
            verses.append(block)
    return verses


def _headed(found: list[Block]) -> list[Block]:
    """A short line between paragraphs that is no sentence is a heading; three in a row are none."""
    may = [_may_head(block, found[at + 1 :]) for at, block in enumerate(found)]
    headed = []
    for at, block in enumerate(found):
        run = at
        while run > 0 and may[run - 1]:
            run -= 1
        end = at
        while end < len(found) and may[end]:
            end += 1
        headed.append(replace(block, kind="heading") if may[at] and end - run < 3 else block)
    return headed


def _may_head(block: Block, after: Sequence[Block]) -> bool:
    if block.kind != "text" or len(block.lines) != 1 or not after or not prose.may_head(block.lines[0]):
        return False
    if block.text.endswith(":") and after[0].kind != "text":
        return False
    if after[0].kind == "rule":
        return False
    try:
        opening = dates.opening(block.text)
    except dates.NoDate:
        return False
    return not (opening and len(opening.words) >= len(block.text) - 1)


def seen(found: Sequence[Block]) -> tuple[Seen, ...]:
    """What was seen that no mark tells: for `explain`."""
    return tuple(
        Seen(block.kind, block.line, block.text[:80])
        for block in found
        if block.kind in ("heading", "code", "list")
    )


def to_html(found: Sequence[Block]) -> str:
    return "\n".join(_html(block) for block in found)


def _html(block: Block) -> str:
    if block.kind == "rule":
        return "<hr>"
    if block.kind == "heading":
        return f"<h2>{_inline(block.text)}</h2>"
    if block.kind == "code":
        return f"<pre><code>{html.escape(_dedented(block.lines), quote=False)}\n</code></pre>"
    if block.kind == "list":
        return _list_html(block)
    joint = "<br>\n" if block.kind == "verse" else "\n"
    return "<p>" + joint.join(_inline(line.strip()) for line in block.lines) + "</p>"


def _dedented(lines: Sequence[str]) -> str:
    import textwrap

    return textwrap.dedent("\n".join(lines)).strip("\n").expandtabs(4)


def _list_html(block: Block) -> str:
    items: list[str] = []
    start = ""
    for line in block.lines:
        item = prose.list_item(line)
        if item is None:
            if line.strip():
                items[-1] += "\n" + _inline(line.strip())
            continue
        number = item.groupdict().get("number")
        if not items and number and int(number) != 1:
            start = f' start="{int(number)}"'
        items.append(_inline(item["text"].strip()))
    tag = "ol" if re.match(r"\s*\d", block.lines[0]) else "ul"
    inner = "\n".join(f"<li>{item}</li>" for item in items)
    return f"<{tag}{start}>\n{inner}\n</{tag}>"


def _inline(text: str) -> str:
    """Text as it stands, but for addresses, which become links, and back-ticks, which are code everywhere."""
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
        url = found[0].rstrip(".,;:!?'\"”’*")
        if url.endswith(")") and "(" not in url:
            url = url.rstrip(")")
        parts.append(html.escape(text[at : found.start()], quote=False))
        parts.append(f'<a href="{html.escape(url)}">{html.escape(url, quote=False)}</a>')
        at = found.start() + len(url)
    parts.append(html.escape(text[at:], quote=False))
    return "".join(parts)
