"""Attachments: what a post names becomes a URL with type and length.

The types are a table of our own: the machine's differs from machine to machine, and the bytes must not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from syndicate.compose.links import WEB, absolute, encoded_path
from syndicate.model import Attachment, FileRef, Measured, Site

TYPES = {
    ".aac": "audio/aac",
    ".avif": "image/avif",
    ".epub": "application/epub+zip",
    ".flac": "audio/flac",
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".m4a": "audio/mp4",
    ".m4b": "audio/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".oga": "audio/ogg",
    ".ogg": "audio/ogg",
    ".ogv": "video/ogg",
    ".opus": "audio/ogg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".zip": "application/zip",
}
UNKNOWN = "application/octet-stream"
# RFC 6838, 4.2, with parameters.
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(?:\s*;[^\r\n]*)?", re.ASCII)


def attachments(
    files: tuple[FileRef, ...], measured: Mapping[str, Measured], url: str, site: Site
) -> tuple[Attachment, ...]:
    """The attachments of the entry at `url`. A file beside the post is seen from the entry's URL, as its images
    are, one below the site's root from the site's. What the author wrote of type and length counts for a
    URL elsewhere; a local file is what it measures. Those that are no URL at all are left out."""
    found: dict[str, Attachment] = {}
    for file in files:
        local = measured.get(file.target)
        if local:
            whole = absolute(_local(file.target), site.url if local.found == "root" else url, WEB)
        else:
            whole = absolute(file.target, url, WEB) if file.target.strip() else None
        if whole:
            length = local.length if local else max(file.length or 0, 0)
            kind = file.type.strip() if _MEDIA_TYPE.fullmatch(file.type.strip()) else media_type(whole)
            found.setdefault(whole, Attachment(whole, kind, length, file.title))
    return tuple(found.values())


def _local(target: str) -> str:
    """The name of a local file as a relative URL: a colon in it is no scheme, a percent sign no encoding."""
    path, sign, rest = target, "", ""
    for mark in "?#":
        if mark in path:
            path, sign, rest = path.partition(mark)[0], mark, target[path.index(mark) + 1 :]
    return f"./{encoded_path(path.lstrip('/'))}{sign}{rest}"


def media_type(url: str) -> str:
    return TYPES.get(PurePosixPath(unquote(urlsplit(url).path)).suffix.lower(), UNKNOWN)
