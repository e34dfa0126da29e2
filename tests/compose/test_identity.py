"""Which entry a post is: ids as they are minted, taken, and fought over."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from compose_samples import LEGAL, PERMALINK, SITE, after, post
from hypothesis import given
from hypothesis import strategies as st

from syndicate.compose.identity import day, identify, minted
from syndicate.errors import Problem
from syndicate.model import Identified, Memory, Post, Remembered, Site

NOTHING = Memory()

# RFC 4151, section 2.1
_DNS = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
TAG = re.compile(
    rf"tag:{_DNS}(?:\.{_DNS})*,\d{{4}}(?:-\d{{2}}(?:-\d{{2}})?)?:"
    r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*"
)


def known_as(one: Post, entry_id: str, **changes: object) -> Remembered:
    values: dict[str, object] = {
        "id": entry_id,
        "path": one.path,
        "slug": one.slug.value,
        "date": "2026-01-05",
        "url": f"https://example.org/2026/01/{one.slug.value}/",
        "fingerprint": one.fingerprint,
        "body_fingerprint": one.body_fingerprint,
        "state": "published",
    } | changes
    return Remembered(**values)  # type: ignore[arg-type]


def run(
    *posts: Post, memory: Memory = NOTHING, present: tuple[str, ...] = (), site: Site = SITE
) -> tuple[tuple[Identified, ...], tuple[Problem, ...]]:
    return identify(posts, {*present, *(one.path for one in posts)}, memory, site, PERMALINK)


def ids(found: tuple[Identified, ...]) -> dict[str, str]:
    return {one.post.path: one.id.value for one in found}


MINTED = [
    ("https://example.org/", "a", "tag:example.org,2026-01-05:a"),
    ("http://Example.org:8080/blog/", "a", "tag:example.org,2026-01-05:a"),
    ("https://example.org./", "a", "tag:example.org,2026-01-05:a"),
    ("https://bücher.example/", "a", "tag:xn--bcher-kva.example,2026-01-05:a"),
    ("https://my_host.example/", "a", "tag:my-host.example,2026-01-05:a"),
    ("https://[2001:db8::1]/", "a", "tag:2001-db8-1,2026-01-05:a"),
    ("https://127.0.0.1/", "a", "tag:127.0.0.1,2026-01-05:a"),
    ("https://example.org/", "/2024/03/it's/", "tag:example.org,2026-01-05:2024/03/it's"),
    ("https://example.org/", "a b%#🜚", "tag:example.org,2026-01-05:a%20b%25%23%F0%9F%9C%9A"),
]


@pytest.mark.parametrize(("url", "slug", "entry_id"), MINTED)
def test_an_id_is_minted_of_site_date_and_slug(url: str, slug: str, entry_id: str) -> None:
    assert minted(post(slug=slug), Site("T", url)) == entry_id


def test_the_date_is_the_authors_whatever_the_zone() -> None:
    evening = datetime(2026, 1, 5, 23, 30, tzinfo=timezone(timedelta(hours=-8)))
    assert day(post(published=evening)) == "2026-01-05"
    assert day(post(published=datetime(1000, 1, 1, tzinfo=UTC))) == "1000-01-01"


@given(st.text(LEGAL), st.dates(min_value=datetime(1000, 1, 1).date()))
def test_a_minted_id_is_a_tag_uri(slug: str, on: object) -> None:
    moment = datetime.fromisoformat(f"{on}T12:00:00+00:00")
    assert TAG.fullmatch(minted(post(slug=slug, published=moment), SITE))


@pytest.mark.parametrize("memory", [NOTHING, Memory((known_as(post(), "tag:example.org,2020-01-01:old"),))])
@pytest.mark.parametrize("own", ["tag:example.org,2001:x", "urn:isbn:1", "http://old.example/?p=12"])
def test_the_authors_id_is_first(own: str, memory: Memory) -> None:
    (one,), problems = run(post(id=own), memory=memory)
    assert (one.id.value, one.id.source, problems) == (own, "front matter, line 2", ())


def test_a_url_that_is_none_keeps_the_post_out() -> None:
    (one,), (problem,) = run(post("a.md", url="javascript:alert(1)"), post("b.md", "Else."))
    assert one.post.path == "b.md"
    assert (problem.file, problem.line, problem.severity, problem.code) == ("a.md", 2, "error", "bad-url")


def test_two_minted_ids_that_are_one() -> None:
    (one,), (problem,) = run(
        post("posts/b/x.md", "One", section="b"), post("posts/a/x.md", "Two", section="a")
    )
    assert one.post.path == "posts/a/x.md"
    assert (problem.file, problem.severity, problem.code) == ("posts/b/x.md", "error", "conflict")
    assert "posts/a/x.md" in problem.message
    assert "tag:example.org,2026-01-05:x" in problem.message


CONFLICTS = {
    "neither is published, one id: the first path": (
        (post("b.md", "B", id="urn:x"), post("a.md", "A", id="urn:x")),
        (),
        {"a.md": "urn:x"},
    ),
    "neither is published, one URL: the first path": (
        (post("b.md", "B", url="/x/"), post("a.md", "A", url="/x/")),
        (),
        {"a.md": "tag:example.org,2026-01-05:a"},
    ),
    "the published id stays": (
        (post("b.md", "B", id="urn:x"), post("a.md", "A", id="urn:x")),
        (known_as(post("b.md", "B"), "urn:x"),),
        {"b.md": "urn:x"},
    ),
    "the published id stays, edited and moved": (
        (post("c.md", "B", id="urn:x"), post("a.md", "A", id="urn:x")),
        (known_as(post("b.md", "B"), "urn:x"),),
        {"c.md": "urn:x"},
    ),
    "the published URL stays": (
        (post("b.md", "B", url="/x/"), post("a.md", "A", url="/x/")),
        (known_as(post("b.md", "B"), "urn:b"),),
        {"b.md": "urn:b"},
    ),
    "a minted id that is published stays where another names it": (
        (post("b.md", "B"), post("a.md", "A", id="tag:example.org,2026-01-05:b")),
        (known_as(post("b.md", "B"), "tag:example.org,2026-01-05:b"),),
        {"b.md": "tag:example.org,2026-01-05:b"},
    ),
    "an id of the front matter counts for more than one that is minted": (
        (post("b.md", "B", id="tag:example.org,2026-01-05:a"), post("a.md", "A")),
        (),
        {"b.md": "tag:example.org,2026-01-05:a"},
    ),
    "what was withdrawn has no right to stay": (
        (post("b.md", "B", id="urn:x"), post("a.md", "A", id="urn:x")),
        (known_as(post("b.md", "B"), "urn:x", state="withdrawn"),),
        {"a.md": "urn:x"},
    ),
}


@pytest.mark.parametrize(("posts", "rows", "kept"), CONFLICTS.values(), ids=CONFLICTS.keys())
def test_a_conflict_has_one_winner(
    posts: tuple[Post, ...], rows: tuple[Remembered, ...], kept: dict[str, str]
) -> None:
    found, problems = run(*posts, memory=Memory(rows))
    assert ids(found) == kept
    (problem,) = problems
    (winner,) = kept
    assert problem.code == "conflict"
    assert problem.file != winner
    assert winner in problem.message


def test_a_broken_file_keeps_its_id_and_url() -> None:
    row = known_as(post("a.md", "A"), "tag:example.org,2026-01-05:b", url="https://example.org/2026/01/c/")
    newcomers = post("b.md", "B"), post("c.md", "C"), post("d.md", "D")
    found, problems = run(*newcomers, memory=Memory((row,)), present=("a.md",))
    assert ids(found) == {"d.md": "tag:example.org,2026-01-05:d"}
    assert [(problem.file, "a.md" in problem.message) for problem in problems] == [
        ("b.md", True),
        ("c.md", True),
    ]
    found, problems = run(*newcomers, memory=Memory((row,)))
    assert (len(found), problems) == (3, ()), "a file that is gone keeps nothing"


def test_a_draft_keeps_its_id_but_not_its_text() -> None:
    row = known_as(post("a.md", "A"), "urn:a", state="withdrawn")
    found, problems = run(post("b.md", "A"), memory=Memory((row,)), present=("a.md",))
    assert (ids(found), problems) == ({"b.md": "tag:example.org,2026-01-05:b"}, ())


@pytest.mark.parametrize("body", ["The same words.", ""])
def test_many_with_one_text_are_not_guessed_at(body: str) -> None:
    old = [known_as(post(f"{name}.md", body), f"urn:{name}") for name in "abc"]
    renamed = [post(f"{name}.md", body) for name in "xyz"]
    found, problems = run(*renamed, memory=Memory(tuple(old)))
    assert set(ids(found).values()) == {f"tag:example.org,2026-01-05:{name}" for name in "xyz"}
    assert not problems


@pytest.mark.parametrize("body", ["The same words.", ""])
def test_many_with_one_text_are_told_apart_by_slug(body: str) -> None:
    old = [known_as(post(f"{name}.md", body), f"urn:{name}") for name in "abc"]
    moved = [post(f"new/{name}.md", body) for name in "abc"]
    found, _ = run(*moved, memory=Memory(tuple(old)))
    assert ids(found) == {f"new/{name}.md": f"urn:{name}" for name in "abc"}


def test_one_text_in_two_new_files_is_not_guessed_at() -> None:
    found, _ = run(
        post("x.md", "A"), post("y.md", "A"), memory=Memory((known_as(post("a.md", "A"), "urn:a"),))
    )
    assert "urn:a" not in ids(found).values()


def test_a_post_without_a_body_is_known_by_all_that_was_written() -> None:
    old = post("a.md", "", title="A link", link="https://elsewhere.example/")
    other = post("b.md", "", title="Another")
    memory = Memory((known_as(old, "urn:a"), known_as(other, "urn:b")))
    renamed = post("c.md", "", title="A link", link="https://elsewhere.example/")
    found, _ = run(renamed, memory=memory)
    assert ids(found) == {"c.md": "urn:a"}


def test_of_several_rows_at_one_path_the_published_counts() -> None:
    rows = (
        known_as(post("a.md", "Old"), "urn:1", state="withdrawn"),
        known_as(post("a.md", "Old"), "urn:2"),
        known_as(post("a.md", "Old"), "urn:3", state="withdrawn"),
    )
    for body in ("Old", "New"):
        found, _ = run(post("a.md", body), memory=Memory(rows))
        assert ids(found) == {"a.md": "urn:2"}


def test_an_id_that_moved_with_its_front_matter_is_not_given_to_the_newcomer() -> None:
    row = known_as(post("a.md", "A"), "urn:a")
    found, problems = run(
        post("b.md", "A", id="urn:a"), post("a.md", "New", published=datetime(2026, 2, 1, tzinfo=UTC)),
        memory=Memory((row,)),
    )  # fmt: skip
    assert ids(found) == {"a.md": "tag:example.org,2026-02-01:a", "b.md": "urn:a"}
    assert not problems


def test_memory_is_of_the_whole_pass() -> None:
    """The sample memory of these tests is what a pass leaves."""
    (one,), _ = run(post())
    assert after(NOTHING, (one,)).entries == (known_as(post(), "tag:example.org,2026-01-05:a"),)
