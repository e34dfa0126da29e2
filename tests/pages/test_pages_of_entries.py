"""A page for each entry, for a folder that has no site of its own."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from page_samples import every, only, parsed, text
from page_sites import BASE, ENTRIES, Built, built, found
from sites import Site, post

__all__ = ["built"]

ROOT = Path(__file__).resolve().parents[2]
WHERE = "[posts]\npermalink = '{}'\n"

PLACES: dict[str, dict[str, str]] = {
    # Of each permalink: slug, the page's path.
    "/{year}/{month}/{slug}/": {"a": "2026/01/a/index.html"},
    "/{slug}": {"a": "a.html", "a.b": "a.b.html", "a:b": "a:b.html", "de/ep": "de/ep.html"},
    "/{slug}.html": {"a": "a.html", "deep/index": "deep/index.html"},
    "/{slug}.htm": {"a": "a.htm"},
    "/{slug}/": {
        slug: f"{slug}/index.html"
        for slug in (
            "index",
            "żuraw 名前",
            "100% sure",
            "%41",
            'say "it\'s"',
            "notes: one",
            "what? #1 & more",
            "deep/er",
            "l" * 250,
            "ł" * 125,
        )
    },
}


@pytest.mark.parametrize("permalink", PLACES)
def test_where_a_page_stands(built: Built, permalink: str) -> None:
    posts = {}
    for number, slug in enumerate(PLACES[permalink]):
        quoted = slug.replace("'", "''")
        posts[f"{number}.md"] = post(f"Post {number}", slug=f"'{quoted}'")
    built.posts(posts, ENTRIES + WHERE.format(permalink))
    assert built.pages() == {"index.html", *PLACES[permalink].values()}
    urls = {item["title"]: item["url"] for item in built.site.items()}
    for number, path in enumerate(PLACES[permalink].values()):
        url = urls[f"Post {number}"]
        tree = parsed(built.page(path))
        assert text(only(tree, "h1")) == f"Post {number}"
        assert only(tree, "link", rel="canonical").get("href") == url
        assert found(built.public, url) == built.public / path
    assert "no-page" not in built.said


NOWHERE: dict[str, tuple[str, ...]] = {
    "/{slug}": ("l" * 250, "autodiscovery", "index", "atom.xml.gz/x"),
    "/{slug}/": (
        ".hidden",
        "a/.b",
        "/".join(["p" * 200] * 25),
        "atom.xml/x",
        "index.html/x",
        "index.html.gz/x",
    ),
}


@pytest.mark.parametrize("permalink", NOWHERE)
def test_where_there_can_be_no_page_a_warning_says_so(built: Built, permalink: str) -> None:
    posts = {f"{n}.md": post(f"Post {n}", slug=f"'{slug}'") for n, slug in enumerate(NOWHERE[permalink])}
    config = ENTRIES.replace("[]", '["gzip"]') + WHERE.format(permalink)
    built.posts(posts | {"fine.md": post("Fine", "2026-01-03")}, config)
    warned = [line.split(" ")[:2] for line in built.said.splitlines() if "no-page" in line]
    assert warned == [[f"posts/{name}:", "warning:"] for name in posts]
    assert {item["title"] for item in built.site.items()} == {
        "Fine",
        *(f"Post {n}" for n in range(len(posts))),
    }
    assert len(built.pages()) == 2


GIVEN = {
    "https://elsewhere.example/2026/a/": None,
    "https://example.org.evil.example/a/": None,
    "http://example.org/a/": None,
    "/own/place/": "own/place/index.html",
    "/own/place?x=/../../y#z": "own/place.html",
    "/b%C3%A4r%2Fx/": "bär/x/index.html",
    "https://example.org/own": "own.html",
    "/a/../../../out/": "out/index.html",
    "/twice//slashed/": "twice/slashed/index.html",
}


def test_urls_that_their_authors_gave(built: Built) -> None:
    built.posts({f"{n}.md": post(f"Post {n}", url=f"'{url}'") for n, url in enumerate(GIVEN)}, ENTRIES)
    assert built.pages() == {"index.html", *filter(None, GIVEN.values())}
    assert "no-page" not in built.said


ASTRAY = (
    "/a/..%2F..%2F..%2Fout/",
    "/..%2Fout",
    "/a%00b/",
    "/a%5Cb/",
    "/%2Fetc/x",
    "/.well-known/x",
    "/",
    "/index.html",
    "/atom.xml/",
    "/atom.xml/x/",
)


def test_no_url_leads_out_of_the_output(built: Built) -> None:
    def around() -> set[Path]:
        return {path for path in built.site.root.parent.rglob("*") if built.public not in path.parents}

    built.posts({"fine.md": post("Fine", "2026-01-03")}, ENTRIES)
    posts = {f"{n}.md": post(f"Post {n}", url=f"'{url}'") for n, url in enumerate(ASTRAY)}
    before = around()
    built.posts(posts, ENTRIES, codes=(0, 1))
    assert around() - before == {built.site.root / "posts" / name for name in posts}
    assert built.pages() == {"index.html", "2026/01/fine/index.html"}
    assert built.page("atom.xml").startswith(b"<?xml")
    assert b"Subscribe" in built.page()
    assert len(built.site.items()) == 1 + len(posts)


def test_of_two_that_would_share_a_file_one_has_it(built: Built) -> None:
    posts = {"a.md": post("A", url="/same"), "b.md": post("B", "2026-01-03", url="/same.html")}
    reports = [built.posts(posts, ENTRIES) for _ in range(2)]
    assert built.pages() == {"index.html", "same.html"}
    assert len(built.site.items()) == 2
    assert built.said.count("no-page") == 1
    assert not any(one["changed"] for one in reports[1]["documents"])


def test_of_a_file_and_a_folder_one_stands(built: Built) -> None:
    posts = {"a.md": post("A", url="/x.html"), "b.md": post("B", "2026-01-03", url="/x.html/more/")}
    built.posts(posts, ENTRIES)
    assert built.said.count("no-page") == 1
    assert len(built.pages()) == 2


def test_posts_beyond_the_feeds_limit_have_pages_too(built: Built) -> None:
    feed = '[[feed]]\nname = "main"\njson = "feed.json"\nlimit = 1\n'
    built.posts({"a.md": post("A"), "b.md": post("B", "2026-01-03")}, ENTRIES + feed)
    assert len(built.site.items()) == 1
    assert {"2026/01/a/index.html", "2026/01/b/index.html"} <= built.pages()
    assert text(only(parsed(built.page("2026/01/a/index.html")), "h1")) == "A"


def test_drafts_and_posts_to_come_have_none(built: Built) -> None:
    posts = {
        "a.md": post("A"),
        "draft.md": post("Draft", draft="true"),
        "later.md": post("Later", "2999-01-01"),
        "hidden.md": post("Hidden", hidden="true"),
    }
    built.posts(posts, ENTRIES)
    assert built.pages() == {"index.html", "2026/01/a/index.html"}


def test_pages_go_with_their_posts(built: Built) -> None:
    posts = {f"p{number}.md": post(f"P{number}") for number in range(6)}
    built.posts(posts, ENTRIES.replace("[]", '["gzip"]'))
    assert len(built.pages()) == 7
    (built.site.root / "posts" / "p0.md").unlink()
    (built.site.root / "posts" / "p1.md").write_text(post("P1", slug="renamed"))
    (built.site.root / "posts" / "p2.md").write_text(post("P2", draft="true"))
    built.build("--accept")
    assert built.pages() == {"index.html", "2026/01/renamed/index.html"} | {
        f"2026/01/p{number}/index.html" for number in (3, 4, 5)
    }
    assert not [path for path in built.site.output() if re.search("p[012]", path)]
    built.posts({}, ENTRIES.replace("entry_pages = true", ""))
    assert built.pages() == {"index.html"}


def test_a_page_of_the_site_is_left_alone(built: Built) -> None:
    own = built.public / "2026" / "01" / "a" / "index.html"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"mine")
    for number in range(3):
        built.posts({"a.md": post(f"A{number}", slug="a"), "b.md": post("B")}, ENTRIES)
        assert own.read_bytes() == b"mine"
    built.posts({}, ENTRIES.replace("entry_pages = true", ""))
    assert own.read_bytes() == b"mine"
    assert built.pages() == {"index.html", "2026/01/a/index.html"}


def test_a_feed_names_its_own_entries(built: Built) -> None:
    feeds = (
        '[[feed]]\nname = "main"\njson = "feed.json"\nexclude = { tags = ["x"] }\n'
        '[[feed]]\nname = "birds"\njson = "birds/feed.json"\ninclude = { tags = ["x"] }\n'
    )
    built.posts({"a.md": post("A"), "b.md": post("B", tags="[x]")}, ENTRIES + feeds)
    alternates = {
        name: [
            one.get("href")
            for one in every(parsed(built.page(f"2026/01/{name}/index.html")), "link", rel="alternate")
        ]
        for name in "ab"
    }
    assert alternates == {"a": [f"{BASE}feed.json"], "b": [f"{BASE}birds/feed.json"]}


def test_no_link_of_the_sample_site_is_dead(built: Built) -> None:
    shutil.copy(ROOT / "config.toml", built.site.root)
    shutil.copytree(ROOT / "posts", built.site.root / "posts")
    report = built.build()
    assert "no-page" not in built.said
    links = {
        (path, one.get("href"))
        for path in built.pages()
        for tag in ("a", "link")
        for one in every(parsed(built.page(path)), tag)
        # A file that comes with a post is put on the web by whoever puts the output there.
        if one.get("href").startswith(BASE) and one.get("class") != "u-enclosure"
    }
    assert len({url for path, url in links if path == "index.html"}) >= 12
    assert not [(path, url) for path, url in links if found(built.public, url) is None]
    assert len(built.pages()) == 1 + report["posts"]["published"]


def test_a_site_that_is_built_anew_elsewhere_has_the_same_bytes(built: Built, tmp_path: Path) -> None:
    built.posts({"a.md": post("A"), "b.md": post("B", "2026-01-03", tags="[x, y]")}, ENTRIES)
    other = Site(tmp_path / "other").write({}, ENTRIES)
    shutil.copytree(built.site.root / "posts", other.root / "posts", dirs_exist_ok=True)
    done = other.run("build", TZ="Asia/Kathmandu", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    assert other.output() == built.site.output()
