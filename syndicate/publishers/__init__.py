"""Places that hold documents, where feed readers find them.

A place promises:

- **Whole or not at all.** Whoever reads sees the old document or the new one, never a part.
- **What is put stays.** When `put` or `remove` returns, a power cut does not undo it.
- **Safe to repeat.** The same call twice leaves the same; after a failed or killed one, the next mends it.
- **Nothing outside.** Paths are relative, with `/`; none leaves the place.
- **Nothing on its own.** It does not compare, retry or decide: what shall be left alone is not put.
- **It fails in one sentence.** Whatever goes wrong is a `PublishError` that names the path and the remedy;
  what stands there is then the old document, or nothing, or the new one, and the next pass mends it.
"""

from __future__ import annotations

from typing import Protocol

from syndicate.model import Document


class Place(Protocol):
    def digest(self, path: str) -> str | None:
        """SHA-256 (hex) of the bytes that stand at `path` now, None where nothing does. Raises
        PublishError."""

    def put(self, document: Document) -> None:
        """Let the document's body stand at its path, whatever stood there. Raises PublishError."""

    def remove(self, path: str) -> None:
        """Let nothing stand at `path`; to remove nothing is fine. Raises PublishError."""
