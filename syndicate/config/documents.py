"""Faults of feeds that need more than one setting to see: names and paths that are taken."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from syndicate.config.faults import SHOWN, Fault, Keys
from syndicate.config.schema import FeedTable
from syndicate.config.sentences import Speaker
from syndicate.model import FormatName

FORMATS: tuple[FormatName, ...] = ("atom", "rss", "json")
# Written beside every site's feeds.
ALWAYS_WRITTEN = ("feeds.opml", "autodiscovery.html")
_SUFFIXES = (".gz", ".br", ".zst")


@dataclass(frozen=True, slots=True)
class _Claim:
    """A path below the output and who asks for it: `keys` of a setting, or none for what we always write."""

    path: str
    keys: Keys

    @property
    def folded(self) -> str:
        # Some disks hold a.xml and A.xml, or two spellings of é, for one file.
        return unicodedata.normalize("NFC", unicodedata.normalize("NFC", self.path).casefold())


def paths_of(feed: FeedTable) -> Iterator[tuple[FormatName, str]]:
    """The documents that a feed names."""
    for kind in FORMATS:
        path = feed.json_ if kind == "json" else feed.atom if kind == "atom" else feed.rss
        if path is not None:
            yield kind, path


def feed_conflicts(feeds: Mapping[int, FeedTable], speaker: Speaker) -> list[Fault]:
    """Feeds without a document, two feeds of one name, two documents at one path. `feeds` by their index."""
    faults = []
    for index in feeds:
        if not any(speaker.has(("feed", index, kind)) for kind in FORMATS):
            faults.append(
                Fault(("feed", index), "names no document", 'add atom = "…", rss = "…" or json = "…"')
            )
    return faults + _name_conflicts(feeds, speaker) + _path_conflicts(feeds, speaker)


def _name_conflicts(feeds: Mapping[int, FeedTable], speaker: Speaker) -> list[Fault]:
    faults = []
    earlier: dict[str, Keys] = {}
    for index, feed in feeds.items():
        keys: Keys = ("feed", index, "name")
        if not speaker.has(keys) and len(feeds) > 1:
            faults.append(
                Fault(("feed", index), "has no name, and there are several feeds", 'add name = "…"')
            )
        if feed.name is None:
            continue
        if other := earlier.get(feed.name):
            what = f"{SHOWN} is also the name of another [[feed]], on line {speaker.line(other)}"
            faults.append(Fault(keys, what, "give each feed a name of its own", feed.name))
        earlier.setdefault(feed.name, keys)
    return faults


def _path_conflicts(feeds: Mapping[int, FeedTable], speaker: Speaker) -> list[Fault]:
    earlier = [_Claim(path, ()) for path in ALWAYS_WRITTEN]
    faults = []
    for index, feed in feeds.items():
        for kind, path in paths_of(feed):
            claim = _Claim(path, ("feed", index, kind))
            if fault := _taken(claim, earlier, speaker):
                faults.append(fault)
            earlier.append(claim)
    return faults


def _taken(claim: _Claim, earlier: list[_Claim], speaker: Speaker) -> Fault | None:
    for other in earlier:
        if relation := _relation(claim.folded, other.folded):
            what = f"{SHOWN} {relation} {_owner(other, speaker)}"
            return Fault(claim.keys, what, "choose another path", claim.path)
    return None


def _owner(claim: _Claim, speaker: Speaker) -> str:
    if not claim.keys:
        return f"{claim.path}, which is always written"
    line = speaker.line(claim.keys)
    return f"{speaker.shown(claim.keys, claim.path)} of {speaker.place(claim.keys)} on line {line}"


def _relation(path: str, other: str) -> str:
    """Why two documents cannot stand at these paths, or an empty text."""
    if path == other:
        return "is the same file as"
    if path in [other + suffix for suffix in _SUFFIXES]:
        return "would be the compressed form of"
    if other in [path + suffix for suffix in _SUFFIXES]:
        return "would in its compressed form be"
    if path.startswith(other + "/"):
        return "lies in a folder that would have the name of"
    if other.startswith(path + "/"):
        return "has the name of a folder that is needed for"
    return ""
