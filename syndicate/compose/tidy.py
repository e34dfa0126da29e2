"""The one HTML pass for all formats: what comes out is safe, absolute, and says the same in every reader.

Allowed is what the sanitisers of readers let stand, so that what we publish is what people see. The
sanitiser runs last, until it finds nothing more to change: whatever stands before it need not be trusted, and
a reader that parses the result sees the same elements again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from syndicate.compose.links import SCHEMES, WEB, absolute, absolute_srcset, encoded_fragment
from syndicate.model import NOT_XML

TAGS = frozenset(
    re.findall(
        r"\w+",
        "a abbr acronym address article aside audio b big blockquote br caption cite code col colgroup dd "
        "del dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li ol p "
        "pre q s samp section small source strike strong sub sup table tbody td tfoot th thead time tr tt "
        "u ul var video",
    )
)
ATTRIBUTES: dict[str, set[str]] = {
    "*": {"dir", "id", "lang", "title"},
    "a": {"href", "hreflang", "type"},
    "audio": {"controls", "preload", "src"},
    "blockquote": {"cite"},
    "code": {"class"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "img": {"alt", "height", "src", "srcset", "width"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "type"},
    "q": {"cite"},
    "source": {"media", "src", "srcset", "type"},
    "table": {"summary"},
    "td": {"align", "colspan", "headers", "rowspan"},
    "th": {"align", "colspan", "headers", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"controls", "height", "poster", "preload", "src", "width"},
}
_GONE_WITH_CONTENT = set(
    re.findall(
        r"\w+",
        "applet button canvas datalist embed iframe math noembed noframes script select style svg template "
        "textarea title",
    )
)
# Only then is the text parsed into a tree: most entries have none of these.
_WORTH_A_TREE = re.compile(
    r"<(?:center|details|dialog|embed|fieldset|form|hgroup|iframe|legend|main|math|menu|nav|noscript|object|"
    r"picture|rt|search|summary)\b|<[a-z][^<>]*(?:[\s\"'/]data-(?:src|original|lazy)|header-?link|heading-?anchor|"
    r"header-?anchor|class=[\"']?[\w -]{0,80}\b(?:anchor(?:js-link)?|lineno|linenos|lnt?|gutter|line-numbers-rows)\b)",
    re.I,
)
_URLS = {"href": SCHEMES, "src": WEB, "poster": WEB, "cite": WEB}
_INPUT = re.compile(r"<input\b([^<>]*)>[ \t]*", re.I)
_CHECKBOX = re.compile(r"\btype\s*=\s*[\"']?checkbox\b", re.I)
_CHECKED = re.compile(r"\schecked\b", re.I)
_REFERENCE = re.compile(r"&#(?:[xX]0*(?P<hex>[0-9a-fA-F]+)|0*(?P<decimal>[0-9]+));?")
_MORE = re.compile(
    r"<!--(?:more\b[^<>]*?|\s*(?:read[\s_-]?more|more|(?:end[\s_-])?(?:excerpt|teaser)(?:[\s_-]end)?|truncate|"
    r"pelican_end_summary)\s*)-->",
    re.I,
)
_FOOTNOTE = re.compile(
    r"(?:user-content-)?(?P<kind>_?(?:fn|ftn|footnote)(?:-?ref)?)(?P<again>\d*)(?:[:-](?P<label>.+))?\Z", re.S
)
_EMPTY = re.compile(r"<p>\s*</p>\n?")
# A start tag as the sanitiser writes it: in values `"`, `<` and `>` are always references.
_START = re.compile(r"<(?P<tag>[a-z][a-z0-9]*)(?P<attributes>(?:\s[\w-]+=\"[^\"]*\")*)>(?P<newline>\n?)")
_VALUE = re.compile(r"\s([\w-]+)=\"([^\"]*)\"")
# By far the most markup is settled in two rounds; the bound is for what was made to be otherwise.
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Tidied:
    """Safe HTML: all of it, and the part above the more-mark (None where there is no mark)."""

    content: str
    teaser: str | None


def tidy(html: str, url: str) -> Tidied:
    """The pass over `html` of the entry at `url` (absolute), which links are seen from (spec.md, section 5)."""
    html = _INPUT.sub(_box, _REFERENCE.sub(_legal, html))
    if _WORTH_A_TREE.search(html):
        from syndicate.compose import tree

        html = tree.repaired(html, url)
    mark = _MORE.search(html)
    clean = _cleaner(url)
    return Tidied(clean(html), clean(html[: mark.start()]) if mark else None)


def _legal(found: re.Match[str]) -> str:
    """A character reference, unless it names what XML cannot hold."""
    digits, base = (found["hex"], 16) if found["hex"] else (found["decimal"], 10)
    code = int(digits, base) if len(digits) < 9 else 0
    return "" if code > 0x10FFFF or NOT_XML.match(chr(code)) else found[0]


def _box(found: re.Match[str]) -> str:
    """A task's box as a sign: readers drop form elements."""
    if not _CHECKBOX.search(found[1]):
        return ""
    return "☑ " if _CHECKED.search(found[1]) else "☐ "


def _cleaner(url: str) -> Callable[[str], str]:
    import nh3

    scope = hashlib.sha256(url.encode()).hexdigest()[:8]

    def attribute(_tag: str, name: str, value: str) -> str | None:
        if name in _URLS:
            return _link(value, url, scope, _URLS[name])
        if name == "srcset":
            return absolute_srcset(value, url)
        if name == "id":
            return _footnote(value, scope)
        if name == "class":
            return next((word for word in value.split() if word.startswith("language-")), None)
        return value

    sanitiser = nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=_GONE_WITH_CONTENT,
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=attribute,
        url_schemes=set(SCHEMES),
        link_rel=None,
    )

    def clean(html: str) -> str:
        # Elements that are dropped leave their content, which then may stand where it cannot: the next round
        # settles that.
        for _ in range(_ROUNDS):
            before = html
            html = NOT_XML.sub("", sanitiser.clean(html))
            html = _EMPTY.sub("", _START.sub(_start, html)).strip()
            if html == before:
                break
        return html

    return clean


def _start(found: re.Match[str]) -> str:
    if found["tag"] == "img":
        return _image(found["attributes"]) + found["newline"]
    if found["tag"] == "pre" and found["newline"]:
        # A parser drops the first line break of a `pre`, and the sanitiser has done so.
        return f"{found[0]}\n"
    return found[0]


def _image(attributes: str) -> str:
    """An image with a source, if need be the first of its set; else the words that stand for it."""
    values = dict(_VALUE.findall(attributes))
    if "src" in values:
        return f"<img{attributes}>"
    if "srcset" in values:
        return f'<img src="{values["srcset"].split(" ")[0].rstrip(",")}"{attributes}>'
    return str(values.get("alt", ""))


def _link(value: str, url: str, scope: str, schemes: tuple[str, ...]) -> str | None:
    value = value.strip()
    if value.startswith("#"):
        # The page itself may number its footnotes in its own way, other fragments are the author's.
        return absolute("#" + (_footnote(value[1:], scope) or value[1:]), url)
    if not value and schemes == WEB:
        return None
    return absolute(value, url, schemes)


def _footnote(anchor: str, scope: str) -> str | None:
    """A footnote's anchor, unique among all entries that one page may show; None for others."""
    found = _FOOTNOTE.match(anchor)
    if not found or not (found["again"] or found["label"]):
        return None
    label = "" if found["label"] is None else "-" + encoded_fragment(found["label"])
    if label == f"-{scope}" or label.startswith(f"-{scope}-"):
        return f"{found['kind']}{found['again']}{label}"
    return f"{found['kind']}{found['again']}-{scope}{label}"
