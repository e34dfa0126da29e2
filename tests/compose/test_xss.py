"""Nothing that could run stays: what others have tried, judged by parsers and an allow-list that are not ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import feedparser
import lxml.html
import pytest
from compose_samples import URL
from feedparser.sanitizer import _HTMLSanitizer
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicate.compose.markdown import render
from syndicate.compose.tidy import tidy

VECTORS = [
    *(Path(__file__).parent / "xss.txt").read_text("utf-8").splitlines(),
    "<scr\x00ipt>alert(1)</script>",
    '<img src=x on\x00error="alert(1)">',
    '<a href="java\x00script:alert(1)">x</a>',
    '<a href="\x01javascript:alert(1)">x</a>',
    '<a href="java\x0bscript:alert(1)">x</a>',
    "<img\x0csrc=x\x0conerror=alert(1)>",
    "<img\x0bsrc=x onerror=alert(1)>",
    '<a href="java\nscript:\nalert(1)">x</a>',
    '<a href="\u2028javascript:alert(1)">x</a>',
    "<script\n>alert(1)</script\n>",
    "<p onmouseover\n=alert(1)>x</p>",
    "<\u017fcript>alert(1)</\u017fcript>",
    "<svg>" * 50 + "<script>alert(1)</script>",
    "<a href='" + "javascript:" * 20 + "alert(1)'>x</a>",
]
# What feed readers let stand, but we do not.
FORMS = {
    "button",
    "canvas",
    "datalist",
    "dialog",
    "form",
    "input",
    "keygen",
    "noscript",
    "select",
    "textarea",
}
TAGS = _HTMLSanitizer.acceptable_elements - FORMS
NAMES = (_HTMLSanitizer.acceptable_attributes | {"srcset"}) - {
    "style",
    "action",
    "target",
    "ping",
    "background",
}
ADDRESS = re.compile(r"(?:https?://|mailto:|tel:)[^\s\"<>\\`]+")
OF_URLS = {"href", "src", "poster", "cite", "srcset"}


class Seen(HTMLParser):
    """Start tags as (tag, attributes), as the standard library reads them; everything else that is no text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.others: list[str] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    handle_pi = unknown_decl = handle_comment


def by_lxml(html: str) -> Iterator[tuple[str, dict[str, str]]]:
    for element in lxml.html.document_fromstring(f"<html><body>{html}</body></html>").iter():
        tag: object = element.tag
        if not isinstance(tag, str):
            yield "!", {}
        elif tag not in ("html", "body") or element.attrib:
            yield tag, {str(name): str(value) for name, value in element.attrib.items()}


def faults(html: str) -> list[str]:
    """What could be more than text, by two parsers."""
    seen = Seen(html)
    found = [f"a declaration or comment: {other}" for other in seen.others]
    for tag, attributes in (*seen.tags, *by_lxml(html)):
        found += [f"<{tag}>"] * (tag not in TAGS)
        for name, value in attributes.items():
            found += [f"<{tag} {name}>"] * (name not in NAMES or name.startswith("on"))
            if name in OF_URLS:
                urls = [part.split(" ")[0] for part in value.split(", ")] if name == "srcset" else [value]
                found += [f"<{tag} {name}={url}>" for url in urls if not ADDRESS.fullmatch(url)]
    return found


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_that_could_run_stays(vector: str) -> None:
    for html in (vector, f"<p>{vector}</p>", f"<pre><code>{vector}</code></pre>", f"<table><td>{vector}"):
        tidied = tidy(html, URL)
        assert not faults(tidied.content)
        assert not faults(tidied.teaser or "")
        assert tidy(tidied.content, URL).content == tidied.content


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_that_could_run_stays_of_markdown(vector: str) -> None:
    for text in (
        vector,
        f"a {vector} b",
        f"- {vector}",
        f"[a]({vector})",
        f"![{vector}](x '{vector}')",
        f"`{vector}`",
    ):
        assert not faults(tidy(render(text), URL).content)


def test_there_are_many() -> None:
    assert len(set(VECTORS)) >= 180


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<p onclick=x>",
        "<a href='javascript:x'>x</a>",
        "<a href='/x'>x</a>",
        "<p style='x'>",
        "<!-- x -->",
        "<?x?>",
        "<img srcset='https://a.example/x 1x, data:x 2x'>",
        "<form>",
        "<svg>",
        "<p a='>' onclick=x>",
    ],
)
def test_the_judge_sees_each_kind(html: str) -> None:
    assert faults(html)


HOSTILE = st.lists(
    st.sampled_from(
        [
            *(
                piece
                for vector in VECTORS[:120]
                for piece in re.split(r"(?<=[>\s])|(?=[<&])", vector)
                if piece
            ),
            '"',
            "'",
            "`",
            ">",
            "=",
            "/",
        ]
    ),
    max_size=20,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(HOSTILE)
def test_nothing_that_could_run_comes_of_pieces(html: str) -> None:
    assert not faults(tidy(html, URL).content)


# What feedparser's sanitiser takes out of our content, and why we leave it in.
STRIPPED = {
    ("img", "srcset"): "readers that know it show a sharper picture, and src stands beside it",
    ("a", "href", "tel:+491"): "readers on a telephone can dial it, and the number is in the text",
}
RICH = """
<h2>a</h2><p dir="rtl" lang="he" title="t">a <a href="/b" hreflang="de" type="text/html">b</a> <abbr title="x">c</abbr>
<b>d</b> <i>e</i> <em>f</em> <strong>g</strong> <code>h</code> <kbd>i</kbd> <samp>j</samp> <var>k</var> <sub>l</sub>
<sup id="fnref:1"><a href="#fn:1">1</a></sup> <small>m</small> <big>n</big> <s>o</s> <strike>p</strike> <u>q</u>
<tt>r</tt> <dfn>s</dfn> <cite>t</cite> <q cite="/c">u</q> <del cite="/d" datetime="2026-01-01">v</del>
<ins cite="/d" datetime="2026-01-01">w</ins> <time datetime="2026-01-01">x</time> <acronym>y</acronym><br>z</p>
<hr><blockquote cite="/e"><p>a</p></blockquote><ul><li>a</li></ul><ol start="3" type="a"><li value="5">b</li></ol>
<dl><dt>a</dt><dd>b</dd></dl><pre><code class="language-py">a &lt; b &amp; c</code></pre>
<figure><img src="a.png" srcset="a.png 1x, b.png 2x" alt="A" width="1" height="2"><figcaption>a</figcaption></figure>
<table summary="s"><caption>a</caption><colgroup><col span="2"></colgroup><thead><tr><th scope="col" id="h"
align="left" colspan="1" rowspan="1">a</th></tr></thead><tbody><tr><td headers="h" align="right" colspan="2">b</td></tr>
</tbody><tfoot><tr><td>c</td></tr></tfoot></table><audio controls preload="none" src="a.mp3"></audio>
<video controls preload="none" poster="p.png" width="1" height="2"><source src="a.mp4"
type="video/mp4" media="all"></video>
<section><article><header>a</header><aside>b</aside><footer>c</footer></article></section><address>d</address><div>e</div>
<ol><li id="fn:1">note <a href="#fnref:1">↩</a></li></ol><iframe src="https://video.example/1"></iframe>
<a href="mailto:a@example.org">m</a> <a href="tel:+491">t</a>
"""


def through_a_reader(content: str) -> Seen:
    """`content` as feedparser hands it to a reader."""
    escaped = content.replace("&", "&amp;").replace("<", "&lt;")
    document = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x</id><title>t</title><updated>2026-01-01T00:00:00Z</updated>'
        f'<entry><id>urn:y</id><title>t</title><content type="html">{escaped}</content></entry></feed>'
    )
    parsed = feedparser.parse(document.encode(), sanitize_html=True)
    assert not parsed.bozo
    return Seen(parsed.entries[0].content[0].value)


def test_readers_strip_nothing_of_it() -> None:
    content = tidy(RICH, URL).content
    ours, theirs = Seen(content), through_a_reader(content)
    assert [tag for tag, _ in theirs.tags] == [tag for tag, _ in ours.tags]
    lost: set[tuple[str, ...]] = set()
    for (tag, mine), (_, kept) in zip(ours.tags, theirs.tags, strict=True):
        for name, value in mine.items():
            if name not in kept:
                lost.add((tag, name))
            elif kept[name] != value:
                lost.add((tag, name, value))
    assert lost == STRIPPED.keys()
    assert "".join(theirs.text).split() == "".join(ours.text).split()


@pytest.mark.parametrize(
    "source", sorted((Path(__file__).parent / "content").glob("*.md")), ids=lambda path: path.stem
)
def test_readers_strip_nothing_of_markdown(source: Path) -> None:
    content = tidy(render(source.read_text("utf-8")), URL).content
    assert through_a_reader(content).tags == Seen(content).tags
