"""URLs and keys that are secrets stand nowhere but where they were written, whatever receivers say and do."""

from __future__ import annotations

import base64
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from deliveries import Hook, settings
from receivers import (
    EVERYWHERE,
    Behaviour,
    Exchange,
    Receiver,
    answer,
    echo,
    hang,
    head,
    lose,
    redirect,
    refusing,
    reset_late,
    say,
    whole,
)
from sites import Site, post

# The least of a token that would be a find, if it stood somewhere.
PART = 8
KEY = bytes(range(200, 232))
RAW = "Qv7wKpL2-and-the-rest-of-a-raw-key-zT9mXb"
PATH, QUERY = "hpTq3vXyLm9sKd2f", "gRw8nBjZc5aUeY4o"
WHOLE = f"/services/{PATH}?token={QUERY}&x=1"
TOKENS = (
    PATH,
    QUERY,
    RAW,
    base64.b64encode(KEY).decode(),
    KEY.hex(),
    base64.b64encode(RAW.encode()).decode(),
)


def spoken(status: int, media_type: str, words: Callable[[str, str], str]) -> Behaviour:
    """Answers with `words` about the path and the signature that it got."""

    def speaking(exchange: Exchange) -> None:
        assert exchange.got
        text = words(exchange.got.path, exchange.got.header("webhook-signature"))
        exchange.say(whole(status, text.encode(), {"Content-Type": media_type}))

    return speaking


PLAIN = "text/plain; charset=utf-8"
PEERS: dict[str, Behaviour] = {
    "fine": echo,
    "path in plain text": spoken(500, PLAIN, lambda path, _: f"no route {path} here"),
    "half the token": spoken(500, PLAIN, lambda path, _: f"no channel {PATH[:12]}"),
    "path in JSON": spoken(404, "application/json", lambda path, _: json.dumps({"message": f"no {path}"})),
    "path in HTML": spoken(403, "text/html", lambda path, _: f"<title>{path}</title>"),
    "path in words": spoken(403, "text/html", lambda path, _: f"forbidden: {path}"),
    "signature": spoken(401, PLAIN, lambda _, signature: f"wrong signature {signature}"),
    "raw key": spoken(401, PLAIN, lambda *_: f"wrong, I have {RAW}"),
    "key": spoken(401, PLAIN, lambda *_: "wrong, I have whsec_" + base64.b64encode(KEY).decode()),
    "key in hexadecimal": spoken(400, PLAIN, lambda *_: f"expected a key other than {KEY.hex()}"),
    "gone": spoken(410, PLAIN, lambda path, _: f"{path} is gone"),
    "elsewhere": redirect(308, WHOLE + "&again=1"),
    "elsewhere, by its token": redirect(302, f"http://{PATH}.example.net/{QUERY}"),
    "token as reason": say(f"HTTP/1.1 500 no {PATH}\r\nContent-Length: 0\r\n\r\n".encode()),
    "token as header": say(
        head(503, {"Retry-After": QUERY, "X-Path": WHOLE, "Content-Length": "0"}) + b"\r\n"
    ),
    "token as garbage": say(f"{WHOLE} {RAW}\r\n\r\n".encode()),
    "token as status": say(f"HTTP/1.1 {PATH} no\r\n\r\n".encode()),
    "token as length": say(f"HTTP/1.1 200 OK\r\nContent-Length: {QUERY}\r\n\r\n".encode()),
    "reset": reset_late,
    "closed": lose,
    "hang": hang,
}


class Discreet:
    """A site whose webhooks are secrets, and all that it says."""

    def __init__(self, root: Path, urls: dict[str, str]) -> None:
        self.site, self.said = Site(root), ""
        keys = ('secret = "env:KEY"', 'secret = ["file:raw.key", "env:KEY"]')
        hooks = []
        for number, (name, url) in enumerate(urls.items()):
            by_file = number % 2
            if by_file:
                (root / f"{number}.url").write_text(url + "\n")
            shape = 'format = "slack"\n' if number % 5 == 4 else ""
            hooks.append(
                Hook(name, f"file:{number}.url" if by_file else f"env:URL{number}", shape + keys[by_file])
            )
        (root / "raw.key").write_text(RAW + "\n")
        self.variables = {f"URL{number}": url for number, url in enumerate(urls.values())}
        self.variables["KEY"] = "whsec_" + base64.b64encode(KEY).decode()
        self.config = settings(hooks, timeout="300ms")
        self.site.write({"a.md": post("A")}, self.config)

    def run(self, *words: str, codes: tuple[int, ...] = (0, 1), **variables: str) -> str:
        done = self.site.run(*words, **{**self.variables, **variables})
        assert done.returncode in codes, (words, done.returncode)
        self.said += done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def written(self) -> Iterator[tuple[str, bytes]]:
        """All files that the program wrote."""
        for path in self.site.root.rglob("*"):
            if path.is_file() and path.suffix not in (".url", ".key", ".md", ".toml"):
                yield str(path.relative_to(self.site.root)), path.read_bytes()


def parts(token: str) -> set[str]:
    return {token[start : start + PART] for start in range(len(token) - PART + 1)}


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def test_nothing_that_is_said_or_written_holds_a_secret(tmp_path: Path, stack: ExitStack) -> None:
    receivers = {name: stack.enter_context(Receiver()) for name in PEERS}
    for name, receiver in receivers.items():
        receiver.script(EVERYWHERE, PEERS[name])
    urls = {name: receiver.url(WHOLE) for name, receiver in receivers.items()}
    urls["refused"] = f"http://127.0.0.1:{stack.enter_context(refusing())}{WHOLE}"
    urls["no TLS"] = receivers["fine"].url(WHOLE).replace("http:", "https:")
    site = Discreet(tmp_path, urls)

    site.run("build", "--announce-existing", "-v")
    site.run("push", "-v", "--wait", "60")
    for shown in (["status"], ["history", "--limit", "0"]):
        assert "500 Internal Server Error" in site.run(*shown)
        site.run(*shown, "--json")
    site.run("retry", "--all")
    site.run("push", "-v", "--log-format", "json", "--json")
    site.site.write({"b.md": post("B")}, site.config)
    site.run("build", "--push", "-v", "--log-format", "json")
    site.run("build", "--dry-run", "--json")

    # What was sent did hold them, or this would show nothing.
    got = [one for receiver in receivers.values() for one in receiver.requests]
    assert {one.path for one in got} == {WHOLE}
    assert all(one.header("webhook-signature").startswith("v1,") for one in got)
    signatures = {one.header("webhook-signature").split(" ")[0].removeprefix("v1,") for one in got}
    found = {part for token in (*TOKENS, *signatures) for part in parts(token)}
    assert [part for part in found if part in site.said] == []
    assert "elsewhere" in site.said
    written = dict(site.written())
    assert {".syndicate/ledger.db", "public/feed.json"} <= set(written)
    for name, body in written.items():
        assert [part for part in found if part.encode() in body] == [], name
        assert KEY not in body


def test_wrong_settings_do_not_show_what_they_name(tmp_path: Path) -> None:
    site = Discreet(tmp_path, {"h": f"http://127.0.0.1:9{WHOLE}"})
    wrong = [
        {"URL0": f"ftp://127.0.0.1{WHOLE}"},
        {"URL0": f"http://[{PATH}/{QUERY}"},
        {"URL0": f"http://127.0.0.1:{QUERY}/{PATH}"},
        {"URL0": WHOLE},
        {"KEY": f"whsec_{RAW}"},
        {"KEY": ""},
    ]
    for command in ("build", "push"):
        for variables in wrong if command == "build" else wrong[:1]:
            assert "config.toml:" in site.run(command, codes=(2,), **variables)
    # Who only looks needs none of them.
    for variables in wrong:
        site.run("status", codes=(0,), **variables)
    assert [part for token in TOKENS for part in parts(token) if part in site.said] == []


def test_who_stops_it_gets_no_secret_and_loses_nothing(tmp_path: Path, stack: ExitStack) -> None:
    receiver = stack.enter_context(Receiver())
    receiver.script(EVERYWHERE, hang)
    site = Discreet(tmp_path, {"h": receiver.url(WHOLE)})
    site.site.write({"a.md": post("A")}, site.config.replace('timeout = "300ms"', 'timeout = "60s"'))
    site.run("build", "--announce-existing")
    running = subprocess.Popen(
        [sys.executable, "-m", "syndicate", "push", "-v"],
        cwd=tmp_path,
        env={**site.variables, "PYTHONWARNINGS": "error"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    receiver.wait_for(1)
    running.send_signal(signal.SIGINT)
    stdout, stderr = running.communicate(timeout=60)
    assert running.returncode not in (0, -signal.SIGINT)
    assert "Traceback" not in stderr
    said = stdout + stderr
    assert [part for token in TOKENS for part in parts(token) if part in said] == []
    receiver.script(EVERYWHERE, answer(204))
    site.run("push", codes=(0,))
    first, second = receiver.requests
    assert (first.header("webhook-id"), first.body) == (second.header("webhook-id"), second.body)
