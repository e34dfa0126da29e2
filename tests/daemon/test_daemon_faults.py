"""A posts folder that is gone, and disks that cannot be written: what was published stays, and it goes on by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from daemons import HOOK, OFTEN, Daemon, eventually, settings, stands
from programs import program
from receivers import Receiver
from sites import Site, post

# In the usual suite it would cost more than it tells; continuous integration runs it.
pytestmark = pytest.mark.slow

POSTS = {f"{day}.md": post(f"Day {day}", f"2026-02-0{day}") for day in range(1, 7)}
SUBFOLDER = {f"sub/{day}.md": post(f"Sub {day}", f"2026-03-0{day}") for day in range(1, 3)}


def away(posts: Path) -> None:
    posts.rename(posts.with_name("away"))


def back(posts: Path) -> None:
    posts.with_name("away").rename(posts)


def emptied(posts: Path) -> None:
    away(posts)
    posts.mkdir()


def mostly_gone(posts: Path) -> None:
    few = shutil.copytree(posts, posts.with_name("few"))
    for number in range(1, 5):
        (few / f"{number}.md").unlink()
    away(posts)
    few.rename(posts)


def refilled(posts: Path) -> None:
    posts.rename(posts.with_name("gone"))
    back(posts)


def a_file(posts: Path) -> None:
    away(posts)
    posts.write_text("no folder", encoding="utf-8")


def folder_again(posts: Path) -> None:
    posts.unlink()
    back(posts)


def locked(posts: Path) -> None:
    (posts / "sub").chmod(0)


def unlocked(posts: Path) -> None:
    (posts / "sub").chmod(0o755)


FAULTS = {
    "away": (away, back, "the folder posts is missing"),
    "emptied": (emptied, refilled, "the folder holds no post"),
    "mostly gone": (mostly_gone, refilled, "4 of 8 published entries would be withdrawn"),
    "a file": (a_file, folder_again, "is no folder"),
    "a subfolder that cannot be read": (locked, unlocked, "posts/sub cannot be listed"),
}


def unprivileged() -> tuple[str, ...]:
    """The beginning of a command for which permissions count, as they do not for root."""
    if os.geteuid() != 0:
        return ()
    dropped = "-dac_override,-dac_read_search,-fowner"
    before = (program("setpriv"), f"--bounding-set={dropped}", f"--inh-caps={dropped}")
    if subprocess.run([*before, "true"], capture_output=True, check=False).returncode:
        pytest.skip("setpriv may not drop what makes root root; run this test as another user")
    return before


WATCHED = '\n[schedule]\nevery = "400ms"\nsettle = "50ms"\n'
GONE = [
    pytest.param("away", OFTEN, id="away"),
    pytest.param("emptied", WATCHED, id="emptied, watched"),
    pytest.param("a subfolder that cannot be read", OFTEN, id="subfolder", marks=pytest.mark.slow),
    pytest.param("away", WATCHED, id="away, watched", marks=pytest.mark.slow),
    pytest.param("mostly gone", OFTEN, id="mostly gone", marks=pytest.mark.slow),
    pytest.param("a file", OFTEN, id="a file", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("fault", "schedule"), GONE)
def test_posts_that_are_gone_are_not_withdrawn(tmp_path: Path, fault: str, schedule: str) -> None:
    spoil, mend, said = FAULTS[fault]
    with Receiver() as hook:
        config = settings(HOOK.format(url=hook.url("/hook")), schedule=schedule)
        site = Site(tmp_path).write({**POSTS, **SUBFOLDER}, config)
        before = unprivileged() if fault.startswith("a subfolder") else ()
        with Daemon(site, before=before) as daemon:
            daemon.wait_for_passes(2)
            public = site.output()
            posts = tmp_path / "posts"
            spoil(posts)
            try:
                daemon.wait_for(said)
                # It looks again and again, and has nothing new to say.
                looked = (tmp_path / ".syndicate" / "ledger.db.lastpass").stat().st_mtime_ns
                eventually(
                    lambda: (tmp_path / ".syndicate" / "ledger.db.lastpass").stat().st_mtime_ns != looked,
                    "it looks again",
                )
            finally:
                mend(posts)
            daemon.wait_for("it works again")
            daemon.wait_for_passes(3)
            (posts / "new.md").write_text(post("New"), encoding="utf-8")
            hook.wait_for(1)
            assert len(daemon.wait_for(said)) == 1
            assert len(daemon.wait_for("it works again")) == 1
            assert not [one for one in daemon.records() if one["event"] in ("withdrawn", "updated")]
            (posts / "new.md").unlink()
            eventually(lambda: stands(site, public), "all is as it was")
        assert len(hook.requests) <= 2


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


def test_an_unmounted_posts_folder(tmp_path: Path) -> None:
    """What lay below the disk is an empty folder, which is another than the one that was watched."""
    site = Site(tmp_path).write({}, settings(schedule='\n[schedule]\nevery = "500ms"\nsettle = "50ms"\n'))
    posts = tmp_path / "posts"
    with mounted(posts, "-t", "tmpfs", "tmpfs"):
        site.write(POSTS, (tmp_path / "config.toml").read_text("utf-8"))
        with Daemon(site) as daemon:
            daemon.wait_for_passes(2)
            public = site.output()
            with mounted(posts, "-t", "tmpfs", "tmpfs"):
                daemon.wait_for("the folder holds no post")
                assert site.output() == public
            daemon.wait_for("it works again")
            assert site.output() == public
            site.write({"new.md": post("New")}, (tmp_path / "config.toml").read_text("utf-8"))
            daemon.wait_for('"published", .*New')
            assert not [one for one in daemon.records() if one["event"] == "withdrawn"]


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """No space is left on the disk of `folder`."""
    ballast = folder / ".ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    # A mount of its own: one in which a file is open for writing, as the lock is, cannot become read-only.
    with mounted(folder, "--bind", str(folder)):
        remounted(folder, "ro,bind")
        yield


@pytest.mark.parametrize(
    ("folder", "fault"),
    [
        ("public", "full"),
        (".syndicate", "full"),
        pytest.param("public", "read-only", marks=pytest.mark.slow),
        pytest.param(".syndicate", "read-only", marks=pytest.mark.slow),
    ],
)
def test_a_disk_that_cannot_be_written(tmp_path: Path, folder: str, fault: str) -> None:
    site = Site(tmp_path).write(POSTS, settings(schedule=OFTEN))
    place = tmp_path / folder
    place.mkdir()
    with mounted(place, "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs"), Daemon(site) as daemon:
        daemon.wait_for_passes(2)
        public = site.output()
        large = post("Large", "2026-03-01") + "\n" + "A word. " * 20000
        spoil, said = (full, "the disk is full") if fault == "full" else (read_only, "read-only")
        with spoil(place):
            # A pass that has nothing to write is well all the same, and says once that nobody can be told of it.
            daemon.wait_for_passes(daemon.passes() + 3)
            (tmp_path / "posts" / "large.md").write_text(large, encoding="utf-8")
            daemon.wait_for(f'"error".*{said}')
            left = site.output()
            left.pop(".ballast", None)
            if folder == "public":
                assert left == public
        daemon.wait_for("it works again")
        daemon.wait_for('"published", .*Large')
        wrong = [one["event"] for one in daemon.records() if one["level"] in ("error", "warning")]
        assert len(wrong) == (1 if folder == "public" else 2), wrong
        assert len(daemon.wait_for("it works again")) == 1
        assert b"Large" in site.output()["atom.xml"]
