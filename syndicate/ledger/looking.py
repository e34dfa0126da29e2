"""A ledger to look at: nothing is made or upgraded on the disk, and what is written goes nowhere."""

from __future__ import annotations

import errno
import sqlite3
import stat
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from syndicate.ledger.reading import HEAD
from syndicate.ledger.sqlite import Reader, connect, revision
from syndicate.model import Announcement, Attempt, Delivery, Good, Memory, Put, Remembered


class View(Reader):
    def remember(
        self,
        entries: Sequence[Remembered],
        feed_ids: Sequence[tuple[str, str]],
        claims: Sequence[Put] = (),
    ) -> None:
        pass

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
        pass

    def begin(self, delivery: Delivery) -> None:
        pass

    def settle(self, delivery: Delivery, attempt: Attempt) -> None:
        pass

    def postpone(self, delivery: Delivery) -> None:
        pass

    def close(self, destination: str, digest: str, at: datetime, reason: str) -> None:
        pass

    def reconcile(self, destinations: Mapping[str, str], before: datetime) -> list[tuple[str, int]]:
        return []

    def retry(self, ids: Sequence[str] | None, now: datetime) -> tuple[Delivery, ...]:
        return ()


class Empty(View):
    """The ledger that is not there yet: most who ask want its memory, and that costs nothing."""

    def memory(self) -> Memory:
        return Memory()


def look(path: Path, patience: float) -> View:
    """The ledger at `path` as it is; an older one as the next build would leave it, none as an empty one."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return Empty(path, _copies(_upgraded), "BEGIN")
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "is a folder")
    with closing(connect(path, patience, "ro")) as connection:
        connection.execute("BEGIN")
        if revision(path, connection) != HEAD:
            image = _upgraded(connection)
            return View(path, _copies(lambda: image), "BEGIN")
    return View(path, lambda: connect(path, patience, "ro"), "BEGIN")


def _upgraded(older: sqlite3.Connection | None = None) -> bytes:
    """The bytes of a ledger of the newest revision, made in memory."""
    from sqlalchemy.pool import StaticPool

    from syndicate.ledger import migrate, writing

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
        if older:
            older.backup(copy)
        migrate.upgrade(writing.engine_on(lambda: copy, StaticPool))
        return copy.serialize()


def _copies(make: Callable[[], bytes]) -> Callable[[], sqlite3.Connection]:
    """Connections to copies of one image, which is made when the first is asked for."""
    image: list[bytes] = []

    def copy() -> sqlite3.Connection:
        if not image:
            image.append(make())
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.deserialize(image[0])
        return connection

    return copy
