"""Notifiers say a notice in a destination's own words, and read its answer (spec.md, section 7).

Promises of every shape:

- pure: no clock, no die, no network; the same arguments give the same Request and the same Outcome;
- written once: `write` makes the body before the first byte leaves, the ledger stores it, and `say` sends those
  very bytes in each attempt, under the same id (conformance.md, SW4);
- whatever a peer answers, `judge` gives an Outcome and raises nothing;
- no reason holds a webhook's URL, its path, its query, a secret or a signature, even where the answer repeats them.

The kind in the settings is the file's name.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from syndicate.model import Delivery, Destination, Notice, Outcome, Request, Response


class Notifier(Protocol):
    """What each module `websub`, `standard`, `discord`, `slack` and `text` offers."""

    media_type: str

    def write(self, notice: Notice) -> bytes:
        """The body, UTF-8, of `media_type`."""

    def say(self, delivery: Delivery, destination: Destination, at: datetime) -> Request:
        """One attempt of `delivery`, made at the instant `at` (aware)."""

    def judge(self, response: Response, destination: Destination, at: datetime) -> Outcome:
        """How the attempt went that was answered with `response` at the instant `at` (aware)."""
