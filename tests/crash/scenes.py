"""A site before a build, what the build leaves when nothing disturbs it, and the calls that it makes."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sites import Site
from tracing import traced

from syndicate.ledger.sqlite import open_ledger

_CHANGING = """
openat write pwrite64 writev pwritev ftruncate truncate copy_file_range sendfile fsync fdatasync sync_file_range
rename renameat renameat2 link linkat symlinkat unlink unlinkat rmdir mkdir mkdirat chmod fchmod fchmodat fchown
utimensat flock fcntl
"""
KINDS = tuple(_CHANGING.split())
READING = ("openat", "read", "pread64", "getdents64")

_CALL = re.compile(r"(?:\d+ +)?(?P<kind>\w+)\((?P<said>.*)")


NOTE = ".lastpass"


@dataclass(frozen=True, slots=True)
class Call:
    """The `nth` (from 1) of all calls of `kind` that the build makes, on `path` below the site; `reading` where it
    changes nothing there."""

    kind: str
    nth: int
    path: str
    reading: bool = False

    @property
    def public(self) -> bool:
        return self.path.startswith("public")


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Scene:
    """`before` is the site; `old` and `new` are its documents by path before and after a build. `clean` is how the
    build ends, `names` all files afterwards, `memory` what the ledger then knows. `calls` change something on the
    disk, `reads` do not."""

    before: Path
    old: dict[str, bytes]
    new: dict[str, bytes]
    clean: Ended
    names: frozenset[str]
    memory: Any
    calls: tuple[Call, ...]
    reads: tuple[Call, ...]


def scene(site: Site, room: Path, *, watched: bool = True) -> Scene:
    """`site` is as it is before the build, and stays so; copies of it are made in `room`. Where it is not `watched`
    no call is known."""
    undisturbed = copied(site.root, room / "undisturbed")
    clean = run(undisturbed)
    assert clean.code in (0, 1), clean.err
    calls, reads = _calls(site, room, clean) if watched else ((), ())
    return Scene(
        before=site.root,
        old=site.output(),
        new=Site(undisturbed).output(),
        clean=clean,
        names=names(undisturbed),
        memory=memory(undisturbed),
        calls=calls,
        reads=reads,
    )


def _calls(site: Site, room: Path, clean: Ended) -> tuple[tuple[Call, ...], tuple[Call, ...]]:
    root, trace = copied(site.root, room / "traced"), room / "trace"
    assert run(root, *traced(trace, known((*KINDS, *READING)), "-f")) == clean
    return on_site(trace.read_text(errors="replace"), root)


def copied(site: Path, to: Path) -> Path:
    if to.exists():
        shutil.rmtree(to)
    return Path(shutil.copytree(site, to, symlinks=True))


def names(root: Path) -> frozenset[str]:
    return frozenset(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def memory(root: Path) -> Any:
    """What the ledger knows that readers can see."""
    found = open_ledger(root / ".syndicate" / "ledger.db", create=False).memory()
    entries = [
        (one.id, one.path, one.slug, one.date, one.url, one.fingerprint, one.state) for one in found.entries
    ]
    return entries, found.documents, found.feed_ids


def run(root: Path, *before: str) -> Ended:
    """Build the site at `root`; `before` is a command to run the build under."""
    command = [*before, sys.executable, "-m", "syndicate", "build"]
    ran = subprocess.run(
        command,
        cwd=root,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        # A shell lets what it starts in the background ignore Ctrl-C, which is inherited.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    return Ended(ran.returncode, ran.stdout, ran.stderr)


def environment() -> dict[str, str]:
    # Else the interpreter writes files of its own, and the number of its calls differs.
    fixed = {"PYTHONWARNINGS": "error", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    return {**os.environ, **fixed}


def on_site(trace: str, root: Path) -> tuple[tuple[Call, ...], tuple[Call, ...]]:
    """Of the calls in a trace of all threads, those on the site: such as change it, and such as only read."""
    counts: dict[str, int] = {}
    calls: list[Call] = []
    reads: list[Call] = []
    builder = trace.split(maxsplit=1)[0]
    for line in trace.splitlines():
        found = _CALL.match(line)
        if not found:
            continue
        path = path_of(found["said"], root)
        reading = found["kind"] in READING and not re.search(r"O_WRONLY|O_RDWR|O_CREAT", found["said"])
        if not line.startswith(builder):
            assert path is None or reading, f"another thread or process writes: {line}"
            continue
        counts[found["kind"]] = nth = counts.get(found["kind"], 0) + 1
        # The note for `status` is no memory: nothing hangs on it, and that it cannot be written stops nobody.
        if path is not None and NOTE not in path:
            (reads if reading else calls).append(Call(found["kind"], nth, path, reading))
    return tuple(calls), tuple(reads)


def known(kinds: Sequence[str]) -> str:
    """These calls in strace's words; those that a machine does not have are passed over."""
    return ",".join(f"?{kind}" for kind in kinds)


def path_of(said: str, root: Path) -> str | None:
    """The last path below `root` in the arguments of a call; where it stands itself is no argument."""
    said = re.sub(r"AT_FDCWD<[^>]*>", "", said)
    found = re.findall(re.escape(str(root)) + r"(?:/([^\"<>]*))?[\">]", said)
    return found[-1] if found else None
