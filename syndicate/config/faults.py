"""A fault in the settings, before it is a sentence."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Keys = tuple[str | int, ...]
Tree = dict[str, Any]

# Stands in a fault's words for the value. The value itself never does: it may be a secret, and only the
# speaker, who knows where it came from, decides whether it is shown.
SHOWN = "{shown}"

_SECRET = re.compile("secret|password|token|hook", re.IGNORECASE)
# What a webhook has that is no secret: its URL often is one, and a slip may put it in the place of the name.
_OPEN = ("events", "format")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at `keys`, and how to mend it. `hint` is a better `fix` that was guessed from the
    value, and therefore used only where the value may be shown."""

    keys: Keys
    what: str
    fix: str
    value: object = None
    hint: str = ""


class Wrong(ValueError):
    """A value that does not work; its words are those of a Fault."""

    def __init__(self, what: str, fix: str, hint: str = "") -> None:
        super().__init__(what)
        self.what, self.fix, self.hint = what, fix, hint


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or an empty text."""
    folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else ""


def header(table: str) -> str:
    """How a table is written above its keys."""
    return f"[[{table}]]" if table in ("feed", "webhook") else f"[{table}]"


def unknown(keys: Keys, known: Iterable[str], elsewhere: str = "") -> Fault:
    """The fault of a key, or with one key of a table, that nobody reads; `elsewhere` is the table that does
    know it."""
    names = sorted(known)
    meant = nearest(str(keys[-1]), names)
    if elsewhere:
        fix = f"it belongs in {header(elsewhere)}"
    elif meant:
        fix = f"did you mean {header(meant) if len(keys) == 1 else meant}?"
    else:
        words = [header(name) for name in names] if len(keys) == 1 else names
        fix = f"remove it (known here: {', '.join(words)})"
    return Fault(keys, "unknown key", fix)


def private(keys: Keys) -> bool:
    """Whether what stands at these keys is never shown, even where it is written into the settings."""
    if keys[0] == "webhook" and len(keys) > 2 and keys[2] in _OPEN:
        return False
    return any(isinstance(part, str) and _SECRET.search(part) for part in keys)


def under(keys: Keys, places: Iterable[Keys]) -> bool:
    """Whether `keys` is one of the places or lies below one."""
    return any(keys[: len(place)] == place for place in places)
