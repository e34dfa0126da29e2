"""What the documentation says is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sites import CONFIG, Site, post

from syndicate.cli.front import COMMANDS

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize(
    "text",
    [text for page in PAGES for text in blocks(page, "toml") if "[site]" in text],
    ids=lambda text: text.split("\n")[1],
)
def test_settings_that_are_shown_work(tmp_path: Path, text: str) -> None:
    done = Site(tmp_path).write({"a.md": post("A")}, text).run("build", "--strict")
    assert (done.returncode, done.stderr) == (0, "")


def test_posts_that_the_readme_shows_are_posts(tmp_path: Path) -> None:
    readme = ROOT / "README.md"
    (plain,) = [text for text in blocks(readme, "text") if "A First Note" in text]
    (marked,) = blocks(readme, "markdown")
    site = Site(tmp_path).write({"plain.md": plain, "marked.md": marked}, CONFIG)
    assert site.run("build", "--strict").returncode == 0
    second, first = site.items()
    assert (second["title"], second["tags"]) == ("A second note", ["birds", "notes"])
    assert "<del>" in second["content_html"]
    assert (first["title"], first["date_published"]) == ("A First Note", "2025-07-07T00:00:00+02:00")
    assert "<h2>What I Saw</h2>" in first["content_html"]
    assert "<pre><code>ls posts" in first["content_html"]


def test_every_command_and_option_is_told_of() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"`syndicate {command}" in readme
    for option in (
        "--dry-run",
        "--strict",
        "--json",
        "--accept",
        "--config",
        "--log-format",
        "--push",
        "--wait",
        "--all",
    ):
        assert option in readme


def codes() -> set[str]:
    """The codes that messages end with, as they stand in the source."""
    found: set[str] = set()
    pattern = re.compile(
        r"(?:complaints\.(?:error|warn)|_complaints\.error|refused|_refuse|SyntaxFault)\(\s*(?:path,\s*)?\"([a-z0-9-]+)\""
    )
    for path in (ROOT / "syndicate").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        found |= set(pattern.findall(source))
        found |= set(re.findall(r"\"(?:error|warning)\",\s*\"([a-z0-9-]+)\"", source))
        found |= set(re.findall(r"^[A-Z]+ = \(\s*\"([a-z0-9-]+)\",\s*\"text: ", source, re.M))
    return found - {"warning", "event"}


def test_every_problem_is_explained_and_none_that_is_not() -> None:
    page = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z0-9-]+)` \|", page, re.M)) == codes()


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(one for extra in project["optional-dependencies"].values() for one in extra),
    ]
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    for one in wanted:
        name = re.split(r"[<>=~!]", one)[0]
        assert name in page, name


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_are_hashed_and_name_no_host(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9][\w.-]*)==\S+ \\$", text, re.M)
    assert len(pins) >= 20
    assert text.count("--hash=sha256:") >= len(pins)
    assert "http" not in text
