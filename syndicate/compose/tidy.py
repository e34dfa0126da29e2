"""The one HTML pass for all formats: what comes out is safe, absolute, and says the same in every reader.

Allowed is what the sanitisers of readers let stand, so that what we publish is what people see. The
sanitiser runs last but for the check of characters: whatever stands before it need not be trusted.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from syndicate.compose.links import SCHEMES, absolute, absolute_srcset
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
    "ol": {"start", "type"},
    "q": {"cite"},
    "source": {"media", "src", "srcset", "type"},
    "table": {"summary"},
    "td": {"align", "colspan", "headers", "rowspan"},
    "th": {"align", "colspan", "headers", "rowspan", "scope"},
    "time": {"datetime"},
    "video": {"controls", "height", "poster", "preload", "src", "width"},
}
_GONE_WITH_CONTENT = {
    "script",
    "style",
    "title",
    "template",
    "object",
    "embed",
    "applet",
    "svg",
    "math",
    "select",
}

# Only then is the text parsed at all: most entries have none of these.
_WORTH_A_TREE = re.compile(
    r"<iframe|<noscript|\sdata-(?:src|original|lazy)|headerlink|header-?anchor|heading-?anchor|"
    r"class=[\"']?anchor|linenos?|gutter|lineno",
    re.I,
)
_URLS = {"href", "src", "poster", "cite"}
_CHECKBOX = re.compile(r"<input\b[^<>]*\btype\s*=\s*[\"']?checkbox\b[^<>]*>[ \t]*", re.I)
_CHECKED = re.compile(r"\schecked\b", re.I)
_MORE = re.compile(r"<!--\s*(?:(?:read[\s_-]*)?more\b|excerpt|teaser[_-]end)[^<>]*?-->", re.I)
_FOOTNOTE = re.compile(r"(?P<kind>fn|fnref)(?P<again>\d*)[:-](?P<label>.+)\Z", re.S)
_IMAGE = re.compile(r"<img((?:\s[\w-]+=\"[^\"]*\")*)>")
_EMPTY = re.compile(r"<p>\s*</p>\n?")


@dataclass(frozen=True, slots=True)
class Tidied:
    """Safe HTML: all of it, and the part above the more-mark (None where there is no mark)."""

    content: str
    teaser: str | None


def tidy(html: str, url: str) -> Tidied:
    """The pass over `html` of the entry at `url` (absolute), which links are seen from."""
    html = _CHECKBOX.sub(lambda box: "☑ " if _CHECKED.search(box[0]) else "☐ ", html)
    if _WORTH_A_TREE.search(html):
        from syndicate.compose import tree

        html = tree.repaired(html, url)
    mark = _MORE.search(html)
    teaser = _clean(html[: mark.start()], url) if mark else None
    return Tidied(_clean(html, url), teaser)


def _clean(html: str, url: str) -> str:
    import nh3

    scope = hashlib.sha256(url.encode()).hexdigest()[:8]

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name in _URLS:
            return _link(value, url, scope)
        if name == "srcset":
            return absolute_srcset(value, url)
        if name == "id":
            return _footnote(value, scope)
        if name == "class":
            return next((word for word in value.split() if word.startswith("language-")), None)
        return value

    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=_GONE_WITH_CONTENT,
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=attribute,
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    cleaned = _IMAGE.sub(lambda image: image[0] if ' src="' in image[1] else _alt(image[1]), cleaned)
    # A character reference can name what XML cannot hold; only now is it decoded.
    return _EMPTY.sub("", NOT_XML.sub("", cleaned)).strip()


def _link(value: str, url: str, scope: str) -> str | None:
    if value.startswith("#"):
        # The page itself may number its footnotes in its own way, other fragments are the author's.
        return f"{url}#{_footnote(value[1:], scope) or absolute_fragment(value[1:])}"
    return absolute(value, url)


def absolute_fragment(fragment: str) -> str:
    from urllib.parse import quote

    return quote(fragment, safe="%/:=&?~+!$,;'@()*-._")


def _footnote(anchor: str, scope: str) -> str | None:
    """A footnote's anchor, unique among all entries that one page may show; None for others."""
    found = _FOOTNOTE.match(anchor)
    if not found:
        return None
    return f"{found['kind']}{found['again']}-{scope}-{absolute_fragment(found['label'])}"


def _alt(attributes: str) -> str:
    found = re.search(r' alt="([^"]*)"', attributes)
    return found[1] if found else ""
