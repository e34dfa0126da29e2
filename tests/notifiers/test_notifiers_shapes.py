"""What each receiver must be able to take (conformance.md, 2.1, 3.1 and 3.3)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notifier_samples import AWKWARD, FEED, FEEDS, UNTITLED, WITHDRAWN, notice

from syndicate.model import Notice
from syndicate.notifiers import discord, slack, standard, text, websub
from syndicate.notifiers.wording import shortened, units

# What XML cannot hold never comes as far as here.
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=400)
MARKS = st.text(st.sampled_from("*_~`|<>[]@#-+1. 🎉ab\\"), max_size=600)


def read(body: bytes) -> Any:
    def constant(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    return json.loads(body.decode("utf-8"), parse_constant=constant)


@pytest.mark.parametrize(
    "topic",
    ["https://example.org/atom.xml", "https://example.org/f?a=b&c=d+e", "https://example.org/ü 100%/#x"],
)
def test_a_hub_reads_the_exact_topic(topic: str) -> None:
    body = websub.write(Notice(replace(FEED.event, subject=topic)))
    assert body.isascii()
    assert parse_qsl(body.decode(), strict_parsing=True) == [
        ("hub.mode", "publish"),
        ("hub.url", topic),
        ("hub.topic", topic),
    ]


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 3, 1, 12, 0, tzinfo=UTC), "2026-03-01T12:00:00Z"),
        (datetime(2026, 3, 1, 12, 0, 0, 250, tzinfo=UTC), "2026-03-01T12:00:00.000250Z"),
        (datetime(2026, 3, 1, 1, 0, tzinfo=timezone(timedelta(hours=2))), "2026-02-28T23:00:00Z"),
    ],
)
def test_the_time_in_the_envelope_is_that_of_the_event(at: datetime, said: str) -> None:
    told = notice()
    assert read(standard.write(replace(told, event=replace(told.event, at=at))))["timestamp"] == said


def test_the_envelope_holds_the_whole_item() -> None:
    told = notice("post.updated", external_url="https://elsewhere.example/", _own={"n": 1.5})
    said = read(standard.write(told))
    assert list(said) == ["type", "timestamp", "data"]
    assert said["type"] == "post.updated"
    assert said["data"] == {**json.loads(told.item), "feeds": list(FEEDS), "revision": 2}


def test_a_withdrawn_entry_is_named() -> None:
    said = read(standard.write(WITHDRAWN))["data"]
    assert (said["id"], said["url"]) == (WITHDRAWN.event.subject, WITHDRAWN.event.url)


@pytest.mark.parametrize("letter", ["a", "ü", "🎉", "<"])
def test_a_large_entry_makes_a_small_hook(letter: str) -> None:
    told = notice(content_html=letter * 70_000)
    said = read(standard.write(told))["data"]
    assert said.pop("_truncated") is True
    assert said.pop("content_text") == told.summary
    kept = {name: value for name, value in json.loads(told.item).items() if name != "content_html"}
    assert said == {**kept, "feeds": list(FEEDS), "revision": 2}


def test_the_largest_whole_body_is_not_touched() -> None:
    spare = standard.LARGEST - len(standard.write(notice(content_html="x")))
    whole, cut = (standard.write(notice(content_html="x" * (spare + more))) for more in (1, 2))
    assert len(whole) == standard.LARGEST
    assert b"_truncated" not in whole
    assert len(cut) < 2000


def test_a_large_entry_without_a_summary_still_says_something() -> None:
    told = notice(content_html="", content_text="many words " * 10_000, summary="")
    said = read(standard.write(told))["data"]
    assert said["content_text"].startswith("many words many words")
    assert len(said["content_text"]) <= standard.CUT_WIDTH


@pytest.mark.parametrize("member", ["title", "summary", "tags", "attachments"])
def test_a_hook_is_small_whatever_is_large(member: str) -> None:
    large = "long words " * 10_000
    values = {"title": large, "summary": large, "tags": [large], "attachments": [{"url": large}]}
    told = notice(**{member: values[member]})  # type: ignore[arg-type]
    body = standard.write(told)
    said = read(body)["data"]
    assert len(body) < 8000
    assert said["_truncated"] is True
    assert (said["id"], said["url"], said["revision"]) == (told.event.subject, told.event.url, 2)


@settings(deadline=None)
@given(title=WORDS | MARKS, words=WORDS | MARKS, author=WORDS)
def test_discord_accepts_it(title: str, words: str, author: str) -> None:
    said = read(discord.write(notice(title=title, summary=words, authors=[{"name": author}])))
    (embed,) = said["embeds"]
    assert 0 < units(embed["title"]) <= 256
    assert units(embed.get("description", "")) <= 4096
    assert units(embed.get("author", {}).get("name", "")) <= 256
    assert all(embed.values())
    assert said["allowed_mentions"] == {"parse": []}
    assert said["content"] == "New post"
    assert datetime.fromisoformat(embed["timestamp"]).tzinfo


@settings(deadline=None)
@given(title=MARKS)
def test_discord_shows_no_markup(title: str) -> None:
    embed = read(discord.write(notice(title=title, summary="")))["embeds"][0]
    bare = embed["title"]
    while "\\" in bare:
        before, _, after = bare.partition("\\")
        assert after, "a backslash that stands before nothing"
        bare = before + after[1:]
    assert not set(bare) & set("*_~`|<>[]")
    assert embed["title"][0] not in "#-+"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("plain", "plain"),
        ("**bold** _it_ ~~no~~ ||spoiler||", r"\*\*bold\*\* \_it\_ \~\~no\~\~ \|\|spoiler\|\|"),
        ("# Heading", r"\# Heading"),
        ("C# and F#", "C# and F#"),
        ("- item", r"\- item"),
        ("well-known", "well-known"),
        ("1. first", r"1\. first"),
        ("12. twelfth", r"12\. twelfth"),
        ("Version 1. 2", "Version 1. 2"),
        ("<@1234> <t:0>", r"\<@1234\> \<t:0\>"),
        ("[a](https://b.example/c_d)", r"\[a\](https://b.example/c_d)"),
        ("back\\slash", r"back\\slash"),
        ("a\n\tb", "a b"),
    ],
)
def test_discord_titles(title: str, shown: str) -> None:
    assert read(discord.write(notice(title=title)))["embeds"][0]["title"] == shown


def test_a_title_is_cut_no_shorter_than_its_backslashes_ask() -> None:
    escaped = read(discord.write(notice(title="*" * 300)))["embeds"][0]["title"]
    assert 250 <= units(escaped) <= 256
    assert escaped.endswith(r"\*…")


@pytest.mark.parametrize("url", ["tag:example.org,2026:x", "", "https://example.org/" + "x" * 2048])
def test_discord_gets_no_address_that_it_refuses(url: str) -> None:
    told = notice()
    told = replace(told, event=replace(told.event, url=url))
    assert "url" not in read(discord.write(told))["embeds"][0]


@settings(deadline=None)
@given(title=WORDS | MARKS, words=WORDS | MARKS)
def test_slack_reads_one_link_and_no_command(title: str, words: str) -> None:
    said = read(slack.write(notice(title=title, summary=words)))["text"]
    assert said.count("<") == said.count(">") == 1
    address, label = said[said.index("<") + 1 : said.index(">")].split("|")
    assert address == "https://example.org/2026/03/seven-days/"
    assert label
    assert not re.search(r"(?<!\w)@\w", said)


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("<!channel> & <b>", "&lt;!channel&gt; &amp; &lt;b&gt;"),
        ("this | that", "this ¦ that"),
        ("@all and @channel", "@\u200ball and @\u200bchannel"),
        ("write to me@example.org", "write to me@example.org"),
        ("[draft] of [it]", "[draft] of [it]"),
        ("one ] of [ them", "one ) of ( them"),
        ("an open [", "an open ("),
        ("&amp;", "&amp;amp;"),
        ("two\nlines", "two lines"),
    ],
)
def test_slack_labels(title: str, label: str) -> None:
    url = "https://example.org/2026/03/seven-days/"
    assert read(slack.write(notice(title=title, summary="")))["text"] == f"New post: <{url}|{label}>"


def test_slack_addresses() -> None:
    said = read(slack.write(notice(url="https://example.org/?a=1&b=<2>|3", summary="")))["text"]
    assert said == "New post: <https://example.org/?a=1&amp;b=%3C2%3E%7C3|Seven days>"


@pytest.mark.parametrize("module", [discord, slack, text])
def test_what_was_withdrawn_is_neither_linked_nor_repeated(module: Any) -> None:
    said = module.write(WITHDRAWN).decode()
    assert "Withdrawn post" in said
    assert "Gone" in said
    assert "https://" not in said
    assert "Never mind" not in said


def test_a_post_without_a_title_is_named_by_its_first_words() -> None:
    assert text.write(UNTITLED).decode().splitlines() == [
        "New post: What happened in seven days.",
        "https://example.org/2026/03/seven-days/",
    ]
    long = text.write(notice(title="", summary="many words " * 30)).decode().splitlines()
    assert long[0].startswith("New post: many words many")
    assert long[0].endswith("…")
    assert long[2].startswith("many words many")


def test_a_post_without_any_words_is_named_by_its_address() -> None:
    said = text.write(notice(title="", summary="")).decode()
    assert said == "New post: https://example.org/2026/03/seven-days/"


def test_plain_text_says_it_in_three_lines() -> None:
    assert len(text.write(AWKWARD).decode().splitlines()) == 3


@pytest.mark.parametrize(
    ("words", "width", "cut"),
    [
        ("short", 5, "short"),
        ("one two three", 10, "one two…"),
        ("one two, three", 10, "one two…"),
        ("incomprehensible", 8, "incompr…"),
        ("a incomprehensible", 8, "a incom…"),
        ("🎉🎉🎉", 6, "🎉🎉🎉"),
        ("🎉🎉🎉", 5, "🎉🎉…"),
        ("🎉🎉🎉", 4, "🎉…"),
        ("abc👩‍👩‍👧", 8, "abc…"),
        ("abe\u0301d", 4, "ab…"),
        ("ab👍🏽d", 6, "ab…"),
    ],
)
def test_shortened(words: str, width: int, cut: str) -> None:
    assert shortened(words, width) == cut
    assert units(cut) <= width


@settings(deadline=None)
@given(words=WORDS | MARKS, width=st.integers(1, 300))
def test_shortened_fits(words: str, width: int) -> None:
    cut = shortened(words, width)
    assert units(cut) <= width
    assert cut == words or (cut.endswith("…") and words.startswith(cut[:-1]))
