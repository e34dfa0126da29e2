"""What single values must be. Each rule gives the value back, or raises Wrong."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable
from importlib.util import find_spec

from syndicate.config.faults import Wrong, nearest

PLACEHOLDERS = ("{year}", "{month}", "{day}", "{slug}", "{section}", "{category}")
# coding → the module that the extra `compress` brings
CODINGS = {"gzip": "", "br": "brotli", "zstd": "zstandard"}

# unit → milliseconds
_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(ms|[smhd])")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\"<>\\^`{|}]+")
# RFC 5646, section 2.1: language, script, region, variants, extensions, private use
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"
    r"(?:-[a-z]{4})?"
    r"(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+",
    re.IGNORECASE | re.ASCII,
)
# Files among the zones that mean another thing on each machine, or count leap seconds.
_NO_ZONE = re.compile(r"(?:localtime|posixrules|Factory)$|(?:posix|right)/")


def filled(text: str) -> str:
    if not text.strip():
        raise Wrong("is empty", "write a text")
    return text


def language(text: str) -> str:
    """Well-formed by RFC 5646."""
    if not _LANGUAGE.fullmatch(text):
        raise Wrong("{shown} is no language tag", 'write it like "en" or "de-CH"')
    return text


def timezone(text: str) -> str:
    """The key of a time zone, the same on each machine."""
    if not _NO_ZONE.match(text):
        try:
            zoneinfo.ZoneInfo(text)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            pass
        else:
            return text
    # Places only: the short names are fixed offsets, and rarely what was meant.
    meant = nearest(text, [zone for zone in sorted(zoneinfo.available_timezones()) if "/" in zone])
    raise Wrong(
        "{shown} is no time zone that is known here",
        'write it like "Europe/Berlin"',
        f'did you mean "{meant}"?' if meant else "",
    )


def share(value: object) -> float:
    """A part of a whole."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise Wrong("must be a share from 0 to 1, not {shown}", "write it like 0.2")
    return float(value)


def duration(least: str, most: str, like: str) -> Callable[[object], float]:
    """A rule: a text such as "15s", from `least` to `most`; it gives seconds."""

    def rule(value: object) -> float:
        found = _seconds(value) if isinstance(value, str) else None
        if found is None:
            raise Wrong(
                "must be a number with a unit (ms, s, m, h or d), not {shown}", f'write it like "{like}"'
            )
        if not (_seconds(least) or 0) <= found <= (_seconds(most) or 0):
            raise Wrong(f"must be from {least} to {most}, not {{shown}}", f'write it like "{like}"')
        return found

    return rule


def _seconds(text: str) -> float | None:
    found = _DURATION.fullmatch(text)
    return float(found[1]) * _UNITS[found[2]] / 1000 if found else None


def whole(least: int, most: int) -> Callable[[object], int]:
    """A rule: a whole number from `least` to `most`."""

    def rule(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Wrong(
                f"must be a whole number from {least} to {most}, not {{shown}}", "write it without quotes"
            )
        return value

    return rule


def email(text: str) -> str:
    if text and not _EMAIL.fullmatch(text):
        raise Wrong("{shown} is no e-mail address", 'write it like "name@example.org"')
    return text


def feed_id(text: str) -> str:
    """An absolute IRI (RFC 4287, section 4.2.6), or empty."""
    if text and not _URI.fullmatch(text):
        raise Wrong("{shown} is no absolute URI", 'write it like "tag:example.org,2024:feed"')
    return text


def permalink(text: str) -> str:
    known = " ".join(PLACEHOLDERS)
    if not text.startswith("/"):
        raise Wrong("{shown} does not start with /", 'write it like "/{year}/{month}/{slug}/"')
    if any(found not in PLACEHOLDERS for found in _PLACEHOLDER.findall(text)):
        raise Wrong("{shown} has a placeholder that is not known", f"known are {known}")
    if "{slug}" not in text:
        raise Wrong("{shown} has no {slug}, so posts would share one URL", "add {slug}")
    rest = _PLACEHOLDER.sub("x", text)
    if re.search(r"[{}?#\\\x00-\x20\x7f]", rest):
        raise Wrong("{shown} holds a character that cannot stand there", f"use a path with {known}")
    if "//" in rest or {".", ".."} & set(rest.split("/")):
        raise Wrong("{shown} has an empty part, . or .. in it", 'write it like "/{year}/{month}/{slug}/"')
    return text


def one_of(*allowed: str, unbuilt: tuple[str, ...] = ()) -> Callable[[str], str]:
    """A rule: the text is one of those `allowed`."""
    names = " or ".join(f'"{name}"' for name in allowed)
    fix = "choose one of them" if len(allowed) > 1 else "remove the key"

    def rule(text: str) -> str:
        if text in unbuilt:
            raise Wrong("{shown} is not built yet in this version", f"write {names}")
        if text not in allowed:
            meant = nearest(text, allowed)
            hint = f'did you mean "{meant}"?' if meant and len(allowed) > 1 else ""
            raise Wrong(f"must be {names}, not {{shown}}", fix, hint)
        return text

    return rule


def coding(text: str, importable: Callable[[str], bool]) -> str:
    """A content coding whose library is at hand: there is no silent fallback."""
    if text not in CODINGS:
        raise Wrong(
            '{shown} is no coding that is known; known are "gzip", "br" and "zstd"', "write one of them"
        )
    if CODINGS[text] and not importable(CODINGS[text]):
        raise Wrong(
            '{shown} needs the extra "compress"',
            "run: pip install 'syndicate-feeds[compress]', or take it out",
        )
    return text


def installed(module: str) -> bool:
    """Whether a module can be imported here; it is not."""
    return find_spec(module) is not None
