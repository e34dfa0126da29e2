"""The heartbeat: when to pass, when to drain, and when to stop.

APScheduler tells the time, with its traps closed: its own triggers list every tick that was missed, so that a clock
set to the year 2200 costs all memory, and stand still where it was set back. Here each tick is reckoned from the
instant at which it is asked for, and the clock is watched: where it was set, all is reckoned anew.

A duty runs in a thread of its own, never twice at once; a wish for it that comes while it runs is kept, and
granted right after.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.date import DateTrigger

from syndicate import decide

PULSE = 1.0
# A scheduler that has not moved for so long, or a duty that takes longer, is stuck.
STALE = 60.0
HUNG = 900.0
# What is under way may end; SIGTERM promises an end within ten seconds.
GRACE = 7.0

Work = Callable[[], datetime | None]


@dataclass(frozen=True, slots=True)
class Beat:
    """What a daemon does and when. `publish` and `deliver` do their work, and say when they are wanted next (aware,
    None for never); they raise nothing foreseeable. `tick` goes from an instant to the next regular pass. `now` tells
    the time (aware), `seconds` that of a clock nobody sets. `report` is told what is wrong with the heart itself;
    `alive` is called once a second while all is well, and `stopping` is set before the last duties end."""

    publish: Work
    deliver: Work
    tick: Callable[[datetime], datetime]
    now: Callable[[], datetime]
    seconds: Callable[[], float]
    report: Callable[[str], None]
    alive: Callable[[], None] = lambda: None
    stopping: threading.Event = field(default_factory=threading.Event)


class _Tick(BaseTrigger):  # type: ignore[misc]
    def __init__(self, tick: Callable[[datetime], datetime]) -> None:
        self._tick = tick

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        return self._tick(now)


class _Duty:
    """One kind of work, which is wanted now and then."""

    def __init__(self, name: str, work: Work, heart: Heart) -> None:
        self.name, self._work, self._heart = name, work, heart
        self._lock = threading.Lock()
        self._wanted = False
        self._since: float | None = None
        self.idle = threading.Event()
        self.idle.set()

    def ask(self) -> None:
        """Now, or as soon as what is under way has ended."""
        with self._lock:
            self._wanted = True
            if not self.idle.is_set() or self._heart.stopping:
                return
            self.idle.clear()
        self._heart.start(self.name, self._run)

    def ask_at(self, instant: datetime | None) -> None:
        self._heart.at(f"{self.name} is due", self.ask, instant)

    def taking(self) -> float:
        """Seconds for which it has been running, 0 where it rests."""
        since = self._since
        return 0.0 if since is None else self._heart.beat.seconds() - since

    def _run(self) -> None:
        try:
            while self._take():
                self._since = self._heart.beat.seconds()
                self.ask_at(self._work())
        finally:
            self._since = None
            with self._lock:
                lost = self._wanted and not self._heart.stopping
                self.idle.set()
            if lost:
                self.ask()

    def _take(self) -> bool:
        with self._lock:
            wanted, self._wanted = self._wanted, False
            return wanted and not self._heart.stopping


class Heart:
    """Beats until it is stopped."""

    def __init__(self, beat: Beat) -> None:
        # Its own words tell nothing that the duties do not say better.
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        self.beat = beat
        self.publish = _Duty("publish", beat.publish, self)
        self.deliver = _Duty("deliver", beat.deliver, self)
        self._woken = threading.Event()
        self._pulse = beat.seconds()
        self._stuck: list[str] = []
        self._offset = self._shown()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={name: ThreadPoolExecutor(1) for name in ("default", "publish", "deliver")},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_listener(
            self._heard, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES
        )

    @property
    def stopping(self) -> bool:
        return self.beat.stopping.is_set()

    def wake(self) -> None:
        """Lets `run` look at once whether something is to be done. May be called by a signal's handler."""
        self._woken.set()

    def run(self, turn: Callable[[], bool]) -> bool:
        """Beats while `turn` says so, which is called once a second and whenever somebody wakes it. Returns whether
        all that was under way had ended when it did."""
        self._scheduler.start()
        self._scheduler.add_job(self._beat_once, _Tick(decide.every(PULSE)), id="pulse")
        self.keep(self.beat.tick)
        self.publish.ask()
        self.deliver.ask()
        while turn():
            self._woken.wait(PULSE)
            self._woken.clear()
            self._watch_clock()
            self._feel()
        return self._stop()

    def keep(self, tick: Callable[[datetime], datetime]) -> None:
        """The rhythm of regular passes, from now on."""
        self._tick = tick
        self._scheduler.add_job(self.publish.ask, _Tick(tick), id="tick", replace_existing=True)

    def start(self, executor: str, work: Callable[[], None]) -> None:
        self._scheduler.add_job(work, executor=executor)

    def at(self, name: str, work: Callable[[], None], instant: datetime | None) -> None:
        """`work` at an `instant`, in place of what was to be under that name."""
        if instant is None:
            # It may be fired at this very moment.
            with suppress(JobLookupError):
                self._scheduler.remove_job(name)
        elif not self.stopping:
            self._scheduler.add_job(work, DateTrigger(instant), id=name, replace_existing=True)

    def _beat_once(self) -> None:
        self._pulse = self.beat.seconds()

    def _shown(self) -> timedelta:
        return timedelta(seconds=self.beat.now().timestamp() - self.beat.seconds())

    def _watch_clock(self) -> None:
        shown = self._shown()
        if decide.stepped(self._offset, shown):
            by = (shown - self._offset).total_seconds()
            self.beat.report(f"the clock was set by {by:+.0f} s; all that is to come is reckoned anew")
            self._scheduler.add_job(
                self._beat_once, _Tick(decide.every(PULSE)), id="pulse", replace_existing=True
            )
            self.keep(self._tick)
            self.publish.ask()
            self.deliver.ask()
        self._offset = shown

    def _feel(self) -> None:
        """Says once what is stuck; who watches over this program hears nothing of it while it is."""
        stuck = [duty.name for duty in (self.publish, self.deliver) if duty.taking() > HUNG]
        if self.beat.seconds() - self._pulse > STALE:
            stuck.append("the scheduler")
        if not stuck:
            self.beat.alive()
        elif stuck != self._stuck:
            self.beat.report(f"{' and '.join(stuck)}: stuck for too long; start this again")
        self._stuck = stuck

    def _heard(self, event: Any) -> None:
        fault = getattr(event, "exception", None)
        # A pulse that comes late says nothing; `_well` tells where none comes any more.
        if fault is not None:
            self.beat.report(
                f"a fault of its own ({type(fault).__name__}: {fault}); it goes on, please report it"
            )

    def _stop(self) -> bool:
        self.beat.stopping.set()
        until = self.beat.seconds() + GRACE
        ended = all(
            duty.idle.wait(max(until - self.beat.seconds(), 0)) for duty in (self.publish, self.deliver)
        )
        self._scheduler.shutdown(wait=False)
        return ended
