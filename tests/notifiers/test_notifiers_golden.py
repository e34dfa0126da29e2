"""Each sample in each shape, byte by byte.

`SYNDICATE_REWRITE_GOLDEN=1 pytest tests/notifiers/test_notifiers_golden.py` writes the files anew; look at what
changed before you commit it, since receivers will see it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from notifier_samples import NOTIFIERS, SAMPLES

from syndicate.model import Shape

GOLDEN = Path(__file__).parent / "golden"
ENDINGS: dict[Shape, str] = {
    "websub": "form",
    "standard": "json",
    "discord": "json",
    "slack": "json",
    "text": "txt",
}


# A hub is told of documents only.
SAID = [(sample, shape) for sample in SAMPLES for shape in NOTIFIERS if shape != "websub" or sample == "feed"]


@pytest.mark.parametrize(("sample", "shape"), SAID)
def test_body(sample: str, shape: Shape) -> None:
    path = GOLDEN / f"{sample}.{shape}.{ENDINGS[shape]}"
    body = NOTIFIERS[shape].write(SAMPLES[sample])
    if os.environ.get("SYNDICATE_REWRITE_GOLDEN"):
        path.write_bytes(body)
    assert body == path.read_bytes()


def test_no_body_is_forgotten() -> None:
    named = {f"{sample}.{shape}.{ENDINGS[shape]}" for sample, shape in SAID}
    assert {path.name for path in GOLDEN.iterdir()} == named
