"""What a command says where nobody can hear it, and how it ends when it is told to stop."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from programs import program
from sites import Site, post

NO_SPACE = "output: No space left on device; mend it, then run this again\n"
NOWHERE = "nowhere.toml: there is no such file; correct the name\n"
ABSENT = {"errors": [NOWHERE.strip()], "exit": 2}
# What is asked, how it ends in the best of worlds, and what it then says on standard error.
COMMANDS = [
    ("--version", 0, ""),
    ("--help", 0, ""),
    ("build --help", 0, ""),
    ("init new", 0, ""),
    ("build", 0, ""),
    ("build --json", 0, ""),
    ("build -q --json --config nowhere.toml", 2, NOWHERE),
    ("nonsense", 2, "syndicate: no such command 'nonsense'; 'syndicate --help' shows what there is\n"),
]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path).write({"a.md": post("A")})


def run(site: Site, words: str, streams: str) -> tuple[int, str, str]:
    """Run a command whose streams the shell leads where `streams` says."""
    command = shlex.join([sys.executable, "-B", "-m", "syndicate", *shlex.split(words)])
    ran = subprocess.run(
        ["sh", "-c", f"{command} {streams}"],
        cwd=site.root,
        env={**os.environ, "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize(("words", "code", "said"), COMMANDS)
def test_output_that_is_full(site: Site, words: str, code: int, said: str) -> None:
    assert run(site, words, ">/dev/full") == (code or 1, "", said or NO_SPACE)


@pytest.mark.parametrize(("words", "code", "said"), COMMANDS)
def test_output_that_is_closed(site: Site, words: str, code: int, said: str) -> None:
    assert run(site, words, ">&-") == (code, "", said)


@pytest.mark.parametrize("streams", ["2>/dev/full", "2>&-", "<&- 2>&-"])
@pytest.mark.parametrize(("words", "code", "said"), COMMANDS)
def test_errors_that_nobody_hears(site: Site, words: str, code: int, said: str, streams: str) -> None:
    ended, out, err = run(site, words, streams)
    assert (ended, err, bool(out)) == (code, "", code == 0 or "--json" in words)
    if "--json" in words and code:
        assert json.loads(out) == ABSENT


@pytest.mark.parametrize("streams", [">/dev/full 2>/dev/full", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(("words", "code", "said"), COMMANDS)
def test_nothing_can_be_said(site: Site, words: str, code: int, said: str, streams: str) -> None:
    ended, out, err = run(site, words, streams)
    assert (ended, out, err) == (code or ("full" in streams), "", "")


def test_the_ledger_never_stands_where_errors_go(site: Site) -> None:
    site.write({"bad.md": "---\ntitle: a: b\n---\n"})
    assert run(site, "build", "<&- >&- 2>&-")[0] == 1
    assert site.run("build").returncode == 1
    assert len(site.items()) == 1


def test_a_log_on_a_full_disk_keeps_no_document_back(site: Site) -> None:
    site.write({"bad.md": "---\ntitle: a: b\n---\n"})
    assert run(site, "build", "2>/dev/full")[0] == 1
    assert len(site.items()) == 1


@pytest.mark.parametrize("limit", [0, 100])
def test_init_where_no_file_may_be_so_large(site: Site, limit: int) -> None:
    before = sorted(site.root.rglob("*"))
    command = [program("prlimit"), f"--fsize={limit}", sys.executable, "-B", "-m", "syndicate", "init", "new"]
    ran = subprocess.run(command, cwd=site.root, capture_output=True, text=True, timeout=120, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.endswith("it cannot be written: File too large; name a folder that can be\n")
    assert [path for path in sorted(site.root.rglob("*")) if path not in before and path.is_file()] == []
    assert site.run("init", "new").returncode == 0


INTERRUPTED = """
import os, signal, sys, time
from syndicate.cli import front
from syndicate.compose import links
from syndicate.compose.tidy import tidy

html = '<p><a href="one">1</a> <a href="two">2</a></p>'
cleaned = tidy(html, "https://example.org/")
signal.signal(signal.SIGINT, signal.default_int_handler)
front.mind_interrupts()

def strike(frame, event, argument):
    # As soon as a link is being looked at, which is inside of a call back.
    if frame.f_code is links.absolute.__code__:
        sys.setprofile(None)
        os.kill(os.getpid(), signal.SIGINT)

sys.setprofile(strike)
try:
    assert tidy(html, "https://example.org/") == cleaned
    time.sleep(60)
except KeyboardInterrupt:
    print("stopped")
"""


def test_an_interruption_neither_spoils_a_text_nor_is_lost() -> None:
    ran = subprocess.run(
        [sys.executable, "-B", "-c", INTERRUPTED], capture_output=True, text=True, timeout=120, check=False
    )
    assert (ran.stdout, ran.stderr, ran.returncode) == ("stopped\n", "", 0)
