"""What a reader sees is equal in all three formats, entry by entry."""

from __future__ import annotations

import json
from calendar import timegm
from datetime import UTC, datetime
from typing import Any

import feedparser
import pytest
from format_samples import FORMATS, SAMPLES, URLS

from syndicate.model import Feed, FormatName

samples = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)


def read(sample: Feed, kind: FormatName) -> Any:
    return feedparser.parse(
        FORMATS[kind].write(sample, URLS[kind]),
        response_headers={"content-type": FORMATS[kind].media_type},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def moment(when: Any) -> datetime:
    return datetime.fromtimestamp(timegm(when), UTC)


def seen_by_feedparser(sample: Feed, kind: FormatName) -> list[dict[str, object]]:
    shown = []
    for each in read(sample, kind).entries:
        published = dict.get(each, "published_parsed")
        files = [link for link in each.links if link.rel == "enclosure"]
        authors = [who.name for who in each.authors]
        shown.append(
            {
                "id": each.id,
                "url": each.link,
                "published": moment(published),
                "updated": moment(dict.get(each, "updated_parsed") or published),
                "content": each.content[0].value if "content" in each else "",
                "authors": authors,
                "tags": [tag.term for tag in each.get("tags", [])],
                "files": [(file.href, file.type) for file in files][:1],
                "image": [image["url"] for image in each.get("media_thumbnail", [])],
            }
        )
    return shown


def seen_in_json(sample: Feed) -> list[dict[str, object]]:
    return [
        {
            "id": each["id"],
            "url": each["url"],
            "published": datetime.fromisoformat(each["date_published"]),
            "updated": datetime.fromisoformat(each["date_modified"]),
            "content": each.get("content_html", ""),
            "authors": [who["name"] for who in each["authors"]],
            "tags": each.get("tags", []),
            "files": [(file["url"], file["mime_type"]) for file in each.get("attachments", [])][:1],
            "image": [each["image"]] if "image" in each else [],
        }
        for each in json.loads(FORMATS["json"].write(sample, URLS["json"]))["items"]
    ]


@samples
def test_entries(sample: Feed) -> None:
    expected = seen_in_json(sample)
    assert [each["id"] for each in expected] == [entry.id for entry in sample.entries]
    assert seen_by_feedparser(sample, "atom") == expected
    assert seen_by_feedparser(sample, "rss") == expected


@samples
@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_feed(sample: Feed, kind: FormatName) -> None:
    seen = read(sample, kind)
    assert seen.bozo is False
    assert seen.encoding == "utf-8"
    assert (seen.feed.title, seen.feed.link, seen.feed.language) == (
        "Field notes",
        "https://example.org/",
        "en",
    )
    assert [link.href for link in seen.feed.links if link.rel == "self"] == [URLS[kind]]
    assert [link.href for link in seen.feed.links if link.rel == "hub"] == list(sample.hubs)
    assert moment(seen.feed.updated_parsed) == sample.updated
    assert seen.feed.get("rights", "") == sample.rights


@samples
def test_titles(sample: Feed) -> None:
    titles = [entry.title for entry in sample.entries]
    assert [each.get("title", "") for each in read(sample, "rss").entries] == titles
    assert [each.title for each in read(sample, "atom").entries] == [
        entry.headline for entry in sample.entries
    ]
