"""Where keys stand in a TOML document.

tomllib says what a document means, not where; a sentence about a setting needs its line. This is a scanner
for documents that tomllib has accepted: it follows keys, brackets and quotes, and skips what they hold.

    ("site",)            the line of [site], or of the first key that implies it
    ("site", "url")      the line of the key, also in dotted keys and inline tables
    ("feed", 1)          the line of the second [[feed]]
    ("push", "hubs", 0)  the line on which the element begins
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

from syndicate.config.faults import Keys

# Possessive, as a text may be long: nothing is ever given back.
_TEXT = re.compile(
    r'"""(?:\\.|[^\\"]|""?(?!"))*+"{3,5}'
    r"|'''(?:[^']|''?(?!'))*+'{3,5}"
    r'|"(?:\\.|[^\\"])*+"'
    r"|'[^']*+'",
    re.DOTALL,
)
_KEY = re.compile(r'"(?:\\.|[^\\"])*+"|\'[^\']*+\'|[A-Za-z0-9_-]+')
_GAP = re.compile(r"(?:[ \t\n]|#[^\n]*)*+")
_BLANK = re.compile(r"[ \t]*+")
_SCALAR = re.compile(r"[^,\]}\n#]*+")


class Lines:
    """The lines of all keys of `text`, a TOML document that tomllib accepts. Lines count from 1."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        self._ends = [match.start() for match in re.finditer("\n", self._text)]
        self._at = 0
        self._lengths: dict[Keys, int] = {}
        self.lines: dict[Keys, int] = {}
        self._document()

    def line(self, keys: Keys) -> int:
        """The line of a key, else that of the nearest table or list that holds it, else 0."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys, 0)

    def _here(self) -> int:
        return bisect_right(self._ends, self._at - 1) + 1

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError(f"no {pattern.pattern} at {self._at}")
        self._at = match.end()
        return match.group()

    def _see(self, sign: str) -> bool:
        if not self._text.startswith(sign, self._at):
            return False
        self._at += len(sign)
        return True

    def _document(self) -> None:
        table: Keys = ()
        self._skip(_GAP)
        while self._at < len(self._text):
            line = self._here()
            if self._see("[["):
                table = self._list_header(line)
            elif self._see("["):
                table = self._header(line)
            else:
                self._pair(table)
            self._skip(_GAP)

    def _header(self, line: int) -> Keys:
        keys = self._entered((), self._key(), line)
        # The table's own header says more than a subtable that stood before it.
        self.lines[keys] = line
        self._see("]")
        return keys

    def _list_header(self, line: int) -> Keys:
        *outer, last = self._key()
        keys = (*self._entered((), outer, line), last)
        self.lines.setdefault(keys, line)
        index = self._lengths.get(keys, 0)
        self._lengths[keys] = index + 1
        keys = (*keys, index)
        self.lines[keys] = line
        self._see("]]")
        return keys

    def _entered(self, keys: Keys, parts: list[str], line: int) -> Keys:
        """Below `keys` along `parts`; of a list of tables, the table that was opened last."""
        for part in parts:
            keys = (*keys, part)
            self.lines.setdefault(keys, line)
            if keys in self._lengths:
                keys = (*keys, self._lengths[keys] - 1)
        return keys

    def _pair(self, table: Keys) -> None:
        line = self._here()
        keys = self._entered(table, self._key(), line)
        self._see("=")
        self._skip(_BLANK)
        self._value(keys)

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._skip(_BLANK)
            part = self._skip(_KEY)
            parts.append(tomllib.loads(f"k = {part}")["k"] if part[0] in "\"'" else part)
            self._skip(_BLANK)
            if not self._see("."):
                return parts

    def _value(self, keys: Keys) -> None:
        if self._see("["):
            self._list(keys)
        elif self._see("{"):
            self._table(keys)
        elif self._text.startswith(('"', "'"), self._at):
            self._skip(_TEXT)
        else:
            self._skip(_SCALAR)

    def _list(self, keys: Keys) -> None:
        index = 0
        while True:
            self._skip(_GAP)
            if self._see("]"):
                return
            self.lines[(*keys, index)] = self._here()
            self._value((*keys, index))
            index += 1
            self._skip(_GAP)
            self._see(",")

    def _table(self, keys: Keys) -> None:
        while True:
            self._skip(_GAP)
            if self._see("}"):
                return
            self._pair(keys)
            self._skip(_GAP)
            self._see(",")
