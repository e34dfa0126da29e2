"""A request, as it came, and the path that it means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

_ORIGIN = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to us. `target` is the request target as it was sent (RFC 9112, 3.2); names of `headers` are in
    lower case; `address` is the client's, for those who count."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    address: str = ""
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        """The value, that of several lines joined as a list (RFC 9110, 5.3), None where there is none; `name` in
        lower case."""
        found = [value for key, value in self.headers if key == name]
        return ", ".join(found) if found else None


def path_of(target: str) -> str | None:
    """The path that a target means: decoded once, without its query; None where it is malformed.

    `*` stays. An absolute target (RFC 9112, 3.2.2) counts by its path: who asked whom is not asked here. Nothing
    is resolved: `/a/../b` is a name like any other, and no document has it.
    """
    if target == "*":
        return "*"
    if origin := _ORIGIN.match(target):
        target = target[origin.end() :]
        if not target.startswith("/"):
            target = "/" + target
    path = target.partition("?")[0]
    if not path.startswith("/") or "#" in path or _BAD_ESCAPE.search(path):
        return None
    try:
        decoded = unquote_to_bytes(path).decode("utf-8")
    except UnicodeError:
        return None
    return None if _CONTROL.search(decoded) else decoded
