"""What the TOML parser has against a text, in words of ours, with what to do."""

from __future__ import annotations

import re
from collections.abc import Callable

from syndicate.posts.faults import SyntaxFault
from syndicate.posts.keylines import Place

_WRITE = "write TOML as 'key = \"value\"'"
_GENERAL = f"the TOML cannot be read from here on; {_WRITE}"
_OPEN_QUOTE = "a quotation mark is not closed; close the quotation mark"
_TWICE = "a key or table stands twice; delete one, or join the two"
_ESCAPE = "a backslash in double quotes begins no character that is known; double it, or use single quotes"
_NO_DATE = "there is no such date or time; write it like 2026-01-31"
_WHERE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\Z")

# Signs of what the parser says.
_SENTENCES = (
    (r"Invalid statement", f"the line begins with no key; {_WRITE}, and begin a remark with '#'"),
    (r"Expected '=' after", f"a '=' is missing behind the key; {_WRITE}"),
    (
        r"Expected newline",
        "something stands behind the value; put the text in quotes, and each key on its own line",
    ),
    (r"Invalid value", "a value is missing, or is not in quotes; put the text in quotes"),
    (r"Invalid initial character for a key", f"a key is missing, or is not in quotes; {_WRITE}"),
    (r"Illegal character '\\n'", "a quotation mark is not closed on its line; close the quotation mark"),
    (r"Unterminated string|Expected \"'|Expected '\\?'", _OPEN_QUOTE),
    (r"Unescaped|Invalid hex|Unicode scalar", _ESCAPE),
    (r"Illegal character|invalid character", "a character stands here that TOML cannot hold; delete it"),
    (r"Unclosed array", 'a list is not closed, or lacks a comma; write it as ["one", "two"]'),
    (
        r"Unclosed inline",
        'a mapping is not closed, or lacks a comma; write it as { key = "value" } on one line',
    ),
    (r"table declaration|array declaration", "the name of a table is not closed; write it as [name]"),
    (r"twice|overwrite|mutate|redefine|Duplicate", _TWICE),
)


def fault(told: str, text: str, open_quote: Callable[[], Place | None]) -> SyntaxFault:
    """What `told`, the parser's message on `text`, says in words of ours; line and column are those in `text`.
    `open_quote` finds the quotation mark that nothing closes."""
    where = _WHERE.search(told)
    what = told[: where.start()] if where else told
    if where and where[1]:
        line, column = int(where[1]), int(where[2])
    else:
        kept = text.rstrip()
        line, column = kept.count("\n") + 1, len(kept) - kept.rfind("\n")
    if "Invalid date or datetime" in what:
        return SyntaxFault("bad-date", _NO_DATE, line, column)
    sentence = next((ours for theirs, ours in _SENTENCES if re.search(theirs, what)), _GENERAL)
    if sentence == _OPEN_QUOTE:
        line, column = open_quote() or (line, column)
    return SyntaxFault("front-matter-syntax", sentence, line, column)
