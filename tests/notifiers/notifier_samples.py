"""Notices to say, destinations to say them to, and a delivery of one to the other."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from syndicate.model import Delivery, Destination, Event, EventKind, Notice, Shape
from syndicate.notifiers import Notifier, discord, slack, standard, text, websub

NOTIFIERS: dict[Shape, Notifier] = {
    "websub": websub,
    "standard": standard,
    "discord": discord,
    "slack": slack,
    "text": text,
}
WEBHOOKS: tuple[Shape, ...] = ("standard", "discord", "slack", "text")

AT = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
KEY = bytes(range(200, 232))
OLD_KEY = b"a passphrase of the year before"
URL = "https://user:Pa55word@hooks.example.net/services/T0AB12CD/B9ZY87XW?token=q7Kd2LmN0p&wait=true#part"
FEEDS = ("https://example.org/atom.xml", "https://example.org/rss.xml", "https://example.org/feed.json")


def destination(shape: Shape = "standard", url: str = URL, *secrets: bytes) -> Destination:
    return Destination("receiver", url, shape, secrets=secrets or (KEY, OLD_KEY))


def notice(kind: EventKind = "post.published", title: str = "Seven days", **changes: object) -> Notice:
    """A notice of one entry; `changes` are to its JSON Feed item."""
    url = "https://example.org/2026/03/seven-days/"
    entry = {
        "id": "tag:example.org,2026-03-01:seven-days",
        "url": url,
        "title": title,
        "content_html": "<p>What happened in <em>seven</em> days.</p>",
        "summary": "What happened in seven days.",
        "date_published": "2026-03-01T12:00:00+01:00",
        "date_modified": "2026-03-01T12:00:00+01:00",
        "authors": [{"name": "R. Hale"}, {"name": "Zoë Ångström"}],
    } | changes
    entry = {name: value for name, value in entry.items() if value}
    event = Event(kind, AT, str(entry["id"]), str(entry["url"]), title, revision=2)
    return Notice(event, str(entry.get("summary", "")), json.dumps(entry, ensure_ascii=False), FEEDS)


AWKWARD = notice(
    title="*Ünïcode* & <b>tags</b> | <!channel> @everyone [x](y) 🎉",
    summary="1 < 2 & `code` under_score https://example.org/a_b_c @here\nand “quotes” 👩‍👩‍👧",
)
WITHDRAWN = Notice(
    Event("post.withdrawn", AT, "tag:example.org,2026-03-01:gone", "https://example.org/gone/", "Gone", 3),
    "Never mind.",
    json.dumps({"id": "tag:example.org,2026-03-01:gone", "url": "https://example.org/gone/"}),
    FEEDS[:1],
)
FEED = Notice(
    Event("feed.updated", AT, "https://example.org/f.xml?a=b&c=ü", "https://example.org/f.xml?a=b&c=ü")
)
UNTITLED = notice(title="")
SAMPLES = {
    "published": notice(),
    "updated": notice("post.updated"),
    "withdrawn": WITHDRAWN,
    "awkward": AWKWARD,
    "untitled": UNTITLED,
    "feed": FEED,
}


def delivery(shape: Shape, said: Notice, **changes: object) -> Delivery:
    notifier = NOTIFIERS[shape]
    body = notifier.write(said)
    made = Delivery("msg_2f9c", "receiver", said.event, notifier.media_type, body, due=AT)
    return replace(made, **changes)  # type: ignore[arg-type]
