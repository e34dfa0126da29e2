"""A post that is really Markdown is never touched: its body is its source, but for the title at its head."""

from __future__ import annotations

import pytest
from post_texts import HERE, post

# Files of `markdown/` → title, where it is from, how many lines it takes off the head of the body.
POSTS: dict[str, tuple[str | None, str, int]] = {
    "after-colons": ("Things after Colons", "first line", 2),
    "autolink": ("The Pier Online", "first line", 2),
    "changelog": ("Changelog", "heading", 2),
    "closed-heading": ("The Pier", "heading", 2),
    "comment": ("Comment", "file name", 0),
    "deep-headings": ("Deep headings", "file name", 0),
    "emphasis": ("Emphasis", "file name", 0),
    "emphasis-lists": ("Emphasis lists", "file name", 0),
    "fences": ("Reading a Gauge", "first line", 2),
    "heading-later": ("The Pier", "heading", 0),
    "html": ("The Plan", "first line", 2),
    "images": ("Images", "file name", 0),
    "links": ("Reading List", "first line", 2),
    "quote": ("A Letter", "first line", 2),
    "readme": ("tidewatch", "heading", 2),
    "reference-image": ("The Pier at Dawn", "first line", 2),
    "references": ("Two Piers", "first line", 2),
    "setext": ("The Pier", "heading", 3),
    "strong": ("Note: the pier is closed", "first line", 2),
    "table": ("Gauges", "first line", 2),
}


def test_each_file_is_in_the_table() -> None:
    assert sorted(POSTS) == sorted(file.stem for file in (HERE / "markdown").glob("*"))


@pytest.mark.parametrize("name", POSTS)
def test_the_body_is_the_source(name: str) -> None:
    source = (HERE / "markdown" / f"{name}.md").read_text("utf-8")
    title, where, height = POSTS[name]
    found = post(source, f"{name}.md")
    assert (found.title.value, found.title.source, found.markup) == (title, where, "markdown")
    lines = source.split("\n")
    assert found.body.lstrip("\n") == "\n".join(lines[height:]).lstrip("\n")
    assert found.body == "\n".join(lines[found.body_line - 1 :])
    assert not found.seen


TAIL = "\n\nShort line\n\nx = f(1)\n\nAnother short line\n\nIt ends here.\n"


@pytest.mark.parametrize(
    "mark",
    [
        "# Heading",
        "###### Heading",
        "```\ncode\n```",
        "~~~ sh\ncode\n~~~",
        "> a quotation",
        "[a link](https://example.org)",
        '[a link](</b> "title")'.replace("</b>", "/b"),
        "text ![image](a.png) text",
        "[![badge](a.png)](b)",
        "some **strong** text",
        "some __very strong__ text",
        "a note[^1] here\n\n[^1]: The note.",
        "[a link][ref] here\n\n[ref]: https://example.org",
        "[ref]: https://example.org",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "a | b\n:--|--:\n1 | 2",
        "Heading\n=======",
        "Heading\n-------",
        "<div>html</div>",
        "<p align='center'>x</p>",
        "<img src='x.png'>",
        "<https://example.org/>",
    ],
)
def test_one_unmistakable_mark_will_do(mark: str) -> None:
    text = f"It began one day.\n\n{mark}{TAIL}"
    found = post(text)
    assert (found.markup, found.body) == ("markdown", text)


@pytest.mark.parametrize(
    "text",
    [
        "- a list item",
        "* a list item",
        "1. a list item",
        "***",
        "a `tick` or two",
        "2 * 3 * 4 and a ** b ** c",
        "snake_case_name and __init__(self) and _x",
        "the package had no __init__.py, and ran as __main__",
        "handlers[name](request) and f[x](y.z) and [name](request)",
        "the matrix a[i][j] and d[0][1] and [a][b]",
        "the expression [^abc] and a note[^1] without one",
        "self.__class__.__name__",
        "a [bracket] and (another) and [x] (y)",
        "a #hashtag and # a number",
        "a > b and a < b and <angle brackets>",
        "`**not strong**` and `[not](a-link)`",
        "x | y",
        "--- and ===",
        "emphasis is *meant* here",
    ],
)
def test_what_people_write_in_plain_text_proves_nothing(text: str) -> None:
    found = post(f"It began one day.\n\n{text}{TAIL}")
    assert found.markup == "html"
    assert "<h2>Short line</h2>" in found.body


def test_marks_in_code_prove_nothing() -> None:
    text = (
        "A Template\n\nIt is short, and so here it is:\n\n# a remark\nprint('<div>')\n\n# another\n"
        "print('[a](b) **c**')\n\nThe End of It\n\nThat was all there is to it.\n"
    )
    found = post(text)
    assert found.markup == "html"
    assert [(one.what, one.line) for one in found.seen] == [("code", 5), ("heading", 11)]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# A Title", "A Title"),
        ("#  A Title  ##", "A Title"),
        ("   # A Title #", "A Title"),
        ("# C#", "C#"),
        ("# A *b* __c__ `d` ~~e~~", "A b c d e"),
        ("# A [link](https://example.org/a_(b)) here", "A link here"),
        ("# A ![badge](a.png)", "A badge"),
        ("# snake_case and 2*3*4", "snake_case and 2*3*4"),
        ("# A \\*star\\*", "A *star*"),
        ("# A {#anchor .class}", "A"),
        ("A Title\n=====", "A Title"),
        ("A *Title*\n---", "A Title"),
    ],
)
def test_a_heading_gives_plain_words(heading: str, title: str) -> None:
    found = post(f"{heading}\n\ntext\n")
    assert (found.title.value, found.title.source) == (title, "heading")
    assert (found.body, found.markup) == ("text\n", "markdown")


@pytest.mark.parametrize(
    "text",
    [
        "```\n# no title\n```\n\nx\n",
        "````\n```\n\n# no title\n\n````\n\nx\n",
        "~~~\n```\n\n# no title\n\n~~~\n\nx\n",
        "It began.\n\n    # no title\n\nx\n",
        "It began.\n# no title\nx [a](b)\n",
        "#no title [a](b)\n\nx\n",
        "## no title\n\nx\n",
        "It is started so:\n\n# no title\n\nIt began, and so on.\n",
    ],
)
def test_what_is_no_heading_is_no_title(text: str) -> None:
    assert post(text).title.source == "file name"


def test_prompt_and_end_mark_stand_round_markdown_too() -> None:
    found = post("$ cat post/a.md\n\n# A Title\n\nText with **marks**.\n\n[End of Post]\n")
    assert (found.slug.value, found.title.value, found.body_line) == ("a", "A Title", 5)
    assert found.body == "Text with **marks**.\n"
