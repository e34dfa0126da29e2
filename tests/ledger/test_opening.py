"""Opening a ledger: what is made, what is refused, and in which words."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from ledger_child import run
from tracing import injected

from syndicate.errors import LedgerError
from syndicate.ledger.sqlite import open_ledger
from syndicate.model import Memory, Remembered

ENTRY = Remembered("id", "posts/a.md", "a", "2025-07-07", "https://e.org/a/", "f", "b", "known")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".syndicate" / "ledger.db"


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    assert tmp_path.is_dir()
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("umask")
def test_it_is_private_whatever_the_umask(tmp_path: Path) -> None:
    open_ledger(tmp_path / "new" / "folder" / "ledger.db")
    assert mode(tmp_path / "new") == mode(tmp_path / "new" / "folder") == 0o700
    assert mode(tmp_path / "new" / "folder" / "ledger.db") == 0o600
    assert [item.name for item in (tmp_path / "new" / "folder").iterdir()] == ["ledger.db"]


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir(mode=0o755)
    open_ledger(tmp_path / "site" / "ledger.db")
    assert mode(tmp_path / "site") == 0o755


@pytest.mark.parametrize(
    "name", ["a b?x=1&mode=memory#z%41.db", "ledger", "täg;.db", os.fsdecode(b"\xff.db")]
)
def test_any_name(tmp_path: Path, name: str) -> None:
    open_ledger(tmp_path / name).remember([ENTRY], [])
    assert [item.name for item in tmp_path.iterdir()] == [name]
    assert open_ledger(tmp_path / name, create=False).memory().entries == (ENTRY,)


def test_it_is_the_file_it_was_when_the_folder_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    open_ledger(Path("ledger.db")).remember([ENTRY], [])
    assert open_ledger(tmp_path / "ledger.db").memory().entries == (ENTRY,)


def test_looking_makes_nothing(tmp_path: Path, path: Path) -> None:
    assert open_ledger(path, create=False).memory() == Memory()
    assert list(tmp_path.iterdir()) == []


def test_looking_upgrades_nothing_on_the_disk(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    assert open_ledger(path, create=False).memory() == Memory()
    assert path.read_bytes() == b""


def test_looking_needs_no_right_to_write(path: Path) -> None:
    open_ledger(path).remember([ENTRY], [])
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        assert open_ledger(path, create=False).memory().entries == (ENTRY,)
    finally:
        path.parent.chmod(0o700)


def test_an_empty_file_is_begun(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    open_ledger(path).remember([ENTRY], [])
    assert open_ledger(path).memory().entries == (ENTRY,)


def sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def folder_in_the_way(path: Path) -> None:
    path.mkdir()


def text(path: Path) -> None:
    path.write_text("no database, but long enough to look like one\n" * 100)


def cut_off(path: Path) -> None:
    open_ledger(path).remember([ENTRY], [])
    path.write_bytes(path.read_bytes()[:5000])


def emptied_table(path: Path) -> None:
    open_ledger(path)
    sql(path, "DELETE FROM alembic_version")


def dropped_table(path: Path) -> None:
    open_ledger(path)
    sql(path, "DROP TABLE feed")


def flipped_state(path: Path) -> None:
    open_ledger(path).remember([ENTRY], [])
    path.write_bytes(path.read_bytes().replace(b"bknown", b"bknoxn"))


def lost_index(path: Path) -> None:
    """Reading does not notice; the next write would find no id, and tell readers of everything anew."""
    open_ledger(path).remember([ENTRY], [])
    with closing(sqlite3.connect(path)) as connection:
        [entries, feeds] = [
            connection.execute(
                f"SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_{table}_1'"
            ).fetchone()[0]
            for table in ("entry", "feed")
        ]
        [size] = connection.execute("PRAGMA page_size").fetchone()
    pages = path.read_bytes()
    empty = pages[(feeds - 1) * size : feeds * size]
    path.write_bytes(pages[: (entries - 1) * size] + empty + pages[entries * size :])


def newer(path: Path) -> None:
    open_ledger(path)
    sql(path, "UPDATE alembic_version SET version_num = '9999'")


def of_another_program(path: Path) -> None:
    sql(path, "CREATE TABLE document (path TEXT)")


def of_another_alembic(path: Path) -> None:
    sql(path, "CREATE TABLE alembic_version (version_num)", "INSERT INTO alembic_version VALUES ('0001')")


REFUSED = [
    (folder_in_the_way, "is a folder; move it away, or name another file"),
    (text, "is damaged (file is not a database); restore it from a backup, or move it away and"),
    (cut_off, "is damaged ("),
    (emptied_table, "is damaged ("),
    (dropped_table, "is damaged (no such table: feed); restore it"),
    (flipped_state, "is damaged (CHECK constraint failed in entry); restore it from a backup, or move it"),
    (lost_index, "is damaged ("),
    (newer, "was written by a newer version of syndicate; upgrade it"),
    (of_another_program, "is a database of another program; name another file"),
    (of_another_alembic, "is a database of another program; name another file"),
]


@pytest.mark.parametrize("create", [True, False], ids=["to write", "to look"])
@pytest.mark.parametrize(("made", "told"), REFUSED, ids=lambda part: getattr(part, "__name__", ""))
def test_what_is_refused(path: Path, made: object, told: str, create: bool) -> None:
    path.parent.mkdir()
    assert callable(made)
    made(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(LedgerError) as caught:
        open_ledger(path, create=create, patience=0).memory()
    assert str(caught.value).startswith(f"ledger {path}: {told}")
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_file_in_the_way_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for below in ("file/ledger.db", "file/deep/ledger.db"):
        with pytest.raises(LedgerError, match="cannot be made, a file is in the way of its folder; move"):
            open_ledger(tmp_path / below)


def test_noise_is_a_ledger_error_or_no_matter(path: Path) -> None:
    ledger = open_ledger(path)
    ledger.remember([ENTRY], [("main", "urn:1")])
    sound, memory = path.read_bytes(), ledger.memory()
    told = 0
    for at in range(0, len(sound), 512):
        path.write_bytes(sound[:at] + bytes(range(255, -1, -1)) + sound[at + 256 :])
        try:
            found = open_ledger(path, patience=0).memory()
        except LedgerError as fault:
            told += str(fault).startswith(f"ledger {path}: ")
        else:
            assert {field.id for field in found.entries} <= {ENTRY.id}, memory
    assert told > 5


@pytest.mark.parametrize("create", [True, False], ids=["to write", "to look"])
def test_locked_by_another_program(path: Path, create: bool) -> None:
    open_ledger(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerError) as caught:
            open_ledger(path, create=create, patience=0.05)
    assert (
        str(caught.value) == f"ledger {path}: is locked by another program; wait until that ends, or close it"
    )


def test_readers_do_not_wait_for_a_writer_and_writers_wait_for_each_other(path: Path) -> None:
    ledger = open_ledger(path, patience=0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert ledger.memory() == open_ledger(path, create=False, patience=0).memory() == Memory()
        with pytest.raises(LedgerError, match="is locked by another program"):
            ledger.remember([], [])
        other.execute("COMMIT")
    ledger.remember([ENTRY], [])
    assert ledger.memory().entries == (ENTRY,)


def test_a_ledger_that_goes_away_is_not_written_into_the_void(path: Path) -> None:
    ledger = open_ledger(path)
    path.unlink()
    for call in (ledger.memory, lambda: ledger.remember([ENTRY], [])):
        with pytest.raises(LedgerError, match="is missing; the next build makes a new one"):
            call()
    assert not path.exists()


def modules(path: Path, lines: str) -> set[str]:
    ran = run(path, lines + "\nprint(*{name.partition('.')[0] for name in sys.modules})")
    assert ran.stderr == ""
    return set(ran.stdout.split())


def test_what_is_not_needed_is_not_imported(path: Path) -> None:
    heavy = {"sqlalchemy", "alembic"}
    assert modules(path, "import syndicate.ledger, syndicate.ledger.lock") & heavy == set()
    assert modules(path, "open_ledger(path, create=False).memory()") & heavy == set()
    assert modules(path, "open_ledger(path).memory()") & heavy == heavy
    assert modules(path, "open_ledger(path).memory()") & heavy == set()
    assert modules(path, "open_ledger(path, create=False).memory()") & heavy == set()
    assert modules(path, "open_ledger(path).remember([entry(1)], [])") & heavy == {"sqlalchemy"}


WRITE = """
try:
    open_ledger(path, patience=0).announce([entry(number) for number in range(2000)], [], [], [])
except LedgerError as fault:
    print(fault)
"""
# System call, error, which of the ledger's files, and what is told.
FAULTS = [
    ("pwrite64", "ENOSPC", "ledger.db-journal", "cannot be written, the disk is full; free some space"),
    ("pwrite64", "ENOSPC", "ledger.db", "cannot be written, the disk is full; free some space"),
    ("pwrite64", "EIO", "ledger.db", "cannot be read or written, the disk reports an error ("),
    ("fsync,fdatasync", "EIO", "ledger.db", "cannot be read or written, the disk reports an error ("),
    ("fsync,fdatasync", "EIO", "ledger.db-journal", "cannot be read or written, the disk reports an error ("),
    ("pread64", "EIO", "ledger.db", "cannot be read or written, the disk reports an error ("),
    ("openat", "EACCES", "ledger.db-journal", "cannot be written, it or its folder is read-only; make both"),
    ("openat", "EMFILE", "ledger.db-journal", "cannot be opened; let its folder be written, and raise"),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: " ".join(fault[:3]))
def test_a_fault_of_the_system_leaves_the_old_memory(
    path: Path, tmp_path: Path, fault: tuple[str, ...]
) -> None:
    call, error, file, told = fault
    ledger = open_ledger(path)
    ledger.announce([ENTRY], [], [], [])
    before = ledger.memory()
    ran = run(path, WRITE, *injected(tmp_path / "trace", call, f"error={error}", path.parent / file))
    assert ran.stdout.startswith(f"ledger {path}: {told}")
    assert (ran.stderr, ran.returncode) == ("", 0)
    assert ledger.memory() == before
    assert run(path, WRITE).stdout == ""
    assert len(ledger.memory().entries) == 2001


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        ("mkdir", "EROFS", "cannot be written, it or its folder is read-only; make both writable"),
        ("mkdir", "EACCES", "cannot be used, permission is missing; let this user read and write it"),
        ("mkdir", "ENOSPC", "cannot be written, the disk is full; free some space"),
        ("fsync", "EIO", "cannot be read or written, the disk reports an error; check the disk"),
    ],
)
def test_a_ledger_that_cannot_be_made(path: Path, tmp_path: Path, call: str, error: str, told: str) -> None:
    ran = run(path, WRITE, *injected(tmp_path / "trace", call, f"error={error}"))
    assert ran.stdout.startswith(f"ledger {path}: {told}")
    assert (ran.stderr, ran.returncode) == ("", 0)
    assert run(path, WRITE).stdout == ""
    assert mode(path.parent) == 0o700


DEATHS = [
    ("pwrite64", "ledger.db", 1),
    ("pwrite64", "ledger.db", 2),
    ("pwrite64", "ledger.db", 40),
    ("pwrite64", "ledger.db-journal", 1),
    ("pwrite64", "ledger.db-journal", 2),
    ("fsync,fdatasync", "ledger.db-journal", 1),
    ("fsync,fdatasync", "ledger.db-journal", 2),
    ("fsync,fdatasync", "ledger.db", 1),
    ("unlink", "ledger.db-journal", 1),
]


@pytest.mark.parametrize("death", DEATHS, ids=lambda death: " ".join(map(str, death)))
def test_a_death_leaves_the_old_memory(path: Path, tmp_path: Path, death: tuple[str, str, int]) -> None:
    call, file, when = death
    open_ledger(path).announce([ENTRY], [], [], [])
    killed = injected(tmp_path / "trace", call, f"signal=KILL:when={when}", path.parent / file)
    assert run(path, WRITE, *killed).returncode != 0
    ledger = open_ledger(path)
    assert [entry.id for entry in ledger.memory().entries] == [ENTRY.id]
    assert run(path, WRITE).stdout == ""
    assert len(ledger.memory().entries) == 2001


def test_looking_at_what_a_death_left_half_written(path: Path, tmp_path: Path) -> None:
    open_ledger(path).announce([ENTRY], [], [], [])
    # The journal is complete, the first page of the ledger has changed: a journal that must be rolled back.
    death = injected(tmp_path / "trace", "pwrite64", "signal=KILL:when=2", path)
    assert run(path, WRITE, *death).returncode != 0
    with pytest.raises(
        LedgerError, match="was left in the middle of a write; run `syndicate build`, which mends it"
    ):
        open_ledger(path, create=False)
    [kept] = open_ledger(path).memory().entries
    assert kept.id == ENTRY.id
    assert open_ledger(path, create=False).memory().entries == (kept,)
