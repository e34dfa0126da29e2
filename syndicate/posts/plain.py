"""Posts without front matter: what a person reads off the page, title, second title, date, structure.

A post that is really Markdown keeps its body as it is; only what stands around it (prompt, title, end mark)
is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from syndicate.model import Seen, Sourced
from syndicate.posts import blocks, dates, marked, markup, names, prose, titles


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a post without front matter. `opening` is the date in its prose; `body_line` the file's
    line that the body begins on; `written` the body as its author wrote it, which `body` is where `markdown`."""

    title: Sourced[str] | None
    subtitle: Sourced[str] | None
    slug: Sourced[str] | None
    opening: Sourced[dates.Opening] | None
    body: str
    body_line: int
    written: str
    markdown: bool
    seen: tuple[Seen, ...]


class NoProseDate(dates.NoDate):
    """NoDate with the line it was read in."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


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
    """Read `text`. Raises NoProseDate for a date in the prose that no calendar has."""
    page = _Page(text.split("\n"))
    slug = _prompt(page)
    _end_mark(page)
    title, height = _title(page)
    is_marked = (title is not None and title.source == "heading") or marked.is_markdown(page.lines[:height])
    page.drop(height)
    subtitle = _second_title(page) if height else None
    found = [] if is_marked else blocks.split(page.lines, page.first)
    written = "\n".join(page.lines)
    markdown = is_marked or _is_markdown(page, found)
    if markdown:
        body = f"## {subtitle.value}\n\n{written}" if subtitle else written
        texts = _markdown_texts(page)
    else:
        page.seen += blocks.seen(found)
        head = [blocks.Block("heading", (subtitle.value,), 0, apart=True)] if subtitle else []
        body = markup.to_html([*head, *found])
        texts = [(block.line, block.text) for block in found if block.kind in ("text", "verse")][:1]
    opening = _opening(*texts[0]) if texts else None
    seen = tuple(sorted(page.seen, key=lambda one: one.line))
    return Reading(title, subtitle, slug, opening, body, page.first, written, markdown, seen)


def opening_heading(body: str) -> tuple[str, str] | None:
    """The `# ` heading that opens a Markdown body, as plain text, and the body without it."""
    page = _Page(body.split("\n"))
    page.skip_blank()
    title, height = titles.heading_at(page.lines, 0)
    if not title:
        return None
    page.drop(height)
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


def _title(page: _Page) -> tuple[Sourced[str] | None, int]:
    """The title, and how many lines of it to drop: a heading stays where text comes before it."""
    if not page.lines:
        return None, 0
    said = titles.said(page.lines[0])
    if said:
        return Sourced(said, "first line", page.lines[0].strip()), 1
    title, height = titles.heading_at(page.lines, 0)
    if title:
        return Sourced(title, "heading"), height
    below = _heading_below(page)
    if below:
        return Sourced(below, "heading"), 0
    if titles.stands_alone(page.lines):
        return Sourced(titles.unmarked(page.lines[0]), "first line"), 1
    return None, 0


def _heading_below(page: _Page) -> str | None:
    """The first `# ` heading after some text. `# restart it` in a piece of code is none."""
    may = [at for at in titles.outside_fences(page.lines) if at and titles.heading_at(page.lines, at)[0]]
    if not may:
        return None
    in_code = {
        block.line + number
        for block in blocks.split(page.lines, 0)
        if block.kind == "code"
        for number in range(len(block.lines))
    }
    at = next((at for at in may if at not in in_code), None)
    return titles.heading_at(page.lines, at)[0] if at is not None else None


def _second_title(page: _Page) -> Sourced[str] | None:
    page.skip_blank()
    said = titles.said(page.lines[0]) if page.lines else None
    if not said:
        return None
    page.seen.append(Seen("second title", page.first, said))
    page.drop(1)
    page.skip_blank()
    return Sourced(said, "prose")


def _is_markdown(page: _Page, found: Sequence[blocks.Block]) -> bool:
    """What stands in code proves no Markdown. What only leans to it is Markdown where there is nothing else to
    be read off the page: no bare heading, no code without a fence, no line that is a paragraph by itself."""
    lines = list(page.lines)
    for block in found:
        if block.kind == "code":
            at = block.line - page.first
            lines[at : at + len(block.lines)] = [""] * len(block.lines)
    if marked.is_markdown(lines):
        return True
    bare = any(
        block.kind in ("heading", "code", "verse") or (block.kind == "text" and not block.apart)
        for block in found
    )
    return not bare and marked.leans(lines)


def _markdown_texts(page: _Page) -> list[tuple[int, str]]:
    """The first line of the first paragraph."""
    for at, line in enumerate(page.lines):
        if line.strip() and not re.match(r"\s*(?:#|<|!\[|---|===)", line):
            return [(page.first + at, line.strip().lstrip("*_ "))]
    return []


def _opening(line: int, text: str) -> Sourced[dates.Opening] | None:
    try:
        opening = dates.opening(text)
    except dates.NoDate as fault:
        raise NoProseDate(str(fault), line) from None
    return Sourced(opening, "prose", opening.words) if opening else None
