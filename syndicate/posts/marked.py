"""Is a text without front matter really Markdown? Then the plain-text reader keeps its hands off."""

from __future__ import annotations

import re
from collections.abc import Sequence

from syndicate.posts import prose

_BLOCK = re.compile(
    r"\A {0,3}(?:"
    r"\#{1,6}\s+\S"  # heading
    r"|```|~~~"  # fence
    r"|>\s"  # quotation
    r"|\[[^\]]+\]:\s*\S"  # reference
    r"|\|?\s*(?::-+:?|-+:|-{3,})\s*\|[\s|:-]*\Z"  # table
    r"|</?(?:p|div|table|ul|ol|pre|blockquote|img|figure|details|section|h[1-6]|iframe|video|audio|center|br|hr)\b"
    r"|<!--"
    r")",
    re.I,
)
# Programmers write `handlers[name](request)`, `a[i][j]`, `[^abc]` and `__init__` in their prose. So a link stands
# apart from the word before it and leads somewhere, reference links and footnotes are told by their definitions
# alone, and what stands between double underscores has more than one word.
# Each class excludes the sign that begins the pattern: a row of brackets is looked at once.
_TARGET = r"\((?=[^()\s]*[/.\#:])(?:[^()\s]|\([^()\s]*\))+(?:\s+\"[^\"]*\")?\)"
_INLINE = re.compile(
    rf"(?<![\w\])])!?\[[^\[\]]+\]{_TARGET}"  # link, image
    rf"|!\[\]{_TARGET}"
    r"|(?<![\w*])\*\*(?=\S)[^*]+(?<=\S)\*\*(?![\w*])"  # strong
    r"|(?<![\w_])__(?=[^_\s]+\s)[^_]+(?<=\S)__(?![\w_(])"
    r"|<https?://[^\s<>]+>"
)
_OPENS = re.compile(r" {0,3}(?:```|~~~|>\s)")
_LOW_HEADING = re.compile(r" {0,3}#{2,6}\s")
_TABLE = re.compile(r" {0,3}\|?\s*(?::-+:?|-+:|-{3,})\s*\|[\s|:-]*\Z")
_TICKS = re.compile(r"`[^`]*`")
_EMPHASIS = re.compile(
    r"(?<![\w*])\*(?=[^\s*])[^*]*(?<=[^\s*])\*(?![\w*])|(?<![\w_])_(?=[^\s_])[^_]*(?<=[^\s_])_(?![\w_])"
)
_TAG = re.compile(r"<[a-z/]", re.I)


def is_markdown(lines: Sequence[str]) -> bool:
    """One unmistakable construct will do; list items, rules and back-ticks prove nothing, people write those in
    plain text too."""
    for number, line in enumerate(lines):
        if _INLINE.search(_TICKS.sub("", line) if "`" in line else line):
            return True
        if not _BLOCK.match(line):
            continue
        # `# step one` between other lines is a comment in code; a heading stands apart.
        if line.lstrip().startswith("# ") and not _apart(lines, number):
            continue
        return True
    return any(underlined(lines, number) for number in range(1, len(lines)))


def is_marked(lines: Sequence[str]) -> bool:
    """Do these lines, which could be code, begin as a fence, a quotation or a heading, or hold what no code has?"""
    if _OPENS.match(lines[0]) or (len(lines) == 1 and _LOW_HEADING.match(lines[0])):
        return True
    return any(_TABLE.match(line) for line in lines) or bool(_INLINE.search(_TICKS.sub("", lines[0])))


def leans(lines: Sequence[str]) -> bool:
    """Signs of Markdown that prove nothing alone: emphasis, a list in a list. What stands in angle brackets
    would be lost as a tag, so it speaks against."""
    bare = [_TICKS.sub("", line) for line in lines]
    if any(_TAG.search(line) for line in bare):
        return False
    return any(_EMPHASIS.search(line) for line in bare) or _nested(lines)


def underlined(lines: Sequence[str], number: int) -> bool:
    """Is line `number` the row of `=` or `-` below a setext heading, with nothing else near?"""
    if not re.fullmatch(r"={3,}|-{3,}", lines[number].rstrip()):
        return False
    above = lines[number - 1]
    if not above.strip() or len(above.strip()) > prose.SHORT or prose.is_rule(above):
        return False
    if lines[number][0] == "-" and prose.is_sentence(above):
        return False
    return number < 2 or not lines[number - 2].strip()


def _apart(lines: Sequence[str], number: int) -> bool:
    before = number == 0 or not lines[number - 1].strip()
    after = number + 1 >= len(lines) or not lines[number + 1].strip()
    return before or after


def _nested(lines: Sequence[str]) -> bool:
    outer = ""
    for line in lines:
        item = prose.list_item(line)
        if item and outer and len(item["indent"]) >= 2 and line.lstrip()[0] in "-*+":
            return True
        if item and not item["indent"]:
            outer = line
        elif line.strip() and not line[0].isspace():
            outer = ""
    return False
