"""A daemon in a process of its own, whose log is read as it is written."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from sites import CONFIG, Site

PATIENCE = 40.0
# What `run` promises after SIGTERM.
END = 10.0
# No regular pass within a test, unless it asks for them.
SELDOM = '\n[schedule]\nevery = "1h"\nsettle = "50ms"\n'
OFTEN = '\n[schedule]\nevery = "300ms"\nwatch = false\n'
HOOK = '\n[[webhook]]\nname = "hook"\nurl = "{url}"\nsecret = "a secret of more than 24 bytes"\n'
PUSH = '\n[push]\nfirst_retry = "200ms"\ntimeout = "{timeout}"\n'


def settings(*more: str, schedule: str = SELDOM) -> str:
    return CONFIG + schedule + "".join(more)


def eventually(ask: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """The first answer of `ask` that is true."""
    until = time.monotonic() + patience
    while not (answer := ask()):
        assert time.monotonic() < until, f"never: {what}"
        threading.Event().wait(0.02)
    return answer


@dataclass
class Daemon:
    """`syndicate run` over a site, with `-v` and a log in JSON unless `words` say otherwise. Leaving it, it is
    stopped, and must have ended as it promises, without a traceback, unless it was ended before."""

    site: Site
    words: tuple[str, ...] = ("-v", "--log-format", "json")
    variables: dict[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    lines: list[str] = field(default_factory=list)

    def __enter__(self) -> Daemon:
        self._news = threading.Condition()
        self.child = subprocess.Popen(
            [*self.before, sys.executable, "-m", "syndicate", "run", *self.words],
            cwd=self.site.root,
            env={**os.environ, "PYTHONWARNINGS": "error", "TZ": "UTC", **self.variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self.child.poll() is None:
                code = self.end()
                if fault is None:
                    assert code == 0, self.said
        finally:
            self.kill()
            assert self.child.stderr
            self.child.stderr.close()
        if fault is None:
            assert "Traceback" not in self.said
        else:
            fault.add_note(self.said)

    def _read(self) -> None:
        assert self.child.stderr
        for line in self.child.stderr:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    @property
    def said(self) -> str:
        with self._news:
            return "\n".join(self.lines)

    def records(self) -> list[dict[str, Any]]:
        with self._news:
            return [json.loads(line) for line in self.lines]

    def wait_for(self, pattern: str, count: int = 1, patience: float = PATIENCE) -> list[str]:
        """The lines in which `pattern` is found, once there are `count`."""

        def found() -> list[str]:
            return [line for line in self.lines if re.search(pattern, line)]

        with self._news:
            done = self._news.wait_for(
                lambda: len(found()) >= count or not self._reader.is_alive(), timeout=patience
            )
            assert done, f"not said {count} times: {pattern}\n" + "\n".join(self.lines)
            assert len(found()) >= count, f"it ended and never said: {pattern}\n" + "\n".join(self.lines)
            return found()

    def wait_for_passes(self, count: int) -> None:
        """Until so many passes went well."""
        self.wait_for('"event": "pass"', count)

    def passes(self) -> int:
        return sum(one["event"] == "pass" for one in self.records())

    def wait_until_watching(self, folders: int = 1) -> None:
        """Until the kernel says that it watches so many folders for it."""
        eventually(lambda: self.watched() >= folders, "its folders are watched")

    def watched(self) -> int:
        count = 0
        for file in Path(f"/proc/{self.child.pid}/fdinfo").glob("*"):
            try:
                count += file.read_text().count("inotify wd:")
            except OSError:
                continue
        return count

    def send(self, number: int = signal.SIGTERM) -> None:
        self.child.send_signal(number)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Its exit code after a signal. It ends as soon as it promises."""
        began = time.monotonic()
        self.send(number)
        return self.ended(began)

    def ended(self, since: float | None = None) -> int:
        code = self.child.wait(PATIENCE)
        if since is not None:
            assert time.monotonic() - since < END
        self._reader.join(PATIENCE)
        return code

    def kill(self) -> None:
        """As a crash would; its log is complete afterwards."""
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait(PATIENCE)
        self._reader.join(PATIENCE)


def started(daemon: Daemon) -> Daemon:
    """The daemon once its first pass is over and it watches."""
    daemon.wait_for('"event": "pass"|nothing was published|published: ')
    daemon.wait_until_watching()
    return daemon


def stands(site: Site, documents: Mapping[str, bytes]) -> bool:
    """Are these what is public, whatever else lies there?"""
    return all((site.root / "public" / path).read_bytes() == body for path, body in documents.items())


def instant(record: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(record["at"])


def told(body: bytes) -> tuple[str, str]:
    """The type and the title of what a webhook was told."""
    said = json.loads(body)
    return said["type"], said["data"].get("title", "")
