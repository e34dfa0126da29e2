"""Paths in the settings: folders, the ledger's file, and where documents stand below the output."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from syndicate.config.faults import Wrong

_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*://")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_SQLITE = "sqlite:///"
# A name of 255 bytes is the most that file systems take; a temporary file beside it needs its share.
_LONGEST_NAME = 200


def folder(text: str) -> str:
    """The path of a folder, as written. Raises Wrong."""
    if not text.strip():
        raise Wrong("is empty", "name a folder")
    if _CONTROL.search(text):
        raise Wrong("{shown} holds a line end, a tab or the like", "take it out")
    if text.startswith("s3://"):
        raise Wrong("{shown}: object storage is not built yet in this version", "name a folder")
    if _SCHEME.match(text):
        raise Wrong("{shown} is a URL and no folder", 'write a path like "public"')
    if text.startswith("~"):
        raise Wrong("{shown} starts with ~, which only a shell understands", "write the whole path")
    return text


def sqlite_url(text: str) -> str:
    """The URL of a ledger in SQLite, as written. Raises Wrong."""
    like = f'write it like "{_SQLITE}.syndicate/ledger.db"'
    if text.startswith(("postgresql:", "postgres:", "postgresql+")):
        raise Wrong("a ledger in PostgreSQL is not built yet in this version", like)
    path = text.removeprefix(_SQLITE)
    if path == text:
        raise Wrong("{shown} is no URL of an SQLite file", like)
    if not path or path.endswith("/") or path == ":memory:":
        raise Wrong("{shown} names no file", like)
    if _CONTROL.search(path) or "?" in path or "#" in path:
        raise Wrong("{shown} holds a character that cannot stand there (? # or a control character)", like)
    if path.startswith("~"):
        raise Wrong("{shown} starts with ~, which only a shell understands", "write the whole path")
    return text


def document_path(text: str) -> str:
    """Where a document stands below the output, as written: relative, and it stays below. Raises Wrong."""
    like = 'write it like "atom.xml"'
    if not text:
        raise Wrong("is empty", "name a file, or remove the key to have no such document")
    if text.startswith("/"):
        raise Wrong("{shown} starts at the root of the machine", "write it relative to the output folder")
    if "\\" in text or _CONTROL.search(text):
        raise Wrong("{shown} holds a character that no path may hold", like)
    if "{" in text or "}" in text:
        raise Wrong("{shown} holds a placeholder, and paths know none in this version", like)
    parts = text.split("/")
    if ".." in parts:
        raise Wrong("{shown} leaves the output folder", "write a path that stays below it")
    if "" in parts or "." in parts:
        raise Wrong("{shown} names no file", like)
    if any(len(part.encode()) > _LONGEST_NAME for part in parts):
        raise Wrong("{shown} has a name of more than 200 bytes", "shorten it")
    return text


def absolute(root: Path, text: str) -> Path:
    """`text` seen from `root`. By its letters alone: links on the disk are for those who touch it."""
    path = posixpath.normpath(posixpath.join(str(root), text))
    # POSIX lets // stand for another root; no system that we know has one.
    return Path("/" + path.lstrip("/"))


def sqlite_file(root: Path, url: str) -> Path:
    """The file that an SQLite URL names."""
    return absolute(root, url.removeprefix(_SQLITE))
