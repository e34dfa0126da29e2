"""How an answer is read (spec.md, section 7; conformance.md, SW12, SW13; faults.md, F57, F58)."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from syndicate.model import Destination, Outcome, Response, Verdict
from syndicate.notifiers.leaks import fit_to_show
from syndicate.notifiers.wording import one_line, shortened

WORDS_WIDTH = 120
URL_WIDTH = 200
# An answer that is longer is a page, not a word; and none is read that may have been cut within a secret.
WORDS_LARGEST = 4096

AGAIN = frozenset({408, 425, 429})
_SECONDS = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,9})?")
_SPOKEN = ("message", "detail", "title", "reason", "error")


def judged(response: Response, destination: Destination, at: datetime, *, public: bool = False) -> Outcome:
    """What the answer means. `at` (aware) is when it came: a date in Retry-After counts from there, and nothing is
    clamped. With `public` the destination's URL is no credential, and a redirect's target is shown whole."""
    status = response.status
    verdict = _verdict(status)
    if verdict == "delivered":
        return Outcome(verdict, status, _named(status))
    if 300 <= status <= 399:
        reason = f"{_named(status)}: {_redirect(response, destination, public)}"
    elif not 400 <= status <= 599:
        reason = f"{_named(status)}: this is no answer that ends an exchange; see what stands at its URL"
    else:
        reason = ": ".join(filter(None, [_named(status), _words(response, destination)]))
    asked = _retry_after(response.header("retry-after"), at) if verdict == "again" else None
    return Outcome(verdict, status, reason, asked)


def _verdict(status: int) -> Verdict:
    if 200 <= status <= 299:
        return "delivered"
    if status == 410:
        return "gone"
    if 400 <= status <= 499 and status not in AGAIN:
        return "dead"
    return "again"


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _retry_after(value: str, at: datetime) -> float | None:
    """RFC 9110, section 10.2.3: seconds, or a date; None for garbage, and for what is over already."""
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        until = parsedate_to_datetime(value)
        left = ((until if until.tzinfo else until.replace(tzinfo=UTC)) - at).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return left if left >= 0 else None


def _redirect(response: Response, destination: Destination, public: bool) -> str:
    """Where a redirect points. Of a webhook's, only scheme and host: the rest may be a credential too."""
    advice = "redirects are not followed; put the right URL into the settings"
    try:
        target = urlsplit(urljoin(destination.url, _clean(response.header("location"))))
        host, port = target.hostname, target.port
    except ValueError:
        return advice
    if not response.header("location") or target.scheme not in ("http", "https") or not host:
        return advice
    place = f"[{host}]" if ":" in host else host
    shown = f"{target.scheme}://{place}" + (f":{port}" if port is not None else "")
    if public:
        shown = target._replace(netloc=shown.partition("://")[2]).geturl()
    elif host != urlsplit(destination.url).hostname and fit_to_show(host, destination) != host:
        return advice
    return f"it points to {shortened(shown, URL_WIDTH)}, and {advice}"


def _words(response: Response, destination: Destination) -> str:
    """What a peer says of its refusal: the first line of a short text, or of the message in JSON."""
    coding = response.header("content-encoding").strip().lower()
    if not response.body or len(response.body) > WORDS_LARGEST or coding not in ("", "identity"):
        return ""
    media_type = response.header("content-type").partition(";")[0].strip().lower()
    text = response.body.decode("utf-8", "replace")
    if media_type == "application/json" or media_type.endswith("+json"):
        text = _spoken(text)
    elif media_type != "text/plain" and not (media_type == "text/html" and "<" not in text):
        return ""
    lines = (words for line in text.splitlines() if (words := _clean(line)))
    return shortened(fit_to_show(next(lines, ""), destination), WORDS_WIDTH)


def _spoken(text: str) -> str:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    for _ in range(2):
        if isinstance(found, dict):
            found = next((found[name] for name in _SPOKEN if found.get(name)), "")
    return found if isinstance(found, str) else ""


def _clean(text: str) -> str:
    """One line without what steers a terminal, turns the direction of writing, or is not to be seen."""
    seen = "".join(" " if one.isspace() else one for one in text)
    return one_line("".join(one for one in seen if unicodedata.category(one)[0] != "C"))
