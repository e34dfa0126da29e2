"""`respond`: what a reader is answered (spec.md section 8; RFC 9110; RFC 8288)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

from syndicate.server import choosing, conditions
from syndicate.server.asked import Asked, path_of
from syndicate.server.reply import Headers, Reply, always, http_date, plain
from syndicate.server.shelf import Copy, Held, Shelf

ALLOWED = "GET, HEAD, OPTIONS"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_PAGES = ("text/html", "application/xhtml+xml")
_PREFLIGHT = (
    ("Allow", ALLOWED),
    ("Access-Control-Allow-Methods", ALLOWED),
    ("Access-Control-Allow-Headers", "A-IM, If-Modified-Since, If-None-Match, If-Range, Range"),
    ("Access-Control-Max-Age", "86400"),
)


def respond(asked: Asked, shelf: Shelf, now: datetime) -> Reply:
    """The answer to `asked`, given what is on the shelf; `now` is aware.

    A HEAD is answered like a GET, without the body. A query is ignored: it makes no other document.
    """
    now = now.astimezone(UTC).replace(microsecond=0)
    reply = _respond(asked, shelf, now)
    return replace(reply, body=b"") if asked.method == "HEAD" else reply


def _respond(asked: Asked, shelf: Shelf, now: datetime) -> Reply:
    path = path_of(asked.target)
    if path is None or (path == "*" and asked.method != "OPTIONS"):
        return plain(400, now)
    if asked.method == "OPTIONS":
        return Reply(204, (*always(now), *_PREFLIGHT))
    if asked.method not in ("GET", "HEAD"):
        return plain(405, now, ("Allow", ALLOWED))
    found = shelf.find(path)
    if found is None:
        return _elsewhere(path, shelf, now)
    own, held = found
    return replace(_document(asked, held, now), feed=held.feed, path=own)


def _elsewhere(path: str, shelf: Shelf, now: datetime) -> Reply:
    if not path.endswith("/") and shelf.find(path + "/"):
        return plain(301, now, ("Location", quote(path + "/")))
    if path == "/" and shelf.home != "/" and shelf.find(shelf.home):
        return plain(302, now, ("Location", quote(shelf.home)))
    return plain(404, now)


def _document(asked: Asked, held: Held, now: datetime) -> Reply:
    # A clock that was set back must not date a document in the future (RFC 9110, 8.8.2.1).
    modified = min(held.modified, now)
    if conditions.failed(asked, held, modified):
        return plain(412, now)
    copy = choosing.choose(asked.header("accept-encoding"), held.copies)
    theirs = conditions.known(asked, held, modified)
    if theirs is not None:
        # The client keeps what it has under this tag, whatever it would get today.
        return Reply(304, _validators(held, theirs or (copy or held.copies[0]).etag, modified, now))
    if copy is None:
        return plain(406, now, ("Vary", "Accept-Encoding"))
    headers = (*_validators(held, copy.etag, modified, now), *_description(held, copy))
    wanted = asked.header("range")
    if asked.method == "GET" and wanted and conditions.resumes(asked, copy.etag, modified, now):
        return _part(copy, wanted, headers, now)
    return _whole(copy, headers)


def _whole(copy: Copy, headers: Headers) -> Reply:
    return Reply(200, (*headers, ("Content-Length", str(len(copy.body)))), copy.body)


def _part(copy: Copy, wanted: str, headers: Headers, now: datetime) -> Reply:
    length = len(copy.body)
    try:
        bounds = choosing.part(wanted, length)
    except LookupError:
        return plain(416, now, ("Content-Range", f"bytes */{length}"), ("Vary", "Accept-Encoding"))
    if bounds is None:
        return _whole(copy, headers)
    first, end = bounds
    placed = (("Content-Range", f"bytes {first}-{end - 1}/{length}"), ("Content-Length", str(end - first)))
    return Reply(206, (*headers, *placed), copy.body[first:end])


def _validators(held: Held, etag: str, modified: datetime, now: datetime) -> Headers:
    """What a 304 carries as well as a 200 (RFC 9110, 15.4.5)."""
    headers = [
        *always(now),
        ("ETag", etag),
        ("Last-Modified", http_date(modified)),
        ("Cache-Control", f"public, max-age={held.max_age}"),
        ("Vary", "Accept-Encoding"),
        ("Access-Control-Expose-Headers", "ETag, Link"),
    ]
    if held.links:
        headers.append(("Link", ", ".join(f'<{_uri(url)}>; rel="{rel}"' for rel, url in held.links)))
    return tuple(headers)


def _description(held: Held, copy: Copy) -> Headers:
    headers = [("Content-Type", held.media_type), ("Accept-Ranges", "bytes")]
    if copy.coding:
        headers.append(("Content-Encoding", copy.coding))
    if held.media_type.partition(";")[0].strip().lower() in _PAGES:
        headers += [
            ("Content-Security-Policy", held.policy or POLICY),
            ("Referrer-Policy", "strict-origin-when-cross-origin"),
        ]
    return tuple(headers)


def _uri(url: str) -> str:
    """A URL that can stand between angle brackets in a header, whatever its author wrote."""
    return quote(url, safe=":/?#[]@!$&'()*+,;=%~")
