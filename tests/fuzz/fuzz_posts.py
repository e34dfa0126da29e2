"""A coverage-guided fuzz run on the readers of posts, and on what renders them. For people; pytest leaves it alone.

    pip install atheris
    PYTHONPATH=. python tests/fuzz/fuzz_posts.py WORK [--parse-only] [-max_total_time=1800 and the like]

WORK is a folder: the corpus grows in it, seeded with the posts of the project, and each finding is kept in
`WORK/findings` as the file that it is of, with what was raised beside it. A finding does not end the run; the
same place is kept once. What begins with one `-` goes to libFuzzer. Two runs may share one WORK.

A finding becomes a case in the tables of tests/posts or tests/compose.
"""

from __future__ import annotations

import hashlib
import importlib
import sys
import traceback
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent
SEEDS = (
    *(PROJECT / "posts").rglob("*.md"),
    *(PROJECT / "tests/posts").rglob("*.md"),
    *(PROJECT / "tests/posts").rglob("*.txt"),
    *(PROJECT / "tests/compose").rglob("*.md"),
)
# What is read or looked at by code that Python cannot see into needs no counters; Markdown only slows it down.
COUNTED = ["syndicate.posts", "syndicate.compose", "tomllib", "frontmatter"]


class Kept:
    """Findings, each place once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, raw: bytes, name: str, fault: BaseException) -> None:
        frames = [
            frame
            for frame in traceback.extract_tb(fault.__traceback__)
            if "site-packages" not in frame.filename
        ]
        last = frames[-1]
        place = f"{type(fault).__name__}-{Path(last.filename).stem}-{last.name}-{last.lineno}"
        if isinstance(fault, AssertionError):
            place += "-" + hashlib.sha256(str(fault).split(":")[0].encode()).hexdigest()[:6]
        said = self.folder / f"{place}.said"
        if said.exists():
            return
        (self.folder / f"{place}.post").write_bytes(raw)
        said.write_text(
            f"{name}\n{''.join(traceback.format_exception(fault))}", "utf-8", errors="backslashreplace"
        )
        sys.stderr.write(f"FINDING {place}\n")


def written_seeds(corpus: Path) -> None:
    from shapes import RAW

    corpus.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(SEEDS):
        raw = path.read_bytes()
        for selector in (RAW, RAW + 0x40):
            (corpus / f"seed-{number}-{selector}").write_bytes(bytes([selector]) + raw)
    for selector in range(128):
        tape = b"".join(hashlib.sha256(bytes([selector, part])).digest() for part in range(3))
        (corpus / f"tape-{selector}").write_bytes(bytes([selector]) + tape)


def written_dictionary(path: Path) -> Path:
    from pieces import WORDS

    words = (word.encode("utf-8", "surrogatepass")[:60] for word in WORDS if word)
    lines = dict.fromkeys('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"' for word in words)
    path.write_text("\n".join(lines) + "\n")
    return path


def main() -> None:
    atheris = importlib.import_module("atheris")
    sys.path.insert(0, str(HERE))
    options = [one for one in sys.argv[1:] if one.startswith("-")]
    folders = [one for one in sys.argv[1:] if not one.startswith("-")]
    if len(folders) != 1:
        raise SystemExit("fuzz_posts.py: it wants one folder to work in; name one")
    work = Path(folders[0])
    parse_only = "--parse-only" in options
    atheris.enabled_hooks.add("str")
    with atheris.instrument_imports(include=COUNTED):
        from promises import composed, parsed
    from shapes import shaped

    written_seeds(work / "corpus")
    kept = Kept(work / "findings")

    def one_input(given: bytes) -> None:
        raw, name, compose = shaped(given)
        try:
            post = parsed(raw, name)
            if post and compose and not parse_only:
                composed(post)
        except BaseException as fault:
            if isinstance(fault, KeyboardInterrupt | SystemExit):
                raise
            kept.keep(raw, name, fault)

    words = written_dictionary(work / "words.dict")
    atheris.Setup(
        [
            sys.argv[0],
            *(one for one in options if not one.startswith("--")),
            f"-dict={words}",
            f"-artifact_prefix={work}/",
            str(work / "corpus"),
        ],
        one_input,
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
