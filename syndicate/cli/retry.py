"""`syndicate retry`: dead deliveries are put back."""

from __future__ import annotations

import json
from typing import Any

import click

from syndicate.cli.console import Log
from syndicate.cli.options import Options, common
from syndicate.cli.standings import WIDTH, folded
from syndicate.errors import ConfigError


@click.command()
@click.argument("delivery", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that are dead.")
@click.option("--json", "to_json", is_flag=True, help="Report as one JSON document.")
@common
@click.pass_obj
def retry(
    options: Options, /, delivery: tuple[str, ...], everything: bool, to_json: bool, **given: Any
) -> int:
    """Put dead deliveries back; the next push sends them, with the same id and the same bytes.

    DELIVERY is an id as 'syndicate history' shows it, or its beginning.
    """
    from syndicate.cli import settings, wiring
    from syndicate.ledger.sqlite import open_ledger

    options = options.with_given(given)
    if bool(delivery) == everything:
        wrong = "both were given" if everything else "none was given"
        raise click.UsageError(f"name deliveries, or say --all: {wrong}")
    chosen = settings.load(options.config, looking=True)
    Log(options).problems(chosen.warnings)
    ledger = open_ledger(chosen.ledger, create=False)
    dead = {one.id: one for one in ledger.dead()}
    ids = None if everything else [_meant(word, list(dead)) for word in delivery]
    back = open_ledger(chosen.ledger).retry(ids, wiring.now()) if dead else ()
    if to_json:
        click.echo(json.dumps({"retried": [one.id for one in back]}, indent=2))
    elif options.verbosity >= 0:
        for one in back:
            click.echo(f"  {one.id}")
            for line in folded(f"{one.destination}: {one.event.kind} {one.event.title}", WIDTH - 6):
                click.echo(f"      {line}")
        many = "1 delivery" if len(back) == 1 else f"{len(back)} deliveries"
        click.echo(f"{many} put back" + ("; 'syndicate push' delivers, or a daemon at work" if back else ""))
    return 0


def _meant(word: str, ids: list[str]) -> str:
    found = [id_ for id_ in ids if id_.startswith(word) or id_.removeprefix("msg_").startswith(word)]
    if word in ids:
        return word
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigError(f"retry: '{word}' may be any of {len(found)} deliveries; write more of the id")
    raise ConfigError(f"retry: no dead delivery has the id '{word}'; 'syndicate history' shows them")
