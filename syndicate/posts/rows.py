"""Rows of lines that open with a mark of their own, which no list has: `a)` and `b)`, `Me:` and `Bot:`.

Such lines stay as they are written. They are no code after a colon, and no headings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from syndicate.posts import prose

_LETTER = re.compile(r"\s*(?P<open>\(?)(?P<letter>[A-Za-z])(?P<close>[.)])\s+\S")
# `Q:` and `A:` are no names: what they ask may be a heading.
_NAME = re.compile(r"(?P<name>[^\W\d_a-z][\w'’-]{1,30}(?: [^\W\d_a-z][\w'’-]{0,30})?):\s+\S")
# No setting has the name `Me`, and no record a field `You`.
_PRONOUNS = frozenset(["Me", "You", "He", "Him", "She", "Her", "We", "Us", "They", "Them"])

_Row = list[tuple[int, re.Match[str]]]


def find(lines: Sequence[str], *, wrapped: bool) -> frozenset[int]:
    """The lines of `lines` that stand in such rows, with blank lines between them or not. Where the text is
    hard-wrapped (`wrapped`) a line goes on in those right below it."""
    rows = [row for row in _rows(lines, _NAME, _never_ends, wrapped=wrapped) if _is_talk(row)]
    rows += [row for row in _rows(lines, _LETTER, _is_next, wrapped=wrapped) if len(row) > 1]
    return frozenset(at for row in rows for at, _ in row)


def _rows(
    lines: Sequence[str],
    mark: re.Pattern[str],
    goes_on: Callable[[re.Match[str], re.Match[str]], bool],
    *,
    wrapped: bool,
) -> list[_Row]:
    rows: list[_Row] = [[]]
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        found = mark.match(line) if not prose.strong_code(line) else None
        if not found:
            if not (wrapped and lines[at - 1].strip()):
                rows.append([])
        elif rows[-1] and goes_on(rows[-1][-1][1], found):
            rows[-1].append((at, found))
        else:
            rows.append([(at, found)])
    return rows


def _never_ends(before: re.Match[str], found: re.Match[str]) -> bool:
    return True


def _is_next(before: re.Match[str], found: re.Match[str]) -> bool:
    """`b)` after `a)`, in the same brackets."""
    return before.group("open", "close") == found.group("open", "close") and (
        ord(before["letter"]) + 1 == ord(found["letter"])
    )


def _is_talk(row: _Row) -> bool:
    """Two speak, of whom one is a pronoun; or one comes twice, and something is asked. Fields of a record come
    twice too, but ask nothing."""
    names = [found["name"] for _, found in row]
    if len(set(names)) < 2:
        return False
    if not _PRONOUNS.isdisjoint(names):
        return True
    asked = any(found.string.rstrip().rstrip("\"'”’»)*_").endswith("?") for _, found in row)
    # A name that only follows itself is a label.
    return asked and len(set(names)) < sum(above != below for above, below in pairwise(names)) + 1
