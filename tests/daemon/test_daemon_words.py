"""What a daemon says: to who reads its log, and to who watches over it."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGHUP

import pytest
from daemons import HOOK, OFTEN, PATIENCE, PUSH, Daemon, eventually, settings, started
from receivers import Receiver, answer
from sites import Site, post

OLD = {"old.md": post("Old")}
SECRET = "hunter2-and-more-than-24-bytes"
STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (?=\S)")


@pytest.mark.parametrize("form", ["text", "json"])
def test_each_line_is_whole_and_holds_no_secret(tmp_path: Path, form: str) -> None:
    with Receiver() as hook:
        hook.script("/hunter2", answer(500), answer(204))
        webhook = HOOK.replace("a secret of more than 24 bytes", "env:SECRET").format(url="env:REBUILD")
        site = Site(tmp_path).write(OLD, settings(webhook, PUSH.format(timeout="5s")))
        variables = {"REBUILD": hook.url("/hunter2"), "SECRET": SECRET}
        with Daemon(site, ("-v", "--log-format", form), variables) as daemon:
            daemon.wait_for("published: 1")
            daemon.wait_until_watching()
            posts = {
                "new.md": post("A title with\u2028all \N{SNOWMAN} of 'it'"),
                "broken.md": "---\ntitle: [\n---\n",
            }
            for name, text in posts.items():
                (tmp_path / "posts" / name).write_text(text, encoding="utf-8")
            daemon.wait_for("broken.md")
            # A fault of the same post that is the same is said once, and its end once.
            (tmp_path / "posts" / "more.md").write_text(post("More"), encoding="utf-8")
            hook.wait_for(3)
            (tmp_path / "posts" / "broken.md").unlink()
            daemon.wait_for("all well again")
            site.write({}, settings(webhook).replace("[site]", "[sight]"))
            daemon.send(SIGHUP)
            daemon.wait_for("those in use stay")
            daemon.wait_for(r"\bdelivered", 2)
        assert len(daemon.wait_for(r"broken.md:\d")) == 1 if form == "text" else True
        assert "hunter2" not in daemon.said
        for line in daemon.lines:
            if form == "json":
                record = json.loads(line)
                assert {"at", "level", "event"} <= record.keys()
            else:
                assert STAMP.match(line), line


@pytest.mark.slow
def test_the_journal_stamps_itself(tmp_path: Path) -> None:
    site = Site(tmp_path).write(OLD, settings())
    with Daemon(site, (), {"JOURNAL_STREAM": "8:1"}) as daemon:
        daemon.wait_for("^started: Test site, posts in ")


def test_quietly_it_says_only_what_is_wrong(tmp_path: Path) -> None:
    site = Site(tmp_path).write(OLD, settings(schedule=OFTEN))
    with Daemon(site, ("-q",)) as daemon:
        eventually((tmp_path / "public" / "feed.json").exists, "the first pass")
        (tmp_path / "posts" / "broken.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
        daemon.wait_for("broken.md")
    assert len(daemon.lines) == 1, daemon.said


@pytest.mark.parametrize(
    ("config", "words", "code", "said"),
    [
        ("nonsense = 1", (), 2, "nonsense"),
        (settings(), ("--config", "elsewhere.toml"), 2, "elsewhere.toml"),
        (settings('\n[posts]\npath = "nowhere"\n'), (), 2, "the folder nowhere is missing"),
        (settings(schedule='\n[schedule]\nevery = "1m"\ncron = "@daily"\n'), (), 2, "there is also every"),
        (settings('\n[ledger]\nurl = "sqlite:///posts/old.md"\n'), (), 1, "old.md"),
    ],
    ids=["key", "file", "posts", "schedule", "ledger"],
)
def test_what_cannot_begin_ends_in_a_sentence(
    tmp_path: Path, config: str, words: tuple[str, ...], code: int, said: str
) -> None:
    ended = Site(tmp_path).write(OLD, config).run("run", *words)
    assert ended.returncode == code, ended.stderr
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "public").exists()


@dataclass
class Ear:
    """Hears what a program tells whoever started it."""

    line: socket.socket
    address: str
    heard: list[str]

    def wait_for(self, told: str, count: int = 1) -> list[str]:
        self.line.settimeout(PATIENCE)
        until = time.monotonic() + PATIENCE
        while len(found := [one for one in self.heard if re.search(told, one)]) < count:
            assert time.monotonic() < until, f"never told {count} times: {told}, but {set(self.heard)}"
            self.heard += self.line.recv(65536).decode().split("\n")
        return found

    def rest(self) -> None:
        """What was told and not yet heard."""
        self.line.setblocking(False)
        try:
            while True:
                self.heard += self.line.recv(65536).decode().split("\n")
        except BlockingIOError:
            return


@contextmanager
def listening(room: Path, abstract: bool = False) -> Iterator[Ear]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        if abstract:
            # The kernel chooses a name that nobody has.
            line.bind("")
            yield Ear(line, "@" + line.getsockname()[1:].decode(), [])
        else:
            line.bind(str(room / "ear"))
            yield Ear(line, str(room / "ear"), [])


@pytest.mark.parametrize(
    "abstract", [pytest.param(False, id="path"), pytest.param(True, id="abstract", marks=pytest.mark.slow)]
)
def test_who_started_it_is_told_how_it_is(tmp_path: Path, abstract: bool) -> None:
    site = Site(tmp_path).write(OLD, settings(schedule='\n[schedule]\ncron = "@hourly"\nsettle = "50ms"\n'))
    with listening(tmp_path, abstract) as ear:
        with Daemon(site, variables={"NOTIFY_SOCKET": ear.address}) as daemon:
            ear.wait_for("^READY=1$")
            ear.wait_for(r"^STATUS=1 entry published, next pass at \d\d:00:00 UTC$")
            ear.wait_for("^WATCHDOG=1$", 3)
            started(daemon)
            before = time.monotonic_ns() // 1000
            daemon.send(SIGHUP)
            ear.wait_for("^RELOADING=1$")
            [said] = ear.wait_for("^MONOTONIC_USEC=")
            assert before <= int(said.partition("=")[2]) <= time.monotonic_ns() // 1000
            ear.wait_for("^READY=1$", 2)
            site.write({}, "broken")
            daemon.send(SIGHUP)
            ear.wait_for("^RELOADING=1$", 2)
            # A reload that was refused is over too.
            ear.wait_for("^READY=1$", 3)
            (tmp_path / "posts").rename(tmp_path / "away")
            ear.wait_for("^STATUS=.*the folder posts is missing")
            assert daemon.end() == 0
        ear.rest()
        assert ear.heard[-1] == "STOPPING=1"
        assert ear.heard.index("READY=1") < ear.heard.index("WATCHDOG=1")
        assert all("\n" not in one and "=" in one for one in ear.heard)


@pytest.mark.slow
def test_nobody_who_listens_is_no_fault(tmp_path: Path) -> None:
    site = Site(tmp_path).write(OLD, settings())
    with Daemon(site, variables={"NOTIFY_SOCKET": str(tmp_path / "nobody")}) as daemon:
        started(daemon)
