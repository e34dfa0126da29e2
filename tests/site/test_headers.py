"""`[output] headers`: rules for a static host, written on request and never over somebody's own."""

from __future__ import annotations

from pathlib import Path

from sites import CONFIG, Site, post

ASKED = CONFIG + "[output]\nheaders = true\n"


def test_rules_are_written_on_request(tmp_path: Path) -> None:
    site = Site(tmp_path).write({"a.md": post("A")})
    site.report()
    assert "_headers" not in site.output()
    site.write({}, ASKED).report()
    rules = site.output()["_headers"].decode()
    assert [line for line in rules.split("\n") if line.startswith("/")] == [
        "/atom.xml",
        "/rss.xml",
        "/feed.json",
    ]
    site.write({}, CONFIG).report()
    assert "_headers" not in site.output()


def test_own_rules_are_left_alone(tmp_path: Path) -> None:
    site = Site(tmp_path).write({"a.md": post("A")}, ASKED)
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "_headers").write_text("/*\n  X-Own: yes\n")
    for number in range(3):
        site.write({f"{number}.md": post(f"More {number}")}, ASKED).report()
    assert site.output()["_headers"] == b"/*\n  X-Own: yes\n"
