"""From what happened to deliveries: whom to tell, and in which bytes. The bodies are written here, once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from syndicate import decide
from syndicate.formats import jsonfeed
from syndicate.model import (
    Announcement,
    Delivery,
    Destination,
    Entry,
    Event,
    Feed,
    Identified,
    Notice,
)
from syndicate.notifiers.shapes import notifier
from syndicate.workshop.bench import Bench

if TYPE_CHECKING:
    from syndicate.pipeline.publish import Order


@dataclass(frozen=True, slots=True)
class Figures:
    """Of a pass: its instant, the posts read, and the entries that stand published."""

    at: datetime
    read: int
    published: int


def notices(
    happened: Sequence[Event],
    destinations: Sequence[Destination],
    identified: Sequence[Identified],
    bench: Bench,
    made: Sequence[Feed],
) -> list[Notice]:
    """What there is to say of entries. One that nobody wants to be told of, and that stands in no document, is
    not rendered for it."""
    wanted = {kind for destination in destinations for kind in destination.events}
    posts = {one.id.value: one for one in identified}
    said = []
    for event in happened:
        if event.kind == "post.withdrawn":
            said.append(_withdrawn(event))
        elif event.kind not in wanted:
            said.append(Notice(event))
        elif entry := bench.entry(posts[event.subject]):
            said.append(_notice(event, entry, made))
    return said


def _notice(event: Event, entry: Entry, made: Sequence[Feed]) -> Notice:
    # Alone, an entry says of itself what in a document its feed would say for it.
    alone = replace(made[0], full=True, language="", authors=())
    shown = [feed for feed in made if any(one.id == entry.id for one in feed.entries)]
    return Notice(
        event=replace(event, title=entry.headline, url=entry.url),
        summary=entry.summary,
        item=json.dumps(jsonfeed.item(entry, alone), ensure_ascii=False),
        feeds=tuple(address.url for feed in shown for address in feed.addresses),
    )


def _withdrawn(event: Event) -> Notice:
    """The id and where it was: what is withdrawn is not told once more."""
    item = {"id": event.subject, "url": event.url, "title": event.title, "content_text": ""}
    return Notice(
        event, item=json.dumps({name: item[name] for name in item if item[name] or name != "title"})
    )


def announcement(
    figures: Figures,
    said: Sequence[Notice],
    topics: Sequence[Event],
    order: Order,
    fingerprints: Mapping[str, str],
) -> Announcement:
    """All that a pass has to tell. `fingerprints` are of what is told, by the subject of its event."""
    changed = {event.subject for event in topics}
    all_said = [*said, *(Notice(event) for event in topics)]
    return Announcement(
        at=figures.at,
        read=figures.read,
        published=figures.published,
        documents=len(topics),
        events=tuple(notice.event for notice in all_said),
        deliveries=tuple(
            _delivery(
                notice, destination, fingerprints, _awaited(notice, changed) if order.wait_until_live else ()
            )
            for notice in all_said
            for destination in order.destinations
            if notice.event.kind in destination.events
        ),
    )


def _awaited(notice: Notice, changed: set[str]) -> tuple[str, ...]:
    """The documents that must be served first: those that show the news, or no longer show what is gone."""
    event = notice.event
    if event.kind == "feed.updated":
        return (event.subject,)
    return tuple(sorted(changed if event.kind == "post.withdrawn" else changed.intersection(notice.feeds)))


def _delivery(
    notice: Notice, destination: Destination, fingerprints: Mapping[str, str], awaits: tuple[str, ...]
) -> Delivery:
    shape, event = notifier(destination.shape), notice.event
    return Delivery(
        id=decide.identifier(destination, event, fingerprints.get(event.subject, "")),
        destination=destination.name,
        event=event,
        media_type=shape.media_type,
        body=shape.write(notice),
        due=event.at,
        awaits=awaits,
    )
