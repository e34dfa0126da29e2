"""YAML → a tree of text with lines.

It is read from libyaml's events, without recursion and without constructing anything: thirty thousand nested
brackets, an alias bomb or a `!!python/` tag find nothing to blow up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import yaml

from syndicate.posts import yamlfaults
from syndicate.posts.faults import MAX_DEPTH, SyntaxFault, too_deep
from syndicate.posts.values import Mapping, Node, Pair, Scalar, Sequence

# YAML 1.1, section 5.1, of what XML 1.0 can hold as well.
_UNPRINTABLE = re.compile("[\x7f-\x84\x86-\x9f\ufeff]")
# Escapes of surrogates, and of what is above the last character.
_NO_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]|\\U0000[dD][89a-fA-F]|\\U(?!000|0010)")
_SURROGATE = re.compile("[\ud800-\udfff]")
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Places:
    """Marks → line and column of the file, whose line `before` is the last above `text`."""

    def __init__(self, text: str, before: int) -> None:
        self._last, self._end = text.count("\n"), len(text) - text.rfind("\n")
        self._before, self._text = before, text

    def place(self, mark: Any) -> tuple[int, int]:
        # What is noticed at the end is marked on a line below it.
        if mark.line > self._last:
            return self._last + 1 + self._before, self._end
        return mark.line + 1 + self._before, mark.column + 1

    def of(self, offset: int) -> tuple[int, int]:
        line = self._text.count("\n", 0, offset) + 1 + self._before
        return line, offset - self._text.rfind("\n", 0, offset)


@dataclass
class _Open:
    """A mapping or list that is not closed yet; a mapping's parts are keys and values in turn."""

    is_mapping: bool
    line: int
    column: int
    parts: list[Node] = field(default_factory=list)

    def closed(self) -> Node:
        if not self.is_mapping:
            return Sequence(tuple(self.parts), self.line, self.column)
        pairs = []
        for key, value in zip(self.parts[::2], self.parts[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise SyntaxFault(
                    "front-matter-syntax", "a key must be a text; mend the line", key.line, key.column
                )
            if key.bare and key.text == "<<":
                raise SyntaxFault(
                    "front-matter-alias",
                    "a merge key ('<<') is not allowed; write the keys out",
                    key.line,
                    key.column,
                )
            pairs.append(Pair(key, value))
        return Mapping(tuple(pairs), self.line, self.column)


def tree(text: str, before: int, loader: Any = LOADER) -> Node | None:
    """What `text` holds, None for nothing; its first line is the file's line `before` + 1. libyaml reads where it is
    installed, and PyYAML's own parser, which is stricter with tabs, elsewhere; both faults end in the same words.
    Raises SyntaxFault."""
    places = _Places(text, before)
    odd = _UNPRINTABLE.search(text)
    if odd:
        place = places.of(odd.start())
        raise SyntaxFault(
            "front-matter-syntax", f"U+{ord(odd[0]):04X} cannot stand in YAML; delete it", *place
        )
    try:
        return _tree(text, places, loader)
    except yaml.MarkedYAMLError as fault:
        said = yamlfaults.said(fault, text)
        raise SyntaxFault("front-matter-syntax", said.message, *places.place(said)) from None
    except (ValueError, OverflowError):
        raise _no_character(text, places) from None
    except yaml.YAMLError:
        raise SyntaxFault("front-matter-syntax", yamlfaults.GENERAL) from None


def _no_character(text: str, places: _Places) -> SyntaxFault:
    """An escape that stands for no character: libyaml refuses it, Python only stumbles."""
    found = _NO_CHARACTER.search(text)
    return SyntaxFault("front-matter-syntax", yamlfaults.ESCAPE, *places.of(found.start() if found else 0))


def _stand_ins(text: str) -> tuple[str, str]:
    """Characters that YAML 1.1 takes for the end of a line, and no editor does, and as many that `text` has not."""
    breaks = "".join(sign for sign in "\x85\u2028\u2029" if sign in text)
    spare = (chr(code) for code in range(0xE000, 0xF8FF) if chr(code) not in text)
    return breaks, "".join(islice(spare, len(breaks)))


def _tree(text: str, places: _Places, loader: Any) -> Node | None:
    """Events → tree with a stack of our own: depth is bounded, and no alias is ever followed."""
    root: Node | None = None
    stack: list[_Open] = []
    documents = 0
    breaks, spare = _stand_ins(text)
    there, back = str.maketrans(breaks, spare), str.maketrans(spare, breaks)
    for event in yaml.parse(text.translate(there), Loader=loader):
        line, column = places.place(event.start_mark)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise SyntaxFault(
                    "front-matter-syntax", "a second YAML document begins; keep one", line, column
                )
        _refuse(event, line, column)
        if isinstance(event, yaml.CollectionStartEvent):
            if len(stack) >= MAX_DEPTH:
                raise too_deep(line, column)
            stack.append(_Open(isinstance(event, yaml.MappingStartEvent), line, column))
            continue
        node: Node | None = None
        if isinstance(event, yaml.ScalarEvent):
            if _SURROGATE.search(event.value):
                raise _no_character(text, places)
            # `implicit` is (plain, quoted): the first is true for a scalar without quotes and tag.
            node = Scalar(
                event.value.translate(back), line, column, bare=bool(event.implicit[0]) and not event.style
            )
        elif isinstance(event, yaml.CollectionEndEvent):
            node = stack.pop().closed()
        if node is not None and stack:
            stack[-1].parts.append(node)
        elif node is not None:
            root = node
    return root


def _refuse(event: yaml.Event, line: int, column: int) -> None:
    if isinstance(event, yaml.AliasEvent):
        raise SyntaxFault(
            "front-matter-alias",
            "an alias ('*') is not allowed; write the value out, or put the text in quotes",
            line,
            column,
        )
    if isinstance(event, yaml.NodeEvent) and event.anchor:
        raise SyntaxFault(
            "front-matter-alias", "an anchor ('&') is not allowed; put the text in quotes", line, column
        )
    if getattr(event, "tag", None):
        raise SyntaxFault(
            "front-matter-tag", "a tag ('!') is not allowed; put the text in quotes", line, column
        )
