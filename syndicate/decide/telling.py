"""What happened, whom to tell, and what follows from an attempt (specification, section 7)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from syndicate.decide.publishing import Held, News, digest
from syndicate.model import Delivery, Destination, Document, Event, EventKind, Memory, Outcome, Remembered

# The formats of documents that are subscribed to, and so are topics; pages for people are not.
FEEDS = ("atom", "rss", "json")
# No wait is longer: not between two attempts, not because a receiver asks for it.
LONGEST_RETRY = timedelta(hours=6)
LONGEST_ASKED = timedelta(days=1)
# So many times a receiver's own word is taken for when to come back.
TRUSTED = 3
# What is due later than this was queued under a clock that was wrong.
HORIZON = LONGEST_ASKED + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """How often to try: `first_retry` in seconds is doubled after each attempt, of which there are at most
    `max_attempts`."""

    first_retry: float = 30.0
    max_attempts: int = 12


def first(memory: Memory) -> bool:
    """Whether nothing was published yet: then all is taken as known (specification, section 7)."""
    return not memory.documents and all(row.state == "known" for row in memory.entries)


def events(news: News, memory: Memory, at: datetime) -> tuple[Event, ...]:
    """What happened to entries. A row that changed in what no author writes (its path, or its URL by a setting)
    is no event."""
    before = {row.id: row for row in memory.entries}
    rows = [(_kind(before.get(row.id), row), row) for row in news.published]
    rows += [("post.withdrawn", before[id_]) for id_ in news.withdrawn]
    return tuple(Event(kind, at, row.id, row.url, row.title, row.revision) for kind, row in rows if kind)


def _kind(before: Remembered | None, row: Remembered) -> EventKind | None:
    if before is None or before.state != "published":
        return "post.published"
    return "post.updated" if before.fingerprint != row.fingerprint else None


def topics(wanted: Sequence[Document], memory: Memory, at: datetime) -> tuple[Event, ...]:
    """The documents of feeds whose bytes are not those that were announced last: what the place holds does not
    count, since a kill may have come between the two. Nor do the codings of a document, which have its URL."""
    announced = {(one.path, one.url): one.digest for one in memory.documents}
    return tuple(
        Event("feed.updated", at, one.url, one.url, one.path)
        for one in wanted
        if one.format in FEEDS and announced.get((one.path, one.url)) != digest(one.body)
    )


def flooding(happened: Sequence[Event], limit: int) -> Held | None:
    """The guard against a flood: more new posts at once than `limit` are more often an accident than a day's work."""
    count = sum(event.kind == "post.published" for event in happened)
    if count <= limit:
        return None
    return Held(
        f"posts: {count} new posts would be published at once, which is more than [guard] announce = {limit} "
        "allows; look at what 'syndicate build --dry-run --accept' lists, then say --accept",
        count,
    )


def identifier(destination: Destination, event: Event, fingerprint: str) -> str:
    """The id of a telling. It is the same for the same change of the same entry, also where an old ledger was
    restored; `fingerprint` is of what is told, and for a document, whose changes nobody counts, the instant is too."""
    instant = "" if event.revision else event.at.isoformat()
    named = (destination.name, event.kind, event.subject, str(event.revision), fingerprint, instant)
    return "msg_" + hashlib.sha256(json.dumps(named).encode()).hexdigest()[:32]


def after(delivery: Delivery, outcome: Outcome, at: datetime, chance: float, terms: Terms) -> Delivery:
    """What becomes of a delivery. `at` is the end of the attempt, `chance` from 0 to 1: waits are exponential with
    full jitter, so that those who failed together do not come back together."""
    tried = replace(delivery, attempts=delivery.attempts + 1, reason=outcome.reason)
    if outcome.verdict == "delivered":
        return replace(tried, state="delivered", reason="")
    if outcome.verdict in ("dead", "gone"):
        return replace(tried, state="dead")
    if tried.attempts >= terms.max_attempts:
        return replace(
            tried, state="dead", reason=f"{outcome.reason}; given up after attempt {tried.attempts}"
        )
    return replace(tried, due=at + _wait(tried.attempts, outcome, chance, terms))


def _wait(attempts: int, outcome: Outcome, chance: float, terms: Terms) -> timedelta:
    if outcome.retry_after is None:
        return timedelta(seconds=_doubled(attempts, terms) * chance)
    # Else one that always asks for a second would use up all attempts in no time.
    least = _doubled(attempts - TRUSTED, terms) * chance if attempts > TRUSTED else 1.0
    asked = max(min(outcome.retry_after, 1e9), 1.0, least)
    return min(timedelta(seconds=asked), LONGEST_ASKED)


def _doubled(attempts: int, terms: Terms) -> float:
    return float(min(terms.first_retry * 2.0 ** min(attempts - 1, 64), LONGEST_RETRY.total_seconds()))


def look_again(happened: datetime, now: datetime) -> datetime:
    """When to ask anew whether a document is served: the more rarely, the longer it takes."""
    waited = max((now - happened).total_seconds(), 0.0)
    return now + timedelta(seconds=min(max(waited / 4, 1.0), 300.0))
