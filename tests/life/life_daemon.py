"""A real `syndicate run`, and what it says of itself."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from life_ears import SECRET, Ear

# For what must happen sooner or later, on a machine that has other work.
PATIENCE = 300.0
LOOK = 0.02

# What may be said of the daemon itself: none of it.
SORRY = ("a fault of its own", "stuck for too long", "the clock was set", "cannot be watched")

SETTINGS = """\
[site]
title = "A life"
url = "https://example.org/"
description = "{description}"
[[feed]]
name = "main"
atom = "atom.xml"
rss = "rss.xml"
json = "feed.json"
limit = 0
[push]
hubs = ["{hub}"]
timeout = "1s"
first_retry = "50ms"
max_attempts = 100
[[webhook]]
name = "plain"
url = "{plain}"
[[webhook]]
name = "signed"
url = "{signed}"
secret = "{secret}"
[schedule]
every = "200ms"
watch = true
settle = "100ms"
[guard]
withdraw = 0.5
announce = 40
"""


def settings(ears: dict[str, Ear], description: str) -> str:
    return SETTINGS.format(
        description=description, secret=SECRET, **{name: ear.url for name, ear in ears.items()}
    )


@dataclass
class Journal:
    """The log of a daemon as it grows. `count` counts what it said by words of ours; `faults` is what it must never
    say."""

    path: Path
    count: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)
    _read: int = 0

    MARKS = (
        ("nothing was published", "held"),
        ("it works again", "well"),
        ("settings: read anew", "read anew"),
        ("those in use stay", "refused"),
    )

    def look(self) -> None:
        with self.path.open("rb") as file:
            file.seek(self._read)
            said = file.read()
        # The last line may not be whole yet.
        whole = said[: said.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.decode().splitlines():
            self._hear(line)
        self.tail = self.tail[-50:]

    def _hear(self, line: str) -> None:
        self.tail.append(line)
        try:
            event = str(json.loads(line)["event"])
        except (ValueError, KeyError, TypeError):
            self.faults.append(f"it says what is no log: {line}")
            return
        self.faults += [line for words in SORRY if words in event]
        self.count[event] += 1
        for words, name in self.MARKS:
            if words in event:
                self.count[name] += 1


class Daemon:
    """`syndicate run` in the site at `root`; its log is beside the site."""

    def __init__(self, root: Path, log: Path) -> None:
        self.root, self.ledger = root, root / ".syndicate" / "ledger.db"
        self._stderr: IO[bytes] = log.open("wb")
        self.journal = Journal(log)
        self._running = subprocess.Popen(
            [sys.executable, "-m", "syndicate", "run", "-v", "--log-format", "json"],
            cwd=root,
            env={**os.environ, "PYTHONWARNINGS": "error"},
            stdout=self._stderr,
            stderr=self._stderr,
        )
        self.pid = self._running.pid

    @property
    def passes(self) -> int:
        self.journal.look()
        return self.journal.count["pass"]

    def wait(self, what: str, there: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Until it is `there`; fails where it never comes, or the daemon has ended."""
        until = time.monotonic() + patience
        while not there():
            said = "\n".join(self.journal.tail[-15:])
            assert self._running.poll() is None, f"it ended with {self._running.returncode}\n{said}"
            assert time.monotonic() < until, f"never came: {what}\n{said}"
            time.sleep(LOOK)

    def wait_for(self, name: str, after: int) -> None:
        """Until it has said this more often than `after`."""
        self.wait(name, lambda: self.said(name) > after)

    def said(self, name: str) -> int:
        self.journal.look()
        return self.journal.count[name]

    def whole_pass(self) -> None:
        """Until a pass has ended that began later than now."""
        self.wait_for("pass", self.passes + 1)

    def hang_up(self) -> None:
        self._running.send_signal(signal.SIGHUP)

    def rows(self, asked: str) -> list[tuple[str, ...]]:
        """What stands in the ledger, read beside the daemon."""
        # Who may not write may take a journal that is just being removed for one to be rolled back, and cannot.
        address = f"{self.ledger.as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=30)) as connection:
            return connection.execute(asked).fetchall()

    def pending(self) -> int:
        [(count,)] = self.rows("SELECT count(*) FROM delivery WHERE state = 'pending'")
        return int(count)

    def stop(self) -> int:
        """Its exit code, after SIGTERM."""
        self._running.send_signal(signal.SIGTERM)
        code = self._running.wait(PATIENCE)
        self.journal.look()
        return code

    def end(self) -> None:
        """Nothing is left of it, whatever happened before."""
        if self._running.poll() is None:
            self._running.kill()
            self._running.wait(PATIENCE)
        self._stderr.close()
