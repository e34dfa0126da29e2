"""Attachments: what a post names becomes a URL with type and length.

The types are a table of our own: the machine's differs from machine to machine, and the bytes must not.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from syndicate.compose.links import absolute
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


def attachments(
    files: tuple[FileRef, ...], measured: Mapping[str, Measured], url: str, site: Site
) -> tuple[Attachment, ...]:
    """The attachments of the entry at `url`. A file beside the post is seen from the entry's URL, as its images
    are, one below the site's root from the site's. What the author wrote of type and length counts for a
    URL elsewhere; a local file is what it measures. Those that are no URL at all are left out."""
    found = []
    for file in files:
        local = measured.get(file.target)
        base = site.url if local and local.found == "root" else url
        target = file.target.lstrip("/") if local and local.found == "root" else file.target
        whole = absolute(target, base)
        if whole:
            length = local.length if local else file.length or 0
            found.append(Attachment(whole, file.type or media_type(whole), length, file.title))
    return tuple({one.url: one for one in found}.values())


def media_type(url: str) -> str:
    return TYPES.get(PurePosixPath(unquote(urlsplit(url).path)).suffix.lower(), UNKNOWN)
