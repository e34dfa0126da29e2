"""What a person tells at a glance of a line of plain text: sentence, heading, code, list.

No pattern here takes more than a few steps for each character: lines may be two megabytes long.
"""

from __future__ import annotations

import re

SHORT = 80
CODE_WIDTH = 120

_CLOSERS = "\"'”’»)]*_"
_SMALL_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and as at but by for from if in into is nor of off on or over per so than that the to up v via "
        "vs with yet",
    )
)
_NUMBERED = re.compile(r"(?P<indent>\s*)(?P<number>[0-9]{1,3})[.)]\s+(?P<text>\S.*)\Z")
_BULLET = re.compile(r"(?P<indent>\s*)(?:[-*+•–◦‣])\s+(?P<text>\S.*)\Z")
_RULE = re.compile(r"\s*(?:[-*_=~–—]\s*){3,}")
_ADDRESS = re.compile(r"https?://\S+\Z")
_BREAK_INSIDE = re.compile(r"[^\W\d_]{3}[.!?…]\s+[^\W\d_]")
_BRACKETED = re.compile(r"\[[^\[\]]*\]|\([^()]*\)")
# Signs of code, none of which proves anything. For lines of CODE_WIDTH at most.
_CODE_SIGN = re.compile(
    r"[{}<>|$\\=;\[\]]|\w\(|\)\s*\Z|\A\s*(?:#|//|--\s|@|/)|\s--?[a-zA-Z]|\w[./:_]\w|\A\s{2,}\S|\A\W*\Z"
    r"|\A[A-Z_]{2,}\b|\A\s*(?:- )?[a-z_][\w.-]*:(?:\s|\Z)"
)
_STRONG_CODE = re.compile(
    r"\A\s*(?:[$%]|>>>)\s+\S|[;{}]\s*\Z"
    r"|\A\s*(?:(?:await|return|print|throw|new|yield)\s+)?[\w.]+\([^()]*\)\s*;?\Z"
    r"|\A[a-z][\w.-]*(?:\s+\S+)*\s+--?[a-zA-Z]"
    r"|\A\s*(?:#!|//|import\s+[\w.]+\Z|from\s+[\w.]+\s+import\b)|\A[\w.]+\s*=\s*\S"
)
_COMMENT = ("#", "//", "--", ";")
# `echo "All is well."` ends as a sentence does, inside of a text that begins in the middle.
_ENDS_IN_TEXT = re.compile(r"\s*[a-z_$][^\"']*[\"'].*[\"'][);,]*\s*\Z")
_END_MARK = re.compile(r"[\W_]*(?:the\s+)?end[\s-]+of[\s-]+(?:the\s+|this\s+)?post[\W_]*\Z", re.I)
_BYLINE = re.compile(r"[Bb]y\s+[A-Z][\w.'’-]*(?:\s+(?:[A-Z][\w.'’-]*|and|&))*\Z")


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


def announces(line: str) -> bool:
    """A line of prose that ends in a colon: `Then come these two:`, but no `Known Noises:` and no `for x in y:`."""
    text = line.strip()
    words = re.findall(r"[^\W\d_]{2,}", text)
    if not text.endswith(":") or len(words) < 3 or not text[0].isupper():
        return False
    return not (title_case(text) or list_item(line) or strong_code(line))


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
    if (text[-1] == ":" or _BREAK_INSIDE.search(text)) and not title_case(text):
        return False
    if strong_code(line) or line.startswith("    ") or is_address(text):
        return False
    return not _BRACKETED.fullmatch(text)


def is_byline(line: str) -> bool:
    """`by R. Hale`, right below a title."""
    return len(line) <= SHORT and bool(_BYLINE.match(line.strip()))


def list_item(line: str) -> re.Match[str] | None:
    """A numbered line or a bullet: groups `indent`, `text`, and `number` where it has one."""
    return _NUMBERED.match(line) or _BULLET.match(line)


def is_rule(line: str) -> bool:
    return bool(_RULE.fullmatch(line))


def is_address(line: str) -> bool:
    """A web address and nothing else."""
    return bool(_ADDRESS.match(line.strip()))


def may_be_code(line: str) -> bool:
    """Could this line, after a colon, be code? A sentence is not, a comment that is one may be."""
    text = line.strip()
    if not text or len(line) > CODE_WIDTH:
        return False
    return (
        not is_sentence(text)
        or text.startswith(_COMMENT)
        or strong_code(line)
        or bool(_ENDS_IN_TEXT.match(line))
    )


def code_sign(line: str) -> bool:
    """Is there anything in the line that code has, and prose seldom?"""
    return len(line) <= CODE_WIDTH and bool(_CODE_SIGN.search(line)) and not is_sentence(line)


def strong_code(line: str) -> bool:
    """Is the line code even where nothing announces it?"""
    return len(line) <= CODE_WIDTH and bool(_STRONG_CODE.search(line))


def is_end_mark(line: str) -> bool:
    """`End of Post`, `[End of Post]` and the like, with nothing else on the line."""
    text = line.strip()
    return len(text) <= 40 and bool(_END_MARK.match(text))
