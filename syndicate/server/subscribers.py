"""How many subscribers aggregators speak for, by what their user agents say (`…; 42 subscribers; …`)."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

# Who has not come for so long speaks for nobody any more.
_FORGOTTEN = timedelta(days=30)
# Anybody can write anything into a user agent: so many claims are kept at most, of so many strangers by name.
_CLAIMS, _STRANGERS = 2000, 50
_MOST = 100_000_000

_COUNT = re.compile(r"(?<![\w.])(\d{1,9})[ +]*(?:subscribers?|readers?|users?)\b", re.IGNORECASE)
_FEED_ID = re.compile(r"feed-?id[=:]\s*([\w.-]{1,64})", re.IGNORECASE)
_PRODUCT = re.compile(r"[^\s/;()+,]{1,40}")
_NAMES = (
    "Feedly", "Inoreader", "NewsBlur", "Feedbin", "The Old Reader", "BazQux", "Feedspot", "Flipboard", "G2Reader",
    "Netvibes", "Bloglovin", "Digg Feed Fetcher", "HanRSS", "Blogtrottr", "FreshRSS", "CommaFeed", "Miniflux",
    "Feed Wrangler", "Feedfetcher-Google", "FeedHQ", "Superfeedr", "Livedoor", "Readwise", "Newsify",
)  # fmt: skip
_KNOWN = re.compile("|".join(re.escape(name).replace(r"\ ", "[ _-]?") for name in _NAMES), re.IGNORECASE)
_SPELT = {re.sub("[ _-]", "", name).lower(): name for name in _NAMES}
OTHERS = "other"


@dataclass(frozen=True, slots=True)
class Claim:
    """What one aggregator says: for how many subscribers it asks, and of which feed by its own count (`feed-id`,
    empty where it names none)."""

    aggregator: str
    subscribers: int
    feed_id: str = ""


def claim_of(agent: str) -> Claim | None:
    """What a user agent claims, None where it claims nothing."""
    agent = agent[:1000]
    counted = _COUNT.search(agent)
    if counted is None or int(counted[1]) > _MOST:
        return None
    feed_id = _FEED_ID.search(agent)
    return Claim(_name(agent), int(counted[1]), feed_id[1] if feed_id else "")


def _name(agent: str) -> str:
    if known := _KNOWN.search(agent):
        return _SPELT[re.sub("[ _-]", "", known[0]).lower()]
    # `Mozilla/5.0 (compatible; Name/1.0; …)` is by Name.
    hidden = re.search(r"compatible;\s*([^;)]*)", agent)
    product = _PRODUCT.match((hidden[1] if hidden else agent).strip())
    return product[0] if product and product[0].isascii() and product[0].isprintable() else OTHERS


class Subscribers:
    """The newest claim of each aggregator for each document; the clock is an argument."""

    def __init__(self) -> None:
        self._claims: OrderedDict[tuple[str, str, str, str], tuple[int, datetime]] = OrderedDict()

    def note(self, feed: str, path: str, agent: str, at: datetime) -> None:
        """An aggregator came for the document at `path`, of `feed`."""
        claim = claim_of(agent)
        if claim is None:
            return
        name = claim.aggregator
        if name not in _NAMES:
            strangers = {key[1] for key in self._claims} - set(_NAMES)
            if name not in strangers and len(strangers) >= _STRANGERS:
                name = OTHERS
        key = (feed, name, path, claim.feed_id)
        self._claims[key] = (claim.subscribers, at)
        self._claims.move_to_end(key)
        while len(self._claims) > _CLAIMS or at - next(iter(self._claims.values()))[1] > _FORGOTTEN:
            self._claims.popitem(last=False)

    def counts(self, at: datetime) -> dict[tuple[str, str], int]:
        """Subscribers by feed and aggregator, those of all documents of the feed together."""
        found: dict[tuple[str, str], int] = {}
        for (feed, aggregator, _, _), (subscribers, when) in self._claims.copy().items():
            if at - when <= _FORGOTTEN:
                found[feed, aggregator] = found.get((feed, aggregator), 0) + subscribers
        return found
