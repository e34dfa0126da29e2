"""When `run` makes a pass."""

from __future__ import annotations

from syndicate.config.faults import Fault, Keys
from syndicate.config.schema import Settings
from syndicate.config.sentences import Speaker
from syndicate.config.settings import ScheduleSettings

_EVERY: Keys = ("schedule", "every")
_CRON: Keys = ("schedule", "cron")
# Where neither is said, in seconds.
_USUAL = 60.0


def two_schedules(speaker: Speaker) -> list[Fault]:
    """Both `every` and `cron`, whatever they hold."""
    if not (speaker.has(_EVERY) and speaker.has(_CRON)):
        return []
    earlier, later = sorted((_EVERY, _CRON), key=speaker.line)
    what = f"there is also {earlier[-1]}, on line {speaker.line(earlier)}"
    return [Fault(later, what, "remove one of the two")]


def schedule(settings: Settings) -> ScheduleSettings:
    """What was asked for, or a pass each minute."""
    table = settings.schedule
    every = None if table.cron else _USUAL if table.every is None else table.every
    return ScheduleSettings(every, table.cron, table.watch, table.settle)
