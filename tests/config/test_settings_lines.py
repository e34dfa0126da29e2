"""Where keys stand: by hand, and in documents that hypothesis writes, against tomllib."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicate.config.faults import Keys
from syndicate.config.lines import Lines

BY_HAND: list[tuple[str, dict[Keys, int]]] = [
    ("", {}),
    ("# a = 1\n\na = 1 # b = 2", {("a",): 3}),
    ("[a]\n[a.b]\nc = 1", {("a",): 1, ("a", "b"): 2, ("a", "b", "c"): 3}),
    ("[a.b]\n[a]", {("a",): 2, ("a", "b"): 1}),
    ("a.b.c = 1\na.d = 2", {("a",): 1, ("a", "b"): 1, ("a", "b", "c"): 1, ("a", "d"): 2}),
    (" \"a b\" . 'c' = 1", {("a b",): 1, ("a b", "c"): 1}),
    ('[ "\\u0061" . b ]', {("a",): 1, ("a", "b"): 1}),
    (
        "[[a]]\nb = 1\n[[a]]\n[a.c]\nd = 1",
        {("a",): 1, ("a", 0): 1, ("a", 0, "b"): 2, ("a", 1): 3, ("a", 1, "c"): 4, ("a", 1, "c", "d"): 5},
    ),
    (
        "[[a.b]]\n[[a.b.c]]",
        {("a",): 1, ("a", "b"): 1, ("a", "b", 0): 1, ("a", "b", 0, "c"): 2, ("a", "b", 0, "c", 0): 2},
    ),
    (
        "a = [ # ]\n  1, '''\n]''', # x\n\n  [2],\n]\nb = 1",
        {("a",): 1, ("a", 0): 2, ("a", 1): 2, ("a", 2): 5, ("a", 2, 0): 5, ("b",): 7},
    ),
    (
        "a = { b = [\n1 ], c.d = 2 }",
        {("a",): 1, ("a", "b"): 1, ("a", "b", 0): 2, ("a", "c"): 2, ("a", "c", "d"): 2},
    ),
    ('a = """\n\\"""\n""\n"""""\nb = 1', {("a",): 1, ("b",): 5}),
    ("a = '''\n\\'''''\nb = 1", {("a",): 1, ("b",): 3}),
    ("a = \"\\\\\"\nb = '\\'\nc = \"\"\nd = ''", {("a",): 1, ("b",): 2, ("c",): 3, ("d",): 4}),
    ('a = "x # ] }" # "\nb = 1', {("a",): 1, ("b",): 2}),
    ("a = 2024-01-01 10:00:00 # b\nb = 1e5", {("a",): 1, ("b",): 2}),
    ("\r\na = '''\r\n'''\r\nb = 1\r\n", {("a",): 2, ("b",): 4}),
    ("a = []\nb = {}\nc = [[], {}]", {("a",): 1, ("b",): 2, ("c",): 3, ("c", 0): 3, ("c", 1): 3}),
]


@pytest.mark.parametrize(("text", "lines"), BY_HAND, ids=[repr(text[:30]) for text, _ in BY_HAND])
def test_lines_by_hand(text: str, lines: dict[Keys, int]) -> None:
    tomllib.loads(text)
    assert Lines(text).lines == lines


def test_what_is_not_there_has_the_line_of_what_holds_it() -> None:
    lines = Lines("\n[a]\nb = [\n1]")
    assert [lines.line(keys) for keys in [("a", "x"), ("a", "b", 0, "y"), ("a", "b", 9), ("x",), ()]] == [
        2,
        4,
        3,
        0,
        0,
    ]


class Writer:
    """Writes one TOML document by drawn choices, and remembers on which line it put each key."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.text = ""
        self.lines: dict[Keys, int] = {}

    def put(self, text: str) -> None:
        self.text += text

    def mark(self, keys: Keys) -> None:
        self.lines.setdefault(keys, self.text.count("\n") + 1)

    def one(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def gap(self) -> None:
        """White space where line ends are allowed."""
        self.put(
            self.draw(st.lists(st.sampled_from([" ", "\t", "\n", "# ]}\"'''=\n"]), max_size=3).map("".join))
        )

    def names(self, least: int = 1) -> list[str]:
        name = st.one_of(st.sampled_from(["a", "b", "1", "-"]), st.text(max_size=3).filter(_sayable))
        return self.draw(st.lists(name, min_size=least, max_size=4, unique=True))

    def key(self, name: str) -> None:
        quoted = json.dumps(name, ensure_ascii=self.draw(st.booleans())).replace("\x7f", "\\u007f")
        if _astral(name):
            quoted = json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
        bare = bool(name) and all(c.isascii() and (c.isalnum() or c in "-_") for c in name)
        self.put(self.one(name, quoted) if bare else quoted)

    def value(self, keys: Keys, depth: int) -> None:
        kind = self.draw(st.integers(0, 5 if depth else 3))
        if kind == 4:
            self.listing(keys, depth - 1)
        elif kind == 5:
            self.table(keys, depth - 1)
        elif kind == 3:
            self.long_text()
        elif kind == 2:
            self.put(self.one('"#]}\\""', "'\\'", '""', "''", '"\\\\"', '\'"""\'', '",a=1"'))
        else:
            self.put(self.one("1", "true", "-1.5e3", "2024-01-01", "2024-01-01 10:00:00", "10:00:00", "inf"))

    def long_text(self) -> None:
        quote = self.one('"""', "'''")
        parts = ["a = 1", "[a]", "#", quote[0], quote[0] * 2, "\n", " "]
        if quote == '"""':
            parts += ['\\"""', "\\\\", "\\\n"]
        text = ""
        for part in self.draw(st.lists(st.sampled_from(parts), max_size=6)):
            # Three quotes in a row would end it.
            if not (part[0] == quote[0] and text.endswith(quote[0])):
                text += part
        self.put(quote + text + quote)

    def listing(self, keys: Keys, depth: int) -> None:
        self.put("[")
        length = self.draw(st.integers(0, 3))
        for index in range(length):
            self.gap()
            self.mark((*keys, index))
            self.value((*keys, index), depth)
            self.gap()
            if index < length - 1 or self.draw(st.booleans()):
                self.put(",")
        self.gap()
        self.put("]")

    def table(self, keys: Keys, depth: int) -> None:
        self.put("{")
        for index, name in enumerate(self.names(0)):
            self.put(", " if index else " ")
            self.pair(keys, [name], depth)
        self.put(" }")

    def pair(self, keys: Keys, names: list[str], depth: int) -> None:
        for index, name in enumerate(names):
            self.put(self.one(" . ", ".") if index else "")
            keys = (*keys, name)
            self.mark(keys)
            self.key(name)
        self.put(self.one("=", " = ", "\t=  "))
        self.value(keys, depth)

    def body(self, keys: Keys) -> None:
        for name in self.names(0):
            # A dotted key: its first part is new in this table, so nothing is declared twice.
            deeper = self.names()[:2] if self.draw(st.booleans()) else []
            self.pair(keys, [name, *deeper], 2)
            self.put(self.one("\n", " # '''\n", "\n\n\t"))

    def document(self) -> None:
        self.body(())
        # Tables have names of their own, apart from those of keys at the top.
        for number in range(self.draw(st.integers(0, 3))):
            outer = f"t{number}"
            if self.draw(st.booleans()):
                self.header((outer,), "[", "]")
            else:
                for index in range(self.draw(st.integers(1, 3))):
                    self.header((outer, index), "[[", "]]")

    def header(self, keys: Keys, opening: str, closing: str) -> None:
        for length in range(1, len(keys) + 1):
            self.mark(keys[:length])
        self.put(f"{opening}{self.one('', ' ')}")
        self.key(str(keys[0]))
        self.put(f"{self.one('', ' ')}{closing}{self.one(chr(10), ' # ]' + chr(10))}")
        self.body(keys)
        if self.draw(st.booleans()):
            below = (*keys, "below")
            self.mark(below)
            self.put(f"[{keys[0]}.below]\n")
            self.body(below)


def _sayable(text: str) -> bool:
    return not any("\ud800" <= c <= "\udfff" for c in text)


def _astral(text: str) -> bool:
    return any(c > "\uffff" for c in text)


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[Keys, int]]:
    writer = Writer(draw)
    writer.document()
    return writer.text, writer.lines


def all_keys(tree: Any, above: Keys = ()) -> Iterator[Keys]:
    pairs: list[tuple[str | int, Any]] = []
    if isinstance(tree, dict):
        pairs = list(tree.items())
    elif isinstance(tree, list):
        pairs = list(enumerate(tree))
    for key, value in pairs:
        yield (*above, key)
        yield from all_keys(value, (*above, key))


@given(documents())
def test_every_key_is_found_on_its_line(document: tuple[str, dict[Keys, int]]) -> None:
    text, lines = document
    found = Lines(text).lines
    assert set(found) == set(all_keys(tomllib.loads(text)))
    assert found == lines
    assert Lines(text.replace("\n", "\r\n")).lines == lines
