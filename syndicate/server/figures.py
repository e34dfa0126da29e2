"""What an operator wants to know, for `/metrics` (spec.md section 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import prometheus_client
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector, CollectorRegistry

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The state of things at one instant. Instants are aware, None where nothing of the kind was yet; `pass_seconds`
    is how long the last pass took. `posts` counts by state, `problems` by severity, `documents` by feed;
    `pending`, `delivered` and `dead` count deliveries by the destination's name, which is never a URL that may
    be a secret."""

    version: str
    last_pass: datetime | None = None
    last_success: datetime | None = None
    pass_seconds: float | None = None
    posts: Counts = ()
    problems: Counts = ()
    documents: Counts = ()
    pending: Counts = ()
    delivered: Counts = ()
    dead: Counts = ()
    oldest_pending: datetime | None = None


class Tally:
    """Counts requests, and writes all figures in the words of Prometheus."""

    def __init__(self) -> None:
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
        self._requests = prometheus_client.Counter(
            "syndicate_requests",
            "Requests answered, by feed (empty: no feed's document) and status.",
            ["feed", "status"],
            registry=None,
        )

    def count(self, feed: str, status: int) -> None:
        self._requests.labels(feed, str(status)).inc()

    def write(
        self, figures: Figures, subscribers: Mapping[tuple[str, str], int], now: datetime, accept: str = ""
    ) -> tuple[bytes, str]:
        """The exposition and its media type, as the header Accept asks for it. `subscribers` count by feed and
        aggregator; `now` is aware."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self._requests)
        registry.register(_Snapshot(figures, subscribers, now))
        encode, media_type = choose_encoder(accept)
        return encode(registry), media_type


class _Snapshot(Collector):
    def __init__(self, figures: Figures, subscribers: Mapping[tuple[str, str], int], now: datetime) -> None:
        self._figures, self._subscribers, self._now = figures, subscribers, now

    def collect(self) -> Iterator[Metric]:
        figures = self._figures
        yield _by("build_info", "The version that is running.", ("version",), {(figures.version,): 1})
        yield from self._of_passes()
        yield _by("posts", "Posts by state.", ("state",), _keyed(figures.posts))
        yield _by(
            "problems", "Problems of the last pass by severity.", ("severity",), _keyed(figures.problems)
        )
        yield _by("documents", "Documents by feed.", ("feed",), _keyed(figures.documents))
        yield _by("outbox_pending", "Deliveries not yet made.", ("target",), _keyed(figures.pending))
        if figures.oldest_pending is not None:
            age = (self._now - figures.oldest_pending).total_seconds()
            yield _one(
                "outbox_oldest_pending_seconds", "Age of the oldest delivery not yet made.", max(0.0, age)
            )
        ended = CounterMetricFamily(
            "syndicate_deliveries", "Deliveries that ended.", labels=("target", "result")
        )
        for result, counts in (("delivered", figures.delivered), ("dead", figures.dead)):
            for target, number in counts:
                ended.add_metric((target, result), number)
        yield ended
        said = "Subscribers that aggregators say they ask for."
        yield _by("subscribers", said, ("feed", "aggregator"), dict(self._subscribers))

    def _of_passes(self) -> Iterator[Metric]:
        figures = self._figures
        if figures.pass_seconds is not None:
            yield _one("pass_duration_seconds", "How long the last pass took.", figures.pass_seconds)
        if figures.last_pass is not None:
            age = (self._now - figures.last_pass).total_seconds()
            yield _one("pass_age_seconds", "Time since the last pass.", max(0.0, age))
        if figures.last_success is not None:
            said = "When a pass last succeeded."
            yield _one("last_build_success_timestamp_seconds", said, figures.last_success.timestamp())


def _one(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(f"syndicate_{name}", said, value=value)


def _by(name: str, said: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> Metric:
    family = GaugeMetricFamily(f"syndicate_{name}", said, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


def _keyed(counts: Counts) -> dict[tuple[str, ...], float]:
    return {(name,): number for name, number in counts}
