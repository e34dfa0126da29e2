"""What was told, and what was done, for people: how destinations stand, and the breadcrumbs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from syndicate.ledger.outbox import closed, moment, next_due
from syndicate.ledger.schema import ATTEMPT, DELIVERY, EVENT, PASS
from syndicate.model import Crumb, Standing


def standings(connection: Connection) -> tuple[Standing, ...]:
    """How each destination stands that anything was ever queued for, by name."""
    counted: dict[str, dict[str, int]] = {}
    by_state = select(DELIVERY.c.destination, DELIVERY.c.state, func.count())
    for name, state, count in connection.execute(by_state.group_by(DELIVERY.c.destination, DELIVERY.c.state)):
        counted.setdefault(name, {})[state] = count
    errors, off = _errors(connection), closed(connection)
    return tuple(
        Standing(
            destination=name,
            pending=counted[name].get("pending", 0),
            delivered=counted[name].get("delivered", 0),
            dead=counted[name].get("dead", 0),
            last_error=errors.get(name, ""),
            next_due=next_due(connection, [name]) if "pending" in counted[name] else None,
            closed=off[name][1] if name in off else "",
        )
        for name in sorted(counted)
    )


def _errors(connection: Connection) -> dict[str, str]:
    """How the last attempt at each destination failed, where it did; else why one waits that was not tried yet."""
    last = (
        select(DELIVERY.c.destination, func.max(ATTEMPT.c.number).label("number"))
        .join(ATTEMPT, ATTEMPT.c.delivery == DELIVERY.c.number)
        .group_by(DELIVERY.c.destination)
        .subquery()
    )
    found = select(last.c.destination, ATTEMPT.c.reason).join(ATTEMPT, ATTEMPT.c.number == last.c.number)
    failed = connection.execute(found.where(ATTEMPT.c.verdict != "delivered")).all()
    waits = (
        select(DELIVERY.c.destination, DELIVERY.c.reason)
        .where(DELIVERY.c.state == "pending", DELIVERY.c.attempts == 0, DELIVERY.c.reason != "")
        .order_by(DELIVERY.c.number.desc())
    )
    return {row.destination: row.reason for row in [*connection.execute(waits), *failed]}


def crumbs(connection: Connection, limit: int, entries: Sequence[str] | None) -> tuple[Crumb, ...]:
    """The newest breadcrumbs, newest first; where `entries` has ids, only of those. `limit` 0 is all."""
    found = [*_attempts(connection, limit, entries), *_events(connection, limit, entries)]
    if entries is None:
        found += _passes(connection, limit)
    # Stable: of one instant, an attempt is newer than its event, and that one than its pass.
    found.sort(key=lambda crumb: crumb.at, reverse=True)
    return tuple(found[:limit] if limit else found)


def _newest(asked: Any, number: Any, limit: int) -> Any:
    asked = asked.order_by(number.desc())
    return asked.limit(limit) if limit else asked


def _attempts(connection: Connection, limit: int, entries: Collection[str] | None) -> list[Crumb]:
    asked = (
        select(
            ATTEMPT.c.at,
            ATTEMPT.c.verdict,
            ATTEMPT.c.status,
            ATTEMPT.c.reason,
            ATTEMPT.c.seconds,
            DELIVERY.c.id,
            DELIVERY.c.destination,
            DELIVERY.c.subject,
            EVENT.c.kind,
            EVENT.c.title,
        )
        .join(DELIVERY, DELIVERY.c.number == ATTEMPT.c.delivery)
        .join(EVENT, EVENT.c.number == DELIVERY.c.event)
    )
    if entries is not None:
        asked = asked.where(DELIVERY.c.subject.in_(entries))
    words = {"delivered": "delivered", "again": "failed", "dead": "dead", "gone": "gone"}
    return [
        Crumb(
            at=moment(row.at),
            kind=words[row.verdict],
            entry=row.subject,
            title=row.title,
            detail=row.reason or f"{row.status}, {row.kind}, {row.seconds:.1f} s",
            destination=row.destination,
            delivery=row.id,
        )
        for row in connection.execute(_newest(asked, ATTEMPT.c.number, limit))
    ]


def _events(connection: Connection, limit: int, entries: Collection[str] | None) -> list[Crumb]:
    asked = select(EVENT)
    if entries is not None:
        asked = asked.where(EVENT.c.subject.in_(entries))
    rows = connection.execute(_newest(asked, EVENT.c.number, limit)).all()
    told: dict[int, list[Any]] = {}
    if rows:
        columns = (
            DELIVERY.c.event,
            DELIVERY.c.id,
            DELIVERY.c.destination,
            DELIVERY.c.state,
            DELIVERY.c.reason,
        )
        queued = select(*columns).where(DELIVERY.c.event.between(rows[-1].number, rows[0].number))
        for row in connection.execute(queued.order_by(DELIVERY.c.number)):
            told.setdefault(row.event, []).append(row)
    return [
        Crumb(
            at=moment(row.at),
            kind=row.kind,
            entry=row.subject,
            title=row.title,
            detail=_detail(row.revision, told.get(row.number, [])),
        )
        for row in rows
    ]


def _detail(revision: int, deliveries: Sequence[Any]) -> str:
    """Who was to be told, and whom it did not reach for good."""
    names = ", ".join(row.destination for row in deliveries)
    said = [f"revision {revision}"] if revision else []
    said.append(f"queued for {names}" if names else "nobody asked to be told")
    for row in deliveries:
        if row.state == "dead":
            said.append(f"dead at {row.destination}: {row.reason} [{row.id}]")
        elif row.state == "dropped":
            said.append(f"dropped for {row.destination}: {row.reason}")
    return "; ".join(said)


def _passes(connection: Connection, limit: int) -> list[Crumb]:
    return [
        Crumb(
            at=moment(row.at),
            kind="pass",
            detail=f"posts read: {row.read}, published: {row.published}, "
            f"documents changed: {row.documents}, announced: {row.announced}",
        )
        for row in connection.execute(_newest(select(PASS), PASS.c.number, limit))
    ]
