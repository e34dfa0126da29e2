"""The publish flow.

    read | parse | compose | write | decide | remember | put | announce

A crash between two steps is mended by the next pass: it finds the ledger behind, or the place, and does what is left.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from syndicate import decide
from syndicate.compose import feeds, identity, selection
from syndicate.decide import Held
from syndicate.errors import Problem, SourceError
from syndicate.ledger import Ledger
from syndicate.model import (
    Announcement,
    Definition,
    Destination,
    Document,
    Entry,
    Event,
    Feed,
    Good,
    Identified,
    Memory,
    Plan,
    Post,
    Put,
    Remembered,
    Site,
)
from syndicate.pipeline import telling
from syndicate.pipeline.output import Output
from syndicate.pipeline.pages import PAGE
from syndicate.pipeline.revival import Revival
from syndicate.publishers import Place
from syndicate.sources import Source, Tell
from syndicate.workshop.bench import Bench
from syndicate.workshop.rendering import Renderer


@dataclass(frozen=True, slots=True)
class Order:
    """What a pass shall make. `base_url` is the URL of the place; `codings` are those that documents are also
    put in; `guard` is the share of published entries that a pass may withdraw, `most` how many new posts it may
    publish; `accept` lets through what the guard would hold. On an empty ledger webhooks are told nothing, but for
    `announce_existing`. `pages` asks for one beside each feed, `entry_pages` for one at each entry's URL, `headers`
    for rules for a static host, by which readers may keep a document for so many seconds. With `wait_until_live` a
    notice is sent when the documents it speaks of are served."""

    site: Site
    definitions: tuple[Definition, ...]
    permalink: str
    base_url: str
    hubs: tuple[str, ...] = ()
    codings: tuple[str, ...] = ()
    guard: float = 0.2
    most: int = 20
    drafts: bool = False
    accept: bool = False
    destinations: tuple[Destination, ...] = ()
    announce_existing: bool = False
    wait_until_live: bool = False
    pages: bool = False
    entry_pages: bool = False
    headers: int | None = None


@dataclass(frozen=True, slots=True)
class Rooms:
    """What a pass walks through that touches the world."""

    source: Source
    ledger: Ledger
    place: Place
    renderer: Renderer


@dataclass(frozen=True, slots=True)
class Shown:
    """One document of a pass, and whether its bytes differ from what stood there."""

    document: Document
    changed: bool


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass did. `read` counts post files, `published` the entries that stand published; `withheld` has
    (path, reason) of posts that are not published for now. `newest` are entries of all feeds, newest first;
    `removed` the paths of files that were ours and are no longer wanted; `upcoming` is the instant at which the
    next post comes due or expires, with its path. `happened` are the events of entries, `announced` counts the events
    that were queued for somebody; `pages` are those for people; `first` says that
    nothing was published before."""

    read: int
    published: int
    problems: tuple[Problem, ...]
    shown: tuple[Shown, ...] = ()
    withheld: tuple[tuple[str, str], ...] = ()
    newest: tuple[Entry, ...] = ()
    removed: tuple[str, ...] = ()
    announced: int = 0
    held: Held | None = None
    upcoming: tuple[datetime, str] | None = None
    happened: tuple[Event, ...] = ()
    pages: tuple[Shown, ...] = ()
    first: bool = False


def publish(order: Order, rooms: Rooms, now: datetime, tell: Tell) -> Pass:
    """One pass. `now` (aware) decides what is due, and enters no document.

    Raises SourceError, PublishError, LedgerError; then nothing is announced, and the next pass tries again.
    """
    memory = rooms.ledger.memory()
    public = sum(row.state == "published" for row in memory.entries)
    try:
        gathered = rooms.source.read(tell)
    except SourceError as fault:
        if not public:
            raise
        return Pass(0, public, (), held=Held(str(fault), public))
    read = len(gathered.present)
    revival = Revival(gathered, memory, rooms)
    withheld = _withheld(revival.posts, memory, now, order)
    standing = [post for post in revival.posts if withheld[post.path] is None]
    identified, conflicts = identity.identify(standing, revival.present, memory, order.site, order.permalink)
    days = {one.id.value: identity.day(one.post) for one in identified}
    news = decide.news(decide.remembered(identified, days, memory), memory, revival.kept)
    first = decide.first(memory)
    happened = () if first and not order.announce_existing else decide.events(news, memory, now)
    held = decide.held(read, len(news.withdrawn), memory, order.guard)
    if not held and not first:
        held = decide.flooding(happened, order.most)
    if held and not order.accept:
        return Pass(read, public, _sorted(gathered.problems), held=held)
    with rooms.renderer as renderer:
        bench = Bench(order.site, renderer, rooms.source.measure, revival.recalled, tell)
        made = [_feed(definition, bench, identified, order, memory) for definition in order.definitions]
        notices = telling.notices(happened, order.destinations, identified, bench, made)
        output = Output(order, made, memory, rooms.place, tell)
        output.add_pages(identified, bench)
    wanted = output.wanted
    plan = output.plan(wanted)
    broken = _broken(bench, identified)
    out = broken - {one.id.value for one in bench.shown()}
    told = telling.announcement(
        telling.Figures(now, read, len(identified) - len(out)),
        [notice for notice in notices if notice.event.subject not in broken],
        decide.topics(wanted, memory, now),
        order,
        {row.id: row.fingerprint for row in news.published}
        | {one.url: decide.digest(one.body) for one in wanted if one.format},
    )
    _carry_out(
        plan,
        _Record.of(wanted, news, made, memory, broken),
        revival.good(bench.shown()),
        rooms,
        tell,
        told=told,
    )
    soon = selection.upcoming(revival.posts, now, order.drafts)
    return Pass(
        read=read,
        first=first,
        published=told.published,
        happened=tuple(event for event in told.events if event.kind != "feed.updated"),
        announced=len({delivery.event for delivery in told.deliveries}),
        problems=_sorted((*revival.problems, *conflicts, *bench.problems, *output.problems)),
        shown=tuple(
            Shown(document, document in plan.put) for document in wanted if document.format in decide.FEEDS
        ),
        pages=tuple(Shown(document, document in plan.put) for document in wanted if document.format == PAGE),
        withheld=tuple((path, reason) for path, reason in withheld.items() if reason),
        removed=plan.remove,
        upcoming=(soon[0], soon[1].path) if soon else None,
        newest=tuple(sorted(bench.entries(), key=lambda entry: entry.published, reverse=True)),
    )


def _withheld(posts: Sequence[Post], memory: Memory, now: datetime, order: Order) -> dict[str, str | None]:
    """Why each post is not published, by its path. One that stands published as it is does not lie in the future,
    whatever the clock says: it was set back."""
    stands = {(row.path, row.fingerprint) for row in memory.entries if row.state == "published"}
    reasons = {post.path: selection.withheld(post, now, order.drafts) for post in posts}
    back = [post.path for post in posts if (post.path, post.fingerprint) in stands]
    return reasons | {path: None for path in back if reasons[path] == "future"}


def _broken(bench: Bench, identified: Sequence[Identified]) -> set[str]:
    """Ids of posts that could not be rendered: readers see the last good version of each, or none. What is not to
    be seen is not told, nor is it recorded as public."""
    paths = {problem.file for problem in bench.problems if problem.severity == "error"}
    return {one.id.value for one in identified if one.post.path in paths}


def _sorted(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.file, problem.line)))


def _feed(
    definition: Definition, bench: Bench, identified: Sequence[Identified], order: Order, memory: Memory
) -> Feed:
    first = definition is order.definitions[0]
    return feeds.feed(
        definition,
        tuple(bench.for_feed(definition, identified)),
        order.site,
        feeds.feed_id(definition, order.site, dict(memory.feed_ids), first=first),
        order.hubs,
        first=first,
    )


@dataclass(frozen=True, slots=True)
class _Record:
    """What the ledger does not know yet: `ids` of entries that a document may show, feed ids as (name, id), `claims`
    to pages that are put for the first time, what is `news` once the documents are public, and files put."""

    ids: tuple[Remembered, ...]
    feed_ids: tuple[tuple[str, str], ...]
    claims: tuple[Put, ...]
    news: decide.News
    puts: tuple[Put, ...]

    @classmethod
    def of(
        cls,
        wanted: Sequence[Document],
        news: decide.News,
        made: Sequence[Feed],
        memory: Memory,
        broken: Container[str],
    ) -> _Record:
        known = {one.path for one in memory.documents}
        puts = {Put(one.path, one.url, decide.digest(one.body)) for one in wanted}
        return cls(
            news.published,
            tuple((feed.name, feed.id) for feed in made if feed.name not in dict(memory.feed_ids)),
            tuple(
                Put(one.path, one.url, "") for one in wanted if one.format == PAGE and one.path not in known
            ),
            replace(news, published=tuple(row for row in news.published if row.id not in broken)),
            tuple(sorted(puts - set(memory.documents), key=lambda one: one.path)),
        )


def _carry_out(
    plan: Plan,
    record: _Record,
    versions: tuple[tuple[Good, ...], tuple[str, ...]],
    rooms: Rooms,
    tell: Tell,
    *,
    told: Announcement,
) -> None:
    news, (good, stale) = record.news, versions
    if record.ids or record.feed_ids or record.claims:
        rooms.ledger.remember(record.ids, record.feed_ids, record.claims)
    for number, document in enumerate(plan.put, 1):
        tell("putting documents", number, len(plan.put))
        rooms.place.put(document)
    for path in plan.remove:
        rooms.place.remove(path)
    if news.published or news.withdrawn or record.puts or plan.remove or good or stale:
        rooms.ledger.announce(
            news.published, news.withdrawn, record.puts, plan.remove, good=good, stale=stale, told=told
        )
