"""A site with destinations, and the commands that are run there."""

from __future__ import annotations

from pathlib import Path

import pytest
from told_sites import Shell, shell


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Nothing was built there yet."""
    return shell(tmp_path, monkeypatch, capsys)
