"""What the daemon holds, sampled from /proc as it lives, and whether it stays as it is."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

KIB, MIB = 1024, 1024 * 1024
# What allocators and fragments do to an honest program.
NOISE = 8 * MIB
# A leak that nobody sees in a minute is seen in its slope, once there are enough passes to tell it from noise.
LEAK = 0.5 * KIB
PASSES_FOR_A_SLOPE = 4000
# Requests under way, the watcher between two folders, a child that renders.
COMING_AND_GOING = 4
POINTS = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """`at` in seconds since the start; `rss`, `anon`, `ledger` and `note` in bytes."""

    at: float
    passes: int
    edits: int
    rss: int
    anon: int
    descriptors: int
    threads: int
    children: int
    ledger: int
    note: int
    pending: int


def sample(pid: int, ledger: Path, *, at: float, passes: int, edits: int, pending: int) -> Sample:
    """What stands in /proc of `pid` now. Raises FileNotFoundError where it has ended."""
    here = Path("/proc") / str(pid)
    said = dict(line.split(":", 1) for line in (here / "status").read_text().splitlines())
    children = 0
    for task in (here / "task").iterdir():
        try:
            children += len((task / "children").read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            # A thread that ended meanwhile.
            continue
    return Sample(
        at=at,
        passes=passes,
        edits=edits,
        rss=int(said["VmRSS"].split()[0]) * KIB,
        anon=int(said["RssAnon"].split()[0]) * KIB,
        descriptors=len(list((here / "fd").iterdir())),
        threads=int(said["Threads"]),
        children=children,
        ledger=_size(ledger),
        note=_size(ledger.with_name(ledger.name + ".lastpass")),
        pending=pending,
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def fifth(samples: Sequence[Sample], which: int) -> Sequence[Sample]:
    """The samples of the first fifth of the life, 1, to the last, 5."""
    begin, end = samples[0].at, samples[-1].at
    low, high = (begin + (end - begin) * (which - 1) / 5, begin + (end - begin) * which / 5)
    return [one for one in samples if low <= one.at <= high]


def growth(samples: Sequence[Sample], what: Callable[[Sample], int]) -> float:
    """From the median of the second fifth to that of the last."""
    second, last = (statistics.median(map(what, fifth(samples, which))) for which in (2, 5))
    return last - second


def slope(samples: Sequence[Sample], what: Callable[[Sample], int]) -> float:
    """Growth by pass from the second fifth on: the median of the slopes between all pairs (Theil and Sen), which
    neither a single step nor a peak moves."""
    later = [one for one in samples if one.at >= fifth(samples, 2)[0].at]
    points = later[:: max(len(later) // POINTS, 1)]
    slopes = [
        (what(two) - what(one)) / (two.passes - one.passes)
        for one, two in combinations(points, 2)
        if two.passes > one.passes
    ]
    return statistics.median(slopes)


def swollen(samples: Sequence[Sample]) -> list[str]:
    """What grew that must not."""
    wrong = []
    for name, what in (("RSS", lambda one: one.rss), ("anonymous memory", lambda one: one.anon)):
        grown = growth(samples, what)
        if grown > NOISE:
            wrong.append(f"{name}: {grown / MIB:.1f} MiB more at the end than in the second fifth")
        if samples[-1].passes - samples[0].passes >= PASSES_FOR_A_SLOPE:
            leak = slope(samples, what)
            if leak > LEAK:
                wrong.append(f"{name}: it grows by {leak:.0f} bytes with each pass")
    counts: tuple[tuple[str, Callable[[Sample], int]], ...] = (
        ("descriptors", lambda one: one.descriptors),
        ("threads", lambda one: one.threads),
        ("children", lambda one: one.children),
    )
    for name, what in counts:
        first, last = (statistics.median(map(what, fifth(samples, which))) for which in (1, 5))
        if last > first + COMING_AND_GOING:
            wrong.append(f"{name}: {last:g} at the end, {first:g} at the start")
    return wrong


def table(samples: Sequence[Sample]) -> str:
    """A line for each fifth, medians, for people."""
    head = f"{'fifth':>5} {'passes':>7} {'edits':>6} {'RSS MiB':>8} {'anon MiB':>8} {'fds':>4} {'threads':>7}"
    lines = [f"{head} {'children':>8} {'ledger KiB':>10} {'note KiB':>8} {'pending':>7}"]
    for which in range(1, 6):
        part = fifth(samples, which)

        def mid(what: Callable[[Sample], float], part: Sequence[Sample] = part) -> float:
            return statistics.median(map(what, part))

        lines.append(
            f"{which:>5} {part[-1].passes:>7} {part[-1].edits:>6} {mid(lambda one: one.rss) / MIB:>8.2f} "
            f"{mid(lambda one: one.anon) / MIB:>8.2f} {mid(lambda one: one.descriptors):>4g} "
            f"{mid(lambda one: one.threads):>7g} {max(one.children for one in part):>8} "
            f"{mid(lambda one: one.ledger) / KIB:>10.0f} {mid(lambda one: one.note) / KIB:>8.1f} "
            f"{mid(lambda one: one.pending):>7g}"
        )
    lines.append(
        f"RSS: {growth(samples, lambda one: one.rss) / MIB:+.2f} MiB from the second fifth to the last, "
        f"{slope(samples, lambda one: one.rss):+.1f} bytes a pass; at most {max(one.descriptors for one in samples)} "
        f"descriptors, {max(one.threads for one in samples)} threads"
    )
    return "\n".join(lines)
