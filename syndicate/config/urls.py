"""URLs in the settings. pydantic's own types normalise what identifies a site, so this is done by hand."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import quote, urljoin, urlsplit

from syndicate.config.faults import Wrong

_NO_URL = re.compile(r'[\s\x00-\x20\x7f-\x9f"<>\\^`{|}]')
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# Letters that the IDNA of 2003, which Python knows, turns into another name than browsers do.
_DEVIATIONS = frozenset("ßς\u200c\u200d")
_URL_SAFE = "/:@!$&'()*+,;=~?%-._"
_PATH_SAFE = "/:@!$&'()*+,;=~-._"

_LIKE = 'write it like "https://example.org/"'
_PUNYCODE = 'write the host in letters a-z, or in its form with "xn--"'


def absolute_url(text: str, *, seen: bool = True) -> str:
    """An absolute http(s) URL, in ASCII. What is ASCII already stays as it was written, but for the case
    of scheme and host. `seen` tells whether documents show it. Raises Wrong."""
    if _NO_URL.search(text) or _BAD_ESCAPE.search(text):
        raise Wrong("{shown} holds a character that no URL can hold", "percent-encode it")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Wrong("{shown} is not an absolute http(s) URL", _LIKE) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Wrong("{shown} is not an absolute http(s) URL", _LIKE)
    if "@" in parts.netloc:
        why = "everybody would see it" if seen else "it would not be sent"
        raise Wrong(f"{{shown}} holds a user name or password, and {why}", "take it out")
    if port == 0:
        raise Wrong("{shown} has a port that cannot be reached", "write one from 1 to 65535, or none")
    host = _host(parts.hostname) + (f":{port}" if port else "")
    rest = quote(parts.path, safe=_URL_SAFE)
    for sign, part in (("?", parts.query), ("#", parts.fragment)):
        rest += sign + quote(part, safe=_URL_SAFE) if part else ""
    return f"{parts.scheme}://{host}{rest}"


def base_url(text: str) -> str:
    """An absolute http(s) URL that others are made from: it ends in `/`. Raises Wrong."""
    url = absolute_url(text)
    if "?" in text or "#" in text:
        raise Wrong("{shown} has a query or a fragment", "take off what follows the path")
    if {".", ".."} & set(urlsplit(url).path.split("/")):
        raise Wrong("{shown} holds . or .. in its path", "write the path that is meant")
    return url if url.endswith("/") else url + "/"


def hub_url(text: str, *, seen: bool = True) -> str:
    """The URL of a hub, which is part of each document. Raises Wrong."""
    url = absolute_url(text, seen=seen)
    if "#" in text:
        raise Wrong("{shown} has a fragment, which no server ever sees", "take it off")
    return url


def webhook_url(text: str) -> str:
    """The URL of a webhook, which only its receiver sees. Raises Wrong."""
    if not text.strip():
        raise Wrong("is empty", "write the URL")
    return hub_url(text, seen=False)


def listen(text: str) -> str:
    """An address and a port to listen at: `127.0.0.1:8080`, `[::1]:8080`, or `:8080` for all. Raises Wrong."""
    host, colon, port = text.rpartition(":")
    fix = 'write it like "127.0.0.1:8080"'
    if not colon or not port.isascii() or not port.isdigit() or not 0 <= int(port) <= 65535:
        raise Wrong("{shown} is no address with a port", fix)
    if host and not host.startswith("["):
        _host(host)
    elif host:
        try:
            ipaddress.IPv6Address(host[1:-1] if host.endswith("]") else "")
        except ValueError:
            raise Wrong("{shown} is no address with a port", fix) from None
    return text


def network(text: str) -> str:
    """An address or a network of addresses. Raises Wrong."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise Wrong("{shown} is no address and no network", 'write it like "10.0.0.0/8"') from None
    return text


def joined_url(base: str, text: str) -> str:
    """`text`, absolute or relative, as an absolute URL seen from `base`; empty stays so. Raises Wrong."""
    if not text:
        return ""
    try:
        url = urljoin(base, text)
    except ValueError:
        raise Wrong("{shown} is not a URL", 'write it like "/icon.png"') from None
    return absolute_url(url)


def document_url(base: str, path: str) -> str:
    """The URL of a document at `path` below the output, `base` being the output's own."""
    return base + quote(path, safe=_PATH_SAFE)


def _host(host: str) -> str:
    """The host in ASCII and lower case; an IPv6 address in its brackets."""
    wrong = Wrong("{shown} has a host that is no host name", _PUNYCODE)
    if ":" in host:
        try:
            return f"[{ipaddress.IPv6Address(host)}]"
        except ValueError:
            raise wrong from None
    if not host.isascii():
        if _DEVIATIONS & set(host):
            raise wrong
        try:
            host = host.encode("idna").decode("ascii").lower()
        except UnicodeError:
            raise wrong from None
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise wrong
    return host
