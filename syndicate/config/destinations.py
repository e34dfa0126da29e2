"""Who is told: hubs and webhooks as destinations, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from syndicate.config.faults import SHOWN, Fault, Keys
from syndicate.config.schema import Settings
from syndicate.config.sentences import Speaker
from syndicate.errors import Problem
from syndicate.model import Destination, EventKind, Shape

# The least that Standard Webhooks asks of a key, in bytes.
_SHORTEST_KEY = 24


def name_conflicts(settings: Settings, blind: Collection[Keys], speaker: Speaker) -> list[Fault]:
    """Webhooks of one name. Names at `blind` are not known."""
    faults = []
    earlier: dict[str, Keys] = {}
    for index, hook in enumerate(settings.webhook):
        keys: Keys = ("webhook", index, "name")
        if keys in blind or keys[:2] in blind:
            continue
        if other := earlier.get(hook.name):
            what = f"{SHOWN} is also the name of another [[webhook]], on line {speaker.line(other)}"
            faults.append(Fault(keys, what, "give each webhook a name of its own", hook.name))
        earlier.setdefault(hook.name, keys)
    return faults


def destinations(settings: Settings) -> tuple[Destination, ...]:
    """Hubs, then webhooks, in the order of the settings."""
    hubs = [Destination(url, url, "websub", ("feed.updated",)) for url in settings.push.hubs]
    webhooks = [
        Destination(
            hook.name,
            hook.url,
            cast(Shape, hook.format),
            cast(tuple[EventKind, ...], tuple(hook.events)),
            tuple(hook.secret),
        )
        for hook in settings.webhook
    ]
    return (*hubs, *webhooks)


def short_secrets(settings: Settings, name: str, speaker: Speaker) -> tuple[Problem, ...]:
    """A warning for each key that can be guessed; `name` is the settings file's."""
    places: list[Keys] = [
        ("webhook", index, "secret", number)
        for index, hook in enumerate(settings.webhook)
        for number, key in enumerate(hook.secret)
        if len(key) < _SHORTEST_KEY
    ]
    return tuple(
        Problem(
            name,
            speaker.line(keys),
            "warning",
            "short-secret",
            speaker.said(
                keys,
                f"has a key of fewer than {_SHORTEST_KEY} bytes, which can be guessed; make a longer one",
            ),
        )
        for keys in places
    )
