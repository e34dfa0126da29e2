"""When to wake: after a while, at cron's ticks, and again after a failure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

# A pass that failed is tried again, the more rarely the longer it fails.
FIRST_AGAIN = 2.0
LONGEST_AGAIN = 300.0
# The clock was set, and did not merely drift, where it moved by more than this against one that nobody sets.
STEP = timedelta(seconds=2)


def every(seconds: float) -> Callable[[datetime], datetime]:
    """From an instant to the next wake after it."""
    return lambda now: now + timedelta(seconds=seconds)


def cron(expression: str, zone: ZoneInfo) -> Callable[[datetime], datetime]:
    """From an instant to cron's next tick after it, in the local time of `zone`. What falls into the hour that a
    change to summer time leaves out comes right after it; what falls into the hour that comes twice, once."""

    def tick(now: datetime) -> datetime:
        from cronsim import CronSim

        ticks = (found.astimezone(UTC) for found in CronSim(expression, now.astimezone(zone)))
        # In an hour that comes again, the next by the clock on the wall was an hour ago.
        return next(found for found in ticks if found > now)

    return tick


def again(failures: int) -> float:
    """Seconds until a pass is tried again that has failed so many times in a row."""
    return float(min(FIRST_AGAIN * 2.0 ** min(failures - 1, 32), LONGEST_AGAIN))


def stepped(before: timedelta, after: timedelta) -> bool:
    """Was the clock set? Both are what it shows beyond a clock that nobody sets."""
    return abs(after - before) > STEP
