"""What front matter means: the same values in YAML, TOML and JSON, under all names that authors bring along."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from post_texts import BERLIN, post, refused
from post_texts import parsed as parse

from syndicate.model import Author, FileRef, Post

# Fields as an author may write them in YAML → text of the title.
TEXTS = [
    ("2024", "2024"),
    ("yes", "yes"),
    ("no", "no"),
    ("NO", "NO"),
    ("on", "on"),
    ("12:30", "12:30"),
    ("1.10", "1.10"),
    ("0123", "0123"),
    ("0x1F", "0x1F"),
    ("1_000", "1_000"),
    (".nan", ".nan"),
    ("1e3", "1e3"),
    ("2026-01-31", "2026-01-31"),
    ("true", "true"),
    ("=", "="),
    ("null", None),
    ("~", None),
    ("", None),
    ('""', None),
    ('"  "', None),
    ('"null"', "null"),
    ("'~'", "~"),
    ('"a: b"', "a: b"),
    ("a #b", "a"),
    ("a#b", "a#b"),
    ("'It''s'", "It's"),
    ('"\\u00e9\\t\\"x\\""', 'é "x"'),
    ("|\n  two\n  lines", "two lines"),
    (">\n  two\n  lines", "two lines"),
    ("two\n  lines", "two lines"),
    ("Żuraw 名前 😀", "Żuraw 名前 😀"),
    ("a\u00a0b\u200bc", "a b\u200bc"),
]


@pytest.mark.parametrize(("written", "title"), TEXTS)
def test_a_text_stays_as_it_was_written(written: str, title: str | None) -> None:
    assert post(f"---\ntitle: {written}\nslug: x\n---\n").title.value == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("+++\ntitle = 2024\n+++\n", "2024"),
        ("+++\ntitle = 1.10\n+++\n", "1.10"),
        ("+++\ntitle = true\n+++\n", "true"),
        ("+++\ntitle = 2026-01-31\n+++\n", "2026-01-31"),
        ("+++\ntitle = 12:30:00\n+++\n", "12:30:00"),
        ("+++\ntitle = nan\n+++\n", "nan"),
        ("+++\ntitle = ''\n+++\n", None),
        ('+++\ntitle = """two\nlines"""\n+++\n', "two lines"),
        ('{"title": 2024}', "2024"),
        ('{"title": 1.10}', "1.10"),
        ('{"title": -1E5}', "-1E5"),
        ('{"title": true}', "true"),
        ('{"title": null}', None),
        ('{"title": "null"}', "null"),
        ('{"title": "\\u00e9"}', "é"),
        ('{"title": ""}', None),
    ],
)
def test_toml_and_json_keep_numbers_as_text_too(text: str, title: str | None) -> None:
    assert post(text).title.value == title


def in_each_syntax(name: str, value: object) -> list[str]:
    """`name` with `value` as the second line of the matter, in all three syntaxes; JSON is YAML and nearly TOML."""
    outer, _, inner = name.partition(".")
    shown = json.dumps({inner: value} if inner else value, ensure_ascii=False)
    texts = [f'---\n"{outer}": {shown}\n---\n', f'{{\n"{outer}": {shown}}}\n']
    if inner:
        texts.append(f"+++\n[{outer}]\n{inner} = {json.dumps(value)}\n+++\n")
    elif isinstance(value, str | list) and "{" not in shown:
        texts.append(f'+++\n"{outer}" = {shown}\n+++\n')
    return texts


def seen(found: Post, field: str) -> tuple[object, str]:
    value = getattr(found, field)
    return (value.value, value.source) if value else (None, "")


STAMP = "2026-01-31T10:00:00+02:00"
MOMENT = datetime.fromisoformat(STAMP)
ALIASES: list[tuple[str, str, object, object]] = [
    *((name, "title", "A", "A") for name in ("title", "Title", "TITLE")),
    *((name, "published", STAMP, MOMENT) for name in ("date", "publishDate", "pubDate", "published", "DATE")),
    *(
        (name, "updated", STAMP, MOMENT)
        for name in ("updated", "lastmod", "modified", "last_modified_at", "updatedDate")
    ),
    *((name, "expires", STAMP, MOMENT) for name in ("expires", "expiryDate", "unpublishDate")),
    *((name, "summary", "S", "S") for name in ("summary", "excerpt", "description")),
    *((name, "tags", ["a", "b c"], ("a", "b c")) for name in ("tags", "tag", "Tags", "taxonomies.tags")),
    *(
        (name, "categories", ["a", "b c"], ("a", "b c"))
        for name in ("categories", "category", "taxonomies.categories")
    ),
    *(
        (name, "authors", ["A B", "C"], (Author("A B"), Author("C")))
        for name in ("authors", "author", "params.author")
    ),
    *(
        (name, "image", "x.png", "x.png")
        for name in ("image", "image.path", "cover.image", "previewimage", "heroImage", "feature_image")
    ),
    *((name, "id", "tag:example.org,2026:a", "tag:example.org,2026:a") for name in ("id", "guid", "uuid")),
    *((name, "url", "/a/", "/a/") for name in ("url", "permalink", "path")),
    *((name, "link", "https://example.net/", "https://example.net/") for name in ("link", "external_url")),
    ("slug", "slug", "A b/c", "A b/c"),
    *((name, "language", "de", "de") for name in ("lang", "language")),
    *(
        (name, "attachments", "a.mp3", (FileRef("a.mp3"),))
        for name in ("enclosure", "enclosures", "attachments", "attachment")
    ),
    *((name, "draft", value, True) for name, value in (("draft", "true"), ("published", "false"))),
    *((name, "draft", value, True) for name, value in (("status", "draft"), ("status", "Skip"))),
    *((name, "hidden", "yes", True) for name in ("hidden", "unlisted", "feed_exclude")),
    *((name, "hidden", value, True) for name, value in (("feed", "false"), ("status", "hidden"))),
]


@pytest.mark.parametrize(("name", "field", "value", "expected"), ALIASES)
def test_every_name_is_known_in_every_syntax(name: str, field: str, value: object, expected: object) -> None:
    for text in in_each_syntax(name, value):
        line = 3 if text.startswith("+++\n[") else 2
        assert seen(post(text), field) == (expected, f"front matter, line {line}"), text


@pytest.mark.parametrize(
    ("lines", "field", "value", "line"),
    [
        (["description: d", "excerpt: e", "summary: s"], "summary", "s", 4),
        (["description: d", "excerpt: e"], "summary", "e", 3),
        (["summary:", "description: d"], "summary", "d", 3),
        (
            ["date: 2026-01-01", "publishDate: 2026-01-02"],
            "published",
            datetime(2026, 1, 2, tzinfo=BERLIN),
            3,
        ),
        (["date: 2026-01-01", "published: true"], "published", datetime(2026, 1, 1, tzinfo=BERLIN), 2),
        (["published: 2026-01-03", "date: 2026-01-01"], "published", datetime(2026, 1, 3, tzinfo=BERLIN), 2),
        (["published: 15 Oct 2023"], "published", datetime(2023, 10, 15, tzinfo=BERLIN), 2),
        (["published: yes"], "published", None, 0),
        (["guid: urn:b:c", "id: urn:a:c"], "id", "urn:a:c", 3),
        (["image: {path: a.png}", "cover: {image: b.png}"], "image", "a.png", 2),
        (["image: {credit: me}", "heroImage: c.png"], "image", "c.png", 3),
        (["draft: false", "published: false"], "draft", True, 3),
        (["draft: no"], "draft", False, 2),
        (["published: true", "status: published"], "draft", False, 0),
        (["feed: true", "hidden: false"], "hidden", False, 0),
        (["feed: {name: main}"], "hidden", False, 0),
    ],
)
def test_where_several_are_given_one_counts(lines: list[str], field: str, value: object, line: int) -> None:
    source = f"front matter, line {line}" if line else "default"
    expected = (None, "") if value is None else (value, source)
    assert seen(post("\n".join(["---", *lines, "---", ""])), field) == expected


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ("a, b c ,d", ("a", "b c", "d")),
        ("a", ("a",)),
        ("''", ()),
        ("[]", ()),
        ("[a, b, a]", ("a", "b")),
        ("[no, 12:30, 1.10, 0123]", ("no", "12:30", "1.10", "0123")),
        ("[null, ~, a, '']", ("a",)),
        ("['null']", ("null",)),
        ("\n- a\n- b: c".replace(": c", "-c"), ("a", "b-c")),
        ("\n  - 'C++'\n  - \"a, b\"", ("C++", "a, b")),
        ("[a   b]", ("a b",)),
        ("[Ä, ä]", ("Ä", "ä")),
    ],
)
def test_tags_in_all_shapes(written: str, tags: tuple[str, ...]) -> None:
    assert post(f"---\ntitle: x\ntags: {written}\n---\n").tags.value == tags


def test_one_tag_is_not_split() -> None:
    found = post("---\ntag: salt, pepper\ncategory: a, b\ntitle: x\n---\n")
    assert (found.tags.value, found.categories.value) == (("salt, pepper",), ("a, b",))


HALE = Author("R. Hale", "r@example.org", "https://example.org/")


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        ("A B", (Author("A B"),)),
        ("A B <a@example.org>", (Author("A B", "a@example.org"),)),
        ("<a@example.org>", (Author("a@example.org", "a@example.org"),)),
        ("{name: R. Hale, email: r@example.org, url: 'https://example.org/'}", (HALE,)),
        ("{name: R. Hale, email: r@example.org, uri: 'https://example.org/'}", (HALE,)),
        ("{email: a@example.org}", (Author("a@example.org", "a@example.org"),)),
        ("[A, {name: B}, C <c@example.org>, null]", (Author("A"), Author("B"), Author("C", "c@example.org"))),
        ("[A, A]", (Author("A"),)),
        ("\n- name: A\n- B", (Author("A"), Author("B"))),
        ("2024", (Author("2024"),)),
        ("A <b> & C", (Author("A <b> & C"),)),
    ],
)
def test_authors_in_all_shapes(written: str, authors: tuple[Author, ...]) -> None:
    found = post(f"---\ntitle: x\nauthors: {written}\n---\n").authors
    assert (found.value, found.source) == (authors, "front matter, line 3")


@pytest.mark.parametrize("written", ["", "[]", "''", "[null]"])
def test_without_an_author_the_sites_holds(written: str) -> None:
    found = post(f"---\ntitle: x\nauthor: {written}\n---\n").authors
    assert (found.value, found.source) == ((Author("R. Hale"),), "default")


@pytest.mark.parametrize(
    ("written", "files"),
    [
        ("a.mp3", (FileRef("a.mp3"),)),
        ("{url: a.mp3}", (FileRef("a.mp3"),)),
        (
            "{url: a.mp3, title: T, type: audio/mpeg, length: 012}",
            (FileRef("a.mp3", "T", "audio/mpeg", 12),),
        ),
        (
            "{file: a.mp3, mime_type: audio/mpeg, size_in_bytes: 0}",
            (FileRef("a.mp3", "", "audio/mpeg", 0),),
        ),
        ("[a.mp3, {src: b.pdf, size: 7}, a.mp3]", (FileRef("a.mp3"), FileRef("b.pdf", length=7))),
        (
            "\n- href: a.mp3\n  type: 'audio/ogg; codecs=opus'",
            (FileRef("a.mp3", "", "audio/ogg; codecs=opus"),),
        ),
        ("[]", ()),
    ],
)
def test_files_in_all_shapes(written: str, files: tuple[FileRef, ...]) -> None:
    for name in ("enclosure", "attachments"):
        assert post(f"---\ntitle: x\n{name}: {written}\n---\n").attachments.value == files


def test_enclosures_and_attachments_go_together() -> None:
    found = post("---\ntitle: x\nenclosure: a.mp3\nattachments: [a.mp3, b.pdf]\n---\n")
    assert found.attachments.value == (FileRef("a.mp3"), FileRef("b.pdf"))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *((word, True) for word in ("true", "True", "yes", "On", "1", "y", "'true'")),
        *((word, False) for word in ("false", "FALSE", "no", "off", "0", "n", "'no'")),
    ],
)
def test_true_and_false_in_all_spellings(written: str, value: bool) -> None:
    assert post(f"---\ntitle: x\ndraft: {written}\n---\n").draft.value is value


SHAPES = [
    ("title: [a]", 2, "title: must be a text, not a list; write 'key: text'"),
    ("title: {a: b}", 2, "title: must be a text, not a mapping; write 'key: text'"),
    ("slug: [a]", 2, "slug: must be a text, not a list; write 'key: text'"),
    ("draft: maybe", 2, "draft: 'maybe' is neither true nor false; write one of them"),
    ("draft: [true]", 2, "draft: must be a text, not a list; write 'key: text'"),
    ("Tags: {a: b}", 2, "Tags: must be a list of texts, not a mapping; write [one, two]"),
    ("tags: [a, [b]]", 2, "tags: must be a list of texts, not a list with a list in it; write [one, two]"),
    ("tags: [{a: b}]", 2, "tags: must be a list of texts, not a list with a mapping in it; write [one, two]"),
    ("author: {url: x}", 2, "author: an author has no name; give it one"),
    ("author: [[a]]", 2, "author: an author is a list; write a name, or name, email and url"),
    ("author: {name: [a]}", 2, "author: name must be a text, not a list; write a text"),
    ("enclosure: {title: x}", 2, "enclosure: a file without a url; write 'url: episode.mp3'"),
    ("enclosure: [[a]]", 2, "enclosure: a list in a list; write one file in each line"),
    (
        "enclosure: {url: a, length: -1}",
        2,
        "enclosure: length '-1' is no number of bytes; leave it out, it is measured",
    ),
    (
        "enclosure: {url: a, length: ١}",
        2,
        "enclosure: length '١' is no number of bytes; leave it out, it is measured",
    ),
    (
        "attachments: {url: a, type: mp3}",
        2,
        "attachments: type 'mp3' is no media type; write it like audio/mpeg, or leave it out",
    ),
    (
        "attachments: {url: a, type: audio/}",
        2,
        "attachments: type 'audio/' is no media type; write it like audio/mpeg, or leave it out",
    ),
    ("tags: [" + "a," * 501 + "]", 2, "tags: 501 values are more than 500; remove some"),
    ("author: [" + "a," * 501 + "]", 2, "author: 501 values are more than 500; remove some"),
    ("image: [a]", 2, "image: must be a text, not a list; write 'key: text'"),
]


@pytest.mark.parametrize(("line", "at", "message"), SHAPES)
def test_a_value_of_the_wrong_shape_is_named(line: str, at: int, message: str) -> None:
    problem = refused(f"---\n{line}\nx: y\n---\n")
    assert (problem.code, problem.line, problem.message) == ("front-matter-type", at, message)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("drfat: true", "draft"),
        ("drafts: true", "draft"),
        ("titel: x", "title"),
        ("updatd: 2026-01-02", "updated"),
        ("sumary: x", "summary"),
        ("Catgories: [a]", "categories"),
    ],
)
def test_a_slip_of_the_pen_is_told(line: str, meant: str) -> None:
    (warning,) = parse(f"---\ntitle: T\ndate: 2026-01-02\n{line}\n---\n").warnings
    key = line.split(":", maxsplit=1)[0]
    assert (warning.code, warning.line) == ("unknown-key", 4)
    assert warning.message == f"front matter: '{key}' is no key that is known; did you mean '{meant}'?"


@pytest.mark.parametrize(
    "line",
    [
        "layout: post",
        "weight: 3",
        "toc: true",
        "images: [a.png]",
        "series: x",
        "comments: true",
        "subtitle: x",
        "links: [a]",
    ],
)
def test_an_authors_own_key_is_none(line: str) -> None:
    assert not parse(f"---\ntitle: T\ndate: 2026-01-02\n{line}\n---\n").warnings


def test_a_slip_in_the_status_keeps_the_post_in() -> None:
    problem = refused("---\ntitle: T\ndate: 2026-01-02\nstatus: drfat\n---\n")
    assert (problem.code, problem.line) == ("front-matter-type", 4)
    assert parse("---\ntitle: T\ndate: 2026-01-02\nstatus: evergreen\n---\n").post.draft.value is False


HEAD = "<!DOCTYPE html>\n<html><head><title>Named &amp; known</title><style>x</style></head>\n"


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("<h1>T</h1><p>x</p>", "T", "<p>x</p>"),
        ("<p>x</p>", "My post", "<p>x</p>"),
        (f"{HEAD}<body class='a'>\n<h1>T</h1><p>x</p></body></html>", "T", "<p>x</p></body></html>"),
        (f"{HEAD}<body><p>x</p></body></html>", "Named & known", "<p>x</p></body></html>"),
        ("<html><body><p>x</p>", "My post", "<p>x</p>"),
        ("<html><head><title> </title><body><p>x</p>", "My post", "<p>x</p>"),
        ("<p>about <title> and <body></p>", "My post", "<p>about <title> and <body></p>"),
    ],
)
def test_the_title_of_an_html_post(text: str, title: str, body: str) -> None:
    found = parse(text, "my-post.html").post
    assert (found.title.value, found.body) == (title, body)
