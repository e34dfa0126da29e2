"""Whatever a client says in its headers: what is well-formed is understood, and nothing makes us stumble."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from shelves import NOW, atom, shelf

from syndicate.server.asked import Asked, path_of
from syndicate.server.choosing import choose, part, weights
from syndicate.server.conditions import http_instant, tags_in
from syndicate.server.respond import respond

HELD = atom()
SPACES = st.sampled_from(["", " ", "  ", "\t"])
OPAQUE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='"'), max_size=8)
TAGS = st.builds(lambda weak, opaque: f'{weak}"{opaque}"', st.sampled_from(["", "W/"]), OPAQUE)
NAMES = st.sampled_from(["gzip", "br", "zstd", "identity", "*", "deflate"])
WEIGHTS = st.integers(0, 1000).map(lambda thousandth: thousandth / 1000)
LATIN = st.text(st.characters(max_codepoint=0xFF), max_size=60)


@given(st.lists(st.tuples(TAGS, SPACES, SPACES)))
def test_a_list_of_tags_is_read_as_it_was_written(rows: list[tuple[str, str, str]]) -> None:
    header = ",".join(before + tag + after for tag, before, after in rows)
    assert tags_in(header) == tuple(tag for tag, _, _ in rows)


@given(
    st.lists(TAGS), st.sampled_from([copy.etag for copy in HELD.copies]), st.booleans(), st.integers(0, 99)
)
def test_our_tag_is_found_wherever_it_stands(others: list[str], ours: str, weak: bool, place: int) -> None:
    tags = list(others)
    tags.insert(place % (len(tags) + 1), f"W/{ours}" if weak else ours)
    reply = respond(Asked("GET", "/atom.xml", (("if-none-match", ", ".join(tags)),)), shelf(), NOW)
    assert (reply.status, reply.header("ETag"), reply.body) == (304, ours, b"")


@given(st.lists(TAGS))
def test_no_other_tag_is_ours(tags: list[str]) -> None:
    reply = respond(Asked("GET", "/atom.xml", (("if-none-match", ", ".join(tags)),)), shelf(), NOW)
    assert reply.status == 200


@given(st.dictionaries(NAMES, WEIGHTS), SPACES)
def test_weights_are_read_as_they_were_written(said: dict[str, float], space: str) -> None:
    header = ",".join(f"{space}{name}{space};{space}q={weight:.3f}{space}" for name, weight in said.items())
    assert weights(header) == said


@given(st.dictionaries(NAMES, WEIGHTS))
def test_nobody_gets_what_they_refuse_or_like_less(said: dict[str, float]) -> None:
    chosen = choose(",".join(f"{name};q={weight:.3f}" for name, weight in said.items()), HELD.copies)
    any_other = said.get("*", 0.0)
    liking = {copy.coding: said.get(copy.coding or "identity", any_other) for copy in HELD.copies}
    refused = said.get("identity", said.get("*")) == 0
    if chosen is None:
        assert refused
        assert not any(liking.values())
    elif chosen.coding:
        assert liking[chosen.coding] > 0
        assert liking[chosen.coding] == max(liking[copy.coding] for copy in HELD.copies if copy.coding)
        assert liking[chosen.coding] >= said.get("identity", 0)
    else:
        assert not refused
        assert all(
            said.get("identity", 0) > liking[copy.coding] or not liking[copy.coding]
            for copy in HELD.copies[1:]
        )


@given(st.integers(0, 50), st.integers(0, 60), st.integers(0, 60))
def test_a_part_lies_within(length: int, first: int, last: int) -> None:
    whole = bytes(range(length))
    rows = [(f"bytes={first}-", whole[first:]), (f"bytes=-{last}", whole[max(0, length - last) :])]
    if last < first:
        assert part(f"bytes={first}-{last}", length) is None
    else:
        rows.append((f"bytes={first}-{last}", whole[first : last + 1]))
    for header, expected in rows:
        try:
            bounds = part(header, length)
        except LookupError:
            assert expected == b""
        else:
            assert bounds is not None
            assert whole[bounds[0] : bounds[1]] == expected != b""


@given(LATIN)
def test_a_date_is_one_or_none(text: str) -> None:
    found = http_instant(text)
    assert found is None or found.tzinfo is not None


@given(LATIN)
def test_a_path_holds_nothing_that_could_harm(target: str) -> None:
    path = path_of("/" + target)
    assert path is None or (path.startswith("/") and path.isprintable() | (max(path) >= "\u00a0"))


HEADERS = st.sampled_from(
    [
        "accept-encoding",
        "if-none-match",
        "if-modified-since",
        "if-match",
        "if-unmodified-since",
        "range",
        "if-range",
        "host",
    ]
)
ODD = LATIN | st.sampled_from(
    ["bytes=0-1", "*", "gzip;q=1", HELD.copies[0].etag, "Fri, 02 Jan 2026 03:04:05 GMT"]
)


@given(st.sampled_from(["GET", "HEAD"]), st.lists(st.tuples(HEADERS, ODD), max_size=5))
def test_whatever_is_said_one_whole_answer_comes(method: str, headers: list[tuple[str, str]]) -> None:
    reply = respond(Asked(method, "/atom.xml", tuple(headers)), shelf(), NOW)
    names = [name for name, _ in reply.headers]
    assert len(names) == len(set(names))
    assert reply.status in {200, 206, 304, 406, 412, 416}
    assert all("\n" not in value and "\r" not in value for _, value in reply.headers)
    if reply.status == 200:
        copy = next(copy for copy in HELD.copies if copy.etag == reply.header("ETag"))
        assert reply.header("Content-Length") == str(len(copy.body))
        assert reply.header("Content-Encoding") == (copy.coding or None)
        assert reply.body == (b"" if method == "HEAD" else copy.body)
    elif reply.status == 304:
        assert reply.body == b""
        assert reply.header("ETag") in HELD.tags
    if method == "HEAD":
        alike = respond(Asked("GET", "/atom.xml", tuple(h for h in headers if h[0] != "range")), shelf(), NOW)
        assert (reply.status, reply.headers) == (alike.status, alike.headers)
