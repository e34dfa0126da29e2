"""Scripts of edits to a site that tells a hub and two webhooks, and what is to be told of each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sites import CONFIG, Site, post
from witness import HUB, PLAIN, SECRET, SIGNED, Told, Witness

NIGHT = 1_700_000_000


@dataclass(frozen=True, slots=True)
class Step:
    """The posts after an edit, by name, and what webhooks are to be told of it. `alone` where the next edit takes
    back what this one did, so that a pass must be whole between them."""

    name: str
    posts: Mapping[str, str]
    tells: tuple[Told, ...]
    alone: bool = False


def week() -> dict[str, str]:
    return {f"p{day}.md": post(f"P{day}", f"2026-02-{day:02}") for day in range(1, 8)}


def turmoil() -> tuple[Step, ...]:
    """A site, and one edit of each kind at once."""
    posts = week()
    begun = Step("begun", dict(posts), (), alone=True)
    return begun, _many_at_once(posts)


def script() -> tuple[Step, ...]:
    """A site, edit after edit."""
    posts = week()
    steps = [Step("begun", dict(posts), (), alone=True)]
    posts["new.md"] = post("New", "2026-03-01")
    steps.append(Step("new", dict(posts), (("post.published", "New"),)))
    posts["p2.md"] += "\nAnd more.\n"
    steps.append(Step("changed", dict(posts), (("post.updated", "P2"),)))
    posts["third.md"] = posts.pop("p3.md")
    steps.append(Step("renamed", dict(posts), ()))
    gone = posts.pop("p4.md")
    steps.append(Step("withdrawn", dict(posts), (("post.withdrawn", "P4"),), alone=True))
    posts["p4.md"] = gone
    steps.append(Step("restored", dict(posts), (("post.published", "P4"),)))
    return (*steps, _many_at_once(posts))


def _many_at_once(posts: dict[str, str]) -> Step:
    posts["newer.md"] = post("Newer", "2026-03-02")
    posts["p1.md"] += "\nAnd more.\n"
    posts.pop("p5.md")
    happened = (("post.published", "Newer"), ("post.updated", "P1"), ("post.withdrawn", "P5"))
    return Step("many at once", posts, happened)


def config(witness: Witness) -> str:
    url = witness.receiver.url
    return f"""{CONFIG}
[output]
precompress = []
[push]
hubs = ["{url(HUB)}"]
[[webhook]]
name = "plain"
url = "{url(PLAIN)}"
[[webhook]]
name = "signed"
url = "{url(SIGNED)}"
secret = "{SECRET}"
"""


def edit(root: Path, step: Step, settings: str) -> None:
    shutil.rmtree(root / "posts", ignore_errors=True)
    Site(root).write(step.posts, settings)
    # Posts that are no longer being written are not waited for.
    for path in (root / "posts").iterdir():
        os.utime(path, (NIGHT, NIGHT))
