"""Entries and a definition → the feed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from syndicate.model import Author, Definition, Entry, Feed, Site

# What `updated` says of a feed without entries: no clock may enter a document, and Atom must have one.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def feed(
    definition: Definition,
    entries: Sequence[Entry],
    site: Site,
    feed_id: str,
    hubs: tuple[str, ...],
    *,
    first: bool = True,
) -> Feed:
    """The feed of `entries`, which come in the order of `selection.ordered` and are no more than its limit.
    It is titled as the site is; behind that stands its name where it is not the `first`: readers list by title."""
    return Feed(
        name=definition.name,
        id=feed_id,
        title=site.title if first else f"{site.title}: {definition.name}",
        description=site.description,
        home_url=site.url,
        language=site.language,
        authors=site.authors or (Author(site.title),),
        rights=site.copyright,
        icon=site.icon,
        logo=site.logo,
        hubs=hubs,
        updated=max((entry.updated for entry in entries), default=NEVER),
        entries=tuple(entries),
        addresses=definition.addresses,
        full=definition.full,
    )


def feed_id(definition: Definition, site: Site, remembered: dict[str, str], *, first: bool) -> str:
    """The feed's id for ever: for the `first` feed the one that the operator set; else what the ledger
    remembers, else the URL of its Atom document, or of whichever document there is."""
    if first and site.id:
        return site.id
    if definition.name in remembered:
        return remembered[definition.name]
    atom = [address.url for address in definition.addresses if address.format == "atom"]
    url = atom[0] if atom else definition.addresses[0].url
    # A path may have been another feed's before: two feeds never share an id (RFC 4287, 4.2.6).
    return f"{url}#{quote(definition.name, safe='')}" if url in (*remembered.values(), site.id) else url
