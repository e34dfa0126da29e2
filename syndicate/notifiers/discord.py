"""What a Discord webhook accepts as it is: a line and one embed (conformance.md, RC1).

Discord counts in UTF-16 code units, and refuses the whole message where one text is too long.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

from syndicate.model import Delivery, Destination, Notice, Outcome, Request, Response
from syndicate.notifiers import jsonbody
from syndicate.notifiers.answers import judged
from syndicate.notifiers.jsonbody import Members, encoded, item
from syndicate.notifiers.signing import signed
from syndicate.notifiers.wording import TITLE_WIDTH, heading, line, link, one_line, shortened, summary, units

media_type = jsonbody.media_type

DESCRIPTION_WIDTH = 4096
NAME_WIDTH = 256
URL_WIDTH = 2048

# An address is left alone: Discord shows a backslash in it, and the link is broken.
_MARKUP = re.compile(r"(?P<address>https?://[^\s<>]+)|[\\*_~`|<>\[\]]|^[-+#]|(?<=^\d)\.|(?<=^\d\d)\.")


def write(notice: Notice) -> bytes:
    """Nobody is mentioned by it, whatever the title says: `allowed_mentions` is empty."""
    return encoded(
        {"content": line(notice), "embeds": [_embed(notice)], "allowed_mentions": {"parse": []}},
    )


def _embed(notice: Notice) -> Members:
    url = link(notice)
    names = ", ".join(name for each in item(notice).get("authors", []) if (name := each.get("name")))
    author = shortened(one_line(names), NAME_WIDTH)
    members = {
        "title": _escaped(heading(notice), TITLE_WIDTH),
        "url": url if units(url) <= URL_WIDTH else "",
        "description": _escaped(summary(notice), DESCRIPTION_WIDTH),
        "timestamp": notice.event.at.astimezone(UTC).isoformat(),
        "author": {"name": author} if author else None,
    }
    return {name: value for name, value in members.items() if value}


def _escaped(text: str, width: int) -> str:
    """`text` with Discord's Markdown made inert, in at most `width` units: the backslashes count too."""
    shown = width
    while True:
        escaped = _MARKUP.sub(
            lambda mark: mark[0] if mark["address"] else "\\" + mark[0], shortened(text, shown)
        )
        over = units(escaped) - width
        if over <= 0:
            return escaped
        shown -= over // 2 + 1


def say(delivery: Delivery, destination: Destination, at: datetime) -> Request:
    return signed(delivery, destination, at)


def judge(response: Response, destination: Destination, at: datetime) -> Outcome:
    """As all webhooks; how long to wait may also stand in the answer, as `retry_after` in seconds."""
    outcome = judged(response, destination, at)
    if response.status == 429 and outcome.retry_after is None:
        return replace(outcome, retry_after=_retry_after(response.body))
    return outcome


def _retry_after(body: bytes) -> float | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    asked = found.get("retry_after") if isinstance(found, dict) else None
    # Nobody asks for three centuries, and NaN is less than nothing.
    return float(asked) if isinstance(asked, int | float) and 0 <= asked < 1e10 else None
