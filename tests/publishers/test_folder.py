"""What a folder is besides a place: modes, links, what stands in the way, what was left behind."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from syndicate.errors import PublishError
from syndicate.model import Document
from syndicate.publishers.folder import Folder


def document(path: str, body: bytes = b"<feed/>") -> Document:
    return Document(path, f"https://example.org/{path}", "application/atom+xml", body)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    assert tmp_path.is_dir()
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_a_web_server_can_read_it_whatever_the_umask(tmp_path: Path) -> None:
    Folder(tmp_path / "new" / "public").put(document("tags/de/atom.xml"))
    for made in ("new", "new/public", "new/public/tags", "new/public/tags/de"):
        assert mode(tmp_path / made) == 0o755
    assert mode(tmp_path / "new/public/tags/de/atom.xml") == 0o644


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir(mode=0o700)
    Folder(tmp_path / "public").put(document("atom.xml"))
    assert mode(tmp_path / "public") == 0o700


def test_a_link_that_leaves_the_root_is_refused(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "atom.xml").write_bytes(b"theirs")
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "tags").symlink_to("../outside")
    place = Folder(tmp_path / "public")
    for call in (place.digest, place.remove, lambda path: place.put(document(path))):
        for path in ("tags/atom.xml", "tags/new/atom.xml"):
            with pytest.raises(PublishError, match=r"a link that leads out of .*public; remove the link"):
                call(path)
    assert [item.read_bytes() for item in (tmp_path / "outside").iterdir()] == [b"theirs"]


def test_a_link_that_stays_below_the_root_is_followed(tmp_path: Path) -> None:
    (tmp_path / "public" / "all").mkdir(parents=True)
    (tmp_path / "public" / "tags").symlink_to("all")
    Folder(tmp_path / "public").put(document("tags/atom.xml"))
    assert (tmp_path / "public" / "all" / "atom.xml").read_bytes() == b"<feed/>"
    assert (tmp_path / "public" / "tags").is_symlink()


def test_the_root_is_followed_once(tmp_path: Path) -> None:
    for release in ("5", "6"):
        (tmp_path / release).mkdir()
    (tmp_path / "current").symlink_to("5")
    place = Folder(tmp_path / "current")
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to("6")
    place.put(document("atom.xml"))
    assert (tmp_path / "5" / "atom.xml").exists()
    assert not (tmp_path / "6" / "atom.xml").exists()


def test_a_link_in_a_documents_place_is_seen_through_and_replaced(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_bytes(b"theirs")
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "atom.xml").symlink_to("../theirs")
    place = Folder(tmp_path / "public")
    assert place.digest("atom.xml") == hashlib.sha256(b"theirs").hexdigest()
    with pytest.raises(PublishError, match="cannot be removed, it is no ordinary file"):
        place.remove("atom.xml")
    place.put(document("atom.xml"))
    assert not (tmp_path / "public" / "atom.xml").is_symlink()
    assert (tmp_path / "theirs").read_bytes() == b"theirs"


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "atom.xml").mkdir()
    place = Folder(tmp_path)
    for call, verb in (
        (place.digest, "read"),
        (place.remove, "removed"),
        (lambda path: place.put(document(path)), "written"),
    ):
        with pytest.raises(PublishError) as caught:
            call("atom.xml")
        remedy = "a folder is in the way; move it, or choose another path"
        assert str(caught.value) == f"{tmp_path}/atom.xml: cannot be {verb}, {remedy}"
    assert os.listdir(tmp_path) == ["atom.xml"]  # noqa: PTH208


@pytest.mark.parametrize("path", ["tags", "tags/deep/er"])
def test_a_file_in_the_way_of_a_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "tags").write_bytes(b"theirs")
    with pytest.raises(PublishError, match="cannot be written, a file is in the way of its folder; move it"):
        Folder(tmp_path).put(document(f"{path}/atom.xml"))
    assert (tmp_path / "tags").read_bytes() == b"theirs"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "atom.xml")
    with pytest.raises(PublishError, match="cannot be read, it is no ordinary file; move it"):
        Folder(tmp_path).digest("atom.xml")


def test_names_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="cannot be written, its name is too long; choose a shorter one"):
        Folder(tmp_path).put(document("x" * 256))
    with pytest.raises(PublishError, match="its name cannot be written as UTF-8; choose another path"):
        Folder(tmp_path).put(document("\ud800.xml"))
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_the_dead_are_swept_and_nothing_else(tmp_path: Path) -> None:
    others = [".syndicate-x.tmp", "syndicate-0.tmp", ".syndicate-0.tmp.xml", ".htaccess"]
    for name in [".syndicate-0.tmp", ".syndicate-17.tmp", *others]:
        (tmp_path / name).write_bytes(b"half")
    (tmp_path / ".syndicate-5.tmp").mkdir()
    Folder(tmp_path).put(document("atom.xml"))
    assert {item.name for item in tmp_path.iterdir()} == {"atom.xml", ".syndicate-5.tmp", *others}


def test_another_writer_in_the_same_folder_is_left_alone(tmp_path: Path) -> None:
    theirs = tmp_path / ".syndicate-0.tmp"
    with theirs.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        Folder(tmp_path).put(document("atom.xml"))
        assert theirs.exists()
    Folder(tmp_path).put(document("rss.xml"))
    assert {item.name for item in tmp_path.iterdir()} == {"atom.xml", "rss.xml"}


READER = """
import sys
seen = set()
for _ in range(3000):
    with open(sys.argv[1], "rb") as file:
        body = file.read()
    assert len(body) == 300_000, len(body)
    assert body == body[:10] * 30_000, body[:10]
    seen.add(body[:10])
print(len(seen))
"""


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    place = Folder(tmp_path)
    place.put(document("atom.xml", b"%010d" % 0 * 30_000))
    command = [sys.executable, "-c", READER, str(tmp_path / "atom.xml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        number = 0
        while number < 200 or reader.poll() is None:
            number += 1
            place.put(document("atom.xml", b"%010d" % number * 30_000))
        output, _ = reader.communicate()
    assert reader.returncode == 0
    assert int(output) > 1
