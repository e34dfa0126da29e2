"""Bytes from the fuzzer → a file and its name. The first byte says in which shape the rest is read: as it
stands, or as a tape that picks pieces, keys and lines, so that a change of one byte is a change that an author
could make."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from pieces import KEYS, LINES, NAMES, PIECES, VALUES

_DATES = ("date", "publishDate", "updated", "expires", "lastmod", "pubdate", "published")
_FLAGS = ("draft", "hidden", "unlisted", "feed", "published")
_PEOPLE = ("authors", "author")
_FILES = ("enclosure", "attachments", "enclosures")
_LISTS = ("tags", "categories", "tag", "category", "taxonomies.tags", "params.author")
_TEXTS = (
    "title",
    "slug",
    "id",
    "url",
    "link",
    "summary",
    "lang",
    "image",
    "cover.image",
    "image.src",
    "status",
)
_MANNERS = (_DATES, _FLAGS, _PEOPLE, _FILES, _LISTS, _TEXTS, _TEXTS)

RAW = 0
_LIMIT = 40_000


@dataclass
class Tape:
    """Bytes that are read one after another; at the end there are only zeros."""

    given: bytes
    at: int = 0

    @property
    def over(self) -> bool:
        return self.at >= len(self.given)

    def number(self) -> int:
        self.at += 1
        return self.given[self.at - 1] if self.at <= len(self.given) else 0

    def one_of(self, choice: tuple[str, ...]) -> str:
        return choice[self.number() % len(choice)]

    def literal(self) -> str:
        """So many characters of the tape itself."""
        length = self.number() % 24
        taken = self.given[self.at : self.at + length]
        self.at += length
        return (
            taken.decode("utf-8", "surrogateescape")
            .encode("utf-16", "surrogatepass")
            .decode("utf-16", "replace")
        )


def shaped(given: bytes) -> tuple[bytes, str, bool]:
    """The file, its name, and whether it is to be rendered as well."""
    selector = given[0] if given else 0
    shape = _SHAPES[selector % 8 % len(_SHAPES)]
    name = NAMES[selector >> 3 & 7]
    return shape(Tape(given[1:]))[:_LIMIT], name, bool(selector & 0x40)


def _raw(tape: Tape) -> bytes:
    return tape.given


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _pieces(tape: Tape) -> str:
    parts = []
    while not tape.over:
        number = tape.number()
        parts.append(tape.literal() if number > 245 else PIECES[number % len(PIECES)])
    return "".join(parts)


def _lines(tape: Tape) -> str:
    """Bytes above the table's end are lines of pieces, or the tape's own characters."""
    lines = []
    while not tape.over:
        number = tape.number()
        if number < 200:
            lines.append(LINES[number % len(LINES)])
        elif number < 225:
            lines.append("".join(tape.one_of(PIECES) for _ in range(number % 6)))
        elif number < 240:
            lines.append(tape.literal())
        elif lines:
            lines[-1] += tape.one_of((" ", ":", ",", ".", " and more", "\r", "  ", "?")) + tape.one_of(LINES)
    return "\n".join(lines)


def _value(tape: Tape, depth: int = 0) -> object:
    number = tape.number()
    if number < 30 and depth < 4:
        return [_value(tape, depth + 1) for _ in range(number % 5)]
    if number < 60 and depth < 4:
        return {tape.one_of(KEYS): _value(tape, depth + 1) for _ in range(number % 5)}
    if number < 80:
        return (None, True, False, 0, -1, 1.5, 10**25, 1e300)[number % 8]
    return tape.literal() if number > 220 else tape.one_of(VALUES)


def _fitting(tape: Tape) -> tuple[str, object]:
    """A key, and a value of the kind that it is for."""
    manner = _MANNERS[tape.number() % len(_MANNERS)]
    key = tape.one_of(manner)
    value: object = tape.literal() if tape.number() > 230 else tape.one_of(VALUES)
    if manner is _DATES:
        value = _date(tape)
    elif manner is _FLAGS:
        value = (True, False, "yes", "no", "off", "1", "True", "", "maybe")[tape.number() % 9]
    elif manner is _LISTS:
        value = [tape.one_of(VALUES) for _ in range(tape.number() % 4)] or value
    elif manner in (_PEOPLE, _FILES) and tape.number() % 2:
        inner = ("name", "email", "url", "title", "type", "length", "src", "path", "avatar")
        many = [
            {tape.one_of(inner): tape.one_of(VALUES) for _ in range(3)} for _ in range(tape.number() % 3 + 1)
        ]
        value = many if tape.number() % 2 else many[0]
    outer, dot, rest = key.partition(".")
    return (outer, {rest: value}) if dot else (key, value)


def _date(tape: Tape) -> str:
    year = (2026, 2025, 1000, 9999, 1, 0, 20266, 1970)[tape.number() % 8 if tape.number() > 200 else 0]
    month, day, hour = tape.number() % 14, tape.number() % 34, tape.number() % 26
    clock = f"{hour:02}:{tape.number() % 62:02}"
    offset = ("", "Z", "+02:00", "-1130", " UTC", "+24:00", " +05", "+2:00", ":59.999", ":60Z")[
        tape.number() % 10
    ]
    name = ("Jan", "september", "Sept.", "MAY", "feb")[month % 5]
    shapes = (
        f"{year:04}-{month:02}-{day:02}",
        f"{year:04}-{month:02}-{day:02}T{clock}{offset}",
        f"{year}/{month}/{day} {clock}{offset}",
        f"{day} {name} {year} {clock}{offset}",
        f"Sat, {name} {day}th, {year}",
        f"{name} {day} {year}, {clock}",
    )
    return shapes[tape.number() % len(shapes)]


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(inner) for inner in value) + "]"
    return '""' if value is None else json.dumps(value, ensure_ascii=False)


def _yaml(value: object, indent: int = 0) -> str:
    """In the block style, with texts as they stand: much of it is none."""
    lead = "\n" + "  " * (indent + 1)
    if isinstance(value, dict):
        return "".join(f"{lead}{key}: {_yaml(inner, indent + 1)}" for key, inner in value.items())
    if isinstance(value, list):
        return "".join(f"{lead}- {_yaml(inner, indent + 1).lstrip()}" for inner in value)
    return str(value) if isinstance(value, str) else json.dumps(value)


def _matter(tape: Tape) -> str:
    style = tape.number()
    values: list[tuple[str, object]] = []
    for _ in range(tape.number() % 7):
        if tape.number() < 220:
            values.append(_fitting(tape))
        else:
            key = tape.literal() if tape.number() > 200 else tape.one_of(KEYS)
            values.append((key, _value(tape)))
    if style % 4 == 0:
        head = "---\n" + "".join(f"{key}: {_yaml(value)}\n" for key, value in values) + "---\n"
    elif style % 4 == 1:
        head = (
            "---\n" + "".join(f"{json.dumps(key)}: {json.dumps(value)}\n" for key, value in values) + "...\n"
        )
    elif style % 4 == 2:
        head = "+++\n" + "".join(f"{_toml(key)} = {_toml(value)}\n" for key, value in values) + "+++\n"
    else:
        indent = (None, 1)[style >> 2 & 1]
        head = (
            "{"
            + ",".join(f"{json.dumps(key)}: {json.dumps(value, indent=indent)}" for key, value in values)
            + "}\n"
        )
    return head + (_lines if style & 0x10 else _pieces)(tape)


def _dated(tape: Tape) -> str:
    return f"---\ndate: 2026-01-31\n---\n{_pieces(tape)}"


def _again(tape: Tape) -> str:
    """A few pieces many times over, between others: what takes time that grows with a square shows here."""
    before, length, times = tape.one_of(PIECES), tape.number() % 4 + 1, tape.number() << 2
    unit = "".join(tape.one_of(LINES) if tape.number() > 170 else tape.one_of(PIECES) for _ in range(length))
    if tape.number() & 1:
        unit += "\n"
    return (before + unit * times)[:8_000] + _pieces(tape)


_SHAPES: tuple[Callable[[Tape], bytes], ...] = (
    _raw,
    lambda tape: _encoded(_pieces(tape)),
    lambda tape: _encoded(_lines(tape)),
    lambda tape: _encoded(_matter(tape)),
    lambda tape: _encoded(_matter(tape)),
    lambda tape: _encoded(_lines(tape)),
    lambda tape: _encoded(_dated(tape)),
    lambda tape: _encoded(_again(tape)),
)
