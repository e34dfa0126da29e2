"""What all webhooks have in common: the headers of Standard Webhooks 1.0.0 (conformance.md, 3.1)."""

from __future__ import annotations

from datetime import UTC, datetime
from math import floor

from standardwebhooks import Webhook

from syndicate.model import Delivery, Destination, Request


def signed(delivery: Delivery, destination: Destination, at: datetime) -> Request:
    """One attempt at `at` (aware): the id is the delivery's, time and signatures are of the attempt. There is one
    signature for each of the destination's secrets, which are not empty, so that a receiver may know either key
    while they are changed (SW7). The body is UTF-8."""
    instant = at.astimezone(UTC)
    headers = [
        ("content-type", delivery.media_type),
        ("webhook-id", delivery.id),
        ("webhook-timestamp", str(floor(instant.timestamp()))),
    ]
    if destination.secrets:
        text = delivery.body.decode()
        signatures = (Webhook(key).sign(delivery.id, instant, text) for key in destination.secrets)
        headers.append(("webhook-signature", " ".join(signatures)))
    return Request("POST", destination.url, tuple(headers), delivery.body)
