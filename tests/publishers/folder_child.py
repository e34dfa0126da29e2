"""A folder in a process of its own, so that the system under it can be made to fail, and it to die."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROLOGUE = """
import sys
from pathlib import Path
from syndicate.errors import PublishError
from syndicate.model import Document
from syndicate.publishers.folder import Folder
root = Path(sys.argv[1])
"""


def run(root: Path, lines: str, *before: str) -> subprocess.CompletedProcess[str]:
    """Run `lines`, with `root` and the room's names at hand; `before` is a command to run it under."""
    command = [*before, sys.executable, "-B", "-c", PROLOGUE + lines, str(root)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
