"""From checked settings to the rooms that the flows walk through. The clock and the die are here."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from syndicate.config import Config
    from syndicate.ledger import Books
    from syndicate.model import Attempt, Delivery
    from syndicate.pipeline.deliver import Office
    from syndicate.pipeline.publish import Order
    from syndicate.sources.folder import Folder


def now() -> datetime:
    return datetime.now(UTC)


def order(chosen: Config, *, accept: bool = False, announce_existing: bool = False) -> Order:
    """What a pass shall make."""
    from syndicate.pipeline.publish import Order

    return Order(
        site=chosen.site,
        definitions=chosen.feeds,
        permalink=chosen.posts.permalink,
        base_url=chosen.output.url,
        hubs=chosen.push.hubs,
        codings=chosen.output.precompress,
        drafts=chosen.posts.drafts,
        guard=chosen.guard.withdraw,
        most=chosen.guard.announce,
        accept=accept,
        destinations=chosen.destinations,
        announce_existing=announce_existing,
        wait_until_live=chosen.push.wait_until_live,
        pages=chosen.output.pages,
        entry_pages=chosen.output.entry_pages,
        headers=chosen.server.max_age if chosen.output.headers else None,
    )


def source(chosen: Config) -> Folder:
    """Where the posts are."""
    from syndicate.posts import Assumed
    from syndicate.posts.dialects.plain import Plain
    from syndicate.sources.folder import Folder

    site = chosen.site
    return Folder(
        chosen.posts.paths,
        chosen.root,
        Plain(),
        Assumed(ZoneInfo(site.timezone), site.language, site.authors),
        output=chosen.output.path,
        drafts=chosen.posts.drafts,
    )


def office(
    chosen: Config,
    ledger: Books,
    report: Callable[[Delivery, Attempt], None],
    stop: Callable[[], bool] = lambda: False,
) -> Office:
    """What a drain works with, until `stop` says so."""
    from syndicate import __version__
    from syndicate.decide import Terms
    from syndicate.pipeline.deliver import Office
    from syndicate.transport import send

    plain = {address.path for feed in chosen.feeds for address in feed.addresses}
    documents = ledger.memory().documents if chosen.push.wait_until_live else ()
    return Office(
        outbox=ledger,
        destinations=chosen.destinations,
        terms=Terms(chosen.push.first_retry, chosen.push.max_attempts),
        send=partial(send, timeout=chosen.push.timeout, agent=f"syndicate/{__version__}"),
        now=now,
        seconds=time.monotonic,
        chance=random.random,
        # Not the codings of a document: they have its URL.
        served={one.url: one.digest for one in documents if one.path in plain},
        report=report,
        stop=stop,
        awaiting=chosen.push.wait_until_live,
    )
