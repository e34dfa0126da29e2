"""Who is told while the daemon lives: a destination that refuses, hangs and loses now and then, that may be down, and
that remembers what it acknowledged."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import socket
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

from receivers import (
    EVERYWHERE,
    Behaviour,
    Exchange,
    Received,
    Receiver,
    answer,
    hang,
    lose,
    redirect,
    reset_late,
    say,
    whole,
)
from standardwebhooks import Webhook, WebhookVerificationError

BASE = "https://example.org/"
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
# Below the ports that the system deals out: nobody takes one while its receiver is down.
PORTS = range(20000, 32000)
SHARE_OF_TROUBLE = 0.2
# None of them may be taken for an acknowledgement.
TROUBLES: tuple[Behaviour, ...] = (
    answer(500, b"no"),
    answer(503, headers={"Retry-After": "1"}),
    answer(429, headers={"Retry-After": "0"}),
    redirect(302, "/elsewhere"),
    say(b"HTTP/1.1 20"),
    say(b"what?\r\n\r\n"),
    lose,
    reset_late,
    hang,
)


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that was acknowledged for the first time."""

    id: str
    kind: str
    entry: str
    revision: int
    content: str

    @property
    def rank(self) -> tuple[int, bool]:
        """Of one entry, what happens later is higher."""
        return self.revision, self.kind == "post.withdrawn"


@dataclass
class Ear:
    """One destination. `told` are notices by id, in the order in which they were acknowledged; `pinged` are (topic,
    digest of its document as it stood) of pings that were. `faults` is what was wrong with what came."""

    name: str
    public: Path
    seed: int
    told: dict[str, Told] = field(default_factory=dict)
    pinged: set[tuple[str, str]] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    came: int = 0
    calm: bool = False
    up: bool = False

    def __post_init__(self) -> None:
        self._random = random.Random(f"{self.seed} {self.name}")
        self._lock = threading.Lock()
        self._bodies: dict[str, str] = {}
        self._ids: dict[tuple[str, str, int], str] = {}
        self._receiver = Receiver(port=_free_port())

    @property
    def url(self) -> str:
        return self._receiver.url("/" + self.name)

    def open(self) -> None:
        # Another one, since each keeps all that it ever got.
        self._receiver = Receiver(port=self._receiver.port)
        self._receiver.script(EVERYWHERE, self._attend)
        self._receiver.start()
        self.up = True

    def close(self) -> None:
        if self.up:
            self._receiver.stop()
        self.up = False

    def _attend(self, exchange: Exchange) -> None:
        got = exchange.got
        assert got
        with self._lock:
            self.came += 1
            self._hear(got)
            troubled = not self.calm and self._random.random() < SHARE_OF_TROUBLE
            behaviour = self._random.choice(TROUBLES) if troubled else None
        if behaviour:
            behaviour(exchange)
            return
        exchange.say(whole(204))
        with self._lock:
            self._acknowledged(got)

    def _hear(self, got: Received) -> None:
        if self.name == "hub":
            return
        id_, body = got.header("webhook-id"), hashlib.sha256(got.body).hexdigest()
        if self._bodies.setdefault(id_, body) != body:
            self.faults.append(f"{self.name}: {id_} has two bodies")
        told = _notice(got)
        if self._ids.setdefault((told.kind, told.entry, told.revision), id_) != id_:
            self.faults.append(f"{self.name}: {told.kind} {told.entry} {told.revision} has two ids")
        if self.name == "signed":
            try:
                Webhook(SECRET).verify(got.body, dict(got.headers))
            except WebhookVerificationError as fault:
                self.faults.append(f"{self.name}: {id_}: {fault}")

    def _acknowledged(self, got: Received) -> None:
        if self.name != "hub":
            told = _notice(got)
            self.told.setdefault(told.id, told)
            return
        [topic] = parse_qs(got.body.decode())["hub.topic"]
        document = self.public / topic.removeprefix(BASE)
        try:
            self.pinged.add((topic, hashlib.sha256(document.read_bytes()).hexdigest()))
        except FileNotFoundError:
            # Somebody deletes documents by hand: the next pass puts it back.
            self.pinged.add((topic, ""))

    def disorder(self) -> list[str]:
        """What is wrong with the order of what was acknowledged, entry by entry: later before earlier, or a revision
        that nobody was told of."""
        told: defaultdict[str, list[Told]] = defaultdict(list)
        for one in self.told.values():
            told[one.entry].append(one)
        wrong = []
        for entry, heard in told.items():
            ranks = [one.rank for one in heard]
            if ranks != sorted(ranks):
                wrong.append(f"{self.name}: {entry} was told out of order: {ranks}")
            revisions = sorted({one.revision for one in heard})
            if revisions != list(range(revisions[0], revisions[-1] + 1)):
                wrong.append(f"{self.name}: {entry}: revisions are missing: {revisions}")
        return wrong

    def last(self) -> dict[str, Told]:
        """Of each entry the last that it was told."""
        found: dict[str, Told] = {}
        for one in self.told.values():
            if one.entry not in found or one.rank > found[one.entry].rank:
                found[one.entry] = one
        return found


def _notice(got: Received) -> Told:
    said = json.loads(got.body)
    post = said["data"]
    return Told(
        got.header("webhook-id"), said["type"], post["id"], post["revision"], post.get("content_html", "")
    )


def _free_port() -> int:
    for port in random.sample(PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free")
