"""Plain text → blocks: paragraphs, headings, lists, code, rules.

Where lines are not hard-wrapped every line is a block. What a block is, is told from the line itself and
from its neighbours: nothing marks it. Each step goes over the lines once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from syndicate.model import Seen
from syndicate.posts import dates, patches, prose, rows, snippets

Kind = Literal["text", "heading", "verse", "code", "list", "rule"]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together. `line` is the first one's number in the file; `apart` is whether a blank
    line stands before it, `in_row` whether it opens with a letter or a name as its neighbours do."""

    kind: Kind
    lines: tuple[str, ...]
    line: int
    apart: bool
    in_row: bool = False

    @property
    def text(self) -> str:
        return " ".join(line.strip() for line in self.lines)

    @property
    def leads(self) -> bool:
        """Does it end in a colon, and announce what follows?"""
        return self.kind in ("text", "list", "verse") and self.lines[-1].rstrip().endswith(":")


def split(lines: Sequence[str], first: int) -> list[Block]:
    """The blocks of `lines`, the first of which is line `first` of the file."""
    width = wrapping(lines)
    row = rows.find(lines, wrapped=width > 0)
    found: list[Block] = []
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        apart = at == 0 or not lines[at - 1].strip()
        if at in row:
            kind, end = _row_extent(lines, at, row, wrapped=width > 0)
        else:
            kind, end = _extent(lines, at, found[-1] if found else None, wrapped=width > 0)
        found.append(Block(kind, tuple(lines[at:end]), first + at, apart, at in row))
        at = end
    found = _joined(found)
    return _headed(_wrapped_verses(found, width) if width else _verses(found))


def wrapping(lines: Sequence[str]) -> int:
    """The width at which paragraphs are broken into lines, 0 where they are not: there a line is a block."""
    pairs = 0
    broken = []
    for above, below in pairwise(lines):
        if not above.strip() or not below.strip() or prose.list_item(above) or prose.list_item(below):
            continue
        pairs += 1
        length = len(above.rstrip())
        if 40 <= length <= prose.CODE_WIDTH and above.rstrip()[-1] not in '.!?:…"”':
            broken.append(length)
    if not broken or len(broken) * 3 < pairs:
        return 0
    # A long address cannot be broken, a long line of words could have been.
    if any(len(line) > prose.CODE_WIDTH and len(line.split()) > 12 for line in lines):
        return 0
    return sorted(broken)[(len(broken) - 1) * 9 // 10]


def _extent(lines: Sequence[str], at: int, before: Block | None, *, wrapped: bool) -> tuple[Kind, int]:
    """What begins at line `at`, and the line after its last."""
    line = lines[at]
    end = patches.end(lines, at)
    if before and before.leads:
        led = snippets.end(lines, at, before.lines[-1], wrapped=wrapped)
        end = max(end, led, patches.bare_end(lines, at))
    if end == at:
        end = snippets.indented(lines, at)
    if end > at:
        return "code", end
    if prose.is_rule(line):
        return "rule", at + 1
    if prose.list_item(line):
        end = _list_end(lines, at, wrapped=wrapped)
        return ("heading" if _is_numbered_heading(lines, at, end) else "list"), end
    if not wrapped:
        alone = len(line) <= prose.SHORT and prose.strong_code(line) and not prose.is_sentence(line)
        return ("code" if alone else "text"), at + 1
    end = at + 1
    while end < len(lines) and lines[end].strip() and not prose.list_item(lines[end]):
        end += 1
    return "text", end


def _row_extent(lines: Sequence[str], at: int, row: frozenset[int], *, wrapped: bool) -> tuple[Kind, int]:
    """Short lines of a row right below one another keep their breaks; sentences and long lines, and in
    hard-wrapped text those of several lines, are paragraphs."""
    end = at + 1
    if wrapped:
        while end < len(lines) and lines[end].strip() and end not in row and not prose.list_item(lines[end]):
            end += 1
        if end > at + 1:
            return "text", end
    while end in row and len(lines[end]) <= prose.SHORT and not (wrapped and _goes_on(lines, end, row)):
        end += 1
    short = [line for line in lines[at:end] if len(line) <= prose.SHORT and not prose.is_sentence(line)]
    return ("verse", end) if end > at + 1 and short else ("text", at + 1)


def _goes_on(lines: Sequence[str], at: int, row: frozenset[int]) -> bool:
    return at + 1 < len(lines) and bool(lines[at + 1].strip()) and at + 1 not in row


def _list_end(lines: Sequence[str], at: int, *, wrapped: bool) -> int:
    """A list goes on over blank lines while items follow, and over lines right below that continue an item."""
    first = prose.list_item(lines[at])
    indent, numbered = _shape(first) if first else (0, False)
    end = at + 1
    while end < len(lines):
        ahead = end
        while ahead < len(lines) and not lines[ahead].strip():
            ahead += 1
        if ahead == len(lines):
            break
        item = prose.list_item(lines[ahead])
        if item:
            deep, number = _shape(item)
            if deep < indent + 2 and number != numbered:
                break
        elif ahead > end or not (wrapped or _indent(lines[ahead]) > indent):
            break
        end = ahead + 1
    return end


def _shape(item: re.Match[str]) -> tuple[int, bool]:
    return len(item["indent"].expandtabs(4)), item.groupdict().get("number") is not None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_numbered_heading(lines: Sequence[str], at: int, end: int) -> bool:
    """`2. The Setup` at the margin, alone, with a paragraph after it."""
    item = prose.list_item(lines[at])
    if not item or end != at + 1 or item.groupdict().get("number") is None or item["indent"]:
        return False
    if (
        not prose.may_head(item["text"])
        or item["text"].endswith(":")
        or end >= len(lines)
        or lines[end].strip()
    ):
        return False
    follows = next((line for line in lines[end : end + 3] if line.strip()), "")
    return len(follows) > prose.SHORT or prose.is_sentence(follows) or prose.announces(follows)


def _joined(found: Sequence[Block]) -> list[Block]:
    """Lines that were each seen as code and stand together are one piece of code."""
    groups: list[list[Block]] = []
    for block in found:
        if groups and block.kind == groups[-1][0].kind == "code" and not block.apart:
            groups[-1].append(block)
        else:
            groups.append([block])
    return [_one(group, group[0].kind) for group in groups]


def _one(group: Sequence[Block], kind: Kind) -> Block:
    return replace(group[0], kind=kind, lines=tuple(line for block in group for line in block.lines))


def _verses(found: Sequence[Block]) -> list[Block]:
    """Short lines right below one another keep their breaks where not all are sentences: a verse, an address."""
    verses: list[Block] = []
    at = 0
    while at < len(found):
        end = at
        while end < len(found) and _is_short(found[end]) and (end == at or not found[end].apart):
            end += 1
        below = end < len(found) and not found[end].apart
        if below and end - at > 1 and prose.may_head(found[end - 1].text):
            # Where no blank lines are, the last short line above a paragraph is its heading.
            end -= 1
        run = found[at:end]
        if _is_verse([block.text for block in run]):
            verses.append(_one(run, "verse"))
        else:
            end = max(end, at + 1)
            verses += found[at:end]
        at = end
    return verses


def _is_short(block: Block) -> bool:
    return block.kind == "text" and not block.in_row and len(block.lines[0]) <= prose.SHORT


def _is_verse(texts: Sequence[str]) -> bool:
    if len(texts) < 2:
        return False
    broken = [not prose.is_sentence(text) for text in texts]
    if any(broken[1:]):
        return True
    return broken[0] and texts[0][-1] in ",;—–-"


def _wrapped_verses(found: Sequence[Block], width: int) -> list[Block]:
    """In hard-wrapped text a verse is told by its breaks: the next word would have found room."""
    return [
        replace(block, kind="verse")
        if block.kind == "text"
        and len(block.lines) > 1
        and all(
            len(above.rstrip()) + len(below.split()[0]) < width * 0.8
            for above, below in pairwise(block.lines)
        )
        else block
        for block in found
    ]


def _headed(found: Sequence[Block]) -> list[Block]:
    """A short line between paragraphs that is no sentence is a heading; three in a row are none, nor are two
    that a colon announces, and there is none at the end."""
    may = [
        _may_head(block, found[at + 1] if at + 1 < len(found) else None, top=at == 0)
        for at, block in enumerate(found)
    ]
    headed = list(found)
    at = 0
    while at < len(found):
        end = at
        while end < len(found) and may[end]:
            end += 1
        most = 1 if at and found[at - 1].leads else 2
        if end < len(found) and end - at <= most:
            headed[at:end] = [replace(block, kind="heading") for block in found[at:end]]
        at = end + 1
    return headed


def _may_head(block: Block, after: Block | None, *, top: bool) -> bool:
    if block.kind != "text" or block.in_row or len(block.lines) != 1 or not prose.may_head(block.lines[0]):
        return False
    if after and (after.kind == "rule" or (block.leads and after.kind != "text")):
        return False
    if top and prose.is_byline(block.text):
        return False
    try:
        opening = dates.opening(block.text)
    except dates.NoDate:
        return False
    return not (opening and len(opening.words) >= len(block.text) - 1)


def seen(found: Sequence[Block]) -> tuple[Seen, ...]:
    """What was seen that no mark tells: for `explain`."""
    return tuple(
        Seen(block.kind, block.line, " ".join(block.text.split())[:80])
        for block in found
        if block.kind in ("heading", "code", "list")
    )
