"""Pages byte by byte, the same on each machine.

`SYNDICATE_REWRITE_GOLDEN=1 pytest tests/pages/test_pages_golden.py` writes the files anew; look at what changed before
you commit it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from page_samples import ENTRY_PAGES, FEED_PAGES

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
WRITTEN = {"feed.html": FEED_PAGES["rich"], "entry.html": ENTRY_PAGES["full"]}

AGAIN = """
import locale, sys
sys.path.insert(0, sys.argv[1])
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
from page_samples import ENTRY_PAGES, FEED_PAGES
sys.stdout.buffer.write(FEED_PAGES["rich"] + ENTRY_PAGES["full"])
"""


@pytest.mark.parametrize("name", WRITTEN)
def test_page(name: str) -> None:
    path = GOLDEN / name
    if os.environ.get("SYNDICATE_REWRITE_GOLDEN"):
        path.write_bytes(WRITTEN[name])
    assert path.read_bytes() == WRITTEN[name]


@pytest.mark.parametrize(
    "variables",
    [
        {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "2"},
        {"TZ": "America/St_Johns", "LC_ALL": "nowhere", "PYTHONUTF8": "0"},
    ],
    ids=lambda variables: variables["TZ"],
)
def test_zone_locale_and_seed_change_no_byte(variables: dict[str, str]) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", AGAIN, str(HERE)],
        env={**os.environ, **variables},
        capture_output=True,
        check=True,
    )
    assert ran.stdout == b"".join(WRITTEN.values())
