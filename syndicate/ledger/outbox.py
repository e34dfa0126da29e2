"""The outbox: what is to be told, to whom, and what became of it. Each function is part of one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, case, func, literal, or_, select

from syndicate.ledger.schema import ATTEMPT, CLOSED, DELIVERY, EVENT, PASS
from syndicate.model import Announcement, Attempt, Delivery, Event

# How long the history goes back. What still waits, and what is dead, is kept for ever.
KEPT = timedelta(days=400)

OVERTAKEN = "a later notice of it has arrived"
LATER_PING = "a later ping says the same"
NOT_IN_SETTINGS = "its destination is no longer in the settings"

_BUSY = DELIVERY.alias("earlier")


def instant(at: datetime) -> str:
    """UTC in ISO 8601, of one width: it sorts as text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def queue(connection: Connection, told: Announcement) -> None:
    """A pass, what happened in it, and the notices of it. A ping takes the place of one that still waits, or is
    dead, since it says no more than that there is something new."""
    connection.execute(
        PASS.insert().values(
            at=instant(told.at),
            read=told.read,
            published=told.published,
            documents=told.documents,
            announced=len({delivery.event for delivery in told.deliveries}),
        )
    )
    _forget(connection, instant(told.at - KEPT))
    numbers = {event: _event(connection, event) for event in told.events}
    for delivery in told.deliveries:
        if delivery.event.kind == "feed.updated":
            older = and_(
                DELIVERY.c.destination == delivery.destination,
                DELIVERY.c.subject == delivery.event.subject,
                DELIVERY.c.state.in_(("pending", "dead")),
            )
            connection.execute(
                DELIVERY.update().where(older).values(state="dropped", body=None, reason=LATER_PING)
            )
        connection.execute(
            DELIVERY.insert().values(
                id=delivery.id,
                event=numbers[delivery.event],
                destination=delivery.destination,
                subject=delivery.event.subject,
                media_type=delivery.media_type,
                body=delivery.body,
                awaits=json.dumps(delivery.awaits),
                state=delivery.state,
                attempts=delivery.attempts,
                due=instant(delivery.due),
                reason=delivery.reason,
            )
        )


def _forget(connection: Connection, before: str) -> None:
    """Drops what is older, and nobody waits for: the ledger of a site that lives for years does not grow with it."""
    ended = (
        select(DELIVERY.c.number)
        .join(EVENT, EVENT.c.number == DELIVERY.c.event)
        .where(EVENT.c.at < before, DELIVERY.c.state.in_(("delivered", "dropped")))
    )
    connection.execute(ATTEMPT.delete().where(ATTEMPT.c.delivery.in_(ended)))
    connection.execute(DELIVERY.delete().where(DELIVERY.c.number.in_(ended)))
    told = select(DELIVERY.c.event)
    connection.execute(EVENT.delete().where(EVENT.c.at < before, EVENT.c.number.not_in(told)))
    connection.execute(PASS.delete().where(PASS.c.at < before))


def _event(connection: Connection, event: Event) -> int:
    inserted = connection.execute(
        EVENT.insert().values(
            kind=event.kind,
            at=instant(event.at),
            subject=event.subject,
            url=event.url,
            title=event.title,
            revision=event.revision,
        )
    )
    [number] = inserted.inserted_primary_key or (0,)
    return int(number)


def due(connection: Connection, destination: str, now: datetime, horizon: datetime) -> Delivery | None:
    """The next to be sent, the oldest first, and none before an older one of its subject has been settled.
    What is due after `horizon` was queued under a clock that was wrong, and is due."""
    its_time = or_(DELIVERY.c.due <= instant(now), DELIVERY.c.due > instant(horizon))
    asked = _deliveries().where(_pending(destination), its_time, _its_turn())
    row = connection.execute(asked.order_by(DELIVERY.c.number).limit(1)).one_or_none()
    return _delivery(row) if row else None


def begin(connection: Connection, delivery: Delivery) -> None:
    """Counts an attempt before the first byte leaves: a ledger that cannot be written sends nothing."""
    begun = DELIVERY.update().where(DELIVERY.c.id == delivery.id)
    connection.execute(begun.values(attempts=delivery.attempts + 1))


def settle(connection: Connection, delivery: Delivery, attempt: Attempt) -> None:
    """An attempt, and the `delivery` as it is after it."""
    number = select(DELIVERY.c.number).where(DELIVERY.c.id == delivery.id).scalar_subquery()
    outcome = attempt.outcome
    connection.execute(
        ATTEMPT.insert().values(
            delivery=number,
            at=instant(attempt.at),
            seconds=attempt.seconds,
            verdict=outcome.verdict,
            status=outcome.status,
            reason=outcome.reason,
        )
    )
    postpone(connection, delivery)
    if outcome.retry_after is not None and delivery.state == "pending":
        # Who asks to be left alone means all that is for it.
        others = and_(_pending(delivery.destination), DELIVERY.c.due < instant(delivery.due))
        connection.execute(DELIVERY.update().where(others).values(due=instant(delivery.due)))


def postpone(connection: Connection, delivery: Delivery) -> None:
    """The `delivery` as it is now: its state, attempts, due, and reason. One that waits no longer stays as it is:
    a later ping may have taken its place while it was under way."""
    values: dict[str, Any] = {
        "state": delivery.state,
        "attempts": delivery.attempts,
        "due": instant(delivery.due),
        "reason": delivery.reason,
    }
    if delivery.state == "delivered":
        values["body"] = None
    waits = and_(DELIVERY.c.id == delivery.id, DELIVERY.c.state == "pending")
    connection.execute(DELIVERY.update().where(waits).values(values))


def reconcile(
    connection: Connection, destinations: Mapping[str, str], before: datetime
) -> list[tuple[str, int]]:
    """Brings the outbox in line with the settings' `destinations` (name → digest of the URL): what waits or is
    dead for others, and happened `before`, is dropped; one that was switched off and has another URL now is on
    again; what waits for one that is off is dead. Returns what was dropped: (name, how many)."""
    old = select(EVENT.c.number).where(EVENT.c.at < instant(before))
    stray = and_(
        DELIVERY.c.state.in_(("pending", "dead")),
        DELIVERY.c.destination.not_in(destinations),
        DELIVERY.c.event.in_(old),
    )
    counted = select(DELIVERY.c.destination, func.count()).where(stray).group_by(DELIVERY.c.destination)
    found = [(name, count) for name, count in connection.execute(counted.order_by(DELIVERY.c.destination))]
    if found:
        connection.execute(
            DELIVERY.update().where(stray).values(state="dropped", body=None, reason=NOT_IN_SETTINGS)
        )
    for name, (digest, reason) in closed(connection).items():
        if destinations.get(name) == digest:
            _bury(connection, name, reason)
        else:
            reopen(connection, [name])
    return found


def close(connection: Connection, destination: str, digest: str, at: datetime, reason: str) -> None:
    """Switches a destination off: what waits for it is dead from now on, until it is retried."""
    connection.execute(CLOSED.delete().where(CLOSED.c.destination == destination))
    connection.execute(
        CLOSED.insert().values(destination=destination, digest=digest, at=instant(at), reason=reason)
    )
    _bury(connection, destination, reason)


def _bury(connection: Connection, destination: str, reason: str) -> None:
    connection.execute(DELIVERY.update().where(_pending(destination)).values(state="dead", reason=reason))


def closed(connection: Connection) -> dict[str, tuple[str, str]]:
    """The destinations that are switched off: name → (digest of the URL that answered so, reason)."""
    rows = connection.execute(select(CLOSED.c.destination, CLOSED.c.digest, CLOSED.c.reason))
    return {name: (digest, reason) for name, digest, reason in rows}


def reopen(connection: Connection, destinations: Collection[str]) -> None:
    connection.execute(CLOSED.delete().where(CLOSED.c.destination.in_(destinations)))


def retry(connection: Connection, ids: Sequence[str] | None, now: datetime) -> tuple[Delivery, ...]:
    """Puts dead deliveries back, all of them where `ids` is None, and their destinations on again. What is not
    dead is passed over; what was overtaken, since a later notice of the same subject arrived, is dropped. The
    count of attempts starts anew."""
    chosen = DELIVERY.c.state == "dead"
    if ids is not None:
        chosen = and_(chosen, DELIVERY.c.id.in_(ids))
    later = select(_BUSY.c.number).where(
        _BUSY.c.destination == DELIVERY.c.destination,
        _BUSY.c.subject == DELIVERY.c.subject,
        _BUSY.c.state == "delivered",
        _BUSY.c.number > DELIVERY.c.number,
    )
    connection.execute(
        DELIVERY.update().where(chosen, later.exists()).values(state="dropped", body=None, reason=OVERTAKEN)
    )
    rows = connection.execute(_deliveries(bodies=False).where(chosen).order_by(DELIVERY.c.number)).all()
    connection.execute(
        DELIVERY.update().where(chosen).values(state="pending", attempts=0, due=instant(now), reason="")
    )
    reopen(connection, {row.destination for row in rows})
    return tuple(_delivery(row) for row in rows)


def dead(connection: Connection) -> tuple[Delivery, ...]:
    rows = connection.execute(
        _deliveries(bodies=False).where(DELIVERY.c.state == "dead").order_by(DELIVERY.c.number)
    )
    return tuple(_delivery(row) for row in rows)


def next_due(connection: Connection, destinations: Collection[str] | None = None) -> datetime | None:
    """When the next is due. One that waits behind an older one of its subject is not the next."""
    asked = select(func.min(DELIVERY.c.due)).where(DELIVERY.c.state == "pending", _its_turn())
    if destinations is not None:
        asked = asked.where(DELIVERY.c.destination.in_(destinations))
    found = connection.execute(asked).scalar_one_or_none()
    return moment(found) if found else None


def _its_turn() -> Any:
    earlier = select(_BUSY.c.number).where(
        _BUSY.c.destination == DELIVERY.c.destination,
        _BUSY.c.subject == DELIVERY.c.subject,
        _BUSY.c.state == "pending",
        _BUSY.c.number < DELIVERY.c.number,
    )
    return ~earlier.exists()


def _pending(destination: str) -> Any:
    return and_(DELIVERY.c.destination == destination, DELIVERY.c.state == "pending")


def _deliveries(*, bodies: bool = True) -> Select[Any]:
    """Deliveries with their events; without `bodies`, which may be many and large, they are empty."""
    happened = [EVENT.c[name].label(f"event_{name}") for name in ("kind", "at", "url", "title", "revision")]
    body = case((DELIVERY.c.body.is_(None), b""), else_=DELIVERY.c.body) if bodies else literal(b"")
    columns = [column for column in DELIVERY.c if column.name != "body"]
    return select(*columns, body.label("sent"), *happened).join(EVENT, EVENT.c.number == DELIVERY.c.event)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        destination=row.destination,
        event=Event(
            row.event_kind,
            moment(row.event_at),
            row.subject,
            row.event_url,
            row.event_title,
            row.event_revision,
        ),
        media_type=row.media_type,
        body=row.sent,
        due=moment(row.due),
        attempts=row.attempts,
        state=row.state,
        reason=row.reason,
        awaits=tuple(json.loads(row.awaits)),
    )
