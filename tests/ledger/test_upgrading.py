"""A ledger of an older version becomes one of this, and what it remembered is all there."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from syndicate.ledger import migrate, reading, sqlite
from syndicate.model import Memory, Put, Remembered

ROW = ("urn:a", "posts/a.md", "a", "2025-07-07", "https://e.org/a/", "f", "b", "published")
ENTRY = Remembered(*ROW[:-1], "published")


def older(path: Path, revision: str) -> None:
    """A ledger as that revision left it, with one entry and one document."""
    config = Config()
    config.set_main_option("script_location", migrate.SCRIPTS)
    with create_engine(f"sqlite:///{path}", poolclass=NullPool).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO entry (id, path, slug, date, url, fingerprint, body_fingerprint, state) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            ROW,
        )
        connection.execute("INSERT INTO document VALUES ('atom.xml', 'https://e.org/atom.xml', 'd')")
        connection.commit()


def test_nothing_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    older(path, "0001")
    expected = Memory((ENTRY,), (Put("atom.xml", "https://e.org/atom.xml", "d"),))
    before = path.read_bytes()
    assert sqlite.open_ledger(path, create=False).memory() == expected
    assert path.read_bytes() == before
    assert sqlite.open_ledger(path).memory() == expected
    assert sqlite.open_ledger(path, create=False).standings() == ()


def test_a_copy_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    older(path, "0001")
    sqlite.open_ledger(path)
    kept = tmp_path / "ledger.db.0001"
    assert {item.name for item in tmp_path.iterdir()} == {"ledger.db", kept.name}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with closing(sqlite3.connect(kept)) as connection:
        assert reading.rows(connection, "SELECT version_num FROM alembic_version") == [("0001",)]
        assert reading.rows(connection, "SELECT * FROM entry") == [ROW]


def test_a_new_ledger_has_no_older_one(tmp_path: Path) -> None:
    sqlite.open_ledger(tmp_path / "ledger.db")
    assert [item.name for item in tmp_path.iterdir()] == ["ledger.db"]
