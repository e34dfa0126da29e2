"""For each thing that a receiver may do: what becomes of the delivery, as docs/announcements.md has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from deliveries import Hook, attempts, settings, standings, told
from receivers import EVERYWHERE, Received, Receiver, answer, refusing
from rows import CERTIFICATE, ROWS, Row, end, promised, verdict
from sites import Site, post

PATIENCE = "60"


@dataclass
class Peer:
    """One who behaves as `row` says: always, or only `once`. `port` is refused until it starts."""

    row: Row
    receiver: Receiver
    refusal: ExitStack

    def misbehave(self, trap: str, once: bool) -> None:
        behaviour = self.row.leads(trap) if self.row.leads else self.row.behaviour
        if behaviour is None:
            self.receiver.port = self.refusal.enter_context(refusing())
            return
        self.receiver.script(EVERYWHERE, behaviour, *([answer(204)] if once else []))
        self.receiver.start()

    def heal(self) -> None:
        self.receiver.script(EVERYWHERE, answer(204))
        if self.row.behaviour is None and self.row.leads is None:
            self.refusal.close()
            self.receiver.start()


class Town:
    """A site, one peer for each row of the table, and a trap where redirects lead."""

    def __init__(self, kind: str, root: Path, stack: ExitStack, rows: Mapping[str, Row], once: bool) -> None:
        self.kind, self.site = kind, Site(root)
        self.trap = stack.enter_context(Receiver())
        self.peers: dict[str, Peer] = {}
        for name, row in rows.items():
            peer = Peer(row, Receiver(), stack.enter_context(ExitStack()))
            stack.callback(peer.receiver.stop)
            peer.misbehave(self.trap.url("/trap?x=1"), once)
            self.peers[name] = peer
        urls = {name: peer.receiver.url("/hook") for name, peer in self.peers.items()}
        self.names = {name: url if kind == "hub" else name for name, url in urls.items()}
        hooks = [Hook(name, url) for name, url in urls.items()] if kind == "webhook" else []
        hubs = urls.values() if kind == "hub" else []
        self.site.write({"a.md": post("A")}, settings(hooks, hubs))

    def by_row(self, found: Mapping[str, Any]) -> dict[str, Any]:
        return {name: found[known] for name, known in self.names.items() if known in found}

    @property
    def shown_trap(self) -> str:
        """How a redirect's target is shown: of a webhook's, the rest may be a credential."""
        return self.trap.url("/trap?x=1") if self.kind == "hub" else self.trap.url("")


@pytest.fixture(params=["webhook", "hub"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def same(requests: tuple[Received, ...], kind: str) -> None:
    """They are attempts of one delivery."""
    assert len({one.body for one in requests}) == 1
    assert len({one.header("webhook-id") for one in requests}) == 1
    assert requests[0].header("webhook-id").startswith("msg_" if kind == "webhook" else "")
    assert requests[0].body


def test_the_page_has_each_row() -> None:
    assert {row.row for row in ROWS.values()} == set(promised()) - {CERTIFICATE}
    assert {verdict(row) for row in ROWS.values()} == {"delivered", "again", "dead", "gone"}
    assert "tried again" in promised()[CERTIFICATE]


def test_who_never_does_anything_else(kind: str, tmp_path: Path, stack: ExitStack) -> None:
    town = Town(kind, tmp_path, stack, ROWS, once=False)
    told(town.site, "build", "--announce-existing")
    told(town.site, "push", "--wait", PATIENCE, code=1)

    found = town.by_row(standings(told(town.site, "status", code=1)))
    tried = town.by_row(attempts(town.site))
    assert {
        name: ([state for state in ("pending", "delivered", "dead") if one[state]], len(tried[name]))
        for name, one in found.items()
    } == {name: ([end(row)[0]], end(row)[1]) for name, row in ROWS.items()}
    wanted = {name: row.words.replace("{trap}", town.shown_trap) for name, row in ROWS.items()}
    assert {name: (one["last_error"] or "")[: len(wanted[name])] for name, one in found.items()} == wanted
    assert [name for name, one in found.items() if one["switched_off"]] == ["410"]
    assert town.trap.requests == ()
    for name, row in ROWS.items():
        got = town.peers[name].receiver.requests
        assert len(got) == (end(row)[1] if row.heard else 0), name

    for peer in town.peers.values():
        peer.heal()
    back = told(town.site, "retry", "--all")["retried"]
    dead = [name for name, row in ROWS.items() if end(row)[0] == "dead"]
    assert sorted(back) == sorted(tried[name][0]["delivery"] for name in dead)
    told(town.site, "push", "--wait", PATIENCE)
    assert told(town.site, "status")["deliveries"] == {"pending": 0, "delivered": len(ROWS), "dead": 0}
    for name, again in town.by_row(attempts(town.site)).items():
        row, got = ROWS[name], town.peers[name].receiver.requests
        assert len(again) == end(row)[1] + (name in dead), name
        assert {one["delivery"] for one in again} == {tried[name][0]["delivery"]}
        assert len(got) == (len(again) if row.heard else 1), name
        same(got, kind)
        if kind == "webhook":
            assert got[0].header("webhook-id") == again[0]["delivery"]
    assert town.trap.requests == ()


def test_who_does_it_once(kind: str, tmp_path: Path, stack: ExitStack) -> None:
    """And is healthy before the next attempt: nobody has to do anything."""
    rows = {name: row for name, row in ROWS.items() if verdict(row) == "again" and name != "refused"}
    town = Town(kind, tmp_path, stack, rows, once=True)
    told(town.site, "build", "--announce-existing")
    said = told(town.site, "push", "--wait", PATIENCE)
    assert said["deliveries"] == {"pending": 0, "delivered": len(rows), "dead": 0}
    assert all(one["last_error"] is None for one in said["destinations"])
    for name, tried in town.by_row(attempts(town.site)).items():
        row, got = rows[name], town.peers[name].receiver.requests
        assert [one["kind"] for one in tried] == ["failed", "delivered"], name
        assert tried[0]["detail"].startswith(row.words.replace("{trap}", town.shown_trap))
        assert len(got) == (2 if row.heard else 1), name
        same(got, kind)
    assert town.trap.requests == ()
