"""The shelf that `serve` makes of ledger and output, at instants that no request could be timed to meet."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from servers import posts, settings
from sites import Site, post

from syndicate.cli import settings as reading
from syndicate.cli.shelving import Shelving
from syndicate.server.shelf import Shelf

FEEDS = ("/atom.xml", "/rss.xml", "/feed.json")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path).write(posts(3), settings(8080))
    assert site.run("build").returncode == 0
    return site


def shelving(site: Site) -> Shelving:
    chosen = reading.load(str(site.root / "config.toml"))
    return Shelving(lambda: chosen)


def ledger(site: Site) -> Path:
    return site.root / ".syndicate" / "ledger.db"


def touch(site: Site) -> None:
    """The ledger looks changed, by however little the clock of the disk goes on."""
    stamp = ledger(site).stat().st_mtime_ns + 1_000_000
    os.utime(ledger(site), ns=(stamp, stamp))


def bodies(shelf: Shelf, coding: str = "") -> list[bytes]:
    return [copy.body for path in FEEDS for copy in shelf.documents[path].copies if copy.coding == coding]


def standing(site: Site, ending: str = "") -> list[bytes]:
    return [(site.root / "public" / (path[1:] + ending)).read_bytes() for path in FEEDS]


def test_what_the_ledger_does_not_know_yet_is_not_shown(site: Site) -> None:
    made, old_ledger, new_ledger = shelving(site), site.root / "old.db", site.root / "new.db"
    old, old_gzip = standing(site), standing(site, ".gz")
    assert bodies(made.first()) == old
    shutil.copy(ledger(site), old_ledger)
    (site.root / "posts" / "new.md").write_text(post("New", "2026-02-02"))
    assert site.run("build").returncode == 0
    shutil.copy(ledger(site), new_ledger)
    new, new_gzip = standing(site), standing(site, ".gz")

    # All is put and nothing is announced, however often somebody looks.
    shutil.copy(old_ledger, ledger(site))
    assert made.changed() is None

    # One document is put for the pass after that one, and the others are as the ledger says.
    atom = site.root / "public" / "atom.xml"
    atom.write_bytes(b"<feed/>")
    shutil.copy(new_ledger, ledger(site))
    touch(site)
    mixed = made.changed()
    assert mixed
    assert bodies(mixed) == [old[0], *new[1:]]
    assert bodies(mixed, "gzip") == [old_gzip[0], *new_gzip[1:]]

    # That pass never ended, and another put it right without a change in what the ledger knows.
    atom.write_bytes(new[0])
    touch(site)
    whole = made.changed()
    assert whole
    assert bodies(whole) == new
    assert bodies(whole, "gzip") == new_gzip


def test_what_changes_nothing_that_is_served_is_no_new_shelf(site: Site) -> None:
    made = shelving(site)
    made.first()
    touch(site)
    assert made.changed() is None


def test_only_what_changed_is_made_anew(site: Site) -> None:
    made = shelving(site)
    before = made.first()
    (site.root / "posts" / "new.md").write_text(post("New", "2026-02-02"))
    assert site.run("build").returncode == 0
    after = made.changed()
    assert after
    same = [path for path in before.documents if before.documents[path] is after.documents[path]]
    assert "/2026/01/01/" in same
    assert not set(FEEDS) & set(same)
    assert after.documents.keys() - before.documents.keys() == {"/2026/02/new/"}


def test_a_coding_that_is_of_other_bytes_is_left_out(site: Site) -> None:
    packed = site.root / "public" / "atom.xml.gz"
    right = packed.read_bytes()
    packed.write_bytes(right[:-1])
    made = shelving(site)
    assert [copy.coding for copy in made.first().documents["/atom.xml"].copies] == [""]
    packed.write_bytes(right)
    touch(site)
    mended = made.changed()
    assert mended
    assert [copy.body for copy in mended.documents["/atom.xml"].copies if copy.coding] == [right]


def test_without_a_ledger_there_is_nothing(tmp_path: Path) -> None:
    site = Site(tmp_path).write(posts(1), settings(8080))
    made = shelving(site)
    assert made.first().documents == {}
    assert not ledger(site).exists()
