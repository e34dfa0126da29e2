"""What is told to whom: events, notices, deliveries, and HTTP as two values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

EventKind = Literal["post.published", "post.updated", "post.withdrawn", "feed.updated"]
Shape = Literal["websub", "standard", "discord", "slack", "text"]
State = Literal["pending", "delivered", "dead", "dropped"]
Verdict = Literal["delivered", "again", "dead", "gone"]


@dataclass(frozen=True, slots=True)
class Destination:
    """A hub or a webhook. `name` is how people know it: a hub's URL, a webhook's name. A webhook's `url` may be a
    credential, and stands in no message. `secrets` are keys, the newest first; with none nothing is signed."""

    name: str
    url: str = field(repr=False)
    shape: Shape
    events: tuple[EventKind, ...] = ("post.published", "post.updated", "post.withdrawn")
    secrets: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an entry or, `feed.updated`, to a document. `subject` is the entry's id or the
    document's self URL, `at` the instant of the pass (aware), `revision` counts the changes of an entry that
    were published, from 1; it is 0 for a document."""

    kind: EventKind
    at: datetime
    subject: str
    url: str
    title: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """An event in words for others: `item` is the entry as a JSON Feed 1.1 item (JSON text), empty for a document;
    `summary` plain text; `feeds` the self URLs of the documents that show the entry."""

    event: Event
    summary: str = ""
    item: str = ""
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice for one destination. `id` names the telling, and is the same in all attempts, as `body` is;
    `destination` is its name. `awaits` are URLs that must serve what was put before it is sent (wait_until_live).
    `attempts` counts those that were made, `reason` says how the last one ended."""

    id: str
    destination: str
    event: Event
    media_type: str
    body: bytes = field(repr=False)
    due: datetime
    attempts: int = 0
    state: State = "pending"
    reason: str = ""
    awaits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """HTTP, said. `url` may be a credential."""

    method: Literal["GET", "POST"]
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """HTTP, answered. Names of `headers` are in lower case; `body` is undecoded, and cut where it is long."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """The first value of a header, empty where there is none; `name` in lower case."""
        return next((value for key, value in self.headers if key == name), "")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt went: `gone` switches the destination off. `status` is that of the answer, 0 where there was
    none; `reason` a few words for a person, without any secret; `retry_after` in seconds, as was asked."""

    verdict: Verdict
    status: int = 0
    reason: str = ""
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a delivery, as the ledger keeps it. `seconds` is how long it took."""

    delivery: str
    at: datetime
    seconds: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a pass that changed something has to tell, and its figures: posts read, entries that stand published,
    documents that changed."""

    at: datetime
    read: int
    published: int
    documents: int
    events: tuple[Event, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How one destination stands: its deliveries by state, the instant of the next that is due, how its last
    attempt failed (empty where it did not), and why it was switched off (empty where it is not)."""

    destination: str
    pending: int = 0
    delivered: int = 0
    dead: int = 0
    last_error: str = ""
    next_due: datetime | None = None
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    """One breadcrumb of the history: `kind` is `pass`, an event's kind, or how an attempt ended; `entry` the id of
    the entry or the document's URL, `title` what it is called; `delivery` the id of the delivery of an attempt."""

    at: datetime
    kind: str
    entry: str = ""
    title: str = ""
    detail: str = ""
    destination: str = ""
    delivery: str = ""
