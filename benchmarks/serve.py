"""Requests per second of `syndicate serve` beside nginx with the same files, on loopback, turn by turn in one run."""

from __future__ import annotations

import argparse
import asyncio
import http.client
import multiprocessing
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
DOCUMENT = "/atom.xml"
CONNECTIONS = 16
CONFIG = """\
[site]
title = "Benchmark"
url = "http://127.0.0.1:{port}/"
[server]
listen = "127.0.0.1:{port}"
# One client asks for all: the limit for a single address would be all that is measured.
trusted_proxies = ["127.0.0.1"]
[schedule]
every = "1h"
"""
NGINX = """\
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    gzip_static on;
    gzip_vary on;
    types {{ application/atom+xml xml; }}
    server {{
        listen 127.0.0.1:{port};
        root {root};
        add_header Cache-Control "public, max-age=300";
        add_header Access-Control-Allow-Origin "*";
        add_header X-Content-Type-Options nosniff;
        add_header Link '<http://127.0.0.1:{port}{document}>; rel="self"';
    }}
}}
"""


@dataclass(frozen=True)
class Case:
    """What is asked for: a coding, and whether the client knows the document already."""

    name: str
    coding: str
    status: int


CASES = (
    Case("200, identity", "identity", 200),
    Case("200, gzip", "gzip", 200),
    Case("304, gzip", "gzip", 304),
)
Measure = Callable[[int, Mapping[str, str], int, float], float]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running(words: list[str], port: int, folder: Path) -> Iterator[int]:
    """The port of a server, once it answers."""
    log = folder / f"{Path(words[0]).name}.log"
    with log.open("w") as said:
        child = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        try:
            until = time.monotonic() + 30
            while child.poll() is None and not answers(port):
                if time.monotonic() > until:
                    break
                time.sleep(0.05)
            if not answers(port):
                raise SystemExit(f"{words[0]}: it does not answer; it said:\n{log.read_text()}")
            yield port
        finally:
            child.terminate()
            child.wait(15)


def answers(port: int) -> bool:
    try:
        return ask(port, {})[0] == 200
    except OSError:
        return False


def ask(port: int, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", DOCUMENT, headers=dict(headers))
        response = line.getresponse()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
    finally:
        line.close()


def prepared(port: int, case: Case) -> dict[str, str]:
    """The headers of a case at one server, after a look that they get what the case says."""
    headers = {"Accept-Encoding": case.coding}
    status, found, _ = ask(port, headers)
    if status == 200 and found.get("content-encoding", "identity") != case.coding:
        raise SystemExit(f"port {port}: it sends no {case.coding}; the servers are not comparable")
    if case.status == 304:
        headers["If-None-Match"] = found["etag"]
        status = ask(port, headers)[0]
    if status != case.status:
        raise SystemExit(f"port {port}: {status} instead of {case.status}; the servers are not comparable")
    return headers


def by_wrk(wrk: str) -> Measure:
    def measure(port: int, headers: Mapping[str, str], status: int, seconds: float) -> float:
        words = [wrk, "-t", "1", "-c", str(CONNECTIONS), "-d", f"{max(1, round(seconds))}s"]
        for name, value in headers.items():
            words += ["-H", f"{name}: {value}"]
        done = subprocess.run(
            [*words, f"http://127.0.0.1:{port}{DOCUMENT}"], capture_output=True, text=True, check=True
        )
        rate = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)
        if not rate or re.search(r"Non-2xx|Socket errors", done.stdout):
            raise SystemExit(f"wrk: not all requests went well; it said:\n{done.stdout}")
        return float(rate[1])

    return measure


class Asking(asyncio.Protocol):
    """One connection that asks again as soon as it is answered."""

    def __init__(self, request: bytes, status: bytes, counts: list[int]) -> None:
        self._request, self._status, self._counts = request, status, counts
        self._body, self._head = 0, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if self._body:
            self._body -= len(data)
        else:
            self._head += data
            head, end, rest = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._head = b""
            if not head.startswith(self._status):
                self._counts[1] += 1
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            wanted = int(length[1]) if length and b" 304 " not in self._status else 0
            self._body = wanted - len(rest)
        if self._body == 0:
            self._counts[0] += 1
            self._transport.write(self._request)


def _share(port: int, request: bytes, status: int, seconds: float) -> tuple[int, int]:
    async def run() -> list[int]:
        counts, loop = [0, 0], asyncio.get_running_loop()
        said = f"HTTP/1.1 {status} ".encode()
        lines = [
            await loop.create_connection(lambda: Asking(request, said, counts), "127.0.0.1", port)
            for _ in range(CONNECTIONS // 2)
        ]
        await asyncio.sleep(seconds)
        for transport, _ in lines:
            transport.abort()
        return counts

    answered, wrong = asyncio.run(run())
    return answered, wrong


def by_ourselves(port: int, headers: Mapping[str, str], status: int, seconds: float) -> float:
    """Two processes of Python: slower than nginx, so that ratios come out too kind."""
    said = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {DOCUMENT} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{said}\r\n".encode()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        shares = pool.starmap(_share, [(port, request, status, seconds)] * 2)
    if wrong := sum(each for _, each in shares):
        raise SystemExit(f"port {port}: {wrong} answers were not {status}")
    return sum(answered for answered, _ in shares) / seconds


@contextmanager
def both(folder: Path, nginx: str) -> Iterator[dict[str, int]]:
    """The ports of both servers, over one output."""
    ours, theirs = free_port(), free_port()
    shutil.copytree(REPOSITORY / "posts", folder / "posts")
    (folder / "config.toml").write_text(CONFIG.format(port=ours))
    subprocess.run([sys.executable, "-m", "syndicate", "build", "-q"], cwd=folder, check=True)
    conf = NGINX.format(folder=folder, root=folder / "public", port=theirs, document=DOCUMENT)
    if os.geteuid() == 0:
        conf = "user root;\n" + conf
    (folder / "nginx.conf").write_text(conf)
    with ExitStack() as stack:
        serve = [sys.executable, "-m", "syndicate", "serve"]
        words = [nginx, "-c", str(folder / "nginx.conf"), "-e", "stderr"]
        yield {
            "syndicate": stack.enter_context(running(serve, ours, folder)),
            "nginx": stack.enter_context(running(words, theirs, folder)),
        }


def measured(
    ports: Mapping[str, int], measure: Measure, rounds: int, seconds: float
) -> dict[tuple[str, str], list[float]]:
    """Requests per second by case and server. Servers take turns, and who is first changes from round to round."""
    found: dict[tuple[str, str], list[float]] = {}
    for number in range(rounds):
        for case in CASES:
            for name in sorted(ports, reverse=bool(number % 2)):
                headers = prepared(ports[name], case)
                found.setdefault((case.name, name), []).append(
                    measure(ports[name], headers, case.status, seconds)
                )
    return found


def table(found: Mapping[tuple[str, str], list[float]]) -> Iterator[str]:
    yield f"{'case':<16}{'syndicate/s':>12}{'nginx/s':>12}{'ratio':>8}   ratios of the rounds"
    for case in CASES:
        ours, theirs = (found[case.name, name] for name in ("syndicate", "nginx"))
        ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
        mine, other = statistics.median(ours), statistics.median(theirs)
        spread = " ".join(f"{ratio:.3f}" for ratio in sorted(ratios))
        yield f"{case.name:<16}{mine:>12.0f}{other:>12.0f}{statistics.median(ratios):>8.3f}   {spread}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument(
        "--wrk", default=shutil.which("wrk"), help="the program wrk; without it, a client of Python"
    )
    parser.add_argument("--nginx", default=shutil.which("nginx") or "/usr/sbin/nginx")
    chosen = parser.parse_args()
    if not Path(chosen.nginx).exists():
        raise SystemExit("nginx: it is not installed; install nginx-light, or say where it is with --nginx")
    measure = by_wrk(chosen.wrk) if chosen.wrk else by_ourselves
    with tempfile.TemporaryDirectory() as folder, both(Path(folder), chosen.nginx) as ports:
        size = len(ask(ports["syndicate"], {})[2])
        client = "wrk" if chosen.wrk else "two processes of Python"
        sys.stdout.write(
            f"{DOCUMENT}, {size} bytes; {CONNECTIONS} connections, {os.cpu_count()} cores, client: {client}; "
            f"{chosen.rounds} rounds of {chosen.seconds:g} s, medians\n\n"
        )
        for line in table(measured(ports, measure, chosen.rounds, chosen.seconds)):
            sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
