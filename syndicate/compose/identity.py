"""Ids: which entry a post is.

The order is front matter, then memory, then a mint. Memory knows a post by its path and by its body: a rename keeps
the body, an edit keeps the path, and where two files changed places the body tells which is which. An id is minted
once, as a `tag:` URI (RFC 4151) of the site's authority, the date as its author wrote it, and the slug, so
that it comes out the same where the ledger is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from urllib.parse import quote, urlsplit

from syndicate.compose.links import entry_url
from syndicate.errors import Problem
from syndicate.model import Identified, Memory, Post, Remembered, Site, Sourced

# RFC 4151, section 2.1: specific = *( pchar / "/" / "?" )
_SPECIFIC_SAFE = "/?!$&'()*+,;=:@-._~"


def minted(post: Post, site: Site) -> str:
    """The id that a dated post gets without any memory."""
    authority = (urlsplit(site.url).hostname or "localhost").replace(":", "-").strip("[]")
    return f"tag:{authority},{day(post)}:{quote(post.slug.value.strip('/'), safe=_SPECIFIC_SAFE)}"


def day(post: Post) -> str:
    """The date as its author wrote it: no setting of a zone moves it."""
    if post.published is None:
        raise ValueError("an undated post has no day")
    return f"{post.published.value:%Y-%m-%d}".rjust(10, "0")


def identify(
    posts: Sequence[Post], present: Set[str], memory: Memory, site: Site, permalink: str
) -> tuple[tuple[Identified, ...], tuple[Problem, ...]]:
    """Each of `posts` (published ones, dated) with its id and URL, in order of path, and the errors of those
    that would share one with another. `present` are the paths of all files that are there, read or not: an
    id whose file is only broken, or a draft for now, is not free."""
    ordered = sorted(posts, key=lambda post: post.path)
    known = _recalled(ordered, present, memory)
    identified = []
    for post in ordered:
        if post.id:
            entry_id = post.id
        elif post.path in known:
            entry_id = Sourced(known[post.path], "ledger")
        else:
            entry_id = Sourced(minted(post, site), "default")
        identified.append(Identified(post, entry_id, entry_url(post, site, permalink)))
    reserved = {
        row.id: row.path
        for row in memory.entries
        if row.path in present
        and row.path not in {post.path for post in ordered}
        and row.id not in known.values()
    }
    return _without_conflicts(identified, memory, reserved)


def _recalled(posts: Sequence[Post], present: Set[str], memory: Memory) -> dict[str, str]:
    """Path → id of the posts that memory knows. No id is given to two."""
    seeking = {post.path: post for post in posts if not post.id}
    rows = {row.path: row for row in memory.entries}
    found: dict[str, str] = {}

    for path, post in list(seeking.items()):
        row = rows.get(path)
        if row and row.body_fingerprint == post.body_fingerprint:
            found[path] = row.id
            del seeking[path]

    free = _free(memory.entries, found, seeking, present)
    for path, row_id in _by_body(seeking.values(), free):
        found[path] = row_id
        del seeking[path]

    given = set(found.values())
    for path in list(seeking):
        row = rows.get(path)
        if row and row.id not in given:
            found[path] = row.id
            del seeking[path]
    return found


def _free(
    rows: Iterable[Remembered], found: dict[str, str], seeking: dict[str, Post], present: Set[str]
) -> list[Remembered]:
    """Rows that no post holds: their file is gone, or holds another text now."""
    held = set(found.values())
    return [row for row in rows if row.id not in held and (row.path not in present or row.path in seeking)]


def _by_body(posts: Iterable[Post], free: Sequence[Remembered]) -> list[tuple[str, str]]:
    """Renames: the same body under another path. Where several have the same body the slug must tell, and
    where it does not, nothing is guessed."""
    seeking = [post for post in posts if post.body_fingerprint]
    bodies = Counter(post.body_fingerprint for post in seeking)
    matches = []
    for post in seeking:
        rows = [row for row in free if row.body_fingerprint == post.body_fingerprint]
        if len(rows) > 1 or bodies[post.body_fingerprint] > 1:
            rows = [row for row in rows if row.slug == post.slug.value]
        if len(rows) == 1:
            matches.append((post.path, rows[0].id))
    counted = Counter(row_id for _, row_id in matches)
    return [(path, row_id) for path, row_id in matches if counted[row_id] == 1]


def _without_conflicts(
    identified: Sequence[Identified], memory: Memory, reserved: dict[str, str]
) -> tuple[tuple[Identified, ...], tuple[Problem, ...]]:
    """Two posts never share an id or a URL: the one that is published stays; where neither is, the one whose
    path sorts first."""
    public = {row.id: row.path for row in memory.entries if row.state == "published"}

    def standing(one: Identified) -> tuple[bool, bool, str]:
        recalled = one.id.source == "ledger" or public.get(one.id.value) == one.post.path
        return (one.id.value not in public or not recalled, one.id.source == "default", one.post.path)

    kept: list[Identified] = []
    problems = []
    ids = dict(reserved)
    urls: dict[str, str] = {}
    for one in sorted(identified, key=standing):
        path = one.post.path
        if one.id.value in ids:
            problems.append(_conflict(path, "id", one.id.value, ids[one.id.value]))
        elif one.url.value in urls:
            problems.append(_conflict(path, "URL", one.url.value, urls[one.url.value]))
        else:
            ids[one.id.value] = urls[one.url.value] = path
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.post.path)), tuple(
        sorted(problems, key=lambda problem: problem.file)
    )


def _conflict(path: str, what: str, value: str, holder: str) -> Problem:
    remedy = "give this post an 'id' of its own" if what == "id" else "give this post a 'slug' of its own"
    return Problem(
        path, 0, "error", "conflict", f"{what}: {value} is already that of {holder}; {remedy}, or delete one"
    )
