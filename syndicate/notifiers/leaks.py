"""Does a peer's answer repeat what nobody may see? A webhook's URL may be a credential, and its secrets are.

A false alarm costs a few words of a reason, so all doubts are for silence.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from syndicate.model import Destination

# Shorter parts of an address are words such as `v1` and `api`; longer texts are known by a part of this length.
SHORTEST_PART = 4
TELLING_LENGTH = 8

_TOKEN = re.compile(r"[A-Za-z0-9+/_=-]{16,}")


def leaks(words: str, destination: Destination) -> bool:
    """Whether `words` hold the address of `destination`, a part of its path or query, or a secret in any spelling:
    as it is, percent-encoded, in base64 or hexadecimal, in other case, with other marks between."""
    heard = _heard(words)
    folded = [text.casefold() for text in heard]
    squeezed = [_squeezed(text) for text in heard]
    for private in (*_keys(destination), *_address(destination.url)):
        if any(private.casefold() in text for text in folded):
            return True
        core = _squeezed(private)
        if len(core) >= SHORTEST_PART and any(part in text for part in _telling(core) for text in squeezed):
            return True
    return False


def fit_to_show(words: str, destination: Destination) -> str:
    """`words` with an ellipsis for whatever looks like a signature or a token, which nobody reads; nothing where they
    leak, or where such a thing shows only once they are decoded."""
    if leaks(words, destination) or any(_without_tokens(text) != text for text in _heard(words) - {words}):
        return ""
    return _without_tokens(words)


def _heard(words: str) -> set[str]:
    """Words as they may be meant."""
    return {words, unquote(words), html.unescape(words), words.replace("\\", "")}


def _without_tokens(words: str) -> str:
    return _TOKEN.sub(lambda run: "…" if _looks_drawn(run[0]) else run[0], words)


def _looks_drawn(run: str) -> bool:
    mixed = run != run.lower() and run != run.upper()
    return bool(re.search(r"[0-9+/=]", run)) or (mixed and len(run) >= 32)


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _telling(core: str) -> Iterator[str]:
    """All parts of a text by which it is known."""
    for start in range(max(len(core) - TELLING_LENGTH, 0) + 1):
        yield core[start : start + TELLING_LENGTH]


def _keys(destination: Destination) -> Iterator[str]:
    for key in filter(None, destination.secrets):
        yield key.decode("utf-8", "replace")
        yield key.decode("latin-1")
        yield base64.b64encode(key).decode()
        yield base64.urlsafe_b64encode(key).decode()
        yield key.hex()


def _address(url: str) -> Iterator[str]:
    """What is private of an address: all but its scheme and host."""
    try:
        split = urlsplit(url)
    except ValueError:
        yield url
        return
    userinfo, _, _ = split.netloc.rpartition("@")
    parts = [
        split.path.rstrip("/"),
        split.query,
        split.fragment,
        *split.path.split("/"),
        *re.split("[&=]", split.query),
        *(value for _, value in parse_qsl(split.query)),
        *userinfo.split(":"),
    ]
    for part in parts:
        for spelling in {part, unquote(part)}:
            if len(spelling) >= SHORTEST_PART or (spelling and spelling in (split.path, split.query)):
                yield spelling
