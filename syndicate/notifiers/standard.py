"""Standard Webhooks 1.0.0 (conformance.md, 3.1): `{"type", "timestamp", "data"}`.

`data` is the entry as a JSON Feed 1.1 item, with `feeds` (self URLs of the documents that show it) and `revision`.
A receiver may refuse large bodies (SW11), so one that would be over `LARGEST` bytes is made smaller, and `data` then
has `"_truncated": true`: `content_text` with the summary, or the first words, stands in place of `content_html`; and
where even that is too much, of the item only id, URL, title, dates and summary are left, the texts cut to
`CUT_WIDTH`. The whole entry is at its `url` and in each of `feeds`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from syndicate.model import Delivery, Destination, Notice, Outcome, Request, Response
from syndicate.notifiers import jsonbody
from syndicate.notifiers.answers import judged
from syndicate.notifiers.jsonbody import Members, encoded, item
from syndicate.notifiers.signing import signed
from syndicate.notifiers.wording import shortened

media_type = jsonbody.media_type

LARGEST = 64 * 1024
CUT_WIDTH = 1000
ESSENTIAL = ("id", "url", "title", "content_text", "summary", "date_published", "date_modified")
TEXTS = ("title", "content_text", "summary")


def write(notice: Notice) -> bytes:
    """`timestamp` is when it happened, not when it is told: the instant of the pass, in UTC (SW2)."""
    entry = item(notice)
    body = _envelope(notice, entry)
    if len(body) > LARGEST:
        thin = _without_content(entry, notice)
        body = _envelope(notice, thin)
        if len(body) > LARGEST:
            body = _envelope(notice, _essential(thin))
    return body


def _envelope(notice: Notice, entry: Members) -> bytes:
    event = notice.event
    return encoded(
        {
            "type": event.kind,
            "timestamp": event.at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z",
            "data": {**entry, "feeds": list(notice.feeds), "revision": event.revision},
        }
    )


def _without_content(entry: Members, notice: Notice) -> Members:
    words = notice.summary or entry.get("summary") or entry.get("content_text") or notice.event.title
    content = {"content_text": shortened(words, CUT_WIDTH)} if words else {}
    left = {name: value for name, value in entry.items() if name not in ("content_html", "content_text")}
    return {**left, **content, "_truncated": True}


def _essential(entry: Members) -> Members:
    left = {name: entry[name] for name in ESSENTIAL if name in entry}
    cut = {name: shortened(left[name], CUT_WIDTH) for name in TEXTS if name in left}
    return {**left, **cut, "_truncated": True}


def say(delivery: Delivery, destination: Destination, at: datetime) -> Request:
    return signed(delivery, destination, at)


def judge(response: Response, destination: Destination, at: datetime) -> Outcome:
    return judged(response, destination, at)
