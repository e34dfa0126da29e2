"""Ids over the lives of posts: scripts of edits, each pass with what the one before remembered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from compose_samples import PERMALINK, SITE, after, post
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from syndicate.compose.identity import identify, minted
from syndicate.errors import Problem
from syndicate.model import Memory, Post, Site

FEBRUARY = datetime(2026, 2, 1, tzinfo=UTC)
A, B = "tag:example.org,2026-01-05:a", "tag:example.org,2026-01-05:b"
START = (post("posts/a.md", "The first."), post("posts/b.md", "The second."))

# Name → the passes that follow the first, of START, and then path → id.
LIVES: dict[str, tuple[list[tuple[Post, ...]], dict[str, str]]] = {
    "renamed": ([(post("posts/z.md", "The first."),)], {"posts/z.md": A}),
    "renamed and retitled": ([(post("posts/z.md", "The first.", title="New"),)], {"posts/z.md": A}),
    "renamed and redated": ([(post("posts/z.md", "The first.", published=FEBRUARY),)], {"posts/z.md": A}),
    "redated": ([(post("posts/a.md", "The first.", published=FEBRUARY),)], {"posts/a.md": A}),
    "slug given": ([(post("posts/a.md", "The first.", slug="other"),)], {"posts/a.md": A}),
    "edited": ([(post("posts/a.md", "The first, edited."),)], {"posts/a.md": A}),
    "emptied": ([(post("posts/a.md", ""),)], {"posts/a.md": A}),
    "edited, retitled and redated": (
        [(post("posts/a.md", "Other.", title="New", published=FEBRUARY, slug="new"),)],
        {"posts/a.md": A},
    ),
    "moved to a folder": (
        [(post("posts/deep/er/a.md", "The first.", section="deep"),)],
        {"posts/deep/er/a.md": A},
    ),
    "edited, then renamed": (
        [(post("posts/a.md", "Edited."),), (post("posts/z.md", "Edited."),)],
        {"posts/z.md": A},
    ),
    "moved with its slug, and edited at once": (
        [(post("posts/deep/a.md", "Edited."),)],
        {"posts/deep/a.md": A},
    ),
    "two change places": (
        [(post("posts/a.md", "The second."), post("posts/b.md", "The first."))],
        {"posts/a.md": B, "posts/b.md": A},
    ),
    "one takes the place of another": ([(post("posts/a.md", "The second."),)], {"posts/a.md": B}),
    "copied": (
        [(*START, post("posts/c.md", "The first."))],
        {"posts/a.md": A, "posts/b.md": B, "posts/c.md": "tag:example.org,2026-01-05:c"},
    ),
    "copied, the copy deleted, and the first renamed to its name": (
        [(*START, post("posts/c.md", "The first.")), START, (START[1], post("posts/c.md", "The first."))],
        {"posts/b.md": B, "posts/c.md": A},
    ),
    "deleted and restored": ([(), START], {"posts/a.md": A, "posts/b.md": B}),
    "deleted and restored elsewhere": (
        [(START[1],), (START[1], post("old/z.md", "The first."))],
        {"posts/b.md": B, "old/z.md": A},
    ),
    "deleted, restored and edited": ([(), (post("posts/a.md", "Edited."),)], {"posts/a.md": A}),
    "a new post at the path of a renamed one": (
        [(post("posts/z.md", "The first."), post("posts/a.md", "New.", published=FEBRUARY))],
        {"posts/z.md": A, "posts/a.md": "tag:example.org,2026-02-01:a"},
    ),
    "an id is given and taken back": (
        [(post("posts/a.md", "The first.", id="urn:own"),), (post("posts/a.md", "The first."),)],
        {"posts/a.md": "urn:own"},
    ),
    "an id is given, and the post renamed without it": (
        [(post("posts/a.md", "The first.", id="urn:own"),), (post("posts/z.md", "The first."),)],
        {"posts/z.md": "urn:own"},
    ),
}


def live(*passes: tuple[Post, ...], site: Site = SITE) -> tuple[dict[str, str], tuple[Problem, ...], Memory]:
    memory = Memory()
    ids: dict[str, str] = {}
    problems: tuple[Problem, ...] = ()
    for posts in passes:
        kept, problems = identify(posts, {one.path for one in posts}, memory, site, PERMALINK)
        ids = {one.post.path: one.id.value for one in kept}
        memory = after(memory, kept)
    return ids, problems, memory


@pytest.mark.parametrize(("passes", "wanted"), LIVES.values(), ids=LIVES.keys())
def test_an_id_survives(passes: list[tuple[Post, ...]], wanted: dict[str, str]) -> None:
    ids, problems, _ = live(START, *passes)
    assert (ids, problems) == (wanted, ())


def test_a_new_post_whose_id_is_still_worn_is_an_error() -> None:
    """Date and slug of the renamed one: without the ledger both would be one, so the author must say."""
    ids, (problem,), _ = live(START, (post("posts/z.md", "The first."), post("posts/a.md", "New.")))
    assert ids == {"posts/z.md": A}
    assert (problem.file, problem.code) == ("posts/a.md", "conflict")
    assert "posts/z.md" in problem.message


def test_an_id_survives_a_new_domain() -> None:
    _, _, memory = live(START)
    moved = Site("T", "https://new.example/blog/")
    kept, _ = identify(START, {one.path for one in START}, memory, moved, PERMALINK)
    assert [one.id.value for one in kept] == [A, B]
    assert kept[0].url.value == "https://new.example/blog/2026/01/a/"


@pytest.mark.parametrize(
    "change",
    [
        {"body": "Edited."},
        {"path": "elsewhere/x.md", "slug": "a"},
        {"title": "New"},
        {"published": datetime(2026, 1, 5, 23, tzinfo=UTC)},
    ],
)
def test_without_the_ledger_an_id_comes_out_the_same(change: dict[str, object]) -> None:
    build: Callable[..., Post] = post
    ids, _, _ = live((build(**({"path": "posts/a.md", "body": "The first."} | change)),))
    assert list(ids.values()) == [A]


DAYS = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range(4)]
NAMES = st.sampled_from(["a", "b", "c", "d", "x/a", "x/b"])


class Author(RuleBasedStateMachine):
    """An author who in each pass does one thing to one file. Texts are all different, and so is the date of each
    new post, so that nothing is ambiguous and no minted id comes twice."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, Post] = {}
        self.worn: dict[str, str] = {}
        self.memory = Memory()
        self.ids: dict[str, str] = {}
        self.count = 0

    def publish(self, moved: dict[str, str] | None = None) -> None:
        posts = list(self.files.values())
        kept, problems = identify(posts, set(self.files), self.memory, SITE, "/{year}/{month}/{day}/{slug}/")
        now = {one.post.path: one.id.value for one in kept}
        assert not [problem for problem in problems if problem.code != "conflict"]
        assert len({one.id.value for one in kept}) == len({one.url.value for one in kept}) == len(kept)
        for path, old in self.ids.items():
            path_now = (moved or {}).get(path, path)
            if path_now in self.files and path_now in now:
                assert now[path_now] == old, f"{path_now} lost its id"
        self.memory, self.ids = after(self.memory, kept), now

    def words(self) -> str:
        self.count += 1
        return f"Text number {self.count}."

    @rule(name=NAMES)
    def write(self, name: str) -> None:
        if f"{name}.md" not in self.files:
            body = self.words()
            published = DAYS[0] + timedelta(days=self.count)
            # At the path of a post that is gone this one takes over, which is no matter here.
            self.ids.pop(f"{name}.md", None)
            self.files[f"{name}.md"] = post(f"{name}.md", body, published=published)
            self.publish()

    @rule(name=NAMES, retitled=st.booleans(), redated=st.booleans())
    def edit(self, name: str, retitled: bool, redated: bool) -> None:
        if one := self.files.get(f"{name}.md"):
            assert one.published is not None
            self.files[one.path] = post(
                one.path,
                self.words(),
                title=f"Title {self.count}" if retitled else one.title.value,
                published=one.published.value + timedelta(hours=1) * redated,
            )
            self.publish()

    @rule(name=NAMES, new=NAMES)
    def rename(self, name: str, new: str) -> None:
        source, to = f"{name}.md", f"{new}.md"
        if source in self.files and to not in self.files:
            one = self.files.pop(source)
            assert one.published is not None
            self.files[to] = post(to, one.body, title=one.title.value, published=one.published.value)
            self.publish({source: to})

    @rule(name=NAMES, other=NAMES)
    def swap(self, name: str, other: str) -> None:
        first, second = self.files.get(f"{name}.md"), self.files.get(f"{other}.md")
        if first and second and first is not second:
            for one, path in ((first, second.path), (second, first.path)):
                assert one.published is not None
                self.files[path] = post(path, one.body, title=one.title.value, published=one.published.value)
            self.publish({first.path: second.path, second.path: first.path})

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        if self.files.pop(f"{name}.md", None):
            self.publish()

    @rule(name=NAMES, new=NAMES)
    def copy(self, name: str, new: str) -> None:
        one = self.files.get(f"{name}.md")
        if one and f"{new}.md" not in self.files:
            assert one.published is not None
            self.ids.pop(f"{new}.md", None)
            self.files[f"{new}.md"] = post(f"{new}.md", one.body, published=one.published.value)
            self.publish()
            del self.files[f"{new}.md"]
            self.publish()

    @invariant()
    def without_the_ledger_ids_are_minted(self) -> None:
        kept, _ = identify(list(self.files.values()), set(self.files), Memory(), SITE, PERMALINK)
        assert all(one.id.value == minted(one.post, SITE) for one in kept)


Author.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestAnAuthor = Author.TestCase
