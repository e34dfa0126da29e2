"""What people see: reports on standard output, log and progress on standard error."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

from syndicate.cli.options import Options
from syndicate.errors import Problem

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 0.5


def as_json(problem: Problem) -> dict[str, Any]:
    """A PROBLEM as every `--json` shows it."""
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity,
        "code": problem.code,
        "message": problem.message,
    }


def seen_from_here(path: Path) -> str:
    """A path as seen from where the user stands, where that is shorter."""
    relative = os.path.relpath(path)
    return relative if len(relative) < len(str(path)) else str(path)


class Log:
    """One line for each thing that happened, on standard error, as text or as JSON. Where the lines are `stamped`,
    each says when, unless it goes to the journal, which does so itself."""

    def __init__(self, options: Options, stamped: bool = False) -> None:
        self._options = options
        self._stamped = stamped

    @property
    def quiet(self) -> bool:
        return self._options.verbosity < 0

    def problems(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            if problem.severity == "warning" and self._options.verbosity < 0:
                continue
            if self._options.log_format == "json":
                self._line({"level": problem.severity, "event": "problem", **as_json(problem)})
                continue
            colour = "red" if problem.severity == "error" else "yellow"
            text = str(problem).replace(
                f" {problem.severity}: ", f" {click.style(problem.severity, fg=colour)}: ", 1
            )
            self._put(self._stamp() + text)

    def detail(self, event: str, **more: Any) -> None:
        """What only `-v` shows."""
        if self._options.verbosity > 0:
            self.say(event, level="debug", **more)

    def say(self, event: str, level: str = "info", **more: Any) -> None:
        if level == "info" and self._options.verbosity < 0:
            return
        if self._options.log_format == "json":
            self._line({"level": level, "event": event, **more})
        else:
            said = f"{event}{': ' if more else ''}{', '.join(str(value) for value in more.values())}"
            self._put(self._stamp() + said)

    def _stamp(self) -> str:
        if not self._stamped or os.environ.get("JOURNAL_STREAM"):
            return ""
        return f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} "

    def _put(self, line: str) -> None:
        try:
            click.echo(line, err=True)
        except OSError:
            # A daemon goes on when nobody reads its log any more; a command ends as it does for its report.
            if not self._stamped:
                raise

    def _line(self, record: dict[str, Any]) -> None:
        if self._stamped:
            record = {"at": datetime.now(UTC).isoformat(), **record}
        self._put(json.dumps(record, ensure_ascii=False))


class Bar:
    """How far a long pass is: on a terminal only, and only once it takes its time."""

    def __init__(self, options: Options) -> None:
        self._shown = options.verbosity >= 0 and options.log_format == "text" and sys.stderr.isatty()
        self._since = 0.0
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def tell(self, what: str, done: int, total: int) -> None:
        if not self._shown:
            return
        self._since = self._since or time.monotonic()
        if self._progress is None and time.monotonic() - self._since < PATIENCE:
            return
        if self._progress is None:
            from rich.console import Console
            from rich.progress import Progress

            self._progress = Progress(console=Console(stderr=True), transient=True)
            self._progress.start()
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what.capitalize(), total=total)
        self._progress.update(self._tasks[what], completed=done, total=total)

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()
