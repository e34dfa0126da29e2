"""Posts that broke after they were published, as they were when they were whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from syndicate.compose import identity
from syndicate.errors import PostError
from syndicate.model import Good, Identified, Memory, Post, Remembered
from syndicate.sources import Gathered
from syndicate.workshop.bench import STAYS

if TYPE_CHECKING:
    from syndicate.pipeline.publish import Rooms

MAY_BE = " (a post that was renamed, perhaps: those that are gone stay in the feeds until it can be read)"


class Revival:
    """Posts that broke after they were published, as they were when they were whole.

    `posts` are all posts of the pass, `problems` what is said of them; `kept` are the ids of broken posts that
    have no good version, since they stand in no document: those are not withdrawn either. A file that is new and
    cannot be read may be any post whose own file is gone: while there is one, the missing ones stay. `present` has
    the paths of all that are there, or may be.
    """

    def __init__(self, gathered: Gathered, memory: Memory, rooms: Rooms) -> None:
        self._rooms, self._memory = rooms, memory
        self._have = dict(memory.good)
        broken = {one.file for one in gathered.problems if one.severity == "error" or one.code == "undated"}
        public = {row.path: row for row in memory.entries if row.state == "published"}
        strangers = {one.file for one in gathered.problems if one.code == "unreadable"} - public.keys()
        dated = [post for post in gathered.posts if post.published]
        missing = identity.missing(dated, gathered.present, memory) if strangers else ()
        lost = {row.path for row in missing}
        self.present = gathered.present | lost
        rows = {path: row for path, row in public.items() if path in broken | lost}
        raws = rooms.ledger.good_versions(self._wanted(rows)) if rows else {}
        self.revived: dict[str, Post] = {}
        for path, row in rows.items():
            if row.id in raws and (post := self._parsed(path, raws[row.id])):
                self.revived[path] = post
        self.kept = frozenset(row.id for path, row in rows.items() if path not in self.revived)
        self.posts = [post for post in gathered.posts if post.path not in self.revived]
        self.posts += self.revived.values()
        self.problems = [
            replace(one, message=one.message + STAYS)
            if one.file in self.revived
            else replace(one, message=one.message + MAY_BE)
            if lost and one.file in strangers
            else one
            for one in gathered.problems
        ]

    def recalled(self, one: Identified) -> Post | None:
        """The last good version of a post that cannot be rendered."""
        if one.id.value not in self._have or one.post.path in self.revived:
            return None
        raw = self._rooms.ledger.good_versions([one.id.value]).get(one.id.value)
        return self._parsed(one.post.path, raw) if raw is not None else None

    def good(self, shown: Sequence[Identified]) -> tuple[tuple[Good, ...], tuple[str, ...]]:
        """The good versions that the ledger lacks of what is `shown`, and the ids of those that it need not keep."""
        lacking = []
        for one in shown:
            if self._have.get(one.id.value) != one.post.fingerprint and one.post.path not in self.revived:
                raw = self._same(one)
                if raw is not None:
                    lacking.append(Good(one.id.value, one.post.fingerprint, raw))
        ids = {one.id.value for one in shown}
        return tuple(lacking), tuple(id_ for id_ in self._have if id_ not in ids and id_ not in self.kept)

    def _wanted(self, rows: Mapping[str, Remembered]) -> list[str]:
        return [row.id for row in rows.values() if row.id in self._have]

    def _same(self, one: Identified) -> bytes | None:
        """The post's bytes, unless somebody wrote into it since it was read: then the next pass keeps them."""
        try:
            raw = self._rooms.source.content(one.post.path)
        except PostError:
            return None
        post = self._parsed(one.post.path, raw)
        return raw if post and post.fingerprint == one.post.fingerprint else None

    def _parsed(self, path: str, raw: bytes) -> Post | None:
        try:
            return self._rooms.source.parse(path, raw)
        except PostError:
            return None
