"""A clock that is set while the daemon runs: it goes on, at its pace, and no document changes."""

from __future__ import annotations

import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from daemons import HOOK, OFTEN, PUSH, Daemon, instant, settings
from programs import program
from receivers import Receiver, answer
from sites import Site, post

POSTS = {f"{day}.md": post(f"Day {day}", f"2026-02-0{day}") for day in range(1, 7)}
HOUR, DAY = 3600, 86400


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that, loaded before all others, shows another time."""
    built = tmp_path_factory.mktemp("shim") / "shifted_clock.so"
    source = Path(__file__).with_name("shifted_clock.c")
    subprocess.run([program("gcc"), "-shared", "-fPIC", "-O1", "-o", built, source, "-ldl"], check=True)
    return built


class Shifted:
    """What the daemon's clock shows beyond the real one, in a file that each reading of it reads."""

    def __init__(self, room: Path, shim: Path) -> None:
        self._file = room / "shift"
        self.set(0)
        self.variables = {"LD_PRELOAD": str(shim), "SHIFT_FILE": str(self._file)}

    def set(self, seconds: int) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(str(seconds), encoding="ascii")
        new.rename(self._file)


def until(moment: datetime) -> int:
    return int((moment - datetime.now(UTC)).total_seconds())


STEPS = {
    "an hour back": -HOUR,
    "a day on": DAY,
    "to 2200": until(datetime(2200, 1, 1, tzinfo=UTC)),
    "to 1970": until(datetime(1970, 1, 2, tzinfo=UTC)),
    "right again": 0,
}


def test_a_clock_that_is_set_stops_no_pass_and_brings_no_storm(tmp_path: Path, shim: Path) -> None:
    with Receiver() as hook:
        site = Site(tmp_path).write(POSTS, settings(HOOK.format(url=hook.url("/hook")), schedule=OFTEN))
        shifted = Shifted(tmp_path, shim)
        with Daemon(site, variables=shifted.variables) as daemon:
            daemon.wait_for_passes(3)
            public = site.output()
            for number, (step, seconds) in enumerate(STEPS.items(), 1):
                shifted.set(seconds)
                daemon.wait_for("the clock was set by", number)
                began, before = time.monotonic(), daemon.passes()
                daemon.wait_for_passes(before + 4)
                assert daemon.passes() - before <= (time.monotonic() - began) / 0.3 + 3, step
                assert site.output() == public, step
        events = {one["event"] for one in daemon.records()}
        assert not events & {"withdrawn", "updated", "published", "delivered"}
        assert not hook.requests


def test_a_step_back_does_not_withdraw_what_came_due_before_it(tmp_path: Path, shim: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    site = Site(tmp_path).write({**POSTS, "now.md": post("Now", now.isoformat())}, settings(schedule=OFTEN))
    shifted = Shifted(tmp_path, shim)
    with Daemon(site, variables=shifted.variables) as daemon:
        daemon.wait_for_passes(2)
        public = site.output()
        shifted.set(-HOUR)
        daemon.wait_for("the clock was set by")
        daemon.wait_for_passes(daemon.passes() + 3)
        assert site.output() == public


@pytest.mark.slow
def test_what_comes_due_is_out_after_a_step_too(tmp_path: Path, shim: Path) -> None:
    """The scheduler waits by the clock that was wrong when it went to sleep."""
    site = Site(tmp_path).write(POSTS, settings(schedule='\n[schedule]\nevery = "1h"\nwatch = false\n'))
    shifted = Shifted(tmp_path, shim)
    due = datetime.fromtimestamp(int(time.time()) + 2 * DAY, UTC)
    site.write({"due.md": post("Due", due.isoformat())}, (tmp_path / "config.toml").read_text("utf-8"))
    with Daemon(site, variables=shifted.variables) as daemon:
        daemon.wait_for_passes(1)
        shifted.set(-DAY)
        daemon.wait_for("the clock was set by", 1)
        shifted.set(until(due) - 3)
        daemon.wait_for("the clock was set by", 2)
        daemon.wait_for('"published", .*Due')
        [came] = [one for one in daemon.records() if one.get("title") == "Due"]
        assert 0 <= (instant(came) - due).total_seconds() < 1


@pytest.mark.slow
def test_a_delivery_that_waits_is_not_lost_by_a_step_back(tmp_path: Path, shim: Path) -> None:
    """What was to be tried again in a second is not left for ten years."""
    with Receiver() as hook:
        hook.script("/hook", answer(503), answer(204))
        config = settings(HOOK.format(url=hook.url("/hook")), PUSH.format(timeout="5s"), schedule=OFTEN)
        site = Site(tmp_path).write(POSTS, config)
        shifted = Shifted(tmp_path, shim)
        shifted.set(10 * 365 * DAY)
        with Daemon(site, variables=shifted.variables) as daemon:
            daemon.wait_for_passes(2)
            site.write({"new.md": post("New")}, config)
            daemon.wait_for('"not delivered"')
            shifted.set(0)
            daemon.wait_for("the clock was set by")
            first, second = hook.wait_for(2)
            daemon.wait_for('"delivered"')
        assert first.header("webhook-id") == second.header("webhook-id")
