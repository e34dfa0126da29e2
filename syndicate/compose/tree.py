"""What the HTML pass must change in the tree, for the few entries that have any of it.

Readers know fewer elements than browsers. What they would drop is turned here into what they show: a frame
into a link, a lazy image into an image, a block that they do not know into a `div`, so that its text does
not run into the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from syndicate.compose.links import WEB, absolute
from syndicate.model import NOT_XML

_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy")
_LAZY_SETS = ("data-srcset", "data-original-set", "data-lazy-srcset")
_INLINE = frozenset(
    re.findall(
        r"\w+",
        "a abbr b big caption cite code del dfn em h1 h2 h3 h4 h5 h6 i ins kbd p pre q s samp small span strike "
        "strong sub sup tt u var",
    )
)
_BLOCKS = re.findall(r"\w+", "center details dialog fieldset form hgroup legend main menu nav search summary")
_ANCHORS = re.compile(r"(?:\A|\s)(?:headerlink|header-?anchor|heading-?anchor|anchor(?:js-link)?)(?:\s|\Z)")
_NUMBERS = re.compile(r"(?:\A|\s)(?:linenos?|lineno|lnt?|gutter|rouge-gutter|line-numbers-rows)(?:\s|\Z)")
_LISTINGS = re.compile(r"(?:\A|\s)(?:highlighttable|codehilitetable|rouge-table|lntable)(?:\s|\Z)")


def repaired(html: str, url: str) -> str:
    """`html` of the entry at `url` with frames as links, lazily loaded images made real, blocks that readers
    do not know as `div`, and without heading anchors and the line numbers of highlighters."""
    try:
        return _repaired(NOT_XML.sub("", html), url)
    except (etree.LxmlError, ValueError):
        # Too strange to repair: the sanitiser, which reads anything, drops the frames instead.
        return html


def _repaired(html: str, url: str) -> str:
    parser = lxml.html.HTMLParser(huge_tree=True)
    root = lxml.html.document_fromstring(f"<html><body>{html}</body></html>", parser=parser)
    body = root.find("body")
    if body is None:
        return html
    for element in list(body.iterdescendants()):
        if isinstance(element.tag, str) and element.getparent() is not None:
            _repair(element, url)
    inside = [(body.text or "").replace("&", "&amp;").replace("<", "&lt;")]
    inside += [str(lxml.html.tostring(child, encoding="unicode")) for child in body]
    return "".join(inside)


def _repair(element: HtmlElement, url: str) -> None:
    if _is_sign(element):
        element.drop_tree()
    elif element.tag == "table" and _LISTINGS.search(element.get("class", "")):
        _code_alone(element, url)
    elif repair := _REPAIRS.get(element.tag):
        repair(element, url)


def _frame_as_link(frame: HtmlElement, url: str) -> None:
    """A paragraph of its own where one may stand, else a link in the line."""
    parent = frame.getparent()
    source = _target(frame, ("src", "data", *_LAZY), url)
    target = absolute(source, url, WEB) if source else None
    if not target or parent is None:
        frame.drop_tree()
        return
    title = " ".join(_legal(frame.get("title", "")).split())
    around = {parent.tag} | {ancestor.tag for ancestor in parent.iterancestors()}
    # A link in a link is none.
    link = lxml.html.Element("span") if "a" in around else lxml.html.Element("a", href=target)
    link.text = title or f"Embedded: {urlsplit(target).hostname}"
    made = link
    if not around & _INLINE:
        made = lxml.html.Element("p")
        made.append(link)
    made.tail = frame.tail
    parent.replace(frame, made)


def _object_as_link(element: HtmlElement, url: str) -> None:
    """What stands in an `object` is for those who cannot show it, as a reader: that first."""
    if _text(element) or element.find(".//a") is not None:
        element.drop_tag()
        return
    inner = element.find(".//embed")
    if inner is not None and not element.get("data"):
        element.set("data", inner.get("src", ""))
    _frame_as_link(element, url)


def _target(element: HtmlElement, names: Iterable[str], url: str) -> str | None:
    """The first of the attributes `names` that holds a web address."""
    values = (element.get(name, "").strip() for name in names)
    return next((value for value in values if value and absolute(value, url, WEB)), None)


def _made_real(image: HtmlElement, url: str) -> None:
    source = _target(image, _LAZY, url)
    choice = next((image.get(name) for name in _LAZY_SETS if image.get(name)), None)
    if source:
        image.set("src", _legal(source))
    if choice:
        image.set("srcset", _legal(choice))


def _without_double(element: HtmlElement, url: str) -> None:
    """A `noscript` repeats the image before it for those who have no script, and is right about its source."""
    before, real = element.getprevious(), element.findall(".//img")
    if before is None or len(real) != 1 or _text(element):
        element.drop_tag()
        return
    images = [before] if before.tag == "img" else before.findall(".//img")
    if len(images) != 1 or _text(before) or (before.tail or "").strip():
        element.drop_tag()
        return
    _made_real(real[0], url)
    if _target(real[0], ("src",), url):
        for name in ("src", "srcset"):
            images[0].attrib.pop(name, None)
            if real[0].get(name):
                images[0].set(name, real[0].get(name, ""))
    element.drop_tree()


def _image_alone(picture: HtmlElement, url: str) -> None:
    """Of a `picture` the image; where that has no source of its own, with the first that is offered."""
    offered = [one.get("srcset") or one.get("data-srcset") or "" for one in picture.findall(".//source")]
    for image in picture.findall(".//img"):
        if offered and not _target(image, ("src", "srcset", *_LAZY, *_LAZY_SETS), url):
            image.set("srcset", offered[0])
    for source in picture.findall(".//source"):
        source.drop_tag()
    picture.drop_tag()


def _code_alone(table: HtmlElement, _url: str) -> None:
    """Of a listing that stands in a table, for the sake of its line numbers, the code."""
    for element in list(table.iterdescendants()):
        if isinstance(element.tag, str) and _is_sign(element):
            element.drop_tree()
    listings = table.findall(".//pre")
    if not listings:
        return
    for listing in listings:
        if not _text(listing):
            listing.drop_tree()
    for part in list(table.iter("thead", "tbody", "tr", "td", "th")):
        part.drop_tag()
    table.drop_tag()


def _as_block(element: HtmlElement, _url: str) -> None:
    element.tag = "p" if element.tag in ("summary", "legend") else "div"


def _with_brackets(reading: HtmlElement, _url: str) -> None:
    """Ruby: how a word is read, which without its place above the word must stand in brackets."""
    parent = reading.getparent()
    if parent is not None and parent.find("rp") is None:
        reading.text = f"({reading.text or ''}"
        if len(reading):
            reading[-1].tail = f"{reading[-1].tail or ''})"
        else:
            reading.text += ")"


def _formula_as_text(formula: HtmlElement, _url: str) -> None:
    """A formula as its author wrote it, where that is told, else its signs in a row."""
    notes = [note for note in formula.iter("annotation") if "tex" in note.get("encoding", "")]
    written = next((str(note.text_content()) for note in notes), formula.get("alttext", ""))
    for note in list(formula.iter("annotation", "annotation-xml")):
        note.drop_tree()
    text = " ".join(_legal(written or str(formula.text_content())).split())
    parent, tail = formula.getparent(), formula.tail
    drawn = parent.getnext() if parent is not None else None
    if drawn is not None and "katex-html" in (drawn.get("class") or ""):
        drawn.drop_tree()
    formula.clear()
    formula.tag, formula.text, formula.tail = "code", text, tail


_REPAIRS: dict[str, Callable[[HtmlElement, str], None]] = {
    "iframe": _frame_as_link,
    "embed": _frame_as_link,
    "object": _object_as_link,
    "img": _made_real,
    "noscript": _without_double,
    "picture": _image_alone,
    "rt": _with_brackets,
    "math": _formula_as_text,
    **dict.fromkeys(_BLOCKS, _as_block),
}


def _is_sign(element: HtmlElement) -> bool:
    """A heading's own anchor (`¶`, `#`), or a highlighter's line numbers."""
    kind = element.get("class", "")
    if not kind:
        return False
    if _NUMBERS.search(kind) and re.fullmatch(r"[\d\s]*", str(element.text_content())):
        return True
    return element.tag == "a" and bool(_ANCHORS.search(kind)) and len(_text(element)) <= 2


def _text(element: HtmlElement) -> str:
    return str(element.text_content()).strip()


def _legal(text: str) -> str:
    return NOT_XML.sub("", text)
