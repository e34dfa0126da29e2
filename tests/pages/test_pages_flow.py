"""A page beside each feed: put, kept, and taken away."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from page_samples import every, only, seen, text
from page_sites import PLAIN, Built, built
from receivers import Receiver, answer
from sites import CONFIG, Site, post
from tracing import injected, traced

from syndicate.ledger.sqlite import open_ledger

__all__ = ["built"]

OWN = b"<!DOCTYPE html><title>Mine</title><p>My own page."
TWO = """
[[feed]]
name = "main"
atom = "{first}"
[[feed]]
name = "other"
rss = "{second}"
[feed.include]
tags = ["x"]
"""


def headlines(body: bytes) -> list[str]:
    return [text(only(one, "h3")) for one in every(seen(body), "article")]


def test_a_page_stands_beside_the_feed(built: Built) -> None:
    built.posts({"a.md": post("A < B"), "b.md": post("B", "2026-01-03")})
    assert built.pages() == {"index.html"}
    assert headlines(built.page()) == ["B", "A < B"]
    before = (built.public / "index.html").stat()
    built.build()
    after = (built.public / "index.html").stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)
    built.posts({"c.md": post("C", "2026-01-04")})
    assert headlines(built.page()) == ["C", "B", "A < B"]


def test_it_has_copies_in_codings_as_feeds_have(built: Built) -> None:
    built.posts({"a.md": post("A")}, CONFIG)
    assert "index.html.gz" in built.site.output()


def test_it_is_no_document_of_a_feed(built: Built) -> None:
    report = built.posts({"a.md": post("A")})
    assert {one["path"] for one in report["documents"]} == {"atom.xml", "rss.xml", "feed.json"}


@pytest.mark.parametrize(
    ("first", "second", "pages"),
    [
        ("a/atom.xml", "b/rss.xml", {"a/index.html": "", "b/index.html": "x"}),
        ("atom.xml", "other.xml", {"index.html": "", "other.html": "x"}),
        ("atom.xml", "deep/er/other.xml", {"index.html": "", "deep/er/index.html": "x"}),
        # A feed at which a page would stand is not overwritten by it.
        ("feed/index.html", "rss.xml", {"feed/index.html.html": "", "index.html": "x"}),
        ("atom.xml", "autodiscovery.xml", {"index.html": "", "autodiscovery.xml.html": "x"}),
    ],
)
def test_several_feeds(built: Built, first: str, second: str, pages: dict[str, str]) -> None:
    posts = {"a.md": post("Tagged", tags="[x]"), "b.md": post("Plain", "2026-01-03")}
    config = PLAIN + TWO.format(first=first, second=second)
    built.posts(posts, config)
    assert built.pages() - {first, second} == set(pages)
    for path, tag in pages.items():
        assert headlines(built.page(path)) == (["Tagged"] if tag else ["Plain", "Tagged"])
        (link,) = every(only(seen(built.page(path)), "nav"), "a")
        (other,) = set(pages) - {path}
        assert link.get("href") == "https://example.org/" + other.removesuffix("index.html")
    before = built.site.output()
    assert not any(one["changed"] for one in built.build()["documents"])
    assert built.site.output() == before


def test_none_where_the_settings_say_so(built: Built) -> None:
    built.posts({"a.md": post("A")}, PLAIN + "pages = false\n")
    assert built.pages() == set()


@pytest.mark.parametrize(
    "known", [False, True], ids=["before the first build", "when the ledger knows documents"]
)
def test_a_page_of_the_site_is_left_alone(built: Built, known: bool) -> None:
    if known:
        built.posts({"a.md": post("A")}, CONFIG + "[output]\npages = false\n")
    built.public.mkdir(exist_ok=True)
    own = built.public / "index.html"
    own.write_bytes(OWN)
    before = own.stat()
    for number in range(3):
        built.posts({f"p{number}.md": post(f"P{number}", "2026-01-03")}, CONFIG)
        after = own.stat()
        assert own.read_bytes() == OWN
        assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)
        assert "index.html.gz" not in built.site.output()
    built.posts({}, CONFIG + "[output]\npages = false\n")
    assert own.read_bytes() == OWN
    own.unlink()
    built.posts({}, CONFIG)
    assert len(headlines(built.page())) == (4 if known else 3)


def test_ours_goes_with_the_setting(built: Built) -> None:
    built.posts({"a.md": post("A")}, CONFIG)
    assert {"index.html", "index.html.gz"} <= built.site.output().keys()
    built.posts({}, CONFIG + "[output]\npages = false\n")
    assert not {"index.html", "index.html.gz"} & built.site.output().keys()
    assert "atom.xml" in built.site.output()


def test_ours_goes_with_the_feed(built: Built) -> None:
    built.posts({"a.md": post("A", tags="[x]")}, PLAIN + TWO.format(first="atom.xml", second="b/rss.xml"))
    assert built.pages() == {"index.html", "b/index.html"}
    built.posts({}, PLAIN)
    assert built.pages() == {"index.html"}
    assert not every(seen(built.page()), "nav")


def test_ours_stays_when_somebody_has_edited_it_since(built: Built) -> None:
    built.posts({"a.md": post("A")})
    (built.public / "index.html").write_bytes(OWN)
    built.posts({}, PLAIN + "pages = false\n")
    assert built.page() == OWN


JOURNAL = ".syndicate/ledger.db-journal"


def commits(root: Path, trace: Path) -> int:
    """How often a build of a copy of the site at `root` ends a transaction."""
    copy = shutil.copytree(root, trace.with_name("copy"))
    words = [*traced(trace, "unlink,unlinkat", "-f"), sys.executable, "-m", "syndicate", "build"]
    subprocess.run(words, cwd=copy, check=True, capture_output=True)
    return trace.read_text(errors="replace").count(f'{JOURNAL}"')


@pytest.mark.parametrize(
    "edited", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["first", "later"]
)
def test_a_build_that_dies_before_it_announces_leaves_no_stranger(tmp_path: Path, edited: bool) -> None:
    site = Site(tmp_path / "site").write({"a.md": post("A")}, PLAIN + "entry_pages = true\n")
    if edited:
        site.write({}, PLAIN + "pages = false\n")
        assert site.run("build").returncode == 0
        site.write({}, PLAIN + "entry_pages = true\n")
    last = commits(site.root, tmp_path / "trace")
    fault = injected(tmp_path / "trace", "unlink,unlinkat", f"signal=KILL:when={last}", site.root / JOURNAL)
    died = subprocess.run(
        [*fault, sys.executable, "-m", "syndicate", "build"], cwd=site.root, capture_output=True, check=False
    )
    assert died.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
    known = open_ledger(site.root / ".syndicate" / "ledger.db").memory().documents
    assert {one.path: one.digest for one in known}["index.html"] == ""
    left = site.output()
    assert headlines(left["index.html"]) == ["A"]
    assert "2026/01/a/index.html" in left
    changed = {"b.md": post("B", "2026-01-03"), "a.md": post("A") + "\nMore.\n"}
    assert site.write(changed, PLAIN + "entry_pages = true\n").run("build").returncode == 0
    assert headlines(site.output()["index.html"]) == ["B", "A"]
    assert b"More." in site.output()["2026/01/a/index.html"]
    (site.root / "posts" / "a.md").unlink()
    assert site.run("build").returncode == 0
    assert {"index.html", "2026/01/b/index.html"} == {
        path for path in site.output() if path.endswith("index.html")
    }


def test_nobody_is_told_of_pages(built: Built) -> None:
    with Receiver() as receiver:
        receiver.script("/hub", answer(204))
        receiver.script("/hook", answer(204))
        config = PLAIN + (
            f'entry_pages = true\n[push]\nhubs = ["{receiver.url("/hub")}"]\n'
            f'[[webhook]]\nname = "hook"\nurl = "{receiver.url("/hook")}"\n'
        )
        built.posts({"a.md": post("A")}, config)
        built.build("--push")
        built.posts({"b.md": post("B", "2026-01-03")}, config)
        built.build("--push")
        assert {"index.html", "2026/01/a/index.html", "2026/01/b/index.html"} <= built.pages()
        said = receiver.wait_for(7)
    topics = [one.body.decode() for one in said if one.path == "/hub"]
    assert len(topics) == 6
    assert all("example.org%2F" in one and "html" not in one for one in topics)
    assert {one.split("hub.topic=")[1].split("&")[0].rsplit("%2F")[-1] for one in topics} == {
        "atom.xml",
        "rss.xml",
        "feed.json",
    }
    assert [b"post.published" in one.body for one in said if one.path == "/hook"] == [True]


def test_only_the_page_changes_with_a_new_neighbour(built: Built) -> None:
    """Nobody is told of that: no document of the feed differs."""
    built.posts({"a.md": post("A", tags="[x]")}, PLAIN + '[[feed]]\nname = "main"\natom = "atom.xml"\n')
    before = built.page(), built.page("atom.xml")
    built.posts({}, PLAIN + TWO.format(first="atom.xml", second="b/rss.xml"))
    assert built.page("atom.xml") == before[1]
    assert built.page() != before[0]


def test_a_dry_run_writes_no_page(built: Built) -> None:
    built.site.write({"a.md": post("A")}, PLAIN)
    built.build("--dry-run")
    assert not built.public.exists()


def test_pages_may_be_read_by_the_web_server(built: Built) -> None:
    built.posts({"a.md": post("A")})
    assert (built.public / "index.html").stat().st_mode & 0o777 == 0o644
