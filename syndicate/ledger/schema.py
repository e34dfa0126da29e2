"""The tables, as they are at the newest revision. The migrations lead here; a test holds both equal."""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    event,
)

TABLES = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

# Never deleted from. `path`, `slug` and `body_fingerprint` find a post again; `date`, `url`,
# `fingerprint`, `state`, `title` and `revision` are what readers saw last.
ENTRY = Table(
    "entry",
    TABLES,
    Column("id", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("slug", Text, nullable=False),
    Column("date", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("body_fingerprint", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("revision", Integer, nullable=False, server_default="1"),
    CheckConstraint("state IN ('known', 'published', 'withdrawn')", name="state"),
)

# The last good version of each post that stands in a document, compressed (zlib).
GOOD = Table(
    "good",
    TABLES,
    Column("id", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
)

# The files that are ours to replace and to remove.
DOCUMENT = Table(
    "document",
    TABLES,
    Column("path", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("digest", Text, nullable=False),
)

# Written once: a feed's id is for ever (RFC 4287, 4.2.6).
FEED = Table(
    "feed",
    TABLES,
    Column("name", Text, primary_key=True),
    Column("id", Text, nullable=False),
)

# What happened, in the order in which it did. Instants are UTC in ISO 8601, of one width: they sort as text.
EVENT = Table(
    "event",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    CheckConstraint(
        "kind IN ('post.published', 'post.updated', 'post.withdrawn', 'feed.updated')", name="kind"
    ),
    Index("ix_event_subject", "subject"),
)

# The outbox. `subject` is the event's: notices of one subject keep their order at one destination. `body` is
# what is sent in each attempt, gone once nobody needs it; `awaits` a JSON list of URLs.
DELIVERY = Table(
    "delivery",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("event", Integer, ForeignKey("event.number"), nullable=False),
    Column("destination", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("body", LargeBinary),
    Column("awaits", Text, nullable=False, server_default="[]"),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("due", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    CheckConstraint("state IN ('pending', 'delivered', 'dead', 'dropped')", name="state"),
    CheckConstraint("body IS NOT NULL OR state IN ('delivered', 'dropped')", name="body"),
    Index("ix_delivery_destination", "destination", "state", "number"),
    Index("ix_delivery_subject", "destination", "subject", "state", "number"),
    Index("ix_delivery_event", "event"),
)

# What may become of a delivery; '' is before it was queued.
#
#     ─► pending ─► delivered
#          │ ▲ └──► dropped   a later ping says the same, or its destination left the settings
#          ▼ │         ▲
#         dead ────────┘      retry brings it back
TRANSITION = Table(
    "transition",
    TABLES,
    Column("before", Text, primary_key=True),
    Column("after", Text, primary_key=True),
)
TRANSITIONS = (
    ("", "pending"),
    ("pending", "pending"),
    ("pending", "delivered"),
    ("pending", "dead"),
    ("pending", "dropped"),
    ("dead", "pending"),
    ("dead", "dropped"),
)
TRIGGERS = (
    """CREATE TRIGGER delivery_is_queued BEFORE INSERT ON delivery
WHEN NOT EXISTS (SELECT 1 FROM transition WHERE before = '' AND after = NEW.state)
BEGIN SELECT RAISE(ABORT, 'delivery: it cannot begin in this state'); END""",
    """CREATE TRIGGER delivery_moves_on BEFORE UPDATE OF state ON delivery
WHEN NOT EXISTS (SELECT 1 FROM transition WHERE before = OLD.state AND after = NEW.state)
BEGIN SELECT RAISE(ABORT, 'delivery: there is no way from the one state to the other'); END""",
)
for trigger in TRIGGERS:
    event.listen(TABLES, "after_create", DDL(trigger).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]

# Every try, for the history.
ATTEMPT = Table(
    "attempt",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("delivery", Integer, ForeignKey("delivery.number"), nullable=False),
    Column("at", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    CheckConstraint("verdict IN ('delivered', 'again', 'dead', 'gone')", name="verdict"),
    Index("ix_attempt_delivery", "delivery"),
)

# Destinations that answered 410 Gone. `digest` is of the URL that did: another one is another chance.
CLOSED = Table(
    "closed",
    TABLES,
    Column("destination", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

# Passes that changed something.
PASS = Table(
    "pass",
    TABLES,
    Column("number", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("read", Integer, nullable=False),
    Column("published", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("announced", Integer, nullable=False),
)
