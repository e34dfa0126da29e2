"""Bytes of a file → the text that its author sees in the editor."""

from __future__ import annotations

import re

from syndicate.model import NOT_XML
from syndicate.posts.complaint import Complaints

# So many lines are named one by one; a file full of such characters is no text.
NAMED_LINES = 10


def decode(raw: bytes, complaints: Complaints) -> str:
    """UTF-8 with or without BOM, any line ending → text with `\\n` alone and only characters that
    XML 1.0 can hold (section 2.2). Others are dropped and warned of with their line.

    Raises PostError where the bytes are not UTF-8.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        # The codec counts from behind a BOM, in the bytes that it shows.
        lines = re.split(rb"\r\n|\r|\n", fault.object[: fault.start])
        raise complaints.error(
            "not-utf8",
            f"text: byte 0x{fault.object[fault.start]:02x} is not UTF-8; save the file in UTF-8",
            len(lines),
            len(lines[-1].decode()) + 1,
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _without_odd(text, complaints) if NOT_XML.search(text) else text


def _without_odd(text: str, complaints: Complaints) -> str:
    named = 0
    for number, line in enumerate(text.split("\n"), 1):
        odd = NOT_XML.search(line)
        if odd:
            named += 1
            if named > NAMED_LINES:
                complaints.warn(
                    "not-xml", "text: more such characters follow and were dropped; delete them", number
                )
                break
            complaints.warn(
                "not-xml",
                f"text: U+{ord(odd[0]):04X} cannot stand in a feed and was dropped; delete it",
                number,
            )
    return NOT_XML.sub("", text)


def quoted(text: str, width: int = 60) -> str:
    """`'text'` for a message: short, on one line, and without what a terminal would obey."""
    line = " ".join(text[: width + 1].split())
    if len(text) > width:
        line = line[: width - 1] + "…"
    return "'" + "".join(one if one.isprintable() else "\ufffd" for one in line) + "'"
