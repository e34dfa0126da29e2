"""The one line from text to Config."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from syndicate.config import rules
from syndicate.config.destinations import destinations, name_conflicts, short_secrets
from syndicate.config.documents import feed_conflicts, paths_of
from syndicate.config.faults import Keys, Tree, under
from syndicate.config.folders import folder_conflicts
from syndicate.config.paths import absolute, sqlite_file
from syndicate.config.schedule import schedule, two_schedules
from syndicate.config.schema import ChoiceTable, FeedTable, ServerTable, Settings, faults_of
from syndicate.config.secrets import Resolver
from syndicate.config.sentences import Speaker, printable
from syndicate.config.settings import (
    Config,
    GuardSettings,
    OutputSettings,
    PostSettings,
    PushSettings,
    ServerSettings,
)
from syndicate.config.syntax import tree_of
from syndicate.config.unbuilt import refused_feeds, without_unbuilt
from syndicate.config.urls import document_url, joined_url
from syndicate.errors import ConfigError, Problem
from syndicate.model import Address, Author, Choice, Definition, Site

# Stand in for what is missing or wrong, so that the rest can be checked all the same.
_STAND_INS = {"title": "?", "url": "https://example.org/"}
_WEBHOOK_STAND_INS = {"name": "?", "url": "https://example.org/"}
_DEFAULT_FEED = FeedTable(name="main", atom="atom.xml", rss="rss.xml", json="feed.json")


@dataclass(frozen=True, slots=True)
class _World:
    """What lies outside the text."""

    root: Path
    environ: Mapping[str, str]
    read_file: Callable[[Path], str]
    importable: Callable[[str], bool]
    looking: bool = False


def read(
    text: str,
    *,
    name: str,
    root: Path,
    environ: Mapping[str, str],
    read_file: Callable[[Path], str],
    importable: Callable[[str], bool] | None = None,
    looking: bool = False,
) -> Config:
    """As `syndicate.config.parse`."""
    text = text.removeprefix("\ufeff")
    world = _World(root, environ, read_file, importable or rules.installed, looking)
    settings: Settings | None = None
    warnings: tuple[Problem, ...] = ()
    try:
        tree = tree_of(text, name)
        if isinstance(tree, str):
            sentences = [printable(tree)]
        else:
            speaker = Speaker(name, tree, text)
            settings, sentences = _checked(tree, speaker, world)
            warnings = () if sentences else short_secrets(settings, name, speaker)
    except RecursionError:
        sentences = [f"{name}: the settings nest too deeply; write them flat"]
    # Outside of any except, or what was caught, which may repeat a secret, would hang on the error.
    if settings is None or sentences:
        raise ConfigError(*sentences)
    return _config(settings, root, warnings)


def _checked(tree: Tree, speaker: Speaker, world: _World) -> tuple[Settings, list[str]]:
    built, faults = without_unbuilt(tree)
    resolver = Resolver(world.root, world.environ, world.read_file, looking=world.looking)
    resolved = resolver.resolved(built)
    faults += resolver.faults
    # Where one fault was found, what follows from it is no news.
    blind = {fault.keys for fault in resolver.faults} | refused_feeds(faults)
    error = _error(resolved, world)
    if error is not None:
        found = [fault for fault in faults_of(error) if not under(fault.keys, blind)]
        faults += found
        blind |= {fault.keys for fault in found}
    blind = {_setting(keys) for keys in blind}
    settings = Settings.model_validate(_mended(resolved, blind), context=world.importable)
    feeds = {index: feed for index, feed in enumerate(settings.feed) if ("feed", index) not in blind}
    faults += feed_conflicts(feeds, speaker)
    faults += name_conflicts(settings, blind, speaker)
    faults += two_schedules(speaker)
    faults += folder_conflicts(settings, world.root, world.environ.get("HOME", ""), blind, speaker)
    return settings, speaker.sentences(faults)


def _error(tree: Tree, world: _World) -> ValidationError | None:
    try:
        Settings.model_validate(tree, context=world.importable)
    except ValidationError as error:
        return error
    return None


def _setting(keys: Keys) -> Keys:
    """The whole setting that a fault lies in: table and key."""
    return keys[: 3 if len(keys) > 1 and isinstance(keys[1], int) else 2]


def _mended(tree: Tree, blind: Collection[Keys]) -> Tree:
    """The tree without the settings at `blind`, and with stand-ins for what must be there."""
    mended = {key: value for key, value in tree.items() if (key,) not in blind}
    for table, value in mended.items():
        if isinstance(value, list):
            mended[table] = [_without(inner, (table, index), blind) for index, inner in enumerate(value)]
        else:
            mended[table] = _without(value, (table,), blind)
    mended["site"] = {**_STAND_INS, **mended.get("site", {})}
    mended["webhook"] = [{**_WEBHOOK_STAND_INS, **inner} for inner in mended.get("webhook", [])]
    return mended


def _without(table: Tree, at: Keys, blind: Collection[Keys]) -> Tree:
    if at in blind:
        return {}
    return {key: value for key, value in table.items() if (*at, key) not in blind}


def _config(settings: Settings, root: Path, warnings: tuple[Problem, ...]) -> Config:
    site = _site(settings)
    push = settings.push
    url = settings.output.url or site.url
    return Config(
        root=root,
        site=site,
        posts=PostSettings(
            paths=tuple(absolute(root, path) for path in settings.posts.path),
            permalink=settings.posts.permalink,
            drafts=settings.posts.drafts,
        ),
        output=OutputSettings(
            absolute(root, settings.output.path),
            url,
            tuple(settings.output.precompress),
            settings.output.pages,
            settings.output.entry_pages,
            settings.output.headers,
        ),
        feeds=tuple(_definition(feed, url) for feed in settings.feed or [_DEFAULT_FEED]),
        push=PushSettings(
            hubs=tuple(push.hubs),
            wait_until_live=push.wait_until_live,
            timeout=push.timeout,
            first_retry=push.first_retry,
            max_attempts=push.max_attempts,
        ),
        destinations=destinations(settings),
        schedule=schedule(settings),
        guard=GuardSettings(settings.guard.withdraw, settings.guard.announce),
        server=_server(settings.server),
        ledger=sqlite_file(root, settings.ledger.url),
        warnings=warnings,
    )


def _server(server: ServerTable) -> ServerSettings:
    host, _, port = server.listen.rpartition(":")
    return ServerSettings(
        host.removeprefix("[").removesuffix("]"),
        int(port),
        server.metrics,
        int(server.max_age),
        tuple(server.trusted_proxies),
    )


def _site(settings: Settings) -> Site:
    site = settings.site
    return Site(
        title=site.title,
        url=site.url,
        description=site.description,
        language=site.language,
        timezone=site.timezone,
        authors=tuple(Author(author.name, author.email, author.url) for author in site.authors),
        icon=joined_url(site.url, site.icon),
        logo=joined_url(site.url, site.logo),
        copyright=site.copyright,
        id=site.id,
    )


def _definition(feed: FeedTable, url: str) -> Definition:
    return Definition(
        name=feed.name or "main",
        addresses=tuple(Address(kind, path, document_url(url, path)) for kind, path in paths_of(feed)),
        limit=feed.limit,
        full=feed.content == "full",
        include=_choice(feed.include),
        exclude=_choice(feed.exclude),
    )


def _choice(choice: ChoiceTable) -> Choice:
    return Choice(
        tags=tuple(choice.tags),
        categories=tuple(choice.categories),
        sections=tuple(choice.sections),
        authors=tuple(choice.authors),
        languages=tuple(choice.languages),
    )
