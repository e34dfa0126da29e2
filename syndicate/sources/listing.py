"""Which files of a folder are posts: a walk that follows nothing out of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from syndicate.errors import Problem, SourceError
from syndicate.model import NOT_XML
from syndicate.posts.names import ENDINGS

SKIPPED_FOLDERS = frozenset(("node_modules", "vendor", "themes"))
_COPIES = re.compile(r"sync-conflict-\d|\(conflicted copy|\bconflicted copy\b", re.I)


@dataclass(frozen=True, slots=True)
class Listed:
    """A file to read: `file` as it is opened, `name` relative to the posts folder, `path` to the site's root."""

    file: Path
    name: str
    path: str


class Listing:
    """The post files below `folder`, and what was refused on the way."""

    def __init__(self, folder: Path, root: Path, output: Path | None, drafts: bool) -> None:
        self._folder, self._root, self._drafts = folder, root, drafts
        self._real = Path(os.path.realpath(folder))
        self._output = os.path.realpath(output) if output else None
        self.problems: list[Problem] = []

    def look(self) -> None:
        """Raises SourceError where the folder is missing."""
        if not self._folder.exists():
            raise SourceError(
                f"posts: the folder {self._shown(self._folder)} is missing; "
                "create it, mount it, or correct [posts] path"
            )
        if not self._folder.is_dir():
            raise SourceError(f"posts: {self._shown(self._folder)} is no folder; correct [posts] path")

    def files(self) -> list[Listed]:
        """Sorted by path. Raises SourceError where the folder, or one in it, cannot be listed."""
        self.look()
        return sorted(self._walk(self._folder), key=lambda one: one.path)

    def _walk(self, folder: Path) -> Iterator[Listed]:
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as fault:
            raise SourceError(
                f"posts: {self._shown(folder)} cannot be listed: {fault.strerror}; mend its permissions or its disk"
            ) from None
        for entry in found:
            if entry.name.startswith("."):
                continue
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                if self._enters(path, entry.name):
                    yield from self._walk(path)
            elif entry.is_symlink() and _leads_to_folder(path):
                self._link(path)
            elif entry.name.lower().endswith(ENDINGS) and not _COPIES.search(entry.name):
                if not self._well_named(path) or (entry.is_symlink() and not self._link(path)):
                    continue
                yield Listed(path, path.relative_to(self._folder).as_posix(), self._shown(path))

    def _enters(self, path: Path, name: str) -> bool:
        if name in SKIPPED_FOLDERS or (name == "_drafts" and not self._drafts):
            return False
        return self._output is None or os.path.realpath(path) != self._output

    def _link(self, path: Path) -> bool:
        """May this link be followed? Only to what lies in the posts folder."""
        real = Path(os.path.realpath(path))
        if real.is_relative_to(self._real):
            if not os.path.lexists(real):
                self._refuse(path, "link-dangling", "it is a link that leads nowhere; mend it, or remove it")
            return os.path.isfile(real)  # noqa: PTH113 - Path's own raises where a folder may not be entered
        self._refuse(path, "link-outside", "it is a link that leaves the posts folder; copy the file here")
        return False

    def _well_named(self, path: Path) -> bool:
        if NOT_XML.search(path.name) or not path.name.isprintable():
            self._refuse(path, "bad-name", "its name holds characters that cannot be shown; rename it")
            return False
        return True

    def _refuse(self, path: Path, code: str, why: str) -> None:
        shown = NOT_XML.sub("\ufffd", self._shown(path)).replace("\n", "\ufffd")
        self.problems.append(Problem(shown, 0, "error", code, f"file: {why}"))

    def _shown(self, path: Path) -> str:
        return Path(os.path.relpath(path, self._root)).as_posix()


def _leads_to_folder(path: Path) -> bool:
    # Path's own question raises where a folder may not be entered; such a link leads to no folder of ours.
    return os.path.isdir(path)  # noqa: PTH112
