"""Rendering, here or, for a text that is larger or stranger than usual, in a child that can be killed.

Python-Markdown is quadratic or worse on hostile input, and nothing inside a process ends a regular expression
for certain. The child is bounded by the kernel, in processor time and in memory; it is started for the first strange
text of a pass, so that the usual pass pays nothing.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import struct
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import IO

from syndicate.compose import markdown
from syndicate.compose.tidy import Tidied, tidy
from syndicate.errors import RenderError

SECONDS = 2.0
MEMORY = 1 << 30
# The child may be starved by other work on the machine: this is only for one that hangs without computing.
WALL_PER_SECOND = 15
USUAL_SIZE, USUAL_LINES = 65536, 1500
# How often a sign may stand in a text that is rendered here: far below where rendering takes a second.
USUAL_SIGNS = {
    "[": 400,
    "<": 800,
    "`": 3000,
    "*": 3000,
    "_": 3000,
    "&": 3000,
    "\\": 3000,
    "~": 3000,
    "|": 6000,
}

_LENGTH = struct.Struct("!I")


class Unrendered(Exception):
    """A text that could not be rendered; `code` is the problem's, the message `text: what; what to do`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


DEEP = ("too-deep", "text: it nests too deep to be rendered; flatten its lists and quotations")
LONG = (
    "too-long-to-render",
    "text: it takes too long to be rendered; look for long runs of brackets or markup",
)
# Whoever stops a group of processes stops the child too, which says nothing of the text.
STOPS = frozenset((signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT))
LARGE = ("too-much-memory", "text: it takes too much memory to be rendered; split the post")


def strange(body: str) -> bool:
    """Is this text larger or stranger than what people write by hand?"""
    if len(body) > USUAL_SIZE or body.count("\n") > USUAL_LINES:
        return True
    return any(body.count(sign) > most for sign, most in USUAL_SIGNS.items())


@dataclass(frozen=True, slots=True)
class Text:
    """What is to be rendered: a post's body, its markup, and the URL that its links are seen from."""

    body: str
    markup: str
    url: str


class Renderer:
    """Renders texts. Used as a context: on leaving, its child is gone."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._child: subprocess.Popen[bytes] | None = None

    def render(self, text: Text) -> Tidied:
        """Raises Unrendered, after the bound at the latest."""
        if not strange(text.body):
            try:
                return _rendered(text)
            except markdown.TooDeep:
                raise Unrendered(*DEEP) from None
        return self._in_child(text)

    def __enter__(self) -> Renderer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _in_child(self, text: Text) -> Tidied:
        child = self._child = self._child or self._start()
        assert child.stdin
        assert child.stdout
        try:
            _send(child.stdin, {"body": text.body, "markup": text.markup, "url": text.url})
            answer = _receive(child.stdout, self._seconds * WALL_PER_SECOND)
        except TimeoutError:
            self._end()
            raise Unrendered(*LONG) from None
        except (EOFError, BrokenPipeError):
            ended = self._end()
            if -ended in STOPS:
                raise RenderError("rendering: its process was stopped from outside; run this again") from None
            # SIGPROF is the timer's; whatever else ends a child is out of memory: libraries abort then.
            raise Unrendered(*(LONG if ended == -signal.SIGPROF else LARGE)) from None
        if "fault" in answer:
            raise Unrendered(*{"deep": DEEP, "memory": LARGE}[answer["fault"]])
        return Tidied(answer["content"], answer["teaser"])

    def _start(self) -> subprocess.Popen[bytes]:
        try:
            return self._spawned()
        except OSError as fault:
            raise RenderError(
                f"rendering: its process cannot be started: {(fault.strerror or str(fault)).lower()}; "
                "raise the limit of open files (ulimit -n) and processes, or free memory"
            ) from None

    def _spawned(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from syndicate.workshop.rendering import child; child()",
                str(self._seconds),
                str(self._memory),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            start_new_session=True,
        )

    def _end(self) -> int:
        """The child is gone and its pipes are closed; how it ended, 0 where there was none."""
        child, self._child = self._child, None
        if not child:
            return 0
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with suppress(BrokenPipeError):
                    pipe.close()
        # One that ended by itself keeps its own reason; one that waits for more ends now that there is no more.
        child.kill()
        return child.wait()


def child() -> None:
    """The child's life: a text in, its rendering out, until there are no more."""
    seconds, memory = float(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    markdown.render("warm")
    while True:
        try:
            asked = _receive(sys.stdin.buffer, None)
        except EOFError:
            return
        # SIGPROF, left as it is, ends the process even inside a regular expression.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            done = _rendered(Text(**asked))
            answer = {"content": done.content, "teaser": done.teaser}
        except markdown.TooDeep:
            answer = {"fault": "deep"}
        except MemoryError:
            answer = {"fault": "memory"}
        signal.setitimer(signal.ITIMER_PROF, 0)
        _send(sys.stdout.buffer, answer)


def _rendered(text: Text) -> Tidied:
    return tidy(markdown.render(text.body) if text.markup == "markdown" else text.body, text.url)


def _send(pipe: IO[bytes], value: dict[str, str | None]) -> None:
    body = json.dumps(value).encode()
    pipe.write(_LENGTH.pack(len(body)) + body)
    pipe.flush()


def _receive(pipe: IO[bytes], patience: float | None) -> dict[str, str]:
    if patience is not None and not select.select([pipe], [], [], patience)[0]:
        raise TimeoutError
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    body = pipe.read(length)
    if len(body) < length:
        raise EOFError
    value: dict[str, str] = json.loads(body)
    return value
