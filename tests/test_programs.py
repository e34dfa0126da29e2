"""A test that wants a program is skipped without it, but not where skipping would hide something."""

from __future__ import annotations

from pathlib import Path

import pytest
from programs import program

ABSENT = "a-program-that-nobody-has"


def test_a_program_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = tmp_path / "reader"
    there.write_text("#!/bin/sh\n")
    there.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert program("reader") == str(there)


@pytest.mark.parametrize("required", ["", "newsboat", f"{ABSENT}-2"])
def test_an_absent_program_skips(required: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNDICATE_REQUIRE", required)
    with pytest.raises(pytest.skip.Exception, match=ABSENT):
        program(ABSENT)


@pytest.mark.parametrize("required", [ABSENT, f"newsboat,{ABSENT}", f"newsboat, {ABSENT} "])
def test_an_absent_program_that_is_required_fails(required: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNDICATE_REQUIRE", required)
    with pytest.raises(pytest.fail.Exception, match=ABSENT):
        program(ABSENT)
