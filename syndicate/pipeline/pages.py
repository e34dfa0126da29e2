"""Pages for people, from the same values as the feeds: one beside each feed, and, for a folder that has no site, one
for each entry at its own URL."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence, Set
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from syndicate.errors import Problem
from syndicate.model import Document, Entry, Feed, Identified

if TYPE_CHECKING:
    from syndicate.pipeline.publish import Order

PAGE = "page"
INDEX = "index.html"
# A file's name may have 255 bytes, and a coding's ending comes behind it.
LONGEST_NAME = 250
# A path may have 4096 with that of the output before it.
LONGEST_PATH = 2000


def feed_pages(made: Sequence[Feed], base_url: str, taken: Container[str]) -> list[Document]:
    """A page beside each of the feeds that have a document. `taken` are paths of other documents."""
    from syndicate.formats import page

    places = _places([feed for feed in made if feed.addresses], taken)
    neighbours = {feed.name: page.Neighbour(feed.title, _url(base_url, path)) for feed, path in places}
    return [
        Document(
            path,
            _url(base_url, path),
            page.media_type,
            page.write(
                feed, _url(base_url, path), [one for name, one in neighbours.items() if name != feed.name]
            ),
            len(feed.entries),
            feed.name,
            PAGE,
        )
        for feed, path in places
    ]


def _places(made: Sequence[Feed], taken: Container[str]) -> list[tuple[Feed, str]]:
    """Beside the first document of each feed; where two share a folder, the later one is named after its document."""
    places: dict[str, Feed] = {}
    for feed in made:
        document = PurePosixPath(feed.addresses[0].path)
        names = (INDEX, document.stem + ".html", document.name + ".html")
        paths = [str(document.with_name(name)) for name in names]
        free = next((path for path in paths if path not in taken and path not in places), None)
        if free:
            places[free] = feed
    return [(feed, path) for path, feed in places.items()]


def _url(base_url: str, path: str) -> str:
    """Where a page is seen: a folder's own page at the folder."""
    folder = path.removesuffix(INDEX) if path.rpartition("/")[2] == INDEX else path
    return base_url + quote(folder, safe="/:@!$&'()*+,;=~-._")


def entry_pages(
    order: Order,
    made: Sequence[Feed],
    identified: Sequence[Identified],
    entry: Callable[[Identified], Entry | None],
    taken: set[str],
) -> Iterator[Document | Problem]:
    """A page for each entry whose URL lies below the output's; a Problem where there can be none. `taken` are paths
    of other documents."""
    from syndicate.formats import entrypage

    folders = {folder for path in taken for folder in _folders(path)}
    feeds = {each.id: feed for feed in reversed(made) for each in feed.entries}
    for one in identified:
        path = _entry_path(one.url.value, order.base_url)
        if path is None:
            continue
        why = _unfit(path, taken, folders)
        if why:
            yield Problem(one.post.path, 0, "warning", "no-page", f"url: '{one.url.value}' {why}")
            continue
        shown = entry(one)
        if shown:
            taken.add(path)
            folders.update(_folders(path))
            body = entrypage.write(shown, feeds.get(shown.id, made[0]))
            yield Document(path, shown.url, entrypage.media_type, body, 1, "", PAGE)


def _entry_path(url: str, base_url: str) -> str | None:
    """The file at which a web server looks for `url`; None where the entry is not ours to show."""
    if not url.startswith(base_url):
        return None
    # What is before a colon in the rest is no scheme.
    path = unquote(re.split("[?#]", url[len(base_url) :], maxsplit=1)[0])
    if not path or path.endswith("/"):
        return path + INDEX
    return path if path.endswith((".html", ".htm")) else path + ".html"


def _folders(path: str) -> Iterator[str]:
    return (str(folder) for folder in PurePosixPath(path).parents)


def _unfit(path: str, taken: Set[str], folders: Set[str]) -> str:
    """Why there can be no page at `path`; `folders` are those of the `taken` paths."""
    parts = path.split("/")
    if path in taken or path in folders or not taken.isdisjoint(_folders(path)):
        return "is where another document stands; give the post another slug"
    if "\0" in path or any(part in ("", ".", "..") or part.startswith(".") or "\\" in part for part in parts):
        return "has no place for a page; give the post another slug"
    sizes = [len(part.encode("utf-8", "surrogateescape")) for part in parts]
    if max(sizes) > LONGEST_NAME or sum(sizes) + len(sizes) > LONGEST_PATH:
        return "is too long for a file's name; give the post a shorter slug"
    return ""
