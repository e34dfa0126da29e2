"""`syndicate serve` in a process of its own, over a site whose URL is where it listens."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from sites import Site, post

PATIENCE = 40.0
# What it promises after SIGTERM.
END = 10.0
CONFIG = """\
[site]
title = "Served"
url = "http://127.0.0.1:{port}/"
authors = [{{ name = "A. Tester" }}]

[output]
entry_pages = true

[server]
listen = "127.0.0.1:{port}"
"""
# No regular pass within a test: what it sees, it sees because something happened.
SELDOM = '\n[schedule]\nevery = "1h"\nsettle = "50ms"\n'
POSTS = 12


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def settings(port: int, *more: str) -> str:
    return CONFIG.format(port=port) + SELDOM + "".join(more)


def posts(count: int = POSTS) -> dict[str, str]:
    return {f"{n:02}.md": post(f"Number {n}", f"2026-01-{n:02}") for n in range(1, count + 1)}


def eventually(ask: Callable[[], Any], what: str) -> Any:
    """The first answer of `ask` that is true."""
    until = time.monotonic() + PATIENCE
    while not (answer := ask()):
        assert time.monotonic() < until, f"never: {what}"
        threading.Event().wait(0.02)
    return answer


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def get(port: int, path: str, method: str = "GET", **headers: str) -> Answer:
    """The answer to one request; `headers` are spelt with underscores, and come back in small letters."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        return ask(line, path, method, **headers)
    finally:
        line.close()


def ask(line: http.client.HTTPConnection, path: str, method: str = "GET", **headers: str) -> Answer:
    line.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = line.getresponse()
    return Answer(
        response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    )


@dataclass
class Server:
    """`syndicate serve` (or what `command` says) with `words`. Leaving it, it is stopped, and must have ended as it
    promises, without a traceback, unless it had ended before."""

    site: Site
    words: tuple[str, ...] = ()
    command: str = "serve"
    lines: list[str] = field(default_factory=list)

    def __enter__(self) -> Server:
        self._news = threading.Condition()
        self.child = subprocess.Popen(
            [sys.executable, "-m", "syndicate", self.command, "-v", *self.words],
            cwd=self.site.root,
            env={**os.environ, "PYTHONWARNINGS": "error", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.wait_for("serving: http" if self.command == "serve" and not self.words else "started")
        except BaseException:
            self._kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self.child.poll() is None:
                code, seconds = self.end()
                if fault is None:
                    assert code == 0, self.said
                    assert seconds < END
        finally:
            self._kill()
        if fault is None:
            assert "Traceback" not in self.said
            assert "it goes on" not in self.said
        else:
            fault.add_note(self.said)

    def _kill(self) -> None:
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert self.child.stderr
        self.child.stderr.close()

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

    def wait_for(self, pattern: str, count: int = 1) -> str:
        """The last line in which `pattern` is found, once there are `count`."""

        def found() -> list[str]:
            return [line for line in self.lines if re.search(pattern, line)]

        with self._news:
            self._news.wait_for(
                lambda: len(found()) >= count or not self._reader.is_alive(), timeout=PATIENCE
            )
            assert len(found()) >= count, f"not said {count} times: {pattern}\n" + "\n".join(self.lines)
            return found()[-1]

    @property
    def port(self) -> int:
        """Where it says that it listens."""
        said = re.search(r"http://127\.0\.0\.1:(\d+)/", self.wait_for("(serving|started): http"))
        assert said
        return int(said[1])

    def wait_until_watching(self) -> None:
        """Until the kernel says that it watches for it."""
        folder = Path(f"/proc/{self.child.pid}/fdinfo")

        def watched() -> bool:
            for file in folder.glob("*"):
                try:
                    if "inotify wd:" in file.read_text():
                        return True
                except OSError:
                    continue
            return False

        eventually(watched, "its folder is watched")

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        return get(self.port, path, method, **headers)

    def requests(self) -> dict[tuple[str, str], int]:
        """Requests by feed and status, as `/metrics` counts them."""
        found = re.findall(
            r'^syndicate_requests_total\{feed="(.*?)",status="(\d+)"\} (\S+)$',
            self.get("/metrics").text,
            re.M,
        )
        return {(feed, status): int(float(count)) for feed, status, count in found}

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Its exit code after a signal, and how many seconds that took."""
        began = time.monotonic()
        self.child.send_signal(number)
        code = self.child.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code, time.monotonic() - began


def ready(server: Server) -> Server:
    """The server once its first pass is over."""
    eventually(lambda: server.get("/readyz").status == 200, "it is ready")
    return server
