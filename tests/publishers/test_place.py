"""What every place promises. A new kind signs by a line in KINDS."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from syndicate.errors import PublishError
from syndicate.model import Document
from syndicate.publishers import Place
from syndicate.publishers.dryrun import DryRun
from syndicate.publishers.folder import Folder


def folder(tmp_path: Path) -> Place:
    (tmp_path / "public").mkdir(exist_ok=True)
    return Folder(tmp_path / "public")


def missing_folder(tmp_path: Path) -> Place:
    return Folder(tmp_path / "not" / "yet")


def linked_folder(tmp_path: Path) -> Place:
    (tmp_path / "releases" / "5").mkdir(parents=True, exist_ok=True)
    if not (tmp_path / "current").is_symlink():
        (tmp_path / "current").symlink_to("releases/5")
    return Folder(tmp_path / "current")


KINDS: list[Callable[[Path], Place]] = [folder, missing_folder, linked_folder]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def again(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Place]:
    """Each call is the same place, met anew."""
    return lambda: request.param(tmp_path)


@pytest.fixture
def place(again: Callable[[], Place]) -> Place:
    return again()


def document(path: str, body: bytes = b"<feed/>") -> Document:
    return Document(path, f"https://example.org/{path}", "application/atom+xml", body)


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


PATHS = [
    "atom.xml",
    "tags/deep/er/atom.xml",
    'a b/it\'s "here"?#&%2e.xml',
    "täg/日本語.xml",
    ".well-known/feed",
    "..almost",
    "back\\slash.xml",
    "x" * 250,
    "-",
]
BODIES = [b"", b"\0\xff\r\n", b"x" * 3_000_000]


@pytest.mark.parametrize("path", PATHS)
def test_what_is_put_stands(again: Callable[[], Place], path: str) -> None:
    place = again()
    assert place.digest(path) is None
    place.put(document(path, b"one"))
    assert place.digest(path) == sha256(b"one")
    assert again().digest(path) == sha256(b"one")
    place.put(document(path, b"the second, longer than the first"))
    place.put(document(path, b"3"))
    place.put(document(path, b"3"))
    assert again().digest(path) == sha256(b"3")


@pytest.mark.parametrize("body", BODIES, ids=len)
def test_any_bytes(place: Place, body: bytes) -> None:
    place.put(document("feed.json", body))
    assert place.digest("feed.json") == sha256(body)


@pytest.mark.parametrize("path", PATHS)
def test_what_is_removed_is_gone(again: Callable[[], Place], path: str) -> None:
    place = again()
    place.put(document("stays.xml"))
    place.put(document(path))
    place.remove(path)
    assert place.digest(path) is None
    again().remove(path)
    assert again().digest(path) is None
    assert place.digest("stays.xml") == sha256(b"<feed/>")
    place.put(document(path, b"back"))
    assert place.digest(path) == sha256(b"back")


def test_to_remove_nothing_is_fine(place: Place) -> None:
    place.remove("never/was.xml")
    place.put(document("atom.xml"))
    place.remove("atom.xml/was/no/folder.xml")
    assert place.digest("atom.xml/was/no/folder.xml") is None
    assert place.digest("atom.xml") == sha256(b"<feed/>")


@pytest.mark.parametrize(
    "path", ["", ".", "..", "/etc/motd", "../out.xml", "a/../b.xml", "a/./b.xml", "a//b.xml", "a/", "a\0b"]
)
def test_nothing_outside(place: Place, path: str, tmp_path: Path) -> None:
    place.put(document("atom.xml"))
    before = sorted(tmp_path.rglob("*"))
    for call in (place.digest, place.remove, lambda path: place.put(document(path))):
        with pytest.raises(PublishError, match="is no path below the output folder; choose"):
            call(path)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_dry_run_shows_the_place_and_leaves_it(place: Place, tmp_path: Path) -> None:
    place.put(document("atom.xml", b"old"))
    before = sorted(tmp_path.rglob("*"))
    dry = DryRun(place)
    dry.put(document("atom.xml", b"new"))
    dry.put(document("tags/atom.xml", b"new"))
    dry.remove("atom.xml")
    assert dry.digest("atom.xml") == sha256(b"old")
    assert dry.digest("tags/atom.xml") is None
    assert sorted(tmp_path.rglob("*")) == before
