"""Leading an older ledger to the newest revision. Alembic is imported here, and only when there is a need."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Engine

from syndicate.errors import LedgerError
from syndicate.ledger.writing import writing

SCRIPTS = "syndicate.ledger:migrations"


def upgrade(engine: Engine, scripts: str = SCRIPTS) -> None:
    """All steps to the newest revision of `scripts`, in one transaction: all of them count or none.

    Raises LedgerError when the scripts cannot be followed, and the errors of the database as they are.
    """
    config = Config()
    config.set_main_option("script_location", scripts.replace("%", "%%"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as fault:
            raise LedgerError(f"ledger: cannot be upgraded ({fault}); install syndicate anew") from fault
