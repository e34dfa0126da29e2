"""Ids: which entry a post is.

The order is front matter, then memory, then a mint. Memory knows a post by its path and by its text: a rename keeps
the text, an edit keeps the path, and where two files changed places the text tells which is which. An id is minted
once, as a `tag:` URI (RFC 4151) of the site's authority, the date as its author wrote it, and the slug, so
that it comes out the same where the ledger is lost.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from urllib.parse import quote, urlsplit

from syndicate.compose.links import ascii_host, entry_url
from syndicate.errors import Problem
from syndicate.model import Identified, Memory, Post, Remembered, Site, Sourced

# RFC 4151, section 2.1: specific = *( pchar / "/" / "?" )
_SPECIFIC_SAFE = "/?!$&'()*+,;=:@-._~"


def minted(post: Post, site: Site) -> str:
    """The id that a dated post gets without any memory."""
    return f"tag:{_authority(site.url)},{day(post)}:{quote(post.slug.value.strip('/'), safe=_SPECIFIC_SAFE)}"


def _authority(url: str) -> str:
    """The host as RFC 4151 can hold it: letters, digits and inner hyphens between dots."""
    try:
        host = ascii_host(urlsplit(url).hostname or "")
    except ValueError:
        host = ""
    labels = (re.sub(r"[^a-z0-9-]+", "-", label).strip("-") for label in host.split("."))
    return ".".join(label for label in labels if label) or "localhost"


def day(post: Post) -> str:
    """The date as its author wrote it: no setting of a zone moves it."""
    if post.published is None:
        raise ValueError("an undated post has no day")
    return f"{post.published.value:%Y-%m-%d}".rjust(10, "0")


def identify(
    posts: Sequence[Post], present: Set[str], memory: Memory, site: Site, permalink: str
) -> tuple[tuple[Identified, ...], tuple[Problem, ...]]:
    """Each of `posts` (published ones, dated, their own ids absolute IRIs) with its id and URL, in order of path;
    and the errors of those that would share one with another (`conflict`), or whose own URL is no web address
    (`bad-url`). `present` are the paths of all files that are there, read or not: an id whose file is only broken,
    or a draft for now, is not free."""
    problems = []
    ordered = sorted(posts, key=lambda post: post.path)
    known = _recalled(ordered, present, memory)
    identified = []
    for post in ordered:
        recalled = Sourced(known[post.path], "ledger") if post.path in known else None
        entry_id = post.id or recalled or Sourced(minted(post, site), "default")
        try:
            identified.append(Identified(post, entry_id, entry_url(post, site, permalink)))
        except ValueError as fault:
            problems.append(_bad_url(post, fault))
    kept, conflicts = _without_conflicts(identified, present, memory)
    return kept, tuple(sorted((*problems, *conflicts), key=lambda problem: problem.file))


def missing(posts: Sequence[Post], present: Set[str], memory: Memory) -> tuple[Remembered, ...]:
    """The published entries whose file is gone, and which none of `posts` (dated ones) goes on, by its own id or by
    its text. `present` is as for `identify`."""
    known = _recalled(sorted(posts, key=lambda post: post.path), present, memory)
    found = {*known.values(), *(post.id.value for post in posts if post.id)}
    return tuple(
        row
        for row in memory.entries
        if row.state == "published" and row.path not in present and row.id not in found
    )


def _recalled(posts: Sequence[Post], present: Set[str], memory: Memory) -> dict[str, str]:
    """Path → id of the posts that memory knows. No id is given to two, and none that another post names as its
    own, but to the post that has it already."""
    seeking = {post.path: post for post in posts if not post.id}
    claimed = {post.id.value for post in posts if post.id}
    rows = defaultdict(list)
    for row in sorted(memory.entries, key=lambda row: (row.state != "published", row.id)):
        rows[row.path].append(row)
    found: dict[str, str] = {}

    def settle(path: str, row_id: str) -> None:
        found[path] = row_id
        del seeking[path]

    for path, post in list(seeking.items()):
        # What was withdrawn from there has to wait: another that stands may have been renamed to its path.
        standing = (row for row in rows[path] if row.state != "withdrawn")
        same = [row for row in standing if row.body_fingerprint == post.body_fingerprint]
        if same:
            settle(path, same[0].id)
    free = _free(memory.entries, {*found.values(), *claimed}, seeking, present)
    for path, row_id in _by_text(seeking.values(), free):
        settle(path, row_id)
    given = {*found.values(), *claimed}
    for path in list(seeking):
        # Another text at the path of one that was withdrawn, with another date, is another post: the id of the
        # dead would hide it from all who read that one.
        left = [
            row
            for row in rows[path]
            if row.id not in given and (row.state != "withdrawn" or row.date == day(seeking[path]))
        ]
        if left:
            settle(path, left[0].id)
    return found


def _free(
    rows: Iterable[Remembered], held: Set[str], seeking: Mapping[str, Post], present: Set[str]
) -> list[Remembered]:
    """Rows that no post holds: their file is gone, or holds another text now."""
    return [row for row in rows if row.id not in held and (row.path not in present or row.path in seeking)]


def _by_text(posts: Iterable[Post], free: Sequence[Remembered]) -> list[tuple[str, str]]:
    """Renames: the same text under another path. Where several have the same text slug and date must tell, and
    where they do not, nothing is guessed."""
    seeking = list(posts)
    many = Counter(map(_text, seeking))
    rows: dict[str, list[Remembered]] = defaultdict(list)
    for row in free:
        rows[_text(row)].append(row)
    matches = []
    for post in seeking:
        only = _only(rows[_text(post)], post, alone=many[_text(post)] == 1)
        if only:
            matches.append((post.path, only.id))
    counted = Counter(row_id for _, row_id in matches)
    return [(path, row_id) for path, row_id in matches if counted[row_id] == 1]


def _text(one: Post | Remembered) -> str:
    """What a text is known by: its body, or all that was written where it has none."""
    return one.body_fingerprint or one.fingerprint


def _only(rows: Sequence[Remembered], post: Post, *, alone: bool) -> Remembered | None:
    """The one of `rows`, all of the same text, that must be meant. A post that is not `alone` with its text must
    have more in common with it: path, slug, or all that was written."""
    narrower: tuple[Callable[[Remembered], bool], ...] = (
        lambda row: row.state == "published",
        lambda row: row.path == post.path,
        lambda row: row.fingerprint == post.fingerprint,
        lambda row: row.slug == post.slug.value,
        lambda row: row.date == day(post),
    )
    left = [row for row in rows if alone or any(narrow(row) for narrow in narrower[1:4])]
    for narrow in narrower:
        left = [row for row in left if narrow(row)] or left
    return left[0] if len(left) == 1 else None


def _without_conflicts(
    identified: Sequence[Identified], present: Set[str], memory: Memory
) -> tuple[tuple[Identified, ...], list[Problem]]:
    """Two posts never share an id or a URL: the one that is published stays; where neither is, the one whose
    path sorts first."""
    read = {one.post.path for one in identified}
    taken = {one.id.value for one in identified if one.id.source == "ledger"}
    broken = [
        row for row in memory.entries if row.path in present and row.path not in read and row.id not in taken
    ]
    ids = {row.id: row.path for row in broken}
    urls = {row.url: row.path for row in broken if row.state == "published"}
    public = {row.id: row for row in memory.entries if row.state == "published"}

    def standing(one: Identified) -> tuple[int, str]:
        row = public.get(one.id.value)
        given = one.id.source != "default"
        in_place = row is not None and row.path == one.post.path
        same_text = row is not None and row.body_fingerprint == one.post.body_fingerprint != ""
        ranks = (
            one.id.source == "ledger" and row is not None,
            in_place and given,
            same_text,
            in_place,
            given,
        )
        return (*ranks, True).index(True), one.post.path

    kept: list[Identified] = []
    problems = []
    for one in sorted(identified, key=standing):
        path = one.post.path
        if one.id.value in ids:
            problems.append(_conflict(path, "id", one.id, ids[one.id.value]))
        elif one.url.value in urls:
            problems.append(_conflict(path, "URL", one.url, urls[one.url.value]))
        else:
            ids[one.id.value] = urls[one.url.value] = path
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.post.path)), problems


def _conflict(path: str, what: str, value: Sourced[str], holder: str) -> Problem:
    line = _line(value)
    # What the author gave is what there is to change; all else is made of the slug.
    key = what.lower() if line else "slug"
    message = f"{what}: {value.value} is already that of {holder}; give this post {_AN[key]} of its own, or delete one"
    return Problem(path, line, "error", "conflict", message)


_AN = {"id": "an 'id'", "url": "a 'url'", "slug": "a 'slug'"}


def _bad_url(post: Post, fault: ValueError) -> Problem:
    line = _line(post.url) if post.url else 0
    return Problem(post.path, line, "error", "bad-url", f"url: {fault}; write it like '/2026/a-post/'")


def _line(value: Sourced[str]) -> int:
    """The line of front matter that a value came from, 0 where it came from elsewhere."""
    found = re.search(r", line (\d+)\Z", value.source)
    return int(found[1]) if found else 0
