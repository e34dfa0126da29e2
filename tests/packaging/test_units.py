"""The systemd units are right, and as tight as promised."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from programs import program
from shipped import INSTALLED, PACKAGING, RECIPES, SERVICES, blocks, installed_here, settings, unit, value

# Ten times the exposure that is allowed, as systemd-analyze wants it.
THRESHOLD = "20"


def analyze(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program("systemd-analyze"), *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """All units in one folder, with the program that they start in place."""
    here = installed_here(tmp_path / "bin")
    folder = tmp_path / "units"
    folder.mkdir()
    for path in PACKAGING.glob("syndicate*.*"):
        text = path.read_text(encoding="utf-8").replace(INSTALLED, str(here))
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", [*SERVICES, "syndicate-build.timer"])
def test_a_unit_is_right(units: Path, name: str) -> None:
    done = analyze("verify", "--man=no", f"./{name}", folder=units)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_wrong_unit_would_be_seen(units: Path) -> None:
    wrong = units / "syndicate.service"
    wrong.write_text(wrong.read_text("utf-8").replace("WatchdogSec=1min", "WatchdogSec=soon"), "utf-8")
    assert "soon" in analyze("verify", "--man=no", "./syndicate.service", folder=units).stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_hardened(units: Path, name: str) -> None:
    done = analyze("security", "--offline=true", f"--threshold={THRESHOLD}", f"./{name}", folder=units)
    assert done.returncode == 0, done.stdout
    (exposure,) = re.findall(r"exposure level for \S+: ([0-9.]+)", done.stdout)
    assert float(exposure) <= float(re.findall(r"calls that ([0-9.]+)", RECIPES)[0])


@pytest.mark.parametrize("name", SERVICES)
def test_with_the_drop_ins_of_the_documentation(units: Path, name: str) -> None:
    shown = blocks("ini")
    assert any("ProtectHome=" in text for text in shown)
    assert any("LoadCredential=" in text for text in shown)
    for text in shown:
        changed = units / name
        # A drop-in is read after its unit, and sections may come again.
        changed.write_text((units / name).read_text("utf-8") + "\n" + text, "utf-8")
    assert (
        analyze(
            "security", "--offline=true", f"--threshold={THRESHOLD}", f"./{name}", folder=units
        ).returncode
        == 0
    )
    done = analyze("verify", "--man=no", f"./{name}", folder=units)
    assert (done.returncode, done.stderr) == (0, "")


def test_both_services_live_in_the_same_sandbox() -> None:
    def sandbox(name: str) -> list[tuple[str, str]]:
        text = unit(name)
        return settings(text[text.index("ProtectSystem=") : (text + "[Install]").index("[Install]")])

    daemon, once = map(sandbox, SERVICES)
    assert daemon == once
    assert len(daemon) > 20


@pytest.mark.parametrize("name", SERVICES)
def test_what_belongs_together_agrees(name: str) -> None:
    text = unit(name)
    assert value(text, "WorkingDirectory") == value(text, "ReadWritePaths")
    user, folder = value(text, "User"), value(text, "WorkingDirectory")
    assert re.search(rf"useradd .* --home-dir {folder} .* {user}$", RECIPES, re.M)
    assert f"-u {user} {INSTALLED} init {folder}\n" in RECIPES
    # What is cut off in the middle is the renderer, and would look like a fault of the post.
    assert value(text, "KillMode") == "mixed"


def test_the_daemon_is_restarted_but_for_wrong_settings() -> None:
    text = unit("syndicate.service")
    assert value(text, "Type") == "notify"
    assert value(text, "Restart") == "on-failure"
    assert value(text, "RestartPreventExitStatus") == "2"
    assert value(text, "StartLimitIntervalSec") == "0"
    assert "HUP" in value(text, "ExecReload")


def test_credentials_are_where_the_settings_look() -> None:
    ((name, _),) = re.findall(r"^LoadCredential=(\w+):(\S+)$", RECIPES, re.M)
    for service in SERVICES:
        assert f"file:/run/credentials/{service}/{name}" in RECIPES or (
            f"`/run/credentials/{service}/{name}`" in RECIPES
        )
