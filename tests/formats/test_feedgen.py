"""Each defect of feedgen 1.0.0 that syndicate.formats.repair mends, or that the formats steer round.

When one of these fails, feedgen was mended: take the repair out, and then the test.
"""

from __future__ import annotations

import locale
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from feedgen.feed import FeedGenerator
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def plain() -> Any:
    made = FeedGenerator()
    made.id("https://example.org/")
    made.title("Notes")
    made.description("Notes")
    made.link(href="https://example.org/", rel="alternate")
    made.updated(WHEN)
    return made


def added(made: Any) -> Any:
    entry = made.add_entry(order="append")
    entry.id("urn:x")
    entry.title("A post")
    entry.updated(WHEN)
    entry.link(href="https://example.org/post/", rel="alternate")
    return entry


def item(made: Any) -> etree._Element:
    return etree.fromstring(made.rss_str())[0].findall("item")[0]


def test_bug_1_links_of_an_atom_entry_lose_rel_type_and_length() -> None:
    made = plain()
    added(made).enclosure("https://example.org/a.mp3", 5, "audio/mpeg")
    links = etree.fromstring(made.atom_str()).findall(f"{ATOM}entry/{ATOM}link")
    assert [list(link.attrib) for link in links] == [["href"], ["href"]]


def test_bug_3_the_link_given_last_is_the_channels() -> None:
    made = plain()
    made.link(href="https://hub.example/", rel="hub")
    assert etree.fromstring(made.rss_str()).findtext("channel/link") == "https://hub.example/"


def test_bug_4_rss_never_says_a_hub() -> None:
    made = plain()
    made.link(href="https://hub.example/", rel="hub")
    assert etree.fromstring(made.rss_str()).findall(f"channel/{ATOM}link") == []


@pytest.mark.parametrize("text", ["\x08", "\x00", "\ufffe", "\ud800"])
def test_bug_5_what_xml_cannot_hold_is_no_error_of_its_own(text: str) -> None:
    made = plain()
    made.title(text)
    with pytest.raises(ValueError):
        made.atom_str()


def test_bug_6_the_locale_of_the_process_is_set_for_each_date(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    real = locale.setlocale

    def spy(category: int, name: Any = None) -> str:
        asked.append(name)
        return real(category, name)

    monkeypatch.setattr(locale, "setlocale", spy)
    plain().rss_str()
    assert "C" in asked


def test_bug_7_a_date_needs_a_zone() -> None:
    with pytest.raises(ValueError):
        plain().updated(datetime(2026, 1, 1))


def test_bug_8_the_clock_is_in_the_bytes_by_default() -> None:
    before = datetime.now(UTC)
    assert FeedGenerator().updated() >= before


def test_bug_10_entries_are_put_in_front() -> None:
    made = plain()
    first = made.add_entry()
    made.add_entry()
    assert made.entry()[1] is first


def test_bug_12_an_author_without_an_address_vanishes_from_rss() -> None:
    made = plain()
    added(made).author({"name": "R. Hale"})
    assert b"Hale" not in made.rss_str()


def test_bug_14_an_empty_title_is_refused_in_atom() -> None:
    made = plain()
    added(made).title("")
    with pytest.raises(ValueError):
        made.atom_str()


def test_bug_15_content_alone_becomes_the_description() -> None:
    made = plain()
    added(made).content("<p>All of it</p>")
    assert item(made).findtext("description") == "<p>All of it</p>"


def test_bug_17_the_last_enclosure_wins_in_rss() -> None:
    made = plain()
    entry = added(made)
    for name in ("a", "b"):
        entry.enclosure(f"https://example.org/{name}.mp3", 5, "audio/mpeg")
    assert [file.get("url") for file in item(made).findall("enclosure")] == ["https://example.org/b.mp3"]


def test_bug_22_the_generator_is_feedgen_with_its_version() -> None:
    assert plain().generator()["value"] == "python-feedgen"
    assert "version" in plain().generator()


def test_bug_24_the_order_of_imports_matters() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "import feedgen.util"], capture_output=True, text=True, check=False
    )
    assert "AttributeError" in ran.stderr


def test_bug_25_the_atom_tree_has_no_namespace_in_memory() -> None:
    tags: list[object] = []

    class Spy:
        def extend_ns(self) -> dict[str, str]:
            return {}

        def extend_atom(self, feed: etree._Element) -> None:
            tags.extend([feed.tag, feed[0].tag])

    made = plain()
    made.register_extension("spy", Spy, Spy, rss=False)
    made.atom_str()
    assert tags == ["feed", "id"]


def test_rss_spells_an_ampersand_by_name() -> None:
    made = plain()
    made.title("A & B")
    assert b"<title>A &amp; B</title>" in made.rss_str()


def test_a_year_before_1000_has_three_digits_in_rss() -> None:
    made = plain()
    added(made).published(WHEN.replace(year=987))
    assert item(made).findtext("pubDate") == "Mon, 01 Jan 987 00:00:00 +0000"
