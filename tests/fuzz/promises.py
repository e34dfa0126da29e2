"""What holds of any file, in words that a fuzz run can judge. Each promise that is broken is an AssertionError
that begins with its name."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from syndicate.compose import markdown, tidy, tree  # noqa: F401
from syndicate.compose.entries import entry
from syndicate.errors import PostError, Problem
from syndicate.model import NOT_XML, Author, Identified, Post, Site, Sourced
from syndicate.posts import Assumed, Parsed, Where, matter, plain, syntax, yamltext  # noqa: F401
from syndicate.posts.complaint import Complaints
from syndicate.posts.dialects.plain import Plain

ASSUMED = Assumed(ZoneInfo("Europe/Berlin"), "en", (Author("R. Hale"),))
SITE = Site("Field notes", "https://example.org/")
URL = "https://example.org/2026/01/x/"
# Seconds of processor time, with counters in the code that is run: so much, and so much for each byte.
LEAST, EACH = 0.5, 4e-5

_TAG = re.compile(r"<[^<>]*>")
_LETTERS = re.compile(r"[^\W\d_]+")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BREAKS_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def moments(value: object) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from moments(getattr(value, field.name))


def parsed(raw: bytes, name: str) -> Post | None:
    """The post in `raw`, None where it is refused as it should be."""
    began = time.process_time()
    found = _read(raw, name)
    spent = time.process_time() - began
    assert spent < LEAST + EACH * len(raw), f"time: {spent:.2f} s for {len(raw)} bytes"
    # Each of the dear promises is judged of a part of all files: a run lives by how many it sees.
    if len(raw) % 4 == 0:
        assert _read(raw, name) == found, "twice: the second reading differs"
    elif len(raw) % 4 == 2:
        _as_saved_elsewhere(raw, name, found)
    lines = len(re.findall(rb"\r\n|\r|\n", raw)) + 1
    for problem in [found] if isinstance(found, Problem) else found.warnings:
        assert not _BREAKS_A_LINE.search(problem.message), f"message: {problem.message!r}"
        assert len(problem.message) < 400, f"long message: {problem.message!r}"
        assert 0 <= problem.line <= lines, f"line: {problem.line} of {lines}"
    for text in texts(found):
        assert not NOT_XML.search(text), f"characters: {text!r}"
    if isinstance(found, Problem):
        return None
    post = found.post
    for moment in moments(post):
        assert 1000 <= moment.astimezone(UTC).year <= 9999, f"year: {moment}"
    assert post.slug.value.strip("/. "), "slug: empty"
    assert post.title.value is None or post.title.value.strip(), "title: empty"
    assert 1 <= post.body_line <= lines + 1, f"body line: {post.body_line} of {lines}"
    text = _text(raw)
    if post.markup == "markdown" or name.endswith(".html"):
        _stands_there(text, post)
    elif len(raw) % 2:
        _all_is_there(text, post)
    if len(raw) % 2 == 0:
        _lines_are_true(text)
    return post


def _text(raw: bytes) -> str:
    return NOT_XML.sub("", raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"))


def _read(raw: bytes, name: str) -> Parsed | Problem:
    try:
        return Plain().parse(raw, Where(f"posts/{name}", name), ASSUMED)
    except PostError as fault:
        return fault.problem


def _as_saved_elsewhere(raw: bytes, name: str, found: Parsed | Problem) -> None:
    """Another editor's line endings and mark at the head make no other post."""
    if isinstance(found, Parsed) and b"\r" not in raw and not raw.startswith(b"\xef\xbb\xbf"):
        elsewhere = b"\xef\xbb\xbf" + raw.replace(b"\n", b"\r\n")
        assert _read(elsewhere, name) == found, "endings: with CRLF and BOM it is another post"


def _stands_there(text: str, post: Post) -> None:
    """A body that is not read as plain text is a part of the file, and begins on the line that is told."""
    body = post.body
    if post.subtitle and body.startswith(f"## {post.subtitle.value}\n\n"):
        body = body.removeprefix(f"## {post.subtitle.value}\n\n")
    rest = text.split("\n")[post.body_line - 1 :]
    at = "\n".join(rest).find(body)
    assert not body or 0 <= at <= len(rest[0]), f"body: it does not begin on line {post.body_line}"


def _lines_are_true(text: str) -> None:
    """Each plain key of the front matter stands on the line that is told of it."""
    lines = text.split("\n")
    for pair in matter.read(text, Complaints("x")).values.pairs:
        key = pair.key
        if _PLAIN_KEY.fullmatch(key.text) and "\\" not in lines[key.line - 1]:
            assert key.text in lines[key.line - 1], f"key: {key.text!r} is not on line {key.line}"


def _all_is_there(text: str, post: Post) -> None:
    """No word of a plain text is lost on its way to HTML, and none moves."""
    reading = plain.read(text)
    wrote = _LETTERS.findall(reading.written)
    if reading.subtitle:
        wrote = _LETTERS.findall(reading.subtitle.value) + wrote
    shown = _LETTERS.findall(html.unescape(_TAG.sub("", post.body)))
    assert "".join(wrote) == "".join(shown), f"words: {wrote[:40]} {shown[:40]}"


def composed(post: Post) -> None:
    """The entry of `post`. Long bodies, and those full of brackets, are rendered elsewhere in a child that can be
    killed."""
    if not post.published or len(post.body) > 20_000 or post.body.count("[") + post.body.count("<") > 300:
        return
    try:
        rendered = markdown.render(post.body) if post.markup == "markdown" else post.body
    except markdown.TooDeep:
        return
    tidied = tidy.tidy(rendered, URL)
    made = entry(Identified(post, Sourced("urn:x", ""), Sourced(URL, "")), tidied, {}, SITE)
    for text in texts(made):
        assert not NOT_XML.search(text), f"entry's characters: {text!r}"
    assert made.headline.strip(), "headline: empty"
    assert tidy.tidy(tidied.content, URL).content == tidied.content, (
        "tidied twice: the second pass changes it"
    )
