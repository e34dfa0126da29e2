"""Unified diffs, which are code with nothing to announce it: their own marks say where they begin and end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from syndicate.posts import prose

_HUNK = re.compile(r"@@ -[0-9]{1,7}(?:,(?P<old>[0-9]{1,7}))? \+[0-9]{1,7}(?:,(?P<new>[0-9]{1,7}))? @@")
_HEAD = re.compile(
    r"(?:diff|index|Index:|---|\+\+\+|(?:new|deleted) file|(?:old|new) mode|rename|copy|similarity|Binary files)"
    r"\s"
)
# So many lines are looked at to tell whether they are code; the rest goes on in the same way.
_GLANCE = 60
# So many lines may stand between `diff …` and the pair of names.
_HEADER = 8


def end(lines: Sequence[str], at: int) -> int:
    """Where the diff ends that begins at line `at` with its header or its first hunk; `at` itself where none
    does."""
    if not _begins(lines, at):
        return at
    stop = at
    while stop < len(lines):
        line = lines[stop]
        if _HUNK.match(line):
            stop = _hunk_end(lines, stop)
        elif line.strip():
            if line[0] not in "+-\\ \t" and not _HEAD.match(line):
                break
            stop += 1
        else:
            after = stop
            while after < len(lines) and not lines[after].strip():
                after += 1
            if not _begins(lines, after):
                break
            stop = after
    while not lines[stop - 1].strip():
        stop -= 1
    return stop


def bare_end(lines: Sequence[str], at: int) -> int:
    """Where the lines end that were taken out and put in, without a header, from line `at` on: each is code by
    itself. Of advantages and drawbacks, which people mark with the same signs, none is."""
    stop = at
    signs = set()
    while stop < len(lines) and lines[stop].strip() and lines[stop][0] in "+- ":
        line = lines[stop]
        if stop < at + _GLANCE:
            if line[0] != " " and not prose.strong_code(line[1:].strip()):
                return at
            signs.add(line[0])
        elif not {"+", "-"} <= signs:
            return at
        stop += 1
    return stop if {"+", "-"} <= signs else at


def _begins(lines: Sequence[str], at: int) -> bool:
    if at >= len(lines):
        return False
    if _HUNK.match(lines[at]) or _named(lines, at):
        return True
    return lines[at].startswith("diff ") and any(_named(lines, at + below) for below in range(1, _HEADER))


def _named(lines: Sequence[str], at: int) -> bool:
    """`--- old` above `+++ new`."""
    return at + 1 < len(lines) and lines[at].startswith("--- ") and lines[at + 1].startswith("+++ ")


def _hunk_end(lines: Sequence[str], at: int) -> int:
    """The line after the hunk whose head is line `at`. The head counts its lines, so that an empty one may be
    among them; where the count is wrong, only the head is sure."""
    counts = _HUNK.match(lines[at])
    old, new = (int(count or 1) for count in counts.group("old", "new")) if counts else (0, 0)
    stop = at + 1
    while (old > 0 or new > 0) and stop < len(lines):
        sign = lines[stop][:1] or " "
        if sign not in "+-\\ \t":
            return at + 1
        old -= sign in "- \t"
        new -= sign in "+ \t"
        stop += 1
    return at + 1 if old < 0 or new < 0 else stop
