"""Each sample in each format, byte by byte.

`SYNDICATE_REWRITE_GOLDEN=1 pytest tests/formats/test_formats_golden.py` writes the files anew; look at what
changed before you commit it, since subscribers will see it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from format_samples import FORMATS, MINIMAL, RICH, SAMPLES, URLS

from syndicate.formats import autodiscovery, opml
from syndicate.formats.documents import documents
from syndicate.model import FormatName

GOLDEN = Path(__file__).parent / "golden"
ENDINGS: dict[FormatName, str] = {"atom": "atom.xml", "rss": "rss.xml", "json": "feed.json"}


def agree(name: str, body: bytes) -> None:
    path = GOLDEN / name
    if os.environ.get("SYNDICATE_REWRITE_GOLDEN"):
        path.write_bytes(body)
    assert body == path.read_bytes()


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_document(sample: str, kind: FormatName) -> None:
    body = FORMATS[kind].write(SAMPLES[sample], URLS[kind])
    FORMATS[kind].check(body, SAMPLES[sample], URLS[kind])
    agree(f"{sample}.{ENDINGS[kind]}", body)


def test_lists_of_feeds() -> None:
    feeds = (RICH, replace(MINIMAL, title='Less < "more" & so on', addresses=MINIMAL.addresses[2:]))
    agree("feeds.opml", opml.write("All & everything", feeds))
    agree("autodiscovery.html", autodiscovery.write(feeds))


def test_documents_of_a_feed() -> None:
    made = documents(RICH)
    assert [(each.path, each.url, each.feed, each.format, each.entries) for each in made] == [
        ("atom.xml", "https://example.org/atom.xml", "main", "atom", 5),
        ("rss.xml", "https://example.org/rss.xml", "main", "rss", 5),
        ("feed.json", "https://example.org/feed.json", "main", "json", 5),
    ]
    assert [each.media_type for each in made] == [
        "application/atom+xml; charset=utf-8",
        "application/rss+xml; charset=utf-8",
        "application/feed+json; charset=utf-8",
    ]
    assert [each.body for each in made] == [(GOLDEN / f"rich.{end}").read_bytes() for end in ENDINGS.values()]
