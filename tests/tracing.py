"""Commands whose system calls are traced, and made to fail, by strace."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from programs import program


def traced(trace: Path, calls: str, *options: str) -> list[str]:
    """The beginning of a command whose system calls `calls` are traced into the file `trace`; `options` are more
    of strace's. Skips the test where strace is missing or may not trace."""
    return [*_strace(), *options, "-qq", "-y", "-o", str(trace), "-e", f"trace={calls}"]


def injected(trace: Path, calls: str, fault: str, file: Path | None = None) -> list[str]:
    """The beginning of a command whose system calls `calls`, of all its threads, meet `fault`, in strace's words;
    with `file` only those that concern it."""
    only = ["-P", str(file)] if file else []
    return [*traced(trace, calls, "-f"), "-e", f"inject={calls}:{fault}", *only]


@cache
def _strace() -> Sequence[str]:
    before = (program("strace"),)
    tried = [*before, "-qq", "-o", os.devnull, "true"]
    if subprocess.run(tried, capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here; allow it (ptrace) to run this test")
    return before
