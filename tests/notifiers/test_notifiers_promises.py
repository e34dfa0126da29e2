"""What every shape promises, signed by all five."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from notifier_samples import (
    AT,
    KEY,
    NOTIFIERS,
    OLD_KEY,
    SAMPLES,
    URL,
    WEBHOOKS,
    delivery,
    destination,
    notice,
)
from standardwebhooks import Webhook, WebhookVerificationError

from syndicate.model import Response, Shape
from syndicate.notifiers.shapes import notifier

SHAPES = tuple(NOTIFIERS)
every_shape = pytest.mark.parametrize("shape", SHAPES)
every_webhook = pytest.mark.parametrize("shape", WEBHOOKS)
every_sample = pytest.mark.parametrize("sample", SAMPLES)


@every_shape
def test_the_kind_in_the_settings_is_the_name_of_the_file(shape: Shape) -> None:
    assert notifier(shape) is NOTIFIERS[shape]


@every_sample
@every_shape
def test_a_body_is_written_the_same_each_time(shape: Shape, sample: str) -> None:
    body = NOTIFIERS[shape].write(SAMPLES[sample])
    assert body
    assert body == NOTIFIERS[shape].write(SAMPLES[sample])
    assert body.decode("utf-8")


@every_sample
@every_shape
def test_all_attempts_carry_the_body_that_was_stored(shape: Shape, sample: str) -> None:
    stored = delivery(shape, SAMPLES[sample])
    for hours in (0, 1, 30):
        said = NOTIFIERS[shape].say(stored, destination(shape), AT + timedelta(hours=hours))
        assert (said.method, said.url, said.body) == ("POST", URL, stored.body)
        assert dict(said.headers)["content-type"] == stored.media_type == NOTIFIERS[shape].media_type


@every_shape
def test_what_is_sent_is_what_was_stored_even_if_the_writing_changed_since(shape: Shape) -> None:
    stored = delivery(shape, notice(), body=b"as it was", media_type="text/old")
    said = NOTIFIERS[shape].say(stored, destination(shape), AT)
    assert said.body == b"as it was"
    assert ("content-type", "text/old") in said.headers


@every_webhook
def test_the_id_stays_and_the_time_is_of_the_attempt(shape: Shape) -> None:
    stored = delivery(shape, notice())
    first, later = (
        dict(NOTIFIERS[shape].say(stored, destination(shape), at).headers)
        for at in (AT, AT + timedelta(seconds=7.9))
    )
    assert first["webhook-id"] == later["webhook-id"] == stored.id
    assert int(later["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 7
    assert int(first["webhook-timestamp"]) == 1772366400
    assert first["webhook-signature"] != later["webhook-signature"]


@every_sample
@every_webhook
def test_each_key_verifies(shape: Shape, sample: str) -> None:
    # The library accepts what is five minutes old at most, by its own clock; in another zone it is one instant.
    now = datetime.now(timezone(timedelta(hours=-9)))
    said = NOTIFIERS[shape].say(delivery(shape, SAMPLES[sample]), destination(shape), now)
    headers = dict(said.headers)
    assert len(headers["webhook-signature"].split()) == 2
    for key in (KEY, OLD_KEY):
        Webhook("whsec_" + base64.b64encode(key).decode()).verify(said.body, headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(b"another key").verify(said.body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(KEY).verify(said.body + b" ", headers)


@every_webhook
def test_without_secrets_nothing_is_signed(shape: Shape) -> None:
    bare = destination(shape).__class__("receiver", URL, shape)
    said = NOTIFIERS[shape].say(delivery(shape, notice()), bare, AT)
    assert [name for name, _ in said.headers] == ["content-type", "webhook-id", "webhook-timestamp"]


def test_a_hub_is_sent_no_headers_of_webhooks() -> None:
    said = NOTIFIERS["websub"].say(delivery("websub", SAMPLES["feed"]), destination("websub"), AT)
    assert said.headers == (("content-type", "application/x-www-form-urlencoded"),)


HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["retry-after", "location", "content-type", "content-encoding"]),
        st.text(max_size=40)
        | st.sampled_from(
            ["text/plain", "application/json", "text/html", "https://[", "http://a:b/", "120", "-1"]
        )
        | st.from_regex(
            r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4,6} \d\d:\d\d:\d\d [A-Z+-]{1,3}\d{0,5}", fullmatch=True
        ),
    ),
    max_size=4,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["message", "error", "retry_after", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
).map(lambda value: json.dumps(value).encode())


@every_shape
@settings(deadline=None)
@given(
    status=st.integers(100, 999),
    headers=HEADERS,
    body=st.binary(max_size=200) | JSON,
    at=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14))])),
)
@example(status=429, headers=[("retry-after", "9" * 5000)], body=b"[" * 4000, at=AT)
@example(status=429, headers=[("content-type", "application/json")], body=b"[" * 4000, at=AT)
@example(status=429, headers=[], body=b'{"retry_after": 1' + b"0" * 400 + b"}", at=AT)
@example(
    status=503,
    headers=[("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT")],
    body=b"",
    at=datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
)
def test_no_answer_is_too_strange(
    shape: Shape, status: int, headers: list[tuple[str, str]], body: bytes, at: datetime
) -> None:
    outcome = NOTIFIERS[shape].judge(Response(status, tuple(headers), body), destination(shape), at)
    assert outcome.status == status
    assert outcome.reason
    assert outcome.reason.isprintable()
    assert len(outcome.reason) < 500
    assert (outcome.verdict == "delivered") is (200 <= status <= 299)
    assert (outcome.verdict == "gone") is (status == 410)
    assert outcome.retry_after is None or (outcome.verdict == "again" and outcome.retry_after >= 0)
