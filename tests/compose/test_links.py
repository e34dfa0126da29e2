"""URLs of entries, and of what they point at."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from compose_samples import PERMALINK, SITE, post
from hypothesis import example, given
from hypothesis import strategies as st

from syndicate.compose.links import (
    SCHEMES,
    WEB,
    absolute,
    absolute_srcset,
    candidates,
    entry_url,
    slugified,
)
from syndicate.model import Site

# RFC 3986, appendix A: what a URL is written with.
URL_CHARACTERS = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
EVERY = "/{section}/{category}/{year}-{month}-{day}/{slug}.html"

PERMALINKS: list[tuple[str, dict[str, Any], str]] = [
    (PERMALINK, {}, "2026/01/a/"),
    (EVERY, {"section": "notes", "categories": ("Field Work", "b")}, "notes/field-work/2026-01-05/a.html"),
    (EVERY, {}, "2026-01-05/a.html"),
    ("/{section}/{slug}/", {"section": "Über uns"}, "%C3%9Cber%20uns/a/"),
    ("/{category}/{slug}/", {"categories": (" a/b ",)}, "a-b/a/"),
    ("/{category}/{slug}/", {"categories": ("..",)}, "a/"),
    ("/{slug}/{slug}", {}, "a/a"),
    ("/{slug}", {"slug": "two words"}, "two%20words"),
    ("/{slug}/", {"slug": "/2024/03/it's/"}, "2024/03/it's/"),
    ("/{slug}/", {"slug": "a//b"}, "a/b/"),
    ("/{slug}/", {"slug": "a:b"}, "a:b/"),
    ("/{slug}/", {"slug": 'say "hi"'}, "say%20%22hi%22/"),
    ("/{slug}/", {"slug": "🜚é"}, "%F0%9F%9C%9A%C3%A9/"),
    ("/{slug}/", {"slug": "100%"}, "100%25/"),
    ("/{slug}/", {"slug": "a%20b"}, "a%2520b/"),
    ("/{slug}/", {"slug": "what?#now"}, "what%3F%23now/"),
    ("/{slug}/", {"slug": "x.html"}, "x.html/"),
    ("/{slug}/", {"slug": "é" * 125}, "%C3%A9" * 125 + "/"),
    ("/artículos/a b%20c/{slug}", {}, "art%C3%ADculos/a%20b%20c/a"),
    ("/{year}/{slug}", {"published": datetime(2025, 12, 31, 23, 30, tzinfo=UTC)}, "2025/a"),
    ("/{year}/{slug}", {"published": datetime(9999, 12, 31, 23, 30, tzinfo=UTC)}, "9999/a"),
]


@pytest.mark.parametrize("base", ["https://example.org/", "https://example.org/blog/"])
@pytest.mark.parametrize(("permalink", "changes", "path"), PERMALINKS)
def test_a_permalink_is_filled(permalink: str, changes: dict[str, Any], path: str, base: str) -> None:
    found = entry_url(post(**changes), Site("T", base), permalink)
    assert (found.value, found.source) == (base + path, "permalink")
    assert URL_CHARACTERS.fullmatch(found.value)


MIDNIGHTS = [
    ("UTC", datetime(2026, 2, 28, 23, 30, tzinfo=UTC), "2026/02/28"),
    ("Europe/Berlin", datetime(2026, 2, 28, 23, 30, tzinfo=UTC), "2026/03/01"),
    ("America/New_York", datetime(2026, 1, 1, 4, 59, tzinfo=UTC), "2025/12/31"),
    ("Europe/Berlin", datetime(2026, 6, 30, 21, 59, tzinfo=UTC), "2026/06/30"),
    ("Europe/Berlin", datetime(2026, 6, 30, 22, tzinfo=UTC), "2026/07/01"),
    ("UTC", datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=9))), "2025/12/31"),
    ("Pacific/Kiritimati", datetime(9999, 12, 31, 23, tzinfo=UTC), "9999/12/31"),
]


@pytest.mark.parametrize(("zone", "moment", "path"), MIDNIGHTS)
def test_the_day_is_that_of_the_site(zone: str, moment: datetime, path: str) -> None:
    site = Site("T", "https://example.org/", timezone=zone)
    found = entry_url(post(published=moment), site, "/{year}/{month}/{day}/{slug}")
    assert found.value == f"https://example.org/{path}/a"


GIVEN = [
    ("/about/", "https://example.org/blog/about/"),
    ("about/", "https://example.org/blog/about/"),
    ("/a b/ü", "https://example.org/blog/a%20b/%C3%BC"),
    ("/../x/", "https://example.org/x/"),
    ("https://other.example/x", "https://other.example/x"),
    ("//other.example/x", "https://other.example/x"),
    ("/a:b/", "https://example.org/blog/a:b/"),
]


@pytest.mark.parametrize(("url", "whole"), GIVEN)
def test_a_given_url_starts_at_the_site(url: str, whole: str) -> None:
    found = entry_url(post(url=url), Site("T", "https://example.org/blog/"), PERMALINK)
    assert (found.value, found.source) == (whole, "front matter, line 2")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "mailto:a@b.org", "https://[::1", "http:///x", "tel:1"]
)
def test_what_is_no_web_address_is_no_entrys(url: str) -> None:
    with pytest.raises(ValueError, match="no web address"):
        entry_url(post(url=url), SITE, PERMALINK)


def test_a_slug_of_dots_is_none() -> None:
    assert [slugified(text) for text in ("..", ".", " A  b/c\\d ", "v1.0")] == ["", "", "a-b-c-d", "v1.0"]


BASE = "https://example.org/2026/a/?page=2#top"
HERE = "https://example.org/2026/a/"
ABSOLUTE = [
    ("", HERE + "?page=2"),
    ("b.png", HERE + "b.png"),
    ("./b.png", HERE + "b.png"),
    ("../b.png", "https://example.org/2026/b.png"),
    ("../../../../b.png", "https://example.org/b.png"),
    ("/b.png", "https://example.org/b.png"),
    ("//cdn.example/b.png", "https://cdn.example/b.png"),
    ("?q=1", HERE + "?q=1"),
    ("#part", HERE + "?page=2#part"),
    ("#part two#", HERE + "?page=2#part%20two%23"),
    ("a b.png", HERE + "a%20b.png"),
    ("a%20b.png", HERE + "a%20b.png"),
    ("100%", HERE + "100%25"),
    ("a%zz", HERE + "a%25zz"),
    ("a\"b'c<d>", HERE + "a%22b'c%3Cd%3E"),
    ("naïve/é.png", HERE + "na%C3%AFve/%C3%A9.png"),
    ("x?a[]=1&b={c}|d", HERE + "x?a%5B%5D=1&b=%7Bc%7D%7Cd"),
    ("12:30", HERE + "12:30"),
    ("  \n b.png \t", HERE + "b.png"),
    ("HTTPS://Example.ORG/A", "https://example.org/A"),
    ("https://example.org", "https://example.org"),
    ("https://example.org:8080/x", "https://example.org:8080/x"),
    ("https://example.org:/x", "https://example.org/x"),
    ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
    ("https://b%C3%BCcher.example/", "https://xn--bcher-kva.example/"),
    ("https://straße.example/", "https://xn--strae-oqa.example/"),
    ("https://ｅxample.org/", "https://example.org/"),
    ("http://[::1]:8080/x", "http://[::1]:8080/x"),
    ("http://127.0.0.1/x", "http://127.0.0.1/x"),
    ("https://me:secret@example.org/", "https://me:secret@example.org/"),
    ("ht\ntps://example.org/", "https://example.org/"),
    ("mailto:a@example.org?subject=a b", "mailto:a@example.org?subject=a%20b"),
    ("MailTo:a@example.org", "mailto:a@example.org"),
    ("tel:+49 30 1234", "tel:+49%2030%201234"),
    ("\\\\evil.example\\x", HERE + "%5C%5Cevil.example%5Cx"),
    ("/\\evil.example", "https://example.org/%5Cevil.example"),
    ("https:\\\\evil.example", HERE + "%5C%5Cevil.example"),
    ("javascript:alert(1)", None),
    ("JaVaScRiPt:alert(1)", None),
    ("java\tscript:alert(1)", None),
    ("java\nscript\r:alert(1)", None),
    (" \x01\x0bjavascript:alert(1)", None),
    ("vbscript:x", None),
    ("data:text/html,<script>", None),
    ("data:image/png;base64,AAAA", None),
    ("file:///etc/passwd", None),
    ("blob:https://example.org/x", None),
    ("C:\\x.png", None),
    ("example.org:8080/x", None),
    ("http:///x", None),
    ("https://", None),
    ("https:", None),
    ("//", None),
    ("https://:80/", None),
    ("https://exa mple.org/", None),
    ("https://a..b/", None),
    ("https://-/", None),
    ("https://" + "a" * 64 + ".example/", None),
    ("http://[::1", None),
    ("http://[example]/", None),
    ("https://example.org:99999/", None),
    ("https://example.org:x/", None),
    ("https://a℀b.example/", None),
    ("https://exa%00mple.org/", None),
    ("https://%ff/", None),
    ("mailto:", None),
    ("tel:", None),
    ("mailto://a@example.org/x", None),
    ("\ud800", None),
]


@pytest.mark.parametrize(("target", "whole"), ABSOLUTE)
def test_a_target_is_made_absolute(target: str, whole: str | None) -> None:
    assert absolute(target, BASE) == whole


@pytest.mark.parametrize("target", ["mailto:a@example.org", "tel:1"])
def test_a_picture_is_on_the_web(target: str) -> None:
    assert absolute(target, BASE, WEB) is None
    assert absolute_srcset(f"{target} 2x", BASE) is None


TRICKY = st.text(st.sampled_from("aé:/?#[]@%.\\\t\n \x00&;<>\"'`{}|^~-_1🜚\ud800ß")) | st.tuples(
    st.sampled_from(["http://", "https:", "//", "/", "mailto:", "tel:", "javascript:", "java&#9;script:"]),
    st.text(),
).map("".join)


@given(TRICKY)
@example("https://example.org/%")
@example("https://[v1.a]/")
def test_what_is_absolute_is_a_url(target: str) -> None:
    whole = absolute(target, BASE)
    if whole is None:
        return
    parts = urlsplit(whole)
    assert URL_CHARACTERS.fullmatch(whole)
    assert parts.scheme in SCHEMES
    assert parts.hostname if parts.scheme in WEB else parts.path
    assert absolute(whole, "https://elsewhere.example/") == whole, "it is absolute from anywhere, and settled"


@given(st.text(st.sampled_from("abcé/.-_ ")))
def test_nothing_is_lost_of_an_innocent_path(path: str) -> None:
    whole = absolute("/x" + path, BASE)
    assert whole is not None
    if ".." not in path and "/." not in path:
        assert unquote(urlsplit(whole).path) == ("/x" + path).rstrip()


SRCSETS = [
    ("a.png", HERE + "a.png"),
    ("a.png 1x, b.png 2x", f"{HERE}a.png 1x, {HERE}b.png 2x"),
    ("a.png 1.5x,b.png 2x", f"{HERE}a.png 1.5x, {HERE}b.png 2x"),
    ("a.png, b.png 2x,", f"{HERE}a.png, {HERE}b.png 2x"),
    ("\n  a.png\t 320w ,\n  b.png 640w 2h\n", f"{HERE}a.png 320w, {HERE}b.png 640w 2h"),
    ("/i,w_100,h_2/x.png 100w", "https://example.org/i%2Cw_100%2Ch_2/x.png 100w"),
    ("data:image/png;base64,AA== 1x, b.png 2x", f"{HERE}b.png 2x"),
    ("javascript:alert(1) 1x", None),
    ("a.png (x, y), b.png 2x", f"{HERE}b.png 2x"),
    ("a.png ((((", None),
    ("a.png huge, b.png", f"{HERE}b.png"),
    ("a b.png 1x", None),
    (" , ,, ", None),
    ("", None),
]


@pytest.mark.parametrize(("value", "whole"), SRCSETS)
def test_a_set_of_sources_is_made_absolute(value: str, whole: str | None) -> None:
    assert absolute_srcset(value, HERE) == whole


@given(st.text(st.sampled_from("ab/,(): 12xw\n%\"'é")))
def test_a_set_of_sources_is_settled(value: str) -> None:
    whole = absolute_srcset(value, HERE)
    if whole is not None:
        assert absolute_srcset(whole, "https://elsewhere.example/") == whole
        assert all(URL_CHARACTERS.fullmatch(url) for url, _ in candidates(whole))
