"""What a file's name says: date, slug, a readable title; and what its first line says of its name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from syndicate.model import NOT_XML
from syndicate.posts import dates
from syndicate.posts.complaint import Complaints

ENDINGS = (".md", ".markdown", ".mkd", ".mkdn", ".mdown", ".mdx", ".html")

# `$ cat x`, `me@host:~/blog$ cat x`, `[me@host blog]# cat x`: what may stand before the sign is two words.
_PROMPT = re.compile(
    r"(?:[\w.@~:/\\\[\]()-]+\s+){0,2}[\w.@~:/\\\[\]()-]*\s?[$%#❯➜>]\s*"
    r"(?:cat|bat|less|more|view|head|tail)\s+(?P<path>\S.*)\Z"
)
PROMPT_WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Named:
    """What the name of a file gives. `slug` is the base name in lower case, white space as `-`, without
    the date; `title` is None where the name has no words."""

    date: date | None
    slug: str
    title: str | None


def named(name: str, complaints: Complaints) -> Named:
    """What `name` (relative to the posts folder) says. `index.md` goes by the name of its folder.

    Raises PostError for a date that no calendar has, and for a name that cannot be shown.
    """
    if NOT_XML.search(name):
        raise complaints.error(
            "bad-name", "file name: it holds characters that cannot be shown; rename the file"
        )
    # One machine writes é as one character, another as two: the slug must not depend on it.
    path = PurePosixPath(unicodedata.normalize("NFC", name))
    stem = path.stem
    if stem.lower() == "index" and len(path.parts) > 1:
        stem = path.parts[-2]
    try:
        dated = dates.in_name(stem)
    except dates.NoDate as fault:
        raise complaints.error("bad-date", f"file name: {fault}; rename the file") from None
    rest = stem
    if dated and dated[1]:
        rest = dated[1]
    slug = re.sub(r"\s+", "-", rest.strip()).lower()
    return Named(dated[0] if dated else None, slug, readable(rest) if not dated or dated[1] else None)


def readable(stem: str) -> str | None:
    """`my-first_post` → `My first post`; None where there are no words, as in `20250707`."""
    if not re.search(r"[^\W\d_]{2,}", stem):
        return None
    words = re.sub(r"[-_\s]+", " ", stem).strip()
    first = words[0].upper()
    return (first if len(first) == 1 else words[0]) + words[1:]


def section(name: str) -> str:
    """The first folder below the posts folder, empty for a post that lies in it."""
    parts = PurePosixPath(unicodedata.normalize("NFC", name)).parts
    return parts[0] if len(parts) > 1 else ""


def prompted(line: str) -> str | None:
    """The slug that a shell prompt names: of `$ cat post/some/name.md` what follows the first folder, without
    the ending, slashes kept. None where the line is no prompt that shows a post."""
    line = line.strip()
    found = _PROMPT.match(line) if len(line) <= PROMPT_WIDTH else None
    if not found:
        return None
    path = _unquoted(found["path"])
    path = re.sub(r"\A(?:\./|~/|/)+", "", path)
    ending = next((end for end in (*ENDINGS, ".txt") if path.lower().endswith(end)), None)
    if not ending:
        return None
    path = path[: -len(ending)]
    _, slash, rest = path.partition("/")
    return (rest if slash else path).strip("/ ") or None


def _unquoted(path: str) -> str:
    """A path as a shell reads it: in quotation marks, or with backslashes before what is not a letter."""
    if len(path) > 1 and path[0] == path[-1] and path[0] in "'\"":
        return path[1:-1]
    return re.sub(r"\\(\W)", r"\1", path)
