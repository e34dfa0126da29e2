"""The publish flow over real files, a real ledger and a real place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sites import post

from syndicate.errors import LedgerError, PublishError, SourceError
from syndicate.ledger import Ledger
from syndicate.ledger.sqlite import open_ledger
from syndicate.model import (
    Address,
    Announcement,
    Author,
    Choice,
    Definition,
    Document,
    Good,
    Memory,
    Put,
    Remembered,
)
from syndicate.model import Site as SiteValue
from syndicate.pipeline.publish import Order, Pass, Rooms, publish
from syndicate.posts import Assumed
from syndicate.posts.dialects.plain import Plain
from syndicate.publishers import Place
from syndicate.publishers.folder import Folder as PlaceFolder
from syndicate.sources.folder import Folder as SourceFolder
from syndicate.workshop.rendering import Renderer

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
SITE = SiteValue("Test", "https://example.org/", authors=(Author("A. Tester"),))
ORDER = Order(
    SITE,
    (
        Definition(
            "main",
            (
                Address("atom", "atom.xml", "https://example.org/atom.xml"),
                Address("json", "feed.json", "https://example.org/feed.json"),
            ),
        ),
    ),
    "/{year}/{slug}/",
    "https://example.org/",
)


class Blog:
    """A site on disk; `steps` are what its ledger and place were asked to write, in order."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.steps: list[str] = []
        self.fail_at = ""
        (root / "posts").mkdir()

    def write(self, name: str, text: str) -> None:
        (self.root / "posts" / name).write_text(text)

    def publish(self, order: Order = ORDER, now: datetime = NOW) -> Pass:
        self.steps.clear()
        source = SourceFolder(
            [self.root / "posts"], self.root, Plain(), Assumed(ZoneInfo("UTC")), clock=lambda: 2e9
        )
        rooms = Rooms(
            source,
            Watched(open_ledger(self.root / "ledger.db"), self.step),
            WatchedPlace(PlaceFolder(self.root / "public"), self.step),
            Renderer(),
        )
        return publish(order, rooms, now, lambda what, done, total: None)

    def step(self, name: str) -> None:
        if name == self.fail_at:
            raise KeyboardInterrupt
        self.steps.append(name)

    @property
    def memory(self) -> Memory:
        return open_ledger(self.root / "ledger.db").memory()


class Watched:
    """A ledger that tells before it writes."""

    def __init__(self, ledger: Ledger, step: Callable[[str], None]) -> None:
        self._ledger, self._step = ledger, step

    def memory(self) -> Memory:
        return self._ledger.memory()

    def remember(
        self,
        entries: Sequence[Remembered],
        feed_ids: Sequence[tuple[str, str]],
        claims: Sequence[Put] = (),
    ) -> None:
        self._step("remember")
        self._ledger.remember(entries, feed_ids)

    def announce(
        self,
        published: Sequence[Remembered],
        withdrawn: Sequence[str],
        documents: Sequence[Put],
        removed: Sequence[str],
        *,
        good: Sequence[Good] = (),
        stale: Sequence[str] = (),
        told: Announcement | None = None,
    ) -> None:
        self._step("announce")
        self._ledger.announce(published, withdrawn, documents, removed, good=good, stale=stale, told=told)

    def good_versions(self, ids: Sequence[str]) -> dict[str, bytes]:
        return self._ledger.good_versions(ids)


class WatchedPlace:
    def __init__(self, place: Place, step: Callable[[str], None]) -> None:
        self._place, self._step = place, step

    def digest(self, path: str) -> str | None:
        return self._place.digest(path)

    def put(self, document: Document) -> None:
        self._step(f"put {document.path}")
        self._place.put(document)

    def remove(self, path: str) -> None:
        self._step(f"remove {path}")
        self._place.remove(path)


@pytest.fixture
def blog(tmp_path: Path) -> Blog:
    return Blog(tmp_path)


def shown(result: Pass) -> list[str]:
    return [entry.title for entry in result.newest]


PUTS = ["put atom.xml", "put feed.json", "put feeds.opml", "put autodiscovery.html"]


def test_the_order_is_the_safety(blog: Blog) -> None:
    blog.write("a.md", post("A"))
    blog.publish()
    assert blog.steps == ["remember", *PUTS, "announce"]


def test_a_pass_in_which_nothing_changed_writes_nothing(blog: Blog) -> None:
    blog.write("a.md", post("A"))
    blog.publish()
    result = blog.publish()
    assert blog.steps == []
    assert [one.changed for one in result.shown] == [False, False]


@pytest.mark.parametrize("step", ["remember", *PUTS, "announce"])
def test_a_pass_that_dies_at_a_step_is_mended_by_the_next(blog: Blog, step: str) -> None:
    blog.write("a.md", post("A"))
    blog.publish()
    blog.write("b.md", post("B", "2026-02-03"))
    (blog.root / "public" / "feeds.opml").unlink()
    (blog.root / "public" / "autodiscovery.html").unlink()
    blog.fail_at = step
    with pytest.raises(KeyboardInterrupt):
        blog.publish()
    states = {row.path: row.state for row in blog.memory.entries}
    assert states["posts/a.md"] == "published"
    assert states.get("posts/b.md") in (None, "known")
    blog.fail_at = ""
    blog.publish()
    assert {row.path: row.state for row in blog.memory.entries} == dict.fromkeys(
        ("posts/a.md", "posts/b.md"), "published"
    )
    blog.publish()
    assert blog.steps == []


def test_a_document_that_someone_changed_is_put_again(blog: Blog) -> None:
    blog.write("a.md", post("A"))
    blog.publish()
    (blog.root / "public" / "atom.xml").write_text("<broken")
    (blog.root / "public" / "feed.json").unlink()
    blog.publish()
    assert blog.steps == ["put atom.xml", "put feed.json"]


def test_what_is_no_longer_wanted_goes_but_only_if_it_is_ours(blog: Blog) -> None:
    blog.write("a.md", post("A"))
    blog.publish()
    (blog.root / "public" / "feed.json").write_text("mine now")
    (blog.root / "public" / "stranger.xml").write_text("never ours")
    fewer = Definition("main", (Address("rss", "rss.xml", "https://example.org/rss.xml"),))
    blog.publish(replace(ORDER, definitions=(fewer,)))
    assert "remove atom.xml" in blog.steps
    left = {path.name for path in (blog.root / "public").iterdir()}
    assert left == {"autodiscovery.html", "feed.json", "feeds.opml", "rss.xml", "stranger.xml"}


def test_the_future_changes_no_byte_and_comes_at_its_instant(blog: Blog) -> None:
    blog.write("a.md", post("A"))
    blog.publish()
    due = NOW + timedelta(days=1)
    blog.write("b.md", post("Secret", f"{due:%Y-%m-%dT%H:%M:%SZ}", tags="[embargo]"))
    result = blog.publish()
    assert blog.steps == []
    assert result.withheld == (("posts/b.md", "future"),)
    assert shown(blog.publish(now=due - timedelta(seconds=1))) == ["A"]
    assert shown(blog.publish(now=due)) == ["Secret", "A"]


def test_an_expired_post_goes_at_its_instant(blog: Blog) -> None:
    blog.write("a.md", post("A"))
    blog.write("b.md", post("B", expiryDate="2026-06-02T00:00:00Z"))
    end = datetime(2026, 6, 2, tzinfo=UTC)
    assert shown(blog.publish(now=end - timedelta(seconds=1))) == ["B", "A"] or shown(blog.publish()) == [
        "A",
        "B",
    ]
    assert shown(blog.publish(now=end)) == ["A"]
    assert {row.path: row.state for row in blog.memory.entries}["posts/b.md"] == "withdrawn"


def test_only_what_a_feed_takes_is_rendered_and_the_limit_holds(blog: Blog) -> None:
    for day in range(1, 10):
        blog.write(f"{day}.md", post(f"T{day}", f"2026-01-{day:02}", tags="[odd]" if day % 2 else "[even]"))
    odd = Definition(
        "odd",
        (Address("json", "odd.json", "https://example.org/odd.json"),),
        limit=2,
        include=Choice(tags=("ODD",)),
    )
    result = blog.publish(replace(ORDER, definitions=(odd,)))
    assert shown(result) == ["T9", "T7"]
    assert result.published == 9


def test_one_that_cannot_be_rendered_gives_its_place_to_the_next(blog: Blog) -> None:
    blog.write("deep.md", post("Deep", "2026-03-03") + "\n" + "- " * 1500 + "x\n")
    blog.write("a.md", post("A"))
    small = replace(ORDER.definitions[0], limit=1)
    result = blog.publish(replace(ORDER, definitions=(small,)))
    assert shown(result) == ["A"]
    assert [problem.code for problem in result.problems] == ["too-deep"]


def test_an_empty_folder_is_held_until_it_is_accepted(blog: Blog) -> None:
    blog.write("a.md", post("A"))
    blog.publish()
    before = (blog.root / "public" / "atom.xml").read_bytes()
    (blog.root / "posts" / "a.md").unlink()
    result = blog.publish()
    assert result.held
    assert result.held.count == 1
    assert blog.steps == []
    assert (blog.root / "public" / "atom.xml").read_bytes() == before
    accepted = blog.publish(replace(ORDER, accept=True))
    assert accepted.held is None
    assert accepted.published == 0


def test_a_missing_folder_is_held_and_never_accepted(blog: Blog) -> None:
    blog.write("a.md", post("A"))
    blog.publish()
    (blog.root / "posts").rename(blog.root / "elsewhere")
    result = blog.publish(replace(ORDER, accept=True))
    assert result.held
    assert "missing" in result.held.reason
    (blog.root / "elsewhere").rename(blog.root / "posts")
    assert blog.publish().held is None


def test_a_missing_folder_on_an_empty_ledger_is_an_error(blog: Blog) -> None:
    (blog.root / "posts").rmdir()
    with pytest.raises(SourceError):
        blog.publish()


def test_an_empty_folder_on_an_empty_ledger_gives_empty_feeds(blog: Blog) -> None:
    result = blog.publish()
    assert [one.document.entries for one in result.shown] == [0, 0]


def test_ids_stay_when_the_site_moves_and_the_feed_id_too(blog: Blog) -> None:
    blog.write("a.md", post("A"))
    before = blog.publish()
    moved = replace(SITE, url="https://new.example/")
    addresses = tuple(
        replace(one, url=one.url.replace("example.org", "new.example"))
        for one in ORDER.definitions[0].addresses
    )
    after = blog.publish(
        replace(ORDER, site=moved, definitions=(replace(ORDER.definitions[0], addresses=addresses),))
    )
    assert [entry.id for entry in after.newest] == [entry.id for entry in before.newest]
    assert after.newest[0].url == "https://new.example/2026/a/"
    assert b"<id>https://example.org/atom.xml</id>" in (blog.root / "public" / "atom.xml").read_bytes()


def test_no_ledger_no_place_no_promise(blog: Blog, tmp_path: Path) -> None:
    blog.write("a.md", post("A"))
    (tmp_path / "public").write_text("a file in the way")
    with pytest.raises(PublishError, match="public"):
        blog.publish()
    assert [row.state for row in blog.memory.entries] == ["known"]
    (tmp_path / "public").unlink()
    (tmp_path / "ledger.db").write_bytes(b"noise" * 1000)
    with pytest.raises(LedgerError, match=r"ledger\.db"):
        blog.publish()
    assert not (tmp_path / "public").exists()


def test_a_missing_attachment_is_a_warning_with_its_name(blog: Blog) -> None:
    blog.write("a.md", post("A", enclosure="lost.mp3"))
    (problem,) = blog.publish().problems
    assert (problem.severity, problem.code) == ("warning", "no-attachment")
    assert "'lost.mp3'" in problem.message


def test_codings_stand_beside_their_documents(blog: Blog) -> None:
    import gzip

    blog.write("a.md", post("A"))
    blog.publish(replace(ORDER, codings=("gzip", "br", "zstd")))
    public = blog.root / "public"
    assert gzip.decompress((public / "atom.xml.gz").read_bytes()) == (public / "atom.xml").read_bytes()
    assert {path.suffix for path in public.iterdir()} == {
        ".xml",
        ".json",
        ".opml",
        ".html",
        ".gz",
        ".br",
        ".zst",
    }
    blog.publish()
    assert {path.suffix for path in public.iterdir()} == {".xml", ".json", ".opml", ".html"}


def test_another_post_at_the_path_of_a_dead_one_is_another_entry(blog: Blog) -> None:
    blog.write("a.md", post("A"))
    blog.write("now.md", post("Now", "2026-02-01"))
    before = {entry.title: entry.id for entry in blog.publish().newest}
    (blog.root / "posts" / "now.md").unlink()
    blog.publish()
    blog.write("now.md", post("Something else", "2026-03-01"))
    after = {entry.title: entry.id for entry in blog.publish().newest}
    assert after["A"] == before["A"]
    assert after["Something else"] not in before.values()


def test_a_post_that_was_a_draft_for_a_while_is_itself_again(blog: Blog) -> None:
    blog.write("a.md", post("A"))
    blog.write("b.md", post("B", "2026-02-01"))
    before = {entry.title: entry.id for entry in blog.publish().newest}
    blog.write("b.md", post("B", "2026-02-01", draft="true"))
    assert shown(blog.publish()) == ["A"]
    blog.write("b.md", post("B, mended", "2026-02-01") + "\nMore text.\n")
    after = {entry.title: entry.id for entry in blog.publish().newest}
    assert after["B, mended"] == before["B"]


BROKEN = "---\ntitle: a: b\ndate: 2026-02-01\n---\nNew text.\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BROKEN, "front-matter-syntax"),
        ("---\ntitle: B\ndate: 2026-02-30\n---\nNew text.\n", "bad-date"),
        ("---\ntitle: B\n---\nNew text.\n", "undated"),
        ("", "empty"),
        (post("B", "2026-02-01") + "\n" + "- " * 1500 + "x\n", "too-deep"),
        (post("B", "2026-02-01") + "\n" + "[" * 60_000 + "\n", "too-long-to-render"),
    ],
)
def test_a_post_that_breaks_keeps_its_last_good_version_until_it_is_mended(
    blog: Blog, text: str, code: str
) -> None:
    blog.write("a.md", post("A"))
    blog.write("b.md", post("B", "2026-02-01"))
    before = {entry.title: entry for entry in blog.publish().newest}
    bytes_before = (blog.root / "public" / "atom.xml").read_bytes()
    for _ in range(3):
        blog.write("b.md", text)
        broken = blog.publish()
        assert {entry.title: entry for entry in broken.newest} == before
        assert (blog.root / "public" / "atom.xml").read_bytes() == bytes_before
        (problem,) = broken.problems
        assert problem.code == code
        assert problem.message.endswith("(its last good version stays in the feeds)")
        assert broken.published == 2
    blog.write("b.md", post("B", "2026-02-01") + "\nMended.\n")
    mended = blog.publish()
    assert not mended.problems
    assert [entry.id for entry in mended.newest] == [before["B"].id, before["A"].id]
    assert "Mended." in mended.newest[0].content


def test_a_broken_post_that_was_never_published_stays_out(blog: Blog) -> None:
    blog.write("a.md", post("A"))
    blog.write("b.md", BROKEN)
    result = blog.publish()
    assert shown(result) == ["A"]
    assert [problem.message.endswith("in the feeds)") for problem in result.problems] == [False]


def test_a_broken_post_that_stands_in_no_document_is_not_withdrawn(blog: Blog) -> None:
    small = replace(ORDER, definitions=(replace(ORDER.definitions[0], limit=1),))
    blog.write("a.md", post("A"))
    blog.write("b.md", post("B", "2026-02-01"))
    blog.publish(small)
    blog.write("a.md", BROKEN)
    blog.publish(small)
    assert {row.path: row.state for row in blog.memory.entries}["posts/a.md"] == "published"
    blog.write("a.md", post("A"))
    (blog.root / "posts" / "b.md").unlink()
    assert shown(blog.publish(small)) == ["A"]


def test_a_broken_post_is_deleted_all_the_same(blog: Blog) -> None:
    blog.write("a.md", post("A"))
    blog.write("b.md", post("B", "2026-02-01"))
    blog.publish()
    blog.write("b.md", BROKEN)
    blog.publish()
    (blog.root / "posts" / "b.md").unlink()
    assert shown(blog.publish()) == ["A"]


def test_only_what_stands_in_a_document_is_kept(blog: Blog) -> None:
    small = replace(ORDER, definitions=(replace(ORDER.definitions[0], limit=2),))
    for day in range(1, 6):
        blog.write(f"{day}.md", post(f"T{day}", f"2026-01-0{day}"))
    blog.publish(small)
    rows = {row.id: row.path for row in blog.memory.entries}
    assert sorted(rows[id_] for id_, _ in blog.memory.good) == ["posts/4.md", "posts/5.md"]
    blog.write("6.md", post("T6", "2026-01-06"))
    blog.publish(small)
    rows = {row.id: row.path for row in blog.memory.entries}
    assert sorted(rows[id_] for id_, _ in blog.memory.good) == ["posts/5.md", "posts/6.md"]
    blog.publish(small)
    assert blog.steps == []


@pytest.mark.parametrize(
    ("gone", "share", "held"),
    [(1, 0.2, False), (2, 0.2, False), (3, 0.2, True), (3, 0.3, False), (1, 0.0, True)],
)
def test_mass_withdrawal_is_held(blog: Blog, gone: int, share: float, held: bool) -> None:
    for number in range(10):
        blog.write(f"{number}.md", post(f"T{number}", f"2026-01-{number + 10}"))
    order = replace(ORDER, guard=share)
    blog.publish(order)
    before = (blog.root / "public" / "atom.xml").read_bytes()
    for number in range(gone):
        (blog.root / "posts" / f"{number}.md").unlink()
    result = blog.publish(order)
    assert bool(result.held) is held
    if result.held:
        assert result.held.count == gone
        assert f"{gone} of 10 published entries" in result.held.reason
        assert blog.steps == []
        assert (blog.root / "public" / "atom.xml").read_bytes() == before
        assert blog.publish(replace(order, accept=True)).published == 10 - gone


def test_a_share_says_nothing_of_four_posts(blog: Blog) -> None:
    for number in range(4):
        blog.write(f"{number}.md", post(f"T{number}", f"2026-01-{number + 10}"))
    blog.publish()
    for number in range(3):
        (blog.root / "posts" / f"{number}.md").unlink()
    assert blog.publish().held is None


def test_all_posts_broken_at_once_change_nothing(blog: Blog) -> None:
    for number in range(8):
        blog.write(f"{number}.md", post(f"T{number}", f"2026-01-{number + 10}"))
    blog.publish()
    before = (blog.root / "public" / "atom.xml").read_bytes()
    for number in range(8):
        blog.write(f"{number}.md", BROKEN)
    result = blog.publish()
    assert result.held is None
    assert len(result.problems) == 8
    assert (blog.root / "public" / "atom.xml").read_bytes() == before
