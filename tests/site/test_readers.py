"""The sample site as readers see it: parsers that are not ours, and a real reader."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from calendar import timegm
from datetime import datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest
from jsonschema import Draft202012Validator
from lxml import etree
from programs import program
from samples import REPOSITORY, sample_site
from sites import Site

SCHEMAS = REPOSITORY / "tests" / "formats" / "schemas"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = sample_site(tmp_path_factory.mktemp("sample"))
    assert site.run("build", "--strict").returncode == 0
    return site


@pytest.fixture(scope="module")
def feeds(site: Site) -> dict[str, Any]:
    public = site.root / "public"
    return {
        "atom": feedparser.parse((public / "atom.xml").read_bytes()),
        "rss": feedparser.parse((public / "rss.xml").read_bytes()),
        "json": json.loads((public / "feed.json").read_bytes()),
    }


def test_parsers_have_nothing_to_say(site: Site, feeds: dict[str, Any]) -> None:
    for name in ("atom", "rss"):
        etree.parse(
            site.root / "public" / f"{name}.xml", etree.XMLParser(recover=False, resolve_entities=False)
        )
        assert not feeds[name].bozo, feeds[name].get("bozo_exception")
    schema = json.loads((SCHEMAS / "jsonfeed.json").read_bytes())
    assert not list(Draft202012Validator(schema).iter_errors(feeds["json"]))


def test_eight_entries_in_one_order(feeds: dict[str, Any]) -> None:
    ids = [entry.id for entry in feeds["atom"].entries]
    assert len(ids) == 8
    assert ids == [entry.id for entry in feeds["rss"].entries]
    assert ids == [item["id"] for item in feeds["json"]["items"]]


def test_equal_entry_by_entry(feeds: dict[str, Any]) -> None:
    for atom, rss, item in zip(
        feeds["atom"].entries, feeds["rss"].entries, feeds["json"]["items"], strict=True
    ):
        assert atom.link == rss.link == item["url"]
        assert rss.get("title", "") == item.get("title", "")
        assert atom.title == item.get("title", atom.title)
        moments = (timegm(atom.published_parsed), timegm(rss.published_parsed), stamp(item["date_published"]))
        assert len(set(moments)) == 1
        assert timegm(atom.updated_parsed) == stamp(item["date_modified"])
        assert atom.content[0].value == rss.content[0].value
        assert [author.name for author in atom.authors] == [author["name"] for author in item["authors"]]
        assert [tag.term for tag in atom.get("tags", [])] == item.get("tags", [])
        assert [tag.term for tag in rss.get("tags", [])] == item.get("tags", [])
        assert atom.summary == item["summary"]
        files = [(one["url"], one["mime_type"], one["size_in_bytes"]) for one in item.get("attachments", [])]
        assert [(one.href, one.type, int(one.length)) for one in atom.enclosures] == files
        assert [(one.href, one.type, int(one.length)) for one in rss.enclosures] == files[:1]


def stamp(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def test_the_audio_is_measured(site: Site, feeds: dict[str, Any]) -> None:
    (sound,) = [entry for entry in feeds["atom"].entries if entry.enclosures]
    (file,) = list((site.root / "posts").rglob("*.mp3"))
    assert sound.enclosures[0].type == "audio/mpeg"
    assert int(sound.enclosures[0].length) == file.stat().st_size


def test_the_draft_is_nowhere(site: Site) -> None:
    for name, body in site.output().items():
        assert b"winter-rota" not in body, name


def test_nothing_leaks_and_nothing_is_relative(feeds: dict[str, Any]) -> None:
    for item in feeds["json"]["items"]:
        html = item["content_html"]
        tree = etree.HTML(f"<div>{html}</div>")
        assert tree is not None
        for attribute in ("href", "src"):
            for element in tree.iterfind(f".//*[@{attribute}]"):
                assert element.get(attribute, "").startswith(("https://", "http://", "mailto:"))
        for sign in ("---\n", "+++", "<script", "[^", "```", "~~", "{{", "End of Post", "$ cat", "<!--"):
            assert sign not in html, sign


def item_of(feeds: dict[str, Any], words: str) -> dict[str, Any]:
    found = [item for item in feeds["json"]["items"] if words in item["url"]]
    assert len(found) == 1
    return dict(found[0])


def test_the_plain_text_post_reads_as_a_person_reads_it(feeds: dict[str, Any]) -> None:
    (item,) = [item for item in feeds["json"]["items"] if "Moth Trap" in item.get("title", "")]
    html = item["content_html"]
    assert html.startswith("<h2>")
    assert html.count("<h2>") >= 3
    assert "<pre><code>" in html
    assert "<ol>" in html
    assert html.count("<li>") >= 3


def test_a_micro_post_has_no_title_but_a_headline_where_one_is_needed(feeds: dict[str, Any]) -> None:
    item = item_of(feeds, "first-swift")
    assert "title" not in item
    (atom,) = [entry for entry in feeds["atom"].entries if entry.id == item["id"]]
    assert atom.title


@pytest.mark.parametrize("name", ["atom.xml", "rss.xml"])
def test_newsboat_shows_every_entry(site: Site, feeds: dict[str, Any], tmp_path: Path, name: str) -> None:
    newsboat = program("newsboat")
    (tmp_path / "urls").write_text(f"file://{site.root}/public/{name}\n")
    (tmp_path / "config").write_text("")
    done = subprocess.run(
        [
            newsboat,
            "-u",
            tmp_path / "urls",
            "-c",
            tmp_path / "cache.db",
            "-C",
            tmp_path / "config",
            "-x",
            "reload",
        ],
        env={"HOME": str(tmp_path), "LC_ALL": "C.UTF-8", "TERM": "dumb", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(tmp_path / "cache.db") as cache:
        rows = cache.execute("SELECT guid, url, title, content, pubDate FROM rss_item").fetchall()
    seen = {guid: (url, title, content, moment) for guid, url, title, content, moment in rows}
    for item in feeds["json"]["items"]:
        url, title, content, moment = seen[item["id"]]
        assert url == item["url"]
        assert moment == stamp(item["date_published"])
        assert content == item["content_html"]
        if "title" in item:
            assert title == item["title"]
    assert len(seen) == len(feeds["json"]["items"])
    assert time.gmtime(max(row[4] for row in rows)).tm_year == 2026
