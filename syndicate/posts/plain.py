"""Posts without front matter: what a person reads off the page, title, second title, date, structure.

A post that is really Markdown keeps its body as it is; only what stands around it (prompt, title, end mark)
is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from syndicate.model import Seen, Sourced
from syndicate.posts import blocks, dates, names, prose

TITLE_WIDTH = 120

_TITLE_LINE = re.compile(r"\s*title\s*:\s*(?P<title>\S.*?)\s*\Z", re.I)
_HEADING = re.compile(r" {0,3}#\s+(?P<title>\S.*?)(?:\s+#+)?\s*\Z")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a post without front matter. `opening` is the date in its prose;
    `body_line` the file's line that the body begins on."""

    title: Sourced[str] | None
    subtitle: Sourced[str] | None
    slug: Sourced[str] | None
    opening: Sourced[dates.Opening] | None
    body: str
    body_line: int
    markdown: bool
    seen: tuple[Seen, ...]


@dataclass
class _Page:
    """The lines that are still to be read, the first of which is line `first` of the file."""

    lines: list[str]
    first: int = 1
    seen: list[Seen] = field(default_factory=list)

    def skip_blank(self) -> None:
        blank = 0
        while blank < len(self.lines) and not self.lines[blank].strip():
            blank += 1
        self.drop(blank)

    def drop(self, count: int) -> None:
        del self.lines[:count]
        self.first += count


def read(text: str) -> Reading:
    """Read `text`. Raises dates.NoDate for a date in the prose that no calendar has, with `line`."""
    page = _Page(text.split("\n"))
    slug = _prompt(page)
    _end_mark(page)
    title, heading_kept = _title(page)
    subtitle = _second_title(page) if title and not heading_kept else None
    found = blocks.split(page.lines, page.first)
    markdown = heading_kept or prose.is_markdown(_outside_code(page, found))
    if markdown:
        body = "\n".join(page.lines)
        if subtitle:
            body = f"## {subtitle.value}\n\n{body}"
        opening = _opening(_markdown_texts(page))
        return Reading(title, subtitle, slug, opening, body, page.first, True, tuple(page.seen))
    page.seen += blocks.seen(found)
    body = blocks.to_html(found)
    if subtitle:
        head = blocks.Block("heading", (subtitle.value,), 0, apart=True)
        body = blocks.to_html([head, *found])
    opening = _opening([(block.line, block.text) for block in found if block.kind in ("text", "verse")])
    return Reading(title, subtitle, slug, opening, body, page.first, False, tuple(page.seen))


def opening_heading(body: str) -> tuple[str, str] | None:
    """The `# ` heading that opens a Markdown body, as plain text, and the body without it."""
    page = _Page(body.split("\n"))
    page.skip_blank()
    title = _heading_at(page.lines, 0)
    if not title:
        return None
    page.drop(_heading_height(page.lines, 0))
    return title, "\n".join(page.lines)


def _prompt(page: _Page) -> Sourced[str] | None:
    page.skip_blank()
    slug = names.prompted(page.lines[0]) if page.lines else None
    if slug is None:
        return None
    page.seen.append(Seen("prompt", page.first, page.lines[0].strip()))
    page.drop(1)
    page.skip_blank()
    return Sourced(slug, "shell prompt", page.seen[-1].text)


def _end_mark(page: _Page) -> None:
    end = len(page.lines)
    while end and not page.lines[end - 1].strip():
        end -= 1
    if end > 1 and prose.is_end_mark(page.lines[end - 1]):
        page.seen.append(Seen("end mark", page.first + end - 1, page.lines[end - 1].strip()))
        del page.lines[end - 1 :]


def _title(page: _Page) -> tuple[Sourced[str] | None, bool]:
    """The title, and whether it is a heading that stays where it stands, since text comes before it."""
    page.skip_blank()
    if not page.lines:
        return None, False
    first = page.lines[0]
    said = _TITLE_LINE.match(first)
    if said:
        page.drop(1)
        return Sourced(said["title"], "first line", first.strip()), False
    for at in _outside_fences(page.lines):
        title = _heading_at(page.lines, at)
        if title:
            if at == 0:
                page.drop(_heading_height(page.lines, 0))
            return Sourced(title, "heading"), at != 0
    if _stands_alone(page.lines):
        page.drop(1)
        return Sourced(first.strip(), "first line"), False
    return None, False


def _outside_fences(lines: Sequence[str]) -> list[int]:
    outside = []
    fence = ""
    for at, line in enumerate(lines):
        found = _FENCE.match(line)
        if found and not fence:
            fence = found[1][:3]
        elif found and found[1].startswith(fence):
            fence = ""
        elif not fence:
            outside.append(at)
    return outside


def _heading_at(lines: Sequence[str], at: int) -> str | None:
    if at >= len(lines):
        return None
    found = _HEADING.match(lines[at])
    before = at == 0 or not lines[at - 1].strip()
    after = at + 1 >= len(lines) or not lines[at + 1].strip()
    if found and before and (after or at == 0):
        return _plain_words(found["title"])
    if at == 0 and len(lines) > 1 and lines[0].strip() and re.fullmatch(r"={3,}\s*", lines[1]):
        return _plain_words(lines[0].strip())
    return None


def _heading_height(lines: Sequence[str], at: int) -> int:
    return 1 if _HEADING.match(lines[at]) else 2


def _plain_words(text: str) -> str:
    """A heading's Markdown as plain text: titles hold no markup."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\s*\{[:#.][^}]*\}\s*\Z", "", text)
    text = re.sub(r"(\*\*|__|~~|`)(.+?)\1", r"\2", text)
    text = re.sub(r"(?<!\w)([*_])(\S(?:.*?\S)?)\1(?!\w)", r"\2", text)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!~-])", r"\1", text).strip()


def _stands_alone(lines: Sequence[str]) -> bool:
    """Is the first line a title: alone, short, no sentence, no date, no mark-up?"""
    first = lines[0].strip()
    if len(first) > TITLE_WIDTH or prose.is_sentence(first) or prose.ends_sentence(first):
        return False
    if first[-1] in ",;:" or prose.list_item(lines[0]) or prose.is_rule(first) or lines[0].startswith("    "):
        return False
    if (
        re.match(r"[#>|`~<!\[{]", first)
        or re.match(r"https?://\S+\Z", first)
        or not re.search(r"[^\W_]", first)
    ):
        return False
    if _is_date(first) or not any(line.strip() for line in lines[1:]):
        return False
    following = lines[1].strip()
    if not following:
        return True
    return bool(_TITLE_LINE.match(following)) or len(following) > TITLE_WIDTH or _opens_with_date(following)


def _is_date(text: str) -> bool:
    try:
        opening = dates.opening(text)
    except dates.NoDate:
        return True
    return bool(opening) and len(opening.words if opening else "") >= len(text) - 1


def _opens_with_date(text: str) -> bool:
    try:
        return dates.opening(text) is not None
    except dates.NoDate:
        return True


def _second_title(page: _Page) -> Sourced[str] | None:
    page.skip_blank()
    said = _TITLE_LINE.match(page.lines[0]) if page.lines else None
    if not said:
        return None
    page.seen.append(Seen("second title", page.first, said["title"]))
    page.drop(1)
    page.skip_blank()
    return Sourced(said["title"], f"prose, line {page.seen[-1].line}")


def _outside_code(page: _Page, found: Sequence[blocks.Block]) -> list[str]:
    """The lines with those that were seen as code made blank: what stands in code proves no Markdown."""
    lines = list(page.lines)
    for block in found:
        if block.kind == "code":
            at = block.line - page.first
            lines[at : at + len(block.lines)] = [""] * len(block.lines)
    return lines


def _markdown_texts(page: _Page) -> list[tuple[int, str]]:
    return [
        (page.first + at, line.strip().lstrip("*_ "))
        for at, line in enumerate(page.lines)
        if line.strip() and not re.match(r"\s*(?:#|<|!\[|---|===)", line)
    ]


class NoProseDate(dates.NoDate):
    """NoDate with the line it was read in."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def _opening(texts: Sequence[tuple[int, str]]) -> Sourced[dates.Opening] | None:
    if not texts:
        return None
    line, text = texts[0]
    try:
        opening = dates.opening(text)
    except dates.NoDate as fault:
        raise NoProseDate(str(fault), line) from None
    return Sourced(opening, "prose", opening.words) if opening else None
