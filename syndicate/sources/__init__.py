"""Where posts come from.

What a source promises:

- `read` gives every post that is there, or raises `SourceError`: an unreadable source is never an empty one;
- what cannot be read of one post is a problem of that post, the others go on;
- nothing is followed out of the source, nothing that is no regular file is opened for longer than a look;
- nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from syndicate.errors import Problem
from syndicate.model import Measured, Post

Tell = Callable[[str, int, int], None]
"""How far something is: what, how much is done, of how much."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Posts in order of path; errors and warnings in order of file; and the paths of all post files that are
    there, read or not."""

    posts: tuple[Post, ...]
    problems: tuple[Problem, ...]
    present: frozenset[str]


class Source(Protocol):
    def read(self, tell: Tell) -> Gathered:
        """All posts. Raises SourceError."""
        ...

    def content(self, path: str) -> bytes:
        """The bytes of the post at `path`, as they are now. Raises PostError."""
        ...

    def parse(self, path: str, raw: bytes) -> Post:
        """The post that `raw` holds, as if it stood at `path`. Raises PostError."""
        ...

    def measure(self, post: Post, target: str) -> Measured | None:
        """The local file that `post` means by `target`, None where there is none within the source's reach."""
        ...
