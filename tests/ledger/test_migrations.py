"""The way to the newest revision: it leads where the schema is, and is gone whole or not at all."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from ledger_child import run
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from tracing import injected

from syndicate.errors import LedgerError
from syndicate.ledger import migrate, reading, sqlite, writing
from syndicate.ledger.schema import TABLES
from syndicate.model import Remembered

ENTRY = Remembered("id", "posts/a.md", "a", "2025-07-07", "https://e.org/a/", "f", "b", "known")


def made_with(path: Path) -> set[str]:
    """What the database was made with; of a table, in any order of its clauses."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT sql FROM sqlite_master WHERE name != 'alembic_version'")
        return {clauses(sql) for (sql,) in found if sql}


def clauses(sql: str) -> str:
    text = " ".join(sql.replace('"', "").split()).replace("( ", "(").replace(" )", ")")
    if not text.startswith("CREATE TABLE"):
        return text
    head, _, body = text.partition("(")
    return head.strip() + ": " + "; ".join(sorted(re.split(r", (?=[a-z_]+ [A-Z]|[A-Z]+ )", body[:-1])))


def test_the_migrations_lead_to_the_schema(tmp_path: Path) -> None:
    sqlite.open_ledger(tmp_path / "migrated.db")
    migrated = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}", poolclass=NullPool)
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, TABLES) == []
    TABLES.create_all(create_engine(f"sqlite:///{tmp_path / 'created.db'}", poolclass=NullPool))
    assert made_with(tmp_path / "migrated.db") == made_with(tmp_path / "created.db")


def test_the_revisions_known_without_alembic_are_those_of_the_scripts() -> None:
    config = Config()
    config.set_main_option("script_location", migrate.SCRIPTS)
    scripts = ScriptDirectory.from_config(config)
    assert tuple(reversed([script.revision for script in scripts.walk_revisions()])) == reading.REVISIONS
    assert scripts.get_heads() == [reading.HEAD]


NEXT = """
import sqlalchemy as sa
from alembic import op
revision = "0003"
down_revision = "0002"
def upgrade():
    op.create_table("more", sa.Column("id", sa.Text))
    op.execute("UPDATE entry SET slug = 'changed'")
    op.execute("{last}")
"""


def a_next_step(folder: Path, last: str) -> str:
    assert migrate.__file__
    shutil.copytree(Path(migrate.__file__).parent / "migrations", folder, dirs_exist_ok=True)
    (folder / "versions" / "0003_more.py").write_text(NEXT.format(last=last))
    return str(folder)


def test_an_upgrade_that_fails_leaves_the_old_ledger(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    ledger = sqlite.open_ledger(path)
    ledger.remember([ENTRY], [])
    before = path.read_bytes()
    engine = writing.engine_on(lambda: sqlite.connect(path, 1.0))
    with pytest.raises(sqlite3.OperationalError, match="no such table: nowhere"):
        migrate.upgrade(engine, a_next_step(tmp_path / "50% of it", "DELETE FROM nowhere"))
    assert path.read_bytes() == before
    migrate.upgrade(engine, a_next_step(tmp_path / "50% of it", "DELETE FROM feed"))
    assert any(sql.startswith("CREATE TABLE more") for sql in made_with(path))
    with pytest.raises(LedgerError, match="was written by a newer version of syndicate; upgrade it"):
        sqlite.open_ledger(path)


def test_scripts_that_lead_nowhere_are_a_ledger_error(tmp_path: Path) -> None:
    engine = writing.engine_on(lambda: sqlite3.connect(tmp_path / "ledger.db", isolation_level=None))
    with pytest.raises(LedgerError, match=r"cannot be upgraded .*; install syndicate anew"):
        migrate.upgrade(engine, str(tmp_path / "missing"))


# Each of these calls while the ledger is made; the sweep ends when no death came.
SLOW = [pytest.param(call, marks=pytest.mark.slow) for call in ("pwrite64", "fdatasync")]
CALLS = [*SLOW, "fsync", "unlink", "fchmod", "mkdir"]


@pytest.mark.parametrize("call", CALLS)
def test_a_death_while_it_is_made_costs_nothing(tmp_path: Path, call: str) -> None:
    deaths = 0
    while True:
        path = tmp_path / f"{deaths}" / "ledger.db"
        death = injected(tmp_path / "trace", call, f"signal=KILL:when={deaths + 1}")
        died = run(path, "open_ledger(path)", *death).returncode != 0
        ledger = sqlite.open_ledger(path)
        ledger.remember([ENTRY], [])
        assert ledger.memory().entries == (ENTRY,)
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert path.stat().st_mode & 0o777 == 0o600
        if not died:
            break
        deaths += 1
    assert deaths > 0
