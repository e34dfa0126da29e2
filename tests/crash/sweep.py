"""A build that is killed, or fails, at one chosen system call; and what must be true afterwards.

scene      a site before a build, what the build leaves when nothing disturbs it, and the calls it makes
shot       one fault at one of these calls
fire       the build of a copy of that site, with that fault
look       what stands right after it: every document whole, one sentence for the error
converge   one more build, undisturbed, and yet another: as if nothing had happened
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from programs import program
from sites import Site

from syndicate.ledger.sqlite import open_ledger

ERRORS = ("EIO", "ENOSPC", "EROFS", "EMFILE")
DEATH = "KILL"

# Names that a machine does not have are passed over, which the question mark asks for.
KINDS = (
    *(
        "openat",
        "write",
        "pwrite64",
        "writev",
        "pwritev",
        "ftruncate",
        "truncate",
        "copy_file_range",
        "sendfile",
    ),
    *(
        "fsync",
        "fdatasync",
        "sync_file_range",
        "rename",
        "renameat",
        "renameat2",
        "link",
        "linkat",
        "symlinkat",
    ),
    *(
        "unlink",
        "unlinkat",
        "rmdir",
        "mkdir",
        "mkdirat",
        "chmod",
        "fchmod",
        "fchmodat",
        "fchown",
        "utimensat",
    ),
    *("flock", "fcntl"),
)
READING = ("openat", "read", "pread64", "getdents64")
# Where old becomes new, and what keeps it so; to unlink its journal is how the ledger commits.
TURNS = frozenset(("rename", "renameat", "renameat2", "fsync", "fdatasync", "unlink", "unlinkat"))

LEFT = re.compile(r"(.*/)?\.syndicate-\d+\.tmp|\.syndicate/ledger\.db-journal")
SENTENCE = re.compile(r"\S[^\n]*: \S[^\n]*; \S[^\n]*[^.\s]")
CAUSES = {
    "EIO": "the disk reports an error",
    "ENOSPC": "the disk is full",
    "EROFS": "the file system is read-only",
    "EMFILE": "too many files are open",
}

_CALL = re.compile(r"(?:\d+ +)?(?P<kind>\w+)\((?P<said>.*)")


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
class Shot:
    call: Call
    fault: str

    def __str__(self) -> str:
        return f"{self.fault} at {self.call.kind} {self.call.nth} ({self.call.path})"

    @property
    def injection(self) -> str:
        what = "signal=KILL" if self.fault == DEATH else f"error={self.fault}"
        return f"inject={self.call.kind}:{what}:when={self.call.nth}"


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


def scene(site: Site, room: Path, *, traced: bool = True) -> Scene:
    """`site` is as it is before the build, and stays so; copies of it are made in `room`. Where it is not `traced`
    no call is known."""
    undisturbed = copied(site.root, room / "undisturbed")
    clean = run(undisturbed)
    assert clean.code in (0, 1), clean.err
    calls, reads = _calls(site, room, clean) if traced else ((), ())
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
    assert run(root, *_traced(trace, (*KINDS, *READING), "-f")) == clean
    return _sorted(trace.read_text(errors="replace"), root)


def fire(scene: Scene, shot: Shot, room: Path) -> tuple[Path, list[str]]:
    """Build a copy of the site with this fault: where it lies, and what is wrong with what stands there now."""
    root = copied(scene.before, room / "struck")
    trace = room / "trace"
    ended = run(root, *_traced(trace, (shot.call.kind,)), "-e", shot.injection)
    return root, [
        f"{shot}: {wrong}" for wrong in (*_missed(shot, trace, root), *look(scene, shot, root, ended))
    ]


def look(scene: Scene, shot: Shot, root: Path, ended: Ended) -> list[str]:
    """What is wrong right after a shot."""
    if shot.fault == DEATH:
        died = ended.code in (-signal.SIGKILL, 128 + signal.SIGKILL)
        return unwhole(scene, root) + ([] if died else [f"it did not die: {ended}"])
    if shot.call.reading:
        return unwhole(scene, root) + unsaid(ended)
    return unwhole(scene, root) + unplain(scene, root, ended, CAUSES[shot.fault] if shot.call.public else "")


def unsaid(ended: Ended) -> list[str]:
    """What is wrong with how a build ended that could not read something: a post, a folder of posts, or what stands."""
    lines = ended.err.splitlines()
    if ended.code in (1, 3) and lines and all(SENTENCE.fullmatch(line) for line in lines):
        return []
    return [f"this is not one sentence for each fault: {ended}"]


def unplain(scene: Scene, root: Path, ended: Ended, cause: str) -> list[str]:
    """What is wrong with how a build ended that may have failed: as a clean one, if it then did all that a clean one
    does, or with one sentence that holds `cause`."""
    if ended == scene.clean:
        return [] if Site(root).output() == scene.new else ["it says that all is well, but documents are old"]
    # "output" is where the report goes, which nothing disturbs; said of other things it is nobody's translation.
    foreign = "of its own" in ended.err or ended.err.startswith("output: ")
    if ended.code != 1 or not SENTENCE.fullmatch(ended.err.strip()) or foreign:
        return [f"this is no plain failure with one sentence: {ended}"]
    return [] if cause in ended.err else [f"the sentence does not tell the cause, {cause!r}: {ended.err}"]


def unwhole(scene: Scene, root: Path) -> list[str]:
    """Documents that are neither the old nor the new ones, or gone, and files that nobody knows."""
    standing = Site(root).output()
    wrong = [
        f"{path}: it is gone" for path in sorted((scene.old.keys() & scene.new.keys()) - standing.keys())
    ]
    for path, body in standing.items():
        if body not in (scene.old.get(path), scene.new.get(path)) and not LEFT.fullmatch(path):
            wrong.append(f"public/{path}: it is neither the old one nor the new one")
    known = scene.names | names(scene.before)
    return wrong + [
        f"{path}: nobody knows it" for path in sorted(names(root) - known) if not LEFT.fullmatch(path)
    ]


AGAIN = """
import contextlib, io, json, os, sys
from pathlib import Path
from syndicate.cli.front import run

def once():
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = run(["build"])
    return code, out.getvalue(), err.getvalue()

def stamps():
    files = (path for path in Path(".").rglob("*") if path.suffix != ".lock")
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}

said = []
for root in sys.argv[1:]:
    os.chdir(root)
    first = once()
    before = stamps()
    second = once()
    said.append({"first": first, "second": second, "still": before == stamps()})
json.dump(said, sys.stdout)
"""


def converge(scene: Scene, roots: Sequence[tuple[str, Path]]) -> list[str]:
    """Build each (what was done to it, site) twice, all in one process; what is wrong then."""
    command = [sys.executable, "-c", AGAIN, *(str(root) for _, root in roots)]
    ran = subprocess.run(
        command, env=_environment(), capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stderr
    wrong = []
    for (done, root), said in zip(roots, json.loads(ran.stdout), strict=True):
        wrong += [f"{done}, then a build: {one}" for one in _unlike(scene, root, said)]
    return wrong


def _unlike(scene: Scene, root: Path, said: dict[str, Any]) -> list[str]:
    wrong = []
    first, second = Ended(*said["first"]), Ended(*said["second"])
    if (first.code, first.err) != (scene.clean.code, scene.clean.err):
        wrong.append(f"it ends otherwise: {first}")
    if (second.code, second.err) != (scene.clean.code, scene.clean.err) or "written" in second.out:
        wrong.append(f"the second one ends otherwise: {second}")
    if not said["still"]:
        wrong.append("the second one changed something")
    if Site(root).output() != scene.new:
        wrong.append("the documents are not those of a build that nothing disturbed")
    if names(root) != scene.names:
        wrong.append(f"the files are others: {sorted(names(root) ^ scene.names)}")
    if memory(root) != scene.memory:
        wrong.append("the ledger knows something else")
    return wrong


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
        command, cwd=root, env=_environment(), capture_output=True, text=True, timeout=120, check=False
    )
    return Ended(ran.returncode, ran.stdout, ran.stderr)


def _environment() -> dict[str, str]:
    # Else the interpreter writes files of its own, and the number of its calls differs.
    fixed = {"PYTHONWARNINGS": "error", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    return {**os.environ, **fixed}


def _traced(trace: Path, kinds: Sequence[str], *options: str) -> list[str]:
    # Without -f: only the thread that builds. `scene` looks that no other one writes.
    only = ",".join(f"?{kind}" for kind in kinds)
    return [*_strace(), *options, "-qq", "-y", "-o", str(trace), "-e", f"trace={only}"]


@cache
def _strace() -> tuple[str, ...]:
    before = (program("strace"),)
    if subprocess.run(
        [*before, "-qq", "-o", os.devnull, "true"], capture_output=True, check=False
    ).returncode:
        pytest.skip("strace may not trace here; allow it (ptrace) to run this test")
    return before


def _sorted(trace: str, root: Path) -> tuple[tuple[Call, ...], tuple[Call, ...]]:
    """Of the calls in a trace of all threads, those on the site: such as change it, and such as only read."""
    counts: dict[str, int] = {}
    calls: list[Call] = []
    reads: list[Call] = []
    builder = trace.split(maxsplit=1)[0]
    for line in trace.splitlines():
        found = _CALL.match(line)
        if not found:
            continue
        path = _path(found["said"], root)
        reading = found["kind"] in READING and not re.search(r"O_WRONLY|O_RDWR|O_CREAT", found["said"])
        if not line.startswith(builder):
            assert path is None or reading, f"another thread or process writes: {line}"
            continue
        counts[found["kind"]] = nth = counts.get(found["kind"], 0) + 1
        if path is not None:
            (reads if reading else calls).append(Call(found["kind"], nth, path, reading))
    return tuple(calls), tuple(reads)


def _path(said: str, root: Path) -> str | None:
    """The last path below `root` in the arguments of a call; where it stands itself is no argument."""
    said = re.sub(r"AT_FDCWD<[^>]*>", "", said)
    found = re.findall(re.escape(str(root)) + r"(?:/([^\"<>]*))?[\">]", said)
    return found[-1] if found else None


def _missed(shot: Shot, trace: Path, root: Path) -> list[str]:
    """Did the fault meet the call that it was meant for?"""
    lines = trace.read_text(errors="replace").splitlines()
    at = [line for line in lines if "(INJECTED)" in line] if shot.fault != DEATH else lines[-2:-1]
    hit = [_path(line, root) for line in at]
    return [] if hit == [shot.call.path] else [f"it hit {at} instead"]
