"""The posts of a life, and the ways in which they break."""

from __future__ import annotations

from dataclasses import dataclass

BREAKAGES = (
    "---\ntitle: [\ndate: 2026-01-02\n---\n\nText.\n",
    "---\ntitle: Unclosed\ndate: 2026-01-02\n\nText.\n",
    "---\ntitle: A day that is none\ndate: 2025-02-30\n---\n\nText.\n",
    b"---\ntitle: Latin\ndate: 2026-01-02\n---\n\nCaf\xe9.\n",
)


@dataclass
class Slot:
    """One post: where it lies, and its text (None: it was deleted). `title` names its version; `broken` while the
    file holds something else."""

    name: str
    places: tuple[str, ...]
    place: int = 0
    text: str | None = None
    title: str = ""
    before: tuple[str, str] = ("", "")
    broken: bool = False
    expires: bool = False

    @property
    def path(self) -> str:
        return self.places[self.place]
