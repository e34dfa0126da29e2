"""Front matter: is there any, where does it end, and what does it say.

python-frontmatter is silent where a person wants to be told: a missing close, a list, a rule that only looks
like front matter. So the fences are found here, and it parses what lies between.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from syndicate.posts import jsonfaults, keylines, values
from syndicate.posts.complaint import Complaints
from syndicate.posts.text import quoted
from syndicate.posts.values import Mapping

MAX_BYTES = 16 * 1024

_FENCES = {"yaml": re.compile(r" {0,3}-{3}[ \t]*\n"), "toml": re.compile(r" {0,3}\+{3}[ \t]*\n")}
_YAML_CLOSE = re.compile(r"^(?:-{3}|\.{3})[ \t]*$", re.MULTILINE)
_TOML_CLOSE = re.compile(r"^\+{3}[ \t]*$", re.MULTILINE)
_KNOWN = (
    "title|date|slug|draft|tags?|authors?|layout|description|summary|excerpt|id|guid|url|permalink|link|categories|"
    "category|published|publishdate|pubdate|updated|lastmod|modified|expirydate|lang|language|image|enclosures?|"
    "attachments?|feed|hidden|status"
)
_KNOWN_KEY = re.compile(rf"""[ \t]*["']?(?:{_KNOWN})["']?[ \t]*:""", re.I)
_KEY_LINE = re.compile(r"""["']?\w[\w.\- ]{0,60}["']?[ \t]{0,8}:(?:[ \t]|$)|<<[ \t]{0,8}:|\?[ \t]""")
# What a mapping may have at the begin of a line besides keys.
_PART_LINE = re.compile(r"[ \t#\]}]|-(?:[ \t]|$)")
_FLOW_KEY = re.compile(r"""\{\s{0,80}["']?[\w-]{1,60}["']?\s{0,80}:""")
_TAGGED = re.compile(r"!(?:!|<|\w+[ \t]+[{\[&\"']|\w+$)|&\w+(?:[ \t]|$)")
_JSON_OPEN = re.compile(rf"""\{{\s*(?:"|\}}[ \t]*(?:\n|$)|["']?(?:{_KNOWN})["']?[ \t]*:)""", re.I)


@dataclass(frozen=True, slots=True)
class Matter:
    """What stands at the head of a file. `body` is the rest, untouched, beginning on line `body_line`.
    `present` is False where there is no front matter at all."""

    values: Mapping
    body: str
    body_line: int
    present: bool


def read(text: str, complaints: Complaints) -> Matter:
    """Split `text` into front matter and body, and parse the former.

    Raises PostError: a fence without a close, bad syntax, aliases, tags, more than 16 KiB or 50 levels.
    """
    start = len(text) - len(text.lstrip("\n \t"))
    # Four blanks before a fence make it code.
    line_start = text.rfind("\n", 0, start) + 1
    for syntax, fence in _FENCES.items():
        if fence.match(text, line_start):
            return _fenced(text, line_start, syntax, complaints)
    if start - line_start < 4 and _JSON_OPEN.match(text, start):
        return _json(text, start, complaints)
    return _none(text)


def _none(text: str) -> Matter:
    return Matter(Mapping((), 1), text, 1, present=False)


def _fenced(text: str, start: int, syntax: str, complaints: Complaints) -> Matter:
    line = text.count("\n", 0, start) + 1
    inside = text.index("\n", start) + 1
    close = (_YAML_CLOSE if syntax == "yaml" else _TOML_CLOSE).search(text, inside)
    block = text[inside : close.start() if close else len(text)]
    claimed = syntax == "toml" or _opens_mapping(block, closed=bool(close))
    if not close:
        if not claimed:
            return _none(text)
        fence = "---" if syntax == "yaml" else "+++"
        raise complaints.error(
            "front-matter-unclosed",
            f"front matter: the '{fence}' that opens it is never closed; "
            f"put a line '{fence}' after the last key",
            line,
            _column(text[start:]),
        )
    if not claimed and block.strip():
        return _none(text)
    found = _parse(text[start : close.end()], syntax, line, complaints)
    if found is None and block.strip():
        return _none(text)
    after = close.end() + 1
    return Matter(found or Mapping((), line), text[after:], text.count("\n", 0, after) + 1, present=True)


def _opens_mapping(block: str, *, closed: bool) -> bool:
    """Does what follows a `---` read as keys and values? Otherwise the line is a thematic break: a remark like
    `Note: all of this is old.` above a paragraph makes no front matter."""
    lines = block.split("\n")
    filled = [line for line in lines if line.strip() and not line.startswith("#")]
    if not filled:
        return False
    first = filled[0]
    if _KEY_LINE.match(first):
        return _all_keys(lines, closed=closed) or any(_KNOWN_KEY.match(line) for line in filled[:40])
    if _FLOW_KEY.match(first) or _TAGGED.match(first):
        return closed
    head = takewhile(str.strip, lines[lines.index(first) :])
    return any(_KNOWN_KEY.match(line) for line in head)


def _all_keys(lines: Sequence[str], *, closed: bool) -> bool:
    """Is each line a key, or part of a value? Without a close only the first paragraph counts, and one key
    alone is a remark."""
    if not closed:
        lines = list(takewhile(str.strip, lines))
    keys = sum(bool(_KEY_LINE.match(line)) for line in lines)
    parts = sum(not line.strip() or bool(_PART_LINE.match(line)) for line in lines)
    return keys + parts == len(lines) and keys > (0 if closed else 1)


def _json(text: str, start: int, complaints: Complaints) -> Matter:
    line = text.count("\n", 0, start) + 1
    # Numbers stay text: one of five thousand digits is refused by `int`.
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)
    try:
        _, end = decoder.raw_decode(text, start)
    except json.JSONDecodeError as fault:
        raise complaints.error(
            "front-matter-syntax",
            f"front matter: {jsonfaults.said(fault)}",
            fault.lineno,
            fault.colno,
        ) from None
    except RecursionError:
        raise complaints.error(
            "front-matter-deep",
            "front matter: nested more than 50 levels deep; flatten it",
            *keylines.json_deep(text, start),
        ) from None
    found = _parse(text[text.rfind("\n", 0, start) + 1 : end], "json", line, complaints)
    skipped = re.compile(r"[ \t]*\n?").match(text, end)
    after = skipped.end() if skipped else end
    return Matter(found or Mapping((), line), text[after:], text.count("\n", 0, after) + 1, present=True)


def _parse(block: str, syntax: str, line: int, complaints: Complaints) -> Mapping | None:
    size = len(block.encode())
    if size > MAX_BYTES:
        raise complaints.error(
            "front-matter-large",
            f"front matter: {size:,} bytes are more than the {MAX_BYTES:,} that it may have; "
            "move text into the body",
            line,
            _column(block),
        )
    from syndicate.posts import syntax as syntaxes

    try:
        found = syntaxes.load(block, syntax, line)
    except syntaxes.SyntaxFault as fault:
        raise complaints.error(
            fault.code, f"front matter: {fault.message}", fault.line or line, fault.column or 1
        ) from None
    if found is None:
        return None
    cleaned, odd = values.without_odd(found)
    for at, character in odd:
        complaints.warn(
            "not-xml",
            f"front matter: U+{ord(character):04X} cannot stand in a feed and was dropped; delete it",
            at,
        )
    _warn_of_doubles(cleaned, complaints)
    return cleaned


def _column(block: str) -> int:
    """Where the fence stands that `block` begins with."""
    return len(block) - len(block.lstrip(" \t")) + 1


def _warn_of_doubles(found: Mapping, complaints: Complaints) -> None:
    lines: dict[str, int] = {}
    for pair in found.pairs:
        name = pair.key.text.strip().lower()
        if name in lines:
            complaints.warn(
                "duplicate-key",
                f"front matter: {quoted(name)} stands twice, first in line {lines[name]}, and the last counts; "
                "delete one",
                pair.key.line,
                pair.key.column,
            )
        lines[name] = pair.key.line
