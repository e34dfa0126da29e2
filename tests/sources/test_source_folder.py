"""The folder of posts: what is read, what is refused, and what is waited for."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from syndicate.errors import SourceError
from syndicate.posts import Assumed
from syndicate.posts.dialects.plain import Plain
from syndicate.sources import Gathered
from syndicate.sources.folder import MAX_BYTES, PATIENCE, QUIET, Folder

TEXT = "---\ntitle: T\ndate: 2026-01-02\n---\nText.\n"
LONG_AGO = 1_000_000_000


def folder(
    root: Path,
    *,
    output: Path | None = None,
    drafts: bool = False,
    clock: Callable[[], float] = lambda: 2_000_000_000.0,
    pause: Callable[[float], None] = lambda seconds: None,
) -> Folder:
    return Folder(
        [root / "posts"],
        root,
        Plain(),
        Assumed(ZoneInfo("UTC")),
        output=output,
        drafts=drafts,
        clock=clock,
        pause=pause,
    )


def gather(root: Path, *, output: Path | None = None, drafts: bool = False) -> Gathered:
    return folder(root, output=output, drafts=drafts).read(lambda what, done, total: None)


def lay(root: Path, *names: str, text: str = TEXT) -> None:
    for name in names:
        path = root / "posts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("a.md", True),
        ("deep/er/and/deeper/a.markdown", True),
        ("a.mkd", True),
        ("a.mkdn", True),
        ("a.mdown", True),
        ("a.mdx", True),
        ("a.html", True),
        ("A.MD", True),
        ("-rf.md", True),
        ("it's a: b.md", True),
        (".a.md", False),
        (".hidden/a.md", False),
        ("a.md~", False),
        ("#a.md#", False),
        (".#a.md", False),
        (".a.md.swp", False),
        ("4913", False),
        ("a.txt", False),
        ("a.sync-conflict-20260101-120000-ABCDEF.md", False),
        ("a (conflicted copy 2026-01-01).md", False),
        ("_drafts/a.md", False),
        ("node_modules/x/a.md", False),
        ("vendor/a.md", False),
        ("themes/a.md", False),
        ("public/a.html", False),
    ],
)
def test_which_files_are_posts(tmp_path: Path, name: str, taken: bool) -> None:
    lay(tmp_path, name)
    found = gather(tmp_path, output=tmp_path / "posts" / "public")
    assert found.present == (frozenset({f"posts/{name}"}) if taken else frozenset())
    assert not found.problems


def test_drafts_are_read_when_asked_for(tmp_path: Path) -> None:
    lay(tmp_path, "_drafts/a.md")
    assert gather(tmp_path, drafts=True).present == {"posts/_drafts/a.md"}


def test_order_is_by_path_and_not_by_folder(tmp_path: Path) -> None:
    lay(tmp_path, "b.md", "a/z.md", "a.md", "Z.md")
    assert [post.path for post in gather(tmp_path).posts] == [
        "posts/Z.md",
        "posts/a.md",
        "posts/a/z.md",
        "posts/b.md",
    ]


def test_a_missing_folder_is_no_empty_one(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="posts: the folder posts is missing; create it"):
        gather(tmp_path)


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "posts").write_text("")
    with pytest.raises(SourceError, match="posts: posts is no folder; correct"):
        gather(tmp_path)


def test_links_within_are_followed_and_links_out_are_refused(tmp_path: Path) -> None:
    lay(tmp_path, "a.md")
    (tmp_path / "secret.md").write_text(TEXT)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.md").write_text(TEXT)
    posts = tmp_path / "posts"
    (posts / "in.md").symlink_to("a.md")
    (posts / "out.md").symlink_to("../secret.md")
    (posts / "folder").symlink_to("../elsewhere")
    (posts / "loop").symlink_to(".")
    (posts / "dangling.md").symlink_to("nowhere.md")
    found = gather(tmp_path)
    assert found.present == {"posts/a.md", "posts/in.md"}
    assert {(problem.file, problem.code) for problem in found.problems} == {
        ("posts/out.md", "link-outside"),
        ("posts/folder", "link-outside"),
        ("posts/dangling.md", "link-dangling"),
    }


def test_what_is_no_regular_file_is_never_waited_on(tmp_path: Path) -> None:
    lay(tmp_path, "a.md")
    posts = tmp_path / "posts"
    os.mkfifo(posts / "pipe.md")
    with socket.socket(socket.AF_UNIX) as unix:
        previous = Path.cwd()
        os.chdir(posts)
        try:
            unix.bind("socket.md")
        finally:
            os.chdir(previous)
    (posts / "folder.md").mkdir()
    found = gather(tmp_path)
    assert [post.path for post in found.posts] == ["posts/a.md"]
    assert {(problem.file, problem.code) for problem in found.problems} == {
        ("posts/pipe.md", "no-file"),
        ("posts/socket.md", "no-file"),
    }


def test_one_byte_too_many(tmp_path: Path) -> None:
    lay(tmp_path, "fits.md", "over.md")
    head = TEXT.encode()
    (tmp_path / "posts" / "fits.md").write_bytes(head + b"x" * (MAX_BYTES - len(head)))
    (tmp_path / "posts" / "over.md").write_bytes(head + b"x" * (MAX_BYTES - len(head) + 1))
    found = gather(tmp_path)
    assert [post.path for post in found.posts] == ["posts/fits.md"]
    (problem,) = found.problems
    assert str(problem) == (
        "posts/over.md: error: file: 2,097,153 bytes are more than the 2,097,152 of a post; split it [too-large]"
    )


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    lay(tmp_path, "a.md", "new\nline.md")
    with open(os.fsencode(tmp_path / "posts") + b"/\xff.md", "w") as file:  # noqa: PTH123 - no Path has such a name
        file.write(TEXT)
    found = gather(tmp_path)
    assert found.present == {"posts/a.md"}
    assert [(problem.file, problem.code) for problem in found.problems] == [
        ("posts/new\ufffdline.md", "bad-name"),
        ("posts/\ufffd.md", "bad-name"),
    ]


def test_one_broken_post_leaves_the_others(tmp_path: Path) -> None:
    lay(tmp_path, "a.md", "b.md")
    lay(tmp_path, "broken.md", text="---\ntitle: Foo: bar\n---\n")
    found = gather(tmp_path)
    assert [post.path for post in found.posts] == ["posts/a.md", "posts/b.md"]
    assert found.present == {"posts/a.md", "posts/b.md", "posts/broken.md"}
    assert [problem.code for problem in found.problems] == ["front-matter-syntax"]


class Writer:
    """A clock that moves when it is waited on, and an editor that writes while it does."""

    def __init__(self, file: Path, writes: int) -> None:
        self.now, self.file, self.writes, self.waited = 2_000_000_000.0, file, writes, 0.0
        self.write()

    def write(self) -> None:
        os.utime(self.file, (self.now, self.now))

    def pause(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds
        self.waited += seconds
        if self.writes:
            self.writes -= 1
            self.write()


def test_a_file_that_is_being_written_is_waited_for(tmp_path: Path) -> None:
    lay(tmp_path, "a.md", "old.md")
    os.utime(tmp_path / "posts" / "old.md", (LONG_AGO, LONG_AGO))
    writer = Writer(tmp_path / "posts" / "a.md", writes=3)
    source = folder(tmp_path, clock=lambda: writer.now, pause=writer.pause)
    assert len(source.read(lambda what, done, total: None).posts) == 2
    assert 4 * QUIET <= writer.waited < 4 * QUIET + 0.1


def test_patience_has_an_end(tmp_path: Path) -> None:
    lay(tmp_path, "a.md")
    writer = Writer(tmp_path / "posts" / "a.md", writes=1000)
    source = folder(tmp_path, clock=lambda: writer.now, pause=writer.pause)
    assert len(source.read(lambda what, done, total: None).posts) == 1
    assert PATIENCE <= writer.waited < PATIENCE + QUIET + 0.1


def test_a_time_in_the_future_is_not_waited_for(tmp_path: Path) -> None:
    lay(tmp_path, "a.md")
    writer = Writer(tmp_path / "posts" / "a.md", writes=0)
    os.utime(tmp_path / "posts" / "a.md", (writer.now + 86400, writer.now + 86400))
    folder(tmp_path, clock=lambda: writer.now, pause=writer.pause).read(lambda what, done, total: None)
    assert writer.waited == 0


@pytest.mark.parametrize(
    ("target", "length", "found"),
    [
        ("beside.mp3", 3, "beside"),
        ("sub/deep.mp3", 4, "beside"),
        ("./beside.mp3", 3, "beside"),
        ("beside.mp3?v=1", 3, "beside"),
        ("media/root.mp3", 5, "root"),
        ("/media/root.mp3", 5, "root"),
        ("../../config.toml", 6, "beside"),
        ("../../../outside.mp3", None, None),
        ("/etc/hostname", None, None),
        ("https://example.org/x.mp3", None, None),
        ("//example.org/x.mp3", None, None),
        ("missing.mp3", None, None),
        ("sub", None, None),
        ("leak.mp3", None, None),
        ("", None, None),
        ("a\0b", None, None),
        ("x" * 5000, None, None),
    ],
)
def test_measure(tmp_path: Path, target: str, length: int | None, found: str | None) -> None:
    root = tmp_path / "site"
    lay(root, "blog/a.md")
    for name, size in {
        "posts/blog/beside.mp3": 3,
        "posts/blog/sub/deep.mp3": 4,
        "media/root.mp3": 5,
        "config.toml": 6,
        "../outside.mp3": 7,
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
    (root / "posts" / "blog" / "leak.mp3").symlink_to(tmp_path / "outside.mp3")
    source = folder(root)
    (post,) = source.read(lambda what, done, total: None).posts
    measured = source.measure(post, target)
    assert (measured.length if measured else None, measured.found if measured else None) == (length, found)
