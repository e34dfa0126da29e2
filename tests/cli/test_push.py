"""`push` as a person meets it, with real receivers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from receivers import Receiver, answer
from sites import CONFIG, Site, post
from told_sites import Shell, fits, shell

from syndicate.ledger.lock import hold

DESTINATION = {"name", "pending", "delivered", "dead", "last_error"}
# No test lasts so long: whoever waits for this time to be over is stopped before.
FOR_EVER = "100000"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def config(receiver: Receiver, *, push: str = "", more: str = "") -> str:
    return (
        CONFIG + f'[push]\nhubs = ["{receiver.url("/hub")}"]\nfirst_retry = "10ms"\n{push}\n'
        f'[[webhook]]\nname = "hook"\nurl = "{receiver.url("/credential")}"\n{more}'
    )


def site(root: Path, text: str) -> Site:
    """One whose post B is still to be told; hubs know all."""
    blog = Site(root).write({"a.md": post("A")}, text)
    assert blog.run("build", "--push").returncode == 0
    blog.write({"b.md": post("B")}, text)
    assert blog.run("build").returncode == 0
    return blog


def pushed(blog: Site, *words: str, code: int = 0) -> dict[str, Any]:
    done = blog.run("push", "--json", *words)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    said: dict[str, Any] = json.loads(done.stdout)
    assert set(said) >= {"deliveries", "destinations", "next_due"}
    assert set(said["deliveries"]) == {"pending", "delivered", "dead"}
    assert all(set(one) >= DESTINATION for one in said["destinations"])
    return said


def test_where_nothing_was_built_nothing_is_made(told: Shell) -> None:
    before = told.files()
    code, out, err = told.run("push")
    assert code == 0
    assert "is not there yet; run 'syndicate build' first" in err
    assert "hook" in out
    said = told.report("push", "--wait", FOR_EVER)
    assert said["deliveries"] == {"pending": 0, "delivered": 0, "dead": 0}
    assert [one["name"] for one in said["destinations"]] == ["http://127.0.0.1:9/hub", "hook"]
    assert said["next_due"] is None
    assert told.files() == before


@pytest.mark.parametrize("words", [(), ("--wait", FOR_EVER)])
def test_without_destinations_nothing_is_wrong(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
) -> None:
    bare = shell(tmp_path, monkeypatch, capsys, CONFIG)
    assert bare.run("build", "--push")[0] == 0
    code, out, err = bare.run("push", *words)
    assert (code, err) == (0, "")
    assert "No hub and no webhook is in the settings: there is nobody to tell." in out
    assert bare.report("push", *words)["destinations"] == []


def test_what_is_due_is_delivered(tmp_path: Path, receiver: Receiver) -> None:
    blog = site(tmp_path, config(receiver))
    said = pushed(blog)
    assert said["deliveries"] == {"pending": 0, "delivered": 3 + 3 + 1, "dead": 0}
    assert [(one["name"], one["delivered"], one["last_error"]) for one in said["destinations"]] == [
        (receiver.url("/hub"), 6, None),
        ("hook", 1, None),
    ]
    assert said["next_due"] is None
    again = blog.run("push")
    assert (again.returncode, again.stderr) == (0, "")
    assert all(fits(line) for line in again.stdout.splitlines())
    assert len(receiver.requests) == 7
    assert blog.run("-q", "push").stdout == ""


def test_what_is_pending_is_no_failure_where_nobody_waits(tmp_path: Path, receiver: Receiver) -> None:
    blog = site(tmp_path, config(receiver).replace('"10ms"', '"6h"'))
    receiver.script("/credential", answer(500))
    said = pushed(blog)
    assert said["destinations"][1]["pending"] == 1
    assert said["destinations"][1]["last_error"] == "500 Internal Server Error"
    assert said["next_due"] == said["destinations"][1]["next_due"]
    # Its time has not come.
    assert pushed(blog)["destinations"][1]["pending"] == 1
    assert len(receiver.wait_for(1, "/credential")) == 1
    assert [one.path for one in receiver.requests].count("/credential") == 1


def test_to_wait_ends_when_all_is_delivered(tmp_path: Path, receiver: Receiver) -> None:
    blog = site(tmp_path, config(receiver))
    receiver.script("/credential", answer(500), answer(503), answer(500), answer(500), answer(204))
    said = pushed(blog, "--wait", FOR_EVER)
    assert said["deliveries"]["pending"] == 0
    assert said["destinations"][1]["delivered"] == 1
    tries = [one for one in receiver.requests if one.path == "/credential"]
    assert len(tries) == 5
    assert len({(one.header("webhook-id"), one.body) for one in tries}) == 1


def test_to_wait_ends_when_the_rest_is_dead(tmp_path: Path, receiver: Receiver) -> None:
    blog = site(tmp_path, config(receiver, push="max_attempts = 4"))
    receiver.script("/credential", answer(500))
    said = pushed(blog, "--wait", FOR_EVER, code=1)
    assert said["destinations"][1]["dead"] == 1
    assert said["destinations"][1]["last_error"] == "500 Internal Server Error"
    done = blog.run("push")
    assert done.returncode == 1
    assert "What is dead is not tried again: mend it, then 'syndicate retry --all'." in done.stdout


@pytest.mark.parametrize("seconds", ["0", "0.3"])
def test_to_wait_ends_when_the_time_is_over(tmp_path: Path, receiver: Receiver, seconds: str) -> None:
    blog = site(tmp_path, config(receiver).replace('"10ms"', '"6h"'))
    receiver.script("/credential", answer(500))
    said = pushed(blog, "--wait", seconds, code=1)
    assert said["deliveries"] == {"pending": 1, "delivered": 6, "dead": 0}
    done = blog.run("push", "--wait", "0")
    assert done.returncode == 1
    assert "The time is over; 'syndicate push' goes on with what is pending." in done.stdout


@pytest.mark.parametrize("words", [("--wait", "-1"), ("--wait", "soon"), ("--wait",)])
def test_a_time_that_is_none(told: Shell, words: tuple[str, ...]) -> None:
    code, out, err = told.run("push", *words)
    assert (code, out) == (2, "")
    assert "--wait" in err


def test_another_at_work_is_told(told: Shell) -> None:
    assert told.run("build")[0] == 0
    with hold(told.path, command="syndicate build"):
        before = told.files()
        code, out, err = told.run("push")
        assert (code, out) == (4, "")
        assert "syndicate build" in err
        assert told.files() == before


def test_what_left_the_settings_waits_for_a_day(tmp_path: Path, receiver: Receiver) -> None:
    text = config(receiver)
    blog = site(tmp_path, text)
    (tmp_path / "config.toml").write_text(text.partition("[[webhook]]")[0])
    done = blog.run("push")
    assert (done.returncode, done.stderr) == (0, "")
    assert "it is not in the settings; what waits for it is dropped after a day" in done.stdout
    (tmp_path / "config.toml").write_text(text)
    [hook] = [one for one in pushed(blog)["destinations"] if one["name"] == "hook"]
    assert (hook["pending"], hook["delivered"]) == (0, 1)


def test_gone_is_switched_off_and_retry_switches_it_on(tmp_path: Path, receiver: Receiver) -> None:
    blog = site(tmp_path, config(receiver))
    receiver.script("/credential", answer(410), answer(204))
    said = pushed(blog, code=1)["destinations"][1]
    assert (said["dead"], bool(said["switched_off"])) == (1, True)
    assert "switched off" in blog.run("status").stdout
    assert "credential" not in blog.run("status").stdout
    assert blog.run("retry", "--all").returncode == 0
    said = pushed(blog)["destinations"][1]
    assert (said["delivered"], said["dead"], said["switched_off"]) == (1, 0, None)


def test_what_is_served_precompressed_too_is_live(tmp_path: Path, receiver: Receiver) -> None:
    """Documents stand beside their codings at one URL: it is the plain one that must be served."""
    text = config(receiver, push="wait_until_live = true").replace(
        "[push]", f'[output]\nurl = "{receiver.url("/")}"\nprecompress = ["gzip"]\n[push]'
    )
    receiver.script("/atom.xml", answer(404))
    receiver.script("/rss.xml", answer(200, b"old"))
    receiver.script("/feed.json", answer(404))
    blog = Site(tmp_path).write({"a.md": post("A")}, text)
    assert blog.run("build").returncode == 0
    said = pushed(blog)
    assert said["deliveries"] == {"pending": 3, "delivered": 0, "dead": 0}
    assert "not" in said["destinations"][0]["last_error"]
    assert "not" in blog.run("status").stdout.partition("Deliveries")[2]
    for name in ("atom.xml", "rss.xml", "feed.json"):
        receiver.script(f"/{name}", answer(200, blog.output()[name]))
    said = pushed(blog, "--wait", FOR_EVER)
    assert said["deliveries"] == {"pending": 0, "delivered": 3, "dead": 0}
    assert said["destinations"][0]["last_error"] is None
