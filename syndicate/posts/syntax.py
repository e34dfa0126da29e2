"""Front matter syntaxes: text of a block → `Mapping`, as handlers for python-frontmatter."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any

import frontmatter
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

from syndicate.posts import keylines, yamltext
from syndicate.posts.faults import MAX_DEPTH, SyntaxFault, too_deep
from syndicate.posts.values import Mapping, Node, Pair, Scalar, Sequence

__all__ = ["SyntaxFault", "load"]


def load(block: str, syntax: str, line: int) -> Mapping | None:
    """The mapping in `block` (fences included), None where it holds no mapping.

    `syntax` is `yaml`, `toml` or `json`; `line` is the file's line that the block begins on.
    Raises SyntaxFault.
    """
    handlers: dict[str, Callable[[int], BaseHandler]] = {"yaml": YAMLText, "toml": TOMLText, "json": JSONText}
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
            raise self._fault(fm, str(fault)) from None
        except RecursionError:
            raise too_deep(self.line) from None
        except ValueError:
            raise _long_number(self.line) from None
        lines = keylines.of_toml(fm)
        return {
            "tree": _top(
                ((key, inner, lines.get(key, 1) + self.line) for key, inner in found.items()), self.line
            )
        }

    def _fault(self, fm: str, said: str) -> SyntaxFault:
        spot = re.search(r"\(at line (\d+), column (\d+)\)\Z", said)
        line, column = (int(spot[1]), int(spot[2])) if spot else (fm.count("\n") + 1, 0)
        said = re.sub(r"\s*\(at [^()]*\)\Z", "", said)
        if "Invalid date or datetime" in said:
            return SyntaxFault(
                "bad-date",
                "there is no such date or time; write it like 2026-01-31",
                line + self.line,
                column,
            )
        if said == r"Illegal character '\n'":
            said = "a quotation mark is not closed on its line"
        return SyntaxFault(
            "front-matter-syntax", f"{said}; write TOML as 'key = \"value\"'", line + self.line, column
        )


class JSONText(JSONHandler):
    """JSON whose closing brace may stand anywhere, not on a line of its own alone. `line` is the file's
    line of the opening brace."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line

    def split(self, text: str) -> tuple[str, str]:
        return text, ""

    def load(self, fm: str, **kwargs: object) -> dict[str, Any]:
        try:
            found = json.loads(
                fm,
                parse_float=str,
                parse_int=str,
                parse_constant=self._no_constant,
                object_pairs_hook=_Doubled,
            )
        except json.JSONDecodeError as fault:
            raise SyntaxFault(
                "front-matter-syntax",
                f"{fault.msg}; mend the JSON there",
                fault.lineno + self.line - 1,
                fault.colno,
            ) from None
        except RecursionError:
            raise too_deep(self.line) from None
        lines = keylines.of_json(fm)
        pairs = zip(found.pairs, lines, strict=True)
        return {"tree": _top(((key, inner, at + self.line - 1) for (key, inner), at in pairs), self.line)}

    def _no_constant(self, name: str) -> Any:
        raise SyntaxFault("front-matter-syntax", f"{name} is no value in JSON; put it in quotes", self.line)


class _Doubled(dict[str, Any]):
    """A JSON object that still knows of keys that stood twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


def _long_number(line: int) -> SyntaxFault:
    return SyntaxFault("front-matter-syntax", "a number has too many digits; put it in quotes", line)


def _top(pairs: Iterable[tuple[str, Any, int]], line: int) -> Mapping:
    return Mapping(
        tuple(Pair(Scalar(key, at), _tree(inner, at, 1)) for key, inner, at in pairs),
        line,
    )


def _tree(value: Any, line: int, depth: int) -> Node:
    """Values that a parser made, as text again; the lines of nested ones are their top-level key's."""
    if depth >= MAX_DEPTH and isinstance(value, dict | list):
        raise too_deep(line)
    if isinstance(value, dict):
        pairs = value.pairs if isinstance(value, _Doubled) else value.items()
        return Mapping(
            tuple(Pair(Scalar(key, line), _tree(inner, line, depth + 1)) for key, inner in pairs), line
        )
    if isinstance(value, list):
        return Sequence(tuple(_tree(inner, line, depth + 1) for inner in value), line)
    if value is None:
        return Scalar("", line, bare=True)
    if isinstance(value, bool):
        return Scalar("true" if value else "false", line, bare=True)
    if isinstance(value, datetime | date | time):
        return Scalar(value.isoformat(), line)
    try:
        return Scalar(str(value), line)
    except ValueError:
        # A hexadecimal number may have more digits than `str` is willing to write.
        raise _long_number(line) from None
