"""`syndicate history`: the breadcrumbs."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from syndicate.cli.console import Log
from syndicate.cli.options import Options, common
from syndicate.cli.standings import WIDTH, folded
from syndicate.errors import ConfigError
from syndicate.model import Crumb, Memory

if TYPE_CHECKING:
    from syndicate.config import Config

COLOURS = {"delivered": "green", "failed": "yellow", "dead": "red", "gone": "red"}
INDENT = 10


@click.command()
@click.argument("post", required=False)
@click.option(
    "--limit", type=click.IntRange(min=0), default=50, show_default=True, help="How many; 0 is all."
)
@click.option("--json", "to_json", is_flag=True, help="Report as one JSON document.")
@common
@click.pass_obj
def history(options: Options, /, post: str | None, limit: int, to_json: bool, **given: Any) -> int:
    """Show what happened, newest first: passes, revisions, and every attempt to tell of them.

    POST is a path, a slug or an id.
    """
    from syndicate.cli import settings
    from syndicate.ledger.sqlite import open_ledger

    options = options.with_given(given)
    chosen = settings.load(options.config, looking=True)
    Log(options).problems(chosen.warnings)
    ledger = open_ledger(chosen.ledger, create=False)
    ids = _ids(post, ledger.memory(), chosen) if post else None
    crumbs = ledger.crumbs(limit, ids)
    if to_json:
        click.echo(json.dumps({"events": [_as_json(one) for one in crumbs]}, ensure_ascii=False, indent=2))
    elif not crumbs:
        click.echo("Nothing has happened yet.")
    else:
        _show(crumbs, ZoneInfo(chosen.site.timezone))
    return 0


def _ids(post: str, memory: Memory, chosen: Config) -> list[str]:
    path = post.removeprefix("./")
    found = [row.id for row in memory.entries if post in (row.id, row.slug) or row.path == path]
    if not found:
        raise ConfigError(f"history: no post is known by '{post}'; name its path, its slug or its id")
    return found


def _as_json(crumb: Crumb) -> dict[str, Any]:
    return {
        "at": crumb.at.isoformat(),
        "kind": crumb.kind,
        "entry": crumb.entry or None,
        "title": crumb.title or None,
        "detail": crumb.detail,
        "destination": crumb.destination or None,
        "delivery": crumb.delivery or None,
    }


def _show(crumbs: tuple[Crumb, ...], zone: ZoneInfo) -> None:
    for number, (day, same) in enumerate(groupby(crumbs, key=lambda one: one.at.astimezone(zone).date())):
        click.echo(("\n" if number else "") + click.style(f"{day:%Y-%m-%d}", bold=True))
        for crumb in same:
            at = f"{crumb.at.astimezone(zone):%H:%M:%S}"
            kind = click.style(f"{crumb.kind:<14}", fg=COLOURS.get(crumb.kind))
            said, *more = folded(crumb.title or crumb.entry or crumb.detail, WIDTH - 26)
            click.echo(f"{at}  {kind}  {said}")
            for line in more:
                click.echo(f"{'':<26}{line}")
            for line in _details(crumb):
                click.echo(f"{'':<{INDENT}}{line}")


def _details(crumb: Crumb) -> list[str]:
    if crumb.destination:
        return folded(f"{crumb.destination}: {crumb.detail} [{crumb.delivery}]", WIDTH - INDENT)
    return folded(crumb.detail, WIDTH - INDENT) if crumb.entry else []
