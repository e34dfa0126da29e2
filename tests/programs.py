"""Programs of the system that some tests want."""

from __future__ import annotations

import os
import shutil

import pytest


def program(name: str) -> str:
    """The path of the program `name`. Where it is not installed the test is skipped, or fails if
    $SYNDICATE_REQUIRE (names, separated by commas) holds it, as in `.ci/run`."""
    path = shutil.which(name)
    if path:
        return path
    required = {word.strip() for word in os.environ.get("SYNDICATE_REQUIRE", "").split(",")}
    if name in required:
        pytest.fail(f"{name}: it is not installed, but SYNDICATE_REQUIRE names it; install it", pytrace=False)
    pytest.skip(f"{name}: it is not installed; install it to run this test")
