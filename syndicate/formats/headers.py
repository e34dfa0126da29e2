"""What a static host must send with each document, as a `_headers` file (Netlify, Cloudflare Pages and others). A JSON
Feed can name its hub to a subscriber in no other way (conformance.md, WP5)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from syndicate.formats.documents import format_of
from syndicate.model import Feed

PATH = "_headers"
media_type = "text/plain; charset=utf-8"


def write(feeds: Sequence[Feed], max_age: int) -> bytes:
    """A rule for each document of `feeds`; `max_age` in seconds is how long readers may keep one."""
    rules = []
    for feed in feeds:
        for address in feed.addresses:
            links = [f'<{hub}>; rel="hub"' for hub in feed.hubs] + [f'<{address.url}>; rel="self"']
            rules.append(
                "\n".join(
                    (
                        urlsplit(address.url).path,
                        f"  Content-Type: {format_of(address.format).media_type}",
                        f"  Link: {', '.join(links)}",
                        f"  Cache-Control: public, max-age={max_age}",
                        "  Access-Control-Allow-Origin: *",
                        "  X-Content-Type-Options: nosniff",
                    )
                )
            )
    return ("\n\n".join(rules) + "\n").encode()
