"""A site with destinations and a ledger that remembers what it told, and commands that run in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sites import CONFIG, Site, post

from syndicate.cli.front import run
from syndicate.ledger import Books
from syndicate.ledger.sqlite import open_ledger
from syndicate.model import Announcement, Attempt, Delivery, Event, EventKind, Outcome, Remembered

# Nobody listens there, and nobody is asked.
TOLD = """
[push]
hubs = ["http://127.0.0.1:9/hub"]

[[webhook]]
name = "hook"
url = "http://127.0.0.1:9/credential"
"""
AT = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
IDS = ("msg_aa11", "msg_aa22", "msg_bb33")


@dataclass
class Shell:
    """Commands in a site's folder."""

    site: Site
    capture: pytest.CaptureFixture[str]

    @property
    def path(self) -> Path:
        return self.site.root / ".syndicate" / "ledger.db"

    def books(self) -> Books:
        return open_ledger(self.path)

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        self.capture.readouterr()
        code = run(list(words))
        return code, *self.capture.readouterr()

    def report(self, *words: str, code: int = 0) -> dict[str, Any]:
        ended, out, err = self.run(*words, "--json")
        assert ended == code, (ended, out, err)
        said: dict[str, Any] = json.loads(out)
        return said

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.site.root)): path.read_bytes()
            for path in self.site.root.rglob("*")
            if path.is_file()
        }


def shell(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capture: pytest.CaptureFixture[str],
    config: str = CONFIG + TOLD,
) -> Shell:
    monkeypatch.chdir(root)
    monkeypatch.delenv("SYNDICATE_CONFIG", raising=False)
    return Shell(Site(root).write({"a.md": post("A")}, config), capture)


def row(name: str, path: str = "", slug: str = "") -> Remembered:
    return Remembered(
        f"tag:{name}", path or f"posts/{name}.md", slug or name, "2026-06-01", f"https://example.org/{name}/",
        "f", "b", "published", name.upper(),
    )  # fmt: skip


def delivery(id_: str, name: str = "a", kind: EventKind = "post.published", to: str = "hook") -> Delivery:
    event = Event(kind, AT, f"tag:{name}", f"https://example.org/{name}/", name.upper(), 1)
    return Delivery(id_, to, event, "application/json", b"{}", AT)


def queue(books: Books, *deliveries: Delivery, rows: tuple[Remembered, ...] = ()) -> None:
    events = tuple(dict.fromkeys(one.event for one in deliveries))
    books.announce(rows, [], [], [], told=Announcement(AT, 2, 2, 1, events, deliveries))


def bury(books: Books, one: Delivery, reason: str = "404 Not Found") -> None:
    at = AT + timedelta(seconds=5)
    dead = replace(one, state="dead", attempts=1, reason=reason)
    books.settle(dead, Attempt(one.id, at, 0.5, Outcome("dead", 404, reason)))


def three_dead(books: Books) -> None:
    many = [delivery(id_, name) for id_, name in zip(IDS, "abc", strict=True)]
    queue(books, *many, rows=(row("a"), row("b"), row("c")))
    for one in many:
        bury(books, one)


def fits(line: str) -> bool:
    """At most 80 columns, but for one word that is too long for any line."""
    longest = max(map(len, line.split()), default=0)
    return len(line) <= 80 or (longest > 50 and len(line) - longest <= 26)
