"""The files in packaging/, and the commands that they and the documentation start."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
SERVICES = ("syndicate.service", "syndicate-build.service")
INSTALLED = "/opt/syndicate/bin/syndicate"
RECIPES = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")


def unit(name: str) -> str:
    return (PACKAGING / name).read_text(encoding="utf-8")


def settings(text: str) -> list[tuple[str, str]]:
    """Names and values of a unit, in their order."""
    return re.findall(r"^([A-Z]\w*)=(.*)$", text, re.M)


def value(text: str, name: str) -> str:
    (found,) = [value for key, value in settings(text) if key == name]
    return found


def blocks(kind: str) -> list[str]:
    """The fenced blocks of one kind in docs/running.md."""
    return re.findall(rf"^```{kind}\n(.*?)^```", RECIPES, re.M | re.S)


def started(text: str) -> list[list[str]]:
    """The words after the program's name, for each command in `text` that starts it."""
    lines = re.sub(r"\\\n", " ", text).split("\n")
    found = []
    for line in lines:
        for part in re.split(r"&&|2>&1|\|", line.split(" #")[0]):
            words = shlex.split(part)
            at = [index for index, word in enumerate(words) if _starts(words, index, word)]
            found += [words[index + 1 :] for index in at[-1:]]
    return found


def _starts(words: list[str], index: int, word: str) -> bool:
    if word.endswith("/bin/syndicate"):
        return words[0] not in ("ln", "mkdir")
    # `podman exec NAME syndicate …` and `podman run … IMAGE …`
    return word == "syndicate" and words[:2] in (["podman", "exec"], ["podman", "run"])


def installed_here(folder: Path) -> Path:
    """A program in `folder` that starts this tree's syndicate, as the installed one would."""
    folder.mkdir(parents=True)
    program = folder / "syndicate"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m syndicate "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return program
