"""Where alembic starts: on the connection that it is given, inside that one's transaction."""

from __future__ import annotations

from alembic import context

from syndicate.ledger.schema import TABLES

context.configure(connection=context.config.attributes["connection"], target_metadata=TABLES)
context.run_migrations()
