"""The publish ping of WebSub: a hub is told that a topic changed, and fetches it (PubSubHubbub 0.3, section 7.1;
conformance.md, 2.6)."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from syndicate.model import Delivery, Destination, Notice, Outcome, Request, Response
from syndicate.notifiers.answers import judged

media_type = "application/x-www-form-urlencoded"


def write(notice: Notice) -> bytes:
    """Hubs look for `hub.url` or for `hub.topic`: both are the exact self URL."""
    topic = notice.event.subject
    return urlencode({"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}).encode()


def say(delivery: Delivery, destination: Destination, at: datetime) -> Request:
    return Request("POST", destination.url, (("content-type", delivery.media_type),), delivery.body)


def judge(response: Response, destination: Destination, at: datetime) -> Outcome:
    """Any 2xx is success. A hub's URL is public, so where a redirect points is shown whole."""
    return judged(response, destination, at, public=True)
