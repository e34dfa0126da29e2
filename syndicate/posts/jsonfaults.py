"""What the JSON parser has against a text, in words of ours, with what to do."""

from __future__ import annotations

import json

_GENERAL = (
    'the JSON cannot be read from here on; write it as \'"key": "value"\', with a comma between two keys'
)
_LAST_COMMA = "a comma stands before the closing bracket; delete the comma"
_KEY = "a key is not in double quotes; put it in double quotes"
_VALUE = "a value is missing, or is not in quotes; put texts in double quotes"
_NO_END = "the JSON is never closed; close it with '}'"
_ESCAPE = "a backslash begins no character that is known; double it"

# The beginnings of what the parser says.
_SENTENCES = (
    ("Illegal trailing comma", _LAST_COMMA),
    ("Expecting property name", _KEY),
    ("Expecting ':'", "a ':' is missing behind the key; write '\"key\": \"value\"'"),
    (
        "Expecting ','",
        "a comma or the closing brace is missing; put a comma between two values, "
        "and a backslash before a quotation mark inside of a text",
    ),
    ("Expecting value", _VALUE),
    ("Unterminated string", "a quotation mark is not closed; close the quotation mark"),
    (
        "Invalid control character",
        "a text goes on over the end of its line, or has a tab; close the quotation mark, or write \\n and \\t",
    ),
    ("Invalid \\", _ESCAPE),
)


def said(fault: json.JSONDecodeError) -> str:
    """`problem; remedy` for `fault`."""
    rest = fault.doc[fault.pos :].lstrip()
    if fault.msg.startswith("Expecting"):
        if not rest:
            return _NO_END
        if rest[0] in "}]" and fault.doc[: fault.pos].rstrip().endswith(","):
            return _LAST_COMMA
    return next((ours for theirs, ours in _SENTENCES if fault.msg.startswith(theirs)), _GENERAL)
