"""The rules of the specifications that our documents could break, each by its number in conformance.md 4."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rnc2rng
from format_samples import FORMATS, HALE, ONLY_A_NAME, RICH, SAMPLES, URLS, entry, feed
from lxml import etree

from syndicate.errors import PublishError
from syndicate.formats.repair import ATOM, CONTENT, DC, MEDIA
from syndicate.model import Attachment, Author, Entry, Feed

SCHEMAS = Path(__file__).parent / "schemas"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
RFC822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000")

samples = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)


def atom(sample: Feed) -> etree._Element:
    return etree.fromstring(FORMATS["atom"].write(sample, URLS["atom"]))


def rss(sample: Feed) -> etree._Element:
    return etree.fromstring(FORMATS["rss"].write(sample, URLS["rss"]))[0]


def jsonfeed(sample: Feed) -> Any:
    return json.loads(FORMATS["json"].write(sample, URLS["json"]))


def count(parent: etree._Element, name: str, namespace: str = ATOM) -> int:
    return len(parent.findall(f"{{{namespace}}}{name}" if namespace else name))


def text(parent: etree._Element, name: str, namespace: str = ATOM) -> str:
    return parent.findtext(f"{{{namespace}}}{name}" if namespace else name) or ""


def attributes(element: etree._Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def entries(sample: Feed) -> list[etree._Element]:
    return atom(sample).findall(f"{{{ATOM}}}entry")


def items(sample: Feed) -> list[etree._Element]:
    return rss(sample).findall("item")


@pytest.fixture(scope="module")
def grammar() -> etree.RelaxNG:
    # rnc2rng declares the empty namespace as a prefix, which XML forbids.
    written = rnc2rng.dumps(rnc2rng.load(str(SCHEMAS / "atom.rnc"))).replace('xmlns:local=""', "")
    return etree.RelaxNG(etree.fromstring(written.encode()))


@samples
def test_atom_schema(grammar: etree.RelaxNG, sample: Feed) -> None:
    grammar.assertValid(atom(sample))


@pytest.mark.parametrize("name", ["id", "title", "updated"])
def test_atom_schema_refuses(grammar: etree.RelaxNG, name: str) -> None:
    root = atom(RICH)
    root.remove(root.findall(f"{{{ATOM}}}{name}")[0])
    assert not grammar.validate(root)


@samples
def test_jsonfeed_schema(sample: Feed) -> None:
    schema = json.loads((SCHEMAS / "jsonfeed.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(jsonfeed(sample))


def test_at1_xml_in_utf8_whatever_the_text() -> None:
    awkward = entry(headline="]]> & <b> \U0001f71a", content="<p>]]&gt; ]]> é</p>")
    body = FORMATS["atom"].write(feed(awkward), URLS["atom"])
    assert body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    assert etree.fromstring(body).tag == f"{{{ATOM}}}feed"
    assert text(entries(feed(awkward))[0], "content") == awkward.content


@samples
def test_at2_at5_what_a_feed_has_once(sample: Feed) -> None:
    assert [count(atom(sample), name) for name in ("id", "title", "updated")] == [1, 1, 1]
    for name in ("generator", "icon", "logo", "rights", "subtitle"):
        assert count(atom(sample), name) <= 1


@samples
def test_at3_every_entry_has_an_author(sample: Feed) -> None:
    assert all(count(each, "author") for each in entries(sample))


@samples
def test_at4_self_and_alternate(sample: Feed) -> None:
    links = atom(sample).findall(f"{{{ATOM}}}link")
    shown = [(link.get("rel"), link.get("href")) for link in links if link.get("rel") != "hub"]
    assert shown == [("self", URLS["atom"]), ("alternate", "https://example.org/")]
    for each in entries(sample):
        rels = [link.get("rel") for link in each.findall(f"{{{ATOM}}}link")]
        assert rels.count("alternate") == 1


@samples
def test_at6_what_an_entry_has_once(sample: Feed) -> None:
    for each in entries(sample):
        assert [count(each, name) for name in ("id", "title", "updated", "published")] == [1, 1, 1, 1]
        assert max(count(each, name) for name in ("content", "rights", "source", "summary")) <= 1


def test_at7_an_empty_body_has_an_alternate_link() -> None:
    (each,) = entries(feed(entry(content="", summary="")))
    assert (count(each, "content"), count(each, "summary")) == (0, 0)
    assert [link.get("rel") for link in each.findall(f"{{{ATOM}}}link")] == ["alternate"]


@pytest.mark.parametrize("id_", ["", "not an iri", "relative/path", "12"])
def test_at8_at18_an_id_is_an_absolute_iri(id_: str) -> None:
    sample = feed(entry(id=id_))
    with pytest.raises(PublishError):
        FORMATS["atom"].check(FORMATS["atom"].write(sample, URLS["atom"]), sample, URLS["atom"])


def test_at9_no_id_stands_twice() -> None:
    sample = feed(entry(2), entry(1, id=entry(2).id))
    for kind, format_ in FORMATS.items():
        with pytest.raises(PublishError, match="twice"):
            format_.check(format_.write(sample, URLS[kind]), sample, URLS[kind])


@samples
def test_at10_dates(sample: Feed) -> None:
    root = atom(sample)
    dates = [date.text or "" for name in ("published", "updated") for date in root.iter(f"{{{ATOM}}}{name}")]
    assert dates
    assert all(RFC3339.fullmatch(date) for date in dates)


@samples
def test_at12_a_feed_is_as_new_as_its_newest_entry(sample: Feed) -> None:
    assert all(text(each, "updated") <= text(atom(sample), "updated") for each in entries(sample))


def test_at13_a_title_is_text() -> None:
    (each,) = entries(feed(entry(headline="A <b>bold</b> &amp; title")))
    title = each.findall(f"{{{ATOM}}}title")[0]
    assert (title.text, title.get("type", "text"), len(title)) == ("A <b>bold</b> &amp; title", "text", 0)


def test_at14_content_is_escaped_html() -> None:
    content = entries(RICH)[0].findall(f"{{{ATOM}}}content")[0]
    assert (content.text, content.get("type"), len(content)) == (RICH.entries[0].content, "html", 0)


PEOPLE: list[tuple[Author, tuple[str, str, str] | None]] = [
    (HALE, ("R. Hale", "hale@example.org", "https://example.org/hale")),
    (ONLY_A_NAME, (ONLY_A_NAME.name, "", "")),
    (Author("", "hale@example.org"), ("hale@example.org", "hale@example.org", "")),
    (
        Author(" ", "", "https://example.org/hale"),
        ("https://example.org/hale", "", "https://example.org/hale"),
    ),
    (Author("A", "not an address", "no-url"), ("A", "", "")),
    (Author("", "", ""), None),
]


@pytest.mark.parametrize(("author", "shown"), PEOPLE)
def test_at15_a_person(author: Author, shown: tuple[str, str, str] | None) -> None:
    (each,) = entries(feed(entry(authors=(HALE, author))))
    people = [
        tuple(text(who, name) for name in ("name", "email", "uri")) for who in each if "author" in who.tag
    ]
    assert people[1:] == ([shown] if shown else [])


def test_at16_links_of_an_entry() -> None:
    shown = [attributes(link) for link in entries(RICH)[0].findall(f"{{{ATOM}}}link")]
    assert shown == [
        {"rel": "alternate", "type": "text/html", "href": "https://example.org/2026/01/post-5/"},
        {
            "rel": "enclosure",
            "type": "audio/mpeg",
            "href": "https://example.org/a.mp3?x=1&y=2",
            "length": "12345",
            "title": "The “episode”",
        },
        {"rel": "enclosure", "type": "application/pdf", "href": "https://example.org/b.pdf"},
    ]
    related = entries(RICH)[2].findall(f"{{{ATOM}}}link")[1]
    assert attributes(related) == {"rel": "related", "href": "https://elsewhere.example/article?x=1&y=2"}


def test_at17_categories_are_tags_then_categories_each_once() -> None:
    terms = [each.get("term") for each in entries(RICH)[0].findall(f"{{{ATOM}}}category")]
    assert terms == ["C & A", "<tag>", "naïve", "c++", "notes"]


RELATIVE: list[tuple[Feed, str]] = [
    (feed(entry(url="/post/")), "/post/"),
    (feed(entry(image="a.png")), "a.png"),
    (feed(entry(external_url="//elsewhere.example/")), "//elsewhere.example/"),
    (feed(entry(attachments=(Attachment("a.mp3", "audio/mpeg", 1),))), "a.mp3"),
    (feed(entry(), home_url="https:///"), "https:///"),
    (feed(entry(), icon="icon.png"), "icon.png"),
    (feed(entry(), hubs=("hub",)), "hub"),
    (feed(entry(url="https://example.org/a b")), "a b"),
]


@pytest.mark.parametrize(("sample", "link"), RELATIVE, ids=[link for _, link in RELATIVE])
def test_at16_at18_at19_links_are_absolute(sample: Feed, link: str) -> None:
    for kind, format_ in FORMATS.items():
        with pytest.raises(PublishError, match="no absolute URL") as caught:
            format_.check(format_.write(sample, URLS[kind]), sample, URLS[kind])
        assert link in str(caught.value)


@samples
def test_atom_says_hubs_language_and_generator(sample: Feed) -> None:
    root = atom(sample)
    hubs = [link.get("href") for link in root.findall(f"{{{ATOM}}}link") if link.get("rel") == "hub"]
    assert hubs == list(sample.hubs)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    generator = root.findall(f"{{{ATOM}}}generator")[0]
    assert (generator.text, attributes(generator)) == ("syndicate", {})


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_a_namespace_is_declared_only_where_it_is_used(kind: str) -> None:
    format_ = FORMATS["atom"] if kind == "atom" else FORMATS["rss"]
    assert MEDIA.encode() not in format_.write(feed(entry()), "https://example.org/f.xml")
    assert MEDIA.encode() in format_.write(
        feed(entry(image="https://example.org/a")), "https://example.org/f.xml"
    )


@samples
def test_rs1_what_a_channel_has_once(sample: Feed) -> None:
    channel = rss(sample)
    names = ("title", "link", "description", "lastBuildDate", "generator", "docs", "language")
    assert [count(channel, name, "") for name in names] == [1] * len(names)
    assert text(channel, "link", "") == "https://example.org/"
    assert text(channel, "description", "")


@samples
def test_rs2_an_item_has_a_title_or_a_description(sample: Feed) -> None:
    for item in items(sample):
        assert text(item, "title", "") or text(item, "description", "")


DESCRIBED: list[tuple[Entry, bool, str | None, str | None]] = [
    (entry(), True, "What post 1 says.", "<p>What post 1 says.</p>"),
    (entry(summary="a < b & c"), True, "a &lt; b &amp; c", "<p>What post 1 says.</p>"),
    (entry(summary=""), True, None, "<p>What post 1 says.</p>"),
    (entry(summary="", title=""), True, "Post 1", "<p>What post 1 says.</p>"),
    (entry(summary="", title="", content=""), True, "Post 1", None),
    (entry(), False, "What post 1 says.", None),
    (entry(summary=""), False, None, None),
    (entry(summary="", title=""), False, "Post 1", None),
]


@pytest.mark.parametrize(("each", "full", "description", "content"), DESCRIBED)
def test_rs2_rs6_descriptions(each: Entry, full: bool, description: str | None, content: str | None) -> None:
    (item,) = items(feed(each, full=full))
    assert item.findtext("description") == description
    assert item.findtext(f"{{{CONTENT}}}encoded") == content


@samples
def test_rs3_dates(sample: Feed) -> None:
    channel = rss(sample)
    dates = [date.text or "" for name in ("pubDate", "lastBuildDate") for date in channel.iter(name)]
    assert dates
    assert all(RFC822.fullmatch(date) for date in dates)


def test_rs3_four_digits_of_the_year() -> None:
    old = entry().published.replace(year=987)
    (item,) = items(feed(entry(published=old, updated=old)))
    assert text(item, "pubDate", "") == "Mon, 01 Jan 0987 10:00:00 +0000"


def test_rs4_guids() -> None:
    guids = [item.findall("guid")[0] for item in items(RICH)]
    assert [guid.text for guid in guids] == [each.id for each in RICH.entries]
    assert [guid.get("isPermaLink") for guid in guids] == ["false", "false", "false", "true", "false"]


@samples
def test_rs5_self_and_hubs(sample: Feed) -> None:
    shown = [attributes(link) for link in rss(sample).findall(f"{{{ATOM}}}link")]
    assert shown[0] == {"href": URLS["rss"], "rel": "self", "type": "application/rss+xml"}
    assert shown[1:] == [{"rel": "hub", "href": hub} for hub in sample.hubs]


def test_rs7_the_summary_comes_before_the_content() -> None:
    names = [child.tag for child in items(RICH)[0]]
    assert names.index("description") < names.index(f"{{{CONTENT}}}encoded")


def test_rs8_plain_text_is_spelled_with_hexadecimal_references() -> None:
    body = FORMATS["rss"].write(RICH, URLS["rss"]).decode()
    for line in (
        "<title>A &#x3C; B &#x26; C</title>",
        "<category>C &#x26; A</category>",
        "<category>&#x3C;tag&gt;</category>",
        "<description>Notes from the field &#x26; the forest</description>",
        "<copyright>© 2026 R. Hale &#x26; others</copyright>",
        "<dc:creator>Zoë Ångström &#x26; Söhne</dc:creator>",
        "<description>Less &amp;lt; more &amp;amp; “quotes”, on one line.</description>",
    ):
        assert line in body
    assert text(items(RICH)[0], "title", "") == "A < B & C"


@samples
def test_rs9_names_are_creators(sample: Feed) -> None:
    assert not list(rss(sample).iter("author"))
    for item, each in zip(items(sample), sample.entries, strict=True):
        creators = [who.text for who in item.findall(f"{{{DC}}}creator")]
        assert creators == [author.name for author in each.authors]


def test_rs10_one_enclosure_the_first() -> None:
    (enclosure,) = items(RICH)[0].findall("enclosure")
    first = {"url": "https://example.org/a.mp3?x=1&y=2", "length": "12345", "type": "audio/mpeg"}
    assert attributes(enclosure) == first
    (item,) = items(feed(entry(attachments=RICH.entries[0].attachments[1:])))
    assert item.findall("enclosure")[0].get("length") == "0"


def test_rs13_last_build_date_is_the_feeds() -> None:
    assert text(rss(RICH), "lastBuildDate", "") == "Tue, 06 Jan 2026 08:30:15 +0000"


@pytest.mark.parametrize(
    ("logo", "icon", "shown"),
    [
        ("logo.png", "icon.png", "logo.png"),
        ("logo.svg", "icon.PNG", "icon.PNG"),
        ("logo.svg", "", "logo.svg"),
        ("", "icon.svg", "icon.svg"),
        ("", "", ""),
    ],
)
def test_rs16_the_image_of_a_channel(logo: str, icon: str, shown: str) -> None:
    base = "https://example.org/"
    sample = feed(entry(), logo=logo and base + logo, icon=icon and base + icon, title="Notes & more")
    images = [[child.text for child in image] for image in rss(sample).findall("image")]
    assert images == ([[base + shown, "Notes & more", base]] if shown else [])


def test_rss_says_an_update_and_an_image() -> None:
    updates = [item.findtext(f"{{{ATOM}}}updated") for item in items(RICH)]
    assert updates == ["2026-01-06T08:30:15+00:00", None, None, None, None]
    images = [thumbnail.get("url") for thumbnail in rss(RICH).iter(f"{{{MEDIA}}}thumbnail")]
    assert images == ["https://example.org/images/a%20b.png"]


def test_rs17_at20_jf12_media_types() -> None:
    assert {kind: format_.media_type for kind, format_ in FORMATS.items()} == {
        "atom": "application/atom+xml; charset=utf-8",
        "rss": "application/rss+xml; charset=utf-8",
        "json": "application/feed+json; charset=utf-8",
    }


@samples
def test_jf1_jf2_the_head(sample: Feed) -> None:
    head = jsonfeed(sample)
    assert head["version"] == "https://jsonfeed.org/version/1.1"
    assert (head["feed_url"], head["home_page_url"]) == (URLS["json"], "https://example.org/")


def test_jf3_jf5_ids_are_strings() -> None:
    (item,) = jsonfeed(feed(entry(id="urn:isbn:2026")))["items"]
    assert (item["id"], item["url"]) == ("urn:isbn:2026", "https://example.org/2026/01/post-1/")


@pytest.mark.parametrize(
    ("each", "full", "name", "shown"),
    [
        (entry(), True, "content_html", "<p>What post 1 says.</p>"),
        (entry(), False, "content_text", "What post 1 says."),
        (entry(content=""), True, "content_text", "What post 1 says."),
        (entry(content="", summary=""), True, "content_text", "Post 1"),
        (entry(summary=""), False, "content_text", "Post 1"),
    ],
)
def test_jf4_an_item_has_content(each: Entry, full: bool, name: str, shown: str) -> None:
    (item,) = jsonfeed(feed(each, full=full))["items"]
    assert {key: item[key] for key in item if key.startswith("content_")} == {name: shown}


def test_jf6_jf7_jf8_jf10_members() -> None:
    document = jsonfeed(RICH)
    assert document["hubs"] == [{"type": "WebSub", "url": hub} for hub in RICH.hubs]
    first, second, third, *_ = document["items"]
    assert first["authors"][1] == {"name": "Zoë Ångström & Söhne"}
    assert [first["date_published"], first["date_modified"]] == [
        "2026-01-05T10:00:00+00:00",
        "2026-01-06T08:30:15+00:00",
    ]
    assert [each.get("size_in_bytes") for each in first["attachments"]] == [12345, None]
    assert "title" not in second
    assert (third["external_url"], third["language"]) == ("https://elsewhere.example/article?x=1&y=2", "de")
    assert "hubs" not in jsonfeed(replace(RICH, hubs=()))


@pytest.mark.parametrize(
    ("language", "shown"),
    [("de", "de"), ("pt-BR", "pt-BR"), ("en", None), ("", None), ("de_DE", None), ("ß", None)],
)
def test_a_language_that_differs(language: str, shown: str | None) -> None:
    sample = feed(entry(language=language))
    (each,) = entries(sample)
    assert each.get("{http://www.w3.org/XML/1998/namespace}lang") == shown
    assert jsonfeed(sample)["items"][0].get("language") == shown


def test_json_is_for_people_too() -> None:
    body = FORMATS["json"].write(RICH, URLS["json"]).decode()
    assert "Zoë Ångström" in body
    assert body.endswith("}\n")
