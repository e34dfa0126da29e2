"""What front matter means: names and their aliases → values of the right kind, each with its line.

The aliases are those that authors bring along from other tools. A value of the wrong kind is an error that
names it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from syndicate.model import Author, FileRef, Sourced
from syndicate.posts import dates
from syndicate.posts.complaint import Complaints
from syndicate.posts.matter import Matter
from syndicate.posts.text import quoted
from syndicate.posts.values import Mapping, Node, Pair, Scalar, Sequence, kind

T = TypeVar("T")

_YES, _NO = ("true", "yes", "on", "y", "1"), ("false", "no", "off", "n", "0")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+*-]+(?:\s*;.*)?")
_PERSON = re.compile(r"(?P<name>[^<>]*?)\s*<(?P<email>[^<>@\s]+@[^<>\s]+)>\s*\Z")
_LENGTH, _TYPE = ("length", "size", "size_in_bytes"), ("type", "mime_type")
MAX_LIST = 500
# Keys of other tools that only look like slips of ours.
_OWN_WORDS = frozenset(("images", "links", "titles", "dates", "urls", "paths", "excerpts"))


class Fields:
    """The front matter of one post, by meaning."""

    def __init__(self, matter: Matter, complaints: Complaints) -> None:
        self._values, self._complaints = matter.values, complaints
        self._asked: set[str] = set()

    def find(self, *names: str) -> Pair | None:
        """The first of `names` that is there with a value; `a.b` is the key b of the mapping a."""
        for name in names:
            outer, _, inner = name.partition(".")
            self._asked.add(outer)
            pair = self._values.get(outer)
            if pair and inner:
                pair = pair.value.get(inner) if isinstance(pair.value, Mapping) else None
            elif pair and isinstance(pair.value, Mapping) and f"{outer}." in " ".join(names):
                # The mapping's own keys are asked for by name, it is no value itself.
                continue
            if pair and not (isinstance(pair.value, Scalar) and pair.value.absent):
                return pair
        return None

    def warn_of_slips(self) -> None:
        """A key that nobody asked for, but that is nearly one that was: a slip of the pen, which could publish a
        draft. Other keys are the author's own."""
        for pair in self._values.pairs:
            name = pair.key.text.strip().lower()
            near = difflib.get_close_matches(name, self._asked - _OWN_WORDS, 1, cutoff=0.8)
            if near and name not in self._asked | _OWN_WORDS:
                self._complaints.warn(
                    "unknown-key",
                    f"front matter: '{pair.key.text}' is no key that is known; did you mean '{near[0]}'?",
                    pair.key.line,
                    pair.key.column,
                )

    def choice(self, name: str, *known: str) -> Sourced[str] | None:
        """A word in lower case. Others than the `known` are the author's own, but for slips of the pen.
        Raises PostError for those."""
        found = self.text(name)
        if not found:
            return None
        word = found.value.lower()
        near = difflib.get_close_matches(word, known, 1, cutoff=0.75)
        if near and word not in known:
            pair = self.find(name)
            assert pair
            raise self._wrong(pair, f"'{found.value}' is not known; did you mean '{near[0]}'?")
        return Sourced(word, found.source)

    def text(self, *names: str) -> Sourced[str] | None:
        """A text as written, trimmed; None where it is absent or empty."""
        pair = self.find(*names)
        if not pair:
            return None
        text = self._scalar(pair).text.strip()
        self._complaints.note(names[0], pair.key.line, _place(pair, pair.value)[1])
        return self._sourced(text, pair) if text else None

    def is_flag(self, name: str) -> bool:
        """Does `name` say true or false, and not a date or something else?"""
        found = self.text(name)
        return found is not None and found.value.lower() in _YES + _NO

    def flag(self, *names: str) -> Sourced[bool] | None:
        pair = self.find(*names)
        if not pair:
            return None
        text = self._scalar(pair).text.strip().lower()
        if text not in _YES + _NO:
            raise self._wrong(pair, f"{quoted(text)} is neither true nor false; write one of them")
        return self._sourced(text in _YES, pair)

    def instant(self, zone: ZoneInfo, *names: str) -> Sourced[datetime] | None:
        pair = self.find(*names)
        if not pair:
            return None
        try:
            return self._sourced(dates.instant(self._scalar(pair).text, zone), pair)
        except dates.NoDate as fault:
            raise self._complaints.error(
                "bad-date",
                f"{pair.key.text.strip()}: {fault}; write it like 2026-01-31 or 2026-01-31T10:00:00+01:00",
                *_place(pair, pair.value),
            ) from None

    def texts(self, whole: str, *names: str) -> Sourced[tuple[str, ...]] | None:
        """A list of texts, or one text, split at commas unless its key is `whole`; without repeats."""
        pair = self.find(*names)
        if not pair:
            return None
        if isinstance(pair.value, Scalar):
            one = pair.value.text
            parts = [one] if pair.key.text.strip().lower() == whole else one.split(",")
        else:
            parts = [node.text for node in self._items(pair) if not node.absent]
        if len(parts) > MAX_LIST:
            raise self._wrong(pair, f"{len(parts)} values are more than {MAX_LIST}; remove some")
        kept = dict.fromkeys(part for part in (" ".join(part.split()) for part in parts) if part)
        return self._sourced(tuple(kept), pair)

    def authors(self, *names: str) -> Sourced[tuple[Author, ...]] | None:
        """Texts (`Name`, `Name <address>`), mappings (name, email, url), or a list of either."""
        found = self._each(self._author, *names)
        return found if found and found.value else None

    def files(self, *names: str) -> Sourced[tuple[FileRef, ...]] | None:
        """Files that come with the post: a text, a mapping (url, title, type, length), or a list of them."""
        return self._each(self._file, *names)

    def _each(self, read: Callable[[Pair, Node], T | None], *names: str) -> Sourced[tuple[T, ...]] | None:
        pair = self.find(*names)
        if not pair:
            return None
        nodes = pair.value.items if isinstance(pair.value, Sequence) else (pair.value,)
        if len(nodes) > MAX_LIST:
            raise self._wrong(pair, f"{len(nodes)} values are more than {MAX_LIST}; remove some")
        found = [read(pair, node) for node in nodes if not (isinstance(node, Scalar) and node.absent)]
        return self._sourced(tuple(dict.fromkeys(one for one in found if one is not None)), pair)

    def _author(self, pair: Pair, node: Node) -> Author | None:
        if isinstance(node, Mapping):
            part = self._parts(pair, node)
            name = part("name") or part("display_name") or part("email")
            if not name:
                raise self._wrong(pair, "an author has no name; give it one", node)
            return Author(name, part("email"), part("url") or part("uri"))
        if isinstance(node, Sequence):
            raise self._wrong(pair, "an author is a list; write a name, or name, email and url", node)
        text = " ".join(node.text.split())
        person = _PERSON.match(text)
        if person:
            return Author(person["name"] or person["email"], person["email"])
        return Author(text) if text else None

    def _file(self, pair: Pair, node: Node) -> FileRef | None:
        if isinstance(node, Scalar):
            text = " ".join(node.text.split())
            return FileRef(text) if text else None
        if isinstance(node, Sequence):
            raise self._wrong(pair, "a list in a list; write one file in each line", node)
        part = self._parts(pair, node)
        target = part("url") or part("file") or part("src") or part("path") or part("href")
        if not target:
            raise self._wrong(pair, "a file without a url; write 'url: episode.mp3'", node)
        length = part(_LENGTH[0]) or part(_LENGTH[1]) or part(_LENGTH[2])
        if length and not (length.isascii() and length.isdigit() and len(length) < 16):
            raise self._wrong(
                pair,
                f"length {quoted(length)} is no number of bytes; leave it out, it is measured",
                _part(node, *_LENGTH),
            )
        media_type = part(_TYPE[0]) or part(_TYPE[1])
        if media_type and not _MEDIA_TYPE.fullmatch(media_type):
            raise self._wrong(
                pair,
                f"type {quoted(media_type)} is no media type; write it like audio/mpeg, or leave it out",
                _part(node, *_TYPE),
            )
        return FileRef(target, part("title"), media_type, int(length) if length else None)

    def _parts(self, pair: Pair, node: Mapping) -> Callable[[str], str]:
        def part(name: str) -> str:
            found = node.get(name)
            if not found:
                return ""
            if not isinstance(found.value, Scalar):
                raise self._wrong(
                    pair, f"{name} must be a text, not {kind(found.value)}; write a text", found.value
                )
            return "" if found.value.absent else " ".join(found.value.text.split())

        return part

    def _items(self, pair: Pair) -> list[Scalar]:
        if isinstance(pair.value, Sequence):
            items = [node for node in pair.value.items if isinstance(node, Scalar)]
            if len(items) == len(pair.value.items):
                return items
        raise self._wrong(pair, f"must be a list of texts, not {self._shape(pair.value)}; write [one, two]")

    def _shape(self, node: Node) -> str:
        if isinstance(node, Sequence):
            odd = next(item for item in node.items if not isinstance(item, Scalar))
            return f"a list with {kind(odd)} in it"
        return kind(node)

    def _scalar(self, pair: Pair) -> Scalar:
        if isinstance(pair.value, Scalar):
            return pair.value
        raise self._wrong(pair, f"must be a text, not {kind(pair.value)}; write 'key: text'")

    def _wrong(self, pair: Pair, message: str, node: Node | None = None) -> Exception:
        """The error to raise; `node` is what is wrong, where it is not the whole value."""
        place = (node.line, node.column) if node else _place(pair, pair.value)
        return self._complaints.error("front-matter-type", f"{pair.key.text.strip()}: {message}", *place)

    def _sourced(self, value: T, pair: Pair) -> Sourced[T]:
        return Sourced(value, f"front matter, line {pair.key.line}")


def _part(node: Mapping, *names: str) -> Node:
    """The value that the mapping `node` has under the first of `names` that is there."""
    found = node.get(*names)
    return found.value if found else node


def _place(pair: Pair, node: Node) -> tuple[int, int]:
    """Line and column of a value that stands beside its key, else of the key: what is wrong with a list below it is
    said of the key."""
    return (node.line, node.column) if node.line == pair.key.line else (pair.key.line, pair.key.column)
