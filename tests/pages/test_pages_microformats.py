"""h-entry, as an independent parser of microformats reads it (https://microformats.org/wiki/h-entry)."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from page_samples import CONTENT, ENTRY_PAGES, FULL, UNTITLED, entry, feed

from syndicate.formats import entrypage
from syndicate.model import Author

mf2py = pytest.importorskip("mf2py", reason="mf2py: it is not installed")


def entry_of(body: bytes) -> dict[str, Any]:
    with warnings.catch_warnings():
        # It imports and calls what its own dependencies have renamed.
        warnings.simplefilter("ignore", DeprecationWarning)
        (found,) = mf2py.parse(doc=body.decode(), url="https://example.org/here/")["items"]
    assert found["type"] == ["h-entry"]
    properties: dict[str, Any] = found["properties"]
    return properties


def test_all_of_an_entry() -> None:
    found = entry_of(ENTRY_PAGES["full"])
    assert found["name"] == [FULL.title]
    assert found["url"] == [FULL.url]
    assert found["published"] == ["2026-01-01T10:05:00+0200"]
    assert found["updated"] == ["2026-01-06T08:30:15+0000"]
    assert found["category"] == ["notes", "naïve", "C & A", "<tag>"]
    assert found["bookmark-of"] == [FULL.external_url]
    assert found["enclosure"] == [one.url for one in FULL.attachments]
    (content,) = found["content"]
    assert "Grus grus" in content["value"]
    assert content["html"].count("<td>") == CONTENT.count("<td>")
    people = [one["properties"] for one in found["author"]]
    assert [one["name"] for one in people] == [[author.name] for author in FULL.authors]
    assert people[0]["url"] == [FULL.authors[0].url]
    assert "url" not in people[1]


def test_a_note_has_no_name_of_its_own() -> None:
    found = entry_of(ENTRY_PAGES["untitled"])
    assert "name" not in found
    assert found["url"] == [UNTITLED.url]
    assert "updated" not in found


def test_what_an_author_is_called_is_but_a_text() -> None:
    found = entry_of(entrypage.write(entry(authors=(Author("p-name <b class=u-url>"),)), feed()))
    assert (found["name"], found["url"]) == ([entry().title], [entry().url])
    assert [one["properties"]["name"] for one in found["author"]] == [["p-name <b class=u-url>"]]
