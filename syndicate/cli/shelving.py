"""What is served: the documents that the ledger knows as ours, as they stand in the output."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from syndicate.errors import LedgerError, PublishError
from syndicate.model import Put
from syndicate.server.shelf import Coding, Held, Shelf, hold, shelve

if TYPE_CHECKING:
    from syndicate.config import Config

# Rules for other servers; this one has its own.
HEADERS = "_headers"
CODINGS: dict[str, Coding] = {".gz": "gzip", ".br": "br", ".zst": "zstd"}
# Seconds. Who asks for a document waits no longer than this for who writes the ledger, which is a moment; whoever
# holds it longer than that is not asked again at once.
FIRST_PATIENCE, PATIENCE, REST = 5.0, 0.2, 1.0
TYPES = {".html": "text/html; charset=utf-8", ".opml": "text/x-opml; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a document is by its path: its media type, links as (rel, URL), and the name of its feed."""

    media_type: str
    links: tuple[tuple[str, str], ...] = ()
    feed: str = ""
    policy: str = ""


@dataclass(frozen=True, slots=True)
class _Made:
    """A document as it is served, and what it was made of: it is made anew only when that changes. Empty where it
    is not what the ledger says, and has to be looked at again."""

    of: tuple[object, ...]
    held: Held


class Shelving:
    """Makes the shelf anew whenever the ledger or the settings changed. May be asked from many threads."""

    def __init__(self, chosen: Callable[[], Config]) -> None:
        self._ask, self._chosen = chosen, chosen()
        self._kinds = _kinds(self._chosen)
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] = ()
        self._rows: tuple[Put, ...] = ()
        self._made: dict[str, _Made] = {}
        self._rests_until = 0.0

    def first(self) -> Shelf:
        """What stands there now; nothing where there is no ledger yet."""
        return self._looked(FIRST_PATIENCE) or Shelf({}, self._home())

    def changed(self) -> Shelf | None:
        """The shelf as it is now, where the ledger changed since this was asked last; else None. What is being
        written at this moment is seen the next time."""
        return self._looked(PATIENCE)

    def _looked(self, patience: float) -> Shelf | None:
        stamp = _stamp(self._chosen.ledger)
        known = stamp == self._seen and self._ask() is self._chosen
        if known or time.monotonic() < self._rests_until or not self._lock.acquire(blocking=False):
            return None
        try:
            self._settings(self._ask())
            shelf = self._shelf(patience)
            self._seen = stamp
            return shelf
        except (LedgerError, PublishError, OSError):
            # A build is at work on it, or the disk is not there: what was served goes on.
            self._rests_until = time.monotonic() + REST
            return None
        finally:
            self._lock.release()

    def _settings(self, chosen: Config) -> None:
        if chosen is not self._chosen:
            # What they no longer name is there until the next pass, and is still what it was.
            self._kinds |= _kinds(chosen)
            self._chosen, self._seen, self._rows = chosen, (), ()

    def _shelf(self, patience: float) -> Shelf | None:
        from syndicate.ledger.sqlite import open_ledger

        rows = open_ledger(self._chosen.ledger, create=False, patience=patience).memory().documents
        if rows == self._rows:
            # A delivery, or what else the ledger remembers that nobody sees.
            return None
        copies: dict[str, dict[Coding, Put]] = {}
        plain: list[Put] = []
        paths = {row.path for row in rows}
        for row in rows:
            if row.path == HEADERS:
                continue
            suffix = PurePosixPath(row.path).suffix
            stem = row.path.removesuffix(suffix)
            if suffix in CODINGS and stem in paths:
                copies.setdefault(stem, {})[CODINGS[suffix]] = row
            else:
                plain.append(row)
        found = {row.path: self._one(row, copies.get(row.path, {})) for row in plain}
        self._made = {path: made for path, made in found.items() if made}
        self._rows = rows if all(made and made.of for made in found.values()) else ()
        return shelve([made.held for made in self._made.values()], self._home())

    def _one(self, row: Put, coded: Mapping[Coding, Put]) -> _Made | None:
        """A document whose bytes are those that the ledger knows; else the one that was served before."""
        kind = self._kinds.get(row.path) or _Kind(_media_type(row.path), policy=_policy(row.path))
        max_age, output = self._chosen.server.max_age, self._chosen.output.path
        of = (row, kind, max_age, *coded.items())
        before = self._made.get(row.path)
        if before and before.of == of:
            return before
        read = _read(output / row.path)
        if read is None or (before and _digest(read[0]) != row.digest):
            return before and _Made((), before.held)
        body, modified = read
        bodies = {
            coding: other[0]
            for coding, one in coded.items()
            if (other := _read(output / one.path)) and _digest(other[0]) == one.digest
        }
        held = hold(
            path=row.path,
            url=row.url,
            media_type=kind.media_type,
            body=body,
            modified=modified,
            max_age=max_age,
            coded=bodies,
            links=kind.links,
            feed=kind.feed,
            policy=kind.policy,
        )
        whole = _digest(body) == row.digest and len(bodies) == len(coded)
        return _Made(of if whole else (), held)

    def _home(self) -> str:
        from syndicate.server.shelf import url_path

        return url_path(self._chosen.output.url)


def _kinds(chosen: Config) -> dict[str, _Kind]:
    from syndicate.formats.documents import format_of

    hubs = tuple(("hub", hub) for hub in chosen.push.hubs)
    return {
        address.path: _Kind(
            format_of(address.format).media_type, (*hubs, ("self", address.url)), definition.name
        )
        for definition in chosen.feeds
        for address in definition.addresses
    }


def _media_type(path: str) -> str:
    return TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")


def _policy(path: str) -> str:
    from syndicate.formats import entrypage

    return entrypage.POLICY if path.endswith(".html") else ""


def _read(path: Path) -> tuple[bytes, datetime] | None:
    try:
        with path.open("rb") as file:
            return file.read(), datetime.fromtimestamp(int(os.fstat(file.fileno()).st_mtime), UTC)
    except OSError:
        return None


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _stamp(ledger: Path) -> tuple[int, ...]:
    try:
        seen = ledger.stat()
    except OSError:
        return (0,)
    return seen.st_ino, seen.st_mtime_ns, seen.st_size
