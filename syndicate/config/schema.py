"""The shapes of all settings that work in this version, as pydantic sees them.

Importing this module costs the import of pydantic, so only the reader does. Fields hold values as they were
written, checked one by one; what depends on two of them is in conflicts.py.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)

from syndicate.config import cron, paths, rules, urls, webhooks
from syndicate.config.faults import Fault, Keys, Tree, Wrong, header, unknown

T = TypeVar("T")
EVENTS = ("post.published", "post.updated", "post.withdrawn")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _some(values: list[T]) -> list[T]:
    if not values:
        raise Wrong("is an empty list", "name at least one, or remove the key")
    return values


def _each_once(values: list[T]) -> list[T]:
    if len(set(values)) < len(values):
        raise Wrong("names one thing twice", "remove one of them")
    return values


def _coding(value: str, validation: ValidationInfo) -> str:
    importable: Any = validation.context
    return rules.coding(value, importable)


def _image(value: str) -> str:
    urls.joined_url("https://example.org/", value)
    return value


def _optional_url(value: str) -> str:
    return urls.absolute_url(value) if value else ""


def _optional_base(value: str) -> str:
    return urls.base_url(value) if value else ""


Filled = Annotated[str, AfterValidator(rules.filled)]
Path = Annotated[str, AfterValidator(paths.document_path)]
Folder = Annotated[str, AfterValidator(paths.folder)]
Image = Annotated[str, AfterValidator(_image)]
OptionalBase = Annotated[str, AfterValidator(_optional_base)]
Cron = Annotated[str, AfterValidator(cron.expression)]
Names = list[Filled]


class Table(BaseModel):
    # pydantic's own words would repeat what may be a secret.
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class AuthorTable(Table):
    name: Filled
    email: Annotated[str, AfterValidator(rules.email)] = ""
    url: Annotated[str, AfterValidator(_optional_url)] = ""


class SiteTable(Table):
    title: Filled
    url: Annotated[str, AfterValidator(urls.base_url)]
    description: str = ""
    language: Annotated[str, AfterValidator(rules.language)] = "en"
    timezone: Annotated[str, AfterValidator(rules.timezone)] = "UTC"
    authors: list[Annotated[AuthorTable, BeforeValidator(_named)]] = []
    icon: Image = ""
    logo: Image = ""
    copyright: str = ""
    id: Annotated[str, AfterValidator(rules.feed_id)] = ""


class PostsTable(Table):
    path: Annotated[list[Folder], BeforeValidator(_listed), AfterValidator(_some)] = ["posts"]
    dialect: Annotated[
        str,
        AfterValidator(
            rules.one_of(
                "auto",
                "plain",
                unbuilt=("jekyll", "hugo", "zola", "pelican", "nikola", "eleventy", "astro"),
            )
        ),
    ] = "auto"
    permalink: Annotated[str, AfterValidator(rules.permalink)] = "/{year}/{month}/{slug}/"
    markdown: Annotated[str, AfterValidator(rules.one_of("markdown", unbuilt=("commonmark",)))] = "markdown"
    drafts: bool = False


class OutputTable(Table):
    path: Folder = "public"
    url: OptionalBase = ""
    precompress: Annotated[list[Annotated[str, AfterValidator(_coding)]], AfterValidator(_each_once)] = [
        "gzip"
    ]
    pages: bool = True
    entry_pages: bool = False
    headers: bool = False


class ChoiceTable(Table):
    tags: Names = []
    categories: Names = []
    sections: Names = []
    authors: Names = []
    languages: Names = []


class FeedTable(Table):
    name: Filled | None = None
    atom: Path | None = None
    rss: Path | None = None
    json_: Path | None = Field(default=None, alias="json")
    limit: Annotated[int, Field(ge=0, le=1_000_000)] = 20
    content: Annotated[str, AfterValidator(rules.one_of("full", "summary"))] = "full"
    include: ChoiceTable = ChoiceTable()
    exclude: ChoiceTable = ChoiceTable()


class PushTable(Table):
    hubs: Annotated[list[Annotated[str, AfterValidator(urls.hub_url)]], AfterValidator(_each_once)] = []
    wait_until_live: bool = False
    timeout: Annotated[float, BeforeValidator(rules.duration("100ms", "5m", "15s"))] = 15.0
    first_retry: Annotated[float, BeforeValidator(rules.duration("10ms", "6h", "30s"))] = 30.0
    max_attempts: Annotated[int, BeforeValidator(rules.whole(1, 100))] = 12


class WebhookTable(Table):
    name: Annotated[str, AfterValidator(webhooks.name)]
    url: Annotated[str, AfterValidator(urls.webhook_url), Field(repr=False)]
    secret: Annotated[
        list[Annotated[bytes, BeforeValidator(webhooks.key)]],
        BeforeValidator(_listed),
        AfterValidator(_some),
        AfterValidator(_each_once),
        Field(repr=False),
    ] = []
    events: Annotated[
        list[Annotated[str, AfterValidator(rules.one_of(*EVENTS))]],
        AfterValidator(_some),
        AfterValidator(_each_once),
    ] = list(EVENTS)
    format: Annotated[str, AfterValidator(rules.one_of("standard", "discord", "slack", "text"))] = "standard"


class ScheduleTable(Table):
    every: Annotated[float, BeforeValidator(rules.duration("100ms", "7d", "1m"))] | None = None
    cron: Cron = ""
    watch: bool = True
    settle: Annotated[float, BeforeValidator(rules.duration("0ms", "10m", "2s"))] = 2.0


class GuardTable(Table):
    withdraw: Annotated[float, BeforeValidator(rules.share)] = 0.2
    announce: Annotated[int, BeforeValidator(rules.whole(0, 1_000_000))] = 20


class ServerTable(Table):
    listen: Annotated[str, AfterValidator(urls.listen)] = "127.0.0.1:8080"
    metrics: bool = True
    max_age: Annotated[float, BeforeValidator(rules.duration("0s", "7d", "5m"))] = 300.0
    trusted_proxies: list[Annotated[str, AfterValidator(urls.network)]] = []


class LedgerTable(Table):
    url: Annotated[str, AfterValidator(paths.sqlite_url)] = "sqlite:///.syndicate/ledger.db"


class Settings(Table):
    site: SiteTable
    posts: PostsTable = PostsTable()
    output: OutputTable = OutputTable()
    feed: list[FeedTable] = []
    push: PushTable = PushTable()
    webhook: list[WebhookTable] = []
    schedule: ScheduleTable = ScheduleTable()
    guard: GuardTable = GuardTable()
    server: ServerTable = ServerTable()
    ledger: LedgerTable = LedgerTable()


_TABLES: dict[Keys, type[Table]] = {
    (): Settings,
    ("site",): SiteTable,
    ("site", "authors"): AuthorTable,
    ("posts",): PostsTable,
    ("output",): OutputTable,
    ("feed",): FeedTable,
    ("feed", "include"): ChoiceTable,
    ("feed", "exclude"): ChoiceTable,
    ("push",): PushTable,
    ("webhook",): WebhookTable,
    ("schedule",): ScheduleTable,
    ("guard",): GuardTable,
    ("server",): ServerTable,
    ("ledger",): LedgerTable,
}

_TEXT = ("must be a text, not {shown}", "put it in quotes")
_LIST = ("must be a list, not {shown}", 'write it in brackets: ["…"]')
_TABLE = ("must be a table, not {shown}", 'write it in braces: { … = "…" }')
_NUMBER = ("must be a whole number of 0 or more, not {shown}", "0 means all")
# the kind of pydantic's error → what and fix
_KINDS = {
    "string_type": _TEXT,
    "list_type": _LIST,
    "model_type": _TABLE,
    "int_type": _NUMBER,
    "greater_than_equal": _NUMBER,
    "less_than_equal": ("must be at most 1000000, not {shown}", "0 means all"),
    "bool_type": ("must be true or false, not {shown}", "write it without quotes"),
}
_MISSING: dict[str, tuple[str, str]] = {
    "site": (
        "is missing",
        'the smallest settings are three lines: [site], title = "Field notes", url = "https://example.org/"',
    ),
    "title": ("is missing", 'add title = "Field notes"'),
    "url": ("is missing", 'add url = "https://example.org/"'),
    "name": ("is missing", 'add name = "R. Hale"'),
}
_MISSING_IN_WEBHOOK: dict[str, tuple[str, str]] = {
    "name": ("is missing", 'add name = "site-rebuild", or what you call it'),
    "url": ("is missing", 'add url = "https://example.org/hook", or wherever it is'),
}


def faults_of(error: ValidationError) -> list[Fault]:
    """pydantic's errors as faults, in words of our own: its own may repeat the value."""
    return [
        _fault(one["type"], one["loc"], one["input"], one.get("ctx", {}))
        for one in error.errors(include_url=False)
    ]


def _fault(kind: str, keys: Keys, value: object, context: Tree) -> Fault:
    last = keys[-1]
    if kind == "extra_forbidden":
        names = tuple(part for part in keys[:-1] if isinstance(part, str))
        return unknown(keys, _known(names), _elsewhere(names, str(last)))
    if kind == "missing":
        what, fix = (_MISSING_IN_WEBHOOK if keys[0] == "webhook" else _MISSING)[str(last)]
        return Fault(keys, what, fix)
    reason = context.get("error")
    if isinstance(reason, Wrong):
        return Fault(keys, reason.what, reason.fix, value, reason.hint)
    what, fix = _KINDS.get(kind, ("does not work", "see the documentation of this setting"))
    if keys in (("feed",), ("webhook",)):
        what, fix = (
            f"must be a table of its own for each {last}",
            f"write {header(str(last))}, with two brackets",
        )
    elif len(keys) == 1:
        what, fix = "must be one table", f"write [{last}] on a line of its own"
    elif kind == "list_type" and keys[0] == "webhook" and last == "secret":
        what, fix = "must be a text, or a list of texts while it is being changed", "put it in quotes"
    elif kind == "list_type" and keys == ("posts", "path"):
        what, fix = "must be a text or a list of texts, not {shown}", 'write it like "posts"'
    elif kind == "model_type" and keys[:2] == ("site", "authors"):
        what, fix = "must be a name or a table, not {shown}", 'write { name = "R. Hale" }'
    return Fault(keys, what, fix, value)


def _known(table: tuple[str, ...]) -> list[str]:
    return [field.alias or name for name, field in _TABLES[table].model_fields.items()]


def _elsewhere(table: tuple[str, ...], key: str) -> str:
    """The table that knows a key which stands in another one, or in none."""
    others = [str(other[0]) for other in _TABLES if len(other) == 1 and other != table]
    return next((other for other in others if key in _known((other,))), "")
