"""Faults of folders that need more than one setting to see.

By their letters alone: where a link on the disk leads, only those who touch the disk can tell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

from syndicate.config.faults import SHOWN, Fault, Keys
from syndicate.config.paths import absolute, sqlite_file
from syndicate.config.schema import Settings
from syndicate.config.sentences import Speaker

_POSTS: Keys = ("posts", "path")
_OUTPUT: Keys = ("output", "path")
_LEDGER: Keys = ("ledger", "url")


@dataclass(frozen=True, slots=True)
class _Place:
    """A folder or file, where it is set, as it is written there, and what it is in words."""

    keys: Keys
    written: str
    path: Path
    words: str


def folder_conflicts(
    settings: Settings, root: Path, home: str, blind: Collection[Keys], speaker: Speaker
) -> list[Fault]:
    """Posts that would be read twice; an output that would publish sources, settings or the ledger, or spread
    over a whole disk.

    Output inside the posts is fine: it is skipped when posts are read. Settings at `blind` are not known.
    """
    posts = [
        _Place((*_POSTS, index), text, absolute(root, text), "the posts")
        for index, text in enumerate(settings.posts.path)
        if _POSTS not in blind
    ]
    faults = list(_nested(posts, speaker))
    if _OUTPUT in blind:
        return faults
    output = _Place(_OUTPUT, settings.output.path, absolute(root, settings.output.path), "the output")
    if wide := _too_wide(output.path, home):
        return [
            *faults,
            Fault(_OUTPUT, f"{SHOWN} {wide}", 'name a folder of its own, like "public"', output.written),
        ]
    private = list(posts)
    if _LEDGER not in blind:
        url = settings.ledger.url
        private.append(_Place(_LEDGER, url, sqlite_file(root, url), "the ledger"))
    if _inside(root, output.path):
        private = [_Place(_OUTPUT, output.written, root, "the settings")]
    return faults + [
        _published(place, output, speaker) for place in private if _inside(place.path, output.path)
    ]


def _nested(posts: list[_Place], speaker: Speaker) -> Iterator[Fault]:
    for inner, outer in permutations(posts, 2):
        # Of two that are the same, the second is the one too many.
        if _inside(inner.path, outer.path) and (inner.path != outer.path or inner.keys > outer.keys):
            relation = "is the same as" if inner.path == outer.path else "lies in"
            what = f"{SHOWN} {relation} {speaker.shown(outer.keys, outer.written)}, and would be read twice"
            yield Fault(inner.keys, what, "remove it", inner.written)


def _too_wide(output: Path, home: str) -> str:
    if output == Path("/"):
        return "is the whole disk"
    if not home.startswith("/"):
        return ""
    path = absolute(Path("/"), home)
    if output == path:
        return "is your home folder"
    return "holds your home folder" if _inside(path, output) else ""


def _published(place: _Place, output: _Place, speaker: Speaker) -> Fault:
    """Said at the output where that is set, else at the setting which put something into it."""
    relation = "is the folder of" if place.path == output.path and place.words == "the posts" else "holds"
    shown = speaker.shown(_OUTPUT, output.written)
    at = _OUTPUT if speaker.has(_OUTPUT) else place.keys
    what = f"the output folder {shown} {relation} {place.words}, and all in it is public"
    return Fault(at, what, "choose another folder")


def _inside(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents
