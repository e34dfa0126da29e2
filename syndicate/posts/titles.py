"""Which line is the title: a heading, a `Title:` line, or a first line that stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from syndicate.posts import dates, marked, prose

WIDTH = 120
# A heading that is longer than this is no title, and is not searched for marks.
_LONGEST = 2000

_SAID = re.compile(r"title\s*:\s*(?P<title>\S.*)\Z", re.I)
_HEADING = re.compile(r" {0,3}#[ \t]+(?=\S)")
_FENCE = re.compile(r" {0,3}(?P<sign>```+|~~~+)(?P<rest>.*)\Z")
_NO_TITLE = re.compile(r"[#>|`~<!\[{]")


def said(line: str) -> str | None:
    """What a line `Title: …` says."""
    found = _SAID.match(line.strip())
    return found["title"] if found else None


def heading_at(lines: Sequence[str], at: int) -> tuple[str | None, int]:
    """The `# ` heading at line `at` as plain words, or, at the top, an underlined one; and its height. Further
    down it stands between blank lines, else it may be a comment."""
    if at >= len(lines):
        return None, 0
    found = _HEADING.match(lines[at])
    if found and (at == 0 or not _has_neighbours(lines, at)):
        return _plain_words(_unclosed(lines[at][found.end() :])) or None, 1
    if at == 0 and len(lines) > 1 and marked.underlined(lines, 1) and not prose.list_item(lines[0]):
        return _plain_words(lines[0].strip()) or None, 2
    return None, 0


def outside_fences(lines: Sequence[str]) -> list[int]:
    """The lines that are in no fenced code."""
    outside = []
    fence = ""
    for at, line in enumerate(lines):
        found = _FENCE.match(line)
        if found and not fence:
            fence = found["sign"]
        elif found and found["sign"].startswith(fence) and not found["rest"].strip():
            fence = ""
        elif not fence:
            outside.append(at)
    return outside


def stands_alone(lines: Sequence[str]) -> bool:
    """Is the first line a title: alone, short, no sentence, no date, no mark-up?"""
    first = lines[0].strip()
    if not any(line.strip() for line in lines[1:]) or lines[0].startswith("    ") or not _may_be_title(first):
        return False
    following = lines[1].strip()
    return (
        not following or said(following) is not None or len(following) > WIDTH or _opens_with_date(following)
    )


def unmarked(line: str) -> str:
    """A title line as plain words where it is Markdown, and without stars or underscores round all of it."""
    text = line.strip()
    whole = re.fullmatch(r"(\*{1,3}|_{1,3})(?=[^\s*_])([^*_]+)(?<=\S)\1", text)
    if whole:
        return whole[2]
    return _plain_words(text) if marked.is_markdown([text]) else text


def _may_be_title(first: str) -> bool:
    if not first or len(first) > WIDTH or first[-1] in ",;:" or _is_sentence(first):
        return False
    if prose.list_item(first) or prose.is_rule(first) or prose.is_address(first) or _NO_TITLE.match(first):
        return False
    return bool(re.search(r"[^\W_]", first)) and not _is_date(first)


def _is_sentence(first: str) -> bool:
    """A question may be a title, and so may a cry; what ends in a full stop is none."""
    return prose.ends_sentence(first) and first.rstrip("\"'”’»)]*_")[-1:] in ".…。"


def _is_date(text: str) -> bool:
    try:
        opening = dates.opening(text)
    except dates.NoDate:
        return True
    return opening is not None and len(opening.words) >= len(text) - 1


def _opens_with_date(text: str) -> bool:
    try:
        return dates.opening(text) is not None
    except dates.NoDate:
        return True


def _has_neighbours(lines: Sequence[str], at: int) -> bool:
    return bool(lines[at - 1].strip()) or (at + 1 < len(lines) and bool(lines[at + 1].strip()))


def _unclosed(text: str) -> str:
    """`Title ##` is the same heading as `Title`."""
    text = text.rstrip()
    bare = text.rstrip("#")
    return bare.rstrip() if bare != text and (not bare or bare[-1].isspace()) else text


def _plain_words(text: str) -> str:
    """A heading's Markdown as plain text: titles hold no markup."""
    if len(text) <= _LONGEST:
        text = re.sub(r"\[!\[[^\[\]]*\]\([^()]*\)\]\([^()]*\)", "", text)
        text = re.sub(r"!?\[([^\[\]]*)\]\((?:[^()]|\([^()]*\))*\)", r"\1", text)
        text = re.sub(r"\s*\{[:#.][^{}]*\}\s*\Z", "", text)
        text = re.sub(r"(\*\*|__|~~|`)(.+?)\1", r"\2", text)
        text = re.sub(r"(?<![\w\\])([*_])(\S(?:.*?[^\s\\])?)\1(?!\w)", r"\2", text)
        text = re.sub(r"\\([\\`*_{}\[\]()#+.!~-])", r"\1", text)
    return " ".join(text.split())
