"""What stands in the environment changes nothing of what is sent."""

from __future__ import annotations

import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from deliveries import Hook, settings, standings, told
from programs import program
from receivers import EVERYWHERE, Receiver, answer
from sites import Site, post

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def sealed(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side for `localhost`, and its certificate, which nobody but itself vouches for."""
    key, certificate = folder / "its.key", folder / "its.pem"
    words = (
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-keyout", str(key), "-out", str(certificate), "-subj", "/CN=localhost"),
        *("-addext", "subjectAltName=DNS:localhost"),
    )
    subprocess.run([program("openssl"), *words], capture_output=True, check=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate


def asked(url: str, variables: dict[str, str]) -> str:
    """The status that a program which heeds the environment gets of `url`."""
    script = f"import requests; print(requests.post({url!r}, timeout=30).status_code)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=variables,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    (home / ".netrc").write_text("default login mallory password hunter22\n")
    (home / ".netrc").chmod(0o600)
    return {"HOME": str(home), "NETRC": str(home / ".netrc"), "NO_PROXY": "", "no_proxy": ""}


def test_proxies_and_netrc_play_no_part(tmp_path: Path, variables: dict[str, str]) -> None:
    with Receiver() as proxy, Receiver() as hook:
        proxy.script(EVERYWHERE, answer(299))
        variables |= {name: proxy.url("") for known in VARIABLES for name in (known, known.lower())}
        # So it is in others, or this would show nothing.
        assert asked(hook.url("/"), variables) == "299"
        heard = len(proxy.requests)
        assert proxy.requests[0].header("authorization").startswith("Basic ")
        config = settings([Hook("h", hook.url("/h"))], [hook.url("/hub")])
        site = Site(tmp_path).write({"a.md": post("A")}, config)
        told(site, "build", "--announce-existing", "--push", variables=variables)
        assert len(proxy.requests) == heard == 1
        assert sorted(one.path for one in hook.requests) == ["/h", "/hub"]
        for one in hook.requests:
            assert not {"authorization", "proxy-authorization", "cookie"} & {name for name, _ in one.headers}


def test_certificates_of_the_environment_play_no_part(tmp_path: Path, variables: dict[str, str]) -> None:
    context, certificate = sealed(tmp_path)
    keys = tmp_path / "keys.log"
    with Receiver(context=context, name="localhost") as hook:
        names = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
        variables |= {name: str(certificate) for name in names} | {"SSL_CERT_DIR": str(tmp_path)}
        assert asked(hook.url("/"), variables) == "204"
        config = settings([Hook("h", hook.url("/"))], first_retry="1h")
        site = Site(tmp_path).write({"a.md": post("A")}, config)
        told(site, "build", "--announce-existing", variables=variables)
        said = told(site, "push", variables={**variables, "SSLKEYLOGFILE": str(keys)})
        assert standings(said)["h"]["last_error"] == "the certificate is self-signed"
        assert len(hook.requests) == 1
    assert not keys.exists()


def test_nothing_in_the_environment_is_needed(tmp_path: Path) -> None:
    """Not even a home, as in a unit of systemd."""
    with Receiver() as hook:
        site = Site(tmp_path).write({"a.md": post("A")}, settings([Hook("h", hook.url("/"))]))
        done = subprocess.run(
            [sys.executable, "-m", "syndicate", "build", "--announce-existing", "--push"],
            cwd=site.root,
            env={},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert len(hook.requests) == 1
