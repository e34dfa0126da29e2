"""`build --push` of a site that tells a hub and two webhooks, killed at a chosen point.

reference  a life that nothing disturbs: what stands after each step, and what is told in it
struck     a copy of the site before a step, killed once or more in it (fall), and started again (rise)
quiet      yet another build, which finds nothing left to do
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from edits import Step, config, edit
from scenes import KINDS, READING, Call, Ended, copied, environment, known, names, on_site, path_of
from tracing import traced
from witness import Trap, Witness, documents, entries

TALKING = ("connect", "sendto", "recvfrom")
DIED = (-signal.SIGKILL, 128 + signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Stage:
    """The site as it is before a `step`, edited already; `old` and `new` are its documents, `names` all its files
    after it, `requests` how many are made in it."""

    step: Step
    before: Path
    old: Mapping[str, bytes]
    new: Mapping[str, bytes]
    names: frozenset[str]
    requests: int

    @property
    def changed(self) -> list[str]:
        feeds = ("atom.xml", "rss.xml", "feed.json")
        return [path for path in feeds if self.old.get(path) != self.new[path]]


@dataclass(frozen=True, slots=True)
class Strike:
    """Death at the `nth` call of `kind`: of the builder, or of the first thread that comes so far."""

    kind: str
    nth: int
    path: str = ""

    def __str__(self) -> str:
        return f"death at {self.kind} {self.nth} {self.path}".rstrip()

    def before(self, trace: Path) -> list[str]:
        threads = ("-f",) if self.kind in TALKING else ()
        injection = f"inject={self.kind}:signal=KILL:when={self.nth}"
        return [*traced(trace, known((self.kind,)), *threads), "-e", injection]

    def hit(self, trace: Path, root: Path) -> bool:
        """Was it the call that it was meant for? Which sender comes first, and so what is settled when, is up to
        the kernel: there any will do."""
        last = [line for line in trace.read_text(errors="replace").splitlines() if f"{self.kind}(" in line][
            -1:
        ]
        return not self.path.startswith("public") or [path_of(line, root) for line in last] == [self.path]


Death = Trap | Strike


def build(
    root: Path, witness: Witness, death: Death | None = None, words: Sequence[str] = ("build", "--push")
) -> Ended:
    """One build, of which nothing is left when this returns."""
    witness.arm(death if isinstance(death, Trap) else None)
    under = death.before(root.with_name("trace")) if isinstance(death, Strike) else []
    with subprocess.Popen(
        [*under, sys.executable, "-m", "syndicate", *words],
        cwd=root,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        witness.victim = running.pid
        try:
            out, err = running.communicate(timeout=120)
        except BaseException:
            running.kill()
            raise
    witness.receiver.wait_until_idle()
    return Ended(running.returncode, out, err)


def reference(steps: Sequence[Step], room: Path, witness: Witness) -> tuple[Stage, ...]:
    """The life that nothing disturbs; it is held to the same as all others, and to no repeats."""
    root, stages = room / "site", []
    old: Mapping[str, bytes] = {}
    for number, step in enumerate(steps):
        edit(root, step, config(witness))
        before = copied(root, room / f"before-{number}")
        witness.forget()
        witness.watch(root / "public", {})
        ended = build(root, witness)
        assert (ended.code, ended.err) == (0, ""), ended
        new = documents(root / "public")
        stage = Stage(step, before, old, new, names(root), len(witness.heard))
        wrong = witness.verdict(step.tells, stage.changed, new)
        assert not wrong, "\n".join(wrong)
        assert witness.repeats == 0
        stages.append(stage)
        old = new
    return tuple(stages)


def points(stage: Stage, room: Path, witness: Witness) -> tuple[tuple[Call, ...], dict[str, int]]:
    """The calls of an undisturbed build that change something on the disk, but for locks, for a death at one of them
    leaves what a death at the next call does; and how many of those that talk one sender makes."""
    root, trace = copied(stage.before, room / "site"), room / "trace"
    witness.watch(root / "public", stage.new)
    witness.arm(None)
    under = traced(trace, known((*KINDS, *READING, *TALKING)), "-f")
    command = [*under, sys.executable, "-m", "syndicate", "build", "--push"]
    ran = subprocess.run(
        command, cwd=root, env=environment(), capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    witness.receiver.wait_until_idle()
    said = trace.read_text(errors="replace")
    calls, _ = on_site(said, root)
    talk: dict[str, int] = {}
    for kind in TALKING:
        senders = re.findall(rf"^(\d+) +{kind}\(.*htons|^(\d+) +{kind}\(", said, re.MULTILINE)
        each = [first or second for first, second in senders]
        talk[kind] = max((each.count(sender) for sender in set(each)), default=0)
    return tuple(call for call in calls if call.kind not in ("fcntl", "flock")), talk


def struck(
    stage: Stage, deaths: Sequence[Death], room: Path, witness: Witness, *, pushed: bool
) -> tuple[int, Path, list[str]]:
    """The site of `stage`, killed so in turn: how many of the deaths came about, where it lies, what is wrong."""
    root = copied(stage.before, room / "site")
    witness.forget()
    kills, wrong = fall(stage, deaths[:1], root, witness)
    if isinstance(deaths[0], Strike) and not deaths[0].hit(room / "trace", root):
        kills = 0
    more, found = fall(stage, deaths[1:], root, witness)
    wrong += found + rise(stage, root, witness, pushed=pushed)
    wrong += witness.verdict(stage.step.tells, stage.changed, stage.new)
    said = " and ".join(map(str, deaths))
    return kills + more, root, [f"{stage.step.name}, {said}: {one}" for one in wrong]


def fall(
    stage: Stage,
    deaths: Sequence[Death],
    root: Path,
    witness: Witness,
    older: Sequence[Mapping[str, bytes]] = (),
) -> tuple[int, list[str]]:
    """Builds that are killed, and what is wrong right after each: documents may be those of before, too, or
    `older`."""
    witness.watch(root / "public", stage.new)
    kills, wrong = 0, []
    for death in deaths:
        ended = build(root, witness, death)
        if ended.code in DIED:
            kills += 1
        elif (ended.code, ended.err) != (0, ""):
            wrong.append(f"it neither dies nor ends well: {ended}")
        wrong += _unwhole(root, (*older, stage.old, stage.new))
    return kills, wrong


def rise(stage: Stage, root: Path, witness: Witness, *, pushed: bool) -> list[str]:
    """One more build, that nobody kills: what is wrong then. Where it is `pushed`, what was queued is told before,
    by a command that makes nothing public."""
    witness.watch(root / "public", stage.new)
    pushing = build(root, witness, words=("push",)) if pushed else None
    ended = build(root, witness)
    wrong = [f"'push' does not end well: {pushing}"] if pushing and pushing.code else []
    wrong += [] if (ended.code, ended.err) == (0, "") else [f"it does not end well: {ended}"]
    if documents(root / "public") != stage.new:
        wrong.append("the documents are not those of a build that nothing disturbed")
    if left := names(root) ^ stage.names:
        wrong.append(f"the files are others: {sorted(left)}")
    return wrong


def _unwhole(root: Path, versions: Sequence[Mapping[str, bytes]]) -> list[str]:
    wrong = []
    standing = documents(root / "public") if (root / "public").exists() else {}
    for path, body in standing.items():
        if body not in [one.get(path) for one in versions]:
            wrong.append(f"{path}: it is neither the old one nor the new one")
    for path in ("atom.xml", "rss.xml", "feed.json"):
        if path in standing:
            entries(path, standing[path])
        elif path in versions[0]:
            wrong.append(f"{path}: it is gone")
    return wrong


AGAIN = """
import contextlib, io, json, os, sys
from syndicate.cli.front import run

said = []
for root in sys.argv[1:]:
    os.chdir(root)
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = run(["build", "--push"])
    said.append([code, "written" in out.getvalue(), err.getvalue()])
json.dump(said, sys.stdout)
"""


def quiet(roots: Sequence[Path], witness: Witness) -> list[str]:
    """What is wrong with yet another build of each, all in one process: nothing is written, and nobody is told."""
    witness.forget()
    witness.arm(None)
    command = [sys.executable, "-c", AGAIN, *map(str, roots)]
    ran = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    witness.receiver.wait_until_idle()
    said = json.loads(ran.stdout)
    wrong = [
        f"{root}: another build ends as {one}" for root, one in zip(roots, said, strict=True) if any(one)
    ]
    return wrong + [f"another build tells {one.path} of {one.told}" for one in witness.heard]


def turns(calls: Sequence[Call]) -> list[Call]:
    """Of writes to one file in a row the first and the last; the other calls all."""
    found = list(calls[:1])
    for (before, call), (_, after) in pairwise(pairwise([*calls, calls[-1]])):
        same = {(one.kind, one.path) for one in (before, call, after)}
        if call.kind != "pwrite64" or len(same) > 1:
            found.append(call)
    return found
