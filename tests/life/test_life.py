"""The daemon lives for a while, is edited without a pause, and is as at the start in the end.

A minute by default; `SYNDICATE_LIFE=3600 pytest tests/life -m slow -s` is an hour, with a table at its end, and
`SYNDICATE_LIFE_SEED` another script.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from life_author import SCRIBBLE, Author
from life_daemon import Daemon
from life_ears import BASE, Ear
from life_figures import Sample, sample, swollen, table
from lxml import etree
from sites import Site

SECONDS = float(os.environ.get("SYNDICATE_LIFE", "60"))
SEED = int(os.environ.get("SYNDICATE_LIFE_SEED", "5"))
BETWEEN_SAMPLES = 1.0 if SECONDS < 600 else 3.0
BETWEEN_REPORTS = 60.0
FEEDS = ("atom.xml", "rss.xml", "feed.json")


@pytest.fixture
def ears(tmp_path: Path) -> Iterator[dict[str, Ear]]:
    made = {name: Ear(name, tmp_path / "site" / "public", SEED) for name in ("hub", "plain", "signed")}
    for ear in made.values():
        ear.open()
    yield made
    for ear in made.values():
        ear.close()


@pytest.fixture
def author(tmp_path: Path, ears: dict[str, Ear]) -> Author:
    made = Author(tmp_path / "site", ears, SEED)
    made.begin()
    return made


@pytest.fixture
def daemon(author: Author, tmp_path: Path) -> Iterator[Daemon]:
    started = Daemon(author.root, tmp_path / "log")
    yield started
    started.end()


@pytest.mark.slow
def test_a_life(author: Author, daemon: Daemon, ears: dict[str, Ear], tmp_path: Path) -> None:
    daemon.whole_pass()
    first = items(author.root)
    samples, wrong = live(author, daemon)
    author.finish(daemon)
    daemon.wait("the last delivery", lambda: daemon.pending() == 0, patience=600)
    code = daemon.stop()
    told = figures(samples, author, daemon, ears)
    sys.stdout.write(told + "\n")
    wrong += [f"it ends with {code}"] if code else []
    wrong += [f"{kind}: the life was too short for this edit" for kind in author.missing]
    wrong += daemon.journal.faults
    wrong += untold(daemon, ears)
    wrong += unfaithful(author, first, ears)
    wrong += otherwise(author, tmp_path / "again")
    wrong += swollen(samples)
    assert not wrong, "\n".join([*wrong[:50], told, *daemon.journal.tail[-5:]])


def live(author: Author, daemon: Daemon) -> tuple[list[Sample], list[str]]:
    """Edits for the time that was given; what was sampled, and which documents were ever not whole."""
    began = time.monotonic()
    samples: list[Sample] = []
    wrong: list[str] = []
    reported = 0.0
    while (at := time.monotonic() - began) < SECONDS:
        author.step(daemon)
        if not samples or at - samples[-1].at >= BETWEEN_SAMPLES:
            edits = author.edits.total()
            samples.append(
                sample(
                    daemon.pid,
                    daemon.ledger,
                    at=at,
                    passes=daemon.passes,
                    edits=edits,
                    pending=daemon.pending(),
                )
            )
            wrong += torn(author.root / "public")
            wrong += daemon.journal.faults
            assert not wrong, wrong
        if at - reported >= BETWEEN_REPORTS:
            reported = at
            sys.stdout.write(f"{at:.0f} s: {samples[-1]}\n")
            sys.stdout.flush()
        time.sleep(author.pause())
    return samples, wrong


def torn(public: Path) -> list[str]:
    """Documents that are not whole now."""
    wrong = []
    for path in FEEDS:
        body = (public / path).read_bytes()
        try:
            json.loads(body) if path == "feed.json" else etree.fromstring(body)
        except (ValueError, etree.XMLSyntaxError) as fault:
            if body != SCRIBBLE:
                wrong.append(f"{path}: {fault}")
    return wrong


def items(root: Path) -> dict[str, Any]:
    """The entries of the JSON Feed, by id."""
    return {one["id"]: one for one in json.loads((root / "public" / "feed.json").read_bytes())["items"]}


def untold(daemon: Daemon, ears: Mapping[str, Ear]) -> list[str]:
    """What the ledger says happened, and somebody was not told; and what they say who were."""
    wrong = [
        f"{destination}: {count} deliveries are {state}: {reason}"
        for destination, state, reason, count in daemon.rows(
            "SELECT destination, state, reason, count(*) FROM delivery WHERE state != 'delivered'"
            " AND NOT (destination LIKE 'http%' AND state = 'dropped') GROUP BY 1, 2, 3"
        )
    ]
    events = daemon.rows("SELECT number, kind, title FROM event WHERE kind != 'feed.updated'")
    if not events:
        wrong.append("nothing ever happened")
    for name in ("plain", "signed"):
        asked = f"SELECT event, id FROM delivery WHERE destination = '{name}'"
        queued = {str(event): id_ for event, id_ in daemon.rows(asked)}
        wrong += [
            f"{name}: {kind} {title} was never acknowledged"
            for event, kind, title in events
            if queued.get(str(event)) not in ears[name].told
        ]
        if len(ears[name].told) != len(events):
            wrong.append(f"{name}: it was told of {len(ears[name].told)} events, and {len(events)} happened")
    for ear in ears.values():
        wrong += ear.faults + ear.disorder()
    return wrong


def unfaithful(author: Author, first: Mapping[str, Any], ears: Mapping[str, Ear]) -> list[str]:
    """How what readers see differs from what was written, and from what webhooks and the hub were told."""
    final = items(author.root)
    wanted, shown = author.standing(), {one["title"]: one["content_html"] for one in final.values()}
    wrong = [f"{title}: it is shown, and should not be" for title in shown.keys() - wanted.keys()]
    wrong += [f"{title}: it is not shown" for title in wanted.keys() - shown.keys()]
    wrong += [f"{title}: it is shown with another text" for title in shown if title not in shown[title]]
    for name in ("plain", "signed"):
        told = ears[name].last()
        for id_, one in final.items():
            seen = told[id_].content if id_ in told else first.get(id_, {}).get("content_html")
            if seen != one["content_html"]:
                wrong.append(f"{name}: of {one['title']} the last that it was told is another text")
        gone = {id_ for id_, one in told.items() if one.kind == "post.withdrawn"}
        wrong += [
            f"{name}: of {id_} the last that it was told is wrong"
            for id_ in told
            if (id_ in gone) is (id_ in final)
        ]
        wrong += [f"{name}: it was not told that {id_} is gone" for id_ in first.keys() - final.keys() - gone]
    for path in FEEDS:
        digest = hashlib.sha256((author.root / "public" / path).read_bytes()).hexdigest()
        if (BASE + path, digest) not in ears["hub"].pinged:
            wrong.append(f"{path}: the hub was not told of its last version")
    return wrong


def otherwise(author: Author, again: Path) -> list[str]:
    """What a fresh build makes of the same posts and memory, and how it differs."""
    here = Site(author.root)
    again.mkdir()
    for name in ("posts", "media", ".syndicate"):
        shutil.copytree(author.root / name, again / name)
    shutil.copy(author.root / "config.toml", again)
    there = Site(again)
    report = there.report()
    standing, fresh = here.output(), there.output()
    wrong = [
        f"{path}: a fresh build makes another one"
        for path in sorted(standing.keys() | fresh.keys())
        if standing.get(path) != fresh.get(path)
    ]
    wrong += [f"a fresh build skips {one}" for one in report["posts"]["skipped"]]
    if report["announced"]:
        wrong.append(f"a fresh build has {report['announced']} events to announce")
    for path in FEEDS:
        if gzip.decompress(standing[path + ".gz"]) != standing[path]:
            wrong.append(f"{path}.gz: it holds another document")
    return wrong


def figures(samples: list[Sample], author: Author, daemon: Daemon, ears: Mapping[str, Ear]) -> str:
    """All that was counted, for people."""
    said = daemon.journal.count
    [(attempts, failed)] = daemon.rows("SELECT count(*), sum(verdict != 'delivered') FROM attempt")
    [(events,)] = daemon.rows("SELECT count(*) FROM event")
    edits = ", ".join(f"{kind} {count}" for kind, count in sorted(author.edits.items()))
    return "\n".join(
        [
            "",
            table(samples),
            f"{said['pass']} passes, {author.edits.total()} edits: {edits}",
            f"published {said['published']}, updated {said['updated']}, withdrawn {said['withdrawn']}, held "
            f"{said['held']}, settings read {said['read anew']}, refused {said['refused']}",
            f"{events} events, {attempts} attempts, {failed} of them failed; requests came: "
            + ", ".join(f"{ear.name} {ear.came}" for ear in ears.values()),
        ]
    )
