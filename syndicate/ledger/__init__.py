"""The memory: ids, what is published, and what is to be told to whom. And the lock.

A ledger promises:

- **It forgets no id.** Entries are never deleted, a feed's id is written once, and the first one counts.
- **It is written in two steps**, each one transaction, each safe to repeat. `remember` comes before a
  document that shows an id is put; `announce` after the documents are public. A kill between the two
  leaves ids without a promise, and the next pass makes good for it.
- **What is published and what is to be told of it are written in one transaction**: nothing is told that is
  not public, and nothing that is public is forgotten to be told.
- **A delivery's id and body are decided when it is queued**, and stay in all attempts. What may become of a
  delivery is in the schema (`schema.TRANSITIONS`), and the database refuses the rest.
- **It writes only what differs.** The same call twice leaves the same bytes on the disk.
- **It is one writer's.** Whoever writes holds `lock.hold`; readers never wait for it.
- **It fails in one sentence.** Whatever goes wrong is a `LedgerError` that names the file and the remedy.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from syndicate.model import (
    Announcement,
    Attempt,
    Crumb,
    Delivery,
    Good,
    Memory,
    Put,
    Remembered,
    Standing,
)


class Ledger(Protocol):
    def memory(self) -> Memory:
        """All that is remembered, of one instant: entries sorted by id, documents by path, feed ids by
        name, by code point. Raises LedgerError."""

    def remember(
        self,
        entries: Sequence[Remembered],
        feed_ids: Sequence[tuple[str, str]],
        claims: Sequence[Put] = (),
    ) -> None:
        """Commit ids before a document shows them (specification, section 7, order).

        An id that is new becomes `known`, whatever `state` says. Of one that is there, what finds its
        post again (path, slug, body_fingerprint) follows the post at once, or a rename that a kill
        interrupts would cost the id. What readers saw (date, url, fingerprint, state) changes only while
        it is still `known`. A feed's id, as (name, id), stays what it was first. Files
        of `claims` are ours from now on, and their digests are not: they are put next. Raises LedgerError.
        """

    def announce(
        self,
        published: Sequence[Remembered],
        withdrawn: Sequence[str],
        documents: Sequence[Put],
        removed: Sequence[str],
        *,
        good: Sequence[Good] = (),
        stale: Sequence[str] = (),
        told: Announcement | None = None,
    ) -> None:
        """Commit what is public now, and what is to be told of it.

        `published` entries are recorded whole, their state becomes `published`; of the ids `withdrawn`
        it becomes `withdrawn` (ids that are not there are passed over). `documents` are ours from now on,
        the paths `removed` no longer. What stands in both of a pair is published, is ours. `good`
        versions are kept in place of those before, those of the ids `stale` are dropped. Of `told`, a ping
        takes the place of one that still waits, or is dead, for the same hub and topic. Raises LedgerError.
        """

    def good_versions(self, ids: Sequence[str]) -> dict[str, bytes]:
        """The last good versions of those of `ids` that have one, by id. Raises LedgerError."""


class Outbox(Protocol):
    """What the deliver flow needs. Each call is one transaction, and raises LedgerError."""

    def reconcile(self, destinations: Mapping[str, str], before: datetime) -> list[tuple[str, int]]:
        """Brings the outbox in line with the settings' destinations (name → digest of the URL). What waits or is
        dead for others, and happened `before`, is dropped, and returned as (name, how many); what waits for one
        that is switched off is dead; one that was switched off and has another URL now is on again."""

    def due(self, destination: str, now: datetime, horizon: datetime) -> Delivery | None:
        """The next delivery to be sent there: the oldest whose time has come, and none before an older one of
        its subject is settled. What is due after `horizon` was queued under a wrong clock, and is due."""

    def begin(self, delivery: Delivery) -> None:
        """Counts an attempt that is about to be made: what cannot be recorded is not sent."""

    def settle(self, delivery: Delivery, attempt: Attempt) -> None:
        """Records an attempt, and the delivery as it is after it."""

    def postpone(self, delivery: Delivery) -> None:
        """Records the delivery as it is, without an attempt."""

    def close(self, destination: str, digest: str, at: datetime, reason: str) -> None:
        """Switches a destination off that answered 410: what waits for it is dead until it is retried."""

    def next_due(self, destinations: Collection[str] | None = None) -> datetime | None:
        """When the next delivery is due, to these destinations or to any."""


class Chronicle(Protocol):
    """What people ask. Raises LedgerError."""

    def standings(self) -> tuple[Standing, ...]:
        """How each destination stands that anything was ever queued for, by name."""

    def crumbs(self, limit: int = 0, entries: Sequence[str] | None = None) -> tuple[Crumb, ...]:
        """Breadcrumbs, newest first: all, or of entries with these ids; at most `limit`, 0 is all."""

    def dead(self) -> tuple[Delivery, ...]:
        """The deliveries that are dead, the oldest first."""

    def retry(self, ids: Sequence[str] | None, now: datetime) -> tuple[Delivery, ...]:
        """Puts dead deliveries back, all of them where `ids` is None; returns those. Needs no lock."""


class Books(Ledger, Outbox, Chronicle, Protocol):
    """All of it: what opening a ledger gives."""
