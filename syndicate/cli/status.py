"""`syndicate status`: how things stand, without touching anything."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from syndicate.cli import standings
from syndicate.cli.console import Log
from syndicate.cli.options import Options, common
from syndicate.ledger.lock import holder
from syndicate.model import Standing

if TYPE_CHECKING:
    from syndicate.config import Config

Note = dict[str, Any]


@click.command()
@click.option("--json", "to_json", is_flag=True, help="Report as one JSON document.")
@common
@click.pass_obj
def status(options: Options, /, to_json: bool, **given: Any) -> int:
    """Show the last pass, the next post that is due, the documents, deliveries and problems.

    Exit codes: 0 all well, 1 a delivery is dead, 2 the settings are wrong.
    """
    from syndicate.cli import settings, wiring
    from syndicate.ledger import lastpass
    from syndicate.ledger.sqlite import open_ledger

    options = options.with_given(given)
    chosen = settings.load(options.config, looking=True)
    Log(options).problems(chosen.warnings)
    found = standings.complete(chosen, open_ledger(chosen.ledger, create=False).standings())
    note = lastpass.read(chosen.ledger)
    if to_json:
        click.echo(json.dumps(_report(note, found, holder(chosen.ledger)), ensure_ascii=False, indent=2))
    else:
        _show(chosen, note, found, wiring.now())
    return 1 if any(one.dead for one in found) else 0


def _report(note: Note | None, found: tuple[Standing, ...], at_work: str) -> Note:
    note = note or {}
    posts = note.get("posts", {})
    return {
        "last_pass": {name: note.get(name) for name in ("at", "seconds", "posts", "announced", "held")}
        if note
        else None,
        "next_pass": note.get("next_pass") if at_work else None,
        "next_due_post": note.get("next_due_post"),
        "documents": note.get("documents", []),
        "subscribers": _subscribers(note),
        "problems": [*posts.get("skipped", []), *note.get("warnings", [])],
        **standings.as_json(found),
    }


def _show(chosen: Config, note: Note | None, found: tuple[Standing, ...], now: datetime) -> None:
    for line in standings.folded(chosen.site.title, standings.WIDTH):
        click.echo(click.style(line, bold=True))
    click.echo("")
    if note is None:
        click.echo("No pass yet: run 'syndicate build'.\n")
    else:
        _pass(chosen, note, now)
    click.echo("Deliveries")
    standings.show(found, now)
    if any(one.dead for one in found):
        click.echo("\nWhat is dead is not tried again: mend it, then 'syndicate retry --all'.")


def _next_pass(note: Note, zone: ZoneInfo, now: datetime, at_work: str) -> str:
    """What the daemon said that is `at_work`; what one said that is gone counts no more."""
    try:
        due = datetime.fromisoformat(note.get("next_pass") or "")
    except (TypeError, ValueError):
        return "when 'syndicate build' is run"
    if at_work not in ("syndicate run", "syndicate serve"):
        return "when 'syndicate build' is run; no 'syndicate run' is at work"
    late = int((now - due).total_seconds())
    if late > 60:
        return f"was due {standings.span(late)} ago; '{at_work}' is stuck"
    return f"{due.astimezone(zone):%Y-%m-%d %H:%M:%S}, by '{at_work}'"


def _subscribers(note: Note) -> list[Note]:
    """What aggregators say of a feed, as `serve` heard it."""
    found = note.get("subscribers")
    names = {"feed", "aggregator", "count"}
    return (
        [one for one in found if isinstance(one, dict) and names <= one.keys()]
        if isinstance(found, list)
        else []
    )


def _pass(chosen: Config, note: Note, now: datetime) -> None:
    zone = ZoneInfo(chosen.site.timezone)
    at = datetime.fromisoformat(note["at"])
    ago = standings.span(max(int((now - at).total_seconds()), 0))
    posts = note["posts"]
    click.echo(f"Last pass  {at.astimezone(zone):%Y-%m-%d %H:%M:%S}, {ago} ago, took {note['seconds']:.1f} s")
    click.echo(f"           posts read: {posts['read']}, published: {posts['published']}")
    if note["held"]:
        for line in standings.folded(f"held: {note['held']['reason']}", 69):
            click.echo(click.style(f"           {line}", fg="red"))
    click.echo(f"Next pass  {_next_pass(note, zone, now, holder(chosen.ledger))}")
    soon = note["next_due_post"]
    if soon:
        when = datetime.fromisoformat(soon["at"]).astimezone(zone)
        first, *more = standings.folded(f"{when:%Y-%m-%d %H:%M:%S}, {soon['file']}", 69)
        click.echo(f"Next post  {first}")
        for line in more:
            click.echo(f"           {line}")
    if note["documents"]:
        click.echo("\nDocuments")
    for one in note["documents"]:
        entries = "entry  " if one["entries"] == 1 else "entries"
        click.echo(f"  {one['entries']:>5} {entries}  {one['url']}")
    for number, one in enumerate(_subscribers(note)):
        click.echo(
            ("" if number else "\nSubscribers, as aggregators report them\n")
            + f"  {one['count']:>7}  {one['aggregator']}, {one['feed']}"
        )
    problems = [*posts["skipped"], *(one for one in note["warnings"] if one["code"] != "undated")]
    if problems:
        click.echo("\nProblems")
    for one in problems:
        place = one["file"] + (f":{one['line']}" if one["line"] else "")
        colour = "red" if one["severity"] == "error" else "yellow"
        *above, last = standings.folded(place, 67)
        for line in above:
            click.echo(f"  {line}")
        click.echo(f"  {last}: {click.style(one['severity'], fg=colour)}")
        for line in standings.folded(f"{one['message']} [{one['code']}]", 74):
            click.echo(f"      {line}")
    click.echo("")
