"""TLS is always verified; the certificates are made here, by openssl."""

from __future__ import annotations

import re
import ssl
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from behaviours import LATE, SECONDS
from programs import program
from receivers import (
    EVERYWHERE,
    Behaviour,
    Receiver,
    answer,
    deaf,
    drip,
    greet,
    hang_early,
    head,
    lose,
    reset_early,
    reset_late,
    say,
    whole,
)

from syndicate.errors import TransportError
from syndicate.model import Request
from syndicate.transport import send

KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@dataclass(frozen=True)
class Authority:
    """Makes certificates below `folder`, whose root is `roots`."""

    folder: Path

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    def openssl(self, *words: str) -> None:
        ran = subprocess.run(
            [program("openssl"), *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ran.returncode == 0, ran.stderr

    def found(self) -> None:
        self.openssl(*("req", "-x509", *KEY, "-keyout", "root.key", "-out", "root.pem", "-subj", "/CN=Root"))

    def issue(self, name: str, fits: str, *, days: int = 2) -> ssl.SSLContext:
        """A server's side, with a certificate for `fits`, as in `DNS:localhost`."""
        asked = ("-subj", f"/CN={name}", "-addext", f"subjectAltName={fits}")
        self.openssl("req", *KEY, "-keyout", f"{name}.key", "-out", f"{name}.csr", *asked)
        signed = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-copy_extensions", "copy")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-out", f"{name}.pem", "-days", str(days), *signed)
        return self.serve(name)

    def sign_itself(self, name: str) -> ssl.SSLContext:
        asked = ("-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost")
        self.openssl("req", "-x509", *KEY, "-keyout", f"{name}.key", "-out", f"{name}.pem", *asked)
        return self.serve(name)

    def serve(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return context


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    authority.found()
    return authority


@pytest.fixture(scope="module")
def good(authority: Authority) -> ssl.SSLContext:
    return authority.issue("good", "DNS:localhost")


def said_by(receiver: Receiver, roots: Path | None, timeout: float = 10) -> str:
    with pytest.raises(TransportError) as caught:
        send(Request("POST", receiver.url("/s3cret"), body=b"told"), timeout=timeout, roots=roots)
    assert receiver.requests == ()
    return str(caught.value)


@pytest.mark.parametrize(("name", "fits"), [("localhost", "DNS:localhost"), ("127.0.0.1", "IP:127.0.0.1")])
def test_a_certificate_that_fits(name: str, fits: str, authority: Authority) -> None:
    context = authority.issue(f"for-{name}", fits)
    with Receiver(context=context, name=name) as receiver:
        receiver.script(EVERYWHERE, answer(200, b"fine"))
        response = send(Request("POST", receiver.url(), body=bytes(2**20)), timeout=10, roots=authority.roots)
        assert (response.status, response.body) == (200, b"fine")
        assert receiver.requests[0].body == bytes(2**20)


@pytest.mark.parametrize(
    ("fits", "days", "words"),
    [
        ("DNS:localhost", -1, "the certificate has expired"),
        ("DNS:elsewhere.example", 2, "the certificate does not fit the name"),
        ("IP:127.0.0.1", 2, "the certificate does not fit the name"),
    ],
)
def test_a_certificate_that_is_wrong(fits: str, days: int, words: str, authority: Authority) -> None:
    context = authority.issue("wrong", fits, days=days)
    with Receiver(context=context, name="localhost") as receiver:
        assert said_by(receiver, authority.roots) == words


def test_an_address_is_a_name_too(good: ssl.SSLContext, authority: Authority) -> None:
    with Receiver(context=good) as receiver:
        assert said_by(receiver, authority.roots) == "the certificate does not fit the name"


def test_nobody_answers_for_itself(authority: Authority) -> None:
    with Receiver(context=authority.sign_itself("itself"), name="localhost") as receiver:
        assert said_by(receiver, authority.roots) == "the certificate is self-signed"


def test_no_variable_makes_a_root_trusted(
    good: ssl.SSLContext, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(authority.roots))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    with Receiver(context=good, name="localhost") as receiver:
        assert said_by(receiver, None) == "the certificate is of an unknown authority"
        assert send(Request("GET", receiver.url()), timeout=10, roots=authority.roots).status == 204
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("text", [None, "", "no certificate"])
def test_roots_that_cannot_be_read(text: str | None, good: ssl.SSLContext, tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    if text is not None:
        roots.write_text(text)
    with Receiver(context=good, name="localhost") as receiver:
        assert said_by(receiver, roots) == "the file of trusted certificates cannot be read"


def test_roots_that_change_are_read_anew(good: ssl.SSLContext, authority: Authority, tmp_path: Path) -> None:
    authority.sign_itself("stranger")
    roots = tmp_path / "roots.pem"
    roots.write_bytes((authority.folder / "stranger.pem").read_bytes())
    with Receiver(context=good, name="localhost") as receiver:
        assert said_by(receiver, roots) == "the certificate is of an unknown authority"
        roots.write_bytes(authority.roots.read_bytes())
        assert send(Request("GET", receiver.url()), timeout=10, roots=roots).status == 204


@pytest.mark.filterwarnings("ignore:.*TLSv1_1 is deprecated:DeprecationWarning")
def test_old_tls(authority: Authority) -> None:
    context = authority.issue("old", "DNS:localhost")
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with Receiver(context=context, name="localhost") as receiver:
        assert said_by(receiver, authority.roots) == "the TLS spoken there is too old"


def test_no_tls_where_it_should_be(authority: Authority) -> None:
    with Receiver(name="localhost") as receiver:
        receiver.script(EVERYWHERE, greet(whole(400, b"what?")))
        url = receiver.url("/s3cret").replace("http:", "https:")
        with pytest.raises(TransportError, match="no TLS is spoken there"):
            send(Request("POST", url), timeout=10, roots=authority.roots)


SHORT = head(200, {"Content-Length": "9"}) + b"\r\nabc"
FAULTS = {
    "no greeting": (hang_early, LATE),
    "its head drips in": (drip(whole(200, b"x" * 400)), LATE),
    "its body drips in": (drip(b"x" * 400, head(200, {"Content-Length": "400"}) + b"\r\n"), LATE),
    "it never reads the body": (deaf, LATE),
    "lost acknowledgement": (lose, "the connection was closed without an answer"),
    "cut within the head": (say(head(200)), "the answer was cut off"),
    "cut within the body": (say(SHORT), "the answer was cut off"),
    # OpenSSL does not always tell the one from the other.
    "reset before it greets": (reset_early, "the connection was (reset|closed without an answer)"),
    "reset": (reset_late, "the connection was (reset|closed without an answer)"),
}


@pytest.mark.parametrize(("behaviour", "words"), FAULTS.values(), ids=FAULTS)
def test_faults_are_the_same_under_tls(
    behaviour: Behaviour, words: str, good: ssl.SSLContext, authority: Authority
) -> None:
    with Receiver(context=good, name="localhost") as receiver:
        receiver.script(EVERYWHERE, behaviour)
        request = Request("POST", receiver.url(), body=bytes(2**23 if behaviour is deaf else 9))

        def attempt(_: int) -> str:
            with pytest.raises(TransportError) as caught:
                send(request, timeout=SECONDS if words == LATE else 10, roots=authority.roots)
            return str(caught.value)

        assert re.fullmatch(words, attempt(0))
        receiver.wait_until_idle()
        before = len(list(Path("/proc/self/fd").iterdir())), threading.active_count()
        with ThreadPoolExecutor(10) as pool:
            assert all(pool.map(attempt, range(20)))
        receiver.wait_until_idle()
        assert (len(list(Path("/proc/self/fd").iterdir())), threading.active_count()) == before
