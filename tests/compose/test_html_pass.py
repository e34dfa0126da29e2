"""The HTML pass: what readers see is what its author meant, and the same in each of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from compose_samples import URL
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicate.compose.markdown import render
from syndicate.compose.tidy import tidy

SITE = "https://example.org"
SCOPE = "2fa0f0de"
FILM = '<a href="https://video.example/1">Embedded: video.example</a>'


def read_cases() -> dict[str, tuple[str, str]]:
    """Name → HTML as it comes, content as it goes. In the file `{url}` is the entry's, `{site}` the site's."""
    text = (Path(__file__).parent / "html_cases.txt").read_text("utf-8")
    cases = {}
    for case in text.removeprefix("== ").split("\n== "):
        name, _, rest = case.partition("\n")
        html, _, content = rest.partition("\n--\n")
        for short, long in (("{film}", FILM), ("{url}", URL), ("{site}", SITE)):
            content = content.replace(short, long)
        cases[name] = (html, content.strip())
    return cases


PASSES = {
    **read_cases(),
    "characters that are none": ("a\x00b\x0bc\ufffed", "abcd"),
    "white space": (" \n ", ""),
    "nothing": ("", ""),
    # One round of dropping makes a new one, which the sanitiser then decodes and drops.
    "a reference in a reference": ("&amp;#1; &#&#1;1;", "&amp;#1;"),
}


@pytest.mark.parametrize(("html", "content"), PASSES.values(), ids=PASSES.keys())
def test_what_readers_see(html: str, content: str) -> None:
    assert tidy(html, URL).content == content


@pytest.mark.parametrize("html", [html for html, _ in PASSES.values()], ids=PASSES.keys())
def test_a_second_pass_changes_nothing(html: str) -> None:
    content = tidy(html, URL).content
    assert tidy(content, URL).content == content


def test_nothing_of_deep_markup_is_lost() -> None:
    content = tidy("<div>" * 500 + '<iframe src="https://video.example/1"></iframe>deep', URL).content
    assert content.endswith(f"<p>{FILM}</p>deep" + "</div>" * 500)


FOOTNOTES = [
    ("fn:1", "fnref:1", f"fn-{SCOPE}-1", f"fnref-{SCOPE}-1"),
    ("fn:a b", "fnref2:a b", f"fn-{SCOPE}-a%20b", f"fnref2-{SCOPE}-a%20b"),
    ("fn-1", "fnref-1", f"fn-{SCOPE}-1", f"fnref-{SCOPE}-1"),
    ("fn1", "fnref1", f"fn1-{SCOPE}", f"fnref1-{SCOPE}"),
    ("user-content-fn-1", "user-content-fnref-1", f"fn-{SCOPE}-1", f"fnref-{SCOPE}-1"),
    ("footnote-1", "footnote-ref-1", f"footnote-{SCOPE}-1", f"footnote-ref-{SCOPE}-1"),
    ("_ftn1", "_ftnref1", f"_ftn1-{SCOPE}", f"_ftnref1-{SCOPE}"),
]


@pytest.mark.parametrize(("note", "mark", "note_id", "mark_id"), FOOTNOTES)
def test_footnotes_are_the_entrys_own(note: str, mark: str, note_id: str, mark_id: str) -> None:
    html = f'<sup id="{mark}"><a href="#{note}">1</a></sup><ol><li id="{note}">n <a href="#{mark}">↩</a></li></ol>'
    content = tidy(html, URL).content
    assert re.findall(r'id="([^"]*)"', content) == [mark_id, note_id]
    assert re.findall(r'href="([^"]*)"', content) == [f"{URL}#{note_id}", f"{URL}#{mark_id}"]


@pytest.mark.parametrize("name", ["footnotes", "fn", "fnord", "section-1", "fn:", "top"])
def test_other_anchors_are_the_pages(name: str) -> None:
    content = tidy(f'<h2 id="{name}">a</h2><a href="#{name}">b</a>', URL).content
    assert content == f'<h2>a</h2><a href="{URL}#{name}">b</a>'


def test_anchors_of_two_entries_are_never_one() -> None:
    html = render("A[^1] B[^b] C[^1]\n\n[^1]: one\n[^b]: two")
    first, second = (
        re.findall(r'id="([^"]*)"', tidy(html, f"https://example.org/{name}/").content) for name in "ab"
    )
    assert len(set(first)) == len(first) == 5
    assert not set(first) & set(second)


BASES = [
    ("https://example.org/a/?page=2#top", "https://example.org/a/?page=2#fn-", "https://example.org/a/b"),
    ("https://example.org/a", "https://example.org/a#fn-", "https://example.org/b"),
    ("https://example.org/?p=7", "https://example.org/?p=7#fn-", "https://example.org/b"),
]


@pytest.mark.parametrize(("url", "note", "beside"), BASES)
def test_links_are_seen_from_the_entry(url: str, note: str, beside: str) -> None:
    targets = re.findall(r'href="([^"]*)"', tidy('<a href="#fn:1">x</a><a href="b">y</a>', url).content)
    assert targets[0].startswith(note)
    assert targets[0].count("#") == 1
    assert targets[1] == beside


MORE = [
    "<!--more-->",
    "<!-- more -->",
    "<!--  MORE  -->",
    "<!--More-->",
    "<!--more Keep reading-->",
    "<!-- read more -->",
    "<!--readmore-->",
    "<!-- Read-More -->",
    "<!-- TEASER_END -->",
    "<!-- excerpt -->",
    "<!-- end excerpt -->",
    "<!-- excerpt-end -->",
    "<!-- truncate -->",
    "<!-- PELICAN_END_SUMMARY -->",
    "<!--\nmore\n-->",
]


@pytest.mark.parametrize("mark", MORE)
def test_the_mark_ends_the_teaser_and_cuts_nothing(mark: str) -> None:
    for text in (
        f"Above *it*.\n\n{mark}\n\nBelow.",
        f"Above *it*. {mark} Below.",
        f"Above *it*.\n{mark}\nBelow.",
    ):
        tidied = tidy(render(text), URL)
        assert tidied.teaser is not None
        assert re.sub(r"<[^>]*>", "", tidied.teaser).strip() == "Above it."
        assert "Below." in tidied.content
        assert "more" not in tidied.content.lower()
    assert tidy(render(f"{mark}\n\nBelow."), URL).teaser == ""


NO_MORE = [
    "Above.\n\n```html\n<!--more-->\n```\n\nBelow.",
    "Above.\n\n    <!--more-->\n\nBelow.",
    "Above, and `<!--more-->`.\n\nBelow.",
    "Above.\n\n<!-- more of this later -->\n\nBelow.",
    "Above.\n\n<!-- nevermore -->\n\nBelow.",
    "Above.\n\n<!--moreover-->\n\nBelow.",
    "Above.\n\n<!-- excerpt-start -->\n\nBelow.",
    "Above.\n\nmore\n\nBelow.",
]


@pytest.mark.parametrize("text", NO_MORE)
def test_what_is_no_mark(text: str) -> None:
    assert tidy(render(text), URL).teaser is None


def test_the_first_mark_counts() -> None:
    assert tidy("<p>a</p><!--more--><p>b</p><!--more--><p>c</p>", URL).teaser == "<p>a</p>"


def test_a_teaser_is_whole() -> None:
    assert tidy("<div><p>a <b>b<!--more--> c</b></p></div>", URL).teaser == "<div><p>a <b>b</b></p></div>"


TAGS = st.sampled_from(
    re.findall(
        r"\w+",
        "p div h1 ul ol li table tr td th caption a b i em strong sup pre code span button object marquee form font "
        "svg math mtext style template select option textarea title noscript iframe details summary picture source "
        "ruby rt video audio img br hr blockquote section dl dt dd body html frameset plaintext xmp",
    )
)
ATTRIBUTES = st.sampled_from(["id=fn:1", "href='#x'", "src=a", "class=anchor", "data-src=b", "title='<'"])
TEXTS = st.sampled_from(
    ["a", " ", "\n", "&lt;", "&#1;", "<", ">", "<!--", "-->", "<![CDATA[", "]]>", "<!-- more -->"]
)
MARKUP = st.lists(
    st.one_of(
        TAGS.map(lambda tag: f"<{tag}>"),
        TAGS.map(lambda tag: f"</{tag}>"),
        st.builds("<{} {}>".format, TAGS, ATTRIBUTES),
        TEXTS,
    ),
    max_size=30,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(MARKUP)
def test_any_markup_is_settled_by_one_pass(html: str) -> None:
    content = tidy(html, URL).content
    assert tidy(content, URL).content == content
