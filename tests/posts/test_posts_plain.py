"""Posts of plain text: what a person reads off the page comes out of it.

`plain/NAME.txt` is read as `NAME.md`; `NAME.html` is its body, `NAME.toml` what else was seen of it.
"""

from __future__ import annotations

import html
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from post_texts import HERE, post

from syndicate.model import Post

TEXTS = sorted((HERE / "plain").glob("*.txt"))


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
def test_a_person_reads_the_same(file: Path) -> None:
    found = post(file.read_bytes(), f"{file.stem}.md")
    assert found.body + "\n" == file.with_suffix(".html").read_text("utf-8")
    assert shown(found) == tomllib.loads(file.with_suffix(".toml").read_text("utf-8"))


def test_there_is_enough_to_read() -> None:
    assert len(TEXTS) >= 40


def shown(found: Post) -> dict[str, object]:
    values: dict[str, object] = {
        "title": found.title.value,
        "title_from": found.title.source,
        "subtitle": found.subtitle.value if found.subtitle else None,
        "slug": found.slug.value,
        "date": found.published.value.date() if found.published else None,
        "markup": found.markup,
        "seen": [f"{one.line} {one.what}: {one.text}" for one in found.seen],
    }
    return {name: value for name, value in values.items() if value is not None}


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def without_numbers(text: str) -> str:
    """Numbers of a list are counted anew."""
    return re.sub(r"^\s*\d{1,3}[.)]\s+(?=\S)", "", text, flags=re.MULTILINE)


def words_shown(found: Post) -> list[str]:
    text = html.unescape(re.sub(r"<a href=\"[^\"]*\">|<ol start=\"\d+\">|</?[a-z0-9]+>", "", found.body))
    title = found.title.value if found.title.source == "first line" else ""
    return words(title or "") + words(without_numbers(text))


def words_written(text: str, found: Post) -> list[str]:
    """Without the prompt, the end mark, the word `Title:`."""
    lines = text.split("\n")
    for one in found.seen:
        if one.what in ("prompt", "end mark"):
            lines[one.line - 1] = ""
        if one.what == "second title":
            lines[one.line - 1] = one.text
    if found.title.words:
        lines[lines.index(found.title.words)] = found.title.value or ""
    return words(without_numbers("\n".join(lines)))


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.stem)
@pytest.mark.parametrize("change", ["", "\n\n\n", "  ", "without blank lines"])
def test_no_word_is_lost_nor_moved(file: Path, change: str) -> None:
    text = file.read_text("utf-8")
    if change == "without blank lines":
        text = re.sub(r"\n{2,}", "\n", text)
    elif change.isspace() and "\n" in change:
        text = text.replace("\n\n", change)
    elif change:
        text = text.replace("\n\n", f"\n{change}\n")
    found = post(text)
    if found.markup == "html":
        assert words_shown(found) == words_written(text, found)
    else:
        assert found.body in text


LINES = st.sampled_from(
    [
        "",
        "",
        "A Heading",
        "a line that is short",
        "It was a sentence.",
        "It goes like this:",
        "import os",
        "$ make && make install",
        "    indented = 1",
        "x = f(1)",
        "- one",
        "  - two",
        "third, with a comma,",
        "# a remark",
        "July 7, 2025",
        "Title: Another",
        "---",
        "https://example.org/a_(b).",
        "`ticks` and <angles> & “quotes”",
        "Why not?",
        "and this is a line of a paragraph that has been broken by hand",
        "This is a paragraph that goes on for longer than anybody would want to read, as paragraphs do, and on and on.",
        "a) walk",
        "b) ride",
        "Me: And on?",
        "The Bot: Home",
        "--- a/x",
        "+++ b/x",
        "@@ -1,3 +1,3 @@",
        "- x = 1",
        "+ x = 2",
        "End of Post",
    ]
)


@given(st.lists(LINES, max_size=14))
def test_no_word_is_lost_in_any_order_of_lines(lines: list[str]) -> None:
    text = "\n".join(["Some text to begin with, and then a stop.", *lines])
    found = post(text)
    if found.markup == "html":
        assert words_shown(found) == words_written(text, found)
    else:
        second = f"## {found.subtitle.value}\n\n" if found.subtitle else ""
        written = re.sub(r"\nEnd of Post\s*\Z", "", text).rstrip()
        assert written.endswith(found.body.removeprefix(second).rstrip())


@given(st.lists(LINES, max_size=14))
def test_what_was_seen_is_where_it_says(lines: list[str]) -> None:
    text = "\n".join(["A Walk", *lines, "x"])
    found = post(text)
    assert list(found.seen) == sorted(found.seen, key=lambda one: one.line)
    for one in found.seen:
        first = words(text.split("\n")[one.line - 1])
        assert " ".join(words(one.text)).startswith(
            " ".join(first[-1:] if one.what == "second title" else first[:1])
        )


LONG = "This paragraph is long enough that nobody could take it for a heading, and it ends as all of them do."


@pytest.mark.parametrize(
    ("line", "is_heading"),
    [
        ("The Fix", True),
        ("the fix", True),
        ("The Fix: A Story", True),
        ("The Fix:", True),
        ("What's Next?", True),
        ("Stop!", True),
        ("1. The Fix", True),
        ("2) The fix", True),
        ("Version 2.0", True),
        ("Q&A", True),
        ("“The Fix”", True),
        ("C++ and I", True),
        ("It is a fix.", False),
        ("It works!", False),
        ("Does it work?", False),
        ("Then it broke. We left it so", False),
        ("and so on…", False),
        ("First of all,", False),
        ("because:", False),
        ("[a picture]", False),
        ("(an aside)", False),
        ("2025", False),
        ("* * *", False),
        ("- a point", False),
        ("July 7, 2025", False),
        ("July 7, 2025.", False),
        ("https://example.org/", False),
        ("git push --force", False),
        ("A" * 81, False),
        ("A" * 80, True),
    ],
)
def test_a_short_line_between_paragraphs(line: str, is_heading: bool) -> None:
    found = post(f"Some Title\n\n{LONG}\n\n{line}\n\n{LONG}\n")
    headings = [(one.line, one.text) for one in found.seen if one.what == "heading"]
    assert headings == ([(5, line)] if is_heading else [])
    last = post(f"Some Title\n\n{LONG}\n\n{line}\n")
    assert not [one for one in last.seen if one.what == "heading"]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("A Walk", "A Walk"),
        ("a walk / in the rain / with a dog", "a walk / in the rain / with a dog"),
        ("Hello, World!", "Hello, World!"),
        ("Hello world!", "Hello world!"),
        ("Does it work?", "Does it work?"),
        ("**A Walk**", "A Walk"),
        ("_A Walk_", "A Walk"),
        ("Title: A Walk", "A Walk"),
        ("TITLE :  A Walk ", "A Walk"),
        ("Title: It was a walk.", "It was a walk."),
        ("A" * 120, "A" * 120),
        ("C# and snake_case_names", "C# and snake_case_names"),
        ("A" * 121, None),
        ("It was a walk.", None),
        ("It was a walk…", None),
        ("“It was a walk.”", None),
        ("July 7, 2025", None),
        ("2025-07-07", None),
        ("- A walk", None),
        ("1. A walk", None),
        ("* * *", None),
        ("Dear all,", None),
        ("As follows:", None),
        ("https://example.org/", None),
        ("[a picture]", None),
        ("`code`", None),
        ("    indented = 1", None),
        ("!!!", None),
    ],
)
def test_a_first_line_that_stands_alone(line: str, title: str | None) -> None:
    found = post(f"\n{line}\n\n{LONG}\n\nIt ends.\n")
    assert (found.title.value, found.title.source) == (
        (title, "first line") if title else ("My post", "file name")
    )
    assert post(f"{line}\n{LONG}{LONG}\n").title == found.title
    assert post(line).title.source == ("first line" if line.lower().startswith("title") else "file name")


@pytest.mark.parametrize(
    "mark",
    [
        "End of Post",
        "[End of Post]",
        "end of post.",
        "END OF THE POST",
        "The End of the Post",
        "(End of this post)",
        "--- End of Post ---",
        "*End of Post*",
        "  [ end of post ]  ",
        "End-of-Post",
    ],
)
def test_an_end_mark_is_dropped(mark: str) -> None:
    found = post(f"A Walk\n\nIt rained.\n\n{mark}\n\n\n")
    assert found.body == "<p>It rained.</p>"
    assert [(one.what, one.line, one.text) for one in found.seen] == [("end mark", 5, mark.strip())]


@pytest.mark.parametrize(
    "line", ["The end", "It is the end of post offices", "End of Post 7", "This is the end of post."]
)
def test_what_is_no_end_mark_stays(line: str) -> None:
    assert post(f"A Walk\n\nIt rained.\n\n{line}\n").body.endswith(f"<p>{line}</p>")


def test_an_end_mark_before_the_end_stays() -> None:
    assert "End of Post" in post("A Walk\n\nIt rained.\n\nEnd of Post\n\nIt did not end.\n").body
    assert "End of Post" in post("End of Post").body


def test_a_second_title_stays_and_is_shown() -> None:
    found = post("A Walk\n\n\nTitle: The *Rain* & I\n\nIt rained.\n")
    assert found.subtitle
    assert (found.subtitle.value, found.subtitle.source) == ("The *Rain* & I", "prose")
    assert found.body == "<h2>The *Rain* &amp; I</h2>\n<p>It rained.</p>"
    later = post(f"A Walk\n\n{LONG}\n\nTitle: Not a title\n\n{LONG}\n")
    assert later.subtitle is None
    assert "Title: Not a title" in later.body
    both = post("Title: A\n\nTitle: B\n\nIt rained.\n")
    assert (both.title.value, both.subtitle and both.subtitle.value) == ("A", "B")
    marked = post("# A\n\nTitle: B\n\nIt *rained*.\n")
    assert (marked.body, marked.markup) == ("## B\n\nIt *rained*.\n", "markdown")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://example.org.", 'see <a href="https://example.org">https://example.org</a>.'),
        ("(https://example.org/a)", '(<a href="https://example.org/a">https://example.org/a</a>)'),
        (
            "https://example.org/a_(b) x",
            '<a href="https://example.org/a_(b)">https://example.org/a_(b)</a> x',
        ),
        ("[https://example.org/[a]].", '[<a href="https://example.org/[a]">https://example.org/[a]</a>].'),
        ("http://a.example/?b&c, x", '<a href="http://a.example/?b&amp;c">http://a.example/?b&amp;c</a>, x'),
        ("“https://example.org/”, x", '“<a href="https://example.org/">https://example.org/</a>”, x'),
        ("`https://example.org`: x", "<code>https://example.org</code>: x"),
        ("a `b < c` d", "a <code>b &lt; c</code> d"),
        ("a `b d", "a `b d"),
        ("`` x", "`` x"),
        ("<b>&amp;</b> \"x\" 'y'", "&lt;b&gt;&amp;amp;&lt;/b&gt; \"x\" 'y'"),
        ("ftp://a.example javascript:x", "ftp://a.example javascript:x"),
    ],
)
def test_text_stands_as_it_is_but_for_addresses_and_ticks(text: str, shown: str) -> None:
    found = post(f"A Walk\n\n{text} and it rained.\n\nIt did.\n")
    assert found.body.split("\n")[0] == f"<p>{shown} and it rained.</p>"
