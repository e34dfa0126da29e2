"""What a place lacks, what must be remembered, what the guard holds."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from syndicate.model import Document, Identified, Memory, Plan, Put, Remembered


@dataclass(frozen=True, slots=True)
class Held:
    """A change that is not made unless it is accepted: why, and how many entries it would withdraw."""

    reason: str
    count: int


NOTHING = Memory()

# Below so many entries a share says nothing.
SHARE_COUNTS_FROM = 5


def held(present: int, withdrawn: int, memory: Memory, share: float) -> Held | None:
    """The guard: a source that is empty, or lacks more than `share` of what is published, is more often an unmounted
    disk than a wish. `present` counts post files, `withdrawn` the entries that would be withdrawn."""
    public = sum(row.state == "published" for row in memory.entries)
    if not present and public:
        return Held(
            f"posts: the folder holds no post, and {public} published {_entries(public)} would be withdrawn; "
            "put the posts back, or say --accept",
            public,
        )
    if public >= SHARE_COUNTS_FROM and withdrawn > share * public:
        return Held(
            f"posts: {withdrawn} of {public} published entries would be withdrawn, which is more than "
            f"[guard] withdraw = {share:g} allows; put the posts back, or say --accept",
            withdrawn,
        )
    return None


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def plan(wanted: Sequence[Document], standing: Mapping[str, str | None], ours: Sequence[Put]) -> Plan:
    """What the place lacks of `wanted`, and what it holds too much: `standing` has the digest of what is at each
    path now. Only a file that the ledger knows as ours, and that nobody changed since, is removed."""
    paths = {document.path for document in wanted}
    put = tuple(document for document in wanted if standing.get(document.path) != digest(document.body))
    remove = tuple(
        one.path for one in ours if one.path not in paths and standing.get(one.path) in (one.digest, None)
    )
    return Plan(put, remove)


def remembered(
    identified: Sequence[Identified], days: Mapping[str, str], memory: Memory = NOTHING
) -> tuple[Remembered, ...]:
    """What the ledger shall know of the entries that stand published; `days` maps an id to its date."""
    before = {row.id: row for row in memory.entries}
    return tuple(
        Remembered(
            id=one.id.value,
            path=one.post.path,
            slug=one.post.slug.value,
            date=days[one.id.value],
            url=one.url.value,
            fingerprint=one.post.fingerprint,
            body_fingerprint=one.post.body_fingerprint,
            state="published",
            title=one.post.title.value or "",
            revision=_revision(before.get(one.id.value), one.post.fingerprint),
        )
        for one in identified
    )


def _revision(before: Remembered | None, fingerprint: str) -> int:
    """What was never public has had no revision; what was withdrawn and stands again is news to its readers."""
    if before is None or before.state == "known":
        return 1
    return before.revision + (before.state == "withdrawn" or before.fingerprint != fingerprint)


@dataclass(frozen=True, slots=True)
class News:
    """What differs from memory: `published` rows that are new or changed, ids `withdrawn`."""

    published: tuple[Remembered, ...]
    withdrawn: tuple[str, ...]


def news(now: Sequence[Remembered], memory: Memory, kept: Set[str] = frozenset()) -> News:
    """What differs; the ids `kept` are not withdrawn, though they do not stand in this pass."""
    before = {row.id: row for row in memory.entries}
    standing = {row.id for row in now} | kept
    return News(
        published=tuple(row for row in now if before.get(row.id) != row),
        withdrawn=tuple(
            row.id for row in memory.entries if row.state == "published" and row.id not in standing
        ),
    )


def _entries(count: int) -> str:
    return "entry" if count == 1 else "entries"
