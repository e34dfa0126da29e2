"""A place that shows another one, and leaves it as it is."""

from __future__ import annotations

from syndicate.model import Document
from syndicate.publishers import Place


class DryRun:
    """Reads through; `put` and `remove` change nothing."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def digest(self, path: str) -> str | None:
        return self._place.digest(path)

    def put(self, document: Document) -> None:
        pass

    def remove(self, path: str) -> None:
        pass
