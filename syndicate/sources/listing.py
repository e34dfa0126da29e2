"""Which files of a folder are posts: a walk that follows nothing out of it."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from syndicate.errors import Problem, SourceError
from syndicate.model import NOT_XML
from syndicate.posts.names import ENDINGS

SKIPPED_FOLDERS = frozenset(("node_modules", "vendor", "themes"))
_NOWHERE = frozenset((errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG))
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
        self.unknown: set[str] = set()

    def files(self) -> list[Listed]:
        """Sorted by path. Raises SourceError where the folder, or one in it, is missing or cannot be listed.

        A link that cannot be followed for now is in `unknown`, by its path: it may be a post.
        """
        return sorted(self._walk(self._folder), key=lambda one: one.path)

    def _walk(self, folder: Path) -> Iterator[Listed]:
        for entry, is_folder in self._entries(folder):
            path = folder / entry.name
            if is_folder:
                if self._enters(path, entry.name):
                    yield from self._walk(path)
            elif entry.is_symlink() and _leads_to_folder(path):
                self._link(path)
            elif entry.name.lower().endswith(ENDINGS) and not _COPIES.search(entry.name):
                if not self._well_named(path) or (entry.is_symlink() and not self._link(path)):
                    continue
                yield Listed(path, path.relative_to(self._folder).as_posix(), self._shown(path))

    def _entries(self, folder: Path) -> list[tuple[os.DirEntry[str], bool]]:
        """What is in a folder, by name, and whether it is a folder itself."""
        shown = self._shown(folder)
        try:
            with os.scandir(folder) as entries:
                found = [
                    (entry, entry.is_dir(follow_symlinks=False))
                    for entry in entries
                    if not entry.name.startswith(".")
                ]
        except FileNotFoundError:
            raise SourceError(
                f"posts: the folder {shown} is missing; create it, mount it, or correct [posts] path"
            ) from None
        except NotADirectoryError:
            raise SourceError(f"posts: {shown} is no folder; correct [posts] path") from None
        except OSError as fault:
            raise SourceError(f"posts: {shown} cannot be listed: {fault.strerror}; {remedy(fault)}") from None
        return sorted(found, key=lambda one: one[0].name)

    def _enters(self, path: Path, name: str) -> bool:
        if name in SKIPPED_FOLDERS or (name == "_drafts" and not self._drafts):
            return False
        return self._output is None or os.path.realpath(path) != self._output

    def _link(self, path: Path) -> bool:
        """May this link be followed? Only to what lies in the posts folder."""
        try:
            real = path.resolve(strict=True)
            if real.is_relative_to(self._real):
                return real.is_file()
            outside, fault = True, None
        except (OSError, RuntimeError) as raised:
            outside, fault = self._leads_out(path), raised
        if outside:
            self._refuse(
                path, "link-outside", "it is a link that leaves the posts folder; copy the file here"
            )
        elif not isinstance(fault, OSError) or fault.errno in _NOWHERE:
            self._refuse(path, "link-dangling", "it is a link that leads nowhere; mend it, or remove it")
        else:
            # Where it leads is not known for now: it may well be a post.
            self.unknown.add(self._shown(path))
            self._refuse(path, "unreadable", f"it cannot be followed: {fault.strerror}; {remedy(fault)}")
        return False

    def _leads_out(self, path: Path) -> bool:
        try:
            return not Path(os.path.realpath(path)).is_relative_to(self._real)
        except OSError:
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


def remedy(fault: OSError) -> str:
    """What to do where something cannot be read."""
    return {
        errno.EACCES: "mend its permissions",
        errno.EPERM: "mend its permissions",
        errno.EIO: "check the disk",
        errno.ESTALE: "mount its file system again",
        errno.EMFILE: "raise the limit of open files (ulimit -n)",
        errno.ENFILE: "close some files of other programs",
    }.get(fault.errno or 0, "mend that, and try again")


def _leads_to_folder(path: Path) -> bool:
    # Path's own question raises where a folder may not be entered; such a link leads to no folder of ours.
    return os.path.isdir(path)  # noqa: PTH112
