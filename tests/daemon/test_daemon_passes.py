"""When a daemon makes a pass: at once, when a file changes, when a post is due, and in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from daemons import HOOK, OFTEN, PUSH, Daemon, eventually, instant, settings, started, told
from receivers import Receiver, answer
from sites import Site, post

OLD = {"old.md": post("Old")}


def titles(site: Site) -> list[str]:
    return sorted(item["title"] for item in site.items())


def test_a_new_post_is_out_and_told(tmp_path: Path) -> None:
    with Receiver() as hook:
        site = Site(tmp_path).write(OLD, settings(HOOK.format(url=hook.url("/hook"))))
        with Daemon(site) as daemon:
            started(daemon)
            assert titles(site) == ["Old"]
            assert not hook.requests
            site.write({"new.md": post("New")}, settings(HOOK.format(url=hook.url("/hook"))))
            assert told(hook.wait_for(1)[0].body) == ("post.published", "New")
            assert titles(site) == ["New", "Old"]
            (tmp_path / "posts" / "new.md").unlink()
            assert told(hook.wait_for(2)[1].body) == ("post.withdrawn", "New")
            assert titles(site) == ["Old"]
        assert len(hook.requests) == 2


def test_a_post_comes_and_goes_at_its_very_instants(tmp_path: Path) -> None:
    """It is told within a second, and never before."""
    site = Site(tmp_path).write(OLD, settings())
    with Daemon(site) as daemon:
        started(daemon)
        due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=4)
        gone = due + timedelta(seconds=2)
        text = post("Brief", due.isoformat(), expiryDate=gone.isoformat())
        (tmp_path / "posts" / "brief.md").write_text(text, encoding="utf-8")
        daemon.wait_for_passes(2)
        assert not [one for one in daemon.records() if one.get("title") == "Brief"]
        assert titles(site) == ["Old"]
        daemon.wait_for('"withdrawn", .*Brief')
        came, went = [one for one in daemon.records() if one.get("title") == "Brief"]
        assert (came["event"], went["event"]) == ("published", "withdrawn")
        for record, instant_due in ((came, due), (went, gone)):
            late = instant(record) - instant_due
            assert timedelta() <= late < timedelta(seconds=1), record
        assert titles(site) == ["Old"]
        daemon.wait_for_passes(4)
        assert daemon.passes() == 4


@pytest.mark.slow
def test_what_came_due_while_it_was_down_is_published_once(tmp_path: Path) -> None:
    """The clock of a site that sleeps does not matter; a post that is due is."""
    site = Site(tmp_path).write(OLD, settings())
    due = datetime.now(UTC) + timedelta(seconds=1)
    with Receiver() as hook:
        config = settings(HOOK.format(url=hook.url("/hook")))
        site.write({}, config)
        assert site.run("build").returncode == 0
        site.write({"soon.md": post("Soon", due.isoformat())}, config)
        eventually(lambda: datetime.now(UTC) > due, "the post is due")
        for _ in range(2):
            with Daemon(site) as daemon:
                started(daemon)
                hook.wait_for(1)
        hook.wait_until_idle()
        assert [told(one.body) for one in hook.requests] == [("post.published", "Soon")]


def test_a_burst_is_one_pass(tmp_path: Path) -> None:
    text = settings(schedule='\n[schedule]\nevery = "1h"\nsettle = "1s"\n')
    site = Site(tmp_path).write(OLD, text + "\n[guard]\nannounce = 100\n")
    with Daemon(site) as daemon:
        started(daemon)
        for number in range(50):
            (tmp_path / "posts" / f"{number}.md").write_text(post(f"N {number}"), encoding="utf-8")
        daemon.wait_for('"event": "published"', 50)
        daemon.wait_for_passes(2)
        # One more change shows that nothing was still to come of the burst.
        (tmp_path / "posts" / "last.md").write_text(post("Last"), encoding="utf-8")
        daemon.wait_for('"published", .*Last')
        daemon.wait_for_passes(3)
        assert daemon.passes() == 3


def test_without_watching_the_regular_pass_finds_all(tmp_path: Path) -> None:
    site = Site(tmp_path).write(OLD, settings(schedule=OFTEN))
    with Daemon(site) as daemon:
        daemon.wait_for_passes(3)
        assert daemon.watched() == 0
        (tmp_path / "posts" / "new.md").write_text(post("New"), encoding="utf-8")
        daemon.wait_for('"published", .*New')
        (tmp_path / "public" / "feed.json").unlink()
        (tmp_path / "public" / "atom.xml").write_bytes(b"edited by hand")
        eventually((tmp_path / "public" / "feed.json").exists, "the document is put again")
        eventually(lambda: b"<entry>" in (tmp_path / "public" / "atom.xml").read_bytes(), "and the other")
        assert titles(site) == ["New", "Old"]


@pytest.mark.slow
def test_passes_keep_their_rhythm(tmp_path: Path) -> None:
    """Neither does a tick bring two passes, nor does the time of a pass add to the time between two."""
    site = Site(tmp_path).write(OLD, settings(schedule=OFTEN))
    with Daemon(site) as daemon:
        daemon.wait_for_passes(12)
        at = [instant(one) for one in daemon.records() if one["event"] == "pass"][1:]
        between = [(after - before).total_seconds() for before, after in pairwise(at)]
        assert sorted(between)[len(between) // 2] >= 0.25


def test_a_delivery_is_tried_until_the_receiver_is_well(tmp_path: Path) -> None:
    with Receiver() as hook:
        hook.script("/hook", *[answer(503)] * 2, answer(204))
        config = settings(HOOK.format(url=hook.url("/hook")), PUSH.format(timeout="5s"))
        site = Site(tmp_path).write(OLD, config)
        with Daemon(site) as daemon:
            started(daemon)
            site.write({"new.md": post("New")}, config)
            ids = {one.header("webhook-id") for one in hook.wait_for(3)}
            assert len(ids) == 1
            daemon.wait_for('"event": "delivered"')
            failed = [one for one in daemon.records() if one["event"] == "not delivered"]
            assert len([one for one in failed if one["level"] == "warning"]) == 1
            assert len(failed) == 2
