"""A post that cannot be read takes no other one out of the feeds, nor itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sites import Site, post
from tracing import injected

NIGHT = 1_700_000_000
STAYS = "those that are gone stay in the feeds until it can be read"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path / "site").write(
        {f"{name}.md": post(name.upper(), f"2026-01-0{day}") for day, name in enumerate("abc", 1)}
    )
    assert site.run("build").returncode == 0
    return site


def build(site: Site, *before: str) -> subprocess.CompletedProcess[str]:
    for path in (site.root / "posts").rglob("*.md"):
        os.utime(path, (NIGHT, NIGHT))
    config = site.root / "config.toml"
    command = [*before, sys.executable, "-B", "-m", "syndicate", "build", "--config", str(config)]
    return subprocess.run(command, cwd=site.root, capture_output=True, text=True, timeout=120, check=False)


def blind(site: Site, trace: Path, name: str, call: str = "read", error: str = "EIO") -> list[str]:
    """The beginning of a command for which the post `name` cannot be read."""
    return injected(trace, call, f"error={error}", site.root / "posts" / name)


@pytest.mark.parametrize(("call", "error"), [("read", "EIO"), ("openat", "EACCES"), ("openat", "EIO")])
def test_a_post_that_is_renamed_and_cannot_be_read(site: Site, tmp_path: Path, call: str, error: str) -> None:
    before = site.output()
    (site.root / "posts" / "a.md").rename(site.root / "posts" / "z.md")
    done = build(site, *blind(site, tmp_path / "trace", "z.md", call, error))
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("posts/z.md: error: file: it cannot be ")
    assert STAYS in line
    assert site.output() == before
    ids = {item["id"] for item in site.items()}
    assert build(site).returncode == 0
    assert {item["id"] for item in site.items()} == ids


def test_who_is_found_again_or_withdrawn_is_not_missing(site: Site, tmp_path: Path) -> None:
    """A readable rename goes on as ever; what may be the unreadable one stays, with its id and its URL."""
    posts = site.root / "posts"
    ids = {item["title"]: item["id"] for item in site.items()}
    (posts / "a.md").rename(posts / "first.md")
    (posts / "b.md").unlink()
    (posts / "c.md").write_text(post("C", "2026-01-03", draft="true"))
    (posts / "new.md").write_text(post("New", "2026-02-01"))
    done = build(site, *blind(site, tmp_path / "trace", "new.md"))
    assert STAYS in done.stderr
    assert {item["title"]: item["id"] for item in site.items()} == {title: ids[title] for title in "AB"}
    assert build(site).returncode == 0
    assert {item["title"] for item in site.items()} == {"A", "New"}


def test_a_published_post_that_cannot_be_read_keeps_no_deleted_one(site: Site, tmp_path: Path) -> None:
    (site.root / "posts" / "b.md").unlink()
    done = build(site, *blind(site, tmp_path / "trace", "a.md"))
    assert "its last good version stays in the feeds" in done.stderr
    assert STAYS not in done.stderr
    assert {item["title"] for item in site.items()} == {"A", "C"}


def test_a_link_that_cannot_be_followed_for_now_is_still_there(site: Site, tmp_path: Path) -> None:
    posts = site.root / "posts"
    (posts / "a.md").rename(posts / "text")
    (posts / "a.md").symlink_to("text")
    assert build(site).returncode == 0
    before = site.output()
    # The C library asks for a link's target by readlink, and for what stands there by stat.
    done = build(site, *injected(tmp_path / "trace", "readlink", "error=EIO", posts / "a.md"))
    assert (done.returncode, site.output()) == (1, before)
    assert "posts/a.md: error: file: it cannot be followed: " in done.stderr


def test_a_folder_that_cannot_be_listed_on_a_new_site_touches_nothing(site: Site, tmp_path: Path) -> None:
    shutil.rmtree(site.root / ".syndicate")
    shutil.rmtree(site.root / "public")
    site.write({"deep/er/d.md": post("D")})
    deep = site.root / "posts" / "deep" / "er"
    done = build(site, *injected(tmp_path / "trace", "getdents64", "error=EIO", deep))
    assert done.returncode == 2
    assert done.stderr == "posts: posts/deep/er cannot be listed: Input/output error; check the disk\n"
    assert sorted(path.name for path in site.root.iterdir()) == ["config.toml", "posts"]


SETTINGS = [("EIO", "check the disk"), ("EACCES", "let this user read it, and enter its folder")]


@pytest.mark.parametrize(("error", "remedy"), SETTINGS)
def test_settings_that_cannot_be_read(site: Site, tmp_path: Path, error: str, remedy: str) -> None:
    config = site.root / "config.toml"
    done = build(site, *injected(tmp_path / "trace", "openat", f"error={error}", config))
    assert done.returncode == 2
    assert done.stderr.startswith(f"{config}: it cannot be read: ")
    assert done.stderr.endswith(f"; {remedy}\n")


def test_one_that_was_never_rendered_does_not_count_as_published(site: Site) -> None:
    site.write({"deep.md": post("Deep", "2026-03-03") + "\n" + "- " * 1500 + "x\n"})
    report = site.report()
    assert report["posts"]["published"] == report["documents"][0]["entries"] == 3
    site.write({"a.md": post("A", "2026-01-01") + "\n" + "- " * 1500 + "x\n"})
    report = site.report()
    assert report["posts"]["published"] == report["documents"][0]["entries"] == 3
