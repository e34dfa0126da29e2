"""What can go wrong, sorted by who can mend it.

    SyndicateError
    ├── ConfigError      the operator, before anything is touched       exit 2
    ├── PostError        the author, and only that post                 exit 1
    └── PassError        time may mend it: nothing is removed, nothing announced, the next pass tries again
        ├── SourceError      posts cannot be read                       exit 1 (3 where the guard holds)
        ├── PublishError     a place cannot be written, or a document is not fit to be
        ├── RenderError      no process to render in
        ├── TransportError   the network
        └── LedgerError      the memory
            └── BusyError    another instance is at work                exit 4

Each message is one sentence, `thing: what is wrong; what to do`. Foreign exceptions are translated in
the room that meets them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something for a person to mend. `file` is relative to the site's root; `line` and `column`
    count from 1, 0 where there is none."""

    file: str
    line: int
    severity: Severity
    code: str
    message: str
    column: int = 0

    def __str__(self) -> str:
        place = self.file + (f":{self.line}" if self.line else "")
        if self.line and self.column:
            place += f":{self.column}"
        return f"{place}: {self.severity}: {self.message} [{self.code}]"


class SyndicateError(Exception):
    """The root: its text is for a person, and complete."""


class ConfigError(SyndicateError):
    """Settings or usage are wrong. `lines` holds one sentence for each fault, all of them."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class PostError(SyndicateError):
    """One post cannot be published as it is; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class PassError(SyndicateError):
    """This pass cannot go on; the next may."""


class SourceError(PassError):
    """Posts cannot be read."""


class PublishError(PassError):
    """A place cannot be written, or a document is not fit to be put."""


class RenderError(PassError):
    """Posts cannot be rendered: the machine gives no process for it."""


class TransportError(PassError):
    """The network did not carry it."""


class LedgerError(PassError):
    """The ledger cannot be read or written."""


class BusyError(LedgerError):
    """Another instance is at work on this ledger."""
