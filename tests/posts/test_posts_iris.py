"""The id and the URL that an author gives: what cannot stand in a feed is refused with a word on how to write it."""

from __future__ import annotations

import pytest
from post_texts import parsed as parse
from post_texts import post, refused

UUID = "4F3C2B1A-0000-4000-8000-0123456789ab"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (UUID, f"urn:uuid:{UUID.lower()}"),
        (f"'{{{UUID}}}'", f"urn:uuid:{UUID.lower()}"),
        (f"urn:uuid:{UUID}", f"urn:uuid:{UUID}"),
        ("tag:example.org,2026:a/b", "tag:example.org,2026:a/b"),
        ("https://example.org/?p=1", "https://example.org/?p=1"),
        ("HTTP://example.org/%C3%A9#x", "HTTP://example.org/%C3%A9#x"),
        ("https://example.org/é/名", "https://example.org/é/名"),
        ("doi:10.1000/182", "doi:10.1000/182"),
    ],
)
def test_an_id_is_an_absolute_iri(written: str, value: str) -> None:
    found = post(f"---\ntitle: x\nguid: {written}\n---\n").id
    assert found
    assert (found.value, found.source) == (value, "front matter, line 3")
    assert found.words == (written.strip("'") if written.strip("'{}") == UUID else "")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("my-post", "is no absolute IRI"),
        ("2024", "is no absolute IRI"),
        ("/a/b", "is no absolute IRI"),
        ("example.org/a", "is no absolute IRI"),
        ("1a:b", "is no absolute IRI"),
        (":a", "is no absolute IRI"),
        ("'tag:'", "is no whole IRI"),
        ("https:/a", "is no whole IRI"),
        ("https:///a", "is no whole IRI"),
        ("https://?a", "is no whole IRI"),
        ("tag:a b", "holds white space"),
        ('"tag:a\\nb"', "holds white space"),
        ("tag:a\u00a0b", "holds white space"),
        ("tag:a\u3000b", "holds white space"),
        ("tag:<b>", "holds '<', which no id can hold"),
        ("'tag:{b}'", "holds '{', which no id can hold"),
        ("'tag:\"b'", "holds '\"', which no id can hold"),
        ("tag:100%", "holds '%', which no id can hold"),
        (f"{UUID}0", "is no absolute IRI"),
    ],
)
def test_what_is_no_iri_is_no_id(written: str, why: str) -> None:
    found = parse(f"---\ntitle: x\ndate: 2026-01-02\nid: {written}\n---\n")
    (problem,) = found.warnings
    assert (problem.code, problem.line) == ("bad-id", 4)
    assert problem.message.endswith(f" {why}, so it does not count; write it like tag:example.org,2026:name")
    assert found.post.id is None


@pytest.mark.parametrize(
    "written",
    [
        "/a/",
        "a/b",
        "https://example.org/a",
        "HTTP://example.org",
        "//example.org/a",
        "/a:b",
        "2024:a",
        "?p=1",
    ],
)
def test_a_url_may_be_relative_or_on_the_web(written: str) -> None:
    for name in ("url", "permalink"):
        found = post(f"---\ntitle: x\n{name}: '{written}'\n---\n").url
        assert found
        assert found.value == written


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("javascript:alert(1)", "is not http or https; write it like /2026/name/"),
        ("JavaScript:alert(1)", "is not http or https; write it like /2026/name/"),
        ("mailto:a@example.org", "is not http or https; write it like /2026/name/"),
        ("ftp://example.org/", "is not http or https; write it like /2026/name/"),
        ("data:text/html,x", "is not http or https; write it like /2026/name/"),
        ("a:b", "is not http or https; write it like /2026/name/"),
        ("https:///a", "names no host; write it like https://example.org/2026/name/"),
        ("https:a", "names no host; write it like https://example.org/2026/name/"),
        ("//", "names no host; write it like https://example.org/2026/name/"),
        ("http://[a", "names no host; write it like https://example.org/2026/name/"),
    ],
)
def test_a_url_of_another_kind_is_refused(written: str, why: str) -> None:
    problem = refused(f"---\ntitle: x\npermalink: '{written}'\n---\n")
    assert (problem.code, problem.line, problem.message) == ("bad-url", 3, f"url: '{written}' {why}")
