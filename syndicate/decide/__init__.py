"""Every decision; they take what they need as arguments, `now` and `chance` too, and touch nothing.

publishing  what a place lacks, what must be remembered, what the guard holds
telling     what happened, whom to tell, and what follows from an attempt
"""

from __future__ import annotations

from syndicate.decide.publishing import Held, News, digest, held, news, plan, remembered
from syndicate.decide.telling import (
    FEEDS,
    HORIZON,
    Terms,
    after,
    events,
    first,
    flooding,
    identifier,
    look_again,
    topics,
)
from syndicate.decide.waking import again, cron, every, stepped

__all__ = [
    "FEEDS",
    "HORIZON",
    "Held",
    "News",
    "Terms",
    "after",
    "again",
    "cron",
    "digest",
    "events",
    "every",
    "first",
    "flooding",
    "held",
    "identifier",
    "look_again",
    "news",
    "plan",
    "remembered",
    "stepped",
    "topics",
]
