"""The flows, as straight lines.

    publish:  read | parse | compose | write | decide | remember | put | announce

The order is the safety. Ids are remembered before a document that shows them is put; what is published is
recorded after the documents are public. A crash between two steps is mended by the next pass: it finds
the ledger behind, or the place, and does what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from syndicate import decide
from syndicate.compose import entries, feeds, identity, markdown, selection
from syndicate.compose.tidy import Tidied, tidy
from syndicate.decide import Held
from syndicate.errors import Problem, SourceError
from syndicate.formats import autodiscovery, coding, opml
from syndicate.formats.documents import documents
from syndicate.ledger import Ledger
from syndicate.model import Definition, Document, Entry, Feed, Identified, Measured, Memory, Plan, Put, Site
from syndicate.publishers import Place
from syndicate.sources import Source, Tell

OPML = "feeds.opml"
AUTODISCOVERY = "autodiscovery.html"


@dataclass(frozen=True, slots=True)
class Order:
    """What a pass shall make. `base_url` is the URL of the place; `codings` are those that documents are also
    put in; `accept` lets through what the guard would hold."""

    site: Site
    definitions: tuple[Definition, ...]
    permalink: str
    base_url: str
    hubs: tuple[str, ...] = ()
    codings: tuple[str, ...] = ()
    drafts: bool = False
    accept: bool = False


@dataclass(frozen=True, slots=True)
class Rooms:
    """What a pass walks through that touches the world."""

    source: Source
    ledger: Ledger
    place: Place


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
    try:
        gathered = rooms.source.read(tell)
    except SourceError as fault:
        public = sum(row.state == "published" for row in memory.entries)
        if not public:
            raise
        return Pass(0, public, (), held=Held(str(fault), public))
    held = decide.held(len(gathered.present), memory)
    if held and not order.accept:
        return Pass(0, held.count, gathered.problems, held=held)
    withheld = {post.path: selection.withheld(post, now, order.drafts) for post in gathered.posts}
    standing = [post for post in gathered.posts if withheld[post.path] is None]
    identified, conflicts = identity.identify(standing, gathered.present, memory, order.site, order.permalink)
    kitchen = _Kitchen(order.site, rooms.source, tell)
    made = [kitchen.feed(definition, identified, order, memory) for definition in order.definitions]
    wanted = _wanted(order, made, tell)
    plan = _plan(wanted, rooms.place, memory)
    _carry_out(plan, _Record.of(wanted, identified, made, memory), rooms, tell)
    problems = (*gathered.problems, *conflicts, *kitchen.problems)
    return Pass(
        read=len(gathered.present),
        published=len(identified),
        problems=tuple(sorted(problems, key=lambda problem: (problem.file, problem.line))),
        shown=tuple(Shown(document, document in plan.put) for document in wanted if document.format),
        withheld=tuple((path, reason) for path, reason in withheld.items() if reason),
        removed=plan.remove,
        newest=tuple(sorted(kitchen.made(), key=lambda entry: entry.published, reverse=True)),
    )


class _Kitchen:
    """Renders what stands in a document, and nothing else, once."""

    def __init__(self, site: Site, source: Source, tell: Tell) -> None:
        self._site, self._source, self._tell = site, source, tell
        self._entries: dict[str, Entry | None] = {}
        self.problems: list[Problem] = []

    def made(self) -> list[Entry]:
        return [entry for entry in self._entries.values() if entry]

    def feed(
        self, definition: Definition, identified: Sequence[Identified], order: Order, memory: Memory
    ) -> Feed:
        taken = selection.ordered(one for one in identified if selection.takes(definition, one.post))
        first = definition is order.definitions[0]
        return feeds.feed(
            definition,
            tuple(self._first(taken, definition.limit)),
            self._site,
            feeds.feed_id(definition, self._site, dict(memory.feed_ids), first=first),
            order.hubs,
            first=first,
        )

    def _first(self, taken: Sequence[Identified], limit: int) -> Iterator[Entry]:
        """As many as the limit asks for; where one cannot be rendered, the next moves up."""
        many = min(limit, len(taken)) if limit else len(taken)
        count = 0
        for one in taken:
            if count == many:
                return
            entry = self._entry(one)
            if entry:
                count += 1
                self._tell("rendering entries", count, many)
                yield entry

    def _entry(self, one: Identified) -> Entry | None:
        if one.id.value not in self._entries:
            tidied = self._rendered(one)
            self._entries[one.id.value] = (
                entries.entry(one, tidied, self._measured(one), self._site) if tidied else None
            )
        return self._entries[one.id.value]

    def _rendered(self, one: Identified) -> Tidied | None:
        post = one.post
        try:
            html = markdown.render(post.body) if post.markup == "markdown" else post.body
        except markdown.TooDeep:
            self.problems.append(
                Problem(
                    post.path,
                    post.body_line,
                    "error",
                    "too-deep",
                    "text: it nests too deep to be rendered; flatten its lists and quotations",
                )
            )
            return None
        return tidy(html, one.url.value)

    def _measured(self, one: Identified) -> dict[str, Measured]:
        measured = {}
        for file in one.post.attachments.value:
            found = self._source.measure(one.post, file.target)
            if found:
                measured[file.target] = found
            elif "://" not in file.target and not file.target.startswith("//"):
                self.problems.append(
                    Problem(
                        one.post.path,
                        0,
                        "warning",
                        "no-attachment",
                        f"enclosure: '{file.target}' is neither beside the post nor below the site's root; "
                        "put the file there, or write its whole URL",
                    )
                )
        return measured


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
        cls,
        wanted: Sequence[Document],
        identified: Sequence[Identified],
        made: Sequence[Feed],
        memory: Memory,
    ) -> _Record:
        days = {one.id.value: identity.day(one.post) for one in identified}
        puts = {Put(one.path, one.url, decide.digest(one.body)) for one in wanted}
        return cls(
            decide.news(decide.remembered(identified, days), memory),
            tuple((feed.name, feed.id) for feed in made if (feed.name, feed.id) not in memory.feed_ids),
            tuple(sorted(puts - set(memory.documents), key=lambda one: one.path)),
        )


def _carry_out(plan: Plan, record: _Record, rooms: Rooms, tell: Tell) -> None:
    news = record.news
    if news.published or record.feed_ids:
        rooms.ledger.remember(news.published, record.feed_ids)
    for number, document in enumerate(plan.put, 1):
        tell("putting documents", number, len(plan.put))
        rooms.place.put(document)
    for path in plan.remove:
        rooms.place.remove(path)
    if news.published or news.withdrawn or record.puts or plan.remove:
        rooms.ledger.announce(news.published, news.withdrawn, record.puts, plan.remove)
