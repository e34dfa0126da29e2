"""Posts that cannot be read: one exact sentence each, with code, line and column, and never anything else."""

from __future__ import annotations

import subprocess
import sys

import pytest
from post_texts import parsed, refused, warned

DEEP = "front matter: nested more than 50 levels deep; flatten it"
ALIAS = "front matter: an alias ('*') is not allowed; write the value out, or put the text in quotes"
ANCHOR = "front matter: an anchor ('&') is not allowed; put the text in quotes"
TAG = "front matter: a tag ('!') is not allowed; put the text in quotes"
LAUGHS = "---\na: &a [x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in ("ab", "bc", "cd")) + "---\n"


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "message"),
    [
        ("---\ntitle: x\ntags: *a\n---\n", "front-matter-alias", 3, 7, ALIAS),
        ("---\na: &a x\nb: *a\n---\n", "front-matter-alias", 2, 4, ANCHOR),
        ("---\na: &a [*a]\n---\n", "front-matter-alias", 2, 4, ANCHOR),
        ("---\ntitle: &b\n---\n", "front-matter-alias", 2, 8, ANCHOR),
        (LAUGHS, "front-matter-alias", 2, 4, ANCHOR),
        ("---\nx: y\n<<: *a\n---\n", "front-matter-alias", 3, 5, ALIAS),
        (
            "---\n<<: {title: x}\n---\n",
            "front-matter-alias",
            2,
            1,
            "front matter: a merge key ('<<') is not allowed; write the keys out",
        ),
        ("---\na: !!str 1\n---\n", "front-matter-tag", 2, 4, TAG),
        ("---\ntitle: !important\n---\n", "front-matter-tag", 2, 8, TAG),
        ("---\n!!python/object/apply:os.system ['true']\n---\n", "front-matter-tag", 2, 1, TAG),
        ("---\nx: !!python/object/apply:os.system ['true']\n---\n", "front-matter-tag", 2, 4, TAG),
        ("---\nx: " + "[" * 50 + "]" * 50 + "\n---\n", "front-matter-deep", 2, 53, DEEP),
        ("---\nx: " + "{a: " * 8000 + "\n---\n", "front-matter-large", 1, 1, None),
        ("---\nx: " + "[" * 16000 + "\n---\n", "front-matter-deep", 2, 53, DEEP),
        (
            "---\n" + "".join(" " * depth + "a:\n" for depth in range(60)) + "---\n",
            "front-matter-deep",
            52,
            51,
            DEEP,
        ),
        ("+++\nx = 1\ny = " + "[" * 60 + "]" * 60 + "\n+++\n", "front-matter-deep", 3, 54, DEEP),
        ("+++\nx = " + "[" * 16000 + "\n+++\n", "front-matter-deep", 2, 54, DEEP),
        ("+++\n" + "a." * 4000 + "b = 1\n+++\n", "front-matter-deep", 2, 1, DEEP),
        ("+++\nx = 1\n[" + "a." * 49 + "b]\n+++\n", "front-matter-deep", 3, 1, DEEP),
        (
            "+++\n[" + "a." * 40 + "b]\ny = " + "[" * 11 + "]" * 11 + "\n+++\n",
            "front-matter-deep",
            3,
            13,
            DEEP,
        ),
        ('{"x": 1,\n"y": ' + "[" * 60 + "]" * 60 + "}", "front-matter-deep", 2, 55, DEEP),
        ('{"x": ' + "[" * 200_000, "front-matter-deep", 1, 56, DEEP),
        (
            "\n---\ntitle: x\n\nbody",
            "front-matter-unclosed",
            2,
            1,
            "front matter: the '---' that opens it is never closed; put a line '---' after the last key",
        ),
        ("---\nfoo: x\nbar: y\n", "front-matter-unclosed", 1, 1, None),
        ("  ---\nfoo: x\n\ntitle: y\nbody", "front-matter-unclosed", 1, 3, None),
        (
            '+++\ntitle = "x"\n++\nbody',
            "front-matter-unclosed",
            1,
            1,
            "front matter: the '+++' that opens it is never closed; put a line '+++' after the last key",
        ),
        (
            "---\ntitle: " + "x" * 16384 + "\n---\n",
            "front-matter-large",
            1,
            1,
            "front matter: 16,399 bytes are more than the 16,384 that it may have; move text into the body",
        ),
        ('\n{"title": "' + "é" * 8190 + '"}', "front-matter-large", 2, 1, None),
        ("", "empty", 0, 0, "post: the file is empty; write something, or delete it"),
        (" \n\t\n", "empty", 0, 0, None),
        ("\ufeff", "empty", 0, 0, None),
        ("\x00\x01", "empty", 0, 0, None),
        (
            "---\ntitle: " + "x" * 1001 + "\n---\n",
            "title-long",
            2,
            8,
            "title: 1001 characters are more than 1000; shorten it",
        ),
        ("# " + "x" * 1001 + "\n\ny", "title-long", 0, 0, None),
    ],
)
def test_what_front_matter_may_not_be(
    text: str, code: str, line: int, column: int, message: str | None
) -> None:
    problem = refused(text)
    assert (problem.code, problem.line, problem.column) == (code, line, column)
    assert message in (None, problem.message)


def test_just_as_deep_and_just_as_large_as_it_may_be() -> None:
    assert not warned("---\nx: " + "[" * 49 + "]" * 49 + "\n---\n")
    assert not warned('{"x": ' + "[" * 49 + "]" * 49 + "}")
    assert not warned("+++\nx = " + "[" * 49 + "]" * 49 + "\n+++\n")
    assert not warned("---\nx: " + "y" * (16384 - 11) + "\n---\n")


BAD_DATES = [
    ("2026-02-30", "'2026-02-30' is no day of the calendar"),
    ("2026-01-31 25:00", "'25:00' is no time of day"),
    ("2026-01-31T10:60:00Z", "'10:60:00Z' is no time of day"),
    ("2026-01-31T10:00:00+25:00", "'+25:00' is no offset"),
    ("0000-01-01", "'0000-01-01' is no day of the calendar"),
    ("0999-12-31", "the year of '0999-12-31' is out of range"),
    ("9" * 5000, "'" + "9" * 59 + "…' is no date"),
    ("soon", "'soon' is no date"),
    ("'a\u0085\u202eb'", "'a \ufffdb' is no date"),
    ("1767225600", "'1767225600' is no date"),
]


@pytest.mark.parametrize(("written", "why"), BAD_DATES)
@pytest.mark.parametrize("name", ["date", "lastmod", "expiryDate"])
def test_a_date_that_is_none(name: str, written: str, why: str) -> None:
    problem = refused(f"---\ntitle: x\n{name}: {written}\n---\n")
    assert (problem.code, problem.line, problem.column) == ("bad-date", 3, len(name) + 3)
    assert problem.message == f"{name}: {why}; write it like 2026-01-31 or 2026-01-31T10:00:00+01:00"


def test_toml_dates_that_are_none() -> None:
    problem = refused("+++\ntitle = 'x'\ndate = 2026-02-30\n+++\n")
    assert (problem.code, problem.line, problem.column) == ("bad-date", 3, 8)
    assert problem.message == "front matter: there is no such date or time; write it like 2026-01-31"


@pytest.mark.parametrize(
    ("raw", "line", "column", "byte"),
    [
        (b"\xff\xfea\x00", 1, 1, "ff"),
        (b"a\n\nb\xe9c\n", 3, 2, "e9"),
        (b"a\r\nb\r\n\xfc", 3, 1, "fc"),
        (b"a\rb\rc\xc3\xa9\x80", 3, 3, "80"),
        (b"\xef\xbb\xbfa\n\xe9", 2, 1, "e9"),
        (b"a\n\xed\xa0\x80", 2, 1, "ed"),
        (b"a\n\xc3", 2, 1, "c3"),
    ],
)
def test_what_is_not_utf8(raw: bytes, line: int, column: int, byte: str) -> None:
    problem = refused(raw)
    assert (problem.code, problem.line, problem.column) == ("not-utf8", line, column)
    assert problem.message == f"text: byte 0x{byte} is not UTF-8; save the file in UTF-8"


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("2026-02-30-x.md", "bad-date", "file name: '2026-02-30' is no day of the calendar; rename the file"),
        (
            "0500-01-01-x.md",
            "bad-date",
            "file name: the year of '0500-01-01' is out of range; rename the file",
        ),
        ("a\udcff.md", "bad-name", "file name: it holds characters that cannot be shown; rename the file"),
        ("b\x01/a.md", "bad-name", "file name: it holds characters that cannot be shown; rename the file"),
        (" .md", "bad-slug", "slug: '' is empty; give it a word"),
        (
            "a\\b.md",
            "bad-slug",
            "slug: 'a\\b' would lead out of its folder; use a name without '..' and '\\'",
        ),
    ],
)
def test_names_that_cannot_be(name: str, code: str, message: str) -> None:
    problem = refused("---\ntitle: x\n---\n", name)
    assert (problem.code, problem.line, problem.message) == (code, 0, message)
    problem.file.encode()


@pytest.mark.parametrize(
    "slug",
    [
        "'..'",
        ".",
        "/",
        "'../x'",
        "a/../../b",
        "x/..",
        "'..\\x'",
        "'%2e%2E/x'",
        "a%2Fb",
        "a%5cb",
        "a%00b",
        "'...'",
        "'/ /'",
    ],
)
def test_a_slug_that_leads_out_is_refused(slug: str) -> None:
    problem = refused(f"---\ntitle: x\nslug: {slug}\n---\n")
    assert (problem.code, problem.line) == ("bad-slug", 3)


@pytest.mark.parametrize("text", ["$ cat post/../../etc/x.md\n\ny", "$ cat post/a\\\\b.md\n\ny"])
def test_a_prompt_that_leads_out_is_refused(text: str) -> None:
    assert refused(text).code == "bad-slug"


def test_a_slug_has_its_limits() -> None:
    assert refused('---\nslug: "a\\tb\\n"\n---\n').code == "bad-slug"
    assert refused("---\nslug: " + "é" * 126 + "\n---\n").code == "bad-slug"
    assert parsed("---\nslug: " + "é" * 125 + "\n---\n").post.slug.value == "é" * 125


@pytest.mark.parametrize(
    ("text", "name", "warnings"),
    [
        ("x\n\ny", "a.md", ["undated"]),
        ("x\n\ny", "2026-01-31-a.md", []),
        ("---\ndraft: true\n---\n", "a.md", []),
        ("---\nfeed: false\n---\n", "a.md", []),
        ("---\ndate: 2026-01-30\n---\n", "2026-01-31-a.md", ["date-conflict"]),
        ("---\ndate: 2026-01-31T23:59:00-11:00\n---\n", "2026-01-31-a.md", []),
    ],
)
def test_what_is_only_warned_of(text: str, name: str, warnings: list[str]) -> None:
    found = parsed(text, name).warnings
    assert [one.code for one in found] == warnings
    assert all(one.severity == "warning" for one in found)


CHILD = """
import sys
from zoneinfo import ZoneInfo
from syndicate.errors import PostError
from syndicate.posts import Assumed, Where
from syndicate.posts.dialects.plain import Plain
for opened, closed in ("---\\nx: ", "\\n---\\n"), ("+++\\nx = ", "\\n+++\\n"), ('{"x": ', "}"):
    for size in 3_000, 30_000, 300_000:
        for inner in "[" * size + "]" * size, "[" * size, "{" * size, "{'a':" * size, "- " * size, "? " * size:
            try:
                Plain().parse((opened + inner + closed).encode(), Where("a.md", "a.md"), Assumed(ZoneInfo("UTC")))
            except PostError as fault:
                print(fault.problem.code)
"""


def test_thirty_thousand_brackets_do_not_kill_the_program() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", CHILD], capture_output=True, text=True, check=False, timeout=120
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    codes = ended.stdout.split()
    assert len(codes) == 54
    assert set(codes) == {"front-matter-deep", "front-matter-large", "front-matter-syntax"}
