"""Faults → sentences: `config.toml:12: [site] url: 'foo' is not an absolute http(s) URL; write it like …`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time
from functools import cached_property
from typing import Any

from syndicate.config.faults import SHOWN, Fault, Keys, Tree, private
from syndicate.config.lines import Lines
from syndicate.config.secrets import is_reference
from syndicate.config.webhooks import presentable

_BARE = re.compile("[A-Za-z0-9_-]+")
_CREDENTIALS = re.compile("://.*@", re.DOTALL)
_LONGEST = 80


class Speaker:
    """Says what is wrong in a file called `name`. `tree` is what stands in it, with `env:` and `file:`
    unread: so a place can be named, and a value that came from elsewhere told from one that did not. `text`
    is looked through only when there is a fault."""

    def __init__(self, name: str, tree: Tree, text: str) -> None:
        self._name, self._tree, self._text = name, tree, text

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self._text)

    def line(self, keys: Keys) -> int:
        """The line on which these keys stand, or the nearest table or list around them."""
        return self._lines.line(keys)

    def sentences(self, faults: Iterable[Fault]) -> list[str]:
        """One for each fault, by line; faults of one line in their order."""
        placed = sorted(((self.line(fault.keys), fault) for fault in faults), key=lambda pair: pair[0])
        return list(dict.fromkeys(self._sentence(line, fault) for line, fault in placed))

    def has(self, keys: Keys) -> bool:
        """Whether these keys stand in the file."""
        return len(self._way(keys)) == len(keys)

    def place(self, keys: Keys) -> str:
        """`[site] url`, `[[feed]] "main" limit`, or a key that stands in no table."""
        table, *rest = keys
        value = self._tree.get(str(table))
        words = [_key(table)]
        if isinstance(value, list) and (rest or any(isinstance(inner, dict) for inner in value)):
            words[0] = f"[[{words[0]}]]"
            inner = value[rest[0]] if rest and isinstance(rest[0], int) else None
            name = inner.get("name") if isinstance(inner, dict) else None
            if isinstance(name, str) and presentable(name):
                words.append(f'"{_shortened(name)}"')
        elif rest or isinstance(value, dict) or value is None:
            words[0] = f"[{words[0]}]"
        if path := ".".join(_key(part) for part in rest if isinstance(part, str)):
            words.append(path)
        return " ".join(words)

    def shown(self, keys: Keys, value: object) -> str:
        """The value as it may be shown: never what `env:` or `file:` named, nor credentials."""
        if origin := self._origin(keys):
            return f"(from {_shortened(origin)})"
        return "(not shown)" if private(keys) else _plain(value)

    def said(self, keys: Keys, words: str) -> str:
        """`words` about what stands at `keys`, without file and line."""
        return printable(f"{self.place(keys)}: {words}")

    def _sentence(self, line: int, fault: Fault) -> str:
        what, fix = fault.what, fault.fix
        if private(fault.keys) and not self._origin(fault.keys):
            # The place says enough.
            what = what.replace(f", not {SHOWN}", "").replace(f"{SHOWN} ", "")
        elif fault.hint and not self._origin(fault.keys):
            fix = fault.hint
        what = what.replace(SHOWN, self.shown(fault.keys, fault.value))
        place = self._name + (f":{line}" if line else "")
        return f"{printable(place)}: {self.said(fault.keys, f'{what}; {fix}')}"

    def _origin(self, keys: Keys) -> str:
        """The `env:` or `file:` text that stands at these keys or above, or an empty text."""
        way = self._way(keys)
        return way[-1] if way and is_reference(way[-1]) else ""

    def _way(self, keys: Keys) -> list[Any]:
        """What stands in the file along `keys`, as far as they lead."""
        way: list[Any] = []
        value: Any = self._tree
        for part in keys:
            if isinstance(value, list):
                value = dict(enumerate(value))
            if not isinstance(value, dict) or part not in value:
                break
            value = value[part]
            way.append(value)
        return way


def printable(text: str) -> str:
    """One line, with nothing in it that a terminal would obey."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text
    )


def _key(part: str | int) -> str:
    text = str(part)
    return text if _BARE.fullmatch(text) else f'"{_shortened(text)}"'


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _plain(value: object) -> str:  # noqa: PLR0911 - a table of kinds
    if isinstance(value, str):
        return f"'{_shortened(_CREDENTIALS.sub('://…@', value))}'"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        # Python refuses to write very long numbers out.
        return str(value) if value.bit_length() < 200 else "a very long number"
    if isinstance(value, float):
        return str(value)
    if isinstance(value, date | time):
        return f"the date {value.isoformat()}" if isinstance(value, date) else f"the time {value.isoformat()}"
    if isinstance(value, list):
        return "a list"
    return "a table"
