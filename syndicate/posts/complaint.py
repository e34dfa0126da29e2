"""What is said of one file: the first fault ends its reading, warnings are collected."""

from __future__ import annotations

from syndicate.errors import PostError, Problem
from syndicate.model import NOT_XML


class Complaints:
    """Collects what is to be said of the file at `path`."""

    def __init__(self, path: str) -> None:
        self.path = NOT_XML.sub("\ufffd", path)
        self._warnings: list[Problem] = []

    def error(self, code: str, message: str, line: int = 0, column: int = 0) -> PostError:
        """The error to raise; `message` is `thing: what is wrong; what to do`."""
        return PostError(Problem(self.path, line, "error", code, message, column))

    def warn(self, code: str, message: str, line: int = 0) -> None:
        self._warnings.append(Problem(self.path, line, "warning", code, message))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(self._warnings)
