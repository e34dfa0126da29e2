"""How much a stranger may ask of us (conformance.md section 5, HT10, HT11, HT21)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds, sizes in bytes.

    `head` is for the whole head of a request, `request` for all of it with its body, `idle` between two requests;
    a client to which something is being sent takes at least `pace` bytes a second, reckoned over `stall` seconds.
    Of one address there are at most `per_address` connections, in all `connections`; it may ask `rate` times a
    second, and `burst` times at once. `linger` is how long one who was refused may go on talking, so that the
    answer reaches it, `grace` how long answers may take when all is stopped, `looking` how long it may take to
    find out whether all is well.
    """

    head: float = 10
    request: float = 30
    stall: float = 30
    idle: int = 15
    pace: int = 1024
    header_bytes: int = 16384
    header_count: int = 100
    target_bytes: int = 8192
    per_address: int = 64
    connections: int = 1000
    rate: float = 100
    burst: int = 200
    linger: float = 2
    grace: float = 2.5
    looking: float = 5
