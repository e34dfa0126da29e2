"""Attachments: URL, type and length of what a post names."""

from __future__ import annotations

import pytest
from compose_samples import URL

from syndicate.compose.media import TYPES, attachments, media_type
from syndicate.model import Attachment, FileRef, Measured, Site

SITE = Site("T", "https://example.org/blog/")
BESIDE, BELOW = Measured(123, "beside"), Measured(456, "root")
MP3 = "audio/mpeg"

FILES = {
    "beside the post": (FileRef("a.mp3"), BESIDE, Attachment(f"{URL}a.mp3", MP3, 123)),
    "below the root": (
        FileRef("/audio/a.mp3"),
        BELOW,
        Attachment("https://example.org/blog/audio/a.mp3", MP3, 456),
    ),
    "below the root, no slash": (
        FileRef("audio/a.mp3"),
        BELOW,
        Attachment("https://example.org/blog/audio/a.mp3", MP3, 456),
    ),
    "elsewhere": (
        FileRef("https://cdn.example/a.mp3", "A & B", "audio/mp3", 99),
        None,
        Attachment("https://cdn.example/a.mp3", "audio/mp3", 99, "A & B"),
    ),
    "elsewhere, nothing known": (
        FileRef("//cdn.example/a"),
        None,
        Attachment("https://cdn.example/a", "application/octet-stream", 0),
    ),
    "not found": (FileRef("/a.mp3", length=7), None, Attachment("https://example.org/a.mp3", MP3, 7)),
    "a local file is what it measures": (
        FileRef("a.mp3", length=7),
        BESIDE,
        Attachment(f"{URL}a.mp3", MP3, 123),
    ),
    "an empty local file": (
        FileRef("a.mp3", length=7),
        Measured(0, "beside"),
        Attachment(f"{URL}a.mp3", MP3, 0),
    ),
    "a type of the author's": (
        FileRef("a.mp3", type="audio/x-own"),
        BESIDE,
        Attachment(f"{URL}a.mp3", "audio/x-own", 123),
    ),
    "a type with parameters": (
        FileRef("a.ogg", type=' audio/ogg; codecs="opus" '),
        BESIDE,
        Attachment(f"{URL}a.ogg", 'audio/ogg; codecs="opus"', 123),
    ),
    "a type that is none": (FileRef("a.mp3", type="mp3"), BESIDE, Attachment(f"{URL}a.mp3", MP3, 123)),
    "a type with a line break": (
        FileRef("a.mp3", type="a/b;\nc"),
        BESIDE,
        Attachment(f"{URL}a.mp3", MP3, 123),
    ),
    "white space and a percent sign": (
        FileRef("a b%20c.mp3"),
        BESIDE,
        Attachment(f"{URL}a%20b%2520c.mp3", MP3, 123),
    ),
    "a colon": (FileRef("ep:1.mp3"), BESIDE, Attachment(f"{URL}ep:1.mp3", MP3, 123)),
    "quotes and ampersands": (
        FileRef("\"a\"&'b'.mp3"),
        BESIDE,
        Attachment(f"{URL}%22a%22&'b'.mp3", MP3, 123),
    ),
    "a query and a fragment": (
        FileRef("a.mp3?x=1#t=10"),
        BESIDE,
        Attachment(f"{URL}a.mp3?x=1#t=10", MP3, 123),
    ),
    "a question in a fragment": (FileRef("a.mp3#t=1?x"), BESIDE, Attachment(f"{URL}a.mp3#t=1?x", MP3, 123)),
    "a folder up": (FileRef("../a.mp3"), BESIDE, Attachment("https://example.org/2026/01/a.mp3", MP3, 123)),
    "a script": (FileRef("javascript:alert(1)"), None, None),
    "an address": (FileRef("mailto:a@example.org"), None, None),
    "a host that is none": (FileRef("https://[::1"), None, None),
    "nothing": (FileRef(" "), None, None),
    "less than nothing": (
        FileRef("/a.mp3", length=-5),
        None,
        Attachment("https://example.org/a.mp3", MP3, 0),
    ),
}


@pytest.mark.parametrize(("file", "local", "wanted"), FILES.values(), ids=FILES.keys())
def test_an_attachment(file: FileRef, local: Measured | None, wanted: Attachment | None) -> None:
    measured = {file.target: local} if local else {}
    assert attachments((file,), measured, URL, SITE) == ((wanted,) if wanted else ())


def test_a_file_comes_once_as_named_first() -> None:
    files = FileRef("b.mp3"), FileRef("a.mp3", "First"), FileRef("./a.mp3", "Second")
    found = attachments(files, {}, URL, SITE)
    assert [(one.url, one.title) for one in found] == [(f"{URL}b.mp3", ""), (f"{URL}a.mp3", "First")]


def test_types_are_known_whatever_the_case() -> None:
    assert media_type("https://example.org/A.MP3?x=.png#.gif") == MP3
    assert media_type("https://example.org/a%2Epng") == "image/png"
    assert media_type("https://example.org/mp3") == "application/octet-stream"
    assert all(suffix.startswith(".") and kind.count("/") == 1 for suffix, kind in TYPES.items())
