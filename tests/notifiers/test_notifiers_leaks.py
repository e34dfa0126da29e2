"""No reason holds what nobody may see, whatever an answer repeats."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notifier_samples import AT, KEY, NOTIFIERS, OLD_KEY, URL, WEBHOOKS, delivery, destination, notice

from syndicate.model import Response, Shape
from syndicate.notifiers.leaks import fit_to_show, leaks

SPLIT = urlsplit(URL)
SIGNED = dict(NOTIFIERS["standard"].say(delivery("standard", notice()), destination(), AT).headers)
SIGNATURES = SIGNED["webhook-signature"].split()
PRIVATE = {
    "url": URL,
    "path": SPLIT.path,
    "query": SPLIT.query,
    "segment": "B9ZY87XW",
    "value": "q7Kd2LmN0p",
    "userinfo": "user:Pa55word",
    "password": "Pa55word",
    "secret": OLD_KEY.decode(),
    "base64": base64.b64encode(KEY).decode(),
    "whsec": "whsec_" + base64.b64encode(OLD_KEY).decode(),
    "urlsafe": base64.urlsafe_b64encode(KEY).decode().rstrip("="),
    "hexadecimal": KEY.hex().upper(),
    "signature": SIGNATURES[0],
    "another signature": SIGNATURES[1].removeprefix("v1,"),
}
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "upper": str.upper,
    "percent": lambda text: quote(text, safe=""),
    "html": lambda text: html.escape(text.replace("/", "&#47;")),
    "backslashes": lambda text: text.replace("/", "\\/"),
    "controls between": "\x00".join,
    "spaced": lambda text: text.replace(" ", "  "),
    "start of it": lambda text: text[: max(len(text) * 2 // 3, 8)],
}
ANSWERS: dict[str, Callable[[str], Response]] = {
    "text": lambda said: Response(404, (("content-type", "text/plain"),), f"no route to {said}".encode()),
    "long text": lambda said: Response(
        404, (("content-type", "text/plain"),), ("such a long story before it comes " * 3 + said).encode()
    ),
    "json": lambda said: Response(
        403, (("content-type", "application/json"),), json.dumps({"message": f"bad {said}!"}).encode()
    ),
    "busy": lambda said: Response(503, (("content-type", "text/html"),), said.encode()),
    "gone": lambda said: Response(410, (("content-type", "text/plain"),), said.encode()),
    "redirect": lambda said: Response(302, (("location", f"https://{quote(said)}.example/{said}"),)),
    "redirect to itself": lambda said: Response(302, (("location", f"{URL}&again={said}"),)),
}


def parts(text: str) -> set[str]:
    """Whatever eight characters of it betray."""
    return {text[start : start + 8] for start in range(max(len(text) - 7, 1))}


@pytest.mark.parametrize("shape", WEBHOOKS)
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("private", PRIVATE)
def test_an_answer_that_repeats_what_it_was_sent(shape: Shape, answer: str, private: str) -> None:
    text = PRIVATE[private]
    for spelling, respell in SPELLINGS.items():
        response = ANSWERS[answer](respell(text))
        reason = NOTIFIERS[shape].judge(response, destination(shape), AT).reason
        assert not [part for part in parts(respell(text)) if part in reason and part not in SHOWN], spelling


# Scheme and host may be shown, and the words around are the test's own.
SHOWN = parts("https://hooks.example.net") | parts("such a long story before it comes such a long")


@pytest.mark.parametrize("shape", WEBHOOKS)
def test_an_answer_that_repeats_everything(shape: Shape) -> None:
    everything = "; ".join(respell(text) for text in PRIVATE.values() for respell in SPELLINGS.values())
    for answer in ANSWERS.values():
        reason = NOTIFIERS[shape].judge(answer(everything), destination(shape), AT).reason
        assert not [text for text in PRIVATE.values() if text.casefold() in reason.casefold()]
        assert reason[:4] in ("404 ", "403 ", "503 ", "410 ", "302 ")


HARMLESS = [
    "invalid_payload",
    "no_service",
    "channel_is_archived",
    "Unknown Webhook",
    "Invalid Webhook Token",
    "You are being rate limited.",
    "page not found",
    "forbidden",
]


@pytest.mark.parametrize("words", HARMLESS)
@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
        "https://discord.com/api/webhooks/123456789012345678/abcDEF-ghi_jkl",
        "https://chat.example.org/hooks/4k8dj3x9fjq1mzp0",
        "https://ntfy.sh/field-notes",
        "https://example.org/",
        "https://example.org/?",
    ],
)
def test_words_that_betray_nothing_are_kept(words: str, url: str) -> None:
    assert fit_to_show(words, destination("standard", url)) == words


@settings(deadline=None)
@given(key=st.binary(min_size=1, max_size=64), before=st.text(max_size=5), after=st.text(max_size=5))
def test_any_key_is_heard(key: bytes, before: str, after: str) -> None:
    one = destination("standard", "https://example.org/", key)
    for spelled in (base64.b64encode(key).decode(), key.hex(), key.decode("latin-1")):
        assert leaks(before + spelled + after, one)


def test_an_address_that_is_none_is_heard_whole() -> None:
    assert leaks("cannot reach https://[nowhere", destination("standard", "https://[nowhere"))


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("got v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= but", "got v1,… but"),
        ("request 4f3a9c1b2d5e6f708192a3b4c5d6e7f8 failed", "request … failed"),
        ("ResourceNotFoundException", "ResourceNotFoundException"),
        ("v1%2Cg0hM9SsE%2BOTPJTGt%2FtmIKtSyZlE3uFJELVlNIOLJ1OE%3D", ""),
        ("AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh", "…"),
    ],
)
def test_tokens_are_left_out(words: str, left: str) -> None:
    assert fit_to_show(words, destination()) == left
