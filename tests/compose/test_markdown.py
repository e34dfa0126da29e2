"""Markdown → what readers see: each feature as a pair of files, input beside expectation."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
from compose_samples import LEGAL, URL
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicate.compose.fences import understood
from syndicate.compose.markdown import TooDeep, render
from syndicate.compose.tidy import tidy

PAIRS = sorted((Path(__file__).parent / "content").glob("*.md"))


@pytest.mark.parametrize("source", PAIRS, ids=lambda path: path.stem)
def test_a_pair(source: Path) -> None:
    content = tidy(render(source.read_text("utf-8")), URL).content
    assert content + "\n" == source.with_suffix(".html").read_text("utf-8")


def test_there_are_pairs() -> None:
    assert len(PAIRS) >= 7


FENCED = "<pre><code>a</code></pre>"
IN_PYTHON = '<pre><code class="language-python">a</code></pre>'
FENCES = [
    ("```\na\n```", FENCED),
    ("~~~\na\n~~~", FENCED),
    ("```\na", FENCED),
    ("```\na\n`````  ", FENCED),
    ("  ```\n  a\n  ```", FENCED),
    ("```python\na\n```", IN_PYTHON),
    ("```   python\na\n```", IN_PYTHON),
    ("```.python\na\n```", IN_PYTHON),
    ('```python title="x y" hl_lines="1 2"\na\n```', IN_PYTHON),
    ("```python:a/b.py\na\n```", IN_PYTHON),
    ("```python,ignore\na\n```", IN_PYTHON),
    ("```python {1,3-4}\na\n```", IN_PYTHON),
    ("```{.python .numberLines startFrom=1.5}\na\n```", IN_PYTHON),
    ("```{ #name .python }\na\n```", IN_PYTHON),
    ("```{python, echo=FALSE}\na\n```", IN_PYTHON),
    ("~~~ python `odd`\na\n~~~", IN_PYTHON),
    ("```c++\na\n```", '<pre><code class="language-c++">a</code></pre>'),
    ("```c#\na\n```", '<pre><code class="language-c#">a</code></pre>'),
    ("```!?\na\n```", FENCED),
    ("text\n```\na\n```\ntext", f"<p>text</p>\n{FENCED}\n<p>text</p>"),
    ("> ```\n> a\ntext", f"<blockquote>\n{FENCED}\n</blockquote>\n<p>text</p>"),
    ("```\na\n```\n```\na\n```", f"{FENCED}\n{FENCED}"),
    ("````\n```\n````", "<pre><code>```</code></pre>"),
    ("```\n~~~\n```", "<pre><code>~~~</code></pre>"),
    ("```\n    a\n\n\n  b\n```", "<pre><code>    a\n\n\n  b</code></pre>"),
    ("```\n    ```\n```", "<pre><code>    ```</code></pre>"),
    ("<pre>\n```\n- a\ntext\n- b\n</pre>", "<pre>```\n- a\ntext\n- b\n</pre>"),
    ("``` a `b` ```", "<p><code>a `b`</code></p>"),
    ("text\n\n    ```\n    a\n    ```", "<p>text</p>\n<pre><code>```\na\n```</code></pre>"),
    (
        "1. one\n\n    ```\n    a\n    ```\n2. two",
        f"<ol>\n<li>\n<p>one</p>\n{FENCED}\n</li>\n<li>\n<p>two</p>\n</li>\n</ol>",
    ),
]


@pytest.mark.parametrize(("text", "html"), FENCES)
def test_a_fence_is_code_whatever_it_says(text: str, html: str) -> None:
    assert tidy(render(text), URL).content == html


LISTS = [
    ("text\n- a\n- b", "<p>text</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
    ("text\n1. a\n2. b", "<p>text</p>\n<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
    ("text\n2. a", "<p>text\n2. a</p>"),
    ("text\n-a", "<p>text\n-a</p>"),
    ("text\n*a* b", "<p>text\n<em>a</em> b</p>"),
    ("- a\n- b\n\ntext", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>text</p>"),
    ("- a\n\n    more\n- b", "<ul>\n<li>\n<p>a</p>\n<p>more</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>"),
]


@pytest.mark.parametrize(("text", "html"), LISTS)
def test_a_list_may_follow_a_paragraph(text: str, html: str) -> None:
    assert tidy(render(text), URL).content == html


PLAIN = ["", "text", "a\nb\n\nc\n", "- a\n- b\n", "```\na\n```", "# a\n\n    code\n\n> q\n"]


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_understood_already_stays(text: str) -> None:
    assert understood(text) == text


LINES = st.sampled_from(["a", "- b", "1. c", "", "    d", "> e", "> ```", "```", "~~~ x y", "    ```"])


@given(st.lists(LINES))
def test_no_line_is_lost(lines: list[str]) -> None:
    made = understood("\n".join(lines))
    assert re.findall("[a-e]", made) == re.findall("[a-e]", "".join(lines))
    assert understood(made) == made, "and it is settled"


def test_what_nests_too_deep_is_said_so() -> None:
    with pytest.raises(TooDeep):
        render("\n".join("    " * level + "- x" for level in range(400)))
    assert render("fine") == "<p>fine</p>"


def test_one_post_leaves_nothing_for_the_next() -> None:
    first = render("A[^1] [r]\n\n[^1]: note\n[r]: /x\n*[A]: Abbreviation")
    assert "footnote" in first
    assert render("A[^1] [r]") == "<p>A[^1] [r]</p>"


PIECES = st.sampled_from(
    "a|b |\n|\n\n|    |\t|- |1. |> |# |```|~~~|`|*|**|_|~~|[|](|![|)|[^1]|[^1]: |¦|\n¦:-¦-:¦\n|:   |*[A]: x|"
    "<div markdown=1>|</div>|<b>|<!--|-->|<?|<![CDATA[|<!|<|>|&|&#1;|{: #x .y }|{|}|\\|\u2028|[x] |===|---|"
    "http://a.b|a@b.c|www.x.y|<script>|</p>|<p markdown=span>|\u0085|\ufffd|🜚".replace("¦", "\\|").split("|")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join) | st.text(LEGAL, max_size=60))
def test_nothing_but_too_deep_leaves_the_room(text: str) -> None:
    with contextlib.suppress(TooDeep):
        assert tidy(render(text), URL).content.strip() == tidy(render(text), URL).content
