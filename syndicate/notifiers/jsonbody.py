"""JSON as it stands in bodies."""

from __future__ import annotations

import json
from typing import Any

from syndicate.model import Notice

Members = dict[str, Any]

media_type = "application/json"


def encoded(members: Members) -> bytes:
    """`members` as RFC 8259 wants them: UTF-8, no NaN, in the order that they have."""
    return json.dumps(members, ensure_ascii=False, allow_nan=False).encode()


def item(notice: Notice) -> Members:
    """The JSON Feed item of a notice; of a document, which has none, only what it is and where."""
    if notice.item:
        found: Members = json.loads(notice.item)
        return found
    return {"id": notice.event.subject, "url": notice.event.url}
