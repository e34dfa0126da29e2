"""The same feed gives the same bytes, and leaves nothing changed behind it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from format_samples import FORMATS, MINIMAL, RICH, URLS, entry, feed

from syndicate.formats import autodiscovery, opml
from syndicate.model import FormatName

HERE = Path(__file__).parent
GOLDEN = [
    (HERE / "golden" / name).read_bytes() for name in ("rich.atom.xml", "rich.rss.xml", "rich.feed.json")
]

DIGEST = """
import hashlib, locale, sys
sys.path.insert(0, sys.argv[1])
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    pass
from format_samples import RICH
from syndicate.formats.documents import documents
before = locale.setlocale(locale.LC_ALL)
print(hashlib.sha256(b"".join(document.body for document in documents(RICH))).hexdigest())
assert locale.setlocale(locale.LC_ALL) == before
"""

CROWD = """
import locale, sys, threading
sys.path.insert(0, sys.argv[1])
locale.setlocale(locale.LC_ALL, "C.UTF-8")
sys.setswitchinterval(1e-6)
from format_samples import RICH
from syndicate.formats.documents import documents
before, seen, start = locale.setlocale(locale.LC_ALL), set(), threading.Barrier(6)
def write():
    start.wait()
    for _ in range(20):
        seen.add(tuple(document.body for document in documents(RICH)))
threads = [threading.Thread(target=write) for _ in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert before != "C"
print(len(seen), locale.setlocale(locale.LC_ALL) == before)
"""


def python(program: str, **environment: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(HERE)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def installed_locales() -> list[str]:
    """`C`, and one other than English where there is one."""
    listed = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
    foreign = [name for name in listed if not name.startswith(("C", "POSIX", "en"))]
    return ["C", "C.UTF-8", *foreign[:1]]


@pytest.fixture(scope="module")
def digest() -> str:
    return python(DIGEST)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati"])
def test_time_zone(digest: str, zone: str) -> None:
    assert python(DIGEST, TZ=zone) == digest


@pytest.mark.parametrize("name", [*installed_locales(), "de_DE.UTF-8", "nowhere"])
def test_locale(digest: str, name: str) -> None:
    assert python(DIGEST, LC_ALL=name) == digest


def test_a_german_locale(digest: str, tmp_path: Path) -> None:
    made = shutil.which("localedef") and subprocess.run(
        ["localedef", "-i", "de_DE", "-f", "UTF-8", str(tmp_path / "de_DE.UTF-8")],
        capture_output=True,
        check=False,
    )
    if not made or made.returncode:
        pytest.skip("no localedef, or no source of de_DE, on this machine")
    german = {"LC_ALL": "de_DE.UTF-8", "LOCPATH": str(tmp_path)}
    weekday = (
        "import locale, time; locale.setlocale(locale.LC_ALL, ''); print(time.strftime('%a', time.gmtime(0)))"
    )
    assert python(weekday, **german) == "Do"
    assert python(DIGEST, **german) == digest


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_hash_seed(digest: str, seed: str) -> None:
    assert python(DIGEST, PYTHONHASHSEED=seed) == digest


def test_threads() -> None:
    assert python(CROWD) == "1 True"


@pytest.mark.parametrize("kind", FORMATS)
def test_twice(kind: FormatName) -> None:
    assert FORMATS[kind].write(RICH, URLS[kind]) in GOLDEN
    assert FORMATS[kind].write(RICH, URLS[kind]) in GOLDEN


@pytest.mark.parametrize("kind", FORMATS)
def test_an_instant_is_to_the_second_and_keeps_the_offset_that_its_author_meant(kind: FormatName) -> None:
    fixed = datetime(2026, 1, 1, 10, tzinfo=timezone(timedelta(hours=1)))
    named = datetime(2026, 1, 1, 10, 0, 0, 999_999, tzinfo=ZoneInfo("Europe/Berlin"))
    bodies = {FORMATS[kind].write(feed(entry(published=at, updated=at)), URLS[kind]) for at in (fixed, named)}
    assert len(bodies) == 1
    (body,) = bodies
    assert (b"Thu, 01 Jan 2026 10:00:00 +0100" if kind == "rss" else b"2026-01-01T10:00:00+01:00") in body


@pytest.mark.parametrize("kind", FORMATS)
def test_local_mean_time_is_written_in_utc(kind: FormatName) -> None:
    """Berlin was 53 minutes and 28 seconds ahead, which no format can write."""
    at = datetime(1880, 1, 1, 10, tzinfo=ZoneInfo("Europe/Berlin"))
    body = FORMATS[kind].write(feed(entry(published=at, updated=at)), URLS[kind])
    assert (b"Thu, 01 Jan 1880 09:06:32 +0000" if kind == "rss" else b"1880-01-01T09:06:32+00:00") in body


def test_lists_of_feeds() -> None:
    assert len({opml.write("All", (RICH, MINIMAL)) for _ in range(3)}) == 1
    assert len({autodiscovery.write((RICH, MINIMAL)) for _ in range(3)}) == 1
