"""The id and the URL that an author gives a post. One bad id would make a whole document invalid, so it does
not count (RFC 4287, 4.2.6: an absolute IRI; RFC 3987)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from syndicate.model import Sourced
from syndicate.posts.complaint import Complaints
from syndicate.posts.text import quoted

_UUID = re.compile(r"\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?", re.I)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.I)
# Neither `ucschar` nor `reserved` nor `unreserved` (RFC 3987, 2.2), or a stray percent sign.
_NO_IRI = re.compile(r"""[\x00-\x20\x7f-\xa0<>"{}|\\^`\ufff0-\uffff]|%(?![0-9a-f]{2})|\s""", re.I)


def entry_id(given: Sourced[str] | None, complaints: Complaints) -> Sourced[str] | None:
    """The id as it stands in the feeds: a bare UUID becomes a `urn:uuid:`, all else stays as written.

    What is no absolute IRI does not count, and is warned of: note-taking tools write an `id` of their own
    into every file, and that must not keep a post out.
    """
    if given is None:
        return None
    uuid = _UUID.fullmatch(given.value)
    if uuid:
        return Sourced(f"urn:uuid:{uuid[1].lower()}", given.source, given.value)
    wrong = _wrong(given.value)
    if wrong:
        complaints.warn(
            "bad-id",
            f"id: {quoted(given.value)} {wrong}, so it does not count; write it like tag:example.org,2026:name",
            *complaints.place("id", given),
        )
        return None
    return given


def entry_url(given: Sourced[str] | None, complaints: Complaints) -> Sourced[str] | None:
    """The URL, absolute or relative to the site. Raises PostError for one that is not http(s)."""
    if given is None:
        return None
    scheme = _SCHEME.match(given.value)
    if scheme and scheme[1].lower() not in ("http", "https"):
        raise complaints.error(
            "bad-url",
            f"url: {quoted(given.value)} is not http or https; write it like /2026/name/",
            *complaints.place("url", given),
        )
    if scheme or given.value.startswith("//"):
        try:
            host = urlsplit(given.value).hostname
        except ValueError:
            host = None
        if not host:
            raise complaints.error(
                "bad-url",
                f"url: {quoted(given.value)} names no host; write it like https://example.org/2026/name/",
                *complaints.place("url", given),
            )
    return given


def _wrong(text: str) -> str:
    odd = _NO_IRI.search(text)
    if odd:
        return "holds white space" if odd[0].isspace() else f"holds {quoted(odd[0])}, which no id can hold"
    scheme = _SCHEME.match(text)
    if not scheme:
        return "is no absolute IRI"
    rest = text[scheme.end() :]
    if not rest or (scheme[1].lower() in ("http", "https") and not re.match(r"//[^/?#]", rest)):
        return "is no whole IRI"
    return ""
