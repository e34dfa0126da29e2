"""Pages to write, and what an independent HTML5 parser makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

import pytest

from syndicate.formats import entrypage, page
from syndicate.formats.pagestyle import CSS
from syndicate.model import Address, Attachment, Author, Entry, Feed

html5lib = pytest.importorskip(
    "html5lib", reason="html5lib: it is not installed; install mf2py, which brings it"
)

URL = "https://example.org/"
BERLIN = timezone(timedelta(hours=2))
HALE = Author("R. Hale", "hale@example.org", "https://example.org/hale?a=1&b=2")
ADDRESSES = (
    Address("atom", "atom.xml", "https://example.org/atom.xml"),
    Address("rss", "rss.xml", "https://example.org/rss.xml"),
    Address("json", "feed.json", "https://example.org/feed.json"),
)


def entry(number: int = 1, **changes: object) -> Entry:
    plain = Entry(
        id=f"tag:example.org,2026-01-01:post-{number}",
        url=f"https://example.org/2026/01/post-{number}/",
        title=f"Post {number}",
        headline=f"Post {number}",
        published=datetime(2026, 1, 1, 10, tzinfo=BERLIN) + timedelta(minutes=number),
        updated=datetime(2026, 1, 1, 10, tzinfo=BERLIN) + timedelta(minutes=number),
        summary=f"What post {number} says.",
        content=f"<p>What post {number} says.</p>",
        authors=(HALE,),
        tags=(),
        categories=(),
        language="en",
        image="",
        external_url="",
        attachments=(),
    )
    return cast("Callable[..., Entry]", replace)(plain, **changes)


def feed(*entries: Entry, **changes: object) -> Feed:
    plain = Feed(
        name="main",
        id="https://example.org/atom.xml",
        title="Field notes",
        description="",
        home_url=URL,
        language="en",
        authors=(),
        rights="",
        icon="",
        logo="",
        hubs=(),
        updated=max((each.updated for each in entries), default=datetime(2026, 1, 1, tzinfo=UTC)),
        entries=entries,
        addresses=ADDRESSES,
    )
    return cast("Callable[..., Feed]", replace)(plain, **changes)


CONTENT = """\
<p>Less &lt; more &amp; a <a href="https://example.org/?a=1&amp;b=2">link</a>, <code>x = "1"</code>.</p>
<h2>Counted</h2>
<table>
<thead><tr><th>Date</th><th>Place</th><th>Species</th><th>Number</th><th>Observer</th><th>Remark</th></tr></thead>
<tbody><tr><td>2026-01-01</td><td>Kamień</td><td>Grus grus</td><td>340</td><td>Z. Wójcik</td><td>talking</td></tr>
</tbody>
</table>
<pre><code>for bird in sky: print(bird, "a line that is much longer than a telephone is wide, and has no end in sight")
</code></pre>
<blockquote><p>A quotation.</p></blockquote>
<figure><img src="https://example.org/a.png" alt="A crane" width="1200" height="800">
<figcaption>A crane</figcaption></figure>
<ul><li>one</li><li>two</li></ul>
<p>https://example.org/averylongwordthatnobreakisin/averylongwordthatnobreakisin/averylongwordthatnobreakisin</p>"""

FULL = entry(
    5,
    title="A < B & C",
    headline="A < B & C",
    updated=datetime(2026, 1, 6, 8, 30, 15, tzinfo=UTC),
    summary="Less < more & “quotes”, on one line.",
    content=CONTENT,
    authors=(HALE, Author("Zoë Ångström & Söhne")),
    tags=("C & A", "<tag>", "naïve"),
    categories=("notes", "naïve"),
    image="https://example.org/images/a%20b.png",
    external_url="https://elsewhere.example/article?x=1&y=2",
    attachments=(
        Attachment("https://example.org/a.mp3?x=1&y=2", "audio/mpeg", 12345, "The “episode”"),
        Attachment("https://example.org/b.pdf", "application/pdf", 0),
    ),
)
UNTITLED = entry(4, title="", headline="A note without a title", summary="A note without a title.")
GERMAN = entry(3, title="Ein Verweis", headline="Ein Verweis", language="de")

RICH = feed(
    FULL,
    UNTITLED,
    GERMAN,
    entry(2, summary=""),
    description="Notes from the field & the forest",
    rights="© 2026 R. Hale & others",
    hubs=("https://hub.example/", "https://second.example/hub?x=1&y=2"),
)
OTHERS = (page.Neighbour("Less < “more” & so on", "https://example.org/more/?a=1&b=2"),)

FEED_PAGES: dict[str, bytes] = {
    "rich": page.write(RICH, URL, OTHERS),
    "minimal": page.write(feed(entry()), URL),
    "empty": page.write(feed(), URL),
    "right-to-left": page.write(
        feed(
            entry(title="عنوان", headline="عنوان", summary="نص قصير.", language="ar"),
            title="مذكرات",
            language="ar",
            description="وصف",
        ),
        URL,
    ),
    "long words": page.write(
        feed(entry(title="W" * 900, headline="W" * 900, summary="w" * 3000), title="T" * 400), URL
    ),
    "many": page.write(feed(*(entry(number) for number in range(300))), URL),
}
ENTRY_PAGES: dict[str, bytes] = {
    "full": entrypage.write(FULL, RICH),
    "untitled": entrypage.write(UNTITLED, RICH),
    "minimal": entrypage.write(entry(), feed(entry())),
    "no content": entrypage.write(entry(content="", summary=""), feed(entry())),
    "right-to-left": entrypage.write(
        entry(title="عنوان", headline="عنوان", content="<p>نص</p>", language="ar"),
        feed(title="مذكرات", language="ar"),
    ),
    "long words": entrypage.write(
        entry(
            title="W" * 900,
            headline="W" * 900,
            content=f"<p>{'w' * 3000}</p><pre><code>{'c' * 3000}</code></pre>",
            tags=("t" * 300,),
        ),
        feed(),
    ),
}
PAGES = {f"feed, {name}": body for name, body in FEED_PAGES.items()} | {
    f"entry, {name}": body for name, body in ENTRY_PAGES.items()
}


def parsed(body: bytes) -> Any:
    """The page's `html` element. Fails at each of HTML's parse errors."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(
        body, transport_encoding="utf-8"
    )


def seen(body: bytes) -> Any:
    """The same as browsers see it, errors or not, and in a tenth of the time: without the style sheet."""
    plain = body.replace(CSS.encode(), b"", 1)
    return html5lib.parse(plain, namespaceHTMLElements=False, transport_encoding="utf-8")


def every(tree: Any, tag: str, /, **attributes: str) -> list[Any]:
    """All elements of this name that have these attributes; `class_` is one of the class's words."""
    wanted = attributes.pop("class_", None)
    return [
        one
        for one in tree.iter(tag)
        if all(one.get(key) == value for key, value in attributes.items())
        and (wanted is None or wanted in one.get("class", "").split())
    ]


def only(tree: Any, tag: str, /, **attributes: str) -> Any:
    (found,) = every(tree, tag, **attributes)
    return found


def text(element: Any) -> str:
    return "".join(element.itertext())


def elements(tree: Any) -> Iterator[Any]:
    """All of them, without comments."""
    return (one for one in tree.iter() if isinstance(one.tag, str))
