"""The life of a post through real passes, row by row: its id never changes, but where the ledger is lost and the date,
the slug or the site are no longer those that the id was minted of (spec.md, section 5)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from test_pipeline import ORDER, Blog

from syndicate.model import Remembered

SITE_URL = ORDER.site.url
OTHER = "https://other.example/"


@dataclass
class File:
    """A post as it lies in the folder. It is known by its `word`, which stands in every version of its text."""

    word: str
    name: str
    date: str
    title: str = "A title"
    slug: str = ""
    more: str = ""

    @property
    def text(self) -> str:
        slug = f"slug: {self.slug}\n" if self.slug else ""
        return f"---\ntitle: {self.title}\ndate: {self.date}\n{slug}---\n\nOf {self.word}.{self.more}\n"

    def minted(self, host: str) -> str:
        return f"tag:{host},{self.date}:{self.slug or Path(self.name).stem}"


class Life:
    """Two posts in a folder, and what may happen to the first. After every pass the ids of both are looked at."""

    def __init__(self, root: Path) -> None:
        self.blog = Blog(root)
        self.order = ORDER
        self.names = 0
        self.moth = File("moths", "moth.md", "2026-01-02")
        self.owl = File("owls", "owl.md", "2026-02-03")
        self.ids = {one.word: one.minted("example.org") for one in (self.moth, self.owl)}
        self.write(self.moth)
        self.write(self.owl)
        self.look()

    def new_name(self) -> str:
        self.names += 1
        return f"name-{self.names}.md"

    def write(self, file: File, text: str | None = None) -> None:
        path = self.blog.root / "posts" / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text if text is None else text)

    def remove(self, name: str) -> None:
        (self.blog.root / "posts" / name).unlink()

    def publish(self) -> dict[str, str]:
        """Word → id of all that stands."""
        shown = self.blog.publish(self.order).newest
        found = {word: entry.id for entry in shown for word in self.ids if f"Of {word}." in entry.content}
        assert len(found) == len(shown)
        return found

    def look(self, *, without_moth: bool = False) -> None:
        wanted = {word: one for word, one in self.ids.items() if not (without_moth and word == "moths")}
        assert self.publish() == wanted

    def row(self) -> Remembered:
        (row,) = (one for one in self.blog.memory.entries if one.id == self.ids["moths"])
        return row

    def edited(self) -> None:
        self.moth.more += " And of more."
        self.write(self.moth)

    def retitled(self) -> None:
        self.moth.title = "Another title"
        self.write(self.moth)

    def redated(self) -> None:
        self.moth.date = "2026-03-04"
        self.write(self.moth)

    def given_a_slug(self) -> None:
        self.moth.slug = "of-its-own"
        self.write(self.moth)

    def renamed(self) -> None:
        self.remove(self.moth.name)
        self.moth.name = str(Path(self.moth.name).with_name(self.new_name()))
        self.write(self.moth)

    def renamed_and_retitled(self) -> None:
        self.remove(self.moth.name)
        self.moth.name = str(Path(self.moth.name).with_name(self.new_name()))
        self.moth.title = "A third title"
        self.write(self.moth)

    def moved(self) -> None:
        self.remove(self.moth.name)
        self.moth.name = f"deep/er/{Path(self.moth.name).name}"
        self.write(self.moth)

    def broken(self) -> None:
        self.write(self.moth, "---\ntitle: a: b\n---\nBroken.\n")
        self.look()
        self.write(self.moth, "")
        self.look()
        self.moth.more += " Mended."
        self.write(self.moth)

    def drafted(self) -> None:
        self.write(self.moth, self.moth.text.replace("title:", "draft: true\ntitle:"))
        self.look(without_moth=True)
        assert self.row().state == "withdrawn"
        self.write(self.moth)

    def deleted(self) -> None:
        self.remove(self.moth.name)
        self.look(without_moth=True)
        self.look(without_moth=True)
        self.write(self.moth)

    def deleted_and_restored_elsewhere(self) -> None:
        self.remove(self.moth.name)
        self.look(without_moth=True)
        self.moth.name = f"old/{self.new_name()}"
        self.write(self.moth)

    def copied(self) -> None:
        copy = replace(self.moth, name="copy.md", slug="copy")
        self.write(copy)
        ids = {entry.id for entry in self.blog.publish(self.order).newest}
        assert ids == {*self.ids.values(), copy.minted(self.host)}
        self.remove(copy.name)

    def swapped(self) -> None:
        self.moth.name, self.owl.name = self.owl.name, self.moth.name
        self.write(self.moth)
        self.write(self.owl)

    def site_moved(self) -> None:
        definitions = tuple(
            replace(
                one,
                addresses=tuple(replace(at, url=at.url.replace(SITE_URL, OTHER)) for at in one.addresses),
            )
            for one in self.order.definitions
        )
        self.order = replace(
            self.order, site=replace(self.order.site, url=OTHER), definitions=definitions, base_url=OTHER
        )

    def ledger_lost(self) -> None:
        for file in self.blog.root.glob("ledger.db*"):
            file.unlink()
        for one in (self.moth, self.owl):
            self.ids[one.word] = one.minted(self.host)

    @property
    def host(self) -> str:
        return self.order.site.url.split("/")[2]


FIRST = "tag:example.org,2026-01-02:moth"
THIRD = "tag:example.org,2026-03-04:of-its-own"
LAST = "tag:other.example,2026-03-04:of-its-own"

# In this sequence: what happens, and the id of the post after it.
LIFE: list[tuple[Callable[[Life], None], str]] = [
    (Life.edited, FIRST),
    (Life.retitled, FIRST),
    (Life.ledger_lost, FIRST),
    (Life.moved, FIRST),
    (Life.ledger_lost, FIRST),
    (Life.broken, FIRST),
    (Life.drafted, FIRST),
    (Life.deleted, FIRST),
    (Life.copied, FIRST),
    (Life.swapped, FIRST),
    (Life.swapped, FIRST),
    (Life.renamed, FIRST),
    (Life.renamed_and_retitled, FIRST),
    (Life.deleted_and_restored_elsewhere, FIRST),
    (Life.redated, FIRST),
    (Life.given_a_slug, FIRST),
    (Life.ledger_lost, THIRD),
    (Life.swapped, THIRD),
    (Life.renamed, THIRD),
    (Life.ledger_lost, THIRD),
    (Life.site_moved, THIRD),
    (Life.deleted, THIRD),
    (Life.broken, THIRD),
    (Life.ledger_lost, LAST),
    (Life.edited, LAST),
]


def test_a_life_row_by_row(tmp_path: Path) -> None:
    life = Life(tmp_path)
    for number, (happens, wanted) in enumerate(LIFE, 1):
        happens(life)
        life.look()
        assert life.ids["moths"] == wanted, (number, happens.__name__)


@pytest.mark.parametrize("seed", range(10))
def test_a_life_in_another_order(tmp_path: Path, seed: int) -> None:
    life = Life(tmp_path)
    order = [happens for happens, _ in LIFE]
    random.Random(seed).shuffle(order)
    for happens in order:
        before = dict(life.ids)
        happens(life)
        life.look()
        assert happens is Life.ledger_lost or life.ids == before


LOST: list[tuple[str, list[Callable[[Life], None]], bool]] = [
    ("nothing", [], True),
    ("text", [Life.edited], True),
    ("title", [Life.retitled], True),
    ("folder", [Life.moved], True),
    ("slug", [Life.given_a_slug], False),
    ("name", [Life.renamed], False),
    ("date", [Life.redated], False),
    ("site", [Life.site_moved], False),
]


@pytest.mark.parametrize(("changes", "stays"), [row[1:] for row in LOST], ids=[row[0] for row in LOST])
def test_what_an_id_is_minted_of(tmp_path: Path, changes: list[Callable[[Life], None]], stays: bool) -> None:
    life = Life(tmp_path)
    for change in changes:
        change(life)
    life.look()
    life.ledger_lost()
    life.look()
    assert (life.ids["moths"] == FIRST) is stays
