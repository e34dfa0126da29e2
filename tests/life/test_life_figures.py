"""A leak is told from noise."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from life_figures import KIB, MIB, Sample, sample, swollen

HOUR, MINUTE = 3600, 60
START = Sample(0, 0, 0, 90 * MIB, 65 * MIB, 9, 8, 0, 0, 0, 0)

Life = Callable[[Sample, float, random.Random], Sample]


def lived(seconds: int, change: Life) -> list[Sample]:
    """Four passes and one sample a second, with the noise of an allocator and of what comes and goes."""
    chance = random.Random(seconds)
    samples = []
    for at in range(0, seconds, 2 if seconds > MINUTE else 1):
        noise = chance.randrange(3 * MIB) if chance.random() < 0.3 else 0
        seen = replace(
            START,
            at=at,
            passes=at * 4,
            rss=START.rss + noise,
            anon=START.anon + noise,
            descriptors=9 + chance.randrange(4),
            threads=8 + chance.randrange(4),
            children=chance.randrange(2),
        )
        samples.append(change(seen, at / seconds, chance))
    return samples


def leaking(size: int) -> Life:
    return lambda seen, _part, _chance: replace(
        seen, rss=seen.rss + size * seen.passes, anon=seen.anon + size * seen.passes
    )


def warming(seen: Sample, part: float, _chance: random.Random) -> Sample:
    grown = int(min(part * 6, 1) * 20 * MIB)
    return replace(seen, rss=seen.rss + grown, anon=seen.anon + grown)


@pytest.mark.parametrize(
    ("seconds", "change"),
    [
        (HOUR, lambda seen, _part, _chance: seen),
        (MINUTE, lambda seen, _part, _chance: seen),
        (HOUR, warming),
        (MINUTE, warming),
        (HOUR, lambda seen, part, _chance: replace(seen, rss=seen.rss + 3 * MIB * (part > 0.7))),
    ],
)
def test_what_an_honest_program_does_is_no_leak(seconds: int, change: Life) -> None:
    assert swollen(lived(seconds, change)) == []


@pytest.mark.parametrize(
    ("seconds", "change", "what"),
    [
        (HOUR, leaking(KIB), "RSS: it grows by"),
        (HOUR, leaking(KIB), "anonymous memory: it grows by"),
        (MINUTE, leaking(100 * KIB), "RSS: "),
        (HOUR, lambda seen, part, _: replace(seen, descriptors=seen.descriptors + int(part * 10)), "descr"),
        (MINUTE, lambda seen, part, _: replace(seen, threads=seen.threads + int(part * 10)), "threads"),
        (MINUTE, lambda seen, part, _: replace(seen, children=int(part * 10)), "children"),
    ],
)
def test_a_leak_is_seen(seconds: int, change: Life, what: str) -> None:
    assert any(one.startswith(what) for one in swollen(lived(seconds, change)))


def test_a_sample_is_of_what_is_there(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    ledger.write_bytes(b"1234")
    before = sample(os.getpid(), ledger, at=1, passes=2, edits=3, pending=4)
    with ledger.open("rb"):
        after = sample(os.getpid(), ledger, at=1, passes=2, edits=3, pending=4)
    assert after.descriptors == before.descriptors + 1
    assert (before.ledger, before.note) == (4, 0)
    assert before.rss >= before.anon > MIB
    assert before.threads >= 1
