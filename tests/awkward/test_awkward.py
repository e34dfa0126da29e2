"""Awkward posts, all in one site: what comes out for each, and that nothing of it harms the others.

Each file in `expected/` tells what one post shows: a file of the same name in `posts/`, or one that its `[recipe]`
makes, `head`, then `part` so many `times`, then `tail`, under a `name` of its own where that is the point.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import feedparser
import pytest
import rnc2rng
from jsonschema import Draft202012Validator
from lxml import etree
from sites import CONFIG, Site, post

HERE = Path(__file__).parent
SCHEMAS = HERE.parent / "formats" / "schemas"
SETTINGS = (
    CONFIG
    + """
[posts]
permalink = "/{slug}/"

[[feed]]
name = "main"
atom = "atom.xml"
rss = "rss.xml"
json = "feed.json"
limit = 0
"""
)
GOOD = {"good one": "2026-01-01", "good two": "2026-01-02", "good three": "2026-05-03"}
EXPECTED = {
    path.name.removesuffix(".toml"): tomllib.loads(path.read_text("utf-8"))
    for path in sorted((HERE / "expected").iterdir())
}
PUBLISHED = [name for name, wanted in EXPECTED.items() if wanted["published"]]


def written(name: str) -> tuple[str, bytes]:
    """The name and the bytes of a post of the corpus."""
    recipe = EXPECTED[name].get("recipe")
    if not recipe:
        return name, (HERE / "posts" / name).read_bytes()
    text = recipe.get("head", "") + recipe.get("part", "") * recipe.get("times", 0) + recipe.get("tail", "")
    return recipe.get("name", name), text.encode()


@dataclass(frozen=True)
class Built:
    """What one build of the whole corpus left behind."""

    site: Site
    code: int
    stderr: str
    report: dict[str, Any]
    items: dict[str, dict[str, Any]]

    def problems(self, file: str) -> list[list[Any]]:
        return [[one["code"], int(one["line"] or 0)] for one in self.said if one["file"] == f"posts/{file}"]

    @property
    def said(self) -> list[dict[str, Any]]:
        """All errors and warnings."""
        errors = [one for one in self.report["posts"]["skipped"] if one["severity"] == "error"]
        return errors + list(self.report["warnings"])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    posts: dict[str, str | bytes] = dict(map(written, EXPECTED))
    assert len(posts) == len(EXPECTED)
    good = {f"{title.replace(' ', '-')}.md": post(title, date) for title, date in GOOD.items()}
    site = Site(tmp_path_factory.mktemp("awkward")).write({**posts, **good}, SETTINGS)
    done = site.run("build", "--json")
    items = {item["url"]: item for item in site.items()}
    return Built(site, done.returncode, done.stderr, json.loads(done.stdout), items)


def item(built: Built, name: str) -> dict[str, Any]:
    return built.items[address(name)]


def address(name: str) -> str:
    stem = name.rpartition(".")[0].lower()
    return str(EXPECTED[name].get("url", f"https://example.org/{quote(stem)}/"))


def test_the_build_ends_well(built: Built) -> None:
    assert built.code == 1
    assert "Traceback" not in built.stderr
    assert built.report["posts"]["read"] == len(EXPECTED) + len(GOOD) - len(
        [name for name in EXPECTED if EXPECTED[name]["problems"] == [["bad-name", 0]]]
    )


def test_the_corpus_is_whole() -> None:
    made = {name for name, wanted in EXPECTED.items() if "recipe" in wanted}
    assert {path.name for path in (HERE / "posts").iterdir()} == EXPECTED.keys() - made
    assert len(EXPECTED) >= 70
    assert sum(path.stat().st_size for path in HERE.rglob("*.*")) < 300_000


def test_every_problem_is_a_sentence(built: Built) -> None:
    for one in built.said:
        thing, _, remedy = one["message"].partition(": ")
        assert thing, one
        assert ";" in remedy or "did you mean" in remedy, one
        assert one["message"].isprintable(), one


def test_a_fault_of_front_matter_has_its_line_and_column(built: Built) -> None:
    faults = [one for one in built.said if one["code"].startswith("front-matter-")]
    assert len(faults) > 20
    assert [one for one in faults if not (one["line"] and one["column"])] == []


def test_the_good_are_whole(built: Built) -> None:
    titles = {one.get("title"): one.get("content_html") for one in built.items.values()}
    for title in GOOD:
        assert titles[title] == f"<p>Text of {title}.</p>"


def test_only_what_is_expected_stands(built: Built) -> None:
    good = {f"https://example.org/{title.replace(' ', '-')}/" for title in GOOD}
    assert built.items.keys() == {address(name) for name in PUBLISHED} | good


@pytest.mark.parametrize("name", ["atom.xml", "rss.xml"])
def test_xml_is_strictly_whole(built: Built, name: str) -> None:
    body = built.site.output()[name]
    root = etree.fromstring(body, etree.XMLParser(recover=False, resolve_entities=False, huge_tree=True))
    assert len(root.findall(".//{*}entry") + root.findall(".//item")) == len(built.items)
    parsed = feedparser.parse(body)
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert [entry.id for entry in parsed.entries] == [one["id"] for one in built.items.values()]


def test_atom_follows_its_schema(built: Built) -> None:
    # rnc2rng declares the empty namespace as a prefix, which XML forbids.
    grammar = rnc2rng.dumps(rnc2rng.load(str(SCHEMAS / "atom.rnc"))).replace('xmlns:local=""', "")
    body = built.site.output()["atom.xml"]
    etree.RelaxNG(etree.fromstring(grammar.encode())).assertValid(
        etree.fromstring(body, etree.XMLParser(huge_tree=True))
    )


def test_json_follows_its_schema(built: Built) -> None:
    body = built.site.output()["feed.json"].decode()
    schema = json.loads((SCHEMAS / "jsonfeed.json").read_text("utf-8"))
    assert not list(Draft202012Validator(schema).iter_errors(json.loads(body, parse_constant=pytest.fail)))


def test_nothing_is_written_beside_the_output(built: Built) -> None:
    assert {path.name for path in built.site.root.iterdir()} == {
        ".syndicate",
        "config.toml",
        "posts",
        "public",
    }
    assert built.site.output().keys() == {
        "atom.xml",
        "autodiscovery.html",
        "feed.json",
        "feeds.opml",
        "index.html",
        "rss.xml",
    } | {path for path in built.site.output() if path.endswith(".gz")}


@pytest.mark.parametrize("name", EXPECTED)
def test_its_problems(built: Built, name: str) -> None:
    wanted = EXPECTED[name]
    found = built.problems(wanted.get("file", written(name)[0]))
    if "either" in wanted:
        # Which bound is met first depends on the machine, that one is met does not.
        ((code, line),) = found
        assert code in wanted["either"]
        assert line == 5
    else:
        assert found == wanted["problems"]


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_readers_see(built: Built, name: str) -> None:
    wanted, seen = EXPECTED[name], item(built, name)
    assert seen.get("title", "") == wanted["title"]
    html = seen.get("content_html", "")
    for words in wanted.get("has", ()):
        assert words in html
    for words in wanted.get("lacks", ()):
        assert words not in html
    assert html == wanted.get("content", html)
    assert seen.get("tags", []) == wanted.get("tags", [])
    assert [author["name"] for author in seen["authors"]] == wanted.get("authors", ["A. Tester"])
    files = [
        [one["url"], one["mime_type"], one.get("size_in_bytes", 0)] for one in seen.get("attachments", ())
    ]
    assert files == wanted.get("attachments", [])
    assert seen["id"] == wanted.get("id", seen["id"])
    assert seen["date_published"] == wanted.get("date", seen["date_published"])
    assert datetime.fromisoformat(seen["date_modified"]) >= datetime.fromisoformat(seen["date_published"])
