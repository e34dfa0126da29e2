"""Bytes of a file → the text that its author sees in the editor."""

from __future__ import annotations

from syndicate.model import NOT_XML
from syndicate.posts.complaint import Complaints


def decode(raw: bytes, complaints: Complaints) -> str:
    """UTF-8 with or without BOM, any line ending → text with `\\n` alone and only characters that
    XML 1.0 can hold (section 2.2). Others are dropped and warned of with their line.

    Raises PostError where the bytes are not UTF-8.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        raise complaints.error(
            "not-utf8",
            f"text: byte 0x{raw[fault.start]:02x} is not UTF-8; save the file in UTF-8",
            line,
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if NOT_XML.search(text):
        for number, line_text in enumerate(text.split("\n"), 1):
            odd = sorted(set(NOT_XML.findall(line_text)))
            if odd:
                names = ", ".join(f"U+{ord(character):04X}" for character in odd)
                complaints.warn(
                    "not-xml", f"text: {names} cannot stand in a feed and was dropped; delete it", number
                )
        text = NOT_XML.sub("", text)
    return text


def legal(value: str) -> str:
    """`value` without what XML 1.0 cannot hold: escapes in front matter can make such characters
    out of an innocent text."""
    return NOT_XML.sub("", value)
