"""Documents compressed once, for servers that hand out what lies beside a file (spec.md, `precompress`)."""

from __future__ import annotations

import gzip
import io

from syndicate.errors import ConfigError

SUFFIX = {"gzip": ".gz", "br": ".br", "zstd": ".zst"}


def require(coding: str) -> None:
    """Raises ConfigError where `coding` is unknown or needs what is not installed: for the start of a run."""
    compress(b"", coding)


def compress(body: bytes, coding: str) -> bytes:
    """`body` in the content coding `gzip`, `br` or `zstd`, with no time and no name in it, so that it changes
    only when the body does. Raises ConfigError as `require`."""
    if coding == "gzip":
        packed = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as file:
            file.write(body)
        return packed.getvalue()
    try:
        if coding == "br":
            import brotli

            return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=_quality(body)))
        if coding == "zstd":
            import zstandard

            return zstandard.ZstdCompressor(level=19, threads=0).compress(body)
    except ImportError as error:
        raise ConfigError(
            f"precompress: {coding!r} needs an extra that is not installed; "
            "install `syndicate-feeds[compress]`, or leave it out"
        ) from error
    raise ConfigError(f"precompress: {coding!r} is not known; use gzip, br or zstd")


def _quality(body: bytes) -> int:
    """The best for a feed as most are; for a large one nearly as good, in a tenth of the time."""
    return 11 if len(body) <= 1_000_000 else 9
