"""`syndicate run`: the daemon."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from syndicate.cli import supervisor, wiring
from syndicate.cli.console import Log
from syndicate.cli.options import Options, common
from syndicate.cli.service import Service
from syndicate.errors import ConfigError, SourceError

if TYPE_CHECKING:
    from syndicate.config import Config


@click.command()
@common
@click.pass_obj
def run(options: Options, /, **given: Any) -> int:
    """Publish and deliver until it is stopped: on a schedule, when a file changes, and at the very instant a post is
    due or expires.

    SIGTERM and SIGINT end it cleanly, SIGHUP makes it read its settings anew. Exit codes: 0 stopped, 2 the settings
    are wrong, 4 another instance is at work.
    """
    from syndicate.cli import settings

    options = options.with_given(given)
    log = Log(options, stamped=True)
    chosen = settings.load(options.config)
    log.problems(chosen.warnings)
    return keep(chosen, options, log, "syndicate run")


def keep(
    chosen: Config,
    options: Options,
    log: Log,
    command: str,
    front: Callable[[Service], Callable[[], None]] | None = None,
) -> int:
    """Lives until it is stopped. `front` opens what else is to be there meanwhile, and returns what ends it."""
    from syndicate.ledger.lock import hold
    from syndicate.ledger.sqlite import open_ledger

    if not os.path.lexists(chosen.ledger):
        try:
            wiring.source(chosen).look()
        except SourceError as fault:
            # Nothing was ever published from there: that is a setting to mend, not a lost disk.
            raise ConfigError(str(fault)) from None
    os.umask(0o022)
    signals = Signals()
    with hold(chosen.ledger, command=command):
        service = Service(chosen, open_ledger(chosen.ledger), log, signals.stopping)
        service.config = options.config
        log.say(f"started: {chosen.site.title}, posts in {', '.join(map(str, chosen.posts.paths))}")
        end = front(service) if front else lambda: None
        ended = _live(service, signals, log)
        end()
    log.say("stopped" if ended else "stopped; what was under way is left to the next start")
    if not ended:
        # A thread that hangs must not keep the program: what it was at is safe to repeat.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    return 0


class Signals:
    """What was asked for from outside."""

    def __init__(self) -> None:
        self.stopping, self.reload = Event(), Event()
        self.wake: Any = lambda: None
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGHUP, self._again)

    def _stop(self, _number: int, _frame: Any) -> None:
        self.stopping.set()
        self.wake()

    def _again(self, _number: int, _frame: Any) -> None:
        self.reload.set()
        self.wake()


def _live(service: Service, signals: Signals, log: Log) -> bool:
    from syndicate.daemon import Beat, Heart

    heart = Heart(
        Beat(
            publish=service.publish,
            deliver=service.deliver,
            tick=service.tick(),
            now=wiring.now,
            seconds=time.monotonic,
            report=lambda sentence: log.say(sentence, level="warning"),
            alive=lambda: supervisor.tell(supervisor.WATCHDOG),
            stopping=signals.stopping,
        )
    )
    service.ask_deliver = heart.deliver.ask
    signals.wake = heart.wake
    service.watch(heart.publish.ask)
    supervisor.tell(supervisor.READY, supervisor.status("started"))

    def turn() -> bool:
        if signals.stopping.is_set():
            return False
        if signals.reload.is_set():
            signals.reload.clear()
            supervisor.tell(*supervisor.reloading())
            if service.reload():
                heart.keep(service.tick())
                service.watch(heart.publish.ask)
                heart.publish.ask()
                heart.deliver.ask()
            supervisor.tell(supervisor.READY)
        return True

    try:
        return heart.run(turn)
    finally:
        supervisor.tell(supervisor.STOPPING)
        service.unwatch()
