"""The same posts and settings give the same bytes: at any time, in any zone and locale, at any path."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from samples import sample_site
from sites import Site


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = sample_site(tmp_path_factory.mktemp("built"))
    done = site.run("build", "--strict")
    assert (done.returncode, done.stderr) == (0, "")
    return site


def stamps(site: Site) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (site.root / "public").iterdir()}


def installed_locales() -> list[str]:
    names = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
    return [name for name in names if name not in ("C", "POSIX")]


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/St_Johns", "Europe/Berlin"])
@pytest.mark.parametrize("locale", ["C", "de_DE.UTF-8", "tr_TR.UTF-8"])
def test_another_zone_and_locale(built: Site, tmp_path: Path, zone: str, locale: str) -> None:
    copy = sample_site(tmp_path / "elsewhere")
    done = copy.run("build", TZ=zone, LC_ALL=locale, LANG=locale, PYTHONHASHSEED="7")
    assert done.returncode == 0, done.stderr
    assert copy.output() == built.output()


def test_ci_has_a_locale_that_is_not_english() -> None:
    if "SYNDICATE_REQUIRE" not in os.environ:
        pytest.skip("only where all is required: elsewhere the machine may have no other locale")
    assert any(name.startswith("de_DE") for name in installed_locales())


def test_built_again_after_touching_all_files(built: Site) -> None:
    before, times = built.output(), stamps(built)
    for path in (built.root / "posts").rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    os.utime(built.root / "config.toml")
    report = built.report()
    assert built.output() == before
    assert stamps(built) == times
    assert not any(document["changed"] for document in report["documents"])


def test_from_a_copy_at_another_path_without_the_ledger(built: Site, tmp_path: Path) -> None:
    copy = sample_site(tmp_path / "a path with spaces" / "ünï")
    assert copy.run("build").returncode == 0
    assert copy.output() == built.output()


def test_the_ledger_lost_and_the_output_kept(built: Site, tmp_path: Path) -> None:
    site = sample_site(tmp_path / "lost")
    site.run("build")
    before, times = site.output(), stamps(site)
    shutil.rmtree(site.root / ".syndicate")
    site.run("build")
    assert (site.output(), stamps(site)) == (before, times)
    assert before == built.output()


def test_at_another_time(built: Site, tmp_path: Path) -> None:
    """No clock enters a document: a year later the bytes are the same."""
    site = sample_site(tmp_path / "later")
    program = (
        "import sys, datetime as d\n"
        "class Later(d.datetime):\n"
        "    @classmethod\n"
        "    def now(cls, tz=None): return d.datetime(2031, 5, 6, 7, 8, 9, tzinfo=tz)\n"
        "import syndicate.cli.build as build\n"
        "build.datetime = Later\n"
        "from syndicate.cli.front import run\n"
        "sys.exit(run(['build', '-q']))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=site.root, check=False)
    assert done.returncode == 0
    assert site.output() == built.output()


def test_umask_and_hash_seed(built: Site, tmp_path: Path) -> None:
    site = sample_site(tmp_path / "masked")
    done = subprocess.run(
        ["sh", "-c", f"umask 077; exec {sys.executable} -m syndicate build -q"],
        cwd=site.root,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        check=False,
    )
    assert done.returncode == 0
    assert site.output() == built.output()
    assert {path.stat().st_mode & 0o777 for path in (site.root / "public").iterdir() if path.is_file()} == {
        0o644
    }
