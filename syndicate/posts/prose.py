"""What a person tells at a glance of a line of plain text: sentence, heading, code, list, or Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

SHORT = 80
CODE_WIDTH = 120

_CLOSERS = "\"'”’»)]*_"
_SMALL_WORDS = frozenset(
    re.split(
        " ",
        "a an and as at but by for from if in into is nor of off on or over per so than that the "
        "to up v via vs with yet",
    )
)
_NUMBERED = re.compile(r"(?P<indent>\s*)(?P<number>\d{1,3})[.)]\s+(?P<text>\S.*)\Z")
_BULLET = re.compile(r"(?P<indent>\s*)(?:[-*+•–◦‣])\s+(?P<text>\S.*)\Z")
_CODE_SIGN = re.compile(
    r"[{}<>|$\\=;]|\w\(|\)\s*\Z|\A\s*(?:#|//|--\s|@|/)|\s--?[a-zA-Z][\w-]*|\w+[./:_]\w+|\A\s{2,}\S|\A\W*\Z|\A[A-Z_]{2,}\b"
)
_STRONG_CODE = re.compile(
    r"\A\s*(?:\$|%|>>>)\s+\S|[;{}]\s*\Z|\w\([^)]*\)\s*;?\Z|\A[a-z][\w.-]*(?:\s+\S+)*\s+--?[a-zA-Z][\w-]*"
    r"|\A\s*(?:#!|//|import\s+\w+\Z|from\s+\w+\s+import\b)|\A[\w.]+\s*=\s*\S"
)
_MARKDOWN_BLOCK = re.compile(
    r"\A {0,3}(?:"
    r"\#{1,6}\s+\S"  # heading
    r"|```|~~~"  # fence
    r"|>\s"  # quotation
    r"|\[[^\]]+\]:\s*\S"  # reference
    r"|\|?\s*:?-{3,}:?\s*\|[\s|:-]*\Z"  # table
    r"|</?(?:p|div|table|ul|ol|pre|blockquote|img|figure|details|section|h[1-6]|iframe|video|audio|center|br|hr)\b"
    r")",
    re.I,
)
_MARKDOWN_INLINE = re.compile(
    r"!?\[[^\]\n]+\]\([^)\s]+(?:\s+\"[^\"]*\")?\)"  # link, image
    r"|(?<![\w*])\*\*(?=\S)[^*\n]+(?<=\S)\*\*(?![\w*])"  # strong
    r"|(?<![\w_])__(?=\S)[^_\n]+(?<=\S)__(?![\w_])(?!\()"
    r"|\[\^[\w-]+\]"  # footnote
    r"|\[[^\]\n]+\]\[[^\]\n]*\]"  # reference link
)
_END_MARK = re.compile(r"[\W_]*(?:the\s+)?end\s+of\s+(?:the\s+)?post[\W_]*\Z", re.I)


def ends_sentence(line: str) -> bool:
    """Does the line end as a sentence ends? `What's Next?`, in the capitals of a title, does not."""
    text = line.strip().rstrip(_CLOSERS)
    if not text or text[-1] not in ".!?…。！？":
        return False
    return text[-1] in ".…。" or not title_case(text)


def is_sentence(line: str) -> bool:
    """A line that reads as prose: it ends as a sentence does, and has words enough for one."""
    text = line.strip()
    if not ends_sentence(text):
        return False
    words = re.findall(r"[^\W\d_]{2,}", text)
    return len(words) >= 3 or (bool(words) and text[:1].isupper())


def title_case(text: str) -> bool:
    words = [word for word in re.findall(r"[^\W_][\w'’-]*", text) if not word[0].isdigit()]
    if not words or not words[0][0].isupper():
        return False
    return all(word[0].isupper() or word.lower() in _SMALL_WORDS or not word.isascii() for word in words)


def may_head(line: str) -> bool:
    """Could this line, alone between paragraphs, be a heading?"""
    text = line.strip()
    if not text or len(text) > SHORT or not re.search(r"[^\W\d_]", text):
        return False
    if text[-1] in ",;—–-" or ends_sentence(text) or list_item(line) or is_rule(line):
        return False
    if text[-1] == ":" and not title_case(text):
        return False
    return not (strong_code(line) or line.startswith("    ") or re.match(r"https?://\S+\Z", text))


def list_item(line: str) -> re.Match[str] | None:
    """A numbered line or a bullet: groups `indent`, `text`, and `number` where it has one."""
    return _NUMBERED.match(line) or _BULLET.match(line)


def is_rule(line: str) -> bool:
    return bool(re.fullmatch(r"\s*(?:[-*_=~–—]\s*){3,}", line))


def may_be_code(line: str) -> bool:
    """Could this line, after a colon, be code? A sentence is not, a comment that is one may be."""
    text = line.strip()
    if not text or len(line) > CODE_WIDTH:
        return False
    return not is_sentence(text) or text.startswith(("#", "//", "--", ";")) or bool(strong_code(line))


def code_sign(line: str) -> bool:
    return bool(_CODE_SIGN.search(line)) and not is_sentence(line)


def strong_code(line: str) -> bool:
    return bool(_STRONG_CODE.search(line))


def is_end_mark(line: str) -> bool:
    """`End of Post`, `[End of Post]` and the like, with nothing else on the line."""
    return bool(_END_MARK.match(line.strip())) and len(line.strip()) <= 40


def is_markdown(lines: Sequence[str]) -> bool:
    """Is this really Markdown? One unmistakable construct will do; list items, rules and back-ticks prove
    nothing, people write those in plain text too."""
    for number, line in enumerate(lines):
        if _MARKDOWN_INLINE.search(line):
            return True
        found = _MARKDOWN_BLOCK.match(line)
        if not found:
            continue
        # `# step one` between other lines is a comment in code; a heading stands apart.
        if line.lstrip().startswith("# ") and not _apart(lines, number):
            continue
        return True
    return any(_underlined(lines, number) for number in range(1, len(lines)))


def _apart(lines: Sequence[str], number: int) -> bool:
    before = number == 0 or not lines[number - 1].strip()
    after = number + 1 >= len(lines) or not lines[number + 1].strip()
    return before or after


def _underlined(lines: Sequence[str], number: int) -> bool:
    """A setext heading: a text with a row of `=` or `-` right below it, and nothing else near."""
    if not re.fullmatch(r"={3,}|-{3,}", lines[number].rstrip()):
        return False
    above = lines[number - 1]
    return bool(above.strip()) and len(above.strip()) <= SHORT and not is_rule(above)


def is_wrapped(lines: Sequence[str]) -> bool:
    """Are paragraphs broken into lines of like length? Then a line is no block of its own."""
    pairs = broken = 0
    for above, below in pairwise(lines):
        if not above.strip() or not below.strip() or list_item(above) or list_item(below):
            continue
        pairs += 1
        if 40 <= len(above.rstrip()) <= 100 and not re.search(r"[.!?:…\"”]\Z", above.rstrip()):
            broken += 1
    return broken > 0 and broken * 3 >= pairs and max(map(len, lines), default=0) <= CODE_WIDTH
