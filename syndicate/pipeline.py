"""The flows, as straight lines.

    publish:  read | parse | compose | write | decide | remember | put | announce

The order is the safety. Ids are remembered before a document that shows them is put; what is published is
recorded after the documents are public. A crash between two steps is mended by the next pass: it finds
the ledger behind, or the place, and does what is left.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from syndicate import decide
from syndicate.compose import feeds, identity, selection
from syndicate.decide import Held
from syndicate.errors import PostError, Problem, SourceError
from syndicate.formats import autodiscovery, coding, opml
from syndicate.formats.documents import documents
from syndicate.ledger import Ledger
from syndicate.model import (
    Definition,
    Document,
    Entry,
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
from syndicate.publishers import Place
from syndicate.sources import Gathered, Source, Tell
from syndicate.workshop.bench import STAYS, Bench
from syndicate.workshop.rendering import Renderer

OPML = "feeds.opml"
AUTODISCOVERY = "autodiscovery.html"


@dataclass(frozen=True, slots=True)
class Order:
    """What a pass shall make. `base_url` is the URL of the place; `codings` are those that documents are also
    put in; `guard` is the share of published entries that a pass may withdraw; `accept` lets through what the
    guard would hold."""

    site: Site
    definitions: tuple[Definition, ...]
    permalink: str
    base_url: str
    hubs: tuple[str, ...] = ()
    codings: tuple[str, ...] = ()
    guard: float = 0.2
    drafts: bool = False
    accept: bool = False


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
    `removed` the paths of files that were ours and are no longer wanted."""

    read: int
    published: int
    problems: tuple[Problem, ...]
    shown: tuple[Shown, ...] = ()
    withheld: tuple[tuple[str, str], ...] = ()
    newest: tuple[Entry, ...] = ()
    removed: tuple[str, ...] = ()
    announced: int = 0
    held: Held | None = None


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
    revival = _Revival(gathered, memory, rooms)
    withheld = {post.path: selection.withheld(post, now, order.drafts) for post in revival.posts}
    standing = [post for post in revival.posts if withheld[post.path] is None]
    identified, conflicts = identity.identify(standing, gathered.present, memory, order.site, order.permalink)
    days = {one.id.value: identity.day(one.post) for one in identified}
    news = decide.news(decide.remembered(identified, days), memory, revival.kept)
    held = decide.held(read, len(news.withdrawn), memory, order.guard)
    if held and not order.accept:
        return Pass(read, public, _sorted(gathered.problems), held=held)
    with rooms.renderer as renderer:
        bench = Bench(order.site, renderer, rooms.source.measure, revival.recalled, tell)
        made = [_feed(definition, bench, identified, order, memory) for definition in order.definitions]
    wanted = _wanted(order, made, tell)
    plan = _plan(wanted, rooms.place, memory)
    _carry_out(plan, _Record.of(wanted, news, made, memory), revival.good(bench.shown()), rooms, tell)
    return Pass(
        read=read,
        published=len(identified),
        problems=_sorted((*revival.problems, *conflicts, *bench.problems)),
        shown=tuple(Shown(document, document in plan.put) for document in wanted if document.format),
        withheld=tuple((path, reason) for path, reason in withheld.items() if reason),
        removed=plan.remove,
        newest=tuple(sorted(bench.entries(), key=lambda entry: entry.published, reverse=True)),
    )


def _sorted(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.file, problem.line)))


class _Revival:
    """Posts that broke after they were published, as they were when they were whole.

    `posts` are all posts of the pass, `problems` what is said of them; `kept` are the ids of broken posts that
    have no good version, since they stand in no document: those are not withdrawn either.
    """

    def __init__(self, gathered: Gathered, memory: Memory, rooms: Rooms) -> None:
        self._rooms, self._memory = rooms, memory
        self._have = dict(memory.good)
        broken = {one.file for one in gathered.problems if one.severity == "error" or one.code == "undated"}
        rows = {row.path: row for row in memory.entries if row.state == "published" and row.path in broken}
        raws = rooms.ledger.good_versions(self._wanted(rows)) if rows else {}
        self.revived: dict[str, Post] = {}
        for path, row in rows.items():
            if row.id in raws and (post := self._parsed(path, raws[row.id])):
                self.revived[path] = post
        self.kept = frozenset(row.id for path, row in rows.items() if path not in self.revived)
        self.posts = [post for post in gathered.posts if post.path not in self.revived]
        self.posts += self.revived.values()
        self.problems = [
            replace(one, message=one.message + STAYS) if one.file in self.revived else one
            for one in gathered.problems
        ]

    def recalled(self, one: Identified) -> Post | None:
        """The last good version of a post that cannot be rendered."""
        if one.id.value not in self._have or one.post.path in self.revived:
            return None
        raw = self._rooms.ledger.good_versions([one.id.value]).get(one.id.value)
        return self._parsed(one.post.path, raw) if raw is not None else None

    def good(self, shown: Sequence[Identified]) -> tuple[tuple[Good, ...], tuple[str, ...]]:
        """The good versions that the ledger lacks of what is `shown`, and the ids of those that it need not keep."""
        lacking = []
        for one in shown:
            if self._have.get(one.id.value) != one.post.fingerprint and one.post.path not in self.revived:
                raw = self._same(one)
                if raw is not None:
                    lacking.append(Good(one.id.value, one.post.fingerprint, raw))
        ids = {one.id.value for one in shown}
        return tuple(lacking), tuple(id_ for id_ in self._have if id_ not in ids and id_ not in self.kept)

    def _wanted(self, rows: Mapping[str, Remembered]) -> list[str]:
        return [row.id for row in rows.values() if row.id in self._have]

    def _same(self, one: Identified) -> bytes | None:
        """The post's bytes, unless somebody wrote into it since it was read: then the next pass keeps them."""
        try:
            raw = self._rooms.source.content(one.post.path)
        except PostError:
            return None
        post = self._parsed(one.post.path, raw)
        return raw if post and post.fingerprint == one.post.fingerprint else None

    def _parsed(self, path: str, raw: bytes) -> Post | None:
        try:
            return self._rooms.source.parse(path, raw)
        except PostError:
            return None


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


def _wanted(order: Order, made: Sequence[Feed], tell: Tell) -> tuple[Document, ...]:
    """All documents that shall stand at the place: of each feed, then OPML and snippet; each with its codings."""
    plain: list[Document] = []
    for number, feed in enumerate(made, 1):
        tell("writing documents", number, len(made))
        plain += documents(feed)
    plain.append(Document(OPML, order.base_url + OPML, opml.media_type, opml.write(order.site.title, made)))
    plain.append(
        Document(
            AUTODISCOVERY, order.base_url + AUTODISCOVERY, autodiscovery.media_type, autodiscovery.write(made)
        )
    )
    coded = [
        Document(
            document.path + coding.SUFFIX[name],
            document.url,
            document.media_type,
            coding.compress(document.body, name),
        )
        for document in plain
        if document.format
        for name in order.codings
    ]
    return (*plain, *coded)


def _plan(wanted: Sequence[Document], place: Place, memory: Memory) -> Plan:
    paths = {document.path for document in wanted} | {one.path for one in memory.documents}
    return decide.plan(wanted, {path: place.digest(path) for path in sorted(paths)}, memory.documents)


@dataclass(frozen=True, slots=True)
class _Record:
    """What the ledger does not know yet: entries, feed ids as (name, id), and files put."""

    news: decide.News
    feed_ids: tuple[tuple[str, str], ...]
    puts: tuple[Put, ...]

    @classmethod
    def of(
        cls, wanted: Sequence[Document], news: decide.News, made: Sequence[Feed], memory: Memory
    ) -> _Record:
        puts = {Put(one.path, one.url, decide.digest(one.body)) for one in wanted}
        return cls(
            news,
            tuple((feed.name, feed.id) for feed in made if feed.name not in dict(memory.feed_ids)),
            tuple(sorted(puts - set(memory.documents), key=lambda one: one.path)),
        )


def _carry_out(
    plan: Plan, record: _Record, versions: tuple[tuple[Good, ...], tuple[str, ...]], rooms: Rooms, tell: Tell
) -> None:
    news, (good, stale) = record.news, versions
    if news.published or record.feed_ids:
        rooms.ledger.remember(news.published, record.feed_ids)
    for number, document in enumerate(plan.put, 1):
        tell("putting documents", number, len(plan.put))
        rooms.place.put(document)
    for path in plan.remove:
        rooms.place.remove(path)
    if news.published or news.withdrawn or record.puts or plan.remove or good or stale:
        rooms.ledger.announce(
            news.published, news.withdrawn, record.puts, plan.remove, good=good, stale=stale
        )
