"""What is said of one file: the first fault ends its reading, warnings are collected."""

from __future__ import annotations

import re

from syndicate.errors import PostError, Problem
from syndicate.model import NOT_XML, Sourced


class Complaints:
    """Collects what is to be said of the file at `path`."""

    def __init__(self, path: str) -> None:
        self.path = NOT_XML.sub("\ufffd", path)
        self._warnings: list[Problem] = []
        self._columns: dict[tuple[str, int], int] = {}

    def error(self, code: str, message: str, line: int = 0, column: int = 0) -> PostError:
        """The error to raise; `message` is `thing: what is wrong; what to do`."""
        return PostError(Problem(self.path, line, "error", code, message, column))

    def warn(self, code: str, message: str, line: int = 0, column: int = 0) -> None:
        self._warnings.append(Problem(self.path, line, "warning", code, message, column))

    def note(self, name: str, line: int, column: int) -> None:
        """Remember that the value `name`, whose source is `line`, begins in `column`."""
        self._columns[name, line] = column

    def place(self, name: str, value: Sourced[object]) -> tuple[int, int]:
        """The line that the source of the value `name` says, and the column that was noted; 0 where there is none."""
        found = re.search(r", line ([0-9]+)\Z", value.source)
        line = int(found[1]) if found else 0
        return line, self._columns.get((name, line), 0)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(self._warnings)
