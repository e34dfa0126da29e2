"""A GET loop during builds: never a broken, missing or mixed document (conformance.md HT20)."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from lxml import etree
from servers import PATIENCE, Answer, Server, ask, free_port, posts, settings
from sites import Site, post

from syndicate.server.shelf import tag_of

PATHS = ("/atom.xml", "/rss.xml", "/feed.json", "/2026/03/turn/", "/")
VERSION = re.compile(r"turn (\d{3})\b")


def turn(number: int) -> str:
    """A post whose every word names the version, and that is longer and shorter by turns."""
    said = f"turn {number:03}"
    return post(f"At {said}", "2026-03-01") + "\n" + f"It is {said} now. " * (40 + number % 7) + "\n"


@dataclass
class Reader(threading.Thread):
    """Goes round over the documents, on one connection, until it is told to stop."""

    port: int
    coding: str
    stop: threading.Event
    newest: int = -1
    rounds: int = 0
    unchanged: int = 0
    faults: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            while not self.stop.is_set() and not self.faults:
                for path in PATHS:
                    self._look(line, path)
                self.rounds += 1
                # Fewer requests than one address may make.
                self.stop.wait(0.15)
        except Exception as fault:  # noqa: BLE001 — the test that waits for this thread is told
            self.faults.append(repr(fault))
        finally:
            line.close()

    def _look(self, line: http.client.HTTPConnection, path: str) -> None:
        known = {"If_None_Match": self.tags[path]} if path in self.tags and self.rounds % 2 else {}
        answer = ask(line, path, Accept_Encoding=self.coding, **known)
        if answer.status == 304 and known:
            self.unchanged += 1
            if answer.headers["etag"] != self.tags[path] or answer.body:
                self.faults.append(f"{path}: a 304 of {answer.headers['etag']}")
            return
        if answer.status != 200:
            self.faults.append(f"{path}: {answer.status}")
            return
        self.tags[path] = answer.headers["etag"]
        versions = {int(number) for number in VERSION.findall(self._read(path, answer))}
        if len(versions) != 1:
            self.faults.append(f"{path}: of versions {versions}")
        elif min(versions) < self.newest:
            self.faults.append(f"{path}: of version {versions} after {self.newest}")
        self.newest = max(versions, default=self.newest)

    def _read(self, path: str, answer: Answer) -> str:
        """The text of a document that is what its validator says, and whole."""
        if answer.headers["etag"] != tag_of(answer.body):
            self.faults.append(f"{path}: bytes that are not those of its ETag")
        coding = answer.headers.get("content-encoding", "")
        if coding != self.coding.replace("identity", ""):
            self.faults.append(f"{path}: in {coding or 'no coding'}")
        body = gzip.decompress(answer.body) if coding else answer.body
        if path.endswith(".xml"):
            etree.fromstring(body, etree.XMLParser(resolve_entities=False))
        elif path.endswith(".json"):
            json.loads(body)
        elif not body.rstrip().endswith(b"</html>"):
            self.faults.append(f"{path}: a page without its end")
        return body.decode()


@pytest.mark.parametrize("builds", [4, pytest.param(50, marks=pytest.mark.slow)])
def test_readers_during_builds(tmp_path: Path, builds: int) -> None:
    site = Site(tmp_path).write({**posts(4), "turn.md": turn(0)}, settings(free_port()))
    assert site.run("build").returncode == 0
    stop = threading.Event()
    with Server(site, ("--no-schedule",)) as server:
        readers = [Reader(server.port, coding, stop) for coding in ("identity", "gzip")]
        for reader in readers:
            reader.start()
        try:
            for number in range(1, builds + 1):
                (site.root / "posts" / "turn.md").write_text(turn(number))
                assert site.run("build").returncode == 0
                for path in PATHS[:3]:
                    assert f"turn {number:03}" in server.get(path).text
        finally:
            stop.set()
            for reader in readers:
                reader.join(PATIENCE)
        for reader in readers:
            assert reader.faults == []
            assert reader.rounds > builds
            assert reader.unchanged > 0
            assert reader.newest >= builds - 1
