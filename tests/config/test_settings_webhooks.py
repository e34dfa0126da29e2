"""Hubs and webhooks: who is told, with which keys, and that no URL or secret of a webhook is ever said."""

from __future__ import annotations

import json
import re
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from settings_texts import ROOT, SMALLEST, read, sentences
from sites import CONFIG, Site, post

from syndicate.config import parse
from syndicate.errors import ConfigError, Problem
from syndicate.model import Destination

HOOK = f'{SMALLEST}[[webhook]]\nname = "site"\nurl = "https://a.example/h"\n'
DOCS = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
LONG = "a secret of twenty-four."


def test_a_webhook_of_two_lines_gets_all_events_unsigned() -> None:
    [told] = read(HOOK).destinations
    assert told == Destination(
        "site",
        "https://a.example/h",
        "standard",
        ("post.published", "post.updated", "post.withdrawn"),
        (),
    )


def test_hubs_come_first_and_each_kind_keeps_its_order() -> None:
    hooks = "".join(f'[[webhook]]\nname = "{name}"\nurl = "https://a.example/h"\n' for name in "zab")
    config = read(f'{SMALLEST}{hooks}[push]\nhubs = ["https://z.example", "https://a.example"]\n')
    assert [(one.name, one.shape) for one in config.destinations] == [
        ("https://z.example", "websub"),
        ("https://a.example", "websub"),
        ("z", "standard"),
        ("a", "standard"),
        ("b", "standard"),
    ]


@pytest.mark.parametrize("shape", ["standard", "discord", "slack", "text"])
def test_the_format_is_the_shape(shape: str) -> None:
    assert read(f'{HOOK}format = "{shape}"').destinations[0].shape == shape


URLS = [
    ("https://hooks.example/services/T0/B0/x?wait=true&thread=1", None),
    ("http://127.0.0.1:9000", None),
    ("http://[::1]:9000/a", None),
    ("http://localhost/a%2Fb//c", None),
    ("HTTPS://Hooks.Example/AbC", "https://hooks.example/AbC"),
    ("https://hooks.example/ä", "https://hooks.example/%C3%A4"),
]


@pytest.mark.parametrize(("written", "meant"), URLS)
def test_urls_stay_as_written_also_on_private_addresses(written: str, meant: str | None) -> None:
    text = f'{SMALLEST}[[webhook]]\nname = "a"\nurl = "{written}"'
    assert read(text).destinations[0].url == (meant or written)


KEYS = [
    (f'"{LONG}"', [LONG.encode()]),
    ('" spaces belong to a secret  "', [b" spaces belong to a secret  "]),
    ('"ä, and twenty-three more bytes"', ["ä, and twenty-three more bytes".encode()]),
    (f'"whsec_{"A" * 32}"', [bytes(24)]),
    (f'"whsec_{"A" * 100}"', [bytes(75)]),
    ('"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="', [bytes(25)]),
    ('"whsek_AAAAAAAAAAAAAAAAAAAAAAAAAAAAA="', [b"whsek_AAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]),
    ('["env:NEW", "file:old"]', [b"new, and of twenty-four bytes", bytes(24)]),
    ('"env:EMPTY_NO_MORE"', [b"env:NEW as it stands, unread"]),
]


@pytest.mark.parametrize(("secret", "keys"), KEYS)
def test_secrets_become_keys(secret: str, keys: list[bytes]) -> None:
    config = read(
        f"{HOOK}secret = {secret}",
        environ={"NEW": "new, and of twenty-four bytes", "EMPTY_NO_MORE": "env:NEW as it stands, unread"},
        files={"old": f"whsec_{'A' * 32}\n"},
    )
    assert (config.destinations[0].secrets, config.warnings) == (tuple(keys), ())


@pytest.mark.parametrize("value", ["", " \t", "\n"])
def test_an_empty_variable_or_file_is_no_secret(value: str) -> None:
    said = '7: [[webhook]] "site" secret: is empty; write the secret, or remove the key to sign nothing'
    assert sentences(f'{HOOK}secret = "env:S"', environ={"S": value}) == [said]
    assert sentences(f'{HOOK}secret = ["file:s"]', files={"s": value}) == [said]


def test_names_that_are_not_known_are_not_taken_for_one() -> None:
    hook = '[[webhook]]\nurl = "https://a.example/h"\n'
    missing = '[[webhook]] name: is missing; add name = "site-rebuild", or what you call it'
    unset = '[[webhook]] "env:N" name: the variable N is not set; set it, or write the value here'
    assert sentences(SMALLEST + hook * 2) == [f"4: {missing}", f"6: {missing}"]
    assert sentences(SMALLEST + f'{hook}name = "env:N"\n' * 2) == [f"6: {unset}", f"9: {unset}"]


def warning(line: int, name: str = "site") -> Problem:
    words = "has a key of fewer than 24 bytes, which can be guessed; make a longer one"
    return Problem("config.toml", line, "warning", "short-secret", f'[[webhook]] "{name}" secret: {words}')


SHORT = [
    ('"twenty-three bytes long"', [warning(7)]),
    (f'["{LONG}",\n"short"]', [warning(8)]),
    ('["short",\n"shorter"]', [warning(7), warning(8)]),
    (f'"whsec_{"A" * 31}="', [warning(7)]),
    ('"env:S"', [warning(7)]),
    (
        f'"short"\n[[webhook]]\nname = "b"\nurl = "https://a.b"\nsecret = "{LONG}"\n'
        '[[webhook]]\nname = "c"\nurl = "https://a.b"\nsecret = "s"',
        [warning(7), warning(15, "c")],
    ),
]


@pytest.mark.parametrize(("secret", "warned"), SHORT)
def test_a_short_key_works_and_is_warned_of(secret: str, warned: list[Problem]) -> None:
    assert read(f"{HOOK}secret = {secret}", environ={"S": "short"}).warnings == tuple(warned)


def test_a_warning_shows_nothing_that_a_terminal_would_obey() -> None:
    text = f'{SMALLEST}[[webhook]]\nname = "a\\u200db"\nurl = "https://a.b"\nsecret = "s"'
    [problem] = read(text).warnings
    assert problem.message.isprintable()


DURATIONS = [
    ("100ms", 0.1),
    ("0.1s", 0.1),
    ("15s", 15.0),
    ("15 s", 15.0),
    ("1.5s", 1.5),
    ("90s", 90.0),
    ("1m", 60.0),
    ("0.05h", 180.0),
    ("5m", 300.0),
    ("300000ms", 300.0),
]


@pytest.mark.parametrize(("written", "seconds"), DURATIONS)
def test_durations_are_seconds(written: str, seconds: float) -> None:
    push = read(f'{SMALLEST}[push]\ntimeout = "{written}"\nfirst_retry = "{written}"').push
    assert (push.timeout, push.first_retry) == (seconds, seconds)


def test_long_waits() -> None:
    def first(written: str) -> float:
        return read(f'{SMALLEST}[push]\nfirst_retry = "{written}"').push.first_retry

    assert [first("10ms"), first("6h"), first("0.25d")] == [0.01, 21600.0, 21600.0]
    [sentence] = sentences(f'{SMALLEST}[push]\ntimeout = "{"9" * 400}d"')
    assert f"must be from 100ms to 5m, not '{'9' * 80}…'" in sentence


# Letters that meet in no sentence: four of them in a row are a part of a secret.
TOKENS = st.text("QZJKW", min_size=8, max_size=40)
BLOCKS = (Path(__file__).parent / "wrong_settings.txt").read_text("utf-8").strip().split("\n\n")[1:]
SECRET_FORMS = ["{}", "whsec_{}", "whsec_{}=", "{} {}", "{}\x01", "{}\t{}", "env:{}!", "\ud800{}"]
URL_FORMS = [
    "https://hooks.example/{}",
    "https://{}.example/",
    "https://{}..example/",
    "https://hooks.example/?token={}",
    "https://hooks.example/#{}",
    "https://me:{}@hooks.example/",
    "https://hooks.example:{}/",
    "https://hooks.example/{} {}",
    "https://hooks.example/\x01{}",
    "https://[{}",
    "hooks.example/{}",
    "env:https://hooks.example/{}",
    "file:https://hooks.example/{}",
]
KEYS_OF_HOOKS = [
    "name = 5\nurl = {url}\nsecret = {secret}",
    'name = "a"\nurl = {url}\nsecret = {secret}',
    'name = "a"\nurl = {url}\nsecret = [{secret}, {secret}]',
    'name = "a"\nurl = [{url}]\nsecret = {{ a = {secret} }}',
    'name = "a"\nulr = {url}\nsecert = {secret}',
    "name = {named_url}\nurl = {secret}",
    "name = {named_secret}\nurl = {url}\nformat = 5",
    'name = "a"\nurl.deep = {url}\nsecret.deep = [{secret}]',
]


def everything_said(text: str, environ: dict[str, str]) -> str:
    """All that anybody could see of these settings: sentences, traceback, warnings, the value itself."""

    def no_file(path: Path) -> str:
        raise FileNotFoundError(2, "No such file or directory", str(path))

    try:
        config = parse(
            text,
            name="config.toml",
            root=ROOT,
            environ=environ,
            read_file=no_file,
            importable=lambda module: False,
        )
    except ConfigError as error:
        return "".join([str(error), repr(error), repr(error.__context__), *traceback.format_exception(error)])
    return repr(config) + str(config) + "".join(str(problem) for problem in config.warnings)


@st.composite
def slips(draw: st.DrawFn) -> tuple[str, dict[str, str], tuple[str, str]]:
    """Settings with something wrong in them and a webhook, the variables, and what no one may see."""
    secret, url = draw(TOKENS), draw(TOKENS)
    secret_form, url_form = draw(st.sampled_from(SECRET_FORMS)), draw(st.sampled_from(URL_FORMS))
    environ = {"SECRET": secret_form.replace("{}", secret), "URL": url_form.replace("{}", url)}
    # TOML itself can hold no surrogate.
    literal = {name: json.dumps(value.replace("\ud800", "")) for name, value in environ.items()}
    elsewhere = {name: f'"env:{name}"' for name in environ}
    written = draw(st.sampled_from([literal, elsewhere]))
    # In the place of a name, only what looks like a credential can be told from any other name.
    plain = "://" not in url_form, not secret_form.startswith("whsec_")
    named = {
        key: (elsewhere if odd else written)[key] for key, odd in zip(["URL", "SECRET"], plain, strict=True)
    }
    block = draw(st.sampled_from(["", *BLOCKS])).partition("\n! ")[0]
    table = draw(
        st.sampled_from(["[[webhook]]", "[[webhook]]", "[webhook]", "[[webhooks]]", "[push.webhook]"])
    )
    hook = draw(st.sampled_from(KEYS_OF_HOOKS)).format(
        url=written["URL"], secret=written["SECRET"], named_url=named["URL"], named_secret=named["SECRET"]
    )
    return f"{SMALLEST}{block}\n{table}\n{hook}\n", environ, (secret, url)


@given(slips())
def test_no_url_or_secret_of_a_webhook_is_ever_said(
    slip: tuple[str, dict[str, str], tuple[str, str]],
) -> None:
    text, environ, hidden = slip
    said = everything_said(text, environ).casefold()
    parts = {token[start : start + 4].casefold() for token in hidden for start in range(len(token) - 3)}
    assert not [part for part in parts if part in said], said


def test_a_config_shows_neither_urls_nor_secrets_of_webhooks() -> None:
    text = f'{SMALLEST}[[webhook]]\nname = "a"\nurl = "https://h.example/QZJK"\nsecret = "hunter2"'
    config = read(text)
    assert (config.destinations[0].url, config.destinations[0].secrets) == (
        "https://h.example/QZJK",
        (b"hunter2",),
    )
    shown = repr(config) + "".join(str(problem) for problem in config.warnings)
    assert "h.example" not in shown
    assert "hunter2" not in shown


def test_a_build_tells_of_a_short_secret_and_strict_counts_it(tmp_path: Path) -> None:
    hook = '[[webhook]]\nname = "a"\nurl = "http://127.0.0.1:9/QZJK"\nsecret = "hunter2"\n'
    site = Site(tmp_path).write({"a.md": post("A")}, CONFIG + hook)
    done = site.run("build", "--json")
    assert done.returncode == 0, done.stderr
    place = f'config.toml:{CONFIG.count(chr(10)) + 4}: warning: [[webhook]] "a" secret: '
    assert [line.startswith(place) for line in done.stderr.splitlines()] == [True]
    assert [one["code"] for one in json.loads(done.stdout)["warnings"]] == ["short-secret"]
    assert not re.search("hunter2|QZJK", done.stdout + done.stderr)
    assert site.run("build", "--strict").returncode == 1


def test_the_examples_of_the_page_work() -> None:
    page = DOCS.read_text("utf-8")
    examples = [
        text for text in re.findall(r"^```toml\n(.*?)^```", page, re.M | re.S) if "[site]" not in text
    ]
    assert examples, "the page shows no webhook"
    found = 0
    for example in examples:
        environ = {name: f"https://hooks.example/{name}" for name in re.findall(r'"env:(\w+)"', example)}
        files = {name: f"https://hooks.example/{name}\n" for name in re.findall(r'"file:([^"]+)"', example)}
        config = read(SMALLEST + example, environ=environ, files=files)
        assert config.warnings == ()
        found += len(config.destinations)
    assert found


def test_who_only_looks_needs_no_secret(tmp_path: Path) -> None:
    hook = 'url = "env:HOOK_URL"\nsecret = ["file:new.key", "env:OLD"]\n'
    site = Site(tmp_path).write({"a.md": post("A")}, f'{CONFIG}[[webhook]]\nname = "site"\n{hook}')
    for command in ("status", "history", "retry --all"):
        done = site.run(*command.split())
        assert (done.returncode, done.stderr) == (0, ""), command
    for command in ("build", "push"):
        done = site.run(command)
        assert done.returncode == 2
        assert "the variable HOOK_URL is not set" in done.stderr
    assert not (tmp_path / ".syndicate").exists()
