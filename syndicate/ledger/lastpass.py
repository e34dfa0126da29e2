"""A note of how the last pass went, beside the ledger: for `status`, and for nothing that matters. It is no memory:
to delete it costs an answer, and a pass that changes nothing writes it without the cost of a transaction."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from syndicate.ledger.faults import translated


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
    except (OSError, ValueError):
        return None
    return note if isinstance(note, dict) else None


def _beside(ledger: Path) -> Path:
    return ledger.with_name(ledger.name + ".lastpass")
