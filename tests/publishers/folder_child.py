"""A folder in a process of its own, so that the system under it can be made to fail, and it to die."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from programs import program

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


def traced(trace: Path, calls: str) -> list[str]:
    """The beginning of a command whose system calls `calls` are traced into the file `trace`."""
    before = [program("strace"), "-f", "-qq", "-y", "-o", str(trace), "-e", f"trace={calls}"]
    if subprocess.run([*before, "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here; allow it (ptrace) to run this test")
    return before


def injected(trace: Path, calls: str, fault: str, file: Path | None = None) -> list[str]:
    """The beginning of a command whose system calls `calls` meet `fault`, in strace's words; with `file`
    only those that concern it."""
    only = ["-P", str(file)] if file else []
    return [*traced(trace, calls), "-e", f"inject={calls}:{fault}", *only]
