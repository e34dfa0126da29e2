"""A site in a folder of its own, for tests that build one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONFIG = """\
[site]
title = "Test site"
url = "https://example.org/"
timezone = "Europe/Berlin"
authors = [{ name = "A. Tester" }]
"""

POST = "---\ntitle: {title}\ndate: {date}\n---\n\nText of {title}.\n"


@dataclass(frozen=True)
class Site:
    """A folder with settings and posts, and how to build it in a process of its own."""

    root: Path

    def write(self, posts: Mapping[str, str | bytes], config: str = CONFIG) -> Site:
        (self.root / "posts").mkdir(parents=True, exist_ok=True)
        (self.root / "config.toml").write_text(config, encoding="utf-8")
        for name, text in posts.items():
            path = self.root / "posts" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "syndicate", *words],
            cwd=self.root,
            env={**os.environ, "PYTHONWARNINGS": "error", **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def report(self, *words: str, **variables: str) -> dict[str, Any]:
        """What `build --json` says; it ends well."""
        done = self.run("build", "--json", *words, **variables)
        assert done.returncode in (0, 1, 3), done.stderr
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    def output(self) -> dict[str, bytes]:
        folder = self.root / "public"
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }

    def items(self) -> list[dict[str, Any]]:
        """The entries of the JSON Feed."""
        items: list[dict[str, Any]] = json.loads((self.root / "public" / "feed.json").read_bytes())["items"]
        return items


def post(title: str, date: str = "2026-01-02", **more: str) -> str:
    text = POST.format(title=title, date=date)
    extra = "".join(f"{key}: {value}\n" for key, value in more.items())
    return text.replace("---\n\n", extra + "---\n\n")
