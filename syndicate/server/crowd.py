"""Who may come in, and who has to make room; and who asks too often.

A place that is full must not become a wall: whoever keeps a connection without using it gives it up to a newcomer,
the one that has kept it longest first. So those who hold connections open harm themselves alone. Clocks are
arguments.
"""

from __future__ import annotations

from typing import Protocol

# Households of which it is remembered how much they asked lately.
_REMEMBERED = 20_000


class Guest(Protocol):
    """A connection. `household` is whom it counts for, empty for one that speaks for many; `since` the instant
    from which it has kept us waiting, None while we are at work for it."""

    household: str
    since: float | None

    def make_room(self) -> None:
        """Give the connection up, at once."""


class Crowd:
    def __init__(self, per_household: int, in_all: int) -> None:
        self._per_household, self._in_all = per_household, in_all
        self._present: dict[str, dict[Guest, None]] = {}
        self.count = 0

    def enter(self, guest: Guest) -> bool:
        """Whether there is a place for `guest`; another may have had to go for it."""
        own = self._present.get(guest.household, {})
        if guest.household and len(own) >= self._per_household and not self._send_away([own]):
            return False
        if self.count >= self._in_all:
            largest_first = sorted(self._present.values(), key=len, reverse=True)
            if not self._send_away(largest_first):
                return False
        self._present.setdefault(guest.household, {})[guest] = None
        self.count += 1
        return True

    def leave(self, guest: Guest) -> None:
        """To leave twice is fine."""
        own = self._present.get(guest.household, {})
        if guest in own:
            del own[guest]
            self.count -= 1
            if not own:
                del self._present[guest.household]

    def _send_away(self, groups: list[dict[Guest, None]]) -> bool:
        for group in groups:
            waiting = [
                (guest.since, order, guest) for order, guest in enumerate(group) if guest.since is not None
            ]
            if waiting:
                guest = min(waiting)[2]
                self.leave(guest)
                guest.make_room()
                return True
        return False


class Rates:
    """How often each household asks: a bucket of `burst` requests, filled at `rate` a second."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate, self._burst = rate, burst
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, household: str, at: float) -> float:
        """Seconds until this household may ask again, 0 where it may now; `at` is of a clock that nobody sets."""
        left, before = self._buckets.pop(household, (float(self._burst), at))
        left = min(float(self._burst), left + (at - before) * self._rate)
        granted = left >= 1
        self._buckets[household] = (left - 1 if granted else left, at)
        if len(self._buckets) > _REMEMBERED:
            # Who asked least lately stands first.
            del self._buckets[next(iter(self._buckets))]
        return 0.0 if granted else (1 - left) / self._rate
