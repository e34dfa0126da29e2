"""The memory: ids, and what is published. And the lock.

A ledger promises:

- **It forgets no id.** Entries are never deleted, a feed's id is written once, and the first one counts.
- **It is written in two steps**, each one transaction, each safe to repeat. `remember` comes before a
  document that shows an id is put; `announce` after the documents are public. A kill between the two
  leaves ids without a promise, and the next pass makes good for it.
- **It writes only what differs.** The same call twice leaves the same bytes on the disk.
- **It is one writer's.** Whoever writes holds `lock.hold`; readers never wait for it.
- **It fails in one sentence.** Whatever goes wrong is a `LedgerError` that names the file and the remedy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from syndicate.model import Good, Memory, Put, Remembered


class Ledger(Protocol):
    def memory(self) -> Memory:
        """All that is remembered, of one instant: entries sorted by id, documents by path, feed ids by
        name, by code point. Raises LedgerError."""

    def remember(self, entries: Sequence[Remembered], feed_ids: Sequence[tuple[str, str]]) -> None:
        """Commit ids before a document shows them (specification, section 7, order).

        An id that is new becomes `known`, whatever `state` says. Of one that is there, what finds its
        post again (path, slug, body_fingerprint) follows the post at once, or a rename that a kill
        interrupts would cost the id. What readers saw (date, url, fingerprint, state) changes only while
        it is still `known`. A feed's id, as (name, id), stays what it was first. Raises LedgerError.
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
    ) -> None:
        """Commit what is public now.

        `published` entries are recorded whole, their state becomes `published`; of the ids `withdrawn`
        it becomes `withdrawn` (ids that are not there are passed over). `documents` are ours from now on,
        the paths `removed` no longer. What stands in both of a pair is published, is ours. `good`
        versions are kept in place of those before, those of the ids `stale` are dropped. Raises LedgerError.
        """

    def good_versions(self, ids: Sequence[str]) -> dict[str, bytes]:
        """The last good versions of those of `ids` that have one, by id. Raises LedgerError."""
