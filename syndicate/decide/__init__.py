"""Every decision; they take what they need as arguments, `now` and `chance` too, and touch nothing.

publishing  what a place lacks, what must be remembered, what the guard holds
telling     what happened, whom to tell, and what follows from an attempt
"""

from __future__ import annotations

from syndicate.decide.publishing import Held, News, digest, held, news, plan, remembered
from syndicate.decide.telling import (
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

__all__ = [
    "HORIZON",
    "Held",
    "News",
    "Terms",
    "after",
    "digest",
    "events",
    "first",
    "flooding",
    "held",
    "identifier",
    "look_again",
    "news",
    "plan",
    "remembered",
    "topics",
]
