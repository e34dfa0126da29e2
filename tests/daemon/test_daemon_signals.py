"""Signals: an end within ten seconds that loses nothing, and settings that are read anew."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from daemons import HOOK, OFTEN, PUSH, Daemon, eventually, settings, started, told
from receivers import Receiver, answer, hang
from sites import Site, post

OLD = {"old.md": post("Old")}
# Each is rendered in a child, and is given up after two seconds of its time.
SLOW = {f"slow-{number}.md": post(f"Slow {number}") + "[" * 60000 for number in range(4)}


def pending(site: Site) -> int:
    count: int = json.loads(site.run("status", "--json").stdout)["deliveries"]["pending"]
    return count


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_it_rests(tmp_path: Path, number: signal.Signals) -> None:
    site = Site(tmp_path).write(OLD, settings())
    with Daemon(site, ("--log-format", "text")) as daemon:
        started(daemon)
        assert daemon.end(number) == 0
        assert daemon.lines[-1].endswith(" stopped")
    assert site.run("build").returncode == 0


def test_it_ends_while_a_receiver_hangs_and_leaves_the_delivery(tmp_path: Path) -> None:
    with Receiver() as hook:
        hook.script("/hook", hang)
        config = settings(HOOK.format(url=hook.url("/hook")), PUSH.format(timeout="60s"))
        site = Site(tmp_path).write(OLD, config)
        with Daemon(site) as daemon:
            started(daemon)
            site.write({"new.md": post("New")}, config)
            hook.wait_for(1)
            daemon.send()
            assert daemon.end() == 0
        assert pending(site) == 1
        hook.script("/hook", answer(204))
        with Daemon(site):
            first, second = hook.wait_for(2)
        assert first.header("webhook-id") == second.header("webhook-id")
        assert pending(site) == 0


@pytest.mark.slow
def test_it_ends_while_a_pass_takes_long(tmp_path: Path) -> None:
    with Receiver() as hook:
        config = settings(HOOK.format(url=hook.url("/hook")))
        site = Site(tmp_path).write(OLD, config)
        with Daemon(site) as daemon:
            started(daemon)
            before = site.output()
            site.write({**SLOW, "new.md": post("New")}, config)
            eventually(lambda: children(daemon.child.pid), "a child renders")
            assert daemon.end() == 0
        if site.output() == before:
            assert not hook.requests
        for name in SLOW:
            (tmp_path / "posts" / name).unlink()
        with Daemon(site):
            assert told(hook.wait_for(1)[0].body) == ("post.published", "New")
        assert len(hook.requests) == 1


def children(pid: int) -> list[str]:
    return [word for one in Path(f"/proc/{pid}/task").glob("*/children") for word in one.read_text().split()]


def test_new_settings_count_at_once_and_wrong_ones_do_not(tmp_path: Path) -> None:
    with Receiver() as hook:
        site = Site(tmp_path).write(OLD, settings())
        with Daemon(site) as daemon:
            started(daemon)
            right = settings(HOOK.format(url=hook.url("/hook")), schedule=OFTEN).replace(
                "Test site", "Renamed"
            )
            site.write({}, right)
            daemon.send(signal.SIGHUP)
            daemon.wait_for('"settings: read anew"')
            eventually(lambda: b"Renamed" in (tmp_path / "public" / "atom.xml").read_bytes(), "the new title")
            eventually(lambda: daemon.watched() == 0, "watching ends")
            site.write({}, right + "\nnonsense = 1\n")
            daemon.send(signal.SIGHUP)
            daemon.wait_for("they are wrong, those in use stay")
            daemon.wait_for("nonsense")
            other = tmp_path / "other" / "ledger.db"
            site.write({}, right + f'\n[ledger]\nurl = "sqlite:///{other}"\n')
            daemon.send(signal.SIGHUP)
            daemon.wait_for("another ledger needs a restart")
            (tmp_path / "config.toml").unlink()
            daemon.send(signal.SIGHUP)
            daemon.wait_for("they are wrong, those in use stay", 2)
            # It goes on by the old ones, which is by the clock and to the receiver.
            site.write({"new.md": post("New")}, right)
            assert told(hook.wait_for(1)[0].body) == ("post.published", "New")
            assert not other.exists()
            assert len(daemon.wait_for("read anew|those in use stay|the settings in use stay")) == 4


@pytest.mark.slow
def test_many_reloads_are_one_after_the_other(tmp_path: Path) -> None:
    site = Site(tmp_path).write(OLD, settings())
    with Daemon(site) as daemon:
        started(daemon)
        for number in range(20):
            site.write({}, settings().replace("Test site", f"Title {number}"))
            daemon.send(signal.SIGHUP)
        eventually(lambda: b"Title 19" in (tmp_path / "public" / "atom.xml").read_bytes(), "the last title")
        eventually(lambda: daemon.watched() == 1, "one watcher is left")
