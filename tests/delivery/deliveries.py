"""A site that tells receivers of its posts, and what is seen of it from outside."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from receivers import Received
from sites import CONFIG, Site

ATTEMPTS = ("delivered", "failed", "dead", "gone")
MOST = 3
# Enough for whoever answers, on a machine that is busy; those who do not are waited for so long.
TIMEOUT = 1


@dataclass(frozen=True)
class Hook:
    """A [[webhook]]; `more` are further lines of its table."""

    name: str
    url: str
    more: str = ""


def settings(
    hooks: Iterable[Hook] = (),
    hubs: Iterable[str] = (),
    *,
    push: str = "",
    more: str = "",
    output: str = "",
    documents: str = 'json = "feed.json"',
    timeout: str = f"{TIMEOUT}s",
    first_retry: str = "10ms",
) -> str:
    """The text of config.toml; `push`, `more`, `output` and `documents` are further lines: of [push], at the end, of
    [output], and of the feed."""
    tables = "".join(
        f"\n[[webhook]]\nname = {json.dumps(hook.name)}\nurl = {json.dumps(hook.url)}\n{hook.more}\n"
        for hook in hooks
    )
    return f"""{CONFIG}
[output]
{output}

[[feed]]
name = "main"
{documents}

[push]
hubs = {json.dumps(list(hubs))}
timeout = "{timeout}"
first_retry = "{first_retry}"
max_attempts = {MOST}
{push}
{tables}
{more}
"""


def told(
    site: Site, *words: str, code: int = 0, variables: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What a command says with --json; it ends with `code`. `variables` join the environment."""
    done = site.run(*words, "--json", **(variables or {}))
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def standings(said: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The destinations of `push --json` or `status --json`, by name."""
    return {one["name"]: one for one in said["destinations"]}


def attempts(site: Site) -> dict[str, list[dict[str, Any]]]:
    """Attempts that `history` has, by destination, the oldest first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for crumb in reversed(told(site, "history", "--limit", "0")["events"]):
        if crumb["kind"] in ATTEMPTS:
            found.setdefault(crumb["destination"], []).append(crumb)
    return found


def kinds(requests: Iterable[Received]) -> list[tuple[str, str]]:
    """(kind, title) of notices in the standard form."""
    bodies = [json.loads(one.body) for one in requests]
    return [(body["type"], body["data"]["title"]) for body in bodies]
