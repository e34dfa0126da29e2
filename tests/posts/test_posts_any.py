"""Whatever stands in a file: a post that every format can hold, or a PostError."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from post_texts import ASSUMED

from syndicate.errors import PostError
from syndicate.model import NOT_XML
from syndicate.posts import Parsed, Where
from syndicate.posts.dialects.plain import Plain

Syntax = Literal["yaml", "toml", "json"]


def read(raw: bytes, name: str = "my-post.md") -> Parsed | str:
    try:
        return Plain().parse(raw, Where(f"posts/{name}", name), ASSUMED)
    except PostError as fault:
        return str(fault)


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


def hold(raw: bytes, name: str = "my-post.md") -> Parsed | str:
    """Read `raw` twice, and see that what comes out can stand in every format."""
    found = read(raw, name)
    assert read(raw, name) == found
    for text in texts(found):
        assert not NOT_XML.search(text), text
    for moment in moments(found):
        assert 1000 <= moment.astimezone(UTC).year <= 9999
    if isinstance(found, Parsed):
        assert found.post.slug.value.strip("/. ")
        assert found.post.title.value != ""
        assert 1 <= found.post.body_line <= raw.count(b"\n") + raw.count(b"\r") + 2
    return found


@given(st.binary())
@example(b"\xef\xbb\xbf---\n---")
@example(b"---\n\xef\xbf\xbe: \xef\xbf\xbf\n---")
@example(b"\r---\r\ntitle: \x00\r---\n")
def test_any_bytes(raw: bytes) -> None:
    hold(raw)


@given(st.text())
def test_any_text(text: str) -> None:
    hold(text.encode("utf-8", "surrogatepass"))


PIECES = st.sampled_from(
    [
        *"-+{}[]()<>*_`~#|!&%@?:,.;'\"\\/=$^ \t\n\r0aé\u0085\u2028\ufeff\u202e\x00\x1b",
        *(
            "---\n",
            "...\n",
            "+++\n",
            "title:",
            "date:",
            "tags:",
            "authors:",
            "enclosure:",
            "id:",
            "url:",
            "slug:",
        ),
        *(
            " 2026-01-31",
            " 2026-02-30",
            "12:30",
            " true",
            " null",
            "&a",
            "*a",
            "!!x",
            "<<",
            "\n  ",
            "\n- ",
            '"x"',
        ),
        *(
            "July 7, 2025",
            "7 July 2025",
            "Title: ",
            "$ cat a/b.md",
            "End of Post",
            "http://",
            "# ",
            "```\n",
            "\n\n",
        ),
        *(
            '{"title":',
            '{"a": [',
            "}\n",
            "1.",
            "- ",
            "\\u0000",
            "\\ud800",
            "\ud800",
            "<h1>",
            "</h1>",
            "a = 1\n",
        ),
    ]
)


@given(st.lists(PIECES, max_size=30), st.sampled_from(["", "---\n", "+++\n", '{"', "Title\n\n"]))
def test_any_pieces(pieces: list[str], first: str) -> None:
    hold((first + "".join(pieces)).encode("utf-8", "surrogatepass"))


@given(st.lists(PIECES, max_size=30))
def test_any_pieces_as_html(pieces: list[str]) -> None:
    hold("".join(pieces).encode("utf-8", "surrogatepass"), "my-post.html")


KEYS = st.sampled_from(
    [
        *(
            "title",
            "date",
            "publishDate",
            "updated",
            "expires",
            "summary",
            "tags",
            "tag",
            "taxonomies",
            "params",
        ),
        *("categories", "authors", "image", "cover", "id", "url", "link", "slug", "lang", "feed", "hidden"),
        *("published", "draft", "status", "enclosure", "attachments", "TITLE"),
    ]
) | st.text(max_size=5)
INNER = st.sampled_from(
    ["name", "email", "url", "title", "type", "length", "tags", "author", "path"]
) | st.text(max_size=3)
SCALARS = st.one_of(
    st.text(max_size=20),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["2026-01-31", "2026-01-31T10:00:00+02:00", "tag:a,2026:b", "a.mp3", "A <a@b.c>", "/a", "1"]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(INNER, inner, max_size=3),
    max_leaves=6,
)


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(key)} = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(inner) for inner in value) + "]"
    return '""' if value is None else json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def yaml(value: object) -> str:
    """JSON is YAML but for pairs of surrogates, and for characters that YAML wants escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\ufeff\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def matter(values: dict[str, object], syntax: Syntax) -> str:
    if syntax == "json":
        return json.dumps(values)
    if syntax == "toml":
        return "\n".join(
            ["+++", *(f"{toml(key)} = {toml(value)}" for key, value in values.items()), "+++", ""]
        )
    lines = (f"{yaml(key)}: {yaml(value)}" for key, value in values.items())
    return "\n".join(["---", "slug: s", *lines, "---", ""])


@pytest.mark.parametrize("syntax", ["yaml", "toml", "json"])
@given(values=st.dictionaries(KEYS, VALUES, max_size=5), body=st.text(max_size=20))
def test_any_front_matter(syntax: Syntax, values: dict[str, object], body: str) -> None:
    text = matter(values, syntax) + "\n" + body
    hold(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("syntax", ["yaml", "toml", "json"])
@given(title=st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_title_comes_back(syntax: Syntax, title: str) -> None:
    found = hold(matter({"title": title, "draft": True}, syntax).encode())
    assert isinstance(found, Parsed)
    plain = " ".join(NOT_XML.sub("", title).split())
    assert found.post.title.value == (plain or None)


@given(st.text(max_size=30))
@example("\udcff.md")
@example("a\x00.md")
@example("../index.md")
@example("/")
@example("")
def test_any_name(name: str) -> None:
    hold(b"Some text, and a stop.\n", name)
    hold(b"---\ntitle: x\n---\n", f"2026-01-31-{name}.md")
