"""How destinations stand, as `push` and `status` show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from syndicate.model import Standing

if TYPE_CHECKING:
    from syndicate.config import Config

WIDTH = 80
STRAY = "it is not in the settings; what waits for it is dropped after a day"
COUNTS = ("pending", "delivered", "dead")


def complete(chosen: Config, found: Iterable[Standing]) -> tuple[Standing, ...]:
    """The settings' destinations in their order, those that were never told anything too; then what the ledger
    still holds for others."""
    known = {one.destination: one for one in found}
    named = [known.pop(one.name, Standing(one.name)) for one in chosen.destinations]
    strays = (replace(one, closed=STRAY) for one in known.values() if one.pending or one.dead)
    return (*named, *strays)


def as_json(standings: Sequence[Standing]) -> dict[str, Any]:
    due = next_due(standings)
    return {
        "deliveries": {name: sum(getattr(one, name) for one in standings) for name in COUNTS},
        "destinations": [
            {
                "name": one.destination,
                "pending": one.pending,
                "delivered": one.delivered,
                "dead": one.dead,
                "last_error": one.last_error or None,
                "next_due": one.next_due.isoformat() if one.next_due else None,
                "switched_off": one.closed or None,
            }
            for one in standings
        ],
        "next_due": due.isoformat() if due else None,
    }


def next_due(standings: Sequence[Standing]) -> datetime | None:
    return min((one.next_due for one in standings if one.next_due), default=None)


def show(standings: Sequence[Standing], now: datetime) -> None:
    """A table of at most 80 columns, with what is wrong below each destination."""
    if not standings:
        click.echo("No hub and no webhook is in the settings: there is nobody to tell.")
        return
    wide = min(max(len(one.destination) for one in standings), WIDTH - 43)
    click.echo(click.style(f"  {'':<{wide}}  {'pending':>7}  {'delivered':>9}  {'dead':>5}  next", dim=True))
    for one in standings:
        dead = click.style(f"{one.dead:>5}", fg="red") if one.dead else f"{one.dead:>5}"
        when = "" if one.closed == STRAY else "switched off" if one.closed else until(one.next_due, now)
        name = clipped(one.destination, wide)
        click.echo(f"  {name:<{wide}}  {one.pending:>7}  {one.delivered:>9}  {dead}  {when}".rstrip())
        for trouble in dict.fromkeys(filter(None, (one.closed, one.last_error))):
            for line in folded(trouble, WIDTH - 6):
                click.echo(click.style(f"      {line}", fg="yellow"))


def until(instant: datetime | None, now: datetime) -> str:
    """How long it is to an instant, in a few characters."""
    if instant is None:
        return ""
    seconds = int((instant - now).total_seconds())
    return "now" if seconds <= 0 else f"in {span(seconds)}"


def span(seconds: int) -> str:
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def clipped(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"


def folded(text: str, width: int) -> list[str]:
    """Lines of at most `width`; a word that is longer stands alone, since it may be a URL to copy."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
