"""What is sent: signatures, shapes, and when it is sent again."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from deliveries import Hook, attempts, kinds, settings, standings, told
from receivers import EVERYWHERE, Received, Receiver, answer
from sites import Site, post
from standardwebhooks import Webhook, WebhookVerificationError

NEW = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OLD = "another key, of which these are the bytes"
DAY = timedelta(days=1)


def opened(key: str | bytes, got: Received, signature: str) -> object:
    """What the published library makes of a notice with one `signature`."""
    names = ("webhook-id", "webhook-timestamp")
    headers = {**{name: got.header(name) for name in names}, "webhook-signature": signature}
    return Webhook(key).verify(got.body, headers)


def test_while_a_secret_is_changed_both_are_valid(tmp_path: Path) -> None:
    with Receiver() as hook:
        # Waiting makes the two attempts be of different seconds, which timestamps count.
        hook.script(EVERYWHERE, answer(503, headers={"Retry-After": "1"}), answer(204))
        config = settings([Hook("h", hook.url("/"), 'secret = ["env:NEW", "file:old.key"]')])
        site = Site(tmp_path).write({"a.md": post("A")}, config)
        (tmp_path / "old.key").write_text(OLD + "\n")
        told(site, "build", "--announce-existing", variables={"NEW": NEW})
        told(site, "push", "--wait", "60", variables={"NEW": NEW})
        first, second = hook.requests
    for got in (first, second):
        newer, older = got.header("webhook-signature").split(" ")
        assert opened(NEW, got, newer) == opened(OLD.encode(), got, older) == json.loads(got.body)
        # And a receiver that knows one of them reads both.
        opened(NEW, got, got.header("webhook-signature"))
        opened(OLD.encode(), got, got.header("webhook-signature"))
        with pytest.raises(WebhookVerificationError):
            opened(NEW, got, older)
    assert first.body == second.body
    assert first.header("webhook-id") == second.header("webhook-id")
    assert int(first.header("webhook-timestamp")) < int(second.header("webhook-timestamp"))
    assert first.header("webhook-signature") != second.header("webhook-signature")


def test_without_a_secret_nothing_is_signed(tmp_path: Path) -> None:
    with Receiver() as hook:
        site = Site(tmp_path).write({"a.md": post("A")}, settings([Hook("h", hook.url("/"))]))
        told(site, "build", "--announce-existing", "--push")
        (got,) = hook.requests
    assert got.header("webhook-signature") == ""
    assert got.header("webhook-id").startswith("msg_")


def test_each_shape_arrives_as_its_service_takes_it(tmp_path: Path) -> None:
    shapes = ("standard", "discord", "slack", "text")
    with Receiver() as hook:
        hooks = [Hook(one, hook.url(f"/{one}"), f'format = "{one}"') for one in shapes]
        config = settings(hooks, [hook.url("/hub")])
        site = Site(tmp_path).write({"a.md": post("Grüße & <Küsse>")}, config)
        told(site, "build", "--announce-existing", "--push")
        got = {one.path: one for one in hook.requests}
    assert {path: one.header("content-type").replace(" ", "") for path, one in got.items()} == {
        "/hub": "application/x-www-form-urlencoded",
        "/standard": "application/json",
        "/discord": "application/json",
        "/slack": "application/json",
        "/text": "text/plain;charset=utf-8",
    }
    assert {one.method for one in got.values()} == {"POST"}
    url = site.items()[0]["url"]
    standard, discord, slack = (json.loads(got[f"/{one}"].body) for one in shapes[:3])
    item = {name: value for name, value in standard["data"].items() if name not in ("feeds", "revision")}
    assert standard["type"] == "post.published"
    assert item["id"] == site.items()[0]["id"]
    assert (item["title"], item["url"]) == ("Grüße & <Küsse>", url)
    assert standard["data"]["feeds"] == ["https://example.org/feed.json"]
    assert standard["data"]["revision"] == 1
    assert discord["embeds"][0]["url"] == url
    assert discord["allowed_mentions"] == {"parse": []}
    assert "Grüße" in discord["embeds"][0]["title"]
    assert set(slack) == {"text"}
    assert "Grüße &amp; &lt;Küsse&gt;" in slack["text"]
    assert url in slack["text"]
    text = got["/text"].body.decode().splitlines()
    assert "Grüße & <Küsse>" in text[0]
    assert text[1] == url
    topic = "https%3A%2F%2Fexample.org%2Ffeed.json"
    assert got["/hub"].body.decode() == f"hub.mode=publish&hub.url={topic}&hub.topic={topic}"


def test_events_that_nobody_asked_for_are_not_told(tmp_path: Path) -> None:
    with Receiver() as hook:
        hooks = [
            Hook("new", hook.url("/new"), 'events = ["post.published"]'),
            Hook("gone", hook.url("/gone"), 'events = ["post.withdrawn"]'),
        ]
        site = Site(tmp_path).write({"a.md": post("A"), "b.md": post("B")}, settings(hooks))
        told(site, "build", "--announce-existing", "--push")
        site.write({"a.md": post("A").replace("Text", "Words")}, settings(hooks))
        told(site, "build", "--push")
        (tmp_path / "posts" / "a.md").unlink()
        told(site, "build", "--push")
        got = hook.requests
    assert sorted(kinds(one for one in got if one.path == "/new")) == [
        ("post.published", "A"),
        ("post.published", "B"),
    ]
    assert kinds(one for one in got if one.path == "/gone") == [("post.withdrawn", "A")]


ASKED = {
    "two": ("2", timedelta(seconds=2)),
    "nothing": ("0", timedelta(seconds=1)),
    "a part": ("0.25", timedelta(seconds=1)),
    "an hour": ("3600", timedelta(hours=1)),
    "ten years": ("315360000", DAY),
    "a date": (format_datetime(datetime(2999, 1, 1, tzinfo=UTC), usegmt=True), DAY),
    # What says nothing leaves the usual wait, here of half an hour at most.
    "garbage": ("soon", None),
    "negative": ("-5", None),
    "a date that is over": (format_datetime(datetime(2001, 1, 1, tzinfo=UTC), usegmt=True), None),
}


def test_retry_after_is_honoured_within_bounds(tmp_path: Path) -> None:
    """As the ledger has it: nobody waits here."""
    with Receiver() as hook:
        asked = {
            f"{status} {name}": (status, value, wait)
            for status in (503, 429)
            for name, (value, wait) in ASKED.items()
        }
        paths = {name: f"/{name.replace(' ', '-')}" for name in asked}
        for name, (status, value, _) in asked.items():
            hook.script(paths[name], answer(status, headers={"Retry-After": value}))
        hooks = [Hook(name, hook.url(path)) for name, path in paths.items()]
        site = Site(tmp_path).write({"a.md": post("A")}, settings(hooks, first_retry="30m"))
        told(site, "build", "--announce-existing")
        began = datetime.now(UTC)
        said = standings(told(site, "push"))
        ended = datetime.now(UTC)
        tried = attempts(site)
        for name, (_, _, wait) in asked.items():
            due = datetime.fromisoformat(said[name]["next_due"])
            (one,) = tried[name]
            at = datetime.fromisoformat(one["at"])
            assert began <= at <= ended
            if wait is None:
                assert at <= due <= ended + timedelta(minutes=30), name
            else:
                assert at + wait <= due <= ended + wait, name
        told(site, "push")
        far = [name for name, (_, _, wait) in asked.items() if wait and wait > timedelta(minutes=1)]
        assert len(far) == 6
        for name in far:
            assert [one.path for one in hook.requests].count(paths[name]) == 1, name
