"""Posts from a folder of files.

The full scan is the truth. A file that is still being written is waited for rather than skipped: half a post
would be published, or a whole one withdrawn.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from syndicate.errors import PostError, Problem
from syndicate.model import Measured, Post
from syndicate.posts import Assumed, Dialect, Where
from syndicate.sources import Gathered, Tell
from syndicate.sources.listing import Listed, Listing, remedy

MAX_BYTES = 2 * 1024 * 1024
QUIET = 0.2
PATIENCE = 2.0


class Folder:
    """The posts below `folders` (absolute paths) of the site at `root`. `clock` gives seconds since the epoch,
    as files' times do; `pause` waits for as many."""

    def __init__(
        self,
        folders: Sequence[Path],
        root: Path,
        dialect: Dialect,
        assumed: Assumed,
        *,
        output: Path | None = None,
        drafts: bool = False,
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._folders, self._root = tuple(folders), root
        self._dialect, self._assumed = dialect, assumed
        self._output, self._drafts = output, drafts
        self._clock, self._pause = clock, pause
        self._listed: dict[str, Listed] = {}

    def look(self) -> None:
        """Is there anything to read from at all? Raises SourceError where a folder is missing, or cannot be
        listed."""
        for folder in self._folders:
            Listing(folder, self._root, self._output, self._drafts).files()

    def read(self, tell: Tell) -> Gathered:
        listed: dict[str, Listed] = {}
        problems: list[Problem] = []
        unknown: set[str] = set()
        for folder in self._folders:
            listing = Listing(folder, self._root, self._output, self._drafts)
            # Two folders may lie one in the other: a file is one post all the same.
            for one in listing.files():
                listed.setdefault(one.path, one)
            problems += listing.problems
            unknown |= listing.unknown
        self._await_quiet(list(listed.values()))
        self._listed = listed
        posts = []
        for number, one in enumerate(listed.values(), 1):
            tell("reading posts", number, len(listed))
            try:
                parsed = self._dialect.parse(_content(one), Where(one.path, one.name), self._assumed)
            except PostError as fault:
                problems.append(fault.problem)
                continue
            posts.append(parsed.post)
            problems += parsed.warnings
        return Gathered(
            tuple(sorted(posts, key=lambda post: post.path)),
            tuple(sorted(problems, key=lambda problem: (problem.file, problem.line))),
            frozenset(listed.keys() | unknown),
        )

    def content(self, path: str) -> bytes:
        return _content(self._listed[path])

    def parse(self, path: str, raw: bytes) -> Post:
        return self._dialect.parse(raw, Where(path, self._name(path)), self._assumed).post

    def _name(self, path: str) -> str:
        """The name below the posts folder, of a file that need not be there any more."""
        whole = self._root / path
        for folder in self._folders:
            if whole.is_relative_to(folder):
                return whole.relative_to(folder).as_posix()
        return path

    def measure(self, post: Post, target: str) -> Measured | None:
        """Beside the post first, then below the site's root; nothing outside of the site is looked at."""
        path = target.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0]
        if not path or "://" in path or path.startswith("//") or "\0" in path:
            return None
        beside = self._root / Path(post.path).parent / path
        below = self._root / path.lstrip("/")
        length = _length(beside, self._root, self._folders) if not path.startswith("/") else None
        if length is not None:
            return Measured(length, "beside")
        length = _length(below, self._root, self._folders)
        return Measured(length, "root") if length is not None else None

    def _await_quiet(self, listed: Sequence[Listed]) -> None:
        end = self._clock() + PATIENCE
        waiting = [one.file for one in listed]
        while True:
            now = self._clock()
            # A time in the future is a clock that was wrong, not a file that is being written.
            ages = {file: now - changed for file in waiting if (changed := _changed(file)) is not None}
            waiting = [file for file, age in ages.items() if 0 <= age < QUIET]
            if not waiting or now >= end:
                return
            self._pause(min(QUIET - min(ages[file] for file in waiting) + 0.005, max(end - now, 0.0)))


def _changed(file: Path) -> float | None:
    try:
        return file.stat().st_mtime
    except OSError:
        return None


def _length(file: Path, root: Path, folders: Sequence[Path]) -> int | None:
    try:
        real = Path(os.path.realpath(file))
        inside = any(real.is_relative_to(os.path.realpath(folder)) for folder in (root, *folders))
        found = real.stat() if inside else None
    except (OSError, ValueError):
        return None
    return found.st_size if found and stat.S_ISREG(found.st_mode) else None


def _content(one: Listed) -> bytes:
    """The bytes of a post. A pipe or a device is never read: opening is without waiting, and looked at first."""

    def refused(code: str, why: str) -> PostError:
        return PostError(Problem(one.path, 0, "error", code, f"file: {why}"))

    try:
        descriptor = os.open(one.file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as fault:
        if fault.errno == errno.ENXIO:
            raise refused("no-file", "it is no regular file; remove it from the posts") from None
        raise refused("unreadable", f"it cannot be opened: {fault.strerror}; {remedy(fault)}") from None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise refused("no-file", "it is no regular file; remove it from the posts")
        if found.st_size > MAX_BYTES:
            raise refused(
                "too-large", f"{found.st_size:,} bytes are more than the {MAX_BYTES:,} of a post; split it"
            )
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(MAX_BYTES + 1)
    except OSError as fault:
        raise refused("unreadable", f"it cannot be read: {fault.strerror}; {remedy(fault)}") from None
    finally:
        os.close(descriptor)
