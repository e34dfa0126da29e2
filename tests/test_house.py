"""The walls of the house hold, and what checks them sees each kind of breach."""

from __future__ import annotations

import subprocess
import sys

import pytest
from rooms import LEAVES, LIBRARIES, MAY_IMPORT, PURE
from walls import HOUSE, breaches, read_house

HEAVY = (
    "alembic",
    "apscheduler",
    "feedgen",
    "frontmatter",
    "lxml",
    "markdown",
    "nh3",
    "prometheus_client",
    "pydantic",
    "pymdownx",
    "requests",
    "rich",
    "sqlalchemy",
    "standardwebhooks",
    "starlette",
    "urllib3",
    "uvicorn",
    "yaml",
)


def test_every_wall_holds() -> None:
    found = breaches(read_house())
    assert not found, "\n".join(found)


@pytest.mark.parametrize("leave", sorted(LEAVES))
def test_every_leave_is_still_needed(leave: tuple[str, str]) -> None:
    file, touched = leave
    without = breaches(read_house(), leaves=LEAVES.keys() - {leave})
    assert any(breach.startswith(f"syndicate/{file}:") and touched in breach for breach in without)


def test_the_house_is_not_empty() -> None:
    assert {"__init__.py", "model/__init__.py", "errors.py"} <= set(read_house())


ABROAD = [
    ("posts/a.py", "from syndicate.ledger import tables", "posts imports ledger"),
    ("posts/a.py", "from syndicate import compose", "posts imports compose"),
    ("posts/a.py", "import syndicate.formats.atom", "posts imports formats"),
    ("posts/dialects/a.py", "from ...compose import html", "posts imports compose"),
    ("posts/a.py", "from .. import decide", "posts imports decide"),
    ("posts/__init__.py", "from ..formats import atom", "posts imports formats"),
    ("posts/a.py", "def f():\n    from syndicate.server import x", "posts imports server"),
    (
        "posts/a.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from syndicate.cli import x",
        "posts imports cli",
    ),
    ("posts/a.py", "try:\n    import syndicate.config\nexcept ImportError: ...", "posts imports config"),
    ("compose/a.py", "import importlib\nimportlib.import_module('syndicate.posts.text')", "imports posts"),
    (
        "compose/a.py",
        "from importlib import import_module as load\nload(f'syndicate.formats.{x}')",
        "compose imports formats",
    ),
    ("compose/a.py", "from importlib import import_module\nimport_module(x)", "only its run knows"),
    ("compose/a.py", "from importlib import import_module\nimport_module(f'{x}.y')", "only its run knows"),
    ("compose/a.py", "__import__('syndicate.posts')", "calls __import__"),
    ("compose/a.py", "from syndicate.model import *", "imports a star"),
    ("cli/a.py", "from syndicate.pipeline import *", "imports a star"),
    ("model.py", "from syndicate.errors import Problem", "model imports errors"),
    ("errors.py", "from syndicate import model", "errors imports model"),
    ("decide.py", "from syndicate.errors import PassError", "decide imports errors"),
    ("daemon.py", "from syndicate.model import Plan", "daemon imports model"),
    ("daemon.py", "from syndicate.pipeline import publish", "daemon imports pipeline"),
    ("publishers/folder.py", "from syndicate.sources import folder", "publishers imports sources"),
    ("sources/folder.py", "from syndicate.compose import x", "sources imports compose"),
    ("sources/folder.py", "from syndicate.transport import x", "sources imports transport"),
    ("workshop.py", "from syndicate.posts import x", "workshop imports posts"),
    ("ledger/a.py", "from syndicate.decide import x", "ledger imports decide"),
    ("pipeline.py", "from syndicate.config import Config", "pipeline imports config"),
    ("pipeline.py", "import syndicate\nsyndicate.config.load()", "pipeline imports config"),
    ("pipeline.py", "from syndicate.cli import front", "pipeline imports cli"),
    ("pipeline.py", "from syndicate import __version__", "pipeline imports the root"),
    ("config/a.py", "from syndicate.cli import front", "config imports cli"),
    ("__init__.py", "from syndicate.model import Post", "the root imports model"),
    ("sources/a.py", "import mimetypes\nmimetypes.guess_type('x')", "by the machine's own files"),
    ("sources/a.py", "from mimetypes import guess_type", "by the machine's own files"),
    ("utilities.py", "", "stands in no room"),
    ("ledgers/a.py", "", "stands in no room"),
    ("schema.sql", "", "stands in no room"),
]


@pytest.mark.parametrize(("path", "source", "said"), ABROAD)
def test_an_import_through_a_wall_is_seen(path: str, source: str, said: str) -> None:
    assert any(said in breach for breach in breaches({path: source})), breaches({path: source})


AT_HOME = [
    ("posts/a.py", "from syndicate.model import Post\nfrom syndicate import errors\nfrom . import b"),
    ("posts/dialects/a.py", "from ..text import parse\nfrom ...model import Post"),
    ("posts/a.py", "from importlib import import_module\nimport_module(f'.dialects.{x}', __package__)"),
    ("posts/a.py", "import frontmatter, yaml, re, tomllib"),
    ("config/a.py", "from importlib.util import find_spec\nfind_spec('brotli')\nimport pydantic, zoneinfo"),
    ("sources/folder.py", "from syndicate.posts import text\nopen('x')\nimport os\nos.environ"),
    ("publishers/s3.py", "from syndicate.transport import send"),
    ("workshop.py", "import subprocess\nfrom syndicate.compose import html"),
    ("daemon.py", "import time, signal, apscheduler\nfrom syndicate.decide import wake"),
    ("pipeline.py", "from syndicate import compose, formats, daemon, ledger, posts, sources, model"),
    ("cli/a.py", "from syndicate import __version__, config, pipeline\nimport click, rich, random"),
    ("__main__.py", "from syndicate.cli.front import main"),
    ("ledger/migrations/env.py", "import alembic, sqlalchemy"),
    ("py.typed", ""),
    ("compose/a.py", "import uuid\nuuid.uuid5(uuid.NAMESPACE_URL, 'x')\nuuid.UUID('…')"),
    ("compose/a.py", "import os.path, posixpath\nos.path.join('a', 'b')\nposixpath.normpath('a')"),
    ("compose/a.py", "from os import PathLike, path\npath.splitext('a')"),
    ("compose/a.py", "from datetime import datetime, UTC\ndatetime(2026, 1, 1, tzinfo=UTC).isoformat()"),
    ("compose/a.py", "from datetime import datetime\ndef f(t, zone): t.astimezone(zone).strftime('%Y-%m')"),
    ("compose/a.py", "from datetime import datetime\ndatetime.fromtimestamp(0, tz=UTC)"),
    ("compose/a.py", "'a'.replace('a', 'b'); match.group(1); text.split(); f'{share:.0%} of {day:%Y-%m-%d}'"),
    ("formats/a.py", "import threading\nLOCK = threading.Lock()\nfrom urllib.parse import quote"),
    ("decide.py", "def f(now, chance): return now if chance() else self.now"),
    ("formats/a.py", "from syndicate.model import open\nopen()"),
]


@pytest.mark.parametrize(("path", "source"), AT_HOME)
def test_what_is_allowed_is_let_be(path: str, source: str) -> None:
    assert breaches({path: source}) == []


WORLDLY = [
    ("open('x')", "the disk"),
    ("f = open", "the disk"),
    ("from pathlib import Path\nPath('x').read_text()", "the disk"),
    ("from pathlib import Path\nmap(Path.exists, paths)", "the disk"),
    ("def f(path): return path.stat().st_size", "the disk"),
    ("def f(path): path.parent.mkdir()", "the disk"),
    ("def f(path): return list(path.iterdir())", "the disk"),
    ("def f(path): return path.glob('*')", "the disk"),
    ("import os\nos.path.exists('x')", "the environment"),
    ("import posixpath\nposixpath.exists('x')", "the environment"),
    ("import importlib.resources", "the disk"),
    ("from importlib import resources", "the disk"),
    ("import mimetypes", "the disk"),
    ("import tempfile", "the disk"),
    ("import io\nio.open('x')", "the disk"),
    ("import time\ntime.time()", "the clock"),
    ("from time import monotonic", "the clock"),
    ("from datetime import datetime\ndatetime.now()", "the clock"),
    ("from datetime import datetime as D\nclock = D.now", "the clock"),
    ("import datetime as dt\ndt.datetime.utcnow()", "the clock"),
    ("from datetime import date\ndate.today()", "the clock"),
    ("from email.utils import formatdate", "the clock"),
    ("import random", "the die"),
    ("from random import choice", "the die"),
    ("def f():\n    import secrets", "the die"),
    ("import uuid\nuuid.uuid4()", "the die"),
    ("from uuid import uuid4", "the die"),
    ("key = hash('x')", "the die"),
    ("import os\nos.environ['HOME']", "the environment"),
    ("from os import getenv", "the environment"),
    ("import os as system\nsystem.getcwd()", "the environment"),
    ("import os\ngetattr(os, 'environ')", "the environment"),
    ("import sys\nsys.argv", "the environment"),
    ("import platform", "the environment"),
    ("import socket", "the network"),
    ("import urllib.request", "the network"),
    ("from urllib import request", "the network"),
    ("from http.client import HTTPConnection", "the network"),
    ("import asyncio", "the network"),
    ("import subprocess", "processes"),
    ("from concurrent.futures import ThreadPoolExecutor", "processes"),
    ("import locale", "the locale"),
    ("import calendar\ncalendar.month_name[1]", "the locale"),
    ("def f(t): return t.strftime('%a, %d %b %Y')", "the locale"),
    ("from datetime import datetime\ndatetime.strptime(x, '%d %B %Y')", "the locale"),
    ("def f(t): return f'{t:%d %B}'", "the locale"),
    ("def f(t): return t.astimezone()", "the machine's time zone"),
    ("from datetime import datetime\ndatetime.fromtimestamp(0)", "the machine's time zone"),
    ("print('x')", "the terminal"),
]


@pytest.mark.parametrize(("source", "touched"), WORLDLY)
def test_a_pure_room_that_touches_the_world_is_seen(source: str, touched: str) -> None:
    found = breaches({"compose/a.py": source})
    assert any(f"touches {touched}" in breach for breach in found), found


@pytest.mark.parametrize("room", sorted(MAY_IMPORT.keys() - {""}))
def test_only_pure_rooms_are_kept_from_the_clock(room: str) -> None:
    found = breaches({f"{room}.py": "from datetime import datetime\ndatetime.now()"})
    assert bool(found) is (room in PURE)


@pytest.mark.parametrize("library", sorted(LIBRARIES))
def test_a_library_in_another_room_is_seen(library: str) -> None:
    for room in MAY_IMPORT.keys() - {""}:
        found = breaches({f"{room}/a.py": f"def f():\n    import {library}.sub as x"})
        assert bool(found) is (room not in LIBRARIES[library]), (room, found)


def test_an_unnamed_library_has_one_room() -> None:
    assert breaches({"sources/a.py": "import zeroconf", "sources/b.py": "import zeroconf"}) == []
    found = breaches({"sources/a.py": "import zeroconf", "daemon.py": "from zeroconf import watch"})
    assert found == ["zeroconf: it is in daemon, sources; keep one library in one room"]


def loaded_after(*statements: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after `statements`."""
    script = "\n".join(
        [*statements, "import sys", "print(*{name.partition('.')[0] for name in sys.modules})"]
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=HOUSE.parent,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.split())


@pytest.fixture(scope="module")
def after_front() -> set[str]:
    return loaded_after("import syndicate.cli.front")


@pytest.mark.parametrize("library", HEAVY)
def test_the_front_door_opens_without(library: str, after_front: set[str]) -> None:
    assert "syndicate" in after_front
    assert library not in after_front


def test_a_room_is_entered_without_its_libraries() -> None:
    doors = sorted(door.parent.name for door in HOUSE.glob("*/__init__.py"))
    found = loaded_after(*(f"import syndicate.{room}" for room in doors))
    assert "syndicate" in found
    assert not found & set(HEAVY)
