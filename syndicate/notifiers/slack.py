"""What Slack's incoming webhooks accept as they are, and Mattermost's and Rocket.Chat's too: `{"text"}`
(conformance.md, RC2, RC3)."""

from __future__ import annotations

import re
from datetime import datetime

from syndicate.model import Delivery, Destination, Notice, Outcome, Request, Response
from syndicate.notifiers import jsonbody
from syndicate.notifiers.answers import judged
from syndicate.notifiers.jsonbody import encoded
from syndicate.notifiers.signing import signed
from syndicate.notifiers.wording import TITLE_WIDTH, heading, line, link, shortened, summary

media_type = jsonbody.media_type

_REFERENCES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_IN_ADDRESS = str.maketrans({"&": "&amp;", "<": "%3C", ">": "%3E", "|": "%7C"})
# Mattermost and Rocket.Chat mention whom a text names, so that `@all` in a title would wake everybody.
_MENTION = re.compile(r"(?<!\w)@(?=\w)")
_BRACKETS = str.maketrans("[]", "()")


def write(notice: Notice) -> bytes:
    """A line with the title as a link, and the summary below it."""
    url, title = link(notice), shortened(heading(notice), TITLE_WIDTH)
    shown = f"<{url.translate(_IN_ADDRESS)}|{_label(title)}>" if url else _inert(title)
    return encoded({"text": "\n".join(filter(None, [f"{line(notice)}: {shown}", _inert(summary(notice))]))})


def _inert(text: str) -> str:
    return _MENTION.sub("@\u200b", text).translate(_REFERENCES)


def _label(title: str) -> str:
    """In a link `|` begins its text, and Mattermost makes `[text](address)` of it, where brackets must pair."""
    depth = 0
    for bracket in re.findall(r"[\[\]]", title):
        depth += 1 if bracket == "[" else -1
        if depth < 0:
            break
    return _inert(title if depth == 0 else title.translate(_BRACKETS)).replace("|", "¦")


def say(delivery: Delivery, destination: Destination, at: datetime) -> Request:
    return signed(delivery, destination, at)


def judge(response: Response, destination: Destination, at: datetime) -> Outcome:
    return judged(response, destination, at)
