"""A build that is killed, or fails, at one chosen system call; and what must be true afterwards.

scene      a site before a build, what the build leaves when nothing disturbs it, and the calls it makes
shot       one fault at one of these calls
fire       the build of a copy of that site, with that fault
look       what stands right after it: every document whole, one sentence for the error
converge   one more build, undisturbed, and yet another: as if nothing had happened
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from scenes import Call, Ended, Scene, copied, environment, known, memory, names, path_of, run
from sites import Site
from tracing import traced

ERRORS = ("EIO", "ENOSPC", "EROFS", "EMFILE")
DEATH = "KILL"
CTRL_C = "INT"
STOPPED = "syndicate: stopped; every document is whole, run it again to finish\n"

# Where old becomes new, and what keeps it so; to unlink its journal is how the ledger commits.
TURNS = frozenset(("rename", "renameat", "renameat2", "fsync", "fdatasync", "unlink", "unlinkat"))

LEFT = re.compile(r"(.*/)?\.syndicate-\d+\.tmp|\.syndicate/ledger\.db(-journal|\.lastpass(\.new)?)")
SENTENCE = re.compile(r"\S[^\n]*: \S[^\n]*; \S[^\n]*[^.\s]")
CAUSES = {
    "EIO": "the disk reports an error",
    "ENOSPC": "the disk is full",
    "EROFS": "the file system is read-only",
    "EMFILE": "too many files are open",
}


@dataclass(frozen=True, slots=True)
class Shot:
    call: Call
    fault: str

    def __str__(self) -> str:
        return f"{self.fault} at {self.call.kind} {self.call.nth} ({self.call.path})"

    @property
    def injection(self) -> str:
        what = f"{'signal' if self.fault in (DEATH, CTRL_C) else 'error'}={self.fault}"
        return f"inject={self.call.kind}:{what}:when={self.call.nth}"


def fire(scene: Scene, shot: Shot, room: Path) -> tuple[Path, list[str]]:
    """Build a copy of the site with this fault: where it lies, and what is wrong with what stands there now."""
    root = copied(scene.before, room / "struck")
    trace = room / "trace"
    ended = run(root, *traced(trace, known((shot.call.kind,))), "-e", shot.injection)
    return root, [
        f"{shot}: {wrong}" for wrong in (*_missed(shot, trace, root), *look(scene, shot, root, ended))
    ]


def look(scene: Scene, shot: Shot, root: Path, ended: Ended) -> list[str]:
    """What is wrong right after a shot."""
    if shot.fault == DEATH:
        died = ended.code in (-signal.SIGKILL, 128 + signal.SIGKILL)
        return unwhole(scene, root) + ([] if died else [f"it did not die: {ended}"])
    if shot.fault == CTRL_C:
        # Who is interrupted while importing dies of the signal, after its sentence.
        stopped = ended.code in (128 + signal.SIGINT, -signal.SIGINT)
        told = stopped and not ended.out and ended.err.lstrip("\n") == STOPPED
        return unwhole(scene, root) + ([] if told else [f"it does not stop with one sentence: {ended}"])
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
    ours = scene.names | names(scene.before)
    return wrong + [
        f"{path}: nobody knows it" for path in sorted(names(root) - ours) if not LEFT.fullmatch(path)
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
    # But for the lock and the note of the last pass, and what their folder says of them.
    files = [path for path in Path(".").rglob("*") if path.suffix not in (".lock", ".lastpass")]
    return {str(path): (path.stat().st_ino, path.name == ".syndicate" or path.stat().st_mtime_ns) for path in files}

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
    ran = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=300, check=False)
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
    modes = {path.stat().st_mode & 0o7777 for path in (root / "public").rglob("*") if path.is_file()}
    if modes != {0o644}:
        wrong.append(f"the documents' modes are others: {sorted(map(oct, modes))}")
    if memory(root) != scene.memory:
        wrong.append("the ledger knows something else")
    return wrong


def _missed(shot: Shot, trace: Path, root: Path) -> list[str]:
    """Did the fault meet the call that it was meant for?"""
    lines = trace.read_text(errors="replace").splitlines()
    if shot.fault == CTRL_C:
        at = [before for before, line in pairwise(lines) if "--- SIGINT" in line]
    else:
        at = [line for line in lines if "(INJECTED)" in line] if shot.fault != DEATH else lines[-2:-1]
    hit = [path_of(line, root) for line in at]
    return [] if hit == [shot.call.path] else [f"it hit {at} instead"]
