"""What the page promises of deliveries that wait: their order, their number, and who still gets them."""

from __future__ import annotations

from pathlib import Path

from deliveries import Hook, attempts, kinds, settings, standings, told
from receivers import Receiver, answer
from sites import Site, post

EARLIER = answer(503, headers={"Retry-After": "1"})


def test_notices_of_one_post_come_in_order(tmp_path: Path) -> None:
    """The older one waits for its retry, and the newer one behind it; those of other posts do not."""
    site = Site(tmp_path)
    with Receiver() as hook:
        hook.script("/soon", EARLIER, answer(204))
        hook.script("/far", answer(503, headers={"Retry-After": "3600"}), answer(204))
        config = settings([Hook("soon", hook.url("/soon")), Hook("far", hook.url("/far"))])
        site.write({"a.md": post("A")}, config)
        told(site, "build", "--announce-existing", "--push")
        site.write({"a.md": post("A").replace("Text", "Words"), "b.md": post("B")}, config)
        told(site, "build")
        # With --wait it would wait for what is due in an hour.
        for _ in range(30):
            told(site, "push")
            soon = [one for one in hook.requests if one.path == "/soon"]
            told_of = kinds(soon)
            if ("post.updated", "A") in told_of:
                break
        assert [one for one in told_of if one[1] == "A"] == [("post.published", "A")] * 2 + [
            ("post.updated", "A")
        ]
        assert told_of.count(("post.published", "B")) == 1
        first, again, *_ = (one for one in soon if b'"A"' in one.body)
        assert (first.body, first.header("webhook-id")) == (again.body, again.header("webhook-id"))
        far = kinds(one for one in hook.requests if one.path == "/far")
        assert far == [("post.published", "A"), ("post.published", "B")]


def test_a_ping_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with Receiver() as hub:
        config = settings([], [hub.url("/")])
        for title in ("A", "B", "C"):
            site.write({"a.md": post(title)}, config)
            told(site, "build")
        assert told(site, "status")["deliveries"] == {"pending": 1, "delivered": 0, "dead": 0}
        told(site, "push")
        assert len(hub.requests) == 1


def test_who_is_gone_is_not_asked_again(tmp_path: Path) -> None:
    """Until its URL in the settings is another."""
    site = Site(tmp_path)
    with Receiver() as hook:
        hook.script("/old", answer(410))
        config = settings([Hook("h", hook.url("/old")), Hook("other", hook.url("/other"))])
        site.write({"a.md": post("A"), "b.md": post("B")}, config)
        told(site, "build", "--announce-existing", "--push", code=1)
        site.write({"c.md": post("C")}, config)
        said = standings(told(site, "build", "--push", code=1))
        assert (said["h"]["pending"], said["h"]["dead"], said["h"]["switched_off"]) == (0, 3, "410 Gone")
        assert (said["other"]["delivered"], said["other"]["dead"]) == (3, 0)
        assert [one.path for one in hook.requests].count("/old") == 1
        moved = settings([Hook("h", hook.url("/new")), Hook("other", hook.url("/other"))])
        site.write({"d.md": post("D")}, moved)
        said = standings(told(site, "build", "--push", code=1))
        assert (said["h"]["delivered"], said["h"]["dead"], said["h"]["switched_off"]) == (1, 3, None)
        told(site, "retry", "--all")
        told(site, "push")
        new = [one for one in hook.requests if one.path == "/new"]
        assert sorted(title for _, title in kinds(new)) == ["A", "B", "C", "D"]


def test_who_left_the_settings_for_a_moment_is_told_all_the_same(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with Receiver() as hook:
        hook.script("/left", EARLIER)
        left, stays = Hook("left", hook.url("/left")), Hook("stays", hook.url("/stays"))
        site.write({"a.md": post("A"), "b.md": post("B")}, settings([left, stays]))
        told(site, "build", "--announce-existing", "--push")
        site.write({}, settings([stays]))
        assert standings(told(site, "push"))["left"]["pending"] == 2
        before = len(hook.requests)
        hook.script("/left", answer(204))
        site.write({}, settings([left, stays]))
        assert standings(told(site, "push", "--wait", "60"))["left"]["pending"] == 0
        assert len(hook.requests) == before + 2
        assert len(attempts(site)["stays"]) == 2
