"""`syndicate serve`: the daemon, and the feeds over HTTP."""

from __future__ import annotations

from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from syndicate.cli import run, wiring
from syndicate.cli.console import Log
from syndicate.cli.options import Options, common

if TYPE_CHECKING:
    from collections.abc import Callable

    from syndicate.cli.service import Service
    from syndicate.config import Config
    from syndicate.server.figures import Figures
    from syndicate.server.listener import Listener
    from syndicate.server.shelf import Shelf


@click.command()
@click.option(
    "--no-schedule", is_flag=True, help="Only serve what a build beside it writes, without the lock."
)
@common
@click.pass_obj
def serve(options: Options, /, no_schedule: bool, **given: Any) -> int:
    """Publish and deliver as 'syndicate run' does, and serve the feeds and their pages.

    Exit codes: 0 stopped, 2 the settings are wrong or the port is taken, 4 another instance is at work.
    """
    from syndicate.cli import settings

    options = options.with_given(given)
    log = Log(options, stamped=True)
    chosen = settings.load(options.config, looking=no_schedule)
    log.problems(chosen.warnings)
    if no_schedule:
        return _only_serve(chosen, log)
    return run.keep(chosen, options, log, "syndicate serve", lambda service: _front(chosen, log, service))


def _only_serve(chosen: Config, log: Log) -> int:
    from syndicate.cli.shelving import Shelving

    signals = run.Signals()
    woken = Event()
    signals.wake = woken.set
    shelving = Shelving(lambda: chosen)
    shelf = shelving.first()
    listener = _listening(
        chosen, log, shelf, shelving.changed, lambda: (True, "serving what is built beside this")
    )
    log.say("started", address=_address(listener))
    while not signals.stopping.is_set():
        woken.wait(1.0)
        woken.clear()
        if signals.reload.is_set():
            signals.reload.clear()
            log.say("settings: to read them anew, start this again", level="warning")
    listener.stop()
    log.say("stopped")
    return 0


def _front(chosen: Config, log: Log, service: Service) -> Callable[[], None]:
    """Serves beside the daemon's duties; returns what ends it."""
    from syndicate.cli.shelving import Shelving

    shelving = Shelving(lambda: service.chosen)
    listener = _listening(chosen, log, shelving.first(), shelving.changed, service.ready)
    service.subscribers = listener.subscribers
    log.say("serving", address=_address(listener))

    def end() -> None:
        listener.stop()

    return end


def _listening(
    chosen: Config,
    log: Log,
    shelf: Shelf,
    look: Callable[[], Shelf | None],
    ready: Callable[[], tuple[bool, str]],
) -> Listener:
    from syndicate.server import listener
    from syndicate.server.app import Serving

    serving = Serving(
        now=wiring.now,
        ready=ready,
        report=lambda sentence: log.say(sentence, level="warning"),
        figures=(lambda: _figures(chosen)) if chosen.server.metrics else None,
        trusted=chosen.server.trusted_proxies,
        look=look,
    )
    return listener.serve(serving, shelf, host=chosen.server.host, port=chosen.server.port)


def _figures(chosen: Config) -> Figures:
    from syndicate import __version__
    from syndicate.cli import standings
    from syndicate.ledger import lastpass
    from syndicate.ledger.sqlite import open_ledger
    from syndicate.server.figures import Figures

    found = standings.complete(chosen, open_ledger(chosen.ledger, create=False).standings())
    waiting = [one.next_due for one in found if one.next_due]
    note = lastpass.read(chosen.ledger) or {}
    posts = note.get("posts", {})
    at = datetime.fromisoformat(note["at"]) if note else None
    skipped = [one["severity"] for one in posts.get("skipped", [])]
    severities = [*skipped, *("warning" for _ in note.get("warnings", []))]
    return Figures(
        version=__version__,
        last_pass=at,
        last_success=None if note.get("held") else at,
        pass_seconds=note.get("seconds"),
        posts=tuple((name, posts[name]) for name in ("read", "published") if name in posts),
        problems=tuple((name, severities.count(name)) for name in ("error", "warning")),
        documents=_counts([one.name for one in chosen.feeds for _ in one.addresses]),
        pending=tuple((one.destination, one.pending) for one in found),
        delivered=tuple((one.destination, one.delivered) for one in found),
        dead=tuple((one.destination, one.dead) for one in found),
        oldest_pending=min(waiting, default=None),
    )


def _counts(names: list[str]) -> tuple[tuple[str, int], ...]:
    return tuple((name, names.count(name)) for name in dict.fromkeys(names))


def _address(listener: Listener) -> str:
    host, port = listener.address
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
