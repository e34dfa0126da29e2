"""The page for people beside a feed: what this is, how to subscribe, and the latest entries (specification, sections 6
and 8). It works without JavaScript and fetches nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from lxml import html
from lxml.html import builder as E

from syndicate.formats.checks import legal
from syndicate.formats.pagestyle import CSS, STYLE_HASH
from syndicate.model import Entry, Feed, FormatName

media_type = "text/html; charset=utf-8"

POLICY = f"default-src 'none'; style-src {STYLE_HASH}; base-uri 'none'; form-action 'none'"
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
# How people know them, and for whom each is; the order is that of the page.
FORMATS: dict[FormatName, tuple[str, str, str]] = {
    "rss": ("RSS", "application/rss+xml", "every feed reader knows it"),
    "atom": ("Atom", "application/atom+xml", "the same entries, in a younger format"),
    "json": ("JSON Feed", "application/feed+json", "the same entries, for programs"),
}
# Services that are known to take a feed's address in theirs.
READERS = (
    ("Feedly", "https://feedly.com/i/subscription/feed%2F{}"),
    ("Inoreader", "https://www.inoreader.com/?add_feed={}"),
    ("NewsBlur", "https://www.newsblur.com/?url={}"),
    ("Feedbin", "https://feedbin.com/?subscribe={}"),
    ("The Old Reader", "https://theoldreader.com/feeds/subscribe?url={}"),
)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another feed of the site: its title and the URL of its page."""

    title: str
    url: str


def write(feed: Feed, url: str, others: Sequence[Neighbour] = ()) -> bytes:
    """The page of `feed` at `url` (absolute), with links to the pages of `others`. Raises PublishError where a text
    holds what no document can."""
    legal(feed, url)
    body = E.BODY(
        E.A("Skip to the latest entries", {"href": "#latest", "class": "skip"}),
        E.DIV(
            E.CLASS("page"),
            E.HEADER(*_head(feed)),
            E.MAIN(_subscribe(feed), _latest(feed), *_others(others)),
            *_footer(feed),
        ),
    )
    return whole(feed, feed.title, url, body, POLICY)


def whole(feed: Feed, title: str, url: str, body: html.HtmlElement, policy: str) -> bytes:
    """A document with this body, and the head that all pages have. What the pages themselves say is English."""
    links = [
        E.LINK(rel="alternate", type=FORMATS[address.format][1], title=feed.title, href=address.url)
        for address in _liked(feed)
    ]
    links += [E.LINK(rel="hub", href=hub) for hub in feed.hubs]
    head = E.HEAD(
        E.META(charset="utf-8"),
        E.META({"http-equiv": "Content-Security-Policy", "content": policy}),
        E.META(name="viewport", content="width=device-width, initial-scale=1"),
        E.TITLE(title),
        *([E.META(name="description", content=feed.description)] if feed.description else []),
        E.META(name="generator", content="syndicate"),
        E.LINK(rel="canonical", href=url),
        *links,
        E.STYLE(CSS),
    )
    text: str = html.tostring(E.HTML(head, body, lang="en"), encoding="unicode", doctype="<!DOCTYPE html>")
    return (text + "\n").encode()


def _liked(feed: Feed) -> list:  # type: ignore[type-arg]
    return sorted(feed.addresses, key=lambda address: list(FORMATS).index(address.format))


def _head(feed: Feed) -> list[html.HtmlElement]:
    title = E.H1(E.A(feed.title, href=feed.home_url, dir="auto", lang=feed.language))
    if not feed.description:
        return [title]
    return [title, E.P(feed.description, {"class": "lead", "dir": "auto", "lang": feed.language})]


def _subscribe(feed: Feed) -> html.HtmlElement:
    addresses = _liked(feed)
    first = addresses[0].url
    readers = [
        E.LI(
            E.A(
                name,
                {"class": "button plain", "href": pattern.format(quote(first, safe="")), "rel": "nofollow"},
            )
        )
        for name, pattern in READERS
    ]
    return E.SECTION(
        {"class": "card", "aria-labelledby": "subscribe"},
        E.H2("Subscribe", id="subscribe"),
        E.P(
            "This is a web feed. Give its address to a feed reader, and new entries come to you: "
            "no account here, no e-mail, no algorithm."
        ),
        E.UL({"class": "addresses"}, *(_address(n, one.format, one.url) for n, one in enumerate(addresses))),
        E.P({"class": "hint"}, "Or add it to a reader that you use:"),
        E.UL({"class": "readers"}, *readers),
        E.DETAILS(
            E.SUMMARY("What is a feed?"),
            E.P(
                "A feed is a list of a site’s latest entries that programs can read. A feed reader is such a program: "
                "it looks at the feeds that you choose, and shows you what is new, from all of them, in one place. "
                "Nobody learns who you are, and you leave by removing the address."
            ),
            E.P(
                "To begin: get a feed reader (NetNewsWire, Feeder, NewsFlash, Thunderbird and many web services are "
                "some), choose “add a feed” there, and paste the address above."
            ),
        ),
    )


def _address(number: int, kind: FormatName, url: str) -> html.HtmlElement:
    name, _, purpose = FORMATS[kind]
    label = f"address-{number}"
    return E.LI(
        {"class": "address"},
        E.LABEL({"for": label}, f"{name} ", E.SMALL(purpose)),
        E.INPUT(id=label, type="text", value=url, readonly="readonly"),
        E.A({"class": "button" if not number else "button plain", "href": url}, f"Open {name}"),
    )


def _latest(feed: Feed) -> html.HtmlElement:
    section = E.SECTION(
        {"id": "latest", "aria-labelledby": "latest-title"}, E.H2("Latest entries", id="latest-title")
    )
    if feed.entries:
        section.append(E.OL({"class": "entries"}, *(E.LI(_entry(entry, feed)) for entry in feed.entries)))
    else:
        section.append(E.P("Nothing has been published yet."))
    return section


def _entry(entry: Entry, feed: Feed) -> html.HtmlElement:
    made = E.ARTICLE({"class": "entry", "lang": entry.language or feed.language})
    made.append(E.H3(E.A(entry.headline, href=entry.url, dir="auto")))
    made.append(E.P({"class": "meta", "lang": "en"}, moment(entry.published)))
    if entry.title and entry.summary:
        made.append(E.P(shortened(entry.summary), dir="auto"))
    return made


def _others(others: Sequence[Neighbour]) -> list[html.HtmlElement]:
    if not others:
        return []
    links = [E.LI(E.A(one.title, href=one.url, dir="auto")) for one in others]
    return [
        E.NAV(
            {"aria-labelledby": "others"},
            E.H2("Other feeds of this site", id="others"),
            E.UL({"class": "others"}, *links),
        )
    ]


def _footer(feed: Feed) -> list[html.HtmlElement]:
    told = [f"Last changed on {day(feed.updated)}."] if feed.entries else []
    if feed.hubs:
        told.append("Readers that know WebSub hear of new entries at once.")
    said = [E.P(feed.rights, dir="auto")] if feed.rights else []
    said += [E.P(" ".join(told))] if told else []
    return [E.FOOTER(*said)] if said else []


def moment(at: datetime) -> html.HtmlElement:
    return E.TIME(day(at), datetime=at.isoformat())


def day(at: datetime) -> str:
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def shortened(text: str, most: int = 280) -> str:
    """At most so many characters, cut between words."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(None, 1)[0].rstrip(" ,;:.–—-") + " …"
