"""One drain over a real ledger: `send` is a function, the clock a lambda."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from syndicate.decide import Terms, digest
from syndicate.errors import TransportError
from syndicate.ledger import Books
from syndicate.ledger.sqlite import SqliteLedger, open_ledger
from syndicate.model import (
    Announcement,
    Attempt,
    Delivery,
    Destination,
    Event,
    Request,
    Response,
)
from syndicate.pipeline.deliver import Drain, Office, drain

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
PATIENCE = 10.0


def hook(name: str = "hook", host: str = "") -> Destination:
    return Destination(name, f"https://{host or name}.example/", "standard")


def delivery(id_: str, to: str = "hook", subject: str = "", **changes: Any) -> Delivery:
    subject = subject or f"urn:{id_}"
    event = Event("post.published", AT, subject, "https://e.org/", id_, 1)
    return replace(Delivery(id_, to, event, "application/json", f"body of {id_}".encode(), AT), **changes)


def queue(books: Books, *deliveries: Delivery) -> None:
    events = tuple(dict.fromkeys(one.event for one in deliveries))
    books.announce([], [], [], [], told=Announcement(AT, 1, 1, 1, events, deliveries))


@dataclass
class Post:
    """Carries requests: what each host answers in turn, the last for all that follow; 204 where nothing is said."""

    answers: dict[str, list[int | str]] = field(default_factory=dict)
    sent: list[Request] = field(default_factory=list)

    def __call__(self, request: Request, /, *, limit: int = 65536) -> Response:
        self.sent.append(request)
        script = self.answers.get(host(request), [204])
        said = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(said, str):
            raise TransportError(said)
        return Response(said)

    def ids(self, name: str = "hook") -> list[str]:
        return [id_of(one) for one in self.sent if host(one) == name]


def host(request: Request) -> str:
    return request.url.removeprefix("https://").partition(".")[0]


def id_of(request: Request) -> str:
    return dict(request.headers)["webhook-id"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def books(path: Path) -> Books:
    return open_ledger(path)


def office(books: Books, send: Any, *destinations: Destination, at: datetime = AT, **more: Any) -> Office:
    return Office(
        books, destinations or (hook(),), Terms(30.0, 12), send, lambda: at, lambda: 0.0, lambda: 1.0, **more
    )


def standing(books: Books) -> dict[str, tuple[int, int, int]]:
    return {one.destination: (one.pending, one.delivered, one.dead) for one in books.standings()}


def attempts(books: Books) -> list[tuple[str, str]]:
    words = {"delivered", "failed", "dead", "gone"}
    return [(one.delivery, one.kind) for one in reversed(books.crumbs()) if one.kind in words]


def test_nothing_is_due(books: Books) -> None:
    carried = Post()
    queue(books, delivery("later", due=AT + timedelta(seconds=1)))
    assert drain(office(books, carried)) == Drain()
    left = replace(office(books, carried), destinations=())
    assert drain(left) == Drain()
    assert drain(replace(left, now=lambda: AT + timedelta(days=2))) == Drain(dropped=(("hook", 1),))
    assert carried.sent == []


def test_what_is_due_is_sent_in_order_and_settled(books: Books) -> None:
    carried, told = Post(), list[tuple[str, str]]()
    queue(books, delivery("z"), delivery("a"), delivery("m"))

    def report(one: Delivery, attempt: Attempt) -> None:
        told.append((one.id, one.state))
        assert attempt.outcome.status == 204

    assert drain(office(books, carried, report=report)) == Drain(delivered=3)
    assert carried.ids() == ["z", "a", "m"]
    assert [one.body for one in carried.sent] == [b"body of z", b"body of a", b"body of m"]
    assert {one.method for one in carried.sent} == {"POST"}
    assert told == [("z", "delivered"), ("a", "delivered"), ("m", "delivered")]
    assert standing(books) == {"hook": (0, 3, 0)}
    assert drain(office(books, carried)) == Drain()


IN_A_ROW: dict[str, tuple[list[int | str], int, tuple[int, int, int]]] = {
    "500 for ever": ([500], 3, (5, 0, 0)),
    "nobody there": (["it refuses connections"], 3, (5, 0, 0)),
    "a success between": ([500, 500, 204, 500, 500], 5, (4, 1, 0)),
    "at last": ([204, 204, 500, 500, 500], 5, (3, 2, 0)),
    "a refusal is an answer": ([500, 500, 404, 500, 500], 5, (4, 0, 1)),
    "refused each": ([404], 5, (0, 0, 5)),
    "of all kinds": ([500, "reset", 429, 204, 204], 3, (5, 0, 0)),
}


@pytest.mark.parametrize(("script", "sent", "stands"), IN_A_ROW.values(), ids=IN_A_ROW.keys())
def test_three_failures_in_a_row_stop_that_destination_only(
    books: Books, script: list[int | str], sent: int, stands: tuple[int, int, int]
) -> None:
    carried = Post({"bad": list(script)})
    queue(books, *(delivery(f"{to}{n}", to, f"urn:{n}") for n in range(5) for to in ("bad", "good")))
    drained = drain(office(books, carried, hook("bad"), hook("good")))
    assert len(carried.ids("bad")) == sent
    assert carried.ids("good") == [f"good{n}" for n in range(5)]
    assert standing(books) == {"bad": stands, "good": (0, 5, 0)}
    assert drained.delivered == 5 + stands[1]
    assert (drained.failed, drained.dead) == (sent - stands[1] - stands[2], stands[2])


def test_a_failure_holds_up_its_own_post_alone(books: Books) -> None:
    carried = Post({"hook": [503, 204]})
    queue(books, delivery("a1", subject="urn:a"), delivery("b", subject="urn:b"))
    queue(books, delivery("a2", subject="urn:a"))
    assert drain(office(books, carried)) == Drain(delivered=1, failed=1)
    assert carried.ids() == ["a1", "b"]
    later = office(books, carried, at=AT + timedelta(seconds=30))
    assert drain(later) == Drain(delivered=2)
    assert carried.ids() == ["a1", "b", "a1", "a2"]


def test_each_attempt_has_the_same_id_and_the_same_bytes(books: Books) -> None:
    carried = Post({"hook": [500, "reset", 429, 204]})
    queue(books, delivery("one"))
    at = AT
    for _ in range(4):
        drain(office(books, carried, at=at))
        at = books.next_due() or at
    assert {(id_of(one), one.body, one.url) for one in carried.sent} == {
        ("one", b"body of one", "https://hook.example/")
    }
    assert len(carried.sent) == 4
    assert at - AT == timedelta(seconds=30 + 60 + 120)
    assert attempts(books) == [("one", "failed")] * 3 + [("one", "delivered")]


def test_the_last_attempt_is_the_last(books: Books) -> None:
    carried = Post({"hook": [500]})
    queue(books, delivery("one", attempts=11))
    assert drain(office(books, carried)) == Drain(dead=1)
    [dead] = books.dead()
    assert dead.reason.endswith("given up after attempt 12")


class Forgetful(SqliteLedger):
    """A kill after *send*, before *settle*."""

    def settle(self, delivery: Delivery, attempt: Attempt) -> None:
        raise KeyboardInterrupt


def test_a_kill_before_settling_sends_the_same_again(books: Books, path: Path) -> None:
    carried = Post()
    queue(books, delivery("one"))
    with pytest.raises(KeyboardInterrupt):
        drain(office(Forgetful(path, 5.0), carried))
    assert standing(books) == {"hook": (1, 0, 0)}
    assert drain(office(books, carried)) == Drain(delivered=1)
    first, second = carried.sent
    assert (id_of(first), first.body) == (id_of(second), second.body)


@pytest.mark.parametrize("fault", [RuntimeError("boom"), SystemExit(3), KeyboardInterrupt()])
def test_a_fault_in_a_thread_comes_up_in_the_caller(books: Books, fault: BaseException) -> None:
    go_on = threading.Event()

    def send(request: Request, /, **_: int) -> Response:
        if host(request) == "slow":
            assert go_on.wait(PATIENCE)
            return Response(204)
        raise fault

    queue(books, delivery("one"), delivery("two", "slow"))
    try:
        with pytest.raises(type(fault)) as raised:
            drain(office(books, send, hook("slow"), hook()))
    finally:
        go_on.set()
    assert raised.value is fault
    assert standing(books) == {"hook": (1, 0, 0), "slow": (1, 0, 0)}
    assert attempts(books) == []


def test_a_fault_in_a_report_comes_up_after_it_is_settled(books: Books) -> None:
    def report(_delivery: Delivery, _attempt: Attempt) -> None:
        raise BrokenPipeError

    queue(books, delivery("one"))
    with pytest.raises(BrokenPipeError):
        drain(office(books, Post(), report=report))
    assert standing(books) == {"hook": (0, 1, 0)}


def test_destinations_are_sent_to_at_the_same_time(books: Books) -> None:
    meeting = threading.Barrier(3, timeout=PATIENCE)

    def send(_request: Request, /, **_: int) -> Response:
        meeting.wait()
        return Response(204)

    names = ("a", "b", "c")
    queue(books, *(delivery(f"{name}{n}", name, f"urn:{n}") for n in range(2) for name in names))
    assert drain(office(books, send, *map(hook, names))) == Drain(delivered=6)


def test_one_that_hangs_delays_no_other(books: Books) -> None:
    """It is let go only once all that the others are to be told is settled."""
    healthy, settled = threading.Event(), list[str]()

    def send(request: Request, /, **_: int) -> Response:
        if host(request) == "slow":
            assert healthy.wait(PATIENCE), "the others waited for the slow one"
        return Response(204)

    def report(one: Delivery, _attempt: Attempt) -> None:
        settled.append(one.destination)
        if settled.count("b") == settled.count("c") == 4:
            healthy.set()

    queue(books, *(delivery(f"{to}{n}", to, f"urn:{n}") for n in range(4) for to in ("slow", "b", "c")))
    drained = drain(office(books, send, hook("slow"), hook("b"), hook("c"), report=report))
    assert drained == Drain(delivered=12)
    assert settled[-4:] == ["slow"] * 4


def test_to_one_destination_one_is_sent_when_the_one_before_is_settled(books: Books) -> None:
    settled, before = list[str](), list[int]()

    def send(_request: Request, /, **_: int) -> Response:
        before.append(len(settled))
        return Response(204)

    queue(books, *(delivery(str(n)) for n in range(8)))
    drain(office(books, send, report=lambda one, _attempt: settled.append(one.id)))
    assert before == list(range(8))


def test_gone_switches_a_destination_off(books: Books) -> None:
    carried = Post({"hook": [410]})
    queue(books, delivery("one"), delivery("two"), delivery("other", "other"))
    both = (hook(), hook("other"))
    assert drain(office(books, carried, *both)) == Drain(delivered=1, dead=1)
    assert carried.ids() == ["one"]
    assert standing(books) == {"hook": (0, 0, 2), "other": (0, 1, 0)}
    assert [bool(one.closed) for one in books.standings()] == [True, False]
    queue(books, delivery("three"))
    assert drain(office(books, carried, *both)) == Drain()
    assert standing(books)["hook"] == (0, 0, 3)
    carried.answers = {}
    moved = (hook(host="elsewhere"), hook("other"))
    queue(books, delivery("four"))
    assert drain(office(books, carried, *moved)) == Drain(delivered=1)
    assert carried.ids("elsewhere") == ["four"]
    # What is dead stays so, until it is put back.
    assert standing(books)["hook"] == (0, 1, 3)


def test_what_is_put_back_is_sent_to_one_that_was_off(books: Books) -> None:
    carried = Post({"hook": [410, 204]})
    queue(books, delivery("one"), delivery("two"))
    drain(office(books, carried))
    books.retry(["two"], AT)
    assert drain(office(books, carried)) == Drain(delivered=1)
    assert carried.ids() == ["one", "two"]


PAGE = "https://page.example/atom.xml"
OTHER = "https://page.example/rss.xml"
SERVED = {PAGE: digest(b"new"), OTHER: digest(b"new too")}


@dataclass
class Web:
    """Serves pages to who asks, and takes what is told."""

    pages: dict[str, Response | TransportError]
    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def __call__(self, request: Request, /, *, limit: int = 65536) -> Response:
        if request.method == "POST":
            self.told.append(id_of(request))
            return Response(204)
        assert limit > 2**20
        self.asked.append(request.url)
        page = self.pages[request.url]
        if isinstance(page, TransportError):
            raise page
        return page


NOT_LIVE: dict[str, tuple[Response | TransportError, str]] = {
    "missing": (Response(404), "is not served yet: it answers 404"),
    "moved": (Response(302, (("location", PAGE),)), "is not served yet: it answers 302"),
    "old": (Response(200, (), b"old"), "does not serve yet what was published"),
    "nothing": (Response(200), "does not serve yet what was published"),
    "nobody there": (TransportError("it refuses connections"), "is not served yet: it refuses connections"),
}


@pytest.mark.parametrize(("page", "words"), NOT_LIVE.values(), ids=NOT_LIVE.keys())
def test_what_is_not_served_yet_postpones_without_an_attempt(
    books: Books, page: Response | TransportError, words: str
) -> None:
    web = Web({PAGE: page})
    queue(books, *(delivery(str(n), awaits=(PAGE,)) for n in range(5)), delivery("free"))
    at = AT + timedelta(seconds=40)
    drained = drain(office(books, web, served=SERVED, at=at))
    # Not being served is no failure of the destination: three of them do not stop it.
    assert drained == Drain(delivered=1, waiting=(f"{PAGE} {words}",))
    assert web.told == ["free"]
    assert web.asked == [PAGE]
    assert attempts(books) == [("free", "delivered")]
    assert standing(books) == {"hook": (5, 1, 0)}
    assert books.next_due() == at + timedelta(seconds=10)
    found = books.due("hook", AT + timedelta(hours=1), AT + timedelta(days=1))
    assert found
    assert (found.attempts, found.reason) == (0, f"{PAGE} {words}")
    web.pages[PAGE] = Response(200, (), b"new")
    again = office(books, web, served=SERVED, at=at + timedelta(seconds=10))
    assert drain(again) == Drain(delivered=5)
    assert web.told == ["free", "0", "1", "2", "3", "4"]


def test_all_that_it_speaks_of_must_be_served(books: Books) -> None:
    web = Web({PAGE: Response(200, (), b"new"), OTHER: Response(404)})
    queue(books, delivery("both", awaits=(PAGE, OTHER)), delivery("one", awaits=(PAGE,)))
    drained = drain(office(books, web, served=SERVED))
    assert drained == Drain(delivered=1, waiting=(f"{OTHER} is not served yet: it answers 404",))
    web.pages[OTHER] = Response(200, (), b"new too")
    later = office(books, web, served=SERVED, at=AT + timedelta(minutes=1))
    assert drain(later) == Drain(delivered=1)
    assert web.told == ["one", "both"]


def test_once_it_stops_nothing_more_is_begun(books: Books) -> None:
    carried = Post()
    queue(books, delivery("one"), delivery("two"))
    assert drain(office(books, carried, stop=lambda: True)) == Drain()
    assert drain(office(books, carried, stop=lambda: bool(carried.sent))) == Drain(delivered=1)
    assert carried.ids() == ["one"]
    assert standing(books) == {"hook": (1, 1, 0)}
