"""Watching folders: a hint that something changed, never the truth. Events are lost where a machine is busy, a
folder is replaced, or a file system sends none; a full scan finds all of it, later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

# How long a folder that cannot be watched is left alone, and how often one is looked at that is watched.
PAUSE = 5.0
LONGEST_BURST = 10


def watch(
    folders: Sequence[Path],
    ignored: Sequence[Path],
    settle: float,
    stop: Event,
    *,
    changed: Callable[[], None],
    tell: Callable[[str], None],
) -> None:
    """Calls `changed` after each burst of changes below `folders`, once they have been quiet for `settle` seconds,
    until `stop` is set. What lies below one of `ignored`, and what is hidden, does not count. `tell` is told once
    why a folder cannot be watched."""
    import watchfiles

    quiet = max(int(settle * 1000), 10)
    said = ""
    while not stop.is_set():
        marks = _marks(folders)
        there = [folder for folder, mark in zip(folders, marks, strict=True) if mark]
        if not there:
            stop.wait(PAUSE)
            if _marks(folders) != marks:
                changed()
            continue
        try:
            for changes in watchfiles.watch(
                *there,
                watch_filter=lambda _, path: _counts(Path(path), folders, ignored),
                step=quiet,
                debounce=quiet * LONGEST_BURST,
                stop_event=stop,
                rust_timeout=int(PAUSE * 1000),
                yield_on_timeout=True,
                raise_interrupt=False,
            ):
                replaced = _marks(folders) != marks
                if changes or replaced:
                    changed()
                if replaced:
                    break
                said = ""
        except (OSError, RuntimeError) as fault:
            if str(fault) != said:
                said = str(fault)
                tell(f"posts: changes cannot be watched ({said}); they are found by the regular pass")
            stop.wait(PAUSE)


def _marks(folders: Sequence[Path]) -> list[tuple[int, int] | None]:
    return [_mark(folder) for folder in folders]


def _mark(folder: Path) -> tuple[int, int] | None:
    try:
        seen = folder.stat()
    except OSError:
        return None
    return seen.st_dev, seen.st_ino


def _counts(path: Path, folders: Sequence[Path], ignored: Sequence[Path]) -> bool:
    if any(path.is_relative_to(folder) for folder in ignored):
        return False
    below = next((path.relative_to(folder) for folder in folders if path.is_relative_to(folder)), path)
    return not any(part.startswith(".") for part in below.parts)
