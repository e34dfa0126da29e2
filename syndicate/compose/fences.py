"""Code fences, and lists, as authors write them → as Python-Markdown reads them.

Elsewhere a fence may tell more than a language (`rust,ignore`, `js {1,3}`, `python title="a.py"`), stand next to
a paragraph, be left open at the end; and a list may follow a paragraph at once. Here such a fence would
become a paragraph and its code prose, so it is brought into the one shape that is always understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(r"(?P<quote>(?:[ ]{0,3}>)*)(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})(?P<told>.*)\Z")
_QUOTE = re.compile(r"(?:[ ]{0,3}>)*")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
# Only these may end a paragraph (CommonMark 0.31, 5.3): `1986. A great year` at a line's start is no list.
_FIRST_ITEM = re.compile(r"(?:[-*+]|1[.)])[ \t]+\S")
_BRACED = re.compile(r"(?<![\w\"'.])\.([A-Za-z][\w#+-]*)|\A\{\s*([A-Za-z][\w+-]*)")
# HTML whose lines are no Markdown (CommonMark 0.31, 4.6, kind 1).
_RAW = re.compile(r"[ ]{0,3}<(pre|script|style|textarea)\b", re.IGNORECASE)
_WORD = re.compile(r"\.?([\w+-][\w#+.-]*)")


@dataclass(frozen=True, slots=True)
class _Fence:
    """An open fence: what stands before it in its line, how far it is indented itself, and its signs."""

    before: str
    quotes: int
    indent: int
    signs: str

    @property
    def closed(self) -> str:
        return self.before + self.signs

    @property
    def depth(self) -> int:
        """How far the list that it stands in is indented."""
        return len(self.before.expandtabs(4)) if self.before and not self.quotes else 0

    @property
    def apart(self) -> str | None:
        """The empty line that may part it from its neighbours; None in a list whose items are indented by less
        than Python-Markdown asks for, where it would end the item."""
        if self.quotes:
            return self.before.rstrip()
        return "" if not self.before or len(self.before.expandtabs(4)) >= 4 else None


class _Lines:
    """The lines made so far."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self._in_list = False
        # In a list, an item of several paragraphs ends at an empty line alone.
        self._loose = False
        self._fence: _Fence | None = None
        self._behind: _Fence | None = None
        self._raw_end = ""

    def take(self, line: str) -> None:
        raw = None if self._fence else _RAW.match(line)
        if raw and not self._raw_end:
            self._raw_end = f"</{raw[1].lower()}>"
        if self._raw_end:
            self.made.append(line)
            self._raw_end = "" if self._raw_end in line.lower() else self._raw_end
            return
        if self._fence and not self._leaves(line, self._fence):
            self._inside(line, self._fence)
            return
        if self._fence:
            self.close()
        found = _FENCE.match(line)
        if found and self._opens(found):
            self._open(found)
        else:
            self._outside(line)

    def end(self) -> None:
        if self._fence:
            while not self.made[-1].strip():
                self.made.pop()
            self.close()

    def close(self) -> None:
        if self._fence:
            self.made.append(self._fence.closed)
            self._behind, self._fence = self._fence, None

    def _opens(self, found: re.Match[str]) -> bool:
        if found["fence"][0] == "`" and "`" in found["told"]:
            return False
        # Deeper, and in no list, it is code that is indented.
        return self._in_list or bool(found["quote"]) or len(found["indent"].expandtabs(4)) < 4

    def _open(self, found: re.Match[str]) -> None:
        nested = self._in_list and bool(found["indent"])
        before = found["quote"] + found["indent"] if nested or found["quote"] else ""
        if not before:
            self._in_list = False
        self._fence = _Fence(before, found["quote"].count(">"), len(found["indent"]), found["fence"])
        self._part(self._fence.apart)
        self._behind = None
        self.made.append(self._fence.closed + _language(found["told"]))

    def _leaves(self, line: str, fence: _Fence) -> bool:
        """Does the quotation or list end here that the fence stands in, and so the fence?"""
        if fence.quotes:
            return _quotes(line) < fence.quotes
        return bool(fence.before and line.strip()) and not line.startswith((" ", "\t"))

    def _inside(self, line: str, fence: _Fence) -> None:
        found = _FENCE.match(line)
        if (
            found
            and not found["told"].strip()
            and found["fence"].startswith(fence.signs)
            and found["quote"].count(">") == fence.quotes
            and len(found["indent"].expandtabs(4)) < fence.depth + 4
        ):
            self.close()
            return
        if not fence.before and fence.indent:
            bare = line.lstrip(" ")
            line = line[min(fence.indent, len(line) - len(bare)) :]
        self.made.append(line)

    def _outside(self, line: str) -> None:
        starts = bool(_FIRST_ITEM.match(line)) and not self._in_list
        if self._behind and line.strip("> \t"):
            self._part(
                self._behind.apart if _quotes(line) else "" if self._behind.apart is not None else None
            )
        elif starts or (self._loose and _ITEM.match(line)):
            self._part("")
        self._behind = None
        if _ITEM.match(line):
            # What looks like an item in the midst of a paragraph is none.
            self._in_list = self._in_list or starts or not (self.made and self.made[-1].strip())
            self._loose = False
        elif line.strip() and not line.startswith((" ", "\t")) and not (self.made and self.made[-1].strip()):
            self._in_list = self._loose = False
        elif not line.strip():
            self._loose = self._in_list
        self.made.append(line)

    def _part(self, line: str | None) -> None:
        if line is not None and self.made and self.made[-1].strip("> \t"):
            self.made.append(line)
            self._loose = self._in_list


def understood(text: str) -> str:
    """`text` (Markdown) with its fences and lists so that Python-Markdown takes them for such."""
    lines = _Lines()
    for line in text.split("\n"):
        lines.take(line)
    lines.end()
    return "\n".join(lines.made)


def _quotes(line: str) -> int:
    found = _QUOTE.match(line)
    return found[0].count(">") if found else 0


def _language(told: str) -> str:
    """The language alone of all that a fence tells; empty where it names none."""
    told = told.strip()
    found = _BRACED.search(told) if told.startswith("{") else _WORD.match(told)
    return next((name for name in found.groups() if name), "") if found else ""
