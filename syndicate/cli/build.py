"""`syndicate build`: one pass."""

from __future__ import annotations

import json
import os
import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from syndicate.cli import reports
from syndicate.cli.console import Bar, Log, seen_from_here
from syndicate.cli.options import Options, common, unbuilt
from syndicate.cli.push import Delivered, deliver
from syndicate.errors import ConfigError, SourceError

if TYPE_CHECKING:
    from syndicate.config import Config
    from syndicate.pipeline.publish import Pass


@click.command()
@click.option("--dry-run", is_flag=True, help="Write nothing, only say what would be written.")
@click.option("--strict", is_flag=True, help="Let a warning end with exit 1, as an error does.")
@click.option("--accept", is_flag=True, help="Let a change through that the guard holds.")
@click.option("--json", "to_json", is_flag=True, help="Report as one JSON document.")
@click.option("--push", is_flag=True, help="Then deliver what is due, as 'syndicate push' does.")
@click.option(
    "--announce-existing",
    is_flag=True,
    help="On the first build, tell webhooks of all posts. Else they are taken as known.",
)
@click.option("--from-live", is_flag=True, hidden=True, expose_value=False, callback=unbuilt)
@common
@click.pass_obj
def build(options: Options, /, strict: bool, to_json: bool, **given: Any) -> int:
    """Read the posts, write the feeds that changed, and queue what is to be told.

    Exit codes: 0 all well, 1 a post was skipped or could not be published (with --push: or a delivery is dead),
    2 the settings are wrong, 3 the guard holds a change, 4 another instance is at work.
    """
    from syndicate.cli import settings

    asked = _Asked(*(given.pop(name) for name in ("accept", "dry_run", "push", "announce_existing")))
    if asked.dry_run and asked.push:
        raise click.UsageError("--push delivers, and --dry-run writes nothing: leave one of them out")
    options = options.with_given(given)
    log = Log(options)
    chosen = settings.load(options.config)
    try:
        result, delivered = _pass(chosen, options, asked, log)
    except SourceError as fault:
        # Nothing was ever published from there: that is a setting to mend, not a lost disk.
        raise ConfigError(str(fault)) from None
    log.problems((*chosen.warnings, *result.problems))
    for path, reason in result.withheld:
        log.detail("not published", file=path, reason=reason)
    if result.held:
        log.say(f"{result.held.reason} (nothing was published)", level="error")
    code = _code(result, strict, chosen)
    if delivered:
        code = max(code, delivered.code)
    if to_json:
        report = reports.report(result, chosen) | (delivered.report() if delivered else {})
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    elif result.held is None and options.verbosity >= 0:
        _show(result, chosen, asked.dry_run, asked.push)
    if delivered and not to_json:
        delivered.show(log)
    return code


@dataclass(frozen=True, slots=True)
class _Asked:
    """What this build was asked for."""

    accept: bool
    dry_run: bool
    push: bool
    announce_existing: bool


def _pass(chosen: Config, options: Options, asked: _Asked, log: Log) -> tuple[Pass, Delivered | None]:
    from syndicate.cli import wiring
    from syndicate.ledger.lock import hold
    from syndicate.ledger.sqlite import open_ledger
    from syndicate.pipeline.publish import Rooms, publish
    from syndicate.publishers.dryrun import DryRun
    from syndicate.publishers.folder import Folder as Place
    from syndicate.workshop.rendering import Renderer

    order = wiring.order(chosen, accept=asked.accept, announce_existing=asked.announce_existing)
    source, place = wiring.source(chosen), Place(chosen.output.path)
    if not os.path.lexists(chosen.ledger):
        # On an empty ledger this is a setting to mend, and nothing is to be touched, not even for a lock.
        source.look()
    # A kill between making a folder and giving it its mode must not leave the output closed to the web server.
    os.umask(0o022)
    with ExitStack() as stack:
        if not asked.dry_run:
            stack.enter_context(hold(chosen.ledger, command="syndicate build"))
        ledger = open_ledger(chosen.ledger, create=not asked.dry_run)
        began, now = time.monotonic(), wiring.now()
        with Bar(options) as bar:
            rooms = Rooms(source, ledger, DryRun(place) if asked.dry_run else place, Renderer())
            result = publish(order, rooms, now, bar.tell)
        if asked.dry_run:
            return result, None
        reports.note(chosen.ledger, reports.noted(result, chosen, now, time.monotonic() - began), log.say)
        if asked.announce_existing and not result.first:
            log.say(
                "--announce-existing: the ledger knows posts already; only what is new is told",
                level="warning",
            )
        return result, deliver(chosen, ledger, log) if asked.push else None


def _code(result: Pass, strict: bool, chosen: Config) -> int:
    if result.held:
        return 3
    severities = {problem.severity for problem in result.problems}
    return 1 if "error" in severities or (strict and (severities or chosen.warnings)) else 0


def _show(result: Pass, chosen: Config, dry_run: bool, pushed: bool) -> None:
    skipped = sum(problem.severity == "error" for problem in result.problems)
    counts = f"{result.read} {'post' if result.read == 1 else 'posts'} read, {result.published} published"
    if result.withheld:
        counts += f", {len(result.withheld)} held back ({_reasons(result)})"
    if skipped:
        counts += f", {skipped} with errors"
    click.echo(f"{click.style(chosen.site.title, bold=True)}: {counts}\n")
    files = [*result.shown, *(one for one in result.pages if one.document.feed)]
    width = max((len(seen_from_here(chosen.output.path / one.document.path)) for one in files), default=0)
    words = ("would be written", "unchanged") if dry_run else ("written", "unchanged")
    for one in result.shown:
        path = seen_from_here(chosen.output.path / one.document.path).ljust(width)
        state = click.style(words[0], fg="green") if one.changed else click.style(words[1], dim=True)
        click.echo(f"  {path}  {one.document.entries:>4} {_entries(one.document.entries)}  {state}")
    _show_pages(result, chosen, width, words)
    gone = "would be removed" if dry_run else "removed"
    for name in result.removed:
        click.echo(f"  {seen_from_here(chosen.output.path / name).ljust(width)}  no longer wanted  {gone}")
    if result.newest:
        click.echo("\nNewest:")
        zone = ZoneInfo(chosen.site.timezone)
        for entry in result.newest[:5]:
            click.echo(f"  {entry.published.astimezone(zone):%Y-%m-%d}  {_clipped(entry.headline, 64)}")
    if not result.read:
        endings = "'.md', '.markdown', '.mkd', '.mkdn', '.mdown', '.mdx' or '.html'"
        click.echo(f"\nNo post was found: the names of posts end in {endings}.")
    _show_events(result, chosen, dry_run)
    if result.announced and not pushed and not dry_run:
        click.echo(f"\nTo be told: {result.announced} events; deliver with 'syndicate push'")
    if dry_run or not any(one.changed for one in result.shown):
        return
    snippet = seen_from_here(chosen.output.path / "autodiscovery.html")
    click.echo(f"\nNext:  serve {seen_from_here(chosen.output.path)}/ at {chosen.output.url}")
    click.echo(f"       paste {snippet} into the <head> of your pages")


def _show_events(result: Pass, chosen: Config, dry_run: bool) -> None:
    """What a dry run would publish, update and withdraw; and what is told to nobody, since it was there before."""
    if dry_run and result.happened:
        click.echo("\nWould be published, updated, withdrawn:")
        words = {"post.published": "+", "post.updated": "~", "post.withdrawn": "-"}
        for event in result.happened:
            click.echo(f"  {words[event.kind]} {_clipped(event.title or event.url, 72)}")
    webhooks = [one.name for one in chosen.destinations if one.shape != "websub"]
    if result.first and webhooks and result.published and not result.happened:
        click.echo(
            f"\nNothing was published from here before: all {result.published} are taken as known, and webhooks hear\n"
            "of what comes from now on. To tell of all: remove .syndicate/ and build with --announce-existing."
        )


def _show_pages(result: Pass, chosen: Config, width: int, words: tuple[str, str]) -> None:
    """The page for people beside each feed; those of entries, which are many, in a line."""
    for one in result.pages:
        if one.document.feed:
            path = seen_from_here(chosen.output.path / one.document.path).ljust(width)
            state = click.style(words[0], fg="green") if one.changed else click.style(words[1], dim=True)
            click.echo(f"  {path}  {'for people':>12}  {state}")
    entries = [one.changed for one in result.pages if not one.document.feed]
    if entries:
        click.echo(
            f"  {'pages of entries'.ljust(width)}  {len(entries):>4} pages    {sum(entries)} {words[0]}"
        )


def _reasons(result: Pass) -> str:
    reasons = [reason for _, reason in result.withheld]
    return ", ".join(f"{reasons.count(reason)} {reason}" for reason in dict.fromkeys(reasons))


def _entries(count: int) -> str:
    return "entry  " if count == 1 else "entries"


def _clipped(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
