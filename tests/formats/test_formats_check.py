"""What must never replace a good document: `check` refuses it, with a PublishError and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from format_samples import FORMATS, RICH, SAMPLES, URLS, entry, feed

from syndicate.errors import PublishError
from syndicate.model import Feed, FormatName

Damage = tuple[str, str]

# A pattern and what stands in its place, once.
XML: list[Damage] = [
    (r"(?s).*", ""),
    (r"(?s).{200}\Z", ""),
    (r"\A", "\ufeff"),
    (r"UTF-8", "ISO-8859-1"),
    (r"\?>", "?><!DOCTYPE feed [<!ENTITY x 'y'>]>"),
    (r"\?>", "?><!DOCTYPE feed SYSTEM 'file:///etc/passwd'>"),
    (r"Field notes", "&nbsp;"),
    (r"Field notes", "\x08"),
    (r"Field notes", "Field &amp;amp; notes"),
    (r"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"),
    (r"<title>.*?</title>", ""),
    (r"(<title>.*?</title>)", r"\1\1"),
    (r"(<generator>.*?</generator>)", r"\1\1"),
    (r"tag:example.org,2026-01-05:post-5", "tag:example.org,2026-01-05:post-6"),
    (r"post-4/", "post-9/"),
    (r"https://example.org/2026/01/post-3/", "/2026/01/post-3/"),
    (r"https://hub.example/", "https://other.example/"),
    (r"example.org/a.mp3", "example.org/z.mp3"),
    (r'length="12345"', 'length="12346"'),
    (r"What post 4 says", "What post 5 says"),
    (r"(What post 4 says)", r"<b>\1</b>"),
    (r"Less", "More"),
    (r"Zoë Ångström", "Zoë"),
    (r"naïve", "naive"),
    (r"a%20b.png", "c.png"),
]
ATOM: list[Damage] = [
    (r"<id>https://example.org/atom.xml</id>", ""),
    (r"atom.xml\" rel=\"self\"", 'feed.xml" rel="self"'),
    (r"(?s)(<entry.*?</entry>)", r"\1\1"),
    (r"(?s)<entry.*?</entry>", ""),
    (r"(?s)(<entry>.*?</entry>)(.*?)(<entry>.*?</entry>)", r"\3\2\1"),
    (r"<updated>2026-01-06T08:30:15\+00:00</updated>", "<updated>2026-01-06T08:30:15</updated>"),
    (r"<published>2026-01-04.*?</published>", ""),
    (
        r'rel="alternate" type="text/html" href="https://example.org/2026',
        'rel="related" href="https://example.org/2026',
    ),
    (r"(?s)<author>.*?</author>", ""),
    (r'xml:lang="de"', ""),
    (r'rel="enclosure" ', ""),
]
RSS: list[Damage] = [
    (r'version="2.0"', 'version="0.92"'),
    (r"(?s)<channel>.*</channel>", ""),
    (r"(<channel>)", r"<channel/>\1"),
    (r"rss.xml\" rel=\"self\"", 'feed.xml" rel="self"'),
    (r"(?s)<item>.*?</item>", ""),
    (r"(?s)(<item>.*?</item>)(.*?)(<item>.*?</item>)", r"\3\2\1"),
    (r"<lastBuildDate>Tue", "<lastBuildDate>Di"),
    (r"<guid isPermaLink=\"false\">", "<guid>"),
    (r"<pubDate>.*?</pubDate>", ""),
    (r"<atom:updated>.*?</atom:updated>", ""),
    (r"content:encoded>", "content:other>"),
    (r"<dc:creator>.*?</dc:creator>", ""),
]
JSON: list[Damage] = [
    (r"(?s).*", ""),
    (r"(?s).{20}\Z", ""),
    (r"\A", "\ufeff"),
    (r"(?s).*", "[]"),
    (r"(?s).*", "null"),
    (r"(?s).*", "[" * 100_000),
    (r"(?s)\"items\": \[.*\]", '"items": [1]'),
    (r"(?s)\"items\": \[.*\]", '"items": {}'),
    (r"(?s)\"items\": \[.*\]", '"items": []'),
    (r"\"items\"", '"entries"'),
    (r"version/1.1", "version/1"),
    (r"12345", "NaN"),
    (r"12345", "Infinity"),
    (r"12345", '"12345"'),
    (r"\"title\": \"Field notes\"", '"title": "A", "title": "Field notes"'),
    (r"feed.json\"", 'other.json"'),
    (r"\"https://hub.example/\"", "null"),
    (r"\"id\": \"tag", '"id": "Tag'),
    (r"\"id\": \"tag:example.org,2026-01-04:post-4\"", '"id": 4'),
    (r"content_html", "content_text"),
    (r"Less &lt;", "More &lt;"),
    (r"2026-01-04T10:00:00\+00:00", "2026-01-04"),
    (r"Zoë Ångström", "Zoë"),
    (r"naïve", "naive"),
    (r"\"authors\"", '"author"'),
    (r"a.mp3", "b.mp3"),
]
DAMAGES: list[tuple[FormatName, Damage]] = [
    *(("atom", damage) for damage in (*XML, *ATOM)),
    *(("rss", damage) for damage in (*XML, *RSS)),
    *(("json", damage) for damage in JSON),
]


@pytest.mark.parametrize(("kind", "damage"), DAMAGES, ids=lambda value: ascii(value)[:60])
def test_damage_is_refused(kind: FormatName, damage: Damage) -> None:
    whole = FORMATS[kind].write(RICH, URLS[kind]).decode()
    damaged = re.sub(*damage, whole, count=1)
    assert damaged != whole
    with pytest.raises(PublishError) as caught:
        FORMATS[kind].check(damaged.encode(), RICH, URLS[kind])
    said = str(caught.value)
    assert said.startswith(URLS[kind] + ": ")
    assert said.endswith("; the last good document stays as it is, please report this")


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_not_utf8_is_refused(kind: FormatName) -> None:
    body = FORMATS[kind].write(RICH, URLS[kind]).replace("é".encode(), b"\xe9").replace("ë".encode(), b"\xeb")
    with pytest.raises(PublishError):
        FORMATS[kind].check(body, RICH, URLS[kind])


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("other", [*SAMPLES.values()][1:], ids=[*SAMPLES][1:])
def test_the_document_of_another_feed_is_refused(kind: FormatName, other: Feed) -> None:
    with pytest.raises(PublishError):
        FORMATS[kind].check(FORMATS[kind].write(other, URLS[kind]), RICH, URLS[kind])


@pytest.mark.parametrize("kind", FORMATS)
def test_the_document_of_another_address_is_refused(kind: FormatName) -> None:
    with pytest.raises(PublishError, match="other"):
        FORMATS[kind].check(FORMATS[kind].write(RICH, "https://example.org/other"), RICH, URLS[kind])


@pytest.mark.parametrize("kind", FORMATS)
def test_another_format_is_refused(kind: FormatName) -> None:
    for other, format_ in FORMATS.items():
        if other != kind:
            with pytest.raises(PublishError):
                FORMATS[kind].check(format_.write(RICH, URLS[kind]), RICH, URLS[kind])


@pytest.mark.parametrize("kind", FORMATS)
def test_an_entry_too_long_for_a_default_parser_is_refused_in_xml(kind: FormatName) -> None:
    sample = feed(replace(entry(), content="a" * 10_100_000))
    body = FORMATS[kind].write(sample, URLS[kind])
    if kind == "json":
        FORMATS[kind].check(body, sample, URLS[kind])
    else:
        with pytest.raises(PublishError):
            FORMATS[kind].check(body, sample, URLS[kind])
