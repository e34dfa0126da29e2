"""A note of how the last pass went, beside the ledger: for `status`, and for nothing that matters. It is no memory:
to delete it costs an answer, and a pass that changes nothing writes it without the cost of a transaction."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from syndicate.ledger.faults import translated

# What those who read a note may rely on: a file beside the ledger may be cut, or of another version.
_PROBLEM = {"file": str, "line": int, "severity": str, "code": str, "message": str}
SHAPE = {
    "at": datetime,
    "seconds": (float, int),
    "posts": {"read": int, "published": int, "skipped": [_PROBLEM]},
    "warnings": [_PROBLEM],
    "documents": [{"path": str, "url": str, "entries": int}],
    "announced": int,
    "held": ({"reason": str, "count": int}, None),
    "next_due_post": ({"at": datetime, "file": str}, None),
}


def write(ledger: Path, note: dict[str, Any]) -> None:
    """Keeps `note`, which JSON can hold, beside the `ledger`. Raises LedgerError."""
    path = _beside(ledger)
    new = path.with_name(path.name + ".new")
    with translated(path):
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(note, file, ensure_ascii=True)
        new.replace(path)


def read(ledger: Path) -> dict[str, Any] | None:
    """The note of the last pass, None where there is none, or none that can be read."""
    try:
        note = json.loads(_beside(ledger).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return note if _holds(note, SHAPE) else None


def _holds(found: object, shape: object) -> bool:
    if isinstance(shape, dict):
        return isinstance(found, dict) and all(
            name in found and _holds(found[name], inner) for name, inner in shape.items()
        )
    if isinstance(shape, list):
        return isinstance(found, list) and all(_holds(one, shape[0]) for one in found)
    if isinstance(shape, tuple):
        return any(_holds(found, one) for one in shape)
    if shape is datetime:
        return isinstance(found, str) and _is_instant(found)
    return found is None if shape is None else type(found) is shape


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _beside(ledger: Path) -> Path:
    return ledger.with_name(ledger.name + ".lastpass")
