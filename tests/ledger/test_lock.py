"""The lock, held by real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ledger_child import command, run
from tracing import injected

from syndicate.errors import BusyError, LedgerError
from syndicate.ledger.lock import hold

HOLD = """
with hold(path, command="syndicate run"):
    print("held", flush=True)
    sys.stdin.read()
"""
# A worker that outlives its parent, and says so when its input ends.
HOLD_AND_FORK = """
import os
with hold(path, command="syndicate run"):
    if os.fork() == 0:
        print(os.getpid(), flush=True)
        sys.stdin.read()
        os._exit(0)
    os.wait()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".syndicate" / "ledger.db"


@contextmanager
def holder(path: Path, lines: str = HOLD) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with subprocess.Popen(
        command(path, lines), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        try:
            yield child, child.stdout.readline().strip()
        finally:
            child.kill()


def test_a_second_one_is_told_who_is_at_work(path: Path) -> None:
    with holder(path) as (child, said):
        assert said == "held"
        with pytest.raises(BusyError) as caught, hold(path):
            pass
    who = f"process {child.pid} (syndicate run)"
    assert str(caught.value) == f"ledger: {who} is at work on {path}; wait until it ends, or stop it"


def test_in_one_process_too(path: Path) -> None:
    with (
        hold(path, command="syndicate build"),
        pytest.raises(BusyError, match=rf"process {os.getpid()} "),
        hold(path),
    ):
        pass
    with hold(path):
        pass


def test_it_is_given_back(path: Path) -> None:
    with holder(path) as (child, _):
        child.communicate("")
        assert child.returncode == 0
        with hold(path):
            pass
    with pytest.raises(ZeroDivisionError), hold(path):
        raise ZeroDivisionError
    with hold(path):
        pass


def test_a_death_frees_it(path: Path) -> None:
    with holder(path) as (child, _):
        child.kill()
        child.wait()
        assert json.loads(path.with_name("ledger.db.lock").read_text())["pid"] == child.pid
        with hold(path):
            pass


def test_a_forked_worker_does_not_keep_it(path: Path) -> None:
    with holder(path, HOLD_AND_FORK) as (child, worker):
        with pytest.raises(BusyError), hold(path):
            pass
        child.kill()
        child.wait()
        os.kill(int(worker), 0)
        with hold(path):
            pass


def test_a_forked_worker_that_ends_does_not_free_it(path: Path) -> None:
    lines = HOLD_AND_FORK.replace("os.wait()", "os.wait(); print('alone', flush=True); sys.stdin.read()")
    with holder(path, lines.replace("sys.stdin.read()\n        os._exit", "os._exit")) as (child, _):
        assert child.stdout is not None
        assert child.stdout.readline() == "alone\n"
        with pytest.raises(BusyError), hold(path):
            pass


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"\xff", b'{"pid": "1"}', b'{"pid": 1, "host": "x"}', b"null"]
)
def test_only_the_kernel_decides(path: Path, text: bytes) -> None:
    lock = path.with_name("ledger.db.lock")
    path.parent.mkdir()
    lock.write_bytes(text)
    with hold(path):
        lock.write_bytes(text)
        with pytest.raises(BusyError) as caught, hold(path):
            pass
    assert (
        str(caught.value) == f"ledger: another process is at work on {path}; wait until it ends, or stop it"
    )


def test_a_holder_on_another_machine_is_named_with_it(path: Path) -> None:
    with hold(path):
        holder = {"pid": 7, "host": "far.example", "command": "syndicate run"}
        path.with_name("ledger.db.lock").write_text(json.dumps(holder))
        with (
            pytest.raises(BusyError, match=r"process 7 \(syndicate run\) on far\.example is at work"),
            hold(path),
        ):
            pass


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777], ids=oct)
def test_it_is_private_whatever_the_umask(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with hold(path):
            assert path.parent.stat().st_mode & 0o777 == 0o700
            assert path.with_name("ledger.db.lock").stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)
    assert not path.exists()


def test_a_folder_in_its_place(path: Path) -> None:
    path.with_name("ledger.db.lock").mkdir(parents=True)
    with pytest.raises(LedgerError, match="is a folder; move it away"), hold(path):
        pass


HOLD_ONCE = """
try:
    with hold(path):
        print("held")
except LedgerError as fault:
    print(fault)
"""


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        ("flock", "ENOLCK", "cannot be locked on this file system; keep it on a local disk"),
        ("mkdir", "EROFS", "cannot be written, it or its folder is read-only; make both writable"),
        ("pwrite64", "ENOSPC", ""),
    ],
)
def test_faults_of_the_system(path: Path, tmp_path: Path, call: str, error: str, told: str) -> None:
    ran = run(path, HOLD_ONCE, *injected(tmp_path / "trace", call, f"error={error}"))
    assert ran.stdout == (f"ledger {path}: {told}\n" if told else "held\n")
    assert (ran.stderr, ran.returncode) == ("", 0)


def test_a_race_has_one_winner(path: Path) -> None:
    lines = HOLD_ONCE.replace('print("held")', 'print("held", flush=True); sys.stdin.read()')
    racers = [
        subprocess.Popen(command(path, lines), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(5)
    ]
    said = []
    try:
        for racer in racers:
            assert racer.stdout is not None
            said.append(racer.stdout.readline())
    finally:
        for racer in racers:
            racer.send_signal(signal.SIGKILL)
            racer.communicate()
    assert said.count("held\n") == 1
    assert sum(" is at work on " in line for line in said) == 4
