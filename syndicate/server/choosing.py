"""Which coding a client gets (RFC 9110, 12.5.3), and which part of it (section 14)."""

from __future__ import annotations

import re

from syndicate.server.shelf import Copy

_ELEMENT = re.compile(r"\s*([!#$%&'*+.^_`|~0-9a-z-]+)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?\s*")
_ALIASES = {"x-gzip": "gzip"}
# Longer numbers are nobody's: no document has so many bytes.
_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE)


def weights(header: str) -> dict[str, float]:
    """What an Accept-Encoding header says of each coding it names, in lower case; what is malformed in it is as if
    it were not there. Of a coding that is named twice the least counts."""
    found: dict[str, float] = {}
    for element in header.lower().split(","):
        if named := _ELEMENT.fullmatch(element):
            name = _ALIASES.get(named[1], named[1])
            weight = float(named[2] or 1)
            found[name] = min(weight, found.get(name, weight))
    return found


def choose(header: str | None, copies: tuple[Copy, ...]) -> Copy | None:
    """The copy that a client likes best, and of those that it likes alike the smallest; None where it takes none.

    Who names no coding gets none, though RFC 9110 would allow any: simple clients do not decode. No coding at all
    is taken by everybody who does not refuse it, and is the last choice where it is not named.
    """
    said = weights(header or "")

    def weight(copy: Copy) -> float:
        if copy.coding:
            return said.get(copy.coding, said.get("*", 0.0))
        if "identity" in said:
            return said["identity"]
        return 0.0 if said.get("*") == 0 else 0.0001

    best = max(copies, key=lambda copy: (weight(copy), -len(copy.body)))
    return best if weight(best) > 0 else None


def part(header: str, length: int) -> tuple[int, int] | None:
    """The first byte and the one after the last that a Range header asks for, of so many; None where it is to be
    ignored: malformed, of another unit, or of several parts. Raises LookupError where there is no such part."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, end = max(0, length - int(found[2])), length
    else:
        first = int(found[1])
        if found[2] and int(found[2]) < first:
            return None
        end = min(length, int(found[2]) + 1) if found[2] else length
    if first >= end:
        raise LookupError(header)
    return first, end
