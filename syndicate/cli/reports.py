"""What a pass did, as JSON: for `--json`, and as the note that `status` reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syndicate.cli.console import as_json, seen_from_here
from syndicate.errors import LedgerError

if TYPE_CHECKING:
    from syndicate.config import Config
    from syndicate.pipeline.publish import Pass


def report(result: Pass, chosen: Config) -> dict[str, Any]:
    skipped = [one for one in result.problems if one.severity == "error" or one.code == "undated"]
    held = result.held
    return {
        "posts": {
            "read": result.read,
            "published": result.published,
            "skipped": [as_json(problem) for problem in skipped],
            "withheld": [{"file": path, "reason": reason} for path, reason in result.withheld],
        },
        "warnings": [
            as_json(one) for one in (*chosen.warnings, *result.problems) if one.severity == "warning"
        ],
        "documents": [
            {
                "path": one.document.path,
                "url": one.document.url,
                "entries": one.document.entries,
                "changed": one.changed,
                "file": seen_from_here(chosen.output.path / one.document.path),
            }
            for one in result.shown
        ],
        "pages": [
            {"path": one.document.path, "url": one.document.url, "changed": one.changed}
            for one in result.pages
        ],
        "removed": list(result.removed),
        "announced": result.announced,
        "held": {"reason": held.reason, "count": held.count} if held else None,
    }


def noted(
    result: Pass, chosen: Config, at: datetime, seconds: float, next_pass: datetime | None = None
) -> dict[str, Any]:
    """A pass as `status` shows it. `next_pass` is when the daemon makes the next one."""
    soon = result.upcoming
    return {
        "at": at.isoformat(),
        "seconds": round(seconds, 3),
        "next_pass": next_pass.isoformat() if next_pass else None,
        "next_due_post": {"at": soon[0].isoformat(), "file": soon[1]} if soon else None,
        **report(result, chosen),
    }


def note(ledger: Path, noted: dict[str, Any], say: Callable[[str, str], None]) -> bool:
    """Leaves word of a pass for `status`. The pass is done: that this fails must not make it a failure, so `say` is
    given a sentence and its level. Returns whether it was left."""
    from syndicate.ledger import lastpass

    before = lastpass.read(ledger) if noted["held"] else None
    if before:
        # What a held pass did not touch stands as it did.
        noted = noted | {name: before[name] for name in ("documents", "pages") if name in before}
    try:
        lastpass.write(ledger, noted)
    except LedgerError as fault:
        say(f"{fault} ('syndicate status' will not show this pass)", "warning")
        return False
    return True
