"""What front matter says, as a tree of text with lines: no type is guessed.

A YAML parser turns `no` into False, `1.10` into 1.1, `12:30` into 750 and many dates into something else. So
scalars stay the text that the author wrote, and the field that a value is for decides what it means.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from syndicate.model import NOT_XML


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as written; `bare` when it stood without quotes, so that it may mean null or a boolean."""

    text: str
    line: int
    column: int = 0
    bare: bool = False

    @property
    def absent(self) -> bool:
        return self.bare and self.text in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    line: int
    column: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    key: Scalar
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys in the order written; a key may stand twice, the last counts."""

    pairs: tuple[Pair, ...]
    line: int
    column: int = 0

    def get(self, *names: str) -> Pair | None:
        """The last pair whose key is the first of `names` (lower case) that is there at all."""
        for name in names:
            for pair in reversed(self.pairs):
                if pair.key.text.strip().lower() == name:
                    return pair
        return None


Node: TypeAlias = Scalar | Sequence | Mapping


def kind(node: Node) -> str:
    """What `node` is, in people's words."""
    return {Scalar: "a text", Sequence: "a list", Mapping: "a mapping"}[type(node)]


def without_odd(tree: Mapping) -> tuple[Mapping, tuple[tuple[int, str], ...]]:
    """`tree` without what XML 1.0 cannot hold (escapes make it out of innocent text), and the first such
    character of each line that has one."""
    odd: dict[int, str] = {}
    return _mapping_without(tree, odd), tuple(sorted(odd.items()))


def _mapping_without(tree: Mapping, odd: dict[int, str]) -> Mapping:
    return replace(
        tree,
        pairs=tuple(
            Pair(_scalar_without(pair.key, odd), _node_without(pair.value, odd)) for pair in tree.pairs
        ),
    )


def _node_without(node: Node, odd: dict[int, str]) -> Node:
    if isinstance(node, Scalar):
        return _scalar_without(node, odd)
    if isinstance(node, Mapping):
        return _mapping_without(node, odd)
    return replace(node, items=tuple(_node_without(item, odd) for item in node.items))


def _scalar_without(scalar: Scalar, odd: dict[int, str]) -> Scalar:
    found = NOT_XML.search(scalar.text)
    if not found:
        return scalar
    odd.setdefault(scalar.line, found[0])
    return replace(scalar, text=NOT_XML.sub("", scalar.text))
