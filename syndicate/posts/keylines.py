"""Where keys and values of TOML and JSON stand. Their parsers tell values, but no places.

The functions take text that the parser has accepted, or has accepted as far as it was read, so tokens are all that
needs to be told apart.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from syndicate.posts.faults import MAX_DEPTH

Place: TypeAlias = tuple[int, int]
"""Line and column, from 1."""
Path: TypeAlias = tuple[str | int, ...]
"""The keys that lead to a value; numbers count the tables of an array."""

_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{\[\]}]|[^\s{}\[\],:"]+')
_TOML_STRING = (
    r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}" + r'|"(?!"")(?:[^"\\\n]|\\.)*"' + r"|'(?!'')[^'\n]*'"
)
_TOML_TOKEN = re.compile(rf"{_TOML_STRING}|#[^\n]*|\n|[\[\]{{}}]|[^\s\[\]{{}}#\"']+", re.DOTALL)
_TOML_PART = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w-]+)"""
_TOML_KEY = re.compile(
    rf"[ \t]*(?P<table>\[\[?)?[ \t]*(?P<key>{_TOML_PART}(?:[ \t]*\.[ \t]*{_TOML_PART})*)(?P<is>[ \t]*=[ \t]*)?",
    re.ASCII,
)
_PARTS = re.compile(_TOML_PART, re.ASCII)
# Python reads and writes no more digits than this.
_DIGITS = 4300


class _Places:
    """Offsets of `text`, which only grow, as lines and columns."""

    def __init__(self, text: str) -> None:
        self._text, self._line, self._begin, self._last = text, 1, 0, 0

    def at(self, offset: int) -> Place:
        ends = self._text.count("\n", self._last, offset)
        if ends:
            self._line += ends
            self._begin = self._text.rfind("\n", self._last, offset) + 1
        self._last = offset
        return self._line, offset - self._begin + 1


def of_json(text: str) -> Iterator[Place]:
    """Where each value and each key within `text` begins, in the order they are written, a mapping or list before
    what is in it."""
    places = _Places(text)
    for token in _JSON_TOKEN.finditer(text):
        if token[0] not in "]}":
            yield places.at(token.start())


def json_deep(text: str, start: int = 0) -> Place:
    """The bracket in `text` that nests too deeply; the outermost stands at `start`."""
    places = _Places(text)
    depth = 0
    for token in _JSON_TOKEN.finditer(text, start):
        depth += (token[0] in "{[") - (token[0] in "]}")
        if depth > MAX_DEPTH:
            return places.at(token.start())
    return places.at(start)


def json_constant(text: str, name: str) -> Place:
    """Where `name` (NaN, Infinity, -Infinity) stands first as a value."""
    places = _Places(text)
    return next(
        (places.at(token.start()) for token in _JSON_TOKEN.finditer(text) if token[0] == name), (1, 1)
    )


@dataclass
class Toml:
    """Where keys and values stand, each where it stands first; and the first bracket or key that nests too deeply,
    the first number that is too long, the first quotation mark that nothing closes."""

    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    deep: Place | None = None
    long: Place | None = None
    open_quote: Place | None = None


def of_toml(text: str) -> Toml:
    """The places within `text`; what is inside of lists and inline tables has none."""
    found, places, tables = Toml(), _Places(text), _Tables()
    depth, at, starts = 0, 0, True
    path: Path = ()
    while at < len(text):
        key = _TOML_KEY.match(text, at) if starts and not depth else None
        starts = False
        if key:
            parts = tuple(map(_plain, _PARTS.findall(key["key"])))
            path = tables.header(parts, listed=key["table"] == "[[") if key["table"] else tables.inside(parts)
            place = places.at(key.start("table") if key["table"] else key.start("key"))
            for end in range(1, min(len(path), MAX_DEPTH) + 1):
                found.keys.setdefault(path[:end], place)
            if len(path) + bool(key["table"]) > MAX_DEPTH:
                found.deep = found.deep or place
            if key["is"]:
                found.values.setdefault(path, places.at(key.end()))
            # The header of a table is brackets as well, but none that go on over lines.
            at = text.find("\n", at) if key["table"] else key.end()
            at = len(text) if at < 0 else at
            continue
        token = _TOML_TOKEN.match(text, at)
        if not token:
            if text[at] in "'\"":
                found.open_quote = found.open_quote or places.at(at)
            at += 1
            continue
        sign = token[0][0]
        depth = max(depth + (sign in "[{") - (sign in "]}"), 0)
        if len(path) + depth > MAX_DEPTH:
            found.deep = found.deep or places.at(at)
        if len(token[0]) > _DIGITS and sign not in "#'\"":
            found.long = found.long or places.at(at)
        starts = sign == "\n"
        at = token.end()
    return found


class _Tables:
    """Which table the keys belong to."""

    def __init__(self) -> None:
        self._counts: dict[Path, int] = {}
        self._open: Path = ()

    def header(self, parts: tuple[str, ...], *, listed: bool) -> Path:
        path: Path = ()
        for number, part in enumerate(parts, 1):
            path += (part,)
            if number < len(parts) and path in self._counts:
                path += (self._counts[path] - 1,)
        if listed:
            count = self._counts.get(path, 0)
            self._counts[path] = count + 1
            path += (count,)
        self._open = path
        return path

    def inside(self, parts: tuple[str, ...]) -> Path:
        return self._open + parts


def _plain(key: str) -> str:
    if key[0] == "'":
        return key[1:-1]
    if key[0] == '"':
        try:
            return str(next(iter(tomllib.loads(f"{key} = 0"))))
        except tomllib.TOMLDecodeError:
            return key[1:-1]
    return key
