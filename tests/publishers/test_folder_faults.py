"""Faults and deaths of the system under a folder, each in a process of its own."""

from __future__ import annotations

import hashlib
import re
import signal
from pathlib import Path

import pytest
from folder_child import run
from tracing import injected, traced

from syndicate.publishers.folder import Folder

PUT = """
try:
    Folder(root).put(Document("atom.xml", "", "", b"new" * 1000))
except PublishError as fault:
    print(fault)
"""
REMOVE = """
try:
    Folder(root).remove("atom.xml")
except PublishError as fault:
    print(fault)
"""
OLD, NEW = b"old" * 2000, b"new" * 1000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "public"
    root.mkdir()
    (root / "atom.xml").write_bytes(OLD)
    return root


def standing(root: Path) -> dict[str, bytes]:
    return {item.name: item.read_bytes() for item in root.iterdir()}


def calls(tmp_path: Path) -> list[str]:
    """What the trace holds from the making of the temporary file on, as `name path`."""
    found = []
    for line in (tmp_path / "trace").read_text().splitlines():
        call = re.search(r"(\w+)\((?:\d+<(?P<fd>[^>]*)>|.*?\"(?P<path>[^\"]*)\")", line)
        assert call is not None, line
        found.append(f"{call[1]} {Path(call['fd'] or call['path']).name}")
    return found


def test_the_order_of_a_put(root: Path, tmp_path: Path) -> None:
    calls_seen = "fchmod,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat"
    assert run(root, PUT, *traced(tmp_path / "trace", calls_seen, "-f")).returncode == 0
    assert calls(tmp_path) == [
        "fchmod .syndicate-0.tmp",
        "fchmod .syndicate-0.tmp",
        "fsync .syndicate-0.tmp",
        "rename .syndicate-0.tmp",
        "fsync public",
        "fchmod atom.xml",
    ]
    assert standing(root) == {"atom.xml": NEW}
    assert (root / "atom.xml").stat().st_mode & 0o7777 == 0o644


def test_no_public_name_is_opened_for_writing(root: Path, tmp_path: Path) -> None:
    assert run(root, PUT, *traced(tmp_path / "trace", "open,openat,creat", "-f")).returncode == 0
    written = [
        line for line in (tmp_path / "trace").read_text().splitlines() if re.search("O_WRONLY|O_RDWR", line)
    ]
    assert [".syndicate-0.tmp" in line and "O_EXCL" in line for line in written] == [True]


def test_a_new_folder_is_synced_with_its_parents(tmp_path: Path, root: Path) -> None:
    program = 'Folder(root).put(Document("tags/de/atom.xml", "", "", b"new"))'
    assert run(root, program, *traced(tmp_path / "trace", "mkdir,mkdirat,fsync", "-f")).returncode == 0
    assert calls(tmp_path) == [
        "mkdir tags",
        "fsync public",
        "mkdir de",
        "fsync tags",
        "fsync .syndicate-0.tmp",
        "fsync de",
    ]


def test_a_removal_is_synced_and_so_is_its_repetition(tmp_path: Path, root: Path) -> None:
    for expected in (["unlink atom.xml", "fsync public"], ["fsync public"]):
        assert run(root, REMOVE, *traced(tmp_path / "trace", "unlink,unlinkat,fsync", "-f")).returncode == 0
        assert calls(tmp_path) == expected


FAULTS = [
    ("write", "ENOSPC", ".syndicate-0.tmp", "the disk is full; free some space"),
    ("write", "EDQUOT", ".syndicate-0.tmp", "the disk quota is used up; free some space"),
    ("write", "EIO", ".syndicate-0.tmp", "the disk reports an error; check the disk"),
    ("openat", "EROFS", ".syndicate-0.tmp", "the file system is read-only; make it writable"),
    (
        "openat",
        "EACCES",
        ".syndicate-0.tmp",
        "permission is missing; let this user write it and its folder",
    ),
    ("openat", "ENFILE", ".syndicate-0.tmp", "too many files are open on this machine; close some"),
    ("fchmod", "EPERM", "", "permission is missing; let this user write it and its folder"),
    ("fsync", "EIO", "", "the disk reports an error; check the disk"),
    ("fsync", "ENOSPC", "", "the disk is full; free some space"),
    ("fsync", "EINVAL", "", "invalid argument; mend that, and try again"),
    ("rename", "EPERM", "", "permission is missing; let this user write it and its folder"),
    ("rename", "ESTALE", "", "its file system has gone away; mount it again"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault[0]} {fault[1]}")
def test_a_fault_leaves_the_old_document(root: Path, tmp_path: Path, fault: tuple[str, ...]) -> None:
    call, error, at, told = fault
    fault_at = injected(tmp_path / "trace", call, f"error={error}:when=1", root / at if at else None)
    ran = run(root, PUT, *fault_at)
    assert (ran.stdout, ran.stderr) == (f"{root}/atom.xml: cannot be written, {told}\n", "")
    assert standing(root) == {"atom.xml": OLD}
    assert run(root, PUT).stdout == ""
    assert standing(root) == {"atom.xml": NEW}


def test_a_folder_that_does_not_sync_is_a_failed_put(root: Path, tmp_path: Path) -> None:
    ran = run(root, PUT, *injected(tmp_path / "trace", "fsync", "error=EIO:when=2"))
    assert ran.stdout == f"{root}/atom.xml: cannot be written, the disk reports an error; check the disk\n"
    assert standing(root) == {"atom.xml": NEW}


UNKEPT = [
    ("fsync", "error=EIO:when=2"),
    ("fsync", "signal=KILL:when=2"),
    ("fchmod", "error=EIO:when=3"),
    ("fchmod", "signal=KILL:when=3"),
]


@pytest.mark.parametrize(("call", "fault"), UNKEPT)
def test_what_a_power_cut_may_take_away_counts_as_not_there(
    root: Path, tmp_path: Path, call: str, fault: str
) -> None:
    run(root, PUT, *injected(tmp_path / "trace", call, fault))
    assert standing(root) == {"atom.xml": NEW}
    assert Folder(root).digest("atom.xml") is None
    assert run(root, PUT).stdout == ""
    assert Folder(root).digest("atom.xml") == hashlib.sha256(NEW).hexdigest()
    assert standing(root) == {"atom.xml": NEW}


def test_a_file_system_that_has_no_such_mark_is_good_enough(root: Path, tmp_path: Path) -> None:
    ran = run(root, PUT, *injected(tmp_path / "trace", "fchmod", "error=EPERM:when=2"))
    assert (ran.stdout, ran.stderr, ran.returncode) == ("", "", 0)
    assert Folder(root).digest("atom.xml") == hashlib.sha256(NEW).hexdigest()


def test_a_new_folder_whose_name_may_be_lost_does_not_stay(root: Path, tmp_path: Path) -> None:
    lines = PUT.replace("atom.xml", "tags/atom.xml")
    ran = run(root, lines, *injected(tmp_path / "trace", "fsync", "error=EIO:when=1"))
    assert (
        ran.stdout == f"{root}/tags/atom.xml: cannot be written, the disk reports an error; check the disk\n"
    )
    assert standing(root) == {"atom.xml": OLD}
    assert run(root, lines).stdout == ""
    assert (root / "tags" / "atom.xml").read_bytes() == NEW


@pytest.mark.parametrize("error", ["EINVAL", "EOPNOTSUPP"])
def test_a_file_system_that_cannot_sync_folders_is_good_enough(
    root: Path, tmp_path: Path, error: str
) -> None:
    ran = run(root, PUT, *injected(tmp_path / "trace", "fsync", f"error={error}:when=2"))
    assert (ran.stdout, ran.stderr, ran.returncode) == ("", "", 0)
    assert standing(root) == {"atom.xml": NEW}


@pytest.mark.parametrize(("call", "error"), [("unlink", "EROFS"), ("fsync", "EIO")])
def test_a_removal_that_fails_says_so(root: Path, tmp_path: Path, call: str, error: str) -> None:
    ran = run(root, REMOVE, *injected(tmp_path / "trace", call, f"error={error}"))
    assert ran.stdout.startswith(f"{root}/atom.xml: cannot be removed, the ")
    assert (ran.stderr, ran.returncode) == ("", 0)


DEATHS = [("flock", 1), ("write", 1), ("fchmod", 1), ("fsync", 1), ("rename", 1), ("fsync", 2), ("fchmod", 3)]


@pytest.mark.parametrize(("call", "when"), DEATHS)
def test_a_death_leaves_old_or_new_and_is_cleaned_up_after(
    root: Path, tmp_path: Path, call: str, when: int
) -> None:
    file = root / ".syndicate-0.tmp" if call == "write" else None
    ran = run(root, PUT, *injected(tmp_path / "trace", call, f"signal=KILL:when={when}", file))
    assert ran.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
    assert standing(root)["atom.xml"] == (OLD if when == 1 else NEW)
    assert run(root, PUT).stdout == ""
    assert standing(root) == {"atom.xml": NEW}


LIMITS = [
    ("RLIMIT_FSIZE", 1000, "it is larger than the limit for a file; raise that (ulimit -f)"),
    ("RLIMIT_NOFILE", 3, "too many files are open; raise the limit (ulimit -n)"),
]


@pytest.mark.parametrize(("limit", "least", "told"), LIMITS, ids=lambda part: str(part)[:13])
def test_a_limit_of_the_system(root: Path, limit: str, least: int, told: str) -> None:
    lowered = f"import resource; resource.setrlimit(resource.{limit}, ({least}, {least}))"
    ran = run(root, lowered + PUT)
    assert (ran.stdout, ran.stderr) == (f"{root}/atom.xml: cannot be written, {told}\n", "")
    assert standing(root) == {"atom.xml": OLD}
