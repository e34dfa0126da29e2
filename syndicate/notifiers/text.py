"""Plain text, for ntfy and whatever else shows what it is sent."""

from __future__ import annotations

from datetime import datetime

from syndicate.model import Delivery, Destination, Notice, Outcome, Request, Response
from syndicate.notifiers.answers import judged
from syndicate.notifiers.signing import signed
from syndicate.notifiers.wording import TITLE_WIDTH, heading, line, link, shortened, summary

media_type = "text/plain; charset=utf-8"


def write(notice: Notice) -> bytes:
    """What happened and the title, the address, the summary: each on its line, without those that are empty."""
    title, url = heading(notice), link(notice)
    first = f"{line(notice)}: {shortened(title, TITLE_WIDTH)}"
    return "\n".join(filter(None, [first, url if url != title else "", summary(notice)])).encode()


def say(delivery: Delivery, destination: Destination, at: datetime) -> Request:
    return signed(delivery, destination, at)


def judge(response: Response, destination: Destination, at: datetime) -> Outcome:
    return judged(response, destination, at)
