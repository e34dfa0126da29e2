"""What a front matter syntax has to say against a block, before it is known which file it is in."""

from __future__ import annotations

MAX_DEPTH = 50


class SyntaxFault(Exception):
    """`problem; remedy`, with line and column in the file (from 1; 0 where unknown)."""

    def __init__(self, code: str, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.code, self.message, self.line, self.column = code, message, line, column


def too_deep(line: int = 0, column: int = 0) -> SyntaxFault:
    return SyntaxFault(
        "front-matter-deep", f"nested more than {MAX_DEPTH} levels deep; flatten it", line, column
    )
