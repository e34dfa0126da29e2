"""Titles of posts with front matter, and of posts in HTML."""

from __future__ import annotations

import pytest
from post_texts import post


@pytest.mark.parametrize(
    ("matter", "body", "title", "source", "left"),
    [
        ("x: y", "# A *b* `c`\n\ntext", "A b c", "heading", "\ntext"),
        ("x: y", "\n\nA\n===\n\ntext", "A", "heading", "\ntext"),
        ("x: y", "text\n\n# A\n", None, "default", "text\n\n# A\n"),
        ("x: y", "## A\n", None, "default", "## A\n"),
        ("title: a B", "# A b\ntext", "a B", "front matter, line 2", "text"),
        ("title: 'a'", "# B\ntext", "a", "front matter, line 2", "# B\ntext"),
        ("x: y", "A line alone\n\ntext", None, "default", "A line alone\n\ntext"),
        ("x: y", "$ cat a/b.md\n\ntext", None, "default", "$ cat a/b.md\n\ntext"),
        ("x: y", "text\n\nEnd of Post\n", None, "default", "text\n\nEnd of Post\n"),
    ],
)
def test_with_front_matter_only_a_heading_that_opens_the_body_is_a_title(
    matter: str, body: str, title: str | None, source: str, left: str
) -> None:
    found = post(f"---\n{matter}\n---\n{body}")
    assert (found.title.value, found.title.source, found.body) == (title, source, left)
    assert found.body_line == 4 + body.count("\n") - left.count("\n")


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("<h1>A &amp; <em>b</em></h1>\n<p>x</p>", "A & b", "\n<p>x</p>"),
        ("---\nx: y\n---\n<h1 class='t'>A</h1><p>x</p>", "A", "<p>x</p>"),
        ("---\ntitle: B\n---\n<h1>A</h1>", "B", "<h1>A</h1>"),
        ("<p>x</p>", "My post", "<p>x</p>"),
        ("<h1></h1>x", "My post", "<h1></h1>x"),
        ("\n<h1>A\nb</h1><p>x</p>\n", "A b", "<p>x</p>\n"),
        ("---\nx: y\n---\n\n<h1>A\nb</h1>\n<p>x</p>", "A b", "\n<p>x</p>"),
    ],
)
def test_html_posts(text: str, title: str, body: str) -> None:
    found = post(text, "my-post.html")
    assert (found.title.value, found.body, found.markup) == (title, body, "html")
    assert found.body_line == 1 + text.removesuffix(body).count("\n")
