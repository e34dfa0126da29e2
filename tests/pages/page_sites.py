"""A site that is built in this process, and what is seen of its pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest
from sites import CONFIG, Site

from syndicate.cli.front import run

PLAIN = CONFIG + "[output]\nprecompress = []\n"
ENTRIES = PLAIN + "entry_pages = true\n"
BASE = "https://example.org/"


@dataclass
class Built:
    """A site and its builds; `said` is what the last one said on standard error."""

    site: Site
    capture: pytest.CaptureFixture[str]
    said: str = ""

    def build(self, *words: str, codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
        self.capture.readouterr()
        ended = run(["build", "--json", *words])
        out, self.said = self.capture.readouterr()
        assert ended in codes, (ended, out, self.said)
        report: dict[str, Any] = json.loads(out)
        return report

    def posts(self, posts: dict[str, str], config: str = PLAIN, **more: Any) -> dict[str, Any]:
        """The site with these posts besides those that it has, built."""
        self.site.write(posts, config)
        return self.build(**more)

    @property
    def public(self) -> Path:
        return self.site.root / "public"

    def pages(self) -> set[str]:
        """Paths of all pages for people."""
        return {path for path in self.site.output() if path.endswith((".html", ".htm"))} - {
            "autodiscovery.html"
        }

    def page(self, path: str = "index.html") -> bytes:
        return (self.public / path).read_bytes()


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Built:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SYNDICATE_CONFIG", raising=False)
    return Built(Site(tmp_path), capsys)


def found(root: Path, url: str) -> Path | None:
    """The file that a static web server gives for `url`: a folder's index.html, and `x.html` for `x`."""
    path = root / unquote(urldefrag(url).url.removeprefix(BASE))
    tries = (path, path / "index.html", path.with_name(path.name + ".html") if path.name else path)
    return next((one for one in tries if one.is_file()), None)
