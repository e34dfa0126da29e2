"""Wrong settings: one exact sentence for each fault, with its line, all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from settings_texts import SMALLEST, read, sentences

from syndicate.config import parse
from syndicate.errors import ConfigError

NOT_BUILT = "not built yet in this version; remove it"
LIKE = 'write it like "https://example.org/"'
NO_URL = f"is not an absolute http(s) URL; {LIKE}"
PUNYCODE = 'write the host in letters a-z, or in its form with "xn--"'
LEDGER = 'write it like "sqlite:///.syndicate/ledger.db"'
THREE_LINES = (
    " [site]: is missing; the smallest settings are three lines: "
    '[site], title = "Field notes", url = "https://example.org/"'
)

# Whole texts: what stands in them → what is said.
WHOLE = [
    ("", [THREE_LINES]),
    ("# nothing\n", [THREE_LINES]),
    (
        "\n[site]\n",
        [
            '2: [site] title: is missing; add title = "Field notes"',
            '2: [site] url: is missing; add url = "https://example.org/"',
        ],
    ),
    ('[site]\nurl = "https://example.org/"', ['1: [site] title: is missing; add title = "Field notes"']),
    ("site = 5", ["1: site: must be one table; write [site] on a line of its own"]),
    ('[[site]]\ntitle = "a"', ["1: [[site]]: must be one table; write [site] on a line of its own"]),
    ('title = "a"', [THREE_LINES, "1: title: unknown key; it belongs in [site]"]),
    (
        "[site]\ntitle = Notes\n",
        ["2:9: a value cannot be read; put texts in quotes, and write true and false in small letters"],
    ),
    ("[site]\ntitle = 'a\n", ["2: a text has no end; close its quotes"]),
    ('[site]\ntitle = "a\nurl = "b"', ["2:11: a text has no end; close its quotes on the same line"]),
    ('a = "\\q"', ["1:8: a backslash in a text has a meaning of its own; double it, or use single quotes"]),
    ("a = 1\na = 2\n\n", ["2:6: this key has a value already; keep one of the two"]),
    ("[site]\n[site]\n", ["2:6: this table is there already; keep one of the two"]),
    (
        "a = 1 2",
        ["1:7: something follows a value on its line; put texts in quotes, and one setting on a line"],
    ),
    ("a", ['1: a key has no value; write it like key = "value"']),
    ("[a\n", ["1:3: a bracket is not closed; close it"]),
    (
        "\r\n\r\na = \x01",
        ["3:5: a value cannot be read; put texts in quotes, and write true and false in small letters"],
    ),
    ("a = 2024-02-30", ["1:5: there is no such date; write it like 2024-02-29"]),
    ("=", ["1:1: this is no TOML; write tables as [site] and settings as key = value"]),
    ("a = " + "[" * 5000, [" the settings nest too deeply; write them flat"]),
    (f"{'a.' * 2000}b = 1", [" the settings nest too deeply; write them flat"]),
    (f"a = {'1' * 5000}", [" a number has too many digits; write it shorter"]),
]


@pytest.mark.parametrize(("text", "said"), WHOLE, ids=[repr(text[:30]) for text, _ in WHOLE])
def test_a_text_that_is_wrong_as_a_whole(text: str, said: list[str]) -> None:
    assert sentences(text) == said


def added() -> list[tuple[str, str]]:
    """The settings in wrong_settings.txt and what is said of them; its first block is for people."""
    blocks = (Path(__file__).parent / "wrong_settings.txt").read_text("utf-8").strip().split("\n\n")[1:]
    pairs = [block.partition("\n! ") for block in blocks]
    assert all(said and "\n" not in said for _, _, said in pairs)
    return [(text, said) for text, _, said in pairs]


@pytest.mark.parametrize(("text", "said"), added())
def test_one_wrong_setting_is_one_sentence(text: str, said: str) -> None:
    assert sentences(SMALLEST + text) == [said]


FEED = '[[feed]]\natom = "é.xml"\n'
# What does not stand well in a file.
ODD = [
    (f"limit = 0x{'f' * 5000}", "limit: must be at most 1000000, not a very long number; 0 means all"),
    (f'json = "{"ä" * 101}"', f"json: '{'ä' * 80}…' has a name of more than 200 bytes; shorten it"),
    (
        'rss = "E\u0301.XML"',
        "rss: 'E\u0301.XML' is the same file as 'é.xml' of [[feed]] atom on line 5; choose another path",
    ),
]


@pytest.mark.parametrize(("text", "said"), ODD, ids=["long number", "long name", "other accent"])
def test_odd_values(text: str, said: str) -> None:
    assert sentences(SMALLEST + FEED + text) == [f"6: [[feed]] {said}"]


URLS = [
    ("foo", NO_URL),
    ("example.org/blog", NO_URL),
    ("/blog/", NO_URL),
    ("//example.org/", NO_URL),
    ("ftp://example.org/", NO_URL),
    ("https://", NO_URL),
    ("https:example.org", NO_URL),
    ("https://:80/", NO_URL),
    ("https://[::1/", NO_URL),
    ("https://example.org:99999/", NO_URL),
    ("https://example.org:x/", NO_URL),
    ("https://example.org:0/", "has a port that cannot be reached; write one from 1 to 65535, or none"),
    ("https://exa mple.org/", "holds a character that no URL can hold; percent-encode it"),
    ("https://example.org/<a>", "holds a character that no URL can hold; percent-encode it"),
    ("https://example.org/%zz", "holds a character that no URL can hold; percent-encode it"),
    ("https://example.org/?a=b", "has a query or a fragment; take off what follows the path"),
    ("https://example.org/#a", "has a query or a fragment; take off what follows the path"),
    ("https://example.org/?", "has a query or a fragment; take off what follows the path"),
    ("https://example.org/a/../b", "holds . or .. in its path; write the path that is meant"),
    ("https://exa..mple/", f"has a host that is no host name; {PUNYCODE}"),
    ("https://-a.example/", f"has a host that is no host name; {PUNYCODE}"),
    ("https://a*b.example/", f"has a host that is no host name; {PUNYCODE}"),
    ("https://straße.example/", f"has a host that is no host name; {PUNYCODE}"),
    (f"https://{'ü' * 64}.example/", f"has a host that is no host name; {PUNYCODE}"),
]


@pytest.mark.parametrize(("url", "said"), URLS)
@pytest.mark.parametrize("table", ["site", "output"])
def test_a_base_that_is_no_url(table: str, url: str, said: str) -> None:
    site = '[site]\ntitle = "T"\nurl = '
    text = f'{site}"{url}"' if table == "site" else f'{SMALLEST}[output]\nurl = "{url}"'
    [sentence] = sentences(text)
    assert sentence.partition(": ")[2].startswith(f"[{table}] url: '{url[:80]}")
    assert sentence.endswith(said)


def test_a_password_in_a_url_is_not_shown() -> None:
    [sentence] = sentences('[site]\ntitle = "T"\nurl = "https://me:hunter2@example.org/"')
    assert sentence == (
        "3: [site] url: 'https://…@example.org/' holds a user name or password, and everybody would see it; "
        "take it out"
    )


def test_all_faults_are_told_at_once_by_line() -> None:
    text = """
titel = "top"
[ledger]
url = "mysql:x"
[site]
title = ["a"]
url = "foo"
timezone = "Mars"
authors = [
  { name = "", email = "x" },
  "env:NOBODY",
]
[[feed]]
name = "a"
atom = "same.xml"
limit = "many"
[[feed]]
name = "a"
atom = "same.xml"
rss = "../x"
per = ""
[schedule]
every = "1"
[output]
path = "/"
tombstones = 5
"""
    assert sentences(text) == [
        "2: titel: unknown key; did you mean [site]?",
        f"4: [ledger] url: 'mysql:x' is no URL of an SQLite file; {LEDGER}",
        "6: [site] title: must be a text, not a list; put it in quotes",
        f"7: [site] url: 'foo' {NO_URL}",
        "8: [site] timezone: 'Mars' is no time zone that is known here; write it like \"Europe/Berlin\"",
        "10: [site] authors.name: is empty; write a text",
        "10: [site] authors.email: 'x' is no e-mail address; write it like \"name@example.org\"",
        "11: [site] authors: the variable NOBODY is not set; set it, or write the value here",
        "16: [[feed]] \"a\" limit: must be a whole number of 0 or more, not 'many'; 0 means all",
        "18: [[feed]] \"a\" name: 'a' is also the name of another [[feed]], on line 14; "
        "give each feed a name of its own",
        "19: [[feed]] \"a\" atom: 'same.xml' is the same file as 'same.xml' of [[feed]] \"a\" atom on line 15; "
        "choose another path",
        "20: [[feed]] \"a\" rss: '../x' leaves the output folder; write a path that stays below it",
        "23: [schedule] every: must be a number with a unit (ms, s, m, h or d), not '1'; write it like \"1m\"",
        "25: [output] path: '/' is the whole disk; name a folder of its own, like \"public\"",
        f"26: [output] tombstones: {NOT_BUILT}",
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_lines_count_the_same_whatever_ends_them(ending: str, start: str) -> None:
    text = start + '[site]\ntitle = """a\nb"""\nurl = "foo"\n'.replace("\n", ending)
    assert sentences(text) == [f"4: [site] url: 'foo' {NO_URL}"]


def test_the_name_of_the_file_is_said() -> None:
    with pytest.raises(ConfigError) as caught:
        parse("a", name="/etc/notes.toml", root=Path("/"), environ={}, read_file=str)
    assert str(caught.value) == '/etc/notes.toml:1: a key has no value; write it like key = "value"'


@pytest.mark.parametrize("home", ["", "/", "relative", "/sites/notes/public/deep"])
def test_an_odd_home_is_no_trouble(home: str) -> None:
    if home.startswith("/sites"):
        [sentence] = sentences(SMALLEST, environ={"HOME": home})
        assert "'public' holds your home folder" in sentence
    else:
        read(SMALLEST, environ={"HOME": home})


VALUES = [
    "5", "-1", "1e400", "nan", "true", "2024-01-01", "10:00:00", "[]", "{}", "[[]]", "[{}]", "[5, true]", '""',
    '" "', '"\\u0000"', '"\\U0010ffff"', '"[::1"', '"//["', '"http://[v1.x]/"', '"https://℀.example/"', '".."', '"/"',
    '"x" # \n', '"""\n"""', "{ a.b.c = [{ d = 1 }] }", '["a", ["b"]]', '[{ name = {} }, {}]',
]  # fmt: skip
PLACES = [
    *(
        f"{SMALLEST}{key} = "
        for key in ["description", "language", "timezone", "authors", "icon", "logo", "id", "unknown"]
    ),
    *(f'[site]\nurl = "https://a.b/"\n{key} = ' for key in ("title", "title.deep")),
    *(f'[site]\ntitle = "T"\n{key} = ' for key in ("url", '"u\\u0000"')),
    *(
        f"{key} = "
        for key in [
            "site",
            "posts",
            "output",
            "feed",
            "push",
            "guard",
            "ledger",
            "webhook",
            "schedule",
            "server",
            "podcast",
            "x",
        ]
    ),
    *(
        f"{SMALLEST}[posts]\n{key} = "
        for key in ["path", "dialect", "permalink", "markdown", "drafts", "date_from"]
    ),
    *(f"{SMALLEST}[output]\n{key} = " for key in ["path", "url", "precompress", "tombstones"]),
    *(
        f'{SMALLEST}[[feed]]\nname = "b"\natom = "b"\n[[feed]]\n{key} = '
        for key in [
            "name",
            "atom",
            "rss",
            "json",
            "limit",
            "content",
            "include",
            "exclude",
            "include.tags",
            "per",
            "ttl",
        ]
    ),
    *(
        f"{SMALLEST}[push]\n{key} = "
        for key in ["hubs", "wait_until_live", "timeout", "first_retry", "max_attempts"]
    ),
    *(f"{SMALLEST}[schedule]\n{key} = " for key in ["every", "cron", "watch", "settle"]),
    *(f"{SMALLEST}[guard]\n{key} = " for key in ["withdraw", "announce", "reannounce"]),
    f"{SMALLEST}[ledger]\nurl = ",
    *(
        f'{SMALLEST}[[webhook]]\nname = "a"\nurl = "https://a.b/"\n[[webhook]]\n{key} = '
        for key in ["name", "url", "secret", "events", "format"]
    ),
]


@pytest.mark.parametrize("place", PLACES)
def test_whatever_stands_there_is_taken_or_refused_in_words(place: str) -> None:
    refused = 0
    for value in VALUES:
        try:
            read(place + value)
        except ConfigError as error:
            refused += 1
            for line in error.lines:
                assert line.isprintable()
                assert line.startswith("config.toml:")
                assert "; " in line
    assert refused, "any value at all is taken here"
