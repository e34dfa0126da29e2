"""What a reader copies from README.md is what continuous integration runs, and it runs anywhere."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
FENCE = "```"


def command(mark: str, readme: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(HERE / ".ci" / "command"), mark, str(readme)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (f"a\n<!-- test -->\n{FENCE}sh\none && two\n{FENCE}\n{FENCE}\nother\n{FENCE}\n", "one && two\n"),
        (f"<!-- build -->\n{FENCE}\nother\n{FENCE}\n<!-- test -->\n\n{FENCE}\none\n{FENCE}\n", "one\n"),
        (f"<!-- test -->\r\n{FENCE}\r\none\r\n{FENCE}\r\n", "one\n"),
        (f"{FENCE}\n<!-- test -->\n{FENCE}\n{FENCE}\nother\n{FENCE}\n", ""),
        (f"<!-- test -->\n{FENCE}\none\ntwo\n{FENCE}\n", ""),
        (f"<!-- test -->\n{FENCE}\none\n{FENCE}\n<!-- test -->\n{FENCE}\ntwo\n{FENCE}\n", ""),
        (f"<!-- test -->\nwords\n{FENCE}\nother\n{FENCE}\n", ""),
        (f"<!-- test -->\n{FENCE}\n{FENCE}\n", ""),
        ("", ""),
    ],
)
def test_the_command_after_a_mark(text: str, printed: str, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_bytes(text.encode())
    ran = command("test", readme)
    assert (ran.stdout, ran.returncode) == (printed, 0 if printed else 1)
    assert bool(ran.stderr) is not bool(printed)


def test_the_readme_says_how_to_test() -> None:
    ran = command("test", HERE / "README.md")
    assert ran.returncode == 0, ran.stderr
    assert "pytest" in ran.stdout


@pytest.mark.parametrize("script", ["run", "command"])
def test_the_scripts_run_anywhere(script: str) -> None:
    file = HERE / ".ci" / script
    text = file.read_text("utf-8")
    assert file.stat().st_mode & 0o111, "it cannot be executed"
    subprocess.run(["bash", "-n", str(file)], check=True, timeout=60)
    absolute = set(re.findall(r"(?<![\w.}\"])/[a-z]+(?:/[a-z]+)*", text))
    assert absolute <= {"/usr/bin/env", "/dev/null"}, absolute
