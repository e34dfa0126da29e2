"""The rules for a static host."""

from __future__ import annotations

from format_samples import feed

from syndicate.formats import headers
from syndicate.model import Address


def test_a_rule_for_each_document() -> None:
    made = feed(
        hubs=("https://hub.example/", "https://other.example/hub"),
        addresses=(
            Address("atom", "a b/atom.xml", "https://example.org/a%20b/atom.xml"),
            Address("json", "feed.json", "https://example.org/feed.json"),
        ),
    )
    assert headers.write([made], 300).decode() == (
        "/a%20b/atom.xml\n"
        "  Content-Type: application/atom+xml; charset=utf-8\n"
        '  Link: <https://hub.example/>; rel="hub", <https://other.example/hub>; rel="hub", '
        '<https://example.org/a%20b/atom.xml>; rel="self"\n'
        "  Cache-Control: public, max-age=300\n"
        "  Access-Control-Allow-Origin: *\n"
        "  X-Content-Type-Options: nosniff\n"
        "\n"
        "/feed.json\n"
        "  Content-Type: application/feed+json; charset=utf-8\n"
        '  Link: <https://hub.example/>; rel="hub", <https://other.example/hub>; rel="hub", '
        '<https://example.org/feed.json>; rel="self"\n'
        "  Cache-Control: public, max-age=300\n"
        "  Access-Control-Allow-Origin: *\n"
        "  X-Content-Type-Options: nosniff\n"
    )
