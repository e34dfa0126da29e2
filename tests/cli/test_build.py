"""`build` and `init` as a person meets them."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from sites import CONFIG, Site, post


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path).write({"a.md": post("A"), "draft.md": post("D", draft="true")})


def test_init_then_build(tmp_path: Path) -> None:
    site = Site(tmp_path)
    done = site.run("init", "blog")
    assert done.returncode == 0, done.stderr
    assert "syndicate build" in done.stdout
    blog = Site(tmp_path / "blog")
    assert blog.run("build", "--strict").returncode == 0
    assert [item["title"] for item in blog.items()] == ["Hello, feed"]
    assert blog.run("init").returncode == 2


def test_what_a_person_sees(site: Site) -> None:
    done = site.run("build")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:7] == [
        "Test site: 2 posts read, 1 published, 1 held back (1 draft)",
        "",
        "  public/atom.xml       1 entry    written",
        "  public/rss.xml        1 entry    written",
        "  public/feed.json      1 entry    written",
        "  public/index.html    for people  written",
        "",
    ]
    assert "2026-01-02  A" in done.stdout
    again = site.run("build")
    assert again.stdout.count("unchanged") == 4
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_json_is_one_document_and_has_what_is_promised(site: Site) -> None:
    site.write({"bad.md": "---\ntitle: a: b\n---\n", "undated.md": "---\ntitle: U\n---\nText\n"})
    done = site.run("build", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["posts"]["read"] == 4
    assert report["posts"]["published"] == 1
    assert {(one["file"], one["severity"], one["code"]) for one in report["posts"]["skipped"]} == {
        ("posts/bad.md", "error", "front-matter-syntax"),
        ("posts/undated.md", "warning", "undated"),
    }
    assert all(
        one.keys() >= {"file", "line", "severity", "code", "message"} for one in report["posts"]["skipped"]
    )
    assert [
        {key: one[key] for key in ("path", "url", "entries", "changed")} for one in report["documents"]
    ] == [
        {"path": path, "url": f"https://example.org/{path}", "entries": 1, "changed": True}
        for path in ("atom.xml", "rss.xml", "feed.json")
    ]
    assert report["announced"] == 0
    assert report["held"] is None


@pytest.mark.parametrize(
    ("posts", "words", "code"),
    [
        ({}, [], 0),
        ({"u.md": "---\ntitle: U\n---\nText\n"}, [], 0),
        ({"u.md": "---\ntitle: U\n---\nText\n"}, ["--strict"], 1),
        ({"b.md": "---\ntitle: a: b\n---\n"}, [], 1),
        ({"d.md": post("D", draft="true")}, ["--strict"], 0),
        ({"f.md": post("F", "2999-01-01")}, ["--strict"], 0),
    ],
)
def test_exit_codes(site: Site, posts: dict[str, str], words: list[str], code: int) -> None:
    site.write(dict(posts))
    assert site.run("build", *words).returncode == code


def test_held_is_3_and_accept_lets_it_through(site: Site) -> None:
    site.run("build")
    before = site.output()
    for file in (site.root / "posts").iterdir():
        file.unlink()
    done = site.run("build")
    assert done.returncode == 3
    assert done.stderr == (
        "posts: the folder holds no post, and 1 published entry would be withdrawn; "
        "put the posts back, or say --accept (nothing was published)\n"
    )
    report = site.report()
    assert report["held"]["count"] == 1
    assert site.output() == before
    assert site.run("build", "--accept").returncode == 0
    assert site.items() == []


def test_dry_run_writes_nothing(site: Site) -> None:
    done = site.run("build", "--dry-run")
    assert done.returncode == 0
    assert done.stdout.count("would be written") == 4
    assert sorted(path.name for path in site.root.iterdir()) == ["config.toml", "posts"]
    site.run("build")
    names = sorted(path.relative_to(site.root) for path in site.root.rglob("*"))
    stamps = [path.stat().st_mtime_ns for path in sorted(site.root.rglob("*"))]
    (site.root / "posts" / "a.md").write_text(post("B"))
    site.run("build", "--dry-run")
    assert names == sorted(path.relative_to(site.root) for path in site.root.rglob("*"))
    changed = [
        str(path.relative_to(site.root))
        for path, stamp in zip(sorted(site.root.rglob("*")), stamps, strict=True)
        if path.stat().st_mtime_ns != stamp
    ]
    assert changed == ["posts/a.md"]


def test_two_at_once(site: Site) -> None:
    """The lock is taken before posts are read, so a pipe that is slow to be opened is not needed: a holder is."""
    site.run("build")
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from syndicate.ledger.lock import hold\n"
            "with hold(Path('.syndicate/ledger.db').resolve(), command='syndicate build'):\n"
            "    print('held', flush=True); sys.stdin.read()",
        ],
        cwd=site.root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        done = site.run("build")
        assert done.returncode == 4
        assert f"process {holder.pid}" in done.stderr
        assert site.run("build", "--dry-run").returncode == 0
    finally:
        holder.communicate("")
    assert site.run("build").returncode == 0


def test_quiet_and_verbose_and_json_log(site: Site) -> None:
    site.write({"undated.md": "---\ntitle: U\n---\nText\n"})
    quiet = site.run("build", "-q")
    assert (quiet.stdout, quiet.stderr) == ("", "")
    assert "posts/draft.md, draft" in site.run("build", "-v").stderr
    lines = [json.loads(line) for line in site.run("--log-format", "json", "build").stderr.splitlines()]
    assert [(line["level"], line["file"], line["code"]) for line in lines] == [
        ("warning", "posts/undated.md", "undated")
    ]


def test_options_stand_before_or_after_the_command(site: Site) -> None:
    for words in (["--config", "config.toml", "-q", "build"], ["build", "-q", "--config", "config.toml"]):
        done = site.run(*words)
        assert (done.returncode, done.stdout) == (0, "")
    (site.root / "config.toml").rename(site.root / "other.toml")
    assert site.run("build", "-q", SYNDICATE_CONFIG="other.toml").returncode == 0


def test_paths_are_relative_to_the_settings_and_not_to_where_one_stands(site: Site, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    site.write({"bad.md": "---\ntitle: a: b\n---\n"})
    done = Site(elsewhere).run("--config", "../config.toml", "build", "--json")
    assert json.loads(done.stdout)["posts"]["skipped"][0]["file"] == "posts/bad.md"
    assert (site.root / "public" / "atom.xml").exists()
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(("variable", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_is_for_terminals_that_want_it(site: Site, variable: dict[str, str], coloured: bool) -> None:
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | variable
    done = subprocess.Popen(
        [sys.executable, "-m", "syndicate", "build"],
        cwd=site.root,
        env=environment,
        stdout=theirs,
        stderr=theirs,
    )
    assert done.wait(60) == 0
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        seen += part
    os.close(ours)
    # Colours, not what moves the cursor: on a slow machine there is a progress bar.
    assert bool(re.search(rb"\x1b\[(3[0-7]|9[0-7])m", seen)) is coloured
    assert "\x1b[" not in site.run("build").stdout


def test_ctrl_c_ends_in_one_sentence(site: Site) -> None:
    """The post is young for as long as it is touched, so the build is still waiting when it is interrupted."""
    process = subprocess.Popen(
        [sys.executable, "-m", "syndicate", "build"],
        cwd=site.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lock = site.root / ".syndicate" / "ledger.db.lock"
    while process.poll() is None and not (lock.exists() and lock.read_bytes()):
        os.utime(site.root / "posts" / "a.md")
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.005)
    for _ in range(20):
        os.utime(site.root / "posts" / "a.md")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.lstrip("\n") == "syndicate: stopped; every document is whole, run it again to finish\n"
    assert site.run("build").returncode == 0


def test_no_hosts_no_users_no_clock_in_the_output(site: Site) -> None:
    site.run("build")
    import getpass
    import platform

    for name, body in site.output().items():
        if not name.endswith(".gz"):
            assert platform.node().encode() not in body or len(platform.node()) < 4
            assert str(site.root).encode() not in body
            assert getpass.getuser().encode() not in body or getpass.getuser() in CONFIG
