"""Front matter that cannot be read: a sentence of ours for each fault, with its place, whichever parser met it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from post_texts import refused

from syndicate.posts import yamltext
from syndicate.posts.faults import SyntaxFault

TAB = "a tab stands where only spaces may; use spaces for the tab"
COLON = "a text with ': ' in it is not in quotes; put the text in quotes"
INDENT = "the line has another indent than the keys above it; give keys of one level the same indent"
GOES_ON = (
    "a ': ' stands in a text that goes on from the line above; give keys of one level the same indent, "
    "or put the text in quotes"
)
BEHIND = "text stands behind the closing quotation mark; put the whole text into quotes of the other kind"
BEHIND_BRACKET = "text stands behind the closing bracket; put the whole text in quotes"
DASH = "a text that begins with '- ' is not in quotes; put the text in quotes, or a list on lines of its own"
ITEM = "a list item stands where a key should; give all items of a list the same indent, below their key"
LIST = "the line is no item of the list above it; begin it with '- ', or give it the indent of its key"
NO_COLON = "the line has no ': '; write each line as 'key: value'"
OPEN_QUOTE = "a quotation mark is not closed; close the quotation mark"
OPEN_LIST = "a list is not closed, or lacks a comma; close it with ']', and put texts with brackets in quotes"
OPEN_MAPPING = (
    "a mapping is not closed, or lacks a comma; close it with '}', and put texts with braces in quotes"
)
ESCAPE = "a backslash in double quotes begins no character that is known; double it, or use single quotes"
BLOCK = "text stands beside '|' or '>'; put it on the lines below, indented, or put the text in quotes"
NOTHING = "a value is missing between two signs; write one, or delete a comma"
TAG = "a tag ('!') is not allowed; put the text in quotes"
DIRECTIVE = "a line begins with '%'; put the text in quotes, or delete the line"

# What stands between the fences → line in it, column, and what is said.
YAML = [
    ("title: Foo: bar\n", 1, 11, COLON),
    ("title: x: \n", 1, 9, COLON),
    ("title: a\n b\nslug: e: f\n", 3, 8, COLON),
    ("title: x\n  slug: y\n", 2, 7, GOES_ON),
    ("title: x\nlist:\n\t- a\n", 3, 1, TAB),
    ("title: x\n\tslug: y\n", 2, 1, TAB),
    ("title: x\n\t\n", 2, 1, TAB),
    ("title: @x\n", 1, 8, "a text cannot begin with '@'; put the text in quotes"),
    ("title: `x`\n", 1, 8, "a text cannot begin with '`'; put the text in quotes"),
    ("title: %x\n", 1, 8, "a text cannot begin with '%'; put the text in quotes"),
    ("title: **x** y\n", 1, 8, "a text cannot begin with '*'; put the text in quotes"),
    ("title: &\n", 1, 8, "a text cannot begin with '&'; put the text in quotes"),
    ("title: ]\n", 1, 8, "a text cannot begin with ']'; put the text in quotes"),
    ("title: , x\n", 1, 8, "a text cannot begin with ','; put the text in quotes"),
    ("title: - x\n", 1, 8, DASH),
    ("title: ? x\n", 1, 8, "a text that begins with '? ' is not in quotes; put the text in quotes"),
    ("title: x\nfoo\n", 2, 1, NO_COLON),
    ("title: x\nfoo\nslug: y\n", 2, 1, NO_COLON),
    ("title: 'It's'\n", 1, 12, BEHIND),
    ('title: "x" y\n', 1, 12, BEHIND),
    ("title: [a] b\n", 1, 12, BEHIND_BRACKET),
    ("{title: b} c\n", 1, 12, BEHIND_BRACKET),
    ("title: x\n- a\n", 2, 1, ITEM),
    ("tags:\n  - a\n - b\n", 3, 2, ITEM),
    ("title:\n    b: 1\n  c: 2\n", 3, 3, INDENT),
    ("  title: b\n slug: d\n", 2, 2, INDENT),
    ("title: x # c\n slug: z\n", 2, 2, INDENT),
    ("tags:\n  - a\n  slug: c\n", 3, 3, LIST),
    ("title: [a\nslug: b\n", 1, 8, OPEN_LIST),
    ("tags: [a, b}\n", 1, 7, OPEN_LIST),
    ("tags: ['a' 'b']\n", 1, 7, OPEN_LIST),
    ("title: {a\n", 1, 8, OPEN_MAPPING),
    ("title: {b: c d: e}\n", 1, 8, OPEN_MAPPING),
    ("tags: [a,,b]\n", 1, 10, NOTHING),
    ('slug: a\ntitle: "abc\ndate: 2024\n', 2, 8, OPEN_QUOTE),
    ("title: 'x\n--- y'\n", 1, 8, OPEN_QUOTE),
    ('title: "a\\qb"\n', 1, 10, ESCAPE),
    ('title: "\\x1"\n', 1, 9, ESCAPE),
    ('title: "\\ud800"\n', 1, 9, ESCAPE),
    ('title: "\\U00110000"\n', 1, 9, ESCAPE),
    ('title: "\\Uffffffff"\n', 1, 9, ESCAPE),
    ("title: |x\n  a\n", 1, 9, BLOCK),
    ("title: > text\n", 1, 10, BLOCK),
    ("title: |0\n a\n", 1, 9, BLOCK),
    ("title: !<x y\n", 1, 8, TAG),
    ("title: !x!y z\n", 1, 8, TAG),
    ("title: !! z\n", 1, 8, TAG),
    ("title: !a%zz\n", 1, 8, TAG),
    ("title: x\n--- y\n", 2, 1, "a second YAML document begins; keep one"),
    ("? [a, b]\n: c\ntitle: d\n", 1, 3, "a key must be a text; mend the line"),
    ("slug: \u007f\ntitle: x\n", 1, 7, "U+007F cannot stand in YAML; delete it"),
    ("title: x\nslug: a\u0085\u2028\u2029[\nid: a: b\n", 3, 6, COLON),
]
# In a file these open no mapping, and are text.
YAML_ALONE = [
    ("%x\ntitle: y\n", 1, 1, DIRECTIVE),
    ("%YAML 2.0\n---\ntitle: b\n", 1, 1, DIRECTIVE),
    ("%YAML x\ntitle: b\n", 1, 1, DIRECTIVE),
    ("%TAG ! x\ntitle: b\n", 1, 1, DIRECTIVE),
    (
        "title" * 300 + ": b\n",
        1,
        1501,
        "the key has more than 1,024 characters; shorten it, or put the text in quotes",
    ),
]
WRITE = "write TOML as 'key = \"value\"'"
UNQUOTED = "a value is missing, or is not in quotes; put the text in quotes"
MORE = "something stands behind the value; put the text in quotes, and each key on its own line"
TWICE = "a key or table stands twice; delete one, or join the two"
NO_CHARACTER = "a character stands here that TOML cannot hold; delete it"
TOML_LIST = 'a list is not closed, or lacks a comma; write it as ["one", "two"]'
TOML_MAPPING = 'a mapping is not closed, or lacks a comma; write it as { key = "value" } on one line'
DIGITS = "a number has too many digits; put it in quotes"
NO_KEY = f"a key is missing, or is not in quotes; {WRITE}"
NO_NAME = "the name of a table is not closed; write it as [name]"

TOML = [
    ("title = x", 1, 9, UNQUOTED),
    ("title = True", 1, 9, UNQUOTED),
    ("x = 1\ntitle = ", 2, 8, UNQUOTED),
    ("title: x", 1, 6, f"a '=' is missing behind the key; {WRITE}"),
    ("title", 1, 6, f"a '=' is missing behind the key; {WRITE}"),
    ("= 3", 1, 1, f"the line begins with no key; {WRITE}, and begin a remark with '#'"),
    ("[]", 1, 2, NO_KEY),
    ("a..b = 1", 1, 3, NO_KEY),
    ('title = "x\ny = 1', 1, 11, "a quotation mark is not closed on its line; close the quotation mark"),
    ("\na = '' # '\ntitle = 'a", 3, 9, OPEN_QUOTE),
    ("title = 'a\ny = 1", 1, 9, OPEN_QUOTE),
    ('a = """b"""\ntitle = """x', 2, 9, OPEN_QUOTE),
    ("title = '''x", 1, 9, OPEN_QUOTE),
    ('title = "x" y', 1, 13, MORE),
    ("title = 'It's'", 1, 13, MORE),
    ("a = 01", 1, 6, MORE),
    ("a = 1\na = 2\nb = 3", 2, 6, TWICE),
    ("[a]\n[a]", 2, 3, TWICE),
    ("a = {b=1, b=2}", 1, 14, TWICE),
    ("a.b = 1\na = 2", 2, 6, TWICE),
    ("[a.b]\n[[a]]", 2, 4, TWICE),
    ("a = {b=1}\na.c = 2", 2, 8, TWICE),
    ("[a", 1, 3, NO_NAME),
    ("[[a]", 1, 4, NO_NAME),
    ("a = [1 2]", 1, 8, TOML_LIST),
    ("a = [1, 2", 1, 10, TOML_LIST),
    ("a = {b = 1\n}", 1, 11, TOML_MAPPING),
    ('a = "\\q"', 1, 8, ESCAPE),
    ('a = "\\u12"', 1, 8, ESCAPE),
    ('a = "\\uD800"', 1, 12, ESCAPE),
    ('a = "x\u007f"', 1, 7, NO_CHARACTER),
    ("# \u007f", 1, 3, NO_CHARACTER),
    ("a = 0x" + "f" * 6000, 1, 5, DIGITS),
    ("b = 'x'\na = " + "1" * 6000, 2, 5, DIGITS),
]
JSON_COMMA = (
    "a comma or the closing brace is missing; put a comma between two values, "
    "and a backslash before a quotation mark inside of a text"
)
JSON_VALUE = "a value is missing, or is not in quotes; put texts in double quotes"
JSON_KEY = "a key is not in double quotes; put it in double quotes"
JSON_END = "the JSON is never closed; close it with '}'"
JSON_ESCAPE = "a backslash begins no character that is known; double it"
LAST_COMMA = "a comma stands before the closing bracket; delete the comma"
CONTROL = (
    "a text goes on over the end of its line, or has a tab; close the quotation mark, or write \\n and \\t"
)

JSON = [
    ('{"title": "x",}\nbody', 1, 15, LAST_COMMA),
    ('{"title": ["x",]}\nbody', 1, 16, LAST_COMMA),
    ('{"title": ["x",,]}\nbody', 1, 16, JSON_VALUE),
    ('\n{\n"title": "x"\n"y": 1}\nbody', 4, 1, JSON_COMMA),
    ('{"title": "x"\nbody', 2, 1, JSON_COMMA),
    ('{"title": "say "hi""}', 1, 17, JSON_COMMA),
    ('{title: "x"}\nbody', 1, 2, JSON_KEY),
    ("{'title': 'x'}\nbody", 1, 2, JSON_KEY),
    ('{"title" "x"}', 1, 10, "a ':' is missing behind the key; write '\"key\": \"value\"'"),
    ('{"title": x}', 1, 11, JSON_VALUE),
    ('{"title": }', 1, 11, JSON_VALUE),
    ('{"title": "x', 1, 11, OPEN_QUOTE),
    ('{"title": "x", ', 1, 16, JSON_END),
    ('{"title":', 1, 10, JSON_END),
    ('{"title": "a\nb"}', 1, 13, CONTROL),
    ('{"title": "a\tb"}', 1, 13, CONTROL),
    ('{"title": "a\\qb"}', 1, 13, JSON_ESCAPE),
    ('{"title": "\\u12"}', 1, 13, JSON_ESCAPE),
    ('{"title": NaN}', 1, 11, "NaN is no value in JSON; put it in quotes"),
    ('\n{"title": -Infinity}', 2, 11, "-Infinity is no value in JSON; put it in quotes"),
    ('{"title": "NaN",\n"x": [NaN]}', 2, 7, "NaN is no value in JSON; put it in quotes"),
]
FILES = [
    *((f"---\n{text}---\nbody", line + 1, column, said) for text, line, column, said in YAML),
    *((f"\n\n+++\n{text}\n+++\nbody", line + 3, column, said) for text, line, column, said in TOML),
    *JSON,
]


@pytest.mark.parametrize(("text", "line", "column", "said"), FILES)
def test_bad_syntax_is_said_in_our_words(text: str, line: int, column: int, said: str) -> None:
    problem = refused(text)
    assert (problem.message, problem.line, problem.column) == (f"front matter: {said}", line, column)
    assert problem.code == "front-matter-syntax"
    assert (problem.file, problem.severity) == ("posts/my-post.md", "error")


@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])
@pytest.mark.parametrize(("text", "line", "column", "said"), YAML + YAML_ALONE)
def test_both_parsers_of_yaml_lead_to_the_same_words(
    text: str, line: int, column: int, said: str, loader: Any
) -> None:
    with pytest.raises(SyntaxFault) as caught:
        yamltext.tree(text, 0, loader)
    fault = caught.value
    assert (fault.message, fault.line, fault.column) == (said, line, column)


def test_each_sentence_says_what_to_do() -> None:
    for *_, said in FILES:
        assert re.fullmatch(r"[^;\n]+; [^;\n]+", said), said


# Values of the wrong kind → where they are.
PLACES = [
    ("---\ntitle:   [a]\n---\n", 2, 10),
    ("---\n  Title: {a: b}\n---\n", 2, 10),
    ("---\ntitle:\n  - a\n---\n", 2, 1),
    ("---\ndate: soon\n---\n", 2, 7),
    ("---\ndraft: maybe\n---\n", 2, 8),
    ("---\nstatus: drfat\n---\n", 2, 9),
    ("---\ntags:\n  - a\n  - [b]\n---\n", 2, 1),
    ("---\nauthors:\n  - a\n  - {url: b}\n---\n", 4, 5),
    ("---\nauthor: {name: [a]}\n---\n", 2, 16),
    ("---\nenclosures:\n  - url: a\n    length: x\n---\n", 4, 13),
    ("---\nenclosure: {url: a, mime_type: b}\n---\n", 2, 32),
    ("---\nenclosure: [a, [b]]\n---\n", 2, 16),
    ("---\nslug:  ../y\n---\n", 2, 8),
    ("---\nurl: ftp://x\n---\n", 2, 6),
    ("---\npermalink: 'http://'\n---\n", 2, 12),
    ("---\ntitle: " + "x" * 1001 + "\n---\n", 2, 8),
    ("+++\ntitle = [1]\n+++\n", 2, 9),
    ("+++\n'title' = { a = 1 }\n+++\n", 2, 11),
    ("+++\n[title]\na = 1\n+++\n", 2, 1),
    ("+++\ntitle.a = 1\n+++\n", 2, 1),
    ("+++\nx = 1\ndate = 'soon'\n+++\n", 3, 8),
    ("+++\n[taxonomies]\ntags = { a = 1 }\n+++\n", 3, 8),
    ("+++\ntaxonomies.tags = { a = 1 }\n+++\n", 2, 19),
    ("+++\n[[enclosures]]\nurl = 'a'\n[[enclosures]]\nurl = 'b'\nlength = 'x'\n+++\n", 6, 10),
    ("+++\nslug = '../y'\n+++\n", 2, 8),
    ('{"title": ["a"]}', 1, 11),
    ('  {"title": ["a"]}', 1, 13),
    ('{"x": {"title": [1, true, null, "a\\"b", -1.5e3]}, "y": {},\n "date": "soon"}', 2, 10),
    ('{"title": "x", "slug": "../y"}', 1, 24),
    ('{"title":\n["a"]}', 1, 2),
    ('{"title": "x", "author": ["a",\n{"url": "b"}]}', 2, 1),
    ('{"taxonomies": {\n"tags": {"a": 1}}}', 2, 9),
]


@pytest.mark.parametrize(("text", "line", "column"), PLACES)
def test_what_is_wrong_with_a_value_has_its_place(text: str, line: int, column: int) -> None:
    problem = refused(text)
    assert (problem.line, problem.column) == (line, column), problem.message
