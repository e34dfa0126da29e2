"""URLs: of entries, by their permalink, and of what entries point at, made absolute."""

from __future__ import annotations

import re
from urllib.parse import quote, urljoin, urlsplit
from zoneinfo import ZoneInfo

from syndicate.model import Post, Site, Sourced

# What RFC 3986 lets stand in a path segment (`pchar`), and `/`.
_PATH_SAFE = "/!$&'()*+,;=:@-._~"
_URL_SAFE = "%/:=&?~#+!$,;'@()*[]"
SCHEMES = ("http", "https", "mailto", "tel")


def entry_url(post: Post, site: Site, permalink: str) -> Sourced[str]:
    """The entry's own URL: what its author gave, else `permalink` filled in, with dates in the site's zone.

    `post` is dated. Every part is percent-encoded as RFC 3986 asks; empty parts leave no double slash.
    """
    if post.url:
        return Sourced(absolute(post.url.value, site.url) or site.url, post.url.source)
    if post.published is None:
        raise ValueError("an undated post has no URL")
    local = post.published.value.astimezone(ZoneInfo(site.timezone))
    parts = {
        "year": f"{local.year:04d}",
        "month": f"{local.month:02d}",
        "day": f"{local.day:02d}",
        "slug": post.slug.value.strip("/"),
        "section": post.section.value,
        "category": slugified(post.categories.value[0]) if post.categories.value else "",
    }
    filled = re.sub(r"\{(\w+)\}", lambda found: quote(parts[found[1]], safe=_PATH_SAFE), permalink)
    return Sourced(site.url.rstrip("/") + re.sub(r"/{2,}", "/", "/" + filled), "permalink")


def slugified(text: str) -> str:
    """A text as a part of a path: lower case, white space and slashes as `-`."""
    return re.sub(r"[\s/]+", "-", text.strip().lower())


def absolute(target: str, base: str) -> str | None:
    """`target` as seen from `base`, percent-encoded; None where it is no URL of an allowed scheme."""
    target = re.sub(r"[\x00-\x20\x7f]+\Z|\A[\x00-\x20\x7f]+", "", target)
    try:
        joined = urljoin(base, re.sub(r"[\t\n\r]", "", target))
        parts = urlsplit(joined)
        if parts.scheme.lower() not in SCHEMES:
            return None
        if parts.scheme.lower() in ("http", "https") and not parts.hostname:
            return None
        return quote(joined, safe=_URL_SAFE)
    except ValueError:
        return None


def absolute_srcset(value: str, base: str) -> str | None:
    """Each candidate of a `srcset` made absolute (HTML, 4.8.4.2.2); None where none is left."""
    kept = []
    at = 0
    while True:
        found = re.compile(r"[\s,]*([^\s]+)").match(value, at)
        if not found:
            break
        url, at = found[1], found.end()
        descriptor = ""
        if url.endswith(","):
            url = url.rstrip(",")
        else:
            rest = re.compile(r"[^,(]*(?:\([^)]*\)[^,(]*)*").match(value, at)
            descriptor = rest[0].strip() if rest else ""
            at = rest.end() if rest else at
        whole = absolute(url, base) if url else None
        if whole:
            # A comma ends a candidate, so one inside a URL is written as %2C.
            kept.append(f"{whole.replace(',', '%2C')} {descriptor}".strip())
    return ", ".join(kept) or None
