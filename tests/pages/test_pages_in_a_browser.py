"""Pages in headless Chromium: axe-core finds nothing, nothing scrolls sideways, and their own policy lets them be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from page_samples import CONTENT, FULL, GERMAN, OTHERS, PAGES, RICH, UNTITLED, URL, entry, feed
from programs import program

from syndicate.formats import entrypage, page

# In the usual suite it would cost more than it tells; continuous integration runs it.
pytestmark = pytest.mark.slow
driver = pytest.importorskip("playwright.sync_api", reason="playwright: it is not installed")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# One pixel.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
CELLS = "".join(f"<td>column {number}</td>" for number in range(12))
WIDE = f"<table><thead><tr>{CELLS.replace('td>', 'th>')}</tr></thead><tbody><tr>{CELLS}</tr></tbody></table>"
SHOWN = {
    "feed": PAGES["feed, rich"],
    "empty": PAGES["feed, empty"],
    "right-to-left": PAGES["feed, right-to-left"],
    "entry": PAGES["entry, full"],
    "note": PAGES["entry, untitled"],
}
NARROW = PAGES.keys() - {"feed, many"}
WIDTHS, SCHEMES = (390, 1280), ("light", "dark")
GROUNDS = {"light": "rgb(251, 250, 247)", "dark": "rgb(22, 24, 28)"}
VIOLATIONS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
    one => [one.id, ...one.nodes.map(node => node.html + " " + node.failureSummary)])"""

FOCUSED = """() => {
    const one = document.activeElement;
    const name = one === document.body ? "" : one.textContent.trim() || one.value;
    return [name, one.getBoundingClientRect().left, getComputedStyle(one).outlineStyle];
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = program("chromium")
    with driver.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(FLAGS), chromium_sandbox=False)
        yield started
        started.close()


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    """As a reader has it; requests are answered here."""
    context = browser.new_context()
    yield opened(context)
    context.close()


@pytest.fixture
def lab(browser: Any) -> Iterator[Any]:
    """The same without the pages' policy, so that axe-core can be put in."""
    context = browser.new_context(bypass_csp=True)
    yield opened(context)
    context.close()


def opened(context: Any) -> Any:
    context.route(re.compile("https?:"), lambda route: route.fulfill(body=PICTURE, content_type="image/png"))
    return context.new_page()


def shown(tab: Any, body: bytes, folder: Path) -> Any:
    path = folder / "page.html"
    path.write_bytes(body)
    tab.goto(path.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    return tab


def axe() -> Path:
    found = find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe-core: it is not installed; install axe-playwright-python")
    return Path(found.origin).with_name("axe.min.js")


@pytest.mark.parametrize("name", SHOWN)
def test_axe_finds_nothing(lab: Any, tmp_path: Path, name: str) -> None:
    shown(lab, SHOWN[name], tmp_path)
    lab.add_script_tag(path=axe())
    found = {}
    for width in WIDTHS:
        for scheme in SCHEMES:
            lab.set_viewport_size({"width": width, "height": 844})
            lab.emulate_media(color_scheme=scheme)
            assert lab.evaluate("getComputedStyle(document.body).backgroundColor") == GROUNDS[scheme]
            wrong = lab.evaluate(VIOLATIONS)
            if wrong:
                found[width, scheme] = wrong
    assert not found, found


def test_axe_would_find_something(lab: Any, tmp_path: Path) -> None:
    body = PAGES["feed, minimal"].replace(b"<label", b"<span").replace(b"--soft: #5a6069", b"--soft: #c0c0c0")
    shown(lab, body, tmp_path)
    lab.add_script_tag(path=axe())
    assert {one[0] for one in lab.evaluate(VIOLATIONS)} >= {"label", "color-contrast"}


def overhang(tab: Any, width: int) -> int:
    """By how many pixels the page is wider than the window."""
    tab.set_viewport_size({"width": width, "height": 844})
    wide: int = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    return wide


def test_nothing_scrolls_sideways(tab: Any, tmp_path: Path) -> None:
    bodies = {name: PAGES[name] for name in sorted(NARROW)}
    bodies["entry, wide table"] = entrypage.write(entry(content=WIDE + CONTENT), feed())
    found = {}
    for name, body in bodies.items():
        shown(tab, body, tmp_path)
        found.update({(name, width): overhang(tab, width) for width in (320, *WIDTHS)})
    assert not {place: pixels for place, pixels in found.items() if pixels}


@pytest.mark.parametrize("name", ["feed", "entry"])
def test_its_policy_lets_it_be(tab: Any, tmp_path: Path, name: str) -> None:
    said: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("request", lambda request: asked.append(request.url))
    shown(tab, SHOWN[name], tmp_path)
    assert not said
    assert tab.evaluate("getComputedStyle(document.querySelector('.page')).maxWidth") == "704px"
    assert asked[1:] == ([] if name == "feed" else ["https://example.org/a.png"])


def test_its_policy_lets_nothing_else_be(tab: Any, tmp_path: Path) -> None:
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    bad = b'<style>h1 { color: red }</style><script>document.title = "run"</script><p style="color: red">x</p></main>'
    shown(tab, SHOWN["entry"].replace(b"</main>", bad), tmp_path)
    assert tab.title() != "run"
    assert len(said) == 3
    assert all("Content Security Policy" in one for one in said)


def test_without_a_mouse(tab: Any, tmp_path: Path) -> None:
    tab.set_viewport_size({"width": 390, "height": 844})
    shown(tab, SHOWN["feed"], tmp_path)
    tab.evaluate("document.querySelector('details').open = false")
    order: list[str] = []
    for number in range(60):
        tab.keyboard.press("Tab")
        name, left, outlined = tab.evaluate(FOCUSED)
        if number and name in ("", order[0]):
            break
        assert (left >= 0, outlined) == (True, "solid"), name
        order.append(name)
    assert order[0] == "Skip to the latest entries"
    assert order[1:4] == [RICH.title, "https://example.org/rss.xml", "Open RSS"]
    assert order[-5:] == [FULL.headline, UNTITLED.headline, GERMAN.headline, "Post 2", OTHERS[0].title]
    assert "What is a feed?" in order


def test_the_skip_link_leads_to_the_entries(tab: Any, tmp_path: Path) -> None:
    shown(tab, SHOWN["feed"], tmp_path)
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("location.hash") == "#latest"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == FULL.headline


def test_markup_in_a_title_is_text_there_too(tab: Any, tmp_path: Path) -> None:
    title = "</title><script>document.title = 'run'</script><img src=x onerror=alert(1)>"
    body = page.write(feed(entry(headline=title), title=title), URL)
    shown(tab, body, tmp_path)
    assert json.loads(
        tab.evaluate("JSON.stringify([document.title, document.querySelector('h1').textContent])")
    ) == [
        title,
        title,
    ]
    assert tab.evaluate("document.images.length + document.scripts.length") == 0
