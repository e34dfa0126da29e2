"""TOML text → a tree, or the one sentence that says why not."""

from __future__ import annotations

import re
import tomllib

from syndicate.config.faults import Tree

_WHERE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
# how tomllib begins → how a person says it, and what to do
_SAID = (
    ("Cannot overwrite a value", "this key has a value already", "keep one of the two"),
    ("Cannot declare", "this table is there already", "keep one of the two"),
    ("Cannot redefine", "this table is there already", "keep one of the two"),
    ("Duplicate inline table key", "a key stands twice in these braces", "keep one of the two"),
    ("Cannot mutate", "this table or list was complete before", "write all of it in one place"),
    ("Illegal character '\\n'", "a text has no end", "close its quotes on the same line"),
    ("Illegal character", "here is a control character", "write it as \\uXXXX, or remove it"),
    ("Found invalid character", "here is a control character", "remove it"),
    ("Unterminated string", "a text has no end", "close its quotes"),
    ("Expected \"'", "a text has no end", "close its quotes"),
    ("Unescaped", "a backslash in a text has a meaning of its own", "double it, or use single quotes"),
    ("Invalid date", "there is no such date", "write it like 2024-02-29"),
    ("Expected '='", "a key has no value", 'write it like key = "value"'),
    (
        "Invalid value",
        "a value cannot be read",
        "put texts in quotes, and write true and false in small letters",
    ),
    (
        "Expected newline",
        "something follows a value on its line",
        "put texts in quotes, and one setting on a line",
    ),
    ("Unclosed", "a bracket is not closed", "close it"),
    ("Expected ']", "a bracket is not closed", "close it"),
    ("", "this is no TOML", "write tables as [site] and settings as key = value"),
)


def tree_of(text: str, name: str) -> Tree | str:
    """The tree of settings, or a sentence with line and column. RecursionError where it nests too deeply."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _WHERE.fullmatch(str(error))
    except ValueError:
        # Python's own limit on the digits of a number.
        return f"{name}: a number has too many digits; write it shorter"
    message, line, column = found.groups() if found else ("", None, None)
    what, fix = next((what, fix) for start, what, fix in _SAID if message.startswith(start))
    place = f"{line}:{column}" if line else str(text.rstrip().count("\n") + 1)
    return f"{name}:{place}: {what}; {fix}"
