"""Plain text out of content: summaries, headlines, first words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from compose_samples import LEGAL, URL
from hypothesis import given
from hypothesis import strategies as st

from syndicate.compose.markdown import render
from syndicate.compose.tidy import tidy
from syndicate.compose.words import HEADLINE_WIDTH, first_words, headline, plain, summary

PLAIN = [
    ("", ""),
    ("<p>a</p><p>b</p>", "a b"),
    ("<p>a<br>b</p>", "a b"),
    ("a<hr>b", "a b"),
    ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "a b c"),
    ("text<div>block</div>text", "text block text"),
    ("<h2>a</h2>b", "a b"),
    ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>", "a b c"),
    ("<dl><dt>a</dt><dd>b</dd></dl>", "a b"),
    ("<p>in<b>side</b> a <code>word</code></p>", "inside a word"),
    ("<pre>a\n  b</pre>", "a b"),
    ("<p>a &lt; b &amp;amp; c&nbsp;d</p>", "a < b &amp; c d"),
    ('<p><a title="a &gt; b" href="/x">c</a></p>', "c"),
    ('<p>a<img src="x" alt="b">c</p>', "ac"),
    ("<figure><img src=x><figcaption>a</figcaption></figure>b", "a b"),
    ("<details><summary>More</summary>text</details>", "More text"),
    ("<p>a\u00a0\u2003b\n\tc</p>", "a b c"),
]


@pytest.mark.parametrize(("html", "text"), PLAIN)
def test_plain_text(html: str, text: str) -> None:
    assert plain(tidy(html, URL).content) == text


NOTES = [
    "One[^1] and two.[^b] One again.[^1]\n\n[^1]: A note.\n[^b]: Another,\n\n    in two paragraphs.",
    '<p>One<a id="fnref1" href="#fn1"><sup>1</sup></a> and two.<a href="#fn2">2</a> One again.</p>'
    '<section><ol><li id="fn1">A note. <a href="#fnref1">↩</a></li>'
    '<li id="fn2"><ul><li>b</li></ul></li></ol></section>',
    '<p>One<sup><a id="user-content-fnref-1" href="#user-content-fn-1">[1]</a></sup> and two. One again.</p>'
    '<ol><li id="user-content-fn-1"><p>A note. <a href="#user-content-fnref-1">↩</a></p></li></ol>',
]


@pytest.mark.parametrize("text", NOTES)
def test_plain_text_has_no_footnotes(text: str) -> None:
    tidied = tidy(render(text), URL)
    assert plain(tidied.content) == summary(tidied) == "One and two. One again."


LONG = " ".join(f"word{number}" for number in range(100))
SUMMARIES = [
    ("First *paragraph*.\n\nSecond.", "First paragraph."),
    ("# Title\n\nFirst.\n\nSecond.", "First."),
    ("Above.\n\nAlso above.\n\n<!-- more -->\n\nBelow.", "Above. Also above."),
    ("Above <!--more--> below.\n\nSecond.", "Above"),
    ("<!--more-->\n\nBelow.\n\nSecond.", "Below."),
    ("![Only a picture](a.png)\n\n<!--more-->\n\nBelow.", "Below."),
    ("February 9, 2026.\n\nThe text.", "The text."),
    ("2026-02-09\n\nThe text.", "The text."),
    ("9. Februar 2026\n\nThe text.", "The text."),
    ("Monday, 9 February 2026\n\nThe text.", "The text."),
    ("Posted on 9th of Feb. 2026:\n\nThe text.", "The text."),
    ("09/02/2026\n\nThe text.", "The text."),
    ("February 9, 2026. Another day.\n\nThe text.", "February 9, 2026. Another day."),
    ("Top 10 tricks\n\nThe text.", "Top 10 tricks"),
    ("I have 3 cats.\n\nThe text.", "I have 3 cats."),
    ("Agent 47\n\nThe text.", "Agent 47"),
    ("1984\n\nThe text.", "1984"),
    ("February 9, 2026.", "February 9, 2026."),
    ("![](a.png)\n\nThe text.", "The text."),
    ("- one\n- two", "one two"),
    ("- one\n\n- two", "one two"),
    ("- one\n\n- two\n\nThe text.", "The text."),
    ("> Quoted.\n\nThe text.", "Quoted."),
    ("```\ncode\n```\n\nThe text.", "The text."),
    ("- one[^1]\n\n[^1]: A note.", "one"),
    ("![A picture &amp; more](a.png)", "A picture & more"),
    ("![](a.png)", ""),
    ("", ""),
    ("***", ""),
    (f"{LONG}\n\nSecond.", LONG),
    (f"- {LONG}", " ".join(f"word{number}" for number in range(44)) + "…"),
    ("| a | b |\n|---|---|\n| c | d |", "a b c d"),
    ("A &lt;b&gt; &amp; c", "A <b> & c"),
]


@pytest.mark.parametrize(("text", "said"), SUMMARIES)
def test_a_summary(text: str, said: str) -> None:
    assert summary(tidy(render(text), URL)) == said


DAY = datetime(2026, 1, 5, tzinfo=UTC)
HEADLINES = [
    ("Title", "text", "Title"),
    ("", "A short note.", "A short note."),
    ("", LONG, "word0 word1 word2 word3 word4 word5 word6 word7 word8 word9…"),
    ("", "", "2026-01-05"),
    ("T" * 200, "", "T" * 200),
]


@pytest.mark.parametrize(("title", "text", "shown"), HEADLINES)
def test_a_headline(title: str, text: str, shown: str) -> None:
    assert headline(title, text, DAY) == shown


FIRST = [
    ("one two three", 20, "one two three"),
    ("one two three", 13, "one two three"),
    ("one two three", 12, "one two…"),
    ("one two three", 7, "one two…"),
    ("one two three", 6, "one…"),
    ("one, two three", 4, "one…"),
    ("one two – three", 9, "one two…"),
    ("日本語の文章はここで切れる", 6, "日本語の文章…"),
    ("a 日本語の文章はここで切れる", 8, "a 日本語の文章…"),
    ("-" * 20, 10, "…"),
]


@pytest.mark.parametrize(("text", "width", "words"), FIRST)
def test_first_words(text: str, width: int, words: str) -> None:
    assert first_words(text, width) == words


@given(st.text(LEGAL))
def test_any_text_has_a_headline(text: str) -> None:
    shown = headline("", " ".join(text.split()), DAY)
    assert shown.strip()
    assert len(shown) <= HEADLINE_WIDTH + 1
    assert "\n" not in shown
