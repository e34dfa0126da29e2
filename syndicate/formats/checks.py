"""What all formats ask of a feed before it is written, and of a document after."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone

from syndicate.errors import PublishError
from syndicate.model import NOT_XML, Author, Entry, Feed

# An absolute IRI without white space (RFC 3987); with `//` it names a host.
ABSOLUTE = re.compile(
    r"(?!https?:)[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>]+|https?://[^\s<>/]+[^\s<>]*", re.IGNORECASE
)
ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")

# What a feed or an entry shows in a document, by name: once as it should be, once as it is.
Shown = Mapping[str, object]


def refusal(thing: str, wrong: str) -> PublishError:
    """The one sentence for a document that is not fit to be put."""
    return PublishError(f"{thing}: {wrong}; the last good document stays as it is, please report this")


def shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:60] + "…" + text[-19:]


def stamp(moment: datetime) -> str:
    """RFC 3339, whole seconds, with its own offset: `2026-01-31T10:00:00+01:00`. Raises PublishError without a
    zone."""
    return settled(moment).isoformat()


def settled(moment: datetime) -> datetime:
    """The same instant in whole seconds, with the offset that it has; in UTC where that is not of whole minutes, as
    local mean time is, since no format can write such a one. A naive one is refused: it would mean another
    instant on another machine."""
    offset = moment.utcoffset()
    if offset is None:
        raise refusal(moment.isoformat(), "this date has no time zone")
    try:
        universal = moment.astimezone(UTC).replace(microsecond=0)
        if offset % timedelta(minutes=1):
            return universal
        return moment.replace(microsecond=0, tzinfo=timezone(offset) if offset else UTC)
    except OverflowError as error:
        raise refusal(moment.isoformat(), "this date is outside the calendar") from error


def legal(feed: Feed, url: str = "") -> None:
    """Raises PublishError where a text of the feed, or `url`, holds what XML 1.0 cannot (section 2.2)."""
    legal_text(f"feed {feed.name!r}: url", url)
    for place, text in _texts(feed, f"feed {feed.name!r}"):
        legal_text(place, text)


def legal_text(place: str, text: str) -> None:
    """The same for one text; `place` says which it is."""
    found = NOT_XML.search(text)
    if found:
        wrong = f"holds U+{ord(found.group()):04X}, which no feed can hold"
        raise PublishError(f"{place}: {wrong}; remove it where it is written")


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, tuple):
        for each in value:
            where = (
                f"{place.removesuffix(': entries')}: entry {each.url!r}" if isinstance(each, Entry) else place
            )
            yield from _texts(each, where)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name), f"{place}: {field.name}")


def subjects(entry: Entry) -> tuple[str, ...]:
    """Tags, then categories, each once, as written."""
    return tuple(dict.fromkeys(text for text in (*entry.tags, *entry.categories) if text.strip()))


def credited(authors: Iterable[Author]) -> tuple[Author, ...]:
    """The authors as a format may name them: each with a name (who gave only an address is called by it), and
    with an e-mail address and a URL only where these are such (RFC 4287, 3.2)."""
    people = []
    for author in authors:
        name = author.name if author.name.strip() else author.email or author.url
        email = author.email if ADDRESS.fullmatch(author.email) else ""
        if name.strip():
            people.append(Author(name, email, author.url if ABSOLUTE.fullmatch(author.url) else ""))
    return tuple(people)


def foreign(entry: Entry, feed: Feed) -> str:
    """The entry's language where it is not the feed's; nothing where it is no language tag (RFC 5646)."""
    other = entry.language != feed.language and LANGUAGE.fullmatch(entry.language)
    return entry.language if other else ""


def sound(feed: Feed, url: str) -> None:
    """What holds for each format: links and ids are absolute, no id stands twice, each entry has an author.

    Raises PublishError (conformance.md AT3, AT8, AT9, AT16, AT18, RS4, JF3).
    """
    if not (feed.title.strip() and feed.id and feed.home_url):
        raise refusal(url, "the feed has no title, no id or no page that it belongs to")
    stamp(feed.updated)
    _absolute(url, "the feed", (url, feed.id, feed.home_url, feed.icon, feed.logo, *feed.hubs))
    seen: set[str] = set()
    for entry in feed.entries:
        if not entry.id or entry.id in seen:
            raise refusal(url, f"the id {entry.id!r} is empty or stands twice")
        seen.add(entry.id)
        if not entry.url or not entry.headline.strip():
            raise refusal(url, f"the entry {entry.id!r} has no link or no headline")
        if not credited(entry.authors):
            raise refusal(url, f"the entry {entry.id!r} has no author")
        files = [attachment.url or "(none)" for attachment in entry.attachments]
        _absolute(url, entry.id, (entry.id, entry.url, entry.image, entry.external_url, *files))
        if any("/" not in attachment.type for attachment in entry.attachments):
            raise refusal(url, f"an attachment of the entry {entry.id!r} has no media type")


def _absolute(url: str, thing: str, links: Iterable[str]) -> None:
    for link in links:
        if link and not ABSOLUTE.fullmatch(link):
            raise refusal(url, f"{link!r} of {thing} is no absolute URL")


def compare(url: str, thing: str, wanted: Shown, found: Shown) -> None:
    """Raises PublishError naming the first value that is not in the document as it is in the feed."""
    for name, value in wanted.items():
        if found[name] != value:
            raise refusal(url, f"{name} of {thing} is {shorten(found[name])} and not {shorten(value)}")


def compare_entries(url: str, wanted: Sequence[Shown], found: Sequence[Shown]) -> None:
    """The same for all entries: as many, with the same ids in the same order, each as it should be."""
    if len(wanted) != len(found):
        raise refusal(url, f"the document holds {len(found)} entries and not {len(wanted)}")
    for ours, theirs in zip(wanted, found, strict=True):
        compare(url, f"the entry {ours['id']!r}", ours, theirs)
