"""Watching is a hint: what it must not miss for long, and what must not wake anybody."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from daemons import Daemon, eventually, settings, started
from sites import Site, post

OLD = {"old.md": post("Old")}


def the_next_pass_is_for(daemon: Daemon, site: Site, title: str) -> None:
    """Nothing else had woken it before, and nothing does besides."""
    before = daemon.passes()
    (site.root / "posts" / f"{title.lower()}.md").write_text(post(title), encoding="utf-8")
    daemon.wait_for(f'"published", .*{title}')
    daemon.wait_for_passes(before + 1)
    assert daemon.passes() == before + 1


def test_what_is_no_post_wakes_nobody(tmp_path: Path) -> None:
    site = Site(tmp_path).write(OLD, settings())
    posts = tmp_path / "posts"
    (posts / ".git").mkdir(parents=True)
    with Daemon(site) as daemon:
        started(daemon)
        before = daemon.passes()
        for name in (".hidden.md", ".old.md.swp", ".git/index", ".#old.md", ".old.md.tmp"):
            (posts / name).write_text("nothing", encoding="utf-8")
        os.utime(posts / ".hidden.md")
        for name in ("old.md~", "#old.md#", "4913", "old.md.swp"):
            (posts / name).write_text("nothing", encoding="utf-8")
            (posts / name).unlink()
        the_next_pass_is_for(daemon, site, "New")
        assert daemon.passes() == before + 1


@pytest.mark.slow
def test_output_inside_the_posts_does_not_wake_it_again(tmp_path: Path) -> None:
    config = settings('\n[output]\npath = "posts/public"\n')
    site = Site(tmp_path).write(OLD, config)
    with Daemon(site) as daemon:
        started(daemon)
        the_next_pass_is_for(daemon, site, "First")
        the_next_pass_is_for(daemon, site, "Second")
        assert daemon.passes() == 3


def test_the_whole_site_as_posts_does_not_wake_it_again(tmp_path: Path) -> None:
    """Output, ledger and settings all lie in what is watched."""
    config = settings('\n[posts]\npath = "."\n\n[ledger]\nurl = "sqlite:///state/ledger.db"\n')
    site = Site(tmp_path).write(OLD, config)
    with Daemon(site) as daemon:
        started(daemon)
        the_next_pass_is_for(daemon, site, "First")
        the_next_pass_is_for(daemon, site, "Second")
        assert daemon.passes() == 3


def test_a_file_that_is_renamed_over_is_seen(tmp_path: Path) -> None:
    """As editors save, and as tools that sync do."""
    site = Site(tmp_path).write(OLD, settings())
    with Daemon(site) as daemon:
        started(daemon)
        draft = tmp_path / "posts" / ".old.md.tmp"
        draft.write_text(post("Old").replace("Text of", "Another text of"), encoding="utf-8")
        draft.rename(tmp_path / "posts" / "old.md")
        daemon.wait_for('"updated", .*Old')
        # The same time and the same length, and other words.
        old = tmp_path / "posts" / "old.md"
        found = old.stat()
        new = tmp_path / "outside"
        new.write_bytes(old.read_bytes().replace(b"Another", b"Changed"))
        os.utime(new, ns=(found.st_atime_ns, found.st_mtime_ns))
        new.rename(old)
        daemon.wait_for('"updated", .*Old', 2)
        assert site.items()[0]["content_html"].startswith("<p>Changed")


@pytest.mark.slow
def test_a_new_folder_in_it_is_watched(tmp_path: Path) -> None:
    site = Site(tmp_path).write(OLD, settings())
    with Daemon(site) as daemon:
        started(daemon)
        shutil.copytree(tmp_path / "posts", tmp_path / "more")
        (tmp_path / "more" / "old.md").rename(tmp_path / "more" / "deep.md")
        (tmp_path / "more" / "deep.md").write_text(post("Deep"), encoding="utf-8")
        (tmp_path / "more").rename(tmp_path / "posts" / "more")
        daemon.wait_for('"published", .*Deep')
        daemon.wait_until_watching(2)
        (tmp_path / "posts" / "more" / "deeper.md").write_text(post("Later"), encoding="utf-8")
        daemon.wait_for('"published", .*Later')


def test_a_folder_that_is_replaced_is_watched_anew(tmp_path: Path) -> None:
    """As a checkout beside it that is switched over, or another disk."""
    site = Site(tmp_path).write(OLD, settings())
    posts = tmp_path / "posts"
    with Daemon(site) as daemon:
        started(daemon)
        shutil.copytree(posts, tmp_path / "copy")
        posts.rename(tmp_path / "before")
        (tmp_path / "copy").rename(posts)
        before = daemon.passes()
        daemon.wait_for_passes(before + 1)
        assert [one for one in daemon.records() if one["event"] == "withdrawn"] == []

        def seen() -> bool:
            # Between the look at the new folder and the watch over it a change is left to the regular pass.
            os.utime(posts / "new.md")
            return any(one.get("title") == "New" for one in daemon.records())

        (posts / "new.md").write_text(post("New"), encoding="utf-8")
        eventually(seen, "the change is seen")
        shutil.rmtree(tmp_path / "before")


@pytest.mark.slow
def test_a_folder_that_comes_only_later_is_found(tmp_path: Path) -> None:
    site = Site(tmp_path).write(OLD, settings())
    posts = tmp_path / "posts"
    assert site.run("build").returncode == 0
    posts.rename(tmp_path / "away")
    with Daemon(site) as daemon:
        daemon.wait_for("the folder posts is missing")
        (tmp_path / "away").rename(posts)
        daemon.wait_for("it works again")
        daemon.wait_for_passes(1)
        daemon.wait_until_watching()
        the_next_pass_is_for(daemon, site, "New")
