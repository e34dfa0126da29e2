"""Entries made for feeds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from syndicate.compose import entries, selection
from syndicate.errors import Problem
from syndicate.model import Definition, Entry, Identified, Measured, Post, Site
from syndicate.workshop.rendering import Renderer, Text, Unrendered

Measure = Callable[[Post, str], Measured | None]
Recall = Callable[[Identified], Post | None]
Tell = Callable[[str, int, int], None]

STAYS = " (its last good version stays in the feeds)"


class Bench:
    """Makes entries, each once in a pass. `measure` looks at the local files that a post names, `recall` gives the
    last good version of one that cannot be rendered."""

    def __init__(self, site: Site, renderer: Renderer, measure: Measure, recall: Recall, tell: Tell) -> None:
        self._site, self._renderer = site, renderer
        self._measure, self._recall, self._tell = measure, recall, tell
        self._made: dict[str, tuple[Identified, Entry] | None] = {}
        self.problems: list[Problem] = []

    def entries(self) -> list[Entry]:
        return [made[1] for made in self._made.values() if made]

    def shown(self) -> list[Identified]:
        """What the entries were made of."""
        return [made[0] for made in self._made.values() if made]

    def for_feed(self, definition: Definition, identified: Sequence[Identified]) -> Iterator[Entry]:
        """As many as the feed's limit asks for; where one cannot be rendered, the next moves up."""
        taken = selection.ordered(one for one in identified if selection.takes(definition, one.post))
        many = min(definition.limit, len(taken)) if definition.limit else len(taken)
        count = 0
        for one in taken:
            if count == many:
                return
            made = self.entry(one)
            if made:
                count += 1
                self._tell("rendering entries", count, many)
                yield made

    def entry(self, one: Identified) -> Entry | None:
        """The entry of a post, None where it can neither be rendered nor was before."""
        if one.id.value not in self._made:
            self._made[one.id.value] = self._make(one)
        made = self._made[one.id.value]
        return made[1] if made else None

    def _make(self, one: Identified) -> tuple[Identified, Entry] | None:
        try:
            return one, self._rendered(one)
        except Unrendered as fault:
            good = self._recall(one)
            message = str(fault) + (STAYS if good else "")
            self.problems.append(Problem(one.post.path, one.post.body_line, "error", fault.code, message))
        if not good:
            return None
        try:
            older = replace(one, post=good)
            return older, self._rendered(older)
        except Unrendered:
            # It was rendered once, under an older version or a larger bound.
            return None

    def _rendered(self, one: Identified) -> Entry:
        tidied = self._renderer.render(Text(one.post.body, one.post.markup, one.url.value))
        return entries.entry(one, tidied, self._measured(one), self._site)

    def _measured(self, one: Identified) -> Mapping[str, Measured]:
        measured = {}
        for file in one.post.attachments.value:
            found = self._measure(one.post, file.target)
            if found:
                measured[file.target] = found
            elif "://" not in file.target and not file.target.startswith("//"):
                self.problems.append(
                    Problem(
                        one.post.path,
                        _line(one.post.attachments.source),
                        "warning",
                        "no-attachment",
                        f"enclosure: '{file.target}' is neither beside the post nor below the site's root; "
                        "put the file there, or write its whole URL",
                    )
                )
        return measured


def _line(source: str) -> int:
    """The line that a value's source names, 0 where it names none."""
    found = re.search(r", line ([0-9]+)\Z", source)
    return int(found[1]) if found else 0
