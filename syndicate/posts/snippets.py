"""Code that has no fence: short lines after a line that ends in a colon, which are no sentences and no list.

What speaks against: a heading may stand there, a verse, a row of catchwords, or hard-wrapped prose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from syndicate.posts import marked, prose

# So many lines are looked at to tell what a piece is; the rest of it goes on in the same way.
WINDOW = 60
GLANCE = 12

# A line that announces code, rather than a list of chapters.
_CUE = re.compile(
    r"\b(?:code|commands?|r[ua]n|typed?|output|print(?:s|ed)?|logs?|errors?|config\w*|snippet|script|sa(?:ys|id)|"
    r"shows?|showed|look(?:s|ed)?|return(?:s|ed)?|got|query|file|lines?|following|follows|like this|whole thing)\b",
    re.I,
)
_SESSION = re.compile(r"\s*(?:[$%#]|>>>|\.\.\.|PS [^>]*>|[\w.~/-]*[@~][\w.@~:/-]*[$#])\s+\S")
_KEYWORD = re.compile(
    r"(?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|GRANT|GET|POST|PUT|HEAD|FROM|RUN|COPY)\s"
)
_KEY = re.compile(r"\s*(?:- )?[\w.\"'-]+:(?:\s|\Z)")
_DEEP = re.compile(r"(?: {4}|\t)\s*\S")
_COMMENT = re.compile(r"\s*(?:#|//|--\s|;)")
_TRACE = re.compile(r"\w*(?:Error|Exception|Warning)\b")
_ODD_IN_HEADING = re.compile(r"[^\w\s:,'’&/?!().-]")


def end(lines: Sequence[str], at: int, lead: str, *, wrapped: bool) -> int:
    """Where the code ends that begins at line `at`, after the line `lead` that ends in a colon; `at` itself
    where there is none. `wrapped` says whether the text is hard-wrapped."""
    chunk = _chunk(lines, at)
    if not chunk or not _may_begin(lines, at, chunk, lead) or _reads_as_prose(chunk, wrapped):
        return at
    stop = at + len(chunk)
    dense = stop < len(lines) and bool(lines[stop].strip())
    if len(chunk) == WINDOW:
        while stop < len(lines) and _goes_in(lines[stop]):
            stop += 1
        return stop
    size = _size(chunk, dense)
    if size < len(chunk) or dense:
        return at + size
    return _over_blanks(lines, stop)


def indented(lines: Sequence[str], at: int) -> int:
    """Where the code ends that begins at line `at` and is told by its indent and its signs; `at` itself where
    there is none."""
    stop = at
    while stop < len(lines) and _DEEP.match(lines[stop]) and len(lines[stop]) <= prose.CODE_WIDTH:
        stop += 1
    texts = [line.strip() for line in lines[at : min(stop, at + GLANCE)]]
    if not texts or prose.is_sentence(" ".join(texts)) or prose.list_item(texts[0]):
        return at
    return stop if any(map(_is_sign, texts)) else at


def _chunk(lines: Sequence[str], at: int) -> Sequence[str]:
    stop = at
    while (
        stop < min(len(lines), at + WINDOW) and lines[stop].strip() and len(lines[stop]) <= prose.CODE_WIDTH
    ):
        stop += 1
    return lines[at:stop]


def _may_begin(lines: Sequence[str], at: int, chunk: Sequence[str], lead: str) -> bool:
    first = chunk[0]
    if prose.is_address(first) or (prose.is_rule(first) and len(chunk) == 1) or marked.is_marked(chunk):
        return False
    if prose.list_item(first):
        return _is_yaml(chunk)
    if not prose.may_be_code(first):
        return False
    cued = bool(_CUE.search(lead))
    return cued or not (_reads_as_heading(lines, at) or _is_catchword(lines, at))


def _is_yaml(chunk: Sequence[str]) -> bool:
    """`- name: x` with `  image: y` below it: a list item alone would not go on in keys."""
    keys = sum(bool(_KEY.match(line)) for line in chunk)
    inner = any(_KEY.match(line) and line[0].isspace() and not prose.list_item(line) for line in chunk)
    return inner and keys * 3 >= len(chunk) * 2


def _reads_as_heading(lines: Sequence[str], at: int) -> bool:
    """One line that is itself the next heading, with prose after it."""
    text = lines[at].strip().lstrip("#").strip()
    if at + 1 >= len(lines) or not (not lines[at + 1].strip() or len(lines[at + 1]) > prose.SHORT):
        return False
    if not text or not prose.may_head(lines[at]) or _ODD_IN_HEADING.search(text) or _KEYWORD.match(text):
        return False
    follows = next((line for line in lines[at + 1 : at + 1 + WINDOW] if line.strip()), "")
    if not (len(follows) > prose.SHORT or prose.is_sentence(follows)):
        return False
    if prose.title_case(text):
        return True
    return text[0].isupper() and not prose.code_sign(text) and len(text.split()) >= 3


def _is_catchword(lines: Sequence[str], at: int) -> bool:
    """One of several words or phrases that stand apart: a list whose marks are missing."""
    if not _is_phrase(lines[at]) or at + 1 >= len(lines) or lines[at + 1].strip():
        return False
    ahead = next(
        (number for number in range(at + 1, min(len(lines), at + WINDOW)) if lines[number].strip()), None
    )
    if ahead is None or not _is_phrase(lines[ahead]):
        return False
    return ahead + 1 >= len(lines) or not lines[ahead + 1].strip()


def _is_phrase(line: str) -> bool:
    return line.strip()[:1].isupper() and prose.may_head(line) and not prose.code_sign(line)


def _reads_as_prose(chunk: Sequence[str], wrapped: bool) -> bool:
    """A hard-wrapped paragraph, or a verse: it is a sentence in all, or its lines end in commas."""
    if len(chunk) < 2:
        return False
    chunk = chunk[:GLANCE]
    texts = [line.strip() for line in chunk]
    signs = sum(prose.code_sign(text) or prose.strong_code(text) for text in texts)
    joined = " ".join(texts)
    if wrapped and prose.is_sentence(joined):
        return signs * 2 <= len(chunk)
    commas = sum(text[-1] in ",;—" for text in texts)
    capitals = all(text[0].isupper() or not text[0].isalpha() for text in texts)
    return signs == 0 and (commas * 2 >= len(texts) or (capitals and prose.is_sentence(joined)))


def _goes_in(line: str) -> bool:
    """Can this line stand in code, below its first line?"""
    indented = line[:1] == "\t" or line.startswith("  ")
    return prose.may_be_code(line) or (indented and bool(line.strip()) and len(line) <= prose.CODE_WIDTH)


def _is_sign(line: str) -> bool:
    return prose.code_sign(line) or prose.strong_code(line)


def _continues(chunk: Sequence[str]) -> bool:
    """Does a piece behind a blank line have the signs of code, most of it, or begin with a comment?"""
    if not all(map(_goes_in, chunk)) or prose.list_item(chunk[0]) or marked.is_marked(chunk):
        return False
    if len(chunk) > 1 and _COMMENT.match(chunk[0]):
        return True
    signs = sum(_is_sign(line) or line[:1] == "\t" or line.startswith("  ") for line in chunk)
    return signs * 2 > len(chunk)


def _size(chunk: Sequence[str], dense: bool) -> int:
    """How many lines of `chunk` are code. `dense` is whether a paragraph follows with no blank line between:
    then the first sentence ends the code, and the line above the paragraph may be its heading."""
    if any(_SESSION.match(line) for line in chunk) and not dense:
        return len(chunk)
    fits = [_goes_in(line) or bool(_TRACE.match(line)) for line in chunk]
    size = fits.index(False) if False in fits else len(chunk)
    if dense:
        if size == len(chunk) > 1 and prose.title_case(chunk[-1]) and not _is_sign(chunk[-1]):
            size -= 1
        return size
    if any(_is_sign(line) for line in chunk[size:]):
        size = len(chunk)
        while not fits[size - 1]:
            size -= 1
    return size


def _over_blanks(lines: Sequence[str], stop: int) -> int:
    """Code goes on after a blank line where what follows has the signs of code, most of it."""
    while True:
        after = stop
        while after < len(lines) and not lines[after].strip():
            after += 1
        chunk = _chunk(lines, after)
        more = after + len(chunk)
        if not chunk or not _continues(chunk) or _reads_as_heading(lines, after):
            return stop
        if more < len(lines) and lines[more].strip():
            return stop
        stop = more
