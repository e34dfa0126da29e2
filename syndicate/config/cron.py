"""What a cron expression must be: what Debian's cron knows, and no more.

cronsim, which tells the ticks, knows forms of other crons besides, and takes `5-5/10` for `5-59/10`; so what is
given to it is checked here, term by term, and written out in five fields.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from cronsim import CronSim, CronSimError

from syndicate.config.faults import Wrong, nearest

# What Debian's crontab(5) knows, but for @reboot, which is no time.
NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}

_TERM = re.compile(
    r"(?:\*|([0-9]{1,4}|[a-z]{3})(?:-([0-9]{1,4}|[a-z]{3}))?)(?:/([0-9]{1,4}))?", re.IGNORECASE
)
# Any instant does: the days of the calendar repeat.
_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the five. `turned` is how a range is written that passes the end; `names` begin with that of
    `first`."""

    name: str
    plural: str
    least: int
    most: int
    turned: str
    names: tuple[str, ...] = ()
    first: int = 0

    def number(self, text: str) -> int:
        if text.isdigit():
            found = int(text)
        elif text.lower() in self.names:
            found = self.names.index(text.lower()) + self.first
        else:
            raise self.unknown()
        if not self.least <= found <= self.most:
            raise self.unknown()
        return found

    def unknown(self, hint: str = "") -> Wrong:
        names = f", or names like {self.names[1]}," if self.names else ""
        numbers = f"numbers from {self.least} to {self.most}{names} with commas, - and / as cron does, or *"
        return Wrong(f"{{shown}} has {self.name} that cron does not know", f"write {numbers}", hint)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FIELDS = (
    _Field("a minute", "minutes", 0, 59, "50-59,0-10"),
    _Field("an hour", "hours", 0, 23, "22-23,0-6"),
    _Field("a day of the month", "days", 1, 31, "28-31,1-3"),
    _Field("a month", "months", 1, 12, "11-12,1-2", _MONTHS, 1),
    _Field("a weekday", "weekdays", 0, 7, "6-7,1-2", _WEEKDAYS),
)


def expression(text: str) -> str:
    """A cron expression in five fields, which comes at some time. Raises Wrong."""
    text = text.strip(" \t")
    if text.startswith("@"):
        return _written_out(text)
    parts = re.split("[ \t]+", text) if text else []
    if not parts:
        raise Wrong("is empty", 'write it like "*/5 * * * *", or remove the key')
    if len(parts) != len(FIELDS):
        counted = "1 field" if len(parts) == 1 else f"{len(parts)} fields"
        what = (
            f"{{shown}} has {counted}, and cron has five: minute, hour, day of the month, month and weekday"
        )
        more = (
            "write no seconds, year, user or command, as in" if len(parts) > len(FIELDS) else "write it like"
        )
        raise Wrong(what, f'{more} "*/5 * * * *"')
    fields = zip(FIELDS, parts, strict=True)
    found = " ".join(",".join(_term(field, term) for term in part.split(",")) for field, part in fields)
    if not _comes(found):
        raise Wrong(
            "{shown} never comes, as none of its months has that day", "write a day that one of them has"
        )
    return found


def _written_out(nickname: str) -> str:
    if nickname in NICKNAMES:
        return NICKNAMES[nickname]
    if nickname == "@reboot":
        raise Wrong("{shown} is no time", 'remove it, or write a time, such as "@hourly"')
    fix = f"write {', '.join(sorted(NICKNAMES))} or five fields"
    meant = nearest(nickname, NICKNAMES)
    hint = f'did you mean "{meant}"?' if meant else ""
    if nickname.startswith("@every"):
        hint = 'write every = "5m" in the place of cron'
    raise Wrong("{shown} is nothing that cron knows", fix, hint)


def _term(field: _Field, text: str) -> str:
    found = _TERM.fullmatch(text)
    if not found:
        raise field.unknown("write * for any" if "?" in text else "")
    start, end, step = found.groups()
    first, last = field.number(start) if start else field.least, field.number(end) if end else field.most
    if step and int(step) == 0:
        raise Wrong("{shown} has a step of 0", "write a step of 1 or more")
    if step and start and not end:
        meant = f"write {start}-{field.most}/{step} where {text} is"
        raise Wrong("{shown} has a step without a range", "write where it ends, as in 5-59/10", meant)
    if end and last < first:
        what = f"{{shown}} has a range of {field.plural} that ends before it begins"
        # cron takes sun for 0 wherever it stands.
        sunday = field.names and last == 0
        raise Wrong(what, "write Sunday as 7 there" if sunday else f"write it in two, as in {field.turned}")
    return start if end and first == last else text


def _comes(fields: str) -> bool:
    try:
        next(CronSim(fields, _SOME_DAY))
    except (CronSimError, StopIteration):
        return False
    return True
