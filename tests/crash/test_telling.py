"""`build --push` dies at each step of both flows, and at random ones: everybody is told all, of what is public."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from edits import config, edit, script, turmoil
from receivers import Receiver
from scenes import Call, copied
from telling import (
    Death,
    Stage,
    Strike,
    fall,
    points,
    quiet,
    reference,
    rise,
    struck,
    turns,
)
from witness import MOMENTS, Told, Trap, Witness


@pytest.fixture(scope="module")
def witness() -> Iterator[Witness]:
    with Receiver() as receiver:
        yield Witness(receiver)


@dataclass(frozen=True, slots=True)
class Sweep:
    """One build of all kinds of news at once: its `calls` on the disk, and how many calls one sender makes to
    talk."""

    stage: Stage
    calls: tuple[Call, ...]
    talk: dict[str, int]


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory, witness: Witness) -> Sweep:
    room = tmp_path_factory.mktemp("sweep")
    stage = reference(turmoil(), room, witness)[-1]
    return Sweep(stage, *points(stage, room, witness))


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory, witness: Witness) -> tuple[Stage, ...]:
    return reference(script(), tmp_path_factory.mktemp("life"), witness)


def test_the_build_is_worth_a_sweep(sweep: Sweep) -> None:
    """Else it would pass because nothing is told, or hit nothing."""
    assert sweep.stage.requests == 3 * 2 + 3
    assert sweep.stage.changed == ["atom.xml", "rss.xml", "feed.json"]
    assert {call.path for call in sweep.calls if call.public and call.kind.startswith("rename")} >= {
        f"public/{path}" for path in sweep.stage.changed
    }
    commits = [call for call in sweep.calls if call.kind == "unlink" and call.path.endswith("-journal")]
    assert len(commits) > sweep.stage.requests
    assert sweep.talk == {"connect": 1, "sendto": 2, "recvfrom": 1}


def swept(stage: Stage, shots: Sequence[Sequence[Death]], room: Path, witness: Witness) -> list[str]:
    """What is wrong after each of these deaths in turn, and that some did not come about."""
    wrong: list[str] = []
    roots, missed = [], []
    for number, deaths in enumerate(shots):
        (room / str(number)).mkdir()
        kills, root, found = struck(stage, deaths, room / str(number), witness, pushed=number % 2 > 0)
        wrong += found
        roots.append(root)
        missed += [str(death) for death in deaths] if kills < len(deaths) else []
    # Which thread is the first to import, and so to open files, is up to the kernel.
    if len(missed) * 10 > len(shots):
        wrong.append(f"these hit nothing: {missed}")
    return wrong + quiet(roots, witness)


def test_few(sweep: Sweep, tmp_path: Path, witness: Witness) -> None:
    """Death before anything is public, between public and queued, and in each way in which an answer is lost."""
    renamed = [call for call in sweep.calls if call.kind.startswith("rename")]
    queued = next(call for call in reversed(sweep.calls) if call.kind == "fsync" and call.public)
    after = sweep.calls[sweep.calls.index(queued) :]
    commit = next(call for call in after if call.kind == "unlink" and call.path.endswith("-journal"))
    shots: list[list[Death]] = [
        [strike(commit), Trap(1, "asked"), Trap(2, "answered")],
        [strike(renamed[1])],
        [Strike("recvfrom", 1), Trap(3, "half answered"), Trap(2, "knocked")],
    ]
    before = witness.repeated
    wrong = swept(sweep.stage, shots, tmp_path, witness)
    assert not wrong, "\n".join(wrong)
    # Else nobody would have seen whether a repeat has the same id and body.
    assert witness.repeated - before >= 3


def strike(call: Call) -> Strike:
    return Strike(call.kind, call.nth, call.path)


SHARES = 12


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_a_death_at_each_call(sweep: Sweep, tmp_path: Path, witness: Witness, share: int) -> None:
    shots = [[strike(call)] for call in turns(sweep.calls)[share::SHARES]]
    wrong = swept(sweep.stage, shots, tmp_path, witness)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("share", range(4))
def test_a_death_at_each_request(sweep: Sweep, tmp_path: Path, witness: Witness, share: int) -> None:
    requests = range(1, sweep.stage.requests + 1)
    shots: list[list[Death]] = [[Trap(nth, moment)] for nth in requests for moment in MOMENTS]
    wrong = swept(sweep.stage, dealt(shots, 4)[share], tmp_path, witness)
    assert not wrong, "\n".join(wrong)


def dealt(shots: Sequence[list[Death]], shares: int) -> list[list[list[Death]]]:
    """In turn, one further each round, so that no share meets one moment alone."""
    return [
        [shot for at, shot in enumerate(shots) if (at + at // shares) % shares == share]
        for share in range(shares)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("share", range(2))
def test_a_death_at_each_call_that_talks(sweep: Sweep, tmp_path: Path, witness: Witness, share: int) -> None:
    """Of the first sender, of one in the middle, and of one of the last."""
    talks = [Strike(kind, nth) for kind, count in sweep.talk.items() for nth in range(1, count + 1)]
    first: list[list[Death]] = [[talk] for talk in talks]
    later: list[list[Death]] = [
        [Trap(nth, "asked"), talk] for nth in (4, sweep.stage.requests) for talk in talks
    ]
    wrong = swept(sweep.stage, [*first, *later][share::2], tmp_path, witness)
    assert not wrong, "\n".join(wrong)


LIVES = 6
KILLS = 17


@pytest.mark.slow
@pytest.mark.parametrize("share", range(LIVES))
def test_a_life_of_random_deaths(
    life: tuple[Stage, ...], tmp_path: Path, witness: Witness, share: int
) -> None:
    """In all some hundred and twenty; now and then the author goes on to write before anybody restarts."""
    chance = Random(share)
    root = copied(life[0].before, tmp_path / "site")
    witness.forget()
    told: list[Told] = []
    wrong: list[str] = []
    older: list[dict[str, bytes]] = []
    kills = 0
    for stage in life:
        told += stage.step.tells
        edit(root, stage.step, config(witness))
        deaths = some_deaths(stage, chance)
        died, found = fall(stage, deaths, root, witness, older)
        kills += died
        older.append(dict(stage.new))
        said = f"{stage.step.name}, {' and '.join(map(str, deaths))}"
        if stage.step.alone or stage is life[-1] or chance.random() < 0.7:
            found += rise(stage, root, witness, pushed=chance.random() < 0.5)
            found += witness.verdict(told, stage.changed, stage.new)
            older.clear()
        wrong += [f"{said}: {one}" for one in found]
    wrong += quiet([root], witness)
    assert not wrong, "\n".join(wrong)
    assert kills >= KILLS, kills


# How often a build with one piece of news makes these calls, at least.
OFTEN = {"pwrite64": 100, "fdatasync": 16, "unlink": 4, "fsync": 6, "rename": 3, "connect": 1, "recvfrom": 1}


def some_deaths(stage: Stage, chance: Random) -> list[Death]:
    """Three or four; where somebody is told, the last ones while that is under way."""
    deaths: list[Death] = []
    for number in range(chance.randint(3, 4)):
        kind = chance.choice([one for one in OFTEN if stage.requests or one not in ("connect", "recvfrom")])
        if stage.requests and number and chance.random() < 0.6:
            most = max(stage.requests - 2 * number, 1)
            deaths.append(Trap(chance.randint(1, most), chance.choice(MOMENTS)))
        else:
            deaths.append(Strike(kind, chance.randint(1, OFTEN[kind])))
    return deaths
