"""The nouns: frozen values that hold and do not act.

Post       what an author wrote, each value with where it came from
Entry      the same as a reader will see it, with nothing optional that a format requires
Feed       what one subscription holds, in no format's words
Document   a feed in one format: path, URL, media type, bytes
Memory     what the ledger remembers
Plan       what one place lacks, or holds too much
Event      something that happened to an entry or to a document
Notice     an event in words for others
Delivery   one notice for one destination
Outcome    how an attempt went
Request    HTTP, said, and Response, answered
"""

from __future__ import annotations

from syndicate.model.memory import Good, Memory, Plan, Put, Remembered
from syndicate.model.reading import (
    Address,
    Attachment,
    Choice,
    Definition,
    Document,
    Entry,
    Feed,
    FormatName,
)
from syndicate.model.telling import (
    Announcement,
    Attempt,
    Crumb,
    Delivery,
    Destination,
    Event,
    EventKind,
    Notice,
    Outcome,
    Request,
    Response,
    Shape,
    Standing,
    State,
    Verdict,
)
from syndicate.model.writing import (
    NOT_XML,
    Author,
    FileRef,
    Identified,
    Measured,
    Post,
    Seen,
    Site,
    Sourced,
)

__all__ = [
    "NOT_XML",
    "Address",
    "Announcement",
    "Attachment",
    "Attempt",
    "Author",
    "Choice",
    "Crumb",
    "Definition",
    "Delivery",
    "Destination",
    "Document",
    "Entry",
    "Event",
    "EventKind",
    "Feed",
    "FileRef",
    "FormatName",
    "Good",
    "Identified",
    "Measured",
    "Memory",
    "Notice",
    "Outcome",
    "Plan",
    "Post",
    "Put",
    "Remembered",
    "Request",
    "Response",
    "Seen",
    "Shape",
    "Site",
    "Sourced",
    "Standing",
    "State",
    "Verdict",
]
