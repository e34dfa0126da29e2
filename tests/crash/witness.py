"""Who is told: a receiver that looks at the documents whenever a request comes, and remembers both; and a trap in it
that kills the sender at a chosen moment of a chosen request.

It judges from outside: what stands on the disk, what came over the wire, what was acknowledged.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import signal
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs

from lxml import etree
from receivers import EVERYWHERE, Exchange, Received, Receiver, head, unread, whole

BASE = "https://example.org/"
HUB, PLAIN, SIGNED = "/hub", "/plain", "/signed"
HOOKS = (PLAIN, SIGNED)
KEY = bytes(range(32))

ID = {"atom.xml": "{http://www.w3.org/2005/Atom}id", "rss.xml": "guid"}

# Nothing of the request was read; all of it; and half of the answer was said, or all, which the sender had no time to
# read.
Moment = Literal["knocked", "asked", "half answered", "answered"]
MOMENTS: tuple[Moment, ...] = ("knocked", "asked", "half answered", "answered")

Told = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Trap:
    """Death at this moment of the `nth` request (from 1) of a run, over all destinations."""

    nth: int
    moment: Moment

    def __str__(self) -> str:
        return f"death when request {self.nth} was {self.moment}"


@dataclass(slots=True)
class Heard:
    """One request: `told` is (kind, title), of a ping (topic, digest of the document as it stood); `key` is what the
    change is known by from outside."""

    path: str
    id: str
    body: bytes
    told: Told
    key: tuple[str, ...]
    acknowledged: bool = False


@dataclass
class Witness:
    """Listens at `receiver`. `faults` are what was wrong at the time of a request; `repeated` are
    the requests, of all that was ever heard, that came before."""

    receiver: Receiver
    public: Path = Path()
    wanted: Mapping[str, bytes] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    victim: int = 0
    repeated: int = 0
    _trap: Trap | None = None
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def forget(self) -> None:
        self.repeated += self.repeats
        self.heard.clear()
        self.faults.clear()

    def watch(self, public: Path, wanted: Mapping[str, bytes]) -> None:
        """From now on requests speak of this place, where `wanted` must stand before any comes."""
        self.public, self.wanted = public, wanted

    def arm(self, trap: Trap | None) -> None:
        """For the next run; its process is the `victim`."""
        self._trap, self._count = trap, 0
        if trap and trap.moment == "knocked":
            before = [self._attend] * (trap.nth - 1)
            self.receiver.script(EVERYWHERE, *before, unread(lambda _: self._kill()), self._attend)
        else:
            self.receiver.script(EVERYWHERE, self._attend)

    def _attend(self, exchange: Exchange) -> None:
        assert exchange.got
        with self._lock:
            heard = self._listen(exchange.got)
            self._count += 1
            sprung = self._trap is not None and self._count == self._trap.nth
        said = whole(204)
        if not sprung or not self._trap:
            self._acknowledge(exchange, heard, said)
        elif self._trap.moment == "asked":
            self._kill()
        else:
            self._halt()
            if self._trap.moment == "answered":
                self._acknowledge(exchange, heard, said)
            else:
                exchange.say(head(204)[:12])
            self._kill()

    def _acknowledge(self, exchange: Exchange, heard: Heard, said: bytes) -> None:
        exchange.say(said)
        heard.acknowledged = True

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.victim, signal.SIGKILL)

    def _halt(self) -> None:
        """None of its threads reads anything any more."""
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.victim, signal.SIGSTOP)
            os.waitid(os.P_PID, self.victim, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def _listen(self, got: Received) -> Heard:
        standing = documents(self.public)
        for path, body in self.wanted.items():
            if standing.get(path) != body:
                self.faults.append(f"{got.path} is told something, but {path} is not public yet")
        heard = self._ping(got, standing) if got.path == HUB else self._notice(got, standing)
        self.heard.append(heard)
        return heard

    def _ping(self, got: Received, standing: Mapping[str, bytes]) -> Heard:
        form = parse_qs(got.body.decode())
        [topic] = form["hub.topic"]
        if form != {"hub.mode": ["publish"], "hub.topic": [topic], "hub.url": [topic]}:
            self.faults.append(f"the hub is told {form}")
        body = standing.get(topic.removeprefix(BASE), b"")
        return Heard(got.path, "", got.body, (topic, hashlib.sha256(body).hexdigest()), (topic,))

    def _notice(self, got: Received, standing: Mapping[str, bytes]) -> Heard:
        said = json.loads(got.body)
        kind, post = said["type"], said["data"]
        self.faults += [
            f"{got.path}, {kind} {post['title']}: {one}" for one in _unfaithful(post, kind, standing)
        ]
        id_ = got.header("webhook-id")
        if got.path == SIGNED and got.header("webhook-signature") != _signature(got):
            self.faults.append(f"{got.path}: the signature is wrong")
        return Heard(
            got.path, id_, got.body, (kind, post["title"]), (kind, post["id"], str(post["revision"]))
        )

    @property
    def repeats(self) -> int:
        """Notices and pings of the same that came more than once."""
        counts = Counter((one.path, one.id, one.told) for one in self.heard)
        return sum(counts.values()) - len(counts)

    def verdict(
        self, expected: Iterable[Told], changed: Iterable[str], final: Mapping[str, bytes]
    ) -> list[str]:
        """What is wrong with all that was heard, where `expected` is each (kind, title) that a webhook is to be
        told, and `changed` are the documents that changed, to be what `final` has."""
        expected = list(expected)
        wrong = list(dict.fromkeys(self.faults))
        bodies: defaultdict[tuple[str, str], set[bytes]] = defaultdict(set)
        ids: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        for one in self.heard:
            if one.path != HUB:
                bodies[one.path, one.id].add(one.body)
                ids[one.path, *one.key].add(one.id)
        wrong += [
            f"{path}: {id_} has {len(all_)} bodies" for (path, id_), all_ in bodies.items() if len(all_) > 1
        ]
        wrong += [f"{key}: it has the ids {sorted(all_)}" for key, all_ in ids.items() if len(all_) > 1]
        for hook in HOOKS:
            acknowledged = {(one.told, one.id) for one in self.heard if one.path == hook and one.acknowledged}
            came = {(one.told, one.id) for one in self.heard if one.path == hook}
            wrong += _unlike(
                hook, Counter(expected), Counter(told for told, _ in acknowledged), "acknowledged"
            )
            wrong += _unlike(hook, Counter(expected), Counter(told for told, _ in came), "told")
        pinged = {one.told for one in self.heard if one.path == HUB and one.acknowledged}
        for path in changed:
            if (BASE + path, hashlib.sha256(final[path]).hexdigest()) not in pinged:
                wrong.append(f"{path}: no ping was acknowledged when its last change was public")
        return wrong


def _unlike(hook: str, expected: Counter[Told], found: Counter[Told], what: str) -> list[str]:
    """One id for each change: not more, not fewer."""
    return [
        f"{hook}: {kind} '{title}' was {what} under {found[kind, title]} ids, not {expected[kind, title]}"
        for kind, title in expected | found
        if expected[kind, title] != found[kind, title]
    ]


def _unfaithful(post: dict[str, Any], kind: str, standing: Mapping[str, bytes]) -> list[str]:
    """How the documents that a notice names differ from what it says of the entry."""
    shown = {path: entries(path, body) for path, body in standing.items() if path in (*ID, "feed.json")}
    if kind == "post.withdrawn":
        return [f"it still stands in {path}" for path, found in shown.items() if post["id"] in found]
    named = [url.removeprefix(BASE) for url in post["feeds"]]
    wrong = [] if named else ["it names no document"]
    for path in named:
        if post["id"] not in shown.get(path, {}):
            wrong.append(f"it does not stand in {path}")
        elif post["content_html"] not in shown[path][post["id"]]:
            wrong.append(f"it stands in {path} with another content")
    return wrong


def entries(path: str, body: bytes) -> dict[str, str]:
    """The entries of a document, by id, with all of their texts. Fails where it is not whole."""
    if path == "feed.json":
        items = json.loads(body)["items"]
        return {one["id"]: one["content_html"] for one in items}
    root = etree.fromstring(body)
    found = [one for name in ("{http://www.w3.org/2005/Atom}entry", "item") for one in root.iter(name)]
    return {one.findtext(ID[path]) or "": "".join(map(str, one.itertext())) for one in found}


def documents(public: Path) -> dict[str, bytes]:
    """All that readers can see: the files that no dot hides."""
    return {
        path.relative_to(public).as_posix(): path.read_bytes()
        for path in public.rglob("[!.]*")
        if path.is_file()
    }


def _signature(got: Received) -> str:
    signed = f"{got.header('webhook-id')}.{got.header('webhook-timestamp')}.".encode() + got.body
    return "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()


SECRET = "whsec_" + base64.b64encode(KEY).decode()
