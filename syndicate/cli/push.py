"""`syndicate push`: one drain, or as many as it takes."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from syndicate.cli import standings
from syndicate.cli.console import Log
from syndicate.cli.options import Options, common
from syndicate.model import Attempt, Delivery, Standing

if TYPE_CHECKING:
    from syndicate.config import Config
    from syndicate.ledger import Books
    from syndicate.pipeline.deliver import Drain

# Between two drains: what is due at once was just refused.
SHORTEST_PAUSE = 0.2
LONGEST_WAIT = 31_536_000


@dataclass(frozen=True, slots=True)
class Delivered:
    """How destinations stand after delivering, at the instant `at`; `over` says that not all was delivered in the
    time that was given."""

    standings: tuple[Standing, ...]
    at: datetime
    over: bool = False

    @property
    def code(self) -> int:
        return 1 if self.over or any(one.dead for one in self.standings) else 0

    def report(self) -> dict[str, Any]:
        return standings.as_json(self.standings)

    def show(self, log: Log) -> None:
        """What became of it; a quiet log still says what is dead."""
        dead = sum(one.dead for one in self.standings)
        if log.quiet:
            if dead:
                log.say(f"deliveries: {dead} dead; 'syndicate status' says why", level="error")
            return
        click.echo("\nDeliveries:")
        standings.show(self.standings, self.at)
        if dead:
            click.echo("\nWhat is dead is not tried again: mend it, then 'syndicate retry --all'.")
        elif self.over:
            click.echo("\nThe time is over; 'syndicate push' goes on with what is pending.")


def _seconds(context: click.Context, option: click.Parameter, given: str | None) -> float | None:
    if given is None:
        return None
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= LONGEST_WAIT:
        raise click.UsageError(f"--wait: '{given}' is no number of seconds from 0 to {LONGEST_WAIT}", context)
    return seconds


@click.command()
@click.option(
    "--wait",
    callback=_seconds,
    metavar="SECONDS",
    help="Keep trying until all is delivered, or the time is over. What is under way is finished.",
)
@click.option("--json", "to_json", is_flag=True, help="Report as one JSON document.")
@common
@click.pass_obj
def push(options: Options, /, wait: float | None, to_json: bool, **given: Any) -> int:
    """Deliver what is due to hubs and webhooks.

    Exit codes: 0 all well, 1 a delivery is dead (with --wait: or not all was delivered in time), 2 the settings are
    wrong, 4 another instance is at work.
    """
    from syndicate.cli import settings
    from syndicate.ledger.lock import hold
    from syndicate.ledger.sqlite import open_ledger

    options = options.with_given(given)
    log = Log(options)
    chosen = settings.load(options.config)
    log.problems(chosen.warnings)
    if not chosen.ledger.exists():
        log.say(f"ledger {chosen.ledger}: is not there yet; run 'syndicate build' first", level="warning")
        ledger = open_ledger(chosen.ledger, create=False)
        delivered = Delivered(standings.complete(chosen, ledger.standings()), _now())
    else:
        with hold(chosen.ledger, command="syndicate push"):
            delivered = deliver(chosen, open_ledger(chosen.ledger), log, wait)
    if to_json:
        click.echo(json.dumps(delivered.report(), ensure_ascii=False, indent=2))
    else:
        delivered.show(log)
    return delivered.code


def deliver(chosen: Config, ledger: Books, log: Log, wait: float | None = None) -> Delivered:
    """Drains, again and again for `wait` seconds where there are some. The caller holds the lock."""
    from syndicate.cli import wiring
    from syndicate.pipeline.deliver import drain

    office = wiring.office(chosen, ledger, lambda delivery, attempt: _say(log, delivery, attempt))
    names = [one.name for one in chosen.destinations]
    until = time.monotonic() + (wait or 0)
    waiting: set[str] = set()
    while True:
        drained = drain(office)
        say_rest(log, replace(drained, waiting=tuple(one for one in drained.waiting if one not in waiting)))
        waiting |= set(drained.waiting)
        due = ledger.next_due(names)
        left = until - time.monotonic()
        if due is None or wait is None or left <= 0:
            break
        time.sleep(min(max((due - wiring.now()).total_seconds(), SHORTEST_PAUSE), left))
    return Delivered(
        standings.complete(chosen, ledger.standings()),
        wiring.now(),
        over=wait is not None and due is not None,
    )


def _say(log: Log, delivery: Delivery, attempt: Attempt) -> None:
    say_attempt(log, delivery, attempt, quietly=delivery.state == "delivered")


def say_attempt(log: Log, delivery: Delivery, attempt: Attempt, *, quietly: bool) -> None:
    """One line for an attempt and what became of its delivery; `quietly`, only -v shows it."""
    what = f"{delivery.event.kind} '{delivery.event.title or delivery.event.subject}'"
    said = {"destination": delivery.destination, "what": what}
    event, level = "delivered", "info"
    if delivery.state != "delivered":
        event, level = "not delivered", "error" if delivery.state == "dead" else "warning"
        then = "dead" if delivery.state == "dead" else f"again {_later(delivery, attempt)}"
        said |= {"reason": delivery.reason, "then": then}
    if quietly:
        log.detail(event, **said)
    else:
        log.say(event, level, **said)


def _later(delivery: Delivery, attempt: Attempt) -> str:
    seconds = int((delivery.due - attempt.at).total_seconds())
    return f"in {standings.span(seconds)}" if seconds > 0 else "at once"


def say_rest(log: Log, drained: Drain) -> None:
    for name, count in drained.dropped:
        many = "1 delivery" if count == 1 else f"{count} deliveries"
        log.say(f"{name}: it left the settings more than a day ago; {many} to it dropped", level="warning")
    for reason in drained.waiting:
        log.say(f"waiting: {reason}")


def _now() -> datetime:
    from syndicate.cli import wiring

    return wiring.now()
