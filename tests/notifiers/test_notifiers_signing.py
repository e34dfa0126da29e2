"""The published vector of Standard Webhooks 1.0.0 (conformance.md, 3.1)."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from notifier_samples import AT, URL

from syndicate.model import Delivery, Destination, Event
from syndicate.notifiers.signing import signed

SECRET = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
VECTOR = Delivery(
    id="msg_p5jXN8AQM9LWM0D4loKWxJek",
    destination="receiver",
    event=Event("post.published", AT, "tag:example.org,2026:a", "https://example.org/a/"),
    media_type="application/json",
    body=b'{"test": 2432232314}',
    due=AT,
)


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=45))])
@pytest.mark.parametrize("fraction", [0.0, 0.999])
def test_the_published_vector(zone: timezone, fraction: float) -> None:
    at = datetime.fromtimestamp(1614265330 + fraction, tz=zone)
    said = signed(VECTOR, Destination("receiver", URL, "standard", secrets=(SECRET,)), at)
    assert dict(said.headers) == {
        "content-type": "application/json",
        "webhook-id": VECTOR.id,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }


def test_the_newest_key_signs_first() -> None:
    at = datetime.fromtimestamp(1614265330, tz=UTC)
    both = Destination("receiver", URL, "standard", secrets=(SECRET, b"the key that is on its way out"))
    newest, oldest = dict(signed(VECTOR, both, at).headers)["webhook-signature"].split(" ")
    assert newest == SIGNATURE
    assert oldest.startswith("v1,")
    assert oldest != newest
