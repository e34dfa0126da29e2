"""Rendering is bounded: in processor time, in memory, and in what one text may do to the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from syndicate.errors import RenderError
from syndicate.workshop.rendering import (
    USUAL_LINES,
    USUAL_SIGNS,
    USUAL_SIZE,
    Renderer,
    Text,
    Unrendered,
    strange,
)

URL = "https://example.org/a/"
HOSTILE = "[" * 60_000


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    with Renderer(seconds=0.5) as renderer:
        yield renderer


def children() -> set[str]:
    """Processes that this one started and that are alive."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(status[1]) == os.getpid() and status[0] != "Z":
                found.add(entry.name)
    return found


def test_the_usual_text_starts_no_process(renderer: Renderer) -> None:
    before = children()
    assert renderer.render(Text("Some *text* [here](/x).", "markdown", URL)).content == (
        '<p>Some <em>text</em> <a href="https://example.org/x">here</a>.</p>'
    )
    assert children() == before


@pytest.mark.parametrize(
    ("body", "odd"),
    [
        ("word " * 1000, False),
        ("- item [x](y) `code` **b** _i_ & <b>x</b>\n" * 200, False),
        ("x" * (USUAL_SIZE + 1), True),
        ("\n" * (USUAL_LINES + 1), True),
        *((sign * (most + 1), True) for sign, most in USUAL_SIGNS.items()),
        *((sign * most, False) for sign, most in USUAL_SIGNS.items()),
    ],
)
def test_what_is_strange(body: str, odd: bool) -> None:
    assert strange(body) is odd


def test_a_large_text_comes_out_the_same_as_here(renderer: Renderer) -> None:
    body = "Some *text* with a footnote[^1].\n\n<!--more-->\n\n" + "Line.\n\n" * 800 + "[^1]: Note.\n"
    assert strange(body)
    with Renderer(seconds=20) as patient:
        large = patient.render(Text(body, "markdown", URL))
    small = renderer.render(Text(body.replace("Line.\n\n" * 800, "Line.\n\n" * 5), "markdown", URL))
    assert large.teaser == small.teaser
    assert large.content.count("<p>Line.</p>") == 800
    assert large.content.replace("<p>Line.</p>\n" * 800, "<p>Line.</p>\n" * 5) == small.content


@pytest.mark.parametrize("markup", ["markdown", "html"])
def test_what_takes_for_ever_ends_and_the_next_is_rendered(renderer: Renderer, markup: str) -> None:
    body = HOSTILE if markup == "markdown" else "<div>" * 200_000
    before = children()
    with pytest.raises(Unrendered, match=r"^text: it takes too (?:long|much memory) to be rendered; "):
        renderer.render(Text(body, markup, URL))
    assert children() == before
    next_one = Text("x" * (USUAL_SIZE + 1), "markdown", URL)
    assert renderer.render(next_one).content.startswith("<p>xxx")


def test_memory_is_bounded(capfd: pytest.CaptureFixture[str]) -> None:
    with Renderer(seconds=20, memory=160 << 20) as small, pytest.raises(Unrendered) as caught:
        small.render(Text("<p>word</p>\n" * 4_000_000, "html", URL))
    assert caught.value.code == "too-much-memory"
    assert capfd.readouterr() == ("", "")


def test_nesting_ends_here_and_in_the_child() -> None:
    for body in ("- " * 1500 + "x", "- " * 1500 + "x\n" * USUAL_LINES):
        with Renderer(seconds=60) as patient, pytest.raises(Unrendered) as caught:
            patient.render(Text(body, "markdown", URL))
        assert caught.value.code == "too-deep"


def test_the_child_goes_with_its_renderer() -> None:
    before = children()
    with Renderer() as renderer:
        renderer.render(Text("x" * (USUAL_SIZE + 1), "markdown", URL))
        assert len(children() - before) == 1
    assert children() == before


def test_the_child_ends_when_its_parent_is_killed() -> None:
    program = (
        "import os, signal\n"
        "from syndicate.workshop.rendering import Renderer, Text\n"
        "renderer = Renderer()\n"
        "renderer.render(Text('x' * 70_000, 'markdown', 'https://example.org/'))\n"
        "print(renderer._child.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    # Its end of the pipe closes with the child's own: `run` returned, so nobody holds standard output any more.
    pid = done.stdout.strip()
    status = Path(f"/proc/{pid}/cmdline")
    while status.exists() and b"rendering" in status.read_bytes():
        os.sched_yield()


@pytest.mark.parametrize("sign", sorted(USUAL_SIGNS))
def test_what_is_still_usual_is_rendered_here_well_within_the_bound(sign: str) -> None:
    """Counted in processor time against the same amount of plain text, with a wide margin: no wall clock."""
    import resource

    def cost(body: str) -> float:
        assert not strange(body)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        with Renderer() as renderer:
            renderer.render(Text(body, "markdown", URL))
        return resource.getrusage(resource.RUSAGE_SELF).ru_utime - before

    cost("warm up")
    plain = max(cost("word\n\n" * (USUAL_LINES // 2)), 0.05)
    assert cost(sign * USUAL_SIGNS[sign]) < 10 * plain


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_child_that_is_stopped_from_outside_says_nothing_of_the_text(number: signal.Signals) -> None:
    with Renderer(seconds=20) as renderer:
        before = children()
        faults: list[Exception] = []

        def render() -> None:
            try:
                renderer.render(Text(HOSTILE, "markdown", URL))
            except (RenderError, Unrendered) as fault:
                faults.append(fault)

        thread = Thread(target=render)
        thread.start()
        while not (started := children() - before):
            assert thread.is_alive()
        [child] = started
        os.kill(int(child), number)
        thread.join()
        assert [str(fault) for fault in faults] == [
            "rendering: its process was stopped from outside; run this again"
        ]
