"""What a YAML parser has against a text, in words of ours, with what to do.

libyaml and the parser in pure Python notice the faults that authors make at the same marks, but word them apart. So
what is said follows from the kind of fault and from the text at its mark, and not a word of theirs is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

GENERAL = "the YAML cannot be read from here on; write each line as 'key: value', and put texts in quotes"
ESCAPE = "a backslash in double quotes begins no character that is known; double it, or use single quotes"

_TAB = "a tab stands where only spaces may; use spaces for the tab"
_COLON = "a text with ': ' in it is not in quotes; put the text in quotes"
_INDENT = "the line has another indent than the keys above it; give keys of one level the same indent"
_GOES_ON = (
    "a ': ' stands in a text that goes on from the line above; give keys of one level the same indent, "
    "or put the text in quotes"
)
_LONG_KEY = "the key has more than 1,024 characters; shorten it, or put the text in quotes"
_QUESTION = "a text that begins with '? ' is not in quotes; put the text in quotes"
_DASH = "a text that begins with '- ' is not in quotes; put the text in quotes, or a list on lines of its own"
_NO_COLON = "the line has no ': '; write each line as 'key: value'"
_BEHIND_QUOTE = (
    "text stands behind the closing quotation mark; put the whole text into quotes of the other kind"
)
_BEHIND_BRACKET = "text stands behind the closing bracket; put the whole text in quotes"
_ITEM = "a list item stands where a key should; give all items of a list the same indent, below their key"
_LIST = "the line is no item of the list above it; begin it with '- ', or give it the indent of its key"
_OPEN_LIST = (
    "a list is not closed, or lacks a comma; close it with ']', and put texts with brackets in quotes"
)
_OPEN_MAPPING = (
    "a mapping is not closed, or lacks a comma; close it with '}', and put texts with braces in quotes"
)
_OPEN_QUOTE = "a quotation mark is not closed; close the quotation mark"
_NOTHING = "a value is missing between two signs; write one, or delete a comma"
_TAG = "a tag ('!') is not allowed; put the text in quotes"
_BLOCK = "text stands beside '|' or '>'; put it on the lines below, indented, or put the text in quotes"
_DIRECTIVE = "a line begins with '%'; put the text in quotes, or delete the line"

# Signs of a kind of fault, in the words of both parsers.
_KINDS = (
    (r"cannot start any token|found a tab character", "sign"),
    (r"mapping values are not allowed", "colon"),
    (r"mapping keys are not allowed", "question"),
    (r"sequence entries are not allowed", "dash"),
    (r"could not find expected ':'", "no colon"),
    (r"directive|incompatible YAML|duplicate tag handle", "directive"),
    (r"\btag\b|undefined tag handle|URI", "tag"),
    (r"escape character|escape sequence of|hexdecimal|escape code", "escape"),
    (r"a quoted scalar|a double-quoted scalar", "quote"),
    (r"an anchor|an alias", "reference"),
    (r"block scalar", "block"),
    (r"a flow sequence", "list"),
    (r"a flow mapping", "mapping"),
    (r"expected (?:the )?node content", "node"),
    (r"a block collection", "items"),
    (r"a block mapping|<document start>", "keys"),
)
_PLAIN = {
    "question": _QUESTION,
    "dash": _DASH,
    "no colon": _NO_COLON,
    "escape": ESCAPE,
    "quote": _OPEN_QUOTE,
    "tag": _TAG,
    "block": _BLOCK,
    "directive": _DIRECTIVE,
    "list": _OPEN_LIST,
    "mapping": _OPEN_MAPPING,
    "items": _LIST,
}
# What was opened is of more use than where it was noticed that it is not closed.
_FROM_ITS_BEGIN = ("no colon", "quote", "reference", "tag", "list", "mapping")
_KEY_WIDTH = 1024


@dataclass(frozen=True, slots=True)
class Said:
    """`problem; remedy`, and where in the text (both from 0)."""

    message: str
    line: int
    column: int


def said(fault: Any, text: str) -> Said:
    """What `fault`, a MarkedYAMLError of either parser, is about in `text`."""
    words = f"{fault.context or ''} {fault.problem or ''}"
    kind = next((kind for signs, kind in _KINDS if re.search(signs, words)), "")
    mark = fault.problem_mark or fault.context_mark
    if kind in _FROM_ITS_BEGIN:
        mark = fault.context_mark or mark
    if not mark:
        return Said(GENERAL, 0, 0)
    lines = text.split("\n")
    row, column = mark.line, mark.column
    directive = next((at for at, one in enumerate(lines[: row + 1]) if one.startswith("%")), None)
    if kind in ("directive", "keys") and directive is not None:
        return Said(_DIRECTIVE, directive, 0)
    line = lines[row] if row < len(lines) else ""
    if kind == "escape":
        return Said(ESCAPE, row, max(line.rfind("\\", 0, column + 1), 0))
    return Said(_sentence(kind, lines, line, column), row, column)


def _sentence(kind: str, lines: list[str], line: str, at: int) -> str:
    sign, before = line[at : at + 1], line[:at].rstrip()
    if kind in ("sign", "reference"):
        return _cannot_begin(sign)
    if kind == "colon":
        if re.search(r":\s", before):
            return _COLON
        return _GOES_ON if len(before) <= _KEY_WIDTH else _LONG_KEY
    if kind == "node":
        flow = before[before.find(":") + 1 :].strip()
        return _NOTHING if flow else _cannot_begin(sign)
    if kind == "keys":
        return _among_keys(lines, line, before)
    return _PLAIN.get(kind, GENERAL)


def _among_keys(lines: list[str], line: str, before: str) -> str:
    """What stands where a key should."""
    first = next((one.lstrip() for one in lines if one.strip()), "")
    if before.endswith(("'", '"')):
        return _BEHIND_QUOTE
    if before.endswith(("]", "}")) or first.startswith(("{", "[")):
        return _BEHIND_BRACKET
    if before:
        return GENERAL
    return _ITEM if re.match(r"\s*-(?:\s|\Z)", line) else _INDENT


def _cannot_begin(sign: str) -> str:
    if sign == "\t":
        return _TAB
    return (
        f"a text cannot begin with '{sign}'; put the text in quotes"
        if sign.isprintable() and sign
        else GENERAL
    )
