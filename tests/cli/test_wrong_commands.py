"""Wrong settings and wrong commands: one sentence, exit 2, nothing written."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from sites import CONFIG, Site, post

MINIMUM = '[site]\ntitle = "T"\nurl = "https://example.org/"\n'

COMMANDS = [
    ("", "syndicate: no command was given; 'syndicate --help' shows what there is"),
    (
        "publish",
        "syndicate: no such command 'publish', did you mean 'push'?; 'syndicate --help' shows what there is",
    ),
    (
        "bulid",
        "syndicate: no such command 'bulid', did you mean 'build'?; 'syndicate --help' shows what there is",
    ),
    (
        "check",
        "syndicate: the command 'check' is not built yet in this version; 'syndicate --help' shows what there is",
    ),
    (
        "build --from-live",
        "syndicate build: the option '--from-live' is not built yet in this version; "
        "'syndicate build --help' shows what there is",
    ),
    (
        "push --wait soon",
        "syndicate push: --wait: 'soon' is no number of seconds from 0 to 31536000; "
        "'syndicate push --help' shows what there is",
    ),
    (
        "retry",
        "syndicate retry: name deliveries, or say --all: none was given; "
        "'syndicate retry --help' shows what there is",
    ),
    (
        "retry --all msg_1",
        "syndicate retry: name deliveries, or say --all: both were given; "
        "'syndicate retry --help' shows what there is",
    ),
    ("retry msg_1", "retry: no dead delivery has the id 'msg_1'; 'syndicate history' shows them"),
    ("history nothing", "history: no post is known by 'nothing'; name its path, its slug or its id"),
    ("init ''", "init: the folder's name is empty; name one, or none for this one"),
    (
        "build --no-such",
        "syndicate build: no such option '--no-such'; 'syndicate build --help' shows what there is",
    ),
    (
        "build --dry-rum",
        "syndicate build: no such option '--dry-rum'. Did you mean '--dry-run'?; "
        "'syndicate build --help' shows what there is",
    ),
    (
        "build extra",
        "syndicate build: got unexpected extra argument (extra); 'syndicate build --help' shows what there is",
    ),
    (
        "build --config",
        "syndicate: option '--config' requires an argument; 'syndicate --help' shows what there is",
    ),
    (
        "--log-format xml build",
        "syndicate: invalid value for '--log-format': 'xml' is not one of 'text', 'json'; "
        "'syndicate --help' shows what there is",
    ),
    ("--config nowhere.toml build", "nowhere.toml: there is no such file; correct the name"),
    ("build --config posts", "posts: it cannot be read: Is a directory; name the settings file"),
    ("init", "config.toml: it is already there; remove it, or name another folder"),
    (
        "init a b",
        "syndicate init: got unexpected extra argument (b); 'syndicate init --help' shows what there is",
    ),
    ("init config.toml", "config.toml: it cannot be written: File exists; name a folder that can be"),
]

SETTINGS = [
    ("", "config.toml: [site]: is missing"),
    ("[site", "config.toml:1: a bracket is not closed"),
    ('[site]\ntitle = "T"\n', "config.toml:1: [site] url: "),
    (MINIMUM + "[site2]\n", "config.toml:4: "),
    (MINIMUM + "titel = 1\n", "config.toml:4: [site] titel: "),
    (MINIMUM + '[output]\npath = "s3://bucket"\n', "config.toml:5: [output] path: "),
    (MINIMUM + "[server]\nhub = true\n", "config.toml:5: [server] hub: not built yet"),
    (MINIMUM + '[[webhook]]\nurl = "https://x.example/"\n', "config.toml:4: [[webhook]]"),
    (MINIMUM + '[posts]\nmarkdown = "commonmark"\n', "config.toml:5: [posts] markdown: "),
    (MINIMUM + '[[feed]]\nname = "a"\natom = "x.xml"\nrss = "x.xml"\n', "config.toml:7: "),
    (MINIMUM + '[ledger]\nurl = "postgresql://x/y"\n', "config.toml:5: [ledger] url: "),
    (MINIMUM + '[posts]\npath = "nowhere"\n', "posts: the folder nowhere is missing; "),
    (MINIMUM.replace("T", "env:NO_SUCH_NAME_HERE"), "config.toml:2: [site] title: "),
]


def files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()
    }


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path).write({"a.md": post("A")})


@pytest.mark.parametrize(("words", "sentence"), COMMANDS)
def test_wrong_commands(site: Site, words: str, sentence: str) -> None:
    before = files(site.root)
    done = site.run(*shlex.split(words))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == sentence + "\n"
    assert files(site.root) == before


@pytest.mark.parametrize(("text", "sentence"), SETTINGS)
def test_wrong_settings(site: Site, text: str, sentence: str) -> None:
    site.write({}, text)
    before = files(site.root)
    done = site.run("build")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(sentence)
    assert "; " in line
    assert files(site.root) == before


def test_all_faults_at_once_in_the_order_of_their_lines(site: Site) -> None:
    site.write(
        {}, '[site]\ntitle = 5\nurl = "nonsense"\n[posts]\npth = "x"\n[output]\nprecompress = ["rar"]\n'
    )
    done = site.run("build")
    assert done.returncode == 2
    assert [line.split(": ")[0] for line in done.stderr.splitlines()] == [
        f"config.toml:{line}" for line in (2, 3, 5, 7)
    ]


def test_who_asks_for_json_gets_the_fault_as_json(site: Site) -> None:
    done = site.run("build", "--json", "--config", "nowhere.toml")
    assert done.returncode == 2
    assert json.loads(done.stdout) == {
        "errors": ["nowhere.toml: there is no such file; correct the name"],
        "exit": 2,
    }


def test_not_utf8(site: Site) -> None:
    (site.root / "config.toml").write_bytes(CONFIG.encode("utf-16"))
    done = site.run("build")
    assert done.returncode == 2
    assert done.stderr == "config.toml: byte 1 is not UTF-8; save the file in UTF-8\n"


def test_no_traceback_for_output_that_cannot_be_written(site: Site) -> None:
    import subprocess
    import sys

    for target in ("/dev/full",):
        with Path(target).open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "syndicate", "build", "--json"],
                cwd=site.root,
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 1
        assert done.stderr == "output: No space left on device; mend it, then run this again\n"
