"""What docs/running.md and packaging/ tell people to run is there, and the crontab line works as it is copied."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from shipped import (
    INSTALLED,
    PACKAGING,
    RECIPES,
    ROOT,
    SERVICES,
    blocks,
    installed_here,
    started,
    unit,
    value,
)
from sites import Site, post

CONTAINER = (PACKAGING / "Containerfile").read_text(encoding="utf-8")
CRONTAB = (PACKAGING / "crontab").read_text(encoding="utf-8")
FIELDS = r"^(?:# )?((?:[\d*/,-]+ ){5})(.*)$"


def commands() -> list[list[str]]:
    found = [value(unit(name), "ExecStart").split()[1:] for name in SERVICES]
    found.append(json.loads(re.findall(r"^CMD (.*)$", CONTAINER, re.M)[0]))
    for line in re.findall(FIELDS, CRONTAB, re.M):
        found += started(line[1])
    for text in blocks("sh"):
        found += [words for words in started(text) if words]
    return found


def known(words: list[str]) -> bool:
    """Options are looked at before help is given."""
    done = subprocess.run(
        [sys.executable, "-m", "syndicate", *words, "--help"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode == 0


@pytest.mark.parametrize("words", sorted({tuple(words) for words in commands()}), ids=" ".join)
def test_each_command_is_there(words: tuple[str, ...]) -> None:
    assert known(list(words))


@pytest.mark.parametrize("words", [["build", "--pull"], ["walk"], ["-w", "build"]], ids=" ".join)
def test_one_that_is_not_there_would_be_seen(words: list[str]) -> None:
    assert not known(words)


def test_all_ways_are_among_them() -> None:
    found = commands()
    assert ["run"] in found
    assert ["status"] in found
    assert found.count(["-q", "build", "--push"]) == 3
    assert [words[0] for words in found].count("init") == 3


def test_files_that_are_named_are_there() -> None:
    named = set(re.findall(r"packaging/[\w.-]+\w", RECIPES))
    assert named == {f"packaging/{path.name}" for path in PACKAGING.iterdir()}
    for service in SERVICES:
        assert INSTALLED in unit(service)


def lines() -> list[str]:
    """What crontabs are told to run; the one that the documentation shows is among them."""
    found = [line for _, line in re.findall(FIELDS, CRONTAB, re.M)]
    (shown,) = re.findall(FIELDS, "\n".join(blocks("text")), re.M)
    assert shown[1] in found
    assert not any("%" in line for line in found)
    return found


@pytest.mark.parametrize(
    ("text", "ends", "says"),
    [(post("A"), 0, ""), ("---\ntitle: [\n---\n", 1, "a.md")],
    ids=["silent while all is well", "says what is wrong"],
)
def test_the_crontab_line(tmp_path: Path, text: str, ends: int, says: str) -> None:
    line, logged = lines()
    assert logged == f"{line} 2>&1 | logger -t syndicate"
    site = Site(tmp_path / "blog").write({"a.md": text})
    installed_here(tmp_path / ".local" / "share" / "syndicate" / "bin")
    # What cron gives to a command is hardly more than this.
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (ends, "")
    assert says in done.stderr
    assert bool(done.stderr) is bool(says)
    assert "atom.xml" in site.output()


def test_the_container() -> None:
    for line in re.findall(r"^COPY (?!--from)(.*)$", CONTAINER, re.M):
        *sources, _ = line.split()
        assert all((ROOT / source).exists() for source in sources), line
    users = re.findall(r"^USER (\d+):(\d+)$", CONTAINER, re.M)
    assert users
    assert all(int(user) > 0 and int(group) > 0 for user, group in users)
    assert re.findall(r"^STOPSIGNAL (\w+)$", CONTAINER, re.M) == ["SIGTERM"]
    # Without a shell between, signals reach the program.
    assert json.loads(re.findall(r"^ENTRYPOINT (.*)$", CONTAINER, re.M)[0]) == [INSTALLED]
    assert "--require-hashes" in CONTAINER
    for page in (CONTAINER.split("\n\n")[0], RECIPES):
        assert re.search(r"never\s+(?:#\s+)?built or run", page)
