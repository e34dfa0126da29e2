"""Front matter syntaxes: text of a block → `Mapping`, as handlers for python-frontmatter.

YAML is read from libyaml's events, without recursion and without constructing anything: thirty thousand
nested brackets, an alias bomb or a `!!python/` tag find nothing to blow up.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import frontmatter
import yaml
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

from syndicate.posts.values import Mapping, Node, Pair, Scalar, Sequence

MAX_DEPTH = 50

_HINTS = (
    ("mapping values are not allowed", "put the text in quotes, it contains ': '"),
    ("found character '\\t'", "indent with spaces, not with tabs"),
    ("cannot start any token", "put the text in quotes, or indent with spaces where a tab stands"),
    ("while scanning a quoted scalar", "close the quotation mark"),
    (
        "while parsing a block mapping",
        "write each line as 'key: value', and put texts with quotes inside in quotes",
    ),
    ("while parsing a flow sequence", "close the list with ']'"),
    ("while parsing a flow mapping", "close the mapping with '}'"),
    ("could not find expected ':'", "write each line as 'key: value'"),
)


class SyntaxFault(Exception):
    """`problem; remedy`, with line and column within the block (from 1; 0 where unknown)."""

    def __init__(self, code: str, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.code, self.message, self.line, self.column = code, message, line, column


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
    """YAML whose scalars stay text."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line

    def split(self, text: str) -> tuple[str, str]:
        return _between(text)

    def load(self, fm: str, **kwargs: object) -> dict[str, Any]:
        try:
            return {"tree": _yaml_tree(fm, self.line)}
        except yaml.MarkedYAMLError as fault:
            raise _yaml_fault(fault, self.line) from None
        except yaml.YAMLError as fault:
            raise SyntaxFault("front-matter-syntax", f"{fault}; mend the front matter") from None


class TOMLText(BaseHandler):
    """TOML through the standard library: python-frontmatter's own handler needs a dead package."""

    FM_BOUNDARY = re.compile(r"^\+{3,}\s*$", re.MULTILINE)
    START_DELIMITER = END_DELIMITER = "+++"

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line

    def split(self, text: str) -> tuple[str, str]:
        return _between(text)

    def load(self, fm: str, **kwargs: object) -> dict[str, Any]:
        try:
            values = tomllib.loads(fm, parse_float=str)
        except tomllib.TOMLDecodeError as fault:
            spot = re.search(r"\(at line (\d+), column (\d+)\)", str(fault))
            line, column = (int(spot[1]) + self.line, int(spot[2])) if spot else (0, 0)
            said = re.sub(r"\s*\(at .*\)", "", str(fault))
            raise SyntaxFault(
                "front-matter-syntax", f"{said}; write TOML as 'key = \"value\"'", line, column
            ) from None
        except (RecursionError, ValueError) as fault:
            raise _too_much(fault) from None
        return {
            "tree": _tree(values, _Finder(fm, r'^[ \t]*(?:\[+[ \t]*)?"?{key}"?[ \t]*(?:[=.\]])', self.line))
        }


class JSONText(JSONHandler):
    """JSON whose closing brace may stand anywhere, not on a line of its own alone."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line

    def split(self, text: str) -> tuple[str, str]:
        return text, ""

    def load(self, fm: str, **kwargs: object) -> dict[str, Any]:
        try:
            values = json.loads(
                fm, parse_float=str, parse_int=str, parse_constant=_no_constant, object_pairs_hook=_Doubled
            )
        except json.JSONDecodeError as fault:
            raise SyntaxFault(
                "front-matter-syntax",
                f"{fault.msg}; mend the JSON there",
                fault.lineno + self.line - 1,
                fault.colno,
            ) from None
        except (RecursionError, ValueError) as fault:
            raise _too_much(fault) from None
        return {"tree": _tree(values, _Finder(fm, r'"{key}"\s*:', self.line - 1))}


class _Doubled(dict[str, Any]):
    """A JSON object that still knows of keys that stood twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


class _Finder:
    """Where a top-level key stands. TOML and JSON parsers tell no lines; the pattern finds the key's first
    mention, which is right for all but a key that is also quoted inside an earlier value."""

    def __init__(self, text: str, pattern: str, before: int) -> None:
        self._text, self._pattern, self._before = text, pattern, before

    def line(self, key: str) -> int:
        """The file's line of the top-level `key`."""
        found = re.search(self._pattern.replace("{key}", re.escape(key)), self._text, re.MULTILINE)
        return self._before + (self._text.count("\n", 0, found.start()) + 1 if found else 1)


def _no_constant(name: str) -> Any:
    raise SyntaxFault("front-matter-syntax", f"{name} is no value in JSON; put it in quotes")


def _too_much(fault: Exception) -> SyntaxFault:
    if isinstance(fault, RecursionError):
        return SyntaxFault("front-matter-deep", f"nested more than {MAX_DEPTH} levels deep; flatten it")
    return SyntaxFault("front-matter-syntax", f"{fault}; correct that value")


def _tree(value: Any, finder: _Finder, line: int = 1, depth: int = 0) -> Node:
    """Values that a parser made, as text again; the lines of nested ones are their top-level key's."""
    if depth > MAX_DEPTH:
        raise SyntaxFault("front-matter-deep", f"nested more than {MAX_DEPTH} levels deep; flatten it", line)
    if isinstance(value, dict):
        pairs = value.pairs if isinstance(value, _Doubled) else list(value.items())
        at = [(finder.line(key) if depth == 0 else line, key, inner) for key, inner in pairs]
        return Mapping(
            tuple(Pair(Scalar(key, spot), _tree(inner, finder, spot, depth + 1)) for spot, key, inner in at),
            line,
        )
    if isinstance(value, list):
        return Sequence(tuple(_tree(inner, finder, line, depth + 1) for inner in value), line)
    if value is None:
        return Scalar("", line, bare=True)
    if isinstance(value, bool):
        return Scalar("true" if value else "false", line, bare=True)
    if isinstance(value, datetime | date | time):
        return Scalar(value.isoformat(), line)
    return Scalar(str(value), line)


def _yaml_fault(fault: yaml.MarkedYAMLError, before: int) -> SyntaxFault:
    mark: Any = fault.problem_mark or fault.context_mark
    line, column = (mark.line + 1 + before, mark.column + 1) if mark else (0, 0)
    said = " ".join(part for part in (fault.context, fault.problem) if part)
    remedy = next((hint for sign, hint in _HINTS if sign in said), "mend the YAML there")
    return SyntaxFault("front-matter-syntax", f"{fault.problem or said}; {remedy}", line, column)


def _yaml_tree(text: str, before: int) -> Node | None:
    """Events → tree with a stack of our own: depth is bounded, and no alias is ever followed."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    root: Node | None = None
    stack: list[tuple[str, int, int, list[Node]]] = []
    documents = 0
    for event in yaml.parse(text, Loader=loader):
        mark: Any = event.start_mark
        line, column = mark.line + 1 + before, mark.column + 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise SyntaxFault(
                    "front-matter-syntax", "a second YAML document begins; keep one", line, column
                )
        _refuse(event, line, column)
        node: Node | None = None
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(stack) >= MAX_DEPTH:
                raise SyntaxFault(
                    "front-matter-deep", f"nested more than {MAX_DEPTH} levels deep; flatten it", line, column
                )
            stack.append(("map" if isinstance(event, yaml.MappingStartEvent) else "list", line, column, []))
        elif isinstance(event, yaml.ScalarEvent):
            # `implicit` is (plain, quoted): the first is true for a scalar without quotes and tag.
            node = Scalar(event.value, line, column, bare=bool(event.implicit[0]) and not event.style)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            kind, at, across, parts = stack.pop()
            node = _mapping(parts, at, across) if kind == "map" else Sequence(tuple(parts), at, across)
        if node is not None:
            if stack:
                stack[-1][3].append(node)
            else:
                root = node
    return root


def _refuse(event: yaml.Event, line: int, column: int) -> None:
    if isinstance(event, yaml.AliasEvent):
        raise SyntaxFault(
            "front-matter-alias", "an alias ('*') is not allowed; write the value out", line, column
        )
    if isinstance(event, yaml.NodeEvent) and event.anchor:
        raise SyntaxFault(
            "front-matter-alias", "an anchor ('&') is not allowed; put the text in quotes", line, column
        )
    tag = getattr(event, "tag", None)
    if tag:
        raise SyntaxFault(
            "front-matter-tag", "a tag ('!') is not allowed; put the text in quotes", line, column
        )


def _mapping(parts: list[Node], line: int, column: int) -> Mapping:
    pairs = []
    for key, value in zip(parts[::2], parts[1::2], strict=True):
        if not isinstance(key, Scalar):
            raise SyntaxFault(
                "front-matter-syntax", "a key must be a text; mend the line", key.line, key.column
            )
        pairs.append(Pair(key, value))
    return Mapping(tuple(pairs), line, column)
