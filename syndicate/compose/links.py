"""URLs: of entries, by their permalink, and of what entries point at, made absolute."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit
from zoneinfo import ZoneInfo

from syndicate.model import Post, Site, Sourced

# What RFC 3986 lets stand in a path segment (`pchar`), and `/`.
_PATH_SAFE = "/!$&'()*+,;=:@-._~"
_REST_SAFE = _PATH_SAFE + "%?"
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
# What browsers take off both ends, and out of the middle (WHATWG URL, 4.4).
_ENDS = "".join(map(chr, range(0x21))) + "\x7f"
_BREAKS = str.maketrans("", "", "\t\n\r")
_NO_HOST = re.compile(r"(?:https?:/*|//+)", re.I)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# Letters that the IDNA of 2003, which Python knows, turns into another name than browsers do.
_DEVIATIONS = frozenset("ßς\u200c\u200d")

WEB = ("http", "https")
SCHEMES = (*WEB, "mailto", "tel")


def entry_url(post: Post, site: Site, permalink: str) -> Sourced[str]:
    """The entry's own URL: what its author gave, else `permalink` filled in, with dates in the site's zone.

    `post` is dated. Every part is percent-encoded as RFC 3986 asks; empty parts leave no double slash. What
    the author gave starts, like `permalink`, at the site's URL. Raises ValueError where it is no web address.
    """
    if post.url:
        given = post.url.value.strip()
        within = given.startswith("/") and not given.startswith("//")
        whole = absolute("./" + given.lstrip("/") if within else given, site.url, WEB)
        if whole is None:
            raise ValueError(f"'{given}' is no web address")
        return Sourced(whole, post.url.source)
    if post.published is None:
        raise ValueError("an undated post has no URL")
    local = _local(post.published.value, site.timezone)
    parts = {
        "year": f"{local.year:04d}",
        "month": f"{local.month:02d}",
        "day": f"{local.day:02d}",
        "slug": post.slug.value.strip("/"),
        "section": post.section.value,
        "category": slugified(post.categories.value[0]) if post.categories.value else "",
    }
    pieces = re.split(r"\{(\w+)\}", permalink)
    # Every second piece is a name; the others may hold `%`, which is then the operator's own encoding.
    filled = "".join(
        quote(parts[piece], safe=_PATH_SAFE) if number % 2 else _encoded(piece, _PATH_SAFE + "%")
        for number, piece in enumerate(pieces)
    )
    return Sourced(site.url.rstrip("/") + re.sub(r"/{2,}", "/", "/" + filled), "permalink")


def _local(moment: datetime, zone: str) -> datetime:
    try:
        return moment.astimezone(ZoneInfo(zone))
    except OverflowError:
        # The last day of the calendar, in a zone where it is over already.
        return moment


def slugified(text: str) -> str:
    """A text as one part of a path: lower case, white space and slashes as `-`; empty where it is only dots."""
    slug = re.sub(r"[\s/\\]+", "-", text.strip().lower())
    return slug if slug.strip(".") else ""


def absolute(target: str, base: str, schemes: tuple[str, ...] = SCHEMES) -> str | None:
    """`target` as seen from `base`, percent-encoded, its host in ASCII; None where it is no URL of one of
    `schemes`. A fragment of `base` is no part of what is seen from it (RFC 3986, 5.1)."""
    target = target.strip(_ENDS).translate(_BREAKS)
    if _NO_HOST.fullmatch(target):
        return None
    try:
        parts = urlsplit(urljoin(urldefrag(base).url, target))
        scheme = parts.scheme.lower()
        if scheme not in schemes:
            return None
        rest = "".join(
            sign + _encoded(part, _REST_SAFE)
            for sign, part in (("", parts.path), ("?", parts.query), ("#", parts.fragment))
            if part
        )
        if scheme not in WEB:
            return f"{scheme}:{rest}" if parts.path and not parts.netloc else None
        user, at, _ = parts.netloc.rpartition("@")
        port = f":{parts.port}" if parts.port else ""
        host = ascii_host(parts.hostname or "")
        return f"{scheme}://{_encoded(user, _PATH_SAFE[1:] + '%')}{at}{host}{port}{rest}"
    except ValueError:
        return None


def ascii_host(host: str) -> str:
    """A host as it stands in a URL: lower case, letters of other scripts in their form with `xn--`, an IPv6
    address in its brackets. Raises ValueError."""
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host)}]"
    name = unquote(host, errors="strict").lower()
    if not name.isascii():
        name = (
            _browsers_idna(name) if _DEVIATIONS & set(name) else name.encode("idna").decode("ascii").lower()
        )
    labels = name.removesuffix(".").split(".")
    if len(name) > 253 or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError(f"{host!r} is no host")
    return name


def _browsers_idna(name: str) -> str:
    """IDNA 2008 as browsers have it, for the four letters on which the older one differs."""
    labels = re.split("[.。．｡]", unicodedata.normalize("NFKC", name))
    return ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii") for label in labels
    )


def encoded_path(text: str) -> str:
    """`text`, in which `/` parts folders, as it may stand in the path of a URL."""
    return quote(text, safe=_PATH_SAFE)


def encoded_fragment(text: str) -> str:
    """`text` as it may stand behind the `#` of a URL."""
    return _encoded(text, _REST_SAFE)


def _encoded(text: str, safe: str) -> str:
    """Percent-encoded but for `safe`; where `%` is safe, what is encoded already stays."""
    quoted = quote(text, safe=safe)
    return _BARE_PERCENT.sub("%25", quoted) if "%" in safe else quoted


def absolute_srcset(value: str, base: str) -> str | None:
    """Each candidate of a `srcset` made absolute (HTML, 4.8.4.2.2); None where none is left."""
    kept = []
    for url, descriptor in candidates(value):
        whole = absolute(url, base, WEB)
        if whole:
            # A comma ends a candidate, so one inside a URL is written as %2C.
            kept.append(f"{whole.replace(',', '%2C')} {descriptor}".strip())
    return ", ".join(kept) or None


_CANDIDATE = re.compile(r"[\s,]*([^\s]+)")
_MARK = re.compile(r"[,()]")
_DESCRIPTOR = re.compile(r"(?:\d+(?:\.\d+)?[wxh](?: \d+h)?)?")


def candidates(value: str) -> Iterator[tuple[str, str]]:
    """URL and descriptor (`2x`, `640w`, or nothing) of each candidate of a `srcset`; those whose descriptor
    says nothing are left out."""
    at = 0
    while found := _CANDIDATE.match(value, at):
        url, at = found[1], found.end()
        descriptor = ""
        if url.endswith(","):
            url = url.rstrip(",")
        else:
            end = _descriptor_end(value, at)
            descriptor, at = " ".join(value[at:end].split()), end
        if url and _DESCRIPTOR.fullmatch(descriptor):
            yield url, descriptor


def _descriptor_end(value: str, at: int) -> int:
    """Where the descriptor that starts at `at` ends: at a comma that stands in no brackets."""
    inside = False
    for mark in _MARK.finditer(value, at):
        if mark[0] == "," and not inside:
            return mark.start()
        inside = mark[0] == "(" or (inside and mark[0] != ")")
    return len(value)
