"""How answers are read: one row for each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from http import HTTPStatus

import pytest
from notifier_samples import AT, NOTIFIERS, WEBHOOKS, destination

from syndicate.model import Response, Shape, Verdict
from syndicate.notifiers.answers import judged
from syndicate.notifiers.wording import units

TEXT = ("content-type", "text/plain; charset=utf-8")
JSON = ("content-type", "application/json")

VERDICTS: list[tuple[Verdict, list[int]]] = [
    ("delivered", [200, 201, 202, 204, 226, 299]),
    ("gone", [410]),
    ("again", [408, 425, 429, 500, 502, 503, 504, 507, 520, 599]),
    ("again", [300, 301, 302, 303, 304, 307, 308, 399]),
    ("again", [100, 103, 199, 600, 999]),
    ("dead", [400, 401, 403, 404, 405, 409, 413, 418, 422, 451, 499]),
]


@pytest.mark.parametrize("shape", NOTIFIERS)
@pytest.mark.parametrize(("verdict", "status"), [(what, each) for what, many in VERDICTS for each in many])
def test_verdict(shape: Shape, verdict: Verdict, status: int) -> None:
    outcome = NOTIFIERS[shape].judge(Response(status), destination(shape), AT)
    assert (outcome.verdict, outcome.status, outcome.retry_after) == (verdict, status, None)
    assert outcome.reason.startswith(str(status))
    if status in set(HTTPStatus):
        assert HTTPStatus(status).phrase in outcome.reason


WAITS = [
    ("0", 0.0),
    ("120", 120.0),
    (" 7 ", 7.0),
    ("1.5", 1.5),
    ("315360000", 315360000.0),
    ("Sun, 01 Mar 2026 12:01:30 GMT", 90.0),
    ("Sun, 01 Mar 2026 13:00:00 +0100", 0.0),
    ("Sun, 01 Mar 2026 12:00:05 -0000", 5.0),
    ("Sunday, 01-Mar-26 12:00:10 GMT", 10.0),
    ("Sun Mar  1 12:00:20 2026", 20.0),
    ("Sun, 01 Mar 2026 11:59:59 GMT", None),
    ("Thu, 01 Jan 1970 00:00:00 GMT", None),
    ("-5", None),
    ("+5", None),
    ("", None),
    ("soon", None),
    ("nan", None),
    ("inf", None),
    ("1e3", None),
    ("٣", None),
    ("5, 10", None),
    ("9" * 5000, None),
    ("Sun, 99 Mar 2026 12:00:00 GMT", None),
]


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503, 307])
@pytest.mark.parametrize(("value", "seconds"), WAITS)
def test_retry_after(status: int, value: str, seconds: float | None) -> None:
    for at in (AT, AT.astimezone(timezone(timedelta(hours=-8)))):
        outcome = judged(Response(status, (("retry-after", value),)), destination(), at)
        assert outcome.retry_after == seconds


@pytest.mark.parametrize("status", [200, 404, 410])
def test_retry_after_means_nothing_where_nothing_is_tried_again(status: int) -> None:
    assert judged(Response(status, (("retry-after", "5"),)), destination(), AT).retry_after is None


@pytest.mark.parametrize(
    ("header", "body", "seconds"),
    [
        ("", b'{"message": "You are being rate limited.", "retry_after": 64.57, "global": false}', 64.57),
        ("", b'{"retry_after": 0.30000000000000004}', 0.30000000000000004),
        ("", b'{"retry_after": 3}', 3.0),
        ("65", b'{"retry_after": 3}', 65.0),
        ("", b'{"retry_after": "3"}', None),
        ("", b'{"retry_after": NaN}', None),
        ("", b'{"retry_after": -1}', None),
        ("", b'{"retry_after": 1e999}', None),
        ("", b"[3]", None),
        ("", b"\xff", None),
    ],
)
def test_discord_may_say_in_its_body_how_long(header: str, body: bytes, seconds: float | None) -> None:
    answer = Response(429, (JSON, ("retry-after", header)), body)
    assert NOTIFIERS["discord"].judge(answer, destination("discord"), AT).retry_after == seconds


NOT_FOLLOWED = "redirects are not followed; put the right URL into the settings"
REDIRECTS = [
    ("https://other.example/secret/path?key=1", "it points to https://other.example, and "),
    ("http://other.example:8080/x", "it points to http://other.example:8080, and "),
    ("http://[2001:db8::1]:8080/x", "it points to http://[2001:db8::1]:8080, and "),
    ("//other.example/x", "it points to https://other.example, and "),
    ("/elsewhere", "it points to https://hooks.example.net, and "),
    ("https://me:you@other.example/", "it points to https://other.example, and "),
    ("", ""),
    ("javascript:alert(1)", ""),
    ("https://[", ""),
    ("https://other.example:99999999/", ""),
    ("https://b9zy87xw.other.example/", ""),
]


@pytest.mark.parametrize("shape", WEBHOOKS)
@pytest.mark.parametrize(("location", "said"), REDIRECTS)
def test_redirect_of_a_webhook(shape: Shape, location: str, said: str) -> None:
    outcome = NOTIFIERS[shape].judge(Response(302, (("location", location),)), destination(shape), AT)
    assert outcome.reason == f"302 Found: {said}{NOT_FOLLOWED}"


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("https://hub.example/hub?v=2", "it points to https://hub.example/hub?v=2, and "),
        ("/new", "it points to https://old.example/new, and "),
        ("https://me:you@hub.example/", "it points to https://hub.example/, and "),
        ("https://hub.example/\x1b[31m\u202e\x00", "it points to https://hub.example/[31m, and "),
        ("ftp://hub.example/", ""),
        ("", ""),
    ],
)
def test_redirect_of_a_hub_is_shown_whole(location: str, said: str) -> None:
    hub = destination("websub", "https://old.example/hub")
    outcome = NOTIFIERS["websub"].judge(Response(308, (("location", location),)), hub, AT)
    assert outcome.reason == f"308 Permanent Redirect: {said}{NOT_FOLLOWED}"


WORDS = [
    (TEXT, b"invalid_payload", "invalid_payload"),
    (TEXT, b"posting_to_general_channel_denied", "posting_to_general_channel_denied"),
    (TEXT, b"\n \n  first   words \r\nmore", "first words"),
    (TEXT, b"\x1b[2Jred\x00 \xe2\x80\xae alert\x07", "[2Jred alert"),
    (TEXT, b"caf\xe9", "caf\N{REPLACEMENT CHARACTER}"),
    (TEXT, b"", ""),
    (TEXT, b"x" * 5000, ""),
    (("content-type", "text/html; charset=utf-8"), b"no_service", "no_service"),
    (("content-type", "text/html"), b"<html><body>no", ""),
    (("content-type", "image/png"), b"words", ""),
    (("x-none", ""), b"words", ""),
    (JSON, b'{"message": "Unknown Webhook", "code": 10015}', "Unknown Webhook"),
    (JSON, b'{"code": 40301, "http": 403, "error": "forbidden"}', "forbidden"),
    (JSON, b'{"error": {"message": "inner"}}', "inner"),
    (JSON, b'{"message": "two\\nlines"}', "two"),
    (JSON, b'"bare"', "bare"),
    (JSON, b'{"message": 5}', ""),
    (JSON, b'{"message": ["a"]}', ""),
    (JSON, b"[1, 2]", ""),
    (JSON, b"null", ""),
    (JSON, b"not json", ""),
    (
        ("content-type", "application/problem+json"),
        b'{"title": "Out of credit", "detail": "Top up"}',
        "Top up",
    ),
]


@pytest.mark.parametrize(("header", "body", "said"), WORDS)
@pytest.mark.parametrize("status", [403, 410, 503])
def test_words_of_a_refusal(status: int, header: tuple[str, str], body: bytes, said: str) -> None:
    outcome = judged(Response(status, (header,), body), destination(), AT)
    name = f"{status} {HTTPStatus(status).phrase}"
    assert outcome.reason == (f"{name}: {said}" if said else name)


def test_compressed_words_are_not_read() -> None:
    answer = Response(400, (TEXT, ("content-encoding", "gzip")), b"looks like words")
    assert judged(answer, destination(), AT).reason == "400 Bad Request"


def test_words_are_few() -> None:
    outcome = judged(Response(400, (TEXT,), "many 🎉 words ".encode() * 50), destination(), AT)
    words = outcome.reason.removeprefix("400 Bad Request: ")
    assert 100 < units(words) <= 120
    assert words.endswith("…")


def test_the_hour_of_the_answer_counts_and_no_other() -> None:
    answer = Response(503, (("retry-after", "Sun, 01 Mar 2026 12:00:00 GMT"),))
    for second in (0, 17, 59):
        at = datetime(2026, 3, 1, 11, 59, second, tzinfo=UTC)
        assert judged(answer, destination(), at).retry_after == 60.0 - second
