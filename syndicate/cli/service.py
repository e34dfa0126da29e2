"""The work of the daemon: passes and drains over the settings as they are now, and what it says of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from syndicate.cli import reports, settings, supervisor, wiring
from syndicate.cli.console import Log
from syndicate.cli.push import say_attempt, say_rest
from syndicate.errors import ConfigError, PassError, Problem

if TYPE_CHECKING:
    from syndicate.config import Config
    from syndicate.ledger import Books
    from syndicate.model import Attempt, Delivery
    from syndicate.pipeline.publish import Pass

# What was refused three times in a row is not tried again at once, though more for the same destination is due.
BREATH = timedelta(seconds=2)
# Who puts deliveries back (`syndicate retry`) does so in the ledger, and tells nobody.
LOOK = timedelta(seconds=5)


# Seconds after which a drain begins nothing more, so that the next one does.
LONGEST_DRAIN = 60.0
# So much later than expected, a pass does not come any more.
LATE = timedelta(minutes=5)


class Said:
    """What was said already: the same fault each minute is one line, and its end another."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._fault = ""
        self._problems: dict[str, Problem] = {}

    def fault(self, sentence: str, level: str = "error") -> None:
        if sentence != self._fault:
            self._log.say(sentence, level=level)
        self._fault = sentence

    def well(self) -> None:
        if self._fault:
            self._log.say(f"{self._fault.partition(':')[0]}: it works again")
        self.forget()

    def forget(self) -> None:
        self._fault = ""

    def problems(self, found: tuple[Problem, ...]) -> None:
        now = {str(one): one for one in found}
        self._log.problems(one for text, one in now.items() if text not in self._problems)
        mended = {one.file for one in self._problems.values()} - {one.file for one in found}
        for file in sorted(mended):
            self._log.say(f"{file}: all well again")
        self._problems = now


class Spoken:
    """Of attempts, what is news: that a destination was told, that it fails, that it fails otherwise. That it fails
    each time it is tried again is no news."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._failing: dict[str, str] = {}

    def attempt(self, delivery: Delivery, attempt: Attempt) -> None:
        name, reason = delivery.destination, attempt.outcome.reason
        known = self._failing.get(name) == reason and delivery.state == "pending"
        say_attempt(self._log, delivery, attempt, quietly=known)
        if delivery.state == "delivered":
            self._failing.pop(name, None)
        else:
            self._failing[name] = reason


class Service:
    """`publish` and `deliver` are the daemon's duties; each says when it is wanted next."""

    def __init__(self, chosen: Config, ledger: Books, log: Log, stopping: Event) -> None:
        self.chosen, self._ledger, self._log, self._stopping = chosen, ledger, log, stopping
        self._said, self._undelivered, self._unnoted = Said(log), Said(log), Said(log)
        self._spoken, self._waiting = Spoken(log), set[str]()
        self._failures = 0
        self._health, self._expected = (False, "no pass has ended yet"), wiring.now()
        self._watching = Event()
        self.ask_deliver: Callable[[], None] = lambda: None
        self.subscribers: Callable[[], dict[tuple[str, str], int]] = dict

    def tick(self) -> Callable[[datetime], datetime]:
        """From an instant to the next regular pass."""
        from syndicate import decide

        schedule = self.chosen.schedule
        if schedule.cron:
            return decide.cron(schedule.cron, ZoneInfo(self.chosen.site.timezone))
        return decide.every(schedule.every or 60.0)

    def publish(self) -> datetime | None:
        from syndicate import decide

        chosen, began, at = self.chosen, time.monotonic(), wiring.now()
        try:
            result = self._pass(chosen, at)
        except PassError as fault:
            return self._failed(str(fault), at)
        except Exception as fault:  # noqa: BLE001 — the daemon outlives whatever one pass may meet
            return self._failed(
                f"pass: a fault of its own ({type(fault).__name__}: {fault}); please report it", at
            )
        self._failures = 0
        seconds = time.monotonic() - began
        self._tell(result, seconds)
        next_pass = self.tick()(wiring.now())
        noted = reports.noted(result, chosen, at, seconds, next_pass)
        noted["subscribers"] = [
            {"feed": feed, "aggregator": name, "count": count}
            for (feed, name), count in sorted(self.subscribers().items())
        ]
        if reports.note(chosen.ledger, noted, self._unnoted.fault):
            self._unnoted.forget()
        if result.announced:
            self.ask_deliver()
        entries = "1 entry" if result.published == 1 else f"{result.published} entries"
        how = result.held.reason if result.held else f"{entries} published"
        supervisor.tell(supervisor.status(f"{how}, next pass at {next_pass:%H:%M:%S} UTC"))
        self._health, self._expected = (not result.held, how), next_pass
        soon = [result.upcoming[0]] if result.upcoming else []
        if result.held:
            soon.append(at + timedelta(seconds=decide.again(3)))
        return min(soon, default=None)

    def ready(self) -> tuple[bool, str]:
        """Was the last pass fine, and is it recent? And in a sentence, why."""
        if wiring.now() > self._expected + LATE:
            return False, "the last pass is too long ago"
        return self._health

    def _pass(self, chosen: Config, at: datetime) -> Pass:
        from syndicate.pipeline.publish import Rooms, publish
        from syndicate.publishers.folder import Folder
        from syndicate.workshop.rendering import Renderer

        rooms = Rooms(wiring.source(chosen), self._ledger, Folder(chosen.output.path), Renderer())
        return publish(wiring.order(chosen), rooms, at, lambda _what, _done, _total: None)

    def _failed(self, sentence: str, at: datetime) -> datetime:
        from syndicate import decide

        self._failures += 1
        self._health = (False, sentence)
        self._said.fault(sentence)
        supervisor.tell(supervisor.status(sentence))
        return at + timedelta(seconds=decide.again(self._failures))

    def _tell(self, result: Pass, seconds: float) -> None:
        if result.held:
            self._said.fault(
                f"{result.held.reason} (nothing was published; to accept it: stop this, run 'syndicate build "
                "--accept', and start it again)"
            )
            return
        self._said.problems(result.problems)
        self._said.well()
        words = {"post.published": "published", "post.updated": "updated", "post.withdrawn": "withdrawn"}
        for event in result.happened:
            self._log.say(words[event.kind], title=event.title or event.subject, url=event.url)
        written = sum(one.changed for one in result.shown)
        figures = (
            f"posts read: {result.read}, published: {result.published}, documents written: {written}, "
            f"announced: {result.announced}, {seconds:.1f} s"
        )
        if written or result.happened or result.removed:
            self._log.say("pass", figures=figures)
        else:
            self._log.detail("pass", figures=figures)

    def deliver(self) -> datetime | None:
        from syndicate.pipeline.deliver import drain

        chosen, now = self.chosen, wiring.now()
        try:
            began = time.monotonic()
            office = wiring.office(chosen, self._ledger, self._spoken.attempt, self._stopping.is_set)
            # A long backlog must not keep it from new settings, nor look as if it had hung.
            office = replace(
                office, enough=lambda: self.chosen is not chosen or time.monotonic() - began > LONGEST_DRAIN
            )
            drained = drain(office)
            say_rest(self._log, replace(drained, waiting=tuple(set(drained.waiting) - self._waiting)))
            self._waiting = set(drained.waiting)
            due = self._ledger.next_due([one.name for one in chosen.destinations])
        except PassError as fault:
            self._undelivered.fault(str(fault))
            return now + timedelta(seconds=10)
        except Exception as fault:  # noqa: BLE001 — as above
            self._undelivered.fault(
                f"delivering: a fault of its own ({type(fault).__name__}: {fault}); please report it"
            )
            return now + timedelta(seconds=60)
        self._undelivered.well()
        if not chosen.destinations:
            return None
        now = wiring.now()
        return min(max(due, now + BREATH), now + LOOK) if due else now + LOOK

    def reload(self) -> bool:
        """The settings anew; where they are wrong, it says so and keeps the old ones."""
        try:
            chosen = settings.load(self.config)
        except ConfigError as fault:
            for line in fault.lines:
                self._log.say(line, level="error")
            self._log.say("settings: they are wrong, those in use stay", level="error")
            return False
        if chosen.ledger != self.chosen.ledger:
            self._log.say(
                "[ledger] url: another ledger needs a restart, the settings in use stay", level="error"
            )
            return False
        self._log.problems(chosen.warnings)
        self.chosen = chosen
        self._log.say("settings: read anew")
        return True

    config: str | None = None

    def watch(self, changed: Callable[[], None]) -> None:
        """Watches the posts of the settings in use, and no longer those of before."""
        self._watching.set()
        if not self.chosen.schedule.watch:
            return
        from syndicate.sources.watching import watch

        self._watching = Event()
        chosen = self.chosen
        Thread(
            target=watch,
            args=(
                chosen.posts.paths,
                (chosen.output.path, chosen.ledger.parent),
                chosen.schedule.settle,
                self._watching,
            ),
            kwargs={"changed": changed, "tell": lambda why: self._log.say(why, level="warning")},
            daemon=True,
        ).start()

    def unwatch(self) -> None:
        self._watching.set()
