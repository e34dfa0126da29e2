"""Where the top-level keys of TOML and JSON stand. Their parsers tell values, but no lines.

Both functions take text that the parser has accepted, so tokens are all that needs to be told apart.
"""

from __future__ import annotations

import json
import re
import tomllib

_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]')
_TOML_STRING = r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}" + r'|"(?:[^"\\\n]|\\.)*"' + r"|'[^'\n]*'"
_TOML_TOKEN = re.compile(rf"{_TOML_STRING}|#[^\n]*|\n|[\[\]{{}}]|[^\s\[\]{{}}#\"']+", re.DOTALL)
_TOML_KEY = re.compile(r"""[ \t]*(\[\[?)?[ \t]*((?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w-]+))""", re.ASCII)


def of_json(text: str) -> list[int]:
    """The line within `text` (from 1) of each key of the outermost object, in order, doubles as well."""
    found = []
    depth, line, at = 0, 1, 0
    keyed = True
    for token in _JSON_TOKEN.finditer(text):
        line += text.count("\n", at, token.start())
        at = token.start()
        sign = token[0][0]
        if sign in "{[":
            depth += 1
        elif sign in "}]":
            depth -= 1
        elif depth == 1:
            # A text that a colon follows is a key; JSON has no other use for a colon outside of texts.
            keyed = bool(re.compile(r"\s*:").match(text, token.end()))
            if keyed:
                found.append(line)
    return found


def of_toml(text: str) -> dict[str, int]:
    """The line within `text` (from 1) where each key of the outermost table stands first."""
    found: dict[str, int] = {}
    depth, line, at = 0, 1, 0
    outermost, starts = True, True
    while at < len(text):
        if starts and depth == 0:
            starts = False
            key = _TOML_KEY.match(text, at)
            if key:
                outermost = outermost and not key[1]
                if outermost or key[1]:
                    found.setdefault(_plain(key[2]), line)
                # The header of a table is brackets as well, but none that go on over lines.
                at = text.find("\n", at) if key[1] else key.end()
                at = len(text) if at < 0 else at
                continue
        token = _TOML_TOKEN.match(text, at)
        if not token:
            at += 1
            continue
        sign = token[0][0]
        depth += (sign in "[{") - (sign in "]}")
        line += token[0].count("\n")
        starts = sign == "\n"
        at = token.end()
    return found


def _plain(key: str) -> str:
    if key[0] == "'":
        return key[1:-1]
    if key[0] == '"':
        try:
            return str(next(iter(tomllib.loads(f"{key} = 0"))))
        except tomllib.TOMLDecodeError:
            return json.dumps(key)
    return key
