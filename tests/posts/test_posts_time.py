"""Time grows with a text, and not with its square: no pattern, and no step, goes over a line again and again."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from post_texts import parsed

from syndicate.errors import PostError

Reader = Callable[[bytes], object]


def read(raw: bytes, name: str = "my-post.md") -> object:
    try:
        return parsed(raw, name)
    except PostError as fault:
        return fault


def read_html(raw: bytes) -> object:
    return read(raw, "my-post.html")


UNITS = (
    *(
        "[",
        "]",
        "(",
        ")",
        "*",
        "-",
        "_",
        " ",
        "\t",
        "a: ",
        "1",
        "`",
        "<",
        "![",
        "[](",
        "[a](",
        "[a]:",
        "**a",
        "__",
    ),
    *(
        "~",
        "#",
        "# ",
        "> ",
        "|",
        "a(",
        "a.",
        "http://",
        "\\",
        '"',
        "'",
        "July 7, ",
        "7 ",
        "2025-01-01 ",
        "\u00a0",
    ),
    *("[^a", ": ", "title: ", "&", "word ", "x = (", " a -", "| a ", "*a ", "e\u0301", "a? B! "),
    *(
        "x\n",
        "- a\n",
        "  - a\n",
        "a:\n",
        "Ab cd:\n\n",
        "A\n\n",
        "a,\n",
        "    a = b\n",
        "$ a\n",
        "1. a:\n\nb\n\n",
    ),
    *("\n", "Ab cd,\nEf gh:\n", "# a\n\n", "```\n", "---\n", "a\n---\n", "+++\n", "...\n", "> a\n\n", "\0\n"),
)
FRAMES = (
    "%s",
    "a%sb",
    "A Title\n\n%sb",
    "# %sb\n\nx",
    "A Title\n\nfoo:\n\n%sb\n\nx",
    "July 7%s2025\n\nx",
    "$ cat %sb.md\n\nx",
    "title: %sb\n\nx",
    "x\n\n%s\n\nend of post",
    "---\n%s\n---\nx",
    "---\ntitle: x\n---\n%s",
    "{%s}\nx",
)
OFTEN = FRAMES[2:5]


def spent(text: str, reader: Reader) -> float:
    """How long reading `text` takes, in seconds of this processor."""
    raw = text.encode()
    begun = time.process_time()
    reader(raw)
    return time.process_time() - begun


def grows_evenly(frame: str, unit: str, size: int, reader: Reader = read) -> bool:
    """Eight times the text: eight times the time, or sixty-four? What takes next to nothing is not compared, and
    one measurement may be disturbed, three are not."""
    short, long = (frame.replace("%s", unit * (length // len(unit))) for length in (size // 8, size))
    for _ in range(3):
        taken = spent(long, reader)
        if taken < 0.25 or taken < 24 * spent(short, reader):
            return True
    return False


@pytest.mark.parametrize("frame", OFTEN)
def test_time_grows_with_the_text_and_not_with_its_square(frame: str) -> None:
    assert [unit for unit in UNITS if not grows_evenly(frame, unit, 20_000)] == []


@pytest.mark.slow
@pytest.mark.parametrize("frame", FRAMES)
def test_time_grows_with_long_texts_too(frame: str) -> None:
    assert [unit for unit in UNITS if not grows_evenly(frame, unit, 120_000)] == []


@pytest.mark.parametrize("frame", ["%s", "<h1>%s</h1>x", "<h1%s>x</h1>", " %s<h1>"])
def test_time_grows_with_html_too(frame: str) -> None:
    units = ("<", "<h1>", "<h1 ", "h1>", " ", "</h1>", "&amp;", "&#")
    assert [unit for unit in units if not grows_evenly(frame, unit, 60_000, read_html)] == []


def test_what_grows_with_the_square_is_seen() -> None:
    bad = re.compile(r"(?:a)*b")
    assert not grows_evenly("%s", "a", 40_000, lambda raw: bad.search(raw.decode()))
