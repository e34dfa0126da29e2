"""A ledger in a process of its own, so that the system under it can be made to fail, and it to die."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROLOGUE = """
import sys
from pathlib import Path
from syndicate.errors import LedgerError
from syndicate.ledger.lock import hold
from syndicate.ledger.sqlite import open_ledger
from syndicate.model import Put, Remembered
path = Path(sys.argv[1])
def entry(number):
    return Remembered(f"id-{number}", f"posts/{number}.md", "slug", "2025-01-01", "url", "new", "body", "known")
"""


def command(path: Path, lines: str) -> list[str]:
    """The command that runs `lines`, with `path` and the room's names at hand."""
    return [sys.executable, "-B", "-c", PROLOGUE + lines, str(path)]


def run(path: Path, lines: str, *before: str) -> subprocess.CompletedProcess[str]:
    """Run `lines`; `before` is a command to run them under."""
    whole = [*before, *command(path, lines)]
    return subprocess.run(whole, capture_output=True, text=True, check=False, timeout=60)
