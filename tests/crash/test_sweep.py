"""A build dies or fails at each call that changes the disk: documents stay whole, and the next build converges."""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from lxml import etree
from scenes import Call, Scene, run, scene
from sites import CONFIG, Site, post
from sweep import CTRL_C, DEATH, ERRORS, TURNS, Shot, converge, fire

NIGHT = 1_700_000_000
FEEDS = """
[output]
precompress = {codings}
[[feed]]
name = "main"
atom = "atom.xml"
rss = "rss.xml"
json = "feed.json"
[[feed]]
name = "other"
atom = "{path}"
content = "summary"
"""
LONG_AGO = "2026-02-{day:02}"


def aged(site: Site) -> Site:
    """Posts that are no longer being written are not waited for."""
    for path in (site.root / "posts").iterdir():
        os.utime(path, (NIGHT, NIGHT))
    return site


def first_life(root: Path, codings: str) -> Site:
    posts = {f"day-{day}.md": post(f"Day {day}", LONG_AGO.format(day=day)) for day in range(1, 13)}
    return aged(Site(root).write(posts, CONFIG + FEEDS.format(path="old/other.xml", codings=codings)))


def second_life(room: Path, codings: str) -> Site:
    site = first_life(room / "site", codings)
    assert site.run("build").returncode == 0
    edit(site, codings)
    return site


def edit(site: Site, codings: str) -> None:
    """One post is new, one changed, one renamed, one deleted, one broken; one feed moves to a new folder."""
    folder = site.root / "posts"
    (folder / "day-3.md").rename(folder / "third-day.md")
    (folder / "day-4.md").unlink()
    edits = {
        "new.md": post("New", "2026-03-01"),
        "day-2.md": post("Day 2", LONG_AGO.format(day=2)) + "\nAnd more.\n",
        "day-5.md": "---\ntitle: [\n---\n\nBroken.\n",
    }
    aged(site.write(edits, CONFIG + FEEDS.format(path="new/folder/other.xml", codings=codings)))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A build of a site that was built before, and edited since; documents have no codings."""
    room = tmp_path_factory.mktemp("small")
    return scene(second_life(room, "[]"), room)


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The same with all that is usually put."""
    room = tmp_path_factory.mktemp("edited")
    return scene(second_life(room, '["gzip"]'), room)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The first build of a site."""
    room = tmp_path_factory.mktemp("begun")
    return scene(first_life(room / "site", '["gzip"]'), room)


def swept(scene: Scene, shots: Sequence[Shot], room: Path) -> list[str]:
    wrong: list[str] = []
    roots = []
    for number, shot in enumerate(shots):
        (room / str(number)).mkdir()
        root, found = fire(scene, shot, room / str(number))
        wrong += found
        roots.append((str(shot), root))
    return wrong + converge(scene, roots)


def deaths(calls: Sequence[Call]) -> list[Shot]:
    return [Shot(call, DEATH) for call in calls]


def every(calls: Sequence[Call]) -> list[Shot]:
    """Each error at each turn, and where a document is written; at the other calls one error each, in turns; of locks
    at every fourth."""
    turns = [call for call in calls if call.kind in (*TURNS, "write")]
    locks = [call for call in calls if call not in changing(calls)]
    others = [call for call in changing(calls) if call not in turns] + locks[::4]
    return [
        *(Shot(call, error) for call in turns for error in ERRORS),
        *(Shot(call, ERRORS[number % len(ERRORS)]) for number, call in enumerate(others)),
    ]


def few(calls: Sequence[Call]) -> list[Shot]:
    """Death at each rename and fsync, and one error at one call of each other kind."""
    turns = [call for call in calls if call.kind.startswith(("rename", "fsync"))]
    others = {call.kind: call for call in calls if call not in turns}
    errors = [Shot(call, ERRORS[number % len(ERRORS)]) for number, call in enumerate(others.values())]
    return deaths(turns) + errors


def changing(calls: Sequence[Call]) -> list[Call]:
    """Without locks: a death at one of them leaves what a death at the next call does."""
    return [call for call in calls if call.kind not in ("fcntl", "flock")]


@pytest.mark.parametrize("name", ["small", pytest.param("edited", marks=pytest.mark.slow)])
def test_the_documents_are_worth_a_sweep(name: str, request: pytest.FixtureRequest) -> None:
    """Old and new ones parse strictly, are as many as they shall be, and differ."""
    one: Scene = request.getfixturevalue(name)
    for documents in (one.old, one.new):
        assert {"atom.xml", "rss.xml", "feed.json"} <= documents.keys()
        for path, body in documents.items():
            strict(path, body, documents)
    changed = [path for path, body in one.new.items() if one.old.get(path, body) != body]
    assert {"atom.xml", "rss.xml", "feed.json"} <= set(changed)
    assert "old/other.xml" in one.old.keys() - one.new.keys()
    assert "new/folder/other.xml" in one.new.keys() - one.old.keys()
    assert one.clean.code == 1
    assert "posts/day-5.md:" in one.clean.err


def strict(path: str, body: bytes, documents: Mapping[str, bytes]) -> None:
    if path.endswith(".gz"):
        assert gzip.decompress(body) == documents[path.removesuffix(".gz")]
    elif path.endswith(".json"):
        json.loads(body, parse_constant=pytest.fail)
    elif path.endswith((".xml", ".opml")):
        etree.fromstring(body)
    else:
        assert path == "autodiscovery.html" or body.endswith(b"</html>\n")


@pytest.mark.parametrize(
    "name", ["small", *(pytest.param(one, marks=pytest.mark.slow) for one in ("edited", "begun"))]
)
def test_the_calls_are_those_that_count(name: str, request: pytest.FixtureRequest) -> None:
    """Else a sweep would pass because it hits nothing."""
    one: Scene = request.getfixturevalue(name)
    renamed = [call.path for call in one.calls if call.kind.startswith("rename")]
    changed = [path for path, body in one.new.items() if one.old.get(path) != body]
    assert sorted(renamed) == sorted(f"public/{path}" for path in changed)
    found = {call.kind.removesuffix("at").removesuffix("at2") for call in one.calls}
    assert {"open", "write", "pwrite64", "fsync", "fdatasync", "mkdir", "fchmod", "unlink"} <= found
    removed = [call.path for call in one.calls if call.kind.startswith("unlink") and call.public]
    assert set(removed) == {f"public/{path}" for path in one.old.keys() - one.new.keys()}


def test_the_order_is_the_safety(small: Scene) -> None:
    """Ids are committed before any document is touched, and what is public after all of them are durable."""
    said = [f"{re.sub('at2?$', '', call.kind)} {call.path}" for call in small.calls]
    commits = [at for at, one in enumerate(said) if one == "unlink .syndicate/ledger.db-journal"]
    turns = [at for at, call in enumerate(small.calls) if call.public and call.kind in TURNS]
    assert [commits[0] < turns[0], commits[-1] > turns[-1]] == [True, True]
    assert not [at for at in commits if turns[0] < at < turns[-1]]
    for at, call in enumerate(small.calls):
        if call.kind.startswith("rename"):
            folder = str(Path(call.path).parent)
            assert said[at - 1].startswith(f"fsync {folder}/.syndicate-"), said[at - 1]
            assert said[at + 1] == f"fsync {folder}"


@pytest.mark.parametrize("fault", [DEATH, "EIO"])
def test_what_a_power_cut_may_still_take_away_is_put_again(small: Scene, tmp_path: Path, fault: str) -> None:
    at = [number for number, call in enumerate(small.calls) if call.kind.startswith("rename")][-1]
    document, synced = small.calls[at].path, small.calls[at + 1]
    root, wrong = fire(small, Shot(synced, fault), tmp_path)
    assert not wrong, "\n".join(wrong)
    inode = (root / document).stat().st_ino
    assert run(root).code == small.clean.code
    assert (root / document).stat().st_ino != inode


@pytest.mark.parametrize("share", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_few(small: Scene, tmp_path: Path, share: int) -> None:
    wrong = swept(small, few(small.calls)[share::2], tmp_path)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("share", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_ctrl_c(small: Scene, tmp_path: Path, share: int) -> None:
    wrong = swept(small, interruptions(small)[::9][share::2], tmp_path)
    assert not wrong, "\n".join(wrong)


def interruptions(scene: Scene) -> list[Shot]:
    """Ctrl-C while a post is read, and at each call that changes something, up to where all is done."""
    # An interruption at the last ones, where the lock is given back, finds nothing left to stop.
    last = max(at for at, call in enumerate(scene.calls) if call.kind.startswith("unlink"))
    posts = [call for call in scene.reads if call.path.startswith("posts/") and call.kind == "openat"]
    return [Shot(call, CTRL_C) for call in (*posts[:1], *changing(scene.calls[:last]))]


@pytest.mark.slow
@pytest.mark.parametrize("share", range(4))
def test_ctrl_c_at_each_call(small: Scene, tmp_path: Path, share: int) -> None:
    wrong = swept(small, interruptions(small)[share::4], tmp_path)
    assert not wrong, "\n".join(wrong)


SHARES = 12


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_a_death_at_each_call(edited: Scene, tmp_path: Path, share: int) -> None:
    wrong = swept(edited, deaths(changing(edited.calls))[share::SHARES], tmp_path)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_errors_at_each_call(small: Scene, tmp_path: Path, share: int) -> None:
    wrong = swept(small, every(small.calls)[share::SHARES], tmp_path)
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("share", range(4))
def test_a_first_build(begun: Scene, tmp_path: Path, share: int) -> None:
    calls = changing(begun.calls)
    shots = [
        *deaths(calls)[::4],
        *(Shot(call, ERRORS[number % 4]) for number, call in enumerate(calls[2::4])),
    ]
    wrong = swept(begun, shots[share::4], tmp_path)
    assert not wrong, "\n".join(wrong)


def glimpses(reads: Sequence[Call]) -> list[Shot]:
    """An error at the middle one of all calls that read the same thing in the same way; of the posts one, which is
    as it was. Settings are not among them: without any there is no site to look at."""
    alike: dict[tuple[str, str], list[Call]] = {}
    for call in reads:
        if call.path.startswith(("public", ".syndicate")) or call.path in ("posts", "posts/day-7.md"):
            alike.setdefault((call.kind, call.path), []).append(call)
    middle = [calls[len(calls) // 2] for calls in alike.values()]
    return [Shot(call, ("EIO", "EMFILE")[number % 2]) for number, call in enumerate(middle)]


@pytest.mark.slow
@pytest.mark.parametrize("share", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_errors_while_reading(small: Scene, tmp_path: Path, share: int) -> None:
    shots = glimpses(small.reads)
    assert {shot.call.path for shot in shots} >= {
        "posts",
        "posts/day-7.md",
        ".syndicate/ledger.db",
        "public/rss.xml",
    }
    wrong = swept(small, shots[share::2], tmp_path)
    assert not wrong, "\n".join(wrong)
