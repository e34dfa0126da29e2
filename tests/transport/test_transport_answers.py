"""What a sender makes of all that receivers do, over real sockets."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pytest
from behaviours import ANSWERS, FAULTS, SECONDS, TRAP, Answered, Failed
from receivers import EVERYWHERE, Receiver, answer, refusing, swallowing

from syndicate.errors import TransportError
from syndicate.model import Request
from syndicate.transport import LIMIT, send

LARGE = bytes(2**23)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def request_of(receiver: Receiver, large: bool = False) -> Request:
    return Request("POST", receiver.url("/hook/s3cret?key=s3cret"), body=LARGE if large else b"told")


@pytest.mark.parametrize("case", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_is_given_as_it_came(case: Answered, receiver: Receiver) -> None:
    receiver.script(EVERYWHERE, case.behaviour)
    receiver.script(TRAP, answer(200))
    response = send(request_of(receiver), timeout=10)
    assert response.status == case.status
    assert len(response.body) <= LIMIT
    assert response.body.startswith(case.body)
    receiver.wait_until_idle()
    assert [got.path for got in receiver.requests] == ["/hook/s3cret?key=s3cret"]


@pytest.mark.parametrize("case", FAULTS.values(), ids=FAULTS)
def test_what_is_no_answer_is_a_fault(case: Failed, receiver: Receiver) -> None:
    receiver.script(EVERYWHERE, case.behaviour)
    with pytest.raises(TransportError) as caught:
        send(request_of(receiver, case.large), timeout=SECONDS if "within" in case.words else 10)
    assert str(caught.value) == case.words
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_nobody_listens() -> None:
    with refusing() as port, pytest.raises(TransportError, match="no connection: refused"):
        send(Request("POST", f"http://127.0.0.1:{port}/"), timeout=10)


def test_a_black_hole() -> None:
    with swallowing() as port, pytest.raises(TransportError, match=r"^no connection within 0\.3 s$"):
        send(Request("POST", f"http://127.0.0.1:{port}/"), timeout=SECONDS)


def test_a_receiver_that_stops_and_comes_back(receiver: Receiver) -> None:
    assert send(request_of(receiver), timeout=10).status == 204
    receiver.stop()
    with pytest.raises(TransportError, match="refused"):
        send(request_of(receiver), timeout=10)
    receiver.start()
    assert send(request_of(receiver), timeout=10).status == 204
    assert [got.order for got in receiver.wait_for(2)] == [0, 1]


@pytest.mark.parametrize(("limit", "given"), [(3, b"abc"), (6, b"abcdef"), (7, b"abcdef"), (0, b"")])
def test_the_body_is_cut_at_the_limit(limit: int, given: bytes, receiver: Receiver) -> None:
    receiver.script(EVERYWHERE, answer(200, b"abcdef"))
    assert send(request_of(receiver), timeout=10, limit=limit).body == given


@pytest.mark.parametrize("timeout", [0, -1.0])
def test_no_time_at_all(timeout: float, receiver: Receiver) -> None:
    with pytest.raises(TransportError, match=f"^no answer within {timeout:g} s$"):
        send(request_of(receiver), timeout=timeout)
    assert receiver.requests == ()


def open_now() -> tuple[int, int]:
    """Descriptors and threads of this very moment."""
    return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()


def pile_up(request: Request) -> None:
    """Sends it 200 times."""

    def attempt(_: int) -> None:
        with suppress(TransportError):
            send(request, timeout=SECONDS)

    with ThreadPoolExecutor(100) as pool:
        list(pool.map(attempt, range(200)))


@pytest.fixture
def no_collector() -> Iterator[None]:
    """What is left to the collector would stay open until it runs, if it does."""
    gc.disable()
    yield
    gc.enable()


KINDS = {name: ANSWERS[name] for name in ("200", "302", "200 with a body without end")} | FAULTS
# Two hundred of each take their time; these few stand for the rest in the usual suite.
USUAL = ("200", *list(FAULTS)[::6])
PILES = [
    pytest.param(case, id=name, marks=() if name in USUAL else pytest.mark.slow)
    for name, case in KINDS.items()
]


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("case", PILES)
def test_nothing_piles_up(case: Answered | Failed, receiver: Receiver) -> None:
    receiver.script(EVERYWHERE, case.behaviour)
    before = open_now()
    pile_up(request_of(receiver, isinstance(case, Failed) and case.large))
    receiver.wait_until_idle()
    assert open_now() == before


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("nowhere", [refusing, swallowing])
def test_nothing_piles_up_without_a_connection(nowhere: Callable[[], AbstractContextManager[int]]) -> None:
    with nowhere() as port:
        before = open_now()
        pile_up(Request("POST", f"http://127.0.0.1:{port}/"))
        assert open_now() == before
