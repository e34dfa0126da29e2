"""The deliver flow.

    due | say | send | judge | decide | settle

Only *send* runs in parallel, one at a time for each destination, in a thread of its own: a slow one delays nobody.
The ledger has one writer, the caller's thread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Protocol

from syndicate import decide
from syndicate.errors import TransportError
from syndicate.ledger import Outbox
from syndicate.model import Attempt, Delivery, Destination, Outcome, Request, Response
from syndicate.notifiers.shapes import notifier

# After so many failures in a row the rest for a destination waits for the next drain.
ENOUGH = 3
GRACE = 5.0
# A destination that leaves the settings may have been left out by mistake: what waits for it is kept so long.
FORGIVEN = timedelta(days=1)
LOOK = 0.25
# Seconds for which it is taken as known what is served at a URL: less than any wait until it is asked anew.
FRESH = 0.5
# More than any document; what is longer is not the one that was put.
LARGEST_DOCUMENT = 64 * 1024 * 1024


class Send(Protocol):
    def __call__(self, request: Request, /, *, limit: int = ...) -> Response:
        """Raises TransportError."""


@dataclass(frozen=True, slots=True)
class Office:
    """What a drain works with. `now` tells the time (aware), `seconds` that of a clock nobody sets, `chance` is from
    0 to 1. `served` has the digest of what must be served at each URL; `report` is told of each attempt and what
    became of its delivery, as it happens. Without `awaiting` nothing waits to be served,
    whatever it was queued with. Once `enough` says so nothing more is begun, and what is under way
    is waited for. Once `stop` says so nothing more is begun, and what is under way has
    `GRACE` seconds to end; then it is left pending."""

    outbox: Outbox
    destinations: tuple[Destination, ...]
    terms: decide.Terms
    send: Send
    now: Callable[[], datetime]
    seconds: Callable[[], float]
    chance: Callable[[], float]
    served: Mapping[str, str] = field(default_factory=dict)
    report: Callable[[Delivery, Attempt], None] = lambda _delivery, _attempt: None
    stop: Callable[[], bool] = lambda: False
    awaiting: bool = True
    enough: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Drain:
    """What a drain did: attempts by what became of the delivery, (name, how many) of what was dropped because its
    destination left the settings, and the reasons why deliveries wait for a document to be served."""

    delivered: int = 0
    failed: int = 0
    dead: int = 0
    dropped: tuple[tuple[str, int], ...] = ()
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Tried:
    destination: Destination
    delivery: Delivery
    attempt: Attempt | None = None
    waits: str = ""
    fault: BaseException | None = None


def drain(office: Office) -> Drain:
    """Delivers what is due. Raises LedgerError; what was sent and not settled is then sent again."""
    return _Round(office).walk()


class _Round:
    def __init__(self, office: Office) -> None:
        self._office = office
        self._results: SimpleQueue[_Tried] = SimpleQueue()
        self._busy: set[str] = set()
        self._failures: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._waiting: dict[str, None] = {}
        self._live: dict[str, tuple[float, Future[str]]] = {}
        self._asking = Lock()

    def walk(self) -> Drain:
        office = self._office
        urls = {one.name: _digest(one) for one in office.destinations}
        dropped = office.outbox.reconcile(urls, office.now() - FORGIVEN)
        for destination in office.destinations:
            self._next(destination)
        while self._busy:
            tried = self._ended()
            if tried is None:
                break
            self._busy.remove(tried.destination.name)
            if tried.fault:
                raise tried.fault
            if tried.attempt:
                self._settle(tried, tried.attempt)
            else:
                self._postpone(tried)
            self._next(tried.destination)
        counts = self._counts
        return Drain(
            counts["delivered"], counts["pending"], counts["dead"], tuple(dropped), tuple(self._waiting)
        )

    def _ended(self) -> _Tried | None:
        """The next that ends; None where it is time to stop, and what is under way takes too long."""
        stopped: float | None = None
        while True:
            try:
                return self._results.get(timeout=LOOK)
            except Empty:
                if not self._office.stop():
                    # What has become due meanwhile does not wait for the slow ones.
                    for destination in self._office.destinations:
                        self._next(destination)
                    continue
            stopped = self._office.seconds() if stopped is None else stopped
            if self._office.seconds() - stopped > GRACE:
                return None

    def _next(self, destination: Destination) -> None:
        name = destination.name
        if (
            self._office.stop()
            or self._office.enough()
            or name in self._busy
            or self._failures[name] >= ENOUGH
        ):
            return
        now = self._office.now()
        delivery = self._office.outbox.due(name, now, now + decide.HORIZON)
        if delivery:
            # Taken back where it is not sent after all, since what it speaks of is not served yet.
            self._office.outbox.begin(delivery)
            self._busy.add(name)
            # A daemon thread: who stops the program does not wait for a receiver that hangs.
            Thread(target=self._try, args=(destination, delivery), daemon=True).start()

    def _try(self, destination: Destination, delivery: Delivery) -> None:
        try:
            waits = next(
                filter(None, map(self._not_live, delivery.awaits if self._office.awaiting else ())), ""
            )
            attempt = None if waits else self._attempt(destination, delivery)
            self._results.put(_Tried(destination, delivery, attempt, waits))
        except BaseException as fault:  # noqa: BLE001 — the caller's thread raises it
            self._results.put(_Tried(destination, delivery, fault=fault))

    def _attempt(self, destination: Destination, delivery: Delivery) -> Attempt:
        office, shape = self._office, notifier(destination.shape)
        began, at = office.seconds(), office.now()
        try:
            response = office.send(shape.say(delivery, destination, at))
        except TransportError as fault:
            outcome = Outcome("again", reason=str(fault))
        else:
            outcome = shape.judge(response, destination, office.now())
        return Attempt(delivery.id, at, office.seconds() - began, outcome)

    def _not_live(self, url: str) -> str:
        """Why what was put is not served at `url` yet; empty where it is. Whoever wants to know it at about the same
        time hears the same answer."""
        mine: Future[str] = Future()
        with self._asking:
            at = self._office.seconds()
            since, answer = self._live.get(url, (at, mine))
            if answer.done() and at - since >= FRESH:
                since, answer = at, mine
            self._live[url] = since, answer
        if answer is mine:
            try:
                mine.set_result(self._asked(url))
            except BaseException as fault:  # noqa: BLE001 — whoever waits for it raises it
                mine.set_exception(fault)
        return answer.result()

    def _asked(self, url: str) -> str:
        try:
            response = self._office.send(Request("GET", url), limit=LARGEST_DOCUMENT)
        except TransportError as fault:
            return f"{url} is not served yet: {fault}"
        if response.status != 200:
            return f"{url} is not served yet: it answers {response.status}"
        if decide.digest(response.body) != self._office.served.get(url):
            return f"{url} does not serve yet what was published"
        return ""

    def _settle(self, tried: _Tried, attempt: Attempt) -> None:
        office, destination, outcome = self._office, tried.destination, attempt.outcome
        settled = decide.after(tried.delivery, outcome, office.now(), office.chance(), office.terms)
        office.outbox.settle(settled, attempt)
        self._counts[settled.state] += 1
        self._failures[destination.name] = (
            self._failures[destination.name] + 1 if outcome.verdict == "again" else 0
        )
        if outcome.verdict == "gone":
            office.outbox.close(destination.name, _digest(destination), attempt.at, outcome.reason)
        office.report(settled, attempt)

    def _postpone(self, tried: _Tried) -> None:
        delivery, now = tried.delivery, self._office.now()
        self._office.outbox.postpone(
            replace(delivery, due=decide.look_again(delivery.event.at, now), reason=tried.waits)
        )
        self._waiting[tried.waits] = None


def _digest(destination: Destination) -> str:
    return decide.digest(destination.url.encode())
