"""What follows raw HTML in its line keeps its place."""

from __future__ import annotations

import markdown as library
import pytest

from syndicate.compose.markdown import render

TAILS = [
    ("<div>a</div> after &mdash; dash AT&amp;T", "after &mdash; dash AT&amp;T"),
    ("<p>One</p> &amp; two", "&amp; two"),
    ("<!-- note --> text &amp; more", "text &amp; more"),
    ("<hr> text &amp; more", "text &amp; more"),
    ("<table><tr><td>x</td></tr></table> see &rarr; there &#169; now", "see &rarr; there &#169; now"),
    ("<figure>f</figure> caption &copy; Ada &amp; Bob", "caption &copy; Ada &amp; Bob"),
    ("<div>a</div> b &lt; c <hr> d &amp; e", "b &lt; c <hr> d &amp; e"),
    ('<div markdown="1">a &amp; b</div> c &amp; d', "c &amp; d"),
]


@pytest.mark.parametrize(("text", "tail"), TAILS)
def test_in_its_place(text: str, tail: str) -> None:
    assert render(text).endswith(f"<p>{tail}</p>")


def test_the_library_still_has_the_fault() -> None:
    """When this fails, the repair may go."""
    assert library.markdown("<p>One</p> &amp; two") == "<p>One</p>\n<p>two</p>\n<p>&amp;</p>"
