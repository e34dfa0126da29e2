"""The one HTTP door out (spec.md section 7).

`send` says one `Request` and gives the whole of its `Response`, or raises `TransportError`: a few plain words,
without URL, host, path, query or secret. It promises, to each caller in each thread:

- **one deadline** over everything: name, connection, TLS, what is sent, head and body of the answer;
- **whole or not at all**: an answer that is cut before its end is none, whatever its status line said;
- **little**: at most `limit` bytes of body, as they came, undecoded; one that is longer counts, and is cut;
- **once**: no redirect is followed, nothing is tried again, no cookie is kept, no connection lives on;
- **nothing from the environment**: no proxy, no `.netrc`, no roots of trust named in a variable;
- TLS is always verified, and no header can smuggle in another.

A status of 500 is an answer, not a fault: what it means is judged elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from syndicate.errors import TransportError
from syndicate.model import Request, Response

LIMIT = 65536


class Transport(Protocol):
    """How a request is sent, for those who are given a door: `send` with what the operator set filled in."""

    def __call__(self, request: Request, *, timeout: float, limit: int = LIMIT) -> Response:
        """`timeout` in seconds, in all; `limit` in bytes of the body. Raises TransportError."""


def send(
    request: Request,
    *,
    timeout: float,
    limit: int = LIMIT,
    agent: str = "syndicate",
    roots: Path | None = None,
) -> Response:
    """The answer to `request`; `timeout` in seconds, in all, `limit` in bytes of the body.

    `agent` is the User-Agent where `request` names none. `roots` is a PEM file of certificates to trust in
    place of the public ones. Raises TransportError. Spec.md section 7.
    """
    from syndicate.transport import door, faults

    try:
        return door.ask(request, timeout=timeout, limit=limit, agent=agent, roots=roots)
    except Exception as fault:  # noqa: BLE001 — what libraries say may hold the URL, which may be a secret
        reason = faults.reason(fault, timeout)
    # Raised out here, so that the library's exception does not hang on as its context.
    raise TransportError(reason)
