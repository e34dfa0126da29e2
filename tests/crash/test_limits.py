"""A build on a disk that is full or read-only, without permission, or at a limit: it says so, and converges later."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from programs import program
from scenes import Ended, Scene, copied, run, scene
from sites import Site, post
from sweep import converge, unplain, unwhole

NIGHT = 1_700_000_000
LARGE = post("Large", "2026-03-01") + "\n" + "A word. " * 7800


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A build after which documents are larger than before, by some 60 KiB each."""
    room = tmp_path_factory.mktemp("grown")
    site = Site(room / "site").write(
        {f"{day}.md": post(f"Day {day}", f"2026-02-0{day}") for day in range(1, 9)}
    )
    assert site.run("build").returncode == 0
    site.write({"large.md": LARGE})
    for path in (site.root / "posts").iterdir():
        os.utime(path, (NIGHT, NIGHT))
    return scene(site, room, watched=False)


def failed(scene: Scene, root: Path, ended: Ended, cause: str) -> None:
    wrong = unwhole(scene, root) + unplain(scene, root, ended, cause)
    assert not wrong, "\n".join(wrong)
    assert ended != scene.clean


def converged(scene: Scene, root: Path) -> None:
    wrong = converge(scene, [("this", root)])
    assert not wrong, "\n".join(wrong)


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """Something else stands at `folder` meanwhile."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount; run this test as root to see a disk that is really full")
    done = subprocess.run(
        [program("mount"), *options, str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"mount: {done.stderr.strip()}; allow it to run this test")
    try:
        yield
    finally:
        subprocess.run([program("umount"), "-l", str(folder)], check=True)


def remounted(folder: Path, options: str) -> None:
    subprocess.run([program("mount"), "-o", f"remount,{options}", str(folder)], check=True)


FULL = [
    ("public", "size={bytes}", 8, "the disk is full"),
    ("public", "size={bytes}", 140, "the disk is full"),
    ("public", "size=9m,nr_inodes={files}", 0, "the disk is full"),
    (".syndicate", "size={bytes}", 4, "the disk is full"),
    # The database does not say why it cannot make a file.
    (".syndicate", "size=9m,nr_inodes={files}", 0, "cannot be opened"),
]


@pytest.mark.parametrize("full", FULL, ids=lambda full: f"{full[0]} {full[1]} {full[2]}")
def test_a_full_disk(grown: Scene, tmp_path: Path, full: tuple[str, str, int, str]) -> None:
    """`full` has the folder, the size of its disk, how many KiB are free there, and what must be said."""
    folder, size, spare, cause = full
    root = copied(grown.before, tmp_path / "site")
    place = root / folder
    content = place.rename(tmp_path / "content")
    place.mkdir()
    with mounted(place, "-t", "tmpfs", "-o", "size=9m", "tmpfs"):
        shutil.copytree(content, place, dirs_exist_ok=True)
        blocks = os.statvfs(place)
        used = (blocks.f_blocks - blocks.f_bfree) * blocks.f_frsize + spare * 1024
        remounted(place, size.format(bytes=used, files=blocks.f_files - blocks.f_ffree))
        failed(grown, root, run(root), cause)
        remounted(place, "size=9m,nr_inodes=1000")
        converged(grown, root)


@pytest.mark.parametrize("folder", ["public", ".syndicate", "."])
def test_a_disk_that_is_read_only(grown: Scene, tmp_path: Path, folder: str) -> None:
    root = copied(grown.before, tmp_path / "site")
    place = root / folder
    with mounted(place, "--bind", str(place)):
        remounted(place, "ro,bind")
        failed(grown, root, run(root), "read-only")
        remounted(place, "rw,bind")
        converged(grown, root)


def unprivileged() -> list[str]:
    """The beginning of a command for which permissions count, as they do not for root."""
    if os.geteuid() != 0:
        return []
    dropped = "-dac_override,-dac_read_search,-fowner"
    before = [program("setpriv"), f"--bounding-set={dropped}", f"--inh-caps={dropped}"]
    if subprocess.run([*before, "true"], capture_output=True, check=False).returncode:
        pytest.skip("setpriv may not drop what makes root root; run this test as another user")
    return before


@pytest.mark.parametrize(
    ("path", "mode"), [("public", 0o555), (".syndicate", 0o555), (".syndicate/ledger.db", 0o444)]
)
def test_no_permission(grown: Scene, tmp_path: Path, path: str, mode: int) -> None:
    root = copied(grown.before, tmp_path / "site")
    usual = (root / path).stat().st_mode
    (root / path).chmod(mode)
    try:
        ended = run(root, *unprivileged())
    finally:
        (root / path).chmod(usual)
    failed(grown, root, ended, "permission is missing" if path == "public" else "read-only")
    converged(grown, root)


def test_few_files_may_be_open(grown: Scene, tmp_path: Path) -> None:
    opened(grown, tmp_path)


@pytest.mark.slow
def test_few_files_may_be_open_for_a_child(tmp_path: Path) -> None:
    """So many lines are rendered in a process of their own, which takes files to talk with."""
    site = Site(tmp_path / "site").write({"many-lines.md": post("Many lines") + "\n> word\n" * 8000})
    (tmp_path / "opened").mkdir()
    opened(scene(site, tmp_path, watched=False), tmp_path / "opened")


def opened(scene: Scene, room: Path) -> None:
    """From where the interpreter can start at all, up to where a build needs no more."""
    said, roots, wrong = [], [], []
    for number in range(4, 13):
        root = copied(scene.before, room / str(number))
        ended = run(root, program("prlimit"), f"--nofile={number}")
        if "loading shared libraries" in ended.err or "Fatal Python error" in ended.err:
            continue
        wrong += [f"{number}: {one}" for one in unwhole(scene, root) + unplain(scene, root, ended, "files")]
        roots.append((str(number), root))
        said.append(ended == scene.clean)
    wrong += converge(scene, roots)
    assert not wrong, "\n".join(wrong)
    assert said == sorted(said)
    assert set(said) == {False, True}


@pytest.mark.parametrize(
    ("limit", "cause"),
    [
        (0, "the disk reports an error"),
        (60 * 1024, "larger than the limit for a file; raise that (ulimit -f)"),
    ],
)
def test_a_limit_for_the_size_of_a_file(grown: Scene, tmp_path: Path, limit: int, cause: str) -> None:
    root = copied(grown.before, tmp_path / "site")
    failed(grown, root, run(root, program("prlimit"), f"--fsize={limit}"), cause)
    converged(grown, root)
