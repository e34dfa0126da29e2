"""The heart by itself: what it does with wishes, faults and duties that get stuck."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from daemons import eventually

from syndicate import daemon, decide
from syndicate.daemon import Beat, Heart

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that is told the time. `seconds` belongs to the one that nobody sets."""

    shown: datetime | None = None
    seconds: float = 0.0

    def now(self) -> datetime:
        return self.shown or datetime.now(UTC)

    def steady(self) -> float:
        return self.seconds

    def set(self, by: timedelta) -> None:
        self.shown = self.now() + by


@dataclass
class Life:
    """A heart that beats in a thread, and what became of it."""

    heart: Heart
    said: list[str] = field(default_factory=list)
    beats: list[float] = field(default_factory=list)
    ended: bool | None = None

    def beat_once(self) -> None:
        """One more look at everything."""
        before = self.turns
        self.heart.wake()
        eventually(lambda: self.turns > before + 1, "the heart turns")

    turns: int = 0


def never(now: datetime) -> datetime:
    return now + timedelta(days=365)


@contextmanager
def living(
    publish: Callable[[], datetime | None] = lambda: None,
    deliver: Callable[[], datetime | None] = lambda: None,
    *,
    clock: Clock | None = None,
    tick: Callable[[datetime], datetime] = never,
) -> Iterator[Life]:
    clock = clock or Clock()
    said: list[str] = []
    beats: list[float] = []
    stop = threading.Event()
    beat = Beat(
        publish,
        deliver,
        tick,
        clock.now,
        clock.steady,
        said.append,
        alive=lambda: beats.append(clock.seconds),
    )
    life = Life(Heart(beat), said, beats)

    def turn() -> bool:
        life.turns += 1
        if not stop.is_set():
            # So that a test need not wait for a second.
            threading.Event().wait(0.01)
            life.heart.wake()
        return not stop.is_set()

    def run() -> None:
        life.ended = life.heart.run(turn)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield life
    finally:
        stop.set()
        life.heart.wake()
        thread.join(daemon.GRACE + 10)
        assert not thread.is_alive()


def test_both_duties_are_done_at_once_and_not_again() -> None:
    done: list[str] = []
    with living(lambda: done.append("publish"), lambda: done.append("deliver")) as life:
        eventually(lambda: len(done) == 2, "both are done")
        life.beat_once()
    assert sorted(done) == ["deliver", "publish"]
    assert life.ended
    assert life.said == []


def test_wishes_while_it_is_done_are_one_more_time() -> None:
    begun, go_on, count = threading.Semaphore(0), threading.Semaphore(0), [0]
    overlapping = [0]

    def publish() -> None:
        overlapping[0] += 1
        count[0] += 1
        assert overlapping[0] == 1
        begun.release()
        go_on.acquire()
        overlapping[0] -= 1

    with living(publish) as life:
        begun.acquire()
        for _ in range(10):
            life.heart.publish.ask()
        go_on.release()
        begun.acquire()
        go_on.release()
        assert life.heart.publish.idle.wait(10)
        life.beat_once()
        assert count[0] == 2
        life.heart.publish.ask()
        begun.acquire()
        go_on.release()
        assert life.heart.publish.idle.wait(10)
    assert count[0] == 3


def test_a_slow_duty_does_not_delay_the_other() -> None:
    go_on, delivered = threading.Event(), threading.Semaphore(0)

    def publish() -> None:
        go_on.wait()

    with living(publish, delivered.release) as life:
        for _ in range(3):
            assert delivered.acquire(timeout=10)
            life.heart.deliver.ask()
        go_on.set()


def test_a_duty_that_raises_stops_nothing() -> None:
    begun, go_on, count = threading.Semaphore(0), threading.Semaphore(0), [0]

    def publish() -> None:
        count[0] += 1
        begun.release()
        go_on.acquire()
        raise ValueError("unforeseen")

    with living(publish) as life:
        begun.acquire()
        # A wish that comes while it goes wrong is granted all the same.
        life.heart.publish.ask()
        go_on.release()
        assert begun.acquire(timeout=10)
        go_on.release()
        eventually(lambda: len(life.said) == 2, "it is said")
        life.heart.publish.ask()
        assert begun.acquire(timeout=10)
        go_on.release()
        eventually(lambda: len(life.said) == 3, "it is said")
    assert set(life.said) == {"a fault of its own (ValueError: unforeseen); it goes on, please report it"}
    assert life.ended


def test_a_duty_comes_at_the_instant_it_named() -> None:
    """The instants are those of the real clock: the scheduler goes by it."""
    at: list[datetime] = []
    due = datetime.now(UTC) + timedelta(seconds=0.5)

    def publish() -> datetime | None:
        at.append(datetime.now(UTC))
        return due if len(at) == 1 else None

    with living(publish) as life:
        eventually(lambda: len(at) == 2, "it comes")
        life.beat_once()
    assert at[0] < due <= at[1]
    assert len(at) == 2


def test_an_instant_that_is_no_longer_wanted_is_forgotten() -> None:
    count, due = [0], datetime.now(UTC) + timedelta(seconds=1)

    def publish() -> datetime | None:
        count[0] += 1
        return due if count[0] == 1 else None

    with living(publish) as life:
        eventually(lambda: count[0] == 1 and life.heart.publish.idle.is_set(), "the first is over")
        life.heart.publish.ask()
        eventually(lambda: datetime.now(UTC) > due + timedelta(seconds=0.5), "the instant is past")
        assert count[0] == 2


def test_many_instants_in_the_past_are_one_pass() -> None:
    """As after a machine slept: each wish has one answer."""
    count, long_ago = [0], datetime.now(UTC) - timedelta(hours=10)

    def publish() -> datetime | None:
        count[0] += 1
        return None

    with living(publish) as life:
        eventually(lambda: count[0] == 1 and life.heart.publish.idle.is_set(), "the first is over")
        life.heart.publish.ask_at(long_ago)
        eventually(lambda: count[0] == 2, "what is overdue is done")
        life.beat_once()
        assert count[0] == 2


def test_what_is_stuck_is_said_once_and_nobody_is_told_that_all_is_well() -> None:
    clock, begun, go_on = Clock(), threading.Event(), threading.Event()

    def publish() -> None:
        begun.set()
        go_on.wait()

    with living(publish, clock=clock) as life:
        assert begun.wait(10)
        eventually(lambda: life.beats, "all is well")
        # Both clocks go on together, else one would have been set.
        clock.set(timedelta(seconds=daemon.HUNG + 1))
        clock.seconds += daemon.HUNG + 1
        stuck = "publish: stuck for too long; start this again"
        eventually(lambda: any("stuck" in one for one in life.said), "it is said")
        life.beat_once()
        told = len(life.beats)
        life.beat_once()
        life.beat_once()
        assert len(life.beats) == told
        assert [one for one in life.said if "publish" in one and "scheduler" not in one].count(stuck) <= 1
        go_on.set()
        eventually(lambda: len(life.beats) > told, "all is well again")
    assert life.ended


def test_a_clock_that_was_set_brings_a_pass_and_is_said_once() -> None:
    clock, count = Clock(NOON), [0]

    def publish() -> datetime | None:
        count[0] += 1
        return None

    with living(publish, clock=clock, tick=decide.every(3600)) as life:
        eventually(lambda: count[0] == 1 and life.heart.publish.idle.is_set(), "the first is over")
        for number, hours in enumerate((-1, 24, -24 * 365 * 56, 24 * 365 * 200), 2):
            clock.set(timedelta(hours=hours))
            eventually(lambda: count[0] == number, "a pass")  # noqa: B023
            life.beat_once()
            assert count[0] == number
            assert len(life.said) == number - 1
            assert f"the clock was set by {hours * 3600:+d} s" in life.said[-1]
        # What merely drifts is nothing.
        clock.set(timedelta(seconds=1))
        life.beat_once()
        assert len(life.said) == 4


def test_after_the_end_nothing_is_begun() -> None:
    count = [0]

    def publish() -> datetime | None:
        count[0] += 1
        return datetime.now(UTC)

    with living(publish) as life:
        eventually(lambda: count[0] > 1, "it is done")
    assert life.ended
    done = count[0]
    life.heart.publish.ask()
    life.heart.publish.ask_at(datetime.now(UTC))
    assert count[0] == done


@pytest.mark.slow
def test_what_hangs_does_not_keep_it_from_its_end() -> None:
    go_on = threading.Event()
    clock = Clock()

    def publish() -> None:
        go_on.wait()

    try:
        with living(publish, clock=clock) as life:
            life.beat_once()
        assert life.ended is False
    finally:
        go_on.set()
