"""Front matter: where it begins and ends, which text is the body, and which text is no front matter at all."""

from __future__ import annotations

import re

import pytest
from post_texts import parsed, post, warned

# Files → title, body, the file's line that the body begins on.
FRAMES = [
    ("---\ntitle: A\n---\nbody\n", "A", "body\n", 4),
    ("---\ntitle: A\n...\nbody\n", "A", "body\n", 4),
    ("---  \ntitle: A\n---\t \nbody\n", "A", "body\n", 4),
    ("\n \n---\ntitle: A\n---\nbody\n", "A", "body\n", 6),
    ("   ---\ntitle: A\n---\nbody\n", "A", "body\n", 4),
    ("---\ntitle: A\n---", "A", "", 3),
    ("---\ntitle: A\n---\n", "A", "", 4),
    ("---\ntitle: A\n---\n\n    indented code\n", "A", "\n    indented code\n", 4),
    ("---\ntitle: A\n---\n    indented code\n", "A", "    indented code\n", 4),
    ("---\ntitle: A\n---\nbody\n\n---\n\nmore\n", "A", "body\n\n---\n\nmore\n", 4),
    ("---\ntitle: A\n---\n---\n\nrule\n", "A", "---\n\nrule\n", 4),
    ("---\n# a remark\ntitle: A\n\n# another\ntags: [b]\n---\nbody", "A", "body", 8),
    ("---\n  title: A\n  slug: b\n---\nbody", "A", "body", 5),
    ("---\n{title: A, slug: b}\n---\nbody", "A", "body", 4),
    ('---\n"title": A\n---\nbody', "A", "body", 4),
    ("---\n_build: x\ntitle: A\n---\nbody", "A", "body", 5),
    ("---\nwords: |\n  one\n  ---\n  two\ntitle: A\n---\nbody", "A", "body", 8),
    ('+++\ntitle = "A"\n+++\nbody\n', "A", "body\n", 4),
    ('\n\n+++ \ntitle = "A"\n+++\t\nbody\n', "A", "body\n", 6),
    ('+++\ntitle = "A"\n\n[extra]\ntitle = "B"\n+++\nbody', "A", "body", 7),
    ('{"title": "A"}\nbody\n', "A", "body\n", 2),
    ('{\n  "title": "A"\n}\nbody\n', "A", "body\n", 4),
    ('\n\n  { "title"\n:\n"A" }   \nbody', "A", "body", 6),
    ('{"title": "A"} body', "A", "body", 1),
    ('{"title": "A}{"}\n\n    code\n', "A}{", "\n    code\n", 2),
    ('{"a": 1.5, "n": ' + "7" * 5000 + ', "title": "A"} body', "A", "body", 1),
]


@pytest.mark.parametrize(("text", "title", "body", "line"), FRAMES)
def test_front_matter_is_cut_off_and_the_body_kept_as_it_is(
    text: str, title: str, body: str, line: int
) -> None:
    found = post(text)
    assert (found.title.value, found.body, found.body_line) == (title, body, line)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
@pytest.mark.parametrize(("text", "title", "body", "line"), FRAMES)
def test_any_line_ending_reads_the_same(text: str, title: str, body: str, line: int, end: str) -> None:
    assert parsed(text.replace("\n", end)) == parsed(text)


@pytest.mark.parametrize(("text", "title", "body", "line"), FRAMES)
def test_a_byte_order_mark_changes_nothing(text: str, title: str, body: str, line: int) -> None:
    assert parsed(b"\xef\xbb\xbf" + text.encode()) == parsed(text)


@pytest.mark.parametrize(
    "text",
    [
        "---\n---\nbody",
        "---\n\n---\nbody",
        "---\n\n...\nbody",
        "+++\n+++\nbody",
        "+++\n# only\n+++\nbody",
        "{}\nbody",
    ],
)
def test_empty_front_matter_gives_nothing(text: str) -> None:
    found = post(text)
    assert (found.title.value, found.title.source, found.body) == (None, "default", "body")


# These open no mapping: the rule is a thematic break, and no text is lost.
RULES = [
    "---\n\nAn evening in March.\n\n---\n\nA night in May.\n",
    "---\nAn evening in March.\n---\nA night in May.\n",
    "---\nNote: all of this is old.\n\nIt was an evening in March.\n\n---\n\nA night.\n",
    "---\nNote: all of this is old.\n\nIt was an evening.\n",
    "---\n# An Evening\n\nIn March.\n\n---\n\nA night.\n",
    "---\n# only a remark\n---\nA night.\n",
    "---\n- one\n- two\n---\nA night.\n",
    "---\n[one, two]\n---\nA night.\n",
    "---\njust words\n---\nA night.\n",
    "---\n'title: quoted'\n---\nA night.\n",
    "---\n*An evening*, they say.\n",
    "---\n![an evening](x.png)\n\n---\n\nA night.\n",
    "---\n",
    "---",
    "---\n\nAt 12:30 it rained.\n",
    "---\n    title: code\n---\n".replace("---\n    title", "---\n\n    body"),
    "    ---\n    title: code\n    ---\n",
    "----\ntitle: A\n----\n",
    "-- \ntitle: A\n",
]


@pytest.mark.parametrize("text", RULES)
def test_a_rule_is_no_front_matter(text: str) -> None:
    found = post(text)
    assert found.title.source in ("file name", "first line", "heading")
    kept = found.body if found.markup == "markdown" else found.body.replace("<hr>", "---")
    for word in re.findall(r"\w+", text):
        assert word in kept + (found.title.value or "")


@pytest.mark.parametrize(
    "text",
    [
        "{{< figure src='x.png' >}}\n\nbody",
        "{{% note %}}\nbody",
        "{% include x.html %}\n\nbody",
        "{# a remark #}\nbody",
        "{: .class }\nbody",
        "{ set in braces }\n\nbody",
        '    {\n    "title": 1\n    }\n\nbody',
    ],
)
def test_a_shortcode_is_no_json(text: str) -> None:
    found = post(text)
    assert found.title.source == "file name"
    assert "body" in found.body


def test_a_key_that_stands_twice_is_warned_of_and_the_last_counts() -> None:
    yaml = "---\ntitle: A\nTags: x\ntitle: B\ntags: y\n---\n"
    assert warned(yaml) == [("duplicate-key", 4), ("duplicate-key", 5)]
    assert (post(yaml).title.value, post(yaml).tags.value) == ("B", ("y",))
    json = '{\n"title": "A",\n"x": {"title": "C"},\n"title": "B"}\n'
    assert warned(json) == [("duplicate-key", 4)]
    assert (post(json).title.value, post(json).title.source) == ("B", "front matter, line 4")
    assert warned('+++\nTitle = "A"\ntitle = "B"\n+++\n') == [("duplicate-key", 3)]
    (problem, _) = parsed(yaml.replace("Tags: x\n", "").replace("tags: y\n", "")).warnings
    assert problem.message == (
        "front matter: 'title' stands twice, first in line 2, and the last counts; delete one"
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("---\ntitle: A\n# x\n\nslug: b\ntags:\n  - c\nid: tag:example.org,2026:d\n---\n", (2, 5, 6, 8)),
        ('---\ntitle: "A\n  and"\nslug: b\ntags: [c,\n  d]\nid: urn:x:y\n---\n', (2, 4, 5, 7)),
        ("---\ntitle: a\u2028b\u0085c\nslug: b\ntags: c\nid: urn:x:y\n---\n", (2, 3, 4, 5)),
        (
            '+++\nx = """\ntitle = 1\n[slug]\n"""\ntitle = "A" # id = 1\nslug = "b"\ntags = [\n'
            ' ["x"],\n] # ]\n"id" = "urn:x:y"\n+++\n'.replace(' ["x"],\n', ' "x",\n'),
            (6, 7, 8, 11),
        ),
        (
            "+++\n# tags\ny = { id = 'x', slug = 'x' }\nz = '''\n'tags' '''\n'title' = 'A'\n\n"
            "slug = 'b'\nid = 'urn:x:y'\n[extra]\nid = 'x'\n[taxonomies]\ntags = ['c']\n+++\n",
            (6, 8, 13, 9),
        ),
        (
            '{\n"x": {"title": "n", "tags": ["id"]},\n"y": "\\"slug\\": 1",\n"title": "A",\n"slug"\n: "b", "tags":\n'
            '["c"],\n\n"id": "urn:x:y"}\n',
            (4, 5, 6, 9),
        ),
    ],
)
def test_each_value_knows_its_line(text: str, lines: tuple[int, ...]) -> None:
    found = post(text)
    assert found.id
    sources = (found.title.source, found.slug.source, found.tags.source, found.id.source)
    assert sources == tuple(f"front matter, line {line}" for line in lines)


def test_what_no_feed_can_hold_is_dropped_and_warned_of() -> None:
    found = parsed(
        "---\ntitle: \"a\\0b\\x1bc\"\ntags: ['d']\n---\nx\x01y\n\nz\x02\x03\n".replace("'d'", '"\\uFFFE"')
    )
    assert (found.post.title.value, found.post.tags.value, found.post.body) == ("abc", (), "xy\n\nz\n")
    assert [(one.code, one.line) for one in found.warnings if one.code == "not-xml"] == [
        ("not-xml", 5),
        ("not-xml", 7),
        ("not-xml", 2),
        ("not-xml", 3),
    ]
    assert found.warnings[0].message == "text: U+0001 cannot stand in a feed and was dropped; delete it"


def test_a_file_full_of_such_characters_is_not_a_thousand_warnings() -> None:
    assert len(warned("a\n" + "\x01\n" * 1000)) == 11


def test_a_title_of_nothing_else_is_none() -> None:
    assert post('---\ntitle: "\\0"\n---\nbody').title.value is None
