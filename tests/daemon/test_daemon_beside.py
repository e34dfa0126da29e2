"""One at work on a ledger, who else may look at it, and what a kill -9 leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from daemons import HOOK, OFTEN, PUSH, Daemon, eventually, settings, started, told
from receivers import Receiver, answer, hang
from sites import Site, post

OLD = {"old.md": post("Old")}


def test_a_second_instance_is_refused_and_who_only_looks_is_not(tmp_path: Path) -> None:
    with Receiver() as hook:
        hook.script("/hook", answer(400), answer(204))
        config = settings(HOOK.format(url=hook.url("/hook")), schedule=OFTEN)
        site = Site(tmp_path).write(OLD, config)
        with Daemon(site) as daemon:
            daemon.wait_for_passes(2)
            site.write({"new.md": post("New")}, config)
            daemon.wait_for('"then": "dead"')
            for command in ("run", "build", "push"):
                refused = site.run(command)
                assert refused.returncode == 4, refused.stderr
                assert f"process {daemon.child.pid} (syndicate run) is at work" in refused.stderr
                assert len(refused.stderr.splitlines()) == 1
            shown = json.loads(site.run("status", "--json").stdout)
            assert shown["deliveries"] == {"pending": 0, "delivered": 0, "dead": 1}
            history = json.loads(site.run("history", "--json").stdout)["events"]
            assert "post.published" in {one["kind"] for one in history}
            brought_back = site.run("retry", "--all")
            assert brought_back.returncode == 0, brought_back.stderr
            daemon.wait_for('"delivered"')
        assert site.run("build").returncode == 0


@pytest.mark.slow
def test_a_kill_at_any_moment_is_mended_by_a_restart(tmp_path: Path) -> None:
    """Killed again and again while posts come; each is told, and no repeat has another id."""
    with Receiver() as hook:
        guard = "\n[guard]\nannounce = 100\n"
        config = settings(
            HOOK.format(url=hook.url("/hook")), PUSH.format(timeout="5s"), guard, schedule=OFTEN
        )
        site = Site(tmp_path).write(OLD, config)
        with Daemon(site) as daemon:
            daemon.wait_for_passes(2)
        wanted = {f"Life {life} post {number}" for life in range(6) for number in range(3)}
        for life in range(6):
            for number in range(3):
                site.write({f"{life}-{number}.md": post(f"Life {life} post {number}")}, config)
            with Daemon(site) as daemon:
                # Each life is cut a little later in what there is to do.
                after = ("started", '"published"', '"pass"', "delivered", "delivered", "delivered")[life]
                daemon.wait_for(after, count=1 + max(0, life - 3))
                daemon.kill()
        with Daemon(site) as daemon:
            started_anew = eventually(
                lambda: {told(one.body)[1] for one in hook.requests} >= wanted, "all are told"
            )
            assert started_anew
            eventually(
                lambda: not json.loads(site.run("status", "--json").stdout)["deliveries"]["pending"],
                "all is delivered",
            )
        ids: dict[str, set[str]] = {}
        for one in hook.requests:
            ids.setdefault(told(one.body)[1], set()).add(one.header("webhook-id"))
        assert ids.keys() == wanted
        assert all(len(found) == 1 for found in ids.values()), ids
        site.write({}, settings())
        again = site.report()
        assert not [one for one in again["documents"] if one["changed"]]


def test_killed_while_it_delivers_it_tells_again_under_the_same_id(tmp_path: Path) -> None:
    with Receiver() as hook:
        config = settings(HOOK.format(url=hook.url("/hook")), PUSH.format(timeout="30s"))
        site = Site(tmp_path).write(OLD, config)
        with Daemon(site) as daemon:
            started(daemon)
            hook.script("/hook", hang, answer(204))
            site.write({"new.md": post("New")}, config)
            hook.wait_for(1)
            daemon.kill()
        with Daemon(site) as daemon:
            first, second = hook.wait_for(2)
            daemon.wait_for('"delivered"')
        assert first.header("webhook-id") == second.header("webhook-id")
        assert told(first.body) == told(second.body) == ("post.published", "New")
