"""Front matter: is there any, where does it end, and what does it say.

python-frontmatter is silent where a person wants to be told: a missing close, a list, a rule that only looks
like front matter. So the fences are found here, and it parses what lies between.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from syndicate.posts.complaint import Complaints
from syndicate.posts.values import Mapping

MAX_BYTES = 16 * 1024

_YAML_CLOSE = re.compile(r"^(?:-{3}|\.{3})[ \t]*$", re.MULTILINE)
_TOML_CLOSE = re.compile(r"^\+{3}[ \t]*$", re.MULTILINE)
_JSON_OPEN = re.compile(r"\{\s*(?:\"|\}[ \t]*(?:\n|$))")
_KEY_LINE = re.compile(r"""^(?:["']?[^\W\d_][\w.\- ]{0,60}["']?[ \t]*:(?:[ \t]|$)|\#|\?[ \t])""")
_KNOWN_KEY = re.compile(
    r"^[ \t]*[\"']?(?:title|date|slug|draft|tags|author|layout|description|summary)[\"']?[ \t]*:", re.I
)


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
    first = text[start:]
    if re.match(r"-{3}[ \t]*\n", first):
        return _fenced(text, start, "yaml", complaints)
    if re.match(r"\+{3}[ \t]*\n", first):
        return _fenced(text, start, "toml", complaints)
    if _JSON_OPEN.match(first):
        return _json(text, start, complaints)
    return _none(text)


def _none(text: str) -> Matter:
    return Matter(Mapping((), 1), text, 1, present=False)


def _fenced(text: str, start: int, syntax: str, complaints: Complaints) -> Matter:
    line = text.count("\n", 0, start) + 1
    inside = text.index("\n", start) + 1
    close = (_YAML_CLOSE if syntax == "yaml" else _TOML_CLOSE).search(text, inside)
    claimed = syntax == "toml" or _opens_mapping(text[inside : close.start() if close else len(text)])
    if not close:
        if not claimed:
            return _none(text)
        fence = "---" if syntax == "yaml" else "+++"
        raise complaints.error(
            "front-matter-unclosed",
            f"front matter: the '{fence}' that opens it is never closed; "
            f"put a line '{fence}' after the last key",
            line,
        )
    if not claimed and text[inside : close.start()].strip():
        return _none(text)
    values = _parse(text[start : close.end()], syntax, line, complaints)
    if values is None:
        if text[inside : close.start()].strip() and not claimed:
            return _none(text)
        values = Mapping((), line)
    after = close.end() + 1
    return Matter(values, text[after:], text.count("\n", 0, after) + 1, present=True)


def _opens_mapping(block: str) -> bool:
    """Does what follows a `---` read as keys and values? Otherwise the line is a thematic break."""
    lines = [line for line in block.split("\n") if line.strip()]
    if not lines:
        return False
    return bool(_KEY_LINE.match(lines[0])) or any(_KNOWN_KEY.match(line) for line in lines[:40])


def _json(text: str, start: int, complaints: Complaints) -> Matter:
    line = text.count("\n", 0, start) + 1
    decoder = json.JSONDecoder()
    try:
        _, end = decoder.raw_decode(text, start)
    except (json.JSONDecodeError, RecursionError, ValueError):
        # The parser proper says what is wrong; where the object ends is not known then.
        end = _likely_end(text, start)
    values = _parse(text[start:end], "json", line, complaints)
    body = text[end:]
    skipped = re.match(r"[ \t]*\n?", body)
    body_at = end + (skipped.end() if skipped else 0)
    return Matter(values or Mapping((), line), text[body_at:], text.count("\n", 0, body_at) + 1, present=True)


def _likely_end(text: str, start: int) -> int:
    close = re.compile(r"^\}[ \t]*$", re.MULTILINE).search(text, start)
    return close.end() if close else len(text)


def _parse(block: str, syntax: str, line: int, complaints: Complaints) -> Mapping | None:
    size = len(block.encode())
    if size > MAX_BYTES:
        raise complaints.error(
            "front-matter-large",
            f"front matter: {size:,} bytes are more than the {MAX_BYTES:,} that it may have; "
            "move text into the body",
            line,
        )
    from syndicate.posts import syntax as syntaxes

    try:
        values = syntaxes.load(block, syntax, line)
    except syntaxes.SyntaxFault as fault:
        raise complaints.error(
            fault.code, f"front matter: {fault.message}", fault.line or line, fault.column
        ) from None
    if values is not None:
        _warn_of_doubles(values, complaints)
    return values


def _warn_of_doubles(values: Mapping, complaints: Complaints) -> None:
    lines: dict[str, int] = {}
    for pair in values.pairs:
        name = pair.key.text.strip().lower()
        if name in lines:
            complaints.warn(
                "duplicate-key",
                f"front matter: '{name}' stands twice, first in line {lines[name]}, and the last counts; "
                "delete one",
                pair.key.line,
            )
        lines[name] = pair.key.line
