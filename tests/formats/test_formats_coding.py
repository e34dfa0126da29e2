"""Compressed documents: the same bytes again, and nothing of the moment or the machine in them."""

from __future__ import annotations

import gzip
import subprocess
import sys

import brotli
import pytest
import zstandard
from format_samples import FORMATS, RICH, URLS

from syndicate.errors import ConfigError
from syndicate.formats.coding import SUFFIX, compress, require

UNPACK = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda packed: zstandard.ZstdDecompressor().decompress(packed),
}
BODY = FORMATS["atom"].write(RICH, URLS["atom"])


@pytest.mark.parametrize("coding", SUFFIX)
@pytest.mark.parametrize("body", [b"", BODY, BODY * 400], ids=["empty", "usual", "large"])
def test_there_and_back(coding: str, body: bytes) -> None:
    require(coding)
    packed = compress(body, coding)
    assert UNPACK[coding](packed) == body
    assert compress(body, coding) == packed
    assert len(packed) < max(len(body), 40)


def test_gzip_has_no_time_no_name_and_no_machine() -> None:
    assert compress(BODY, "gzip")[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


def test_an_unknown_coding() -> None:
    with pytest.raises(ConfigError, match="'lzma' is not known; use gzip, br or zstd"):
        compress(b"", "lzma")


@pytest.mark.parametrize(("coding", "module"), [("br", "brotli"), ("zstd", "zstandard")])
def test_a_coding_that_is_not_installed_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, coding: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigError, match=r"syndicate-feeds\[compress\]"):
        require(coding)


def test_nothing_heavy_is_imported_with_the_room() -> None:
    heavy = "{'feedgen', 'lxml', 'brotli', 'zstandard'}"
    program = (
        "import sys, syndicate.formats, syndicate.formats.coding, syndicate.formats.documents\n"
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
