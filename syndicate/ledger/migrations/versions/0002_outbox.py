"""The outbox: events, deliveries and their attempts; titles and revisions of entries; passes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

WAYS = (
    ("", "pending"),
    ("pending", "pending"),
    ("pending", "delivered"),
    ("pending", "dead"),
    ("pending", "dropped"),
    ("dead", "pending"),
    ("dead", "dropped"),
)


def upgrade() -> None:
    with op.batch_alter_table("entry", recreate="always") as entry:
        entry.add_column(sa.Column("title", sa.Text, nullable=False, server_default=""))
        entry.add_column(sa.Column("revision", sa.Integer, nullable=False, server_default="1"))
    _events()
    _deliveries()
    _attempts()
    op.create_table(
        "closed",
        sa.Column("destination", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("destination", name=op.f("pk_closed")),
    )
    op.create_table(
        "pass",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("read", sa.Integer, nullable=False),
        sa.Column("published", sa.Integer, nullable=False),
        sa.Column("documents", sa.Integer, nullable=False),
        sa.Column("announced", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_pass")),
    )


def _events() -> None:
    op.create_table(
        "event",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "kind IN ('post.published', 'post.updated', 'post.withdrawn', 'feed.updated')",
            name=op.f("ck_event_kind"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_event")),
    )
    op.create_index("ix_event_subject", "event", ["subject"])


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("event", sa.Integer, nullable=False),
        sa.Column("destination", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("awaits", sa.Text, nullable=False, server_default="[]"),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.CheckConstraint(
            "state IN ('pending', 'delivered', 'dead', 'dropped')", name=op.f("ck_delivery_state")
        ),
        sa.CheckConstraint(
            "body IS NOT NULL OR state IN ('delivered', 'dropped')", name=op.f("ck_delivery_body")
        ),
        sa.ForeignKeyConstraint(["event"], ["event.number"], name=op.f("fk_delivery_event")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_delivery")),
        sa.UniqueConstraint("id", name=op.f("uq_delivery_id")),
    )
    op.create_index("ix_delivery_destination", "delivery", ["destination", "state", "number"])
    op.create_index("ix_delivery_subject", "delivery", ["destination", "subject", "state", "number"])
    op.create_index("ix_delivery_event", "delivery", ["event"])
    transition = op.create_table(
        "transition",
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("before", "after", name=op.f("pk_transition")),
    )
    op.bulk_insert(transition, [{"before": before, "after": after} for before, after in WAYS])
    op.execute(
        """CREATE TRIGGER delivery_is_queued BEFORE INSERT ON delivery
WHEN NOT EXISTS (SELECT 1 FROM transition WHERE before = '' AND after = NEW.state)
BEGIN SELECT RAISE(ABORT, 'delivery: it cannot begin in this state'); END"""
    )
    op.execute(
        """CREATE TRIGGER delivery_moves_on BEFORE UPDATE OF state ON delivery
WHEN NOT EXISTS (SELECT 1 FROM transition WHERE before = OLD.state AND after = NEW.state)
BEGIN SELECT RAISE(ABORT, 'delivery: there is no way from the one state to the other'); END"""
    )


def _attempts() -> None:
    op.create_table(
        "attempt",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("delivery", sa.Integer, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.CheckConstraint(
            "verdict IN ('delivered', 'again', 'dead', 'gone')", name=op.f("ck_attempt_verdict")
        ),
        sa.ForeignKeyConstraint(["delivery"], ["delivery.number"], name=op.f("fk_attempt_delivery")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_delivery", "attempt", ["delivery"])
