"""Where it listens, how it ends, and what it says of itself."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from shelves import NOW, Running, everything, one_answer, running, shelf

from syndicate.errors import ConfigError
from syndicate.server.app import Serving
from syndicate.server.asked import Asked
from syndicate.server.doors import Door
from syndicate.server.figures import Figures
from syndicate.server.limits import Limits
from syndicate.server.listener import serve
from syndicate.server.reply import Reply

SERVING = Serving(now=lambda: NOW, ready=lambda: (True, "ready"), report=lambda said: None)


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with running() as server:
        host, port = server.listener.address
        with pytest.raises(ConfigError) as caught:
            serve(SERVING, shelf(), host=host, port=port)
    assert str(caught.value) == (
        f"[server] listen 127.0.0.1:{port}: another program listens there; stop it, or set another address"
    )


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("192.0.2.1", "this machine has no such address; set one that it has, such as 127.0.0.1"),
        ("no such host", "there is no host of that name; set an address, such as 127.0.0.1"),
    ],
)
def test_where_nobody_can_listen_is_one_sentence(host: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        serve(SERVING, shelf(), host=host, port=0)
    assert str(caught.value) == f"[server] listen {host}:0: {said}"


def test_a_proxy_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"trusted_proxies: 'nginx' is no address and no network"):
        serve(replace(SERVING, trusted=("nginx",)), shelf(), host="127.0.0.1", port=0)


def test_the_port_is_free_after_the_end() -> None:
    with running() as server:
        address = server.listener.address
        with server.connect() as idle:
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            assert one_answer(idle).status == 200
            assert server.listener.stop()
            assert everything(idle) == b""
    again = serve(SERVING, shelf(), host=address[0], port=address[1])
    assert again.stop()


def test_it_listens_at_a_name() -> None:
    listener = serve(SERVING, shelf(), host="localhost", port=0)
    try:
        with socket.create_connection(listener.address) as line:
            line.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            assert everything(line).startswith(b"HTTP/1.1 200 ")
    finally:
        assert listener.stop()


def test_it_stops_though_somebody_is_still_finding_out() -> None:
    asked, release = threading.Event(), threading.Event()

    def ready() -> tuple[bool, str]:
        asked.set()
        release.wait(60)
        return True, "ready"

    with running(Limits(grace=0.2), ready=ready) as server, server.connect() as line:
        line.sendall(b"GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert asked.wait(60)
        assert server.ask("GET", "/atom.xml").status == 200
        assert server.listener.stop()
        release.set()


def test_what_takes_too_long_to_find_out_is_not_well_and_not_asked_again() -> None:
    times, release = [], threading.Event()

    def hang() -> tuple[bool, str]:
        times.append(1)
        release.wait(60)
        return True, "ready"

    def figures() -> Figures:
        release.wait(60)
        return FIGURES

    with running(Limits(looking=0.1, rate=1000), ready=hang, figures=figures) as server:
        for _ in range(3):
            ready = server.ask("GET", "/readyz")
            assert (ready.status, ready.body) == (503, b"the state of things takes too long to find out\n")
        assert server.ask("GET", "/metrics").status == 503
        assert server.ask("GET", "/healthz").status == 200
        release.set()
    assert len(times) == 1


def test_alive_and_ready() -> None:
    state = [(True, "the last pass was fine")]
    with running(ready=lambda: state[0]) as server:
        alive = server.ask("GET", "/healthz")
        assert (alive.status, alive.body, alive.headers["cache-control"]) == (200, b"alive\n", "no-store")
        ready = server.ask("GET", "/readyz")
        assert (ready.status, ready.body) == (200, b"the last pass was fine\n")
        assert not {"access-control-allow-origin"} & (set(alive.headers) | set(ready.headers))
        head = server.ask("HEAD", "/readyz")
        assert (head.status, head.headers, head.body) == (200, ready.headers, b"")
        assert server.ask("POST", "/healthz").status == 405
    state[0] = (False, "the source is gone; mount the disk")
    with running(ready=lambda: state[0]) as server:
        ready = server.ask("GET", "/readyz")
        assert (ready.status, ready.body) == (503, b"the source is gone; mount the disk\n")
        assert server.ask("GET", "/healthz").status == 200


def test_an_answerer_that_fails_harms_nobody_else() -> None:
    def fail(asked: Asked) -> Reply:
        raise ZeroDivisionError("a secret thought")

    with running(doors={"/hub": Door(fail)}) as server:
        answer = server.ask("GET", "/hub")
        assert (answer.status, answer.body) == (500, b"500 Internal Server Error\n")
        assert server.ask("GET", "/atom.xml").status == 200
        assert len(server.reports) == 1
        assert server.reports[0].startswith("server: a request failed (ZeroDivisionError(")


FIGURES = Figures(
    version="1.2.3",
    last_pass=NOW - timedelta(seconds=30),
    last_success=NOW - timedelta(seconds=90),
    pass_seconds=0.25,
    posts=(("published", 12), ("draft", 3)),
    problems=(("warning", 2),),
    documents=(("main", 3),),
    pending=(("hub", 4),),
    delivered=(("hub", 40), ("site-rebuild", 7)),
    dead=(("hub", 1),),
    oldest_pending=NOW - timedelta(minutes=5),
)


def samples(server: Running, *lines: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = server.ask("GET", "/metrics", *lines)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


def test_figures_for_an_operator() -> None:
    with running(figures=lambda: FIGURES) as server:
        for target in ("/atom.xml", "/atom.xml?x", "/", "/nothing", "/atom.xml"):
            server.ask(
                "GET", target, "User-Agent: Feedly/1.0 (+http://www.feedly.com/fetcher.html; 42 subscribers)"
            )
        server.ask(
            "GET", "/atom.xml", "If-None-Match: *", "User-Agent: BazQux/2.4 (\xe2\x80\xa6; 1 subscribers)"
        )
        server.raw(b"nonsense\r\n\r\n")
        found = samples(server)
        assert server.listener.subscribers() == {("main", "Feedly"): 42, ("main", "BazQux"): 1}
    assert found == {
        ("syndicate_build_info", (("version", "1.2.3"),)): 1,
        ("syndicate_pass_duration_seconds", ()): 0.25,
        ("syndicate_pass_age_seconds", ()): 30,
        ("syndicate_last_build_success_timestamp_seconds", ()): (NOW - timedelta(seconds=90)).timestamp(),
        ("syndicate_posts", (("state", "published"),)): 12,
        ("syndicate_posts", (("state", "draft"),)): 3,
        ("syndicate_problems", (("severity", "warning"),)): 2,
        ("syndicate_documents", (("feed", "main"),)): 3,
        ("syndicate_outbox_pending", (("target", "hub"),)): 4,
        ("syndicate_outbox_oldest_pending_seconds", ()): 300,
        ("syndicate_deliveries_total", (("result", "delivered"), ("target", "hub"))): 40,
        ("syndicate_deliveries_total", (("result", "delivered"), ("target", "site-rebuild"))): 7,
        ("syndicate_deliveries_total", (("result", "dead"), ("target", "hub"))): 1,
        ("syndicate_requests_total", (("feed", "main"), ("status", "200"))): 3,
        ("syndicate_requests_total", (("feed", "main"), ("status", "304"))): 1,
        ("syndicate_requests_total", (("feed", ""), ("status", "200"))): 1,
        ("syndicate_requests_total", (("feed", ""), ("status", "404"))): 1,
        ("syndicate_requests_total", (("feed", ""), ("status", "400"))): 1,
        ("syndicate_subscribers", (("aggregator", "Feedly"), ("feed", "main"))): 42,
        ("syndicate_subscribers", (("aggregator", "BazQux"), ("feed", "main"))): 1,
    }


def test_figures_of_a_site_that_has_not_published() -> None:
    with running() as server:
        assert samples(server) == {("syndicate_build_info", (("version", "1.2.3"),)): 1}
        assert server.ask("GET", "/metrics/").status == 404
        assert server.ask("GET", "/metrics", "Accept: application/openmetrics-text").body.endswith(b"# EOF\n")


def test_figures_may_be_off() -> None:
    with running(figures=None) as server:
        assert server.ask("GET", "/metrics").status == 404


def test_figures_are_found_out_once_for_all_who_ask_at_once() -> None:
    times = []

    def figures() -> Figures:
        times.append(1)
        return FIGURES

    with running(figures=figures) as server:
        ask = b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n" * 20
        with server.connect() as line:
            line.sendall(ask + b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert everything(line).count(b"HTTP/1.1 200 ") == 21
    assert len(times) < 21
