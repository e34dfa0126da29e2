"""The tables, as they are at the newest revision. The migrations lead here; a test holds both equal."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, LargeBinary, MetaData, Table, Text

TABLES = MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s"}
)

# Never deleted from. `path`, `slug` and `body_fingerprint` find a post again; `date`, `url`,
# `fingerprint` and `state` are what readers saw last.
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
