"""All that shall stand at the place: documents of feeds, pages for people, and copies in their codings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from syndicate import decide
from syndicate.errors import Problem
from syndicate.formats import autodiscovery, coding, headers, opml
from syndicate.formats.documents import documents
from syndicate.model import Document, Feed, Identified, Memory, Plan
from syndicate.pipeline import pages
from syndicate.publishers import Place
from syndicate.sources import Tell
from syndicate.workshop.bench import Bench

if TYPE_CHECKING:
    from syndicate.pipeline.publish import Order

OPML = "feeds.opml"
AUTODISCOVERY = "autodiscovery.html"


class Output:
    """What is `wanted`, in the order in which it is put, and the `problems` of pages that cannot be."""

    def __init__(self, order: Order, made: Sequence[Feed], memory: Memory, place: Place, tell: Tell) -> None:
        self._order, self._made, self._memory, self._place = order, made, memory, place
        self._plain: list[Document] = []
        self._known = {one.path for one in memory.documents}
        self.problems: list[Problem] = []
        for number, feed in enumerate(made, 1):
            tell("writing documents", number, len(made))
            self._plain += documents(feed)
        texts = (
            (OPML, opml.media_type, opml.write(order.site.title, made)),
            (AUTODISCOVERY, autodiscovery.media_type, autodiscovery.write(made)),
        )
        self._plain += [Document(path, order.base_url + path, kind, body) for path, kind, body in texts]
        if order.headers is not None:
            rules = headers.write(made, order.headers)
            self._plain += self._ours(
                [Document(headers.PATH, order.base_url + headers.PATH, headers.media_type, rules)]
            )

    def add_pages(self, identified: Sequence[Identified], bench: Bench) -> None:
        """The pages that the settings ask for."""
        if self._order.pages:
            self._plain += self._ours(pages.feed_pages(self._made, self._order.base_url, self._taken()))
        if self._order.entry_pages:
            made = pages.entry_pages(self._order, self._made, identified, bench.entry, self._taken())
            for one in made:
                if isinstance(one, Problem):
                    self.problems.append(one)
                else:
                    self._plain += self._ours([one])

    def _taken(self) -> set[str]:
        """Paths of documents and of their copies."""
        copies = [one.path + coding.SUFFIX[name] for one in self._plain for name in self._order.codings]
        return {one.path for one in self._plain}.union(copies)

    def _ours(self, found: Sequence[Document]) -> list[Document]:
        """Without those at whose path something stands that the ledger does not know as ours: a site keeps its own
        pages (specification, section 6)."""
        return [
            one
            for one in found
            if one.path in self._known or self._place.digest(one.path) in (None, decide.digest(one.body))
        ]

    @property
    def wanted(self) -> tuple[Document, ...]:
        coded = [
            Document(
                document.path + coding.SUFFIX[name],
                document.url,
                document.media_type,
                coding.compress(document.body, name),
            )
            for document in self._plain
            if document.format
            for name in self._order.codings
        ]
        return (*self._plain, *coded)

    def plan(self, wanted: Sequence[Document]) -> Plan:
        """What the place lacks of `wanted`, or holds too much."""
        paths = {document.path for document in wanted} | {one.path for one in self._memory.documents}
        standing = {path: self._place.digest(path) for path in sorted(paths)}
        return decide.plan(wanted, standing, self._memory.documents)
