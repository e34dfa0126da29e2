"""What the ledger remembers, and what a place lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from syndicate.model.reading import Document


@dataclass(frozen=True, slots=True)
class Remembered:
    """One entry as the ledger knows it. `date` is the date in its minted id's sense (ISO, as written),
    `state` what readers saw of it last: `known` is remembered, but not yet public. `revision` counts the
    changes of its text that were published, from 1."""

    id: str
    path: str
    slug: str
    date: str
    url: str
    fingerprint: str
    body_fingerprint: str
    state: Literal["known", "published", "withdrawn"]
    title: str = ""
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Put:
    """A file that the ledger knows as ours: `digest` is the SHA-256 (hex) of the bytes put last."""

    path: str
    url: str
    digest: str


@dataclass(frozen=True, slots=True)
class Good:
    """The last good version of a post that stands in a document: the file's bytes, and the fingerprint of what
    they say. A post that breaks shows it until it is mended."""

    id: str
    fingerprint: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Memory:
    """What the ledger remembers, read whole at the start of a pass; of good versions, as (id, fingerprint), only
    that there are any."""

    entries: tuple[Remembered, ...] = ()
    documents: tuple[Put, ...] = ()
    feed_ids: tuple[tuple[str, str], ...] = ()
    good: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What one place lacks (`put`, in order) or holds too much (`remove`)."""

    put: tuple[Document, ...]
    remove: tuple[str, ...]
