"""What a webhook's name and secret must be. Each rule gives the value back, or raises Wrong."""

from __future__ import annotations

import base64
import re

from syndicate.config.faults import Wrong

_PREFIX = "whsec_"
_LONGEST_NAME = 100
# What a credential looks like: names are shown wherever a webhook is spoken of.
_CREDENTIAL = re.compile(f"://|{_PREFIX}", re.IGNORECASE)
# Parts of letters, and of emoji, though they show nothing by themselves.
_JOINERS = "\u200c\u200d"


def presentable(name: str) -> bool:
    """Whether a name may be said at all: it is neither a URL nor a secret that slipped there."""
    return not _CREDENTIAL.search(name)


def name(text: str) -> str:
    """How people know a webhook. A hub is known by its URL, so that the two are never taken for each other."""
    if not text.strip():
        raise Wrong("is empty", 'write a text, such as "site-rebuild"')
    if not presentable(text):
        raise Wrong("is a URL or a secret, and names are shown", 'write a text, such as "site-rebuild"')
    if len(text) > _LONGEST_NAME:
        raise Wrong(f"{{shown}} has more than {_LONGEST_NAME} characters", "shorten it")
    if not all(sign.isprintable() or sign in _JOINERS for sign in text):
        raise Wrong("{shown} holds a character that cannot be shown", "take it out")
    return text


def key(value: object) -> bytes:
    """The key of a secret (Standard Webhooks): the bytes behind `whsec_`, which is base64, else those of the text in
    UTF-8."""
    if not isinstance(value, str):
        raise Wrong("must be a text, not {shown}", "put it in quotes")
    if not value.strip():
        raise Wrong("is empty", "write the secret, or remove the key to sign nothing")
    if not value.startswith(_PREFIX):
        return value.encode()
    try:
        found = base64.b64decode(value.removeprefix(_PREFIX), validate=True)
    except ValueError:
        found = b""
    if not found:
        raise Wrong(f"{{shown}} is no base64 behind {_PREFIX}", "copy the whole of it once more")
    return found
