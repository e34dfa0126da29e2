"""Lines of plain text that open with a mark: numbers over paragraphs, letters, speakers, diffs. What each is,
and what only looks like it."""

from __future__ import annotations

import pytest
from post_texts import post
from test_posts_time import grows_evenly

LONG = "This paragraph is long enough that nobody could take it for a heading, and it ends as all of them do."
BROKEN = (
    "This is a paragraph that has been broken by the hand of\n"
    "somebody who likes their lines to be of the same length\n"
    "and who has never had a window that was any wider than\n"
    "the paper in the drawer.\n"
)


def read(text: str, around: str = LONG) -> tuple[list[str], list[str]]:
    """What was seen in `text`, its first line as line 1, and the HTML of it without the paragraphs round it."""
    around = around.strip()
    found = post(f"A Walk\n\n{around}\n\n{text}\n\n{around}\n")
    assert found.markup == "html"
    above = 4 + around.count("\n")
    paragraph = f"<p>{around}</p>"
    assert found.body.startswith(paragraph)
    assert found.body.endswith(paragraph)
    seen = [f"{one.line - above} {one.what}: {one.text}" for one in found.seen]
    return seen, found.body[len(paragraph) : -len(paragraph)].strip().split("\n")


@pytest.mark.parametrize(
    ("follows", "is_heading"),
    [
        ("You need these two things:\n\n- a\n- b", True),
        ("Then open config.toml and type:\n\nx = f(1)", True),
        ("It was set up.", True),
        (LONG, True),
        ("Known Noises:\n\n- a\n- b", False),
        ("because of these two things:\n\n- a", False),
        ("Two things:\n\n- a", False),
        ("for x in range(3):\n\n- a", False),
        ("- a", False),
        ("x = f(1)", False),
        ("2. The Walk", False),
    ],
)
def test_a_number_is_a_heading_above_a_paragraph_and_a_line_that_announces_is_one(
    follows: str, is_heading: bool
) -> None:
    seen, _ = read(f"1. The Setup\n\n{follows}")
    assert (seen[0] == "1 heading: 1. The Setup") is is_heading
    assert seen[0].startswith("1 heading" if is_heading else "1 list")


DIFFS = {
    "header": "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-x = 1\n+x = 2",
    "git": "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n- some words\n+ other words",
    "hunk": "@@ -1 +1 @@ def f():\n- It was one.\n+ It is another.",
    "sentences": "--- a/x.txt\n+++ b/x.txt\n@@ -1,2 +1,2 @@\n It stays.\n-It was one.\n+It is another.",
    "empty line": "@@ -1,4 +1,3 @@\n a\n\n-b\n\n@@ -9 +8 @@\n-c\n+d",
    "empty line at its end": "@@ -1,2 +1,3 @@\n-b\n+c\n+d\n\n",
    "two hunks": "@@ -1 +1 @@\n-a\n+b\n\n@@ -7 +7 @@\n-c\n+d",
    "two files": "--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n\n\n--- c\n+++ d\n@@ -1 +1 @@\n-a\n+b",
    "no hunk": "--- a\n+++ b\n-a\n+b",
    "wrong count": "@@ -1,9 +1,9 @@\n-a\n+b",
    "no line at end of file": "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b",
    "list and mark-up": "@@ -1,2 +1,2 @@\n-- [a](b.html)\n+- **c**\n # d",
}


@pytest.mark.parametrize("lead", ["", "This is what I changed:\n\n"])
@pytest.mark.parametrize("around", [LONG, BROKEN])
@pytest.mark.parametrize("diff", DIFFS.values(), ids=DIFFS)
def test_a_diff_is_one_piece_of_code(diff: str, around: str, lead: str) -> None:
    seen, html = read(lead + diff, around)
    assert [one.split(":")[0] for one in seen] == [f"{3 if lead else 1} code"]
    assert "\n".join(html[1:] if lead else html) == f"<pre><code>{diff.rstrip()}\n</code></pre>"


@pytest.mark.parametrize("after", ["- one\n- two", "  - one\n  - two"])
def test_a_list_after_a_diff_is_a_list(after: str) -> None:
    seen, _ = read(f"@@ -1 +1 @@\n-a\n+b\n\n{after}")
    assert [one.split(":")[0] for one in seen] == ["1 code", "5 list"]
    seen, _ = read("@@ -1,5 +1,5 @@\n-a\n+b\n\nIt was cut here.\n\n- one")
    assert [one.split(":")[0] for one in seen] == ["1 code", "7 list"]


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ("- x = 1\n+ x = 2", "code"),
        ('- print("It was.")\n+ print("It is.")', "code"),
        ("- f(x)\n  return\n+ g(x)", "code"),
        ("-x = 1\n+x = 2", "code"),
        ("+ it is cheap\n- it is slow (very)", "list"),
        ("+ price: low\n- speed: low", "list"),
        ("- x = 1\n- x = 2", "list"),
        ("- x = 1\n+ and then some words", "list"),
        ("- one\n+ two", "list"),
    ],
)
def test_lines_taken_out_and_put_in_are_code_after_a_colon_where_each_is_code(lines: str, what: str) -> None:
    seen, _ = read(f"This is what came of it:\n\n{lines}")
    assert [one.split(":")[0] for one in seen] == [f"3 {what}"]


@pytest.mark.parametrize("lead", ["", "There are three ways:\n\n"])
@pytest.mark.parametrize(
    ("one", "other"),
    [("a) walk", "b) ride"), ("(c) walk", "(d) ride"), ("a. walk", "b. ride"), ("A) Walk", "B) Ride")],
)
def test_letters_that_follow_one_another_are_a_list_that_stays_as_written(
    one: str, other: str, lead: str
) -> None:
    seen, html = read(f"{lead}{one}\n{other}")
    assert (seen, html[-2:]) == ([], [f"<p>{one}<br>", f"{other}</p>"])
    seen, html = read(f"{lead}{one}\n\n{other}")
    assert (seen, html[-2:]) == ([], [f"<p>{one}</p>", f"<p>{other}</p>"])
    seen, html = read(f"{lead}{one}\n{other}", BROKEN)
    assert (seen, html[-2:]) == ([], [f"<p>{one}<br>", f"{other}</p>"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"a) the setup\n\n{LONG}\n\nb) the walk", ["1 heading: a) the setup", "5 heading: b) the walk"]),
        ("It is this:\n\na) walk\nc) ride", ["3 code: a) walk c) ride"]),
        ("It is this:\n\na) walk\n(b) ride", ["3 code: a) walk (b) ride"]),
        ("It is this:\n\na) walk ;;\nb) ride ;;", ["3 code: a) walk ;; b) ride ;;"]),
        ("It is this:\n\ncase $1 in\na) walk\nb) ride", ["3 code: case $1 in a) walk b) ride"]),
        ("1. one\n   a) walk\n   b) ride\n2. two", ["1 list: 1. one a) walk b) ride 2. two"]),
    ],
)
def test_other_lines_that_open_with_a_letter(text: str, expected: list[str]) -> None:
    assert read(text)[0] == expected


@pytest.mark.parametrize("lead", ["", "It went like this:\n\n", "It went like this.\n\n"])
@pytest.mark.parametrize("joint", ["\n", "\n\n"])
@pytest.mark.parametrize(
    "lines",
    [
        ["Me: And on?", "Bot: And on"],
        ["Me: And on", "Bot: Yes, and on.", "Me: Oh"],
        ["The Bot: Where To Now", "You: Home"],
        ["Anna: Where To Now?", "Ben: Home Then", "Anna: Fine"],
        ["Élise: Where To Now?", "Старик: Home Then", "Élise: Fine"],
        ["Anna: Now", "Ben: Now?", "Cora: Never", "Anna: Fine"],
    ],
)
def test_what_people_say_in_turn_is_no_heading_and_no_code(lines: list[str], joint: str, lead: str) -> None:
    seen, html = read(lead + joint.join(lines))
    assert seen == []
    joined = "<br>\n" if joint == "\n" else "</p>\n<p>"
    assert "\n".join(html).endswith(f"<p>{joined.join(lines)}</p>")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Me: A History", ["1 heading: Me: A History"]),
        (
            "Q: Why Not?\n\nA: No.\n\nQ: And Now?\n\nA: No.",
            ["1 heading: Q: Why Not?", "5 heading: Q: And Now?"],
        ),
        (
            "The Fix: A Story\n\nPart One: The Rain",
            ["1 heading: The Fix: A Story", "3 heading: Part One: The Rain"],
        ),
        (
            f"Part: One?\n\nNote: {LONG}\n\n{LONG}\n\nPart: Two?",
            ["1 heading: Part: One?", "7 heading: Part: Two?"],
        ),
        ("It said:\n\nUser: root\nGroup: root", ["3 code: User: root Group: root"]),
        (
            "It said:\n\nPackage: a\nVersion: 1\n\nPackage: b\nVersion: 2",
            ["3 code: Package: a Version: 1"],
        ),
        ("It said:\n\nme: 1\nyou: 2", ["3 code: me: 1 you: 2"]),
        ("It said:\n\nHost: x\nHost: Why?\nPort: y", ["3 code: Host: x Host: Why? Port: y"]),
    ],
)
def test_what_looks_like_talk_and_is_none(text: str, expected: list[str]) -> None:
    assert read(text)[0][: len(expected)] == expected


def test_talk_in_hard_wrapped_text_goes_on_below() -> None:
    asked = "Me: And how is it that we are to go on from here when\nthe road is gone?"
    text = f"{asked}\n\nHim: On foot.\n\nMe: Then On Foot"
    seen, html = read(text, BROKEN)
    assert seen == []
    assert html == [
        "<p>Me: And how is it that we are to go on from here when",
        "the road is gone?</p>",
        "<p>Him: On foot.</p>",
        "<p>Me: Then On Foot</p>",
    ]


@pytest.mark.parametrize("text", ["a) *walk*\n\nb) ride", "Me: *Walk*\n\nBot: Ride\n\nMe: Walk\n\nBot: Ride"])
def test_rows_do_not_speak_against_markdown(text: str) -> None:
    assert post(f"A Walk\n\n{LONG}\n\n{text}\n\n{LONG}\n").markup == "markdown"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It was like this:\n\nwe walked on\nand nobody came", ["3 code: we walked on and nobody came"]),
        ("She sang:\n\nThe rain falls\nUpon the town", ["3 code: The rain falls Upon the town"]),
        ("She sang:\n\nThe rain falls,\nupon the town,", []),
    ],
)
def test_short_lines_after_a_colon_stay_code_unless_commas_end_them(text: str, expected: list[str]) -> None:
    assert read(text)[0] == expected


@pytest.mark.parametrize(
    "unit",
    [
        "a) b\n",
        "a) b\nb) c\n",
        "Me: a?\n",
        "Me: a?\n\nAb: c\n",
        " x:\n",
        " x:\n-a = 1\n+b = 1\n",
        "--- a\n+++ b\n",
        "--- a\n+++ b\n\n\n",
        "@@ -1,99999 +1,99999 @@\n",
        "@@ -1 +1 @@\n-a\n+b\n\n",
        "@@ -1,99 +1,99 @@\n-a\n+b\n\nA\n",
        "diff a\n",
    ],
)
def test_time_grows_with_the_text(unit: str) -> None:
    assert grows_evenly("A Walk\n\nIt is this:\n\n%s\n\nx", unit, 120_000)
    assert grows_evenly("@@ -1,99999 +1,99999 @@\n%s\n\nx", unit, 120_000)
