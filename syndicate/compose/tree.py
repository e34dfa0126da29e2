"""What the HTML pass must change in the tree, for the few entries that have any of it."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from syndicate.compose.links import absolute

_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset")
_ANCHORS = re.compile(r"(?:\A|\s)(?:headerlink|header-?anchor|heading-?anchor|anchor)(?:\s|\Z)")
_NUMBERS = re.compile(r"(?:\A|\s)(?:linenos?|lineno|gutter|rouge-gutter)(?:\s|\Z)")


def repaired(html: str, url: str) -> str:
    """`html` with frames as links, lazily loaded images made real, and without heading anchors and the line
    numbers of highlighters."""
    try:
        root = lxml.html.fragment_fromstring(html, create_parent="div")
    except (etree.LxmlError, ValueError):
        # Too strange a tree to repair: the sanitiser, which reads anything, drops the frames instead.
        return html
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        if element.tag == "iframe":
            _frame_as_link(element, url)
        elif element.tag == "img":
            _made_real(element)
        elif element.tag == "noscript":
            _without_double(element)
        elif _is_sign(element):
            element.drop_tree()
    whole = str(lxml.html.tostring(root, encoding="unicode"))
    return whole[len("<div>") : -len("</div>")]


def _frame_as_link(frame: HtmlElement, url: str) -> None:
    target = absolute(
        frame.get("src") or next((frame.get(name) for name in _LAZY if frame.get(name)), ""), url
    )
    parent = frame.getparent()
    if not target or target == url or parent is None:
        frame.drop_tree()
        return
    link = lxml.html.Element("a", href=target)
    link.text = frame.get("title") or f"Embedded: {urlsplit(target).hostname or target}"
    paragraph = lxml.html.Element("p")
    paragraph.append(link)
    paragraph.tail = frame.tail
    parent.replace(frame, paragraph)


def _made_real(image: HtmlElement) -> None:
    for names, real in ((_LAZY, "src"), (_LAZY_SETS, "srcset")):
        for name in names:
            if image.get(name):
                image.set(real, image.get(name, ""))
                break


def _without_double(element: HtmlElement) -> None:
    """A `noscript` repeats the image before it for those who have no script: now that one is real."""
    before = element.getprevious()
    images = element.findall(".//img")
    if before is not None and before.tag == "img" and images:
        element.drop_tree()
    else:
        element.drop_tag()


def _is_sign(element: HtmlElement) -> bool:
    """A heading's own anchor (`¶`, `#`), or a highlighter's column of line numbers."""
    kind = element.get("class", "")
    if _NUMBERS.search(kind):
        return True
    return (
        element.tag == "a" and bool(_ANCHORS.search(kind)) and len(str(element.text_content()).strip()) <= 2
    )
