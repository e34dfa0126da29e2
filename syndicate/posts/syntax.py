"""Front matter syntaxes: text of a block → `Mapping`, as handlers for python-frontmatter."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any

import frontmatter
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

from syndicate.posts import jsonfaults, keylines, tomlfaults, yamltext
from syndicate.posts.faults import MAX_DEPTH, SyntaxFault, too_deep
from syndicate.posts.keylines import Path, Place
from syndicate.posts.values import Mapping, Node, Pair, Scalar, Sequence

__all__ = ["SyntaxFault", "load"]


def load(block: str, syntax: str, line: int) -> Mapping | None:
    """The mapping in `block` (fences included), None where it holds no mapping.

    `syntax` is `yaml`, `toml` or `json`; `line` is the file's line that the block begins on.
    Raises SyntaxFault.
    """
    handlers: dict[str, Callable[[int], BaseHandler]] = {
        "yaml": YAMLText,
        "toml": TOMLText,
        # What stands before the block is cut off from what its handler sees.
        "json": lambda line: JSONText(line, len(block) - len(block.lstrip())),
    }
    found, _ = frontmatter.parse(block, handler=handlers[syntax](line))
    tree = found.get("tree")
    return tree if isinstance(tree, Mapping) else None


def _between(block: str) -> tuple[str, str]:
    """What lies between the first line and the last: python-frontmatter's own split goes astray at
    `...` and at rules inside a block."""
    return block[block.index("\n") + 1 : block.rindex("\n")], ""


class YAMLText(YAMLHandler):
    """YAML whose scalars stay text. `line` is the file's line of the opening fence."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line

    def split(self, text: str) -> tuple[str, str]:
        return _between(text)

    def load(self, fm: str, **kwargs: object) -> dict[str, Any]:
        return {"tree": yamltext.tree(fm, self.line)}


class TOMLText(BaseHandler):
    """TOML through the standard library: python-frontmatter's own handler needs a dead package.
    `line` is the file's line of the opening fence."""

    FM_BOUNDARY = re.compile(r"^\+{3,}\s*$", re.MULTILINE)
    START_DELIMITER = END_DELIMITER = "+++"

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line

    def split(self, text: str) -> tuple[str, str]:
        return _between(text)

    def load(self, fm: str, **kwargs: object) -> dict[str, Any]:
        try:
            found = tomllib.loads(fm, parse_float=str)
        except tomllib.TOMLDecodeError as fault:
            told = tomlfaults.fault(str(fault), fm, lambda: keylines.of_toml(fm).open_quote)
            raise SyntaxFault(told.code, told.message, told.line + self.line, told.column) from None
        except RecursionError:
            raise too_deep(*self._below(keylines.of_toml(fm).deep)) from None
        except ValueError:
            raise _long_number(self._below(keylines.of_toml(fm).long)) from None
        places = keylines.of_toml(fm)
        if places.deep:
            raise too_deep(*self._below(places.deep))
        return {"tree": self._node(found, (), (self.line, 1), places)}

    def _below(self, place: Place | None) -> Place:
        """The place in the file of one in the block."""
        return (place[0] + self.line, place[1]) if place else (self.line, 1)

    def _node(self, value: Any, path: Path, place: Place, places: keylines.Toml) -> Node:
        """Values that the parser made, as text again; what has no place of its own has that around it."""
        if isinstance(value, dict | list) and len(path) >= MAX_DEPTH:
            raise too_deep(*place)
        if isinstance(value, dict):
            return Mapping(
                tuple(self._pair(key, inner, (*path, key), place, places) for key, inner in value.items()),
                *place,
            )
        if isinstance(value, list):
            items = [
                self._node(
                    inner, below, self._below(places.keys[below]) if below in places.keys else place, places
                )
                for below, inner in (((*path, number), inner) for number, inner in enumerate(value))
            ]
            return Sequence(tuple(items), *place)
        return _scalar(value, place)

    def _pair(self, key: str, value: Any, path: Path, around: Place, places: keylines.Toml) -> Pair:
        at = self._below(places.keys[path]) if path in places.keys else around
        inner = self._below(places.values[path]) if path in places.values else at
        return Pair(Scalar(key, *at), self._node(value, path, inner, places))


class JSONText(JSONHandler):
    """JSON whose closing brace may stand anywhere, not on a line of its own alone. `line` is the file's
    line of the opening brace, `indent` what stands before it there."""

    def __init__(self, line: int, indent: int = 0) -> None:
        super().__init__()
        self.line, self.indent = line, indent

    def split(self, text: str) -> tuple[str, str]:
        return text, ""

    def load(self, fm: str, **kwargs: object) -> dict[str, Any]:
        def no_constant(name: str) -> Any:
            place = self._place(keylines.json_constant(fm, name))
            raise SyntaxFault("front-matter-syntax", f"{name} is no value in JSON; put it in quotes", *place)

        try:
            found = json.loads(
                fm,
                parse_float=str,
                parse_int=str,
                parse_constant=no_constant,
                object_pairs_hook=_Doubled,
            )
        except json.JSONDecodeError as fault:
            place = self._place((fault.lineno, fault.colno))
            raise SyntaxFault("front-matter-syntax", jsonfaults.said(fault), *place) from None
        except RecursionError:
            raise too_deep(*self._place(keylines.json_deep(fm))) from None
        return {"tree": _written(found, map(self._place, keylines.of_json(fm)), 0)}

    def _place(self, place: Place) -> Place:
        """The place in the file of one in the block."""
        line, column = place
        return line + self.line - 1, column + (self.indent if line == 1 else 0)


class _Doubled(dict[str, Any]):
    """A JSON object that still knows of keys that stood twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


def _written(value: Any, places: Iterator[Place], depth: int) -> Node:
    """JSON values as text again; `places` are those of all keys and values, in order."""
    place = next(places)
    if isinstance(value, _Doubled | list) and depth >= MAX_DEPTH:
        raise too_deep(*place)
    if isinstance(value, _Doubled):
        return Mapping(
            tuple(
                Pair(Scalar(key, *next(places)), _written(inner, places, depth + 1))
                for key, inner in value.pairs
            ),
            *place,
        )
    if isinstance(value, list):
        return Sequence(tuple(_written(inner, places, depth + 1) for inner in value), *place)
    return _scalar(value, place)


def _long_number(place: Place) -> SyntaxFault:
    return SyntaxFault("front-matter-syntax", "a number has too many digits; put it in quotes", *place)


def _scalar(value: Any, place: Place) -> Scalar:
    if value is None:
        return Scalar("", *place, bare=True)
    if isinstance(value, bool):
        return Scalar("true" if value else "false", *place, bare=True)
    if isinstance(value, datetime | date | time):
        return Scalar(value.isoformat(), *place)
    try:
        return Scalar(str(value), *place)
    except ValueError:
        # A hexadecimal number may have more digits than `str` is willing to write.
        raise _long_number(place) from None
