"""`env:` and `file:`: what they stand for arrives, and is never said."""

from __future__ import annotations

import traceback

import pytest
from settings_texts import ROOT, SMALLEST, read, sentences

from syndicate.config import parse
from syndicate.errors import ConfigError


def test_values_that_stand_elsewhere_arrive_at_any_depth() -> None:
    text = """
[site]
title = "env:TITLE"
url = "file:secrets/url"
authors = ["env:WHO", { name = "file:/run/name", email = "env:MAIL" }]
[[feed]]
atom = "env:PATH_1"
include = { tags = ["a", "env:TAG"] }
[push]
hubs = ["file:hub"]
"""
    environ = {"TITLE": "env:NOT_AGAIN", "WHO": "A", "MAIL": "a@b.c", "PATH_1": "x.xml", "TAG": "t"}
    files = {
        "secrets/url": "https://example.org\n",
        "/run/name": "\ufeffB\r\n",
        "hub": "https://hub.example/",
    }
    config = read(text, environ=environ, files=files)
    assert (config.site.title, config.site.url) == ("env:NOT_AGAIN", "https://example.org/")
    assert [(author.name, author.email) for author in config.site.authors] == [("A", ""), ("B", "a@b.c")]
    assert (config.feeds[0].addresses[0].path, config.feeds[0].include.tags) == ("x.xml", ("a", "t"))
    assert config.push.hubs == ("https://hub.example/",)


NOT_THERE = [
    ("env:NOT_SET", "the variable NOT_SET is not set; set it, or write the value here"),
    ("env:", '"env:" names no variable; write it like env:SITE_TITLE'),
    ("env: A", '"env: A" names no variable; write it like env:SITE_TITLE'),
    ("env:A-B", '"env:A-B" names no variable; write it like env:SITE_TITLE'),
    ("file:", '"file:" names no file; write it like file:title.txt'),
    (
        "file:absent",
        'the file "absent" cannot be read (No such file or directory); mend it, or write the value here',
    ),
    (
        "file:locked",
        'the file "locked" cannot be read (Permission denied); mend it, or write the value here',
    ),
    (
        "file:a\\u0000b",
        "(from file:a\\x00b) holds a control character, which no feed can hold; remove it",
    ),
    ("file:bytes", 'the file "bytes" cannot be read (it is no UTF-8 text); mend it, or write the value here'),
]
FILES = {
    "locked": PermissionError(13, "Permission denied"),
    "bytes": UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
}
PLACES = [
    ("description = {}", "4: [site] description"),
    ("timezone = {}", "4: [site] timezone"),
    ("authors = [\n{{ name = {} }}]", "5: [site] authors.name"),
    ("[posts]\npath = {}", "5: [posts] path"),
    ("[posts]\ndrafts = {}", "5: [posts] drafts"),
    ('[[feed]]\nname = {}\natom = "a"\n[[feed]]\nname = "b"\natom = "b"', '5: [[feed]] "{}" name'),
    ("[[feed]]\natom = {}", "5: [[feed]] atom"),
    ('[[feed]]\natom = "a"\nlimit = {}', "6: [[feed]] limit"),
    ('[push]\nhubs = ["https://a.b/",\n{}]', "6: [push] hubs"),
    ("[ledger]\nurl = {}", "5: [ledger] url"),
]


@pytest.mark.parametrize(("reference", "said"), NOT_THERE)
@pytest.mark.parametrize(("place", "label"), PLACES)
def test_what_is_not_there_is_one_clear_fault(reference: str, said: str, place: str, label: str) -> None:
    text = SMALLEST + place.format(f'"{reference}"')
    named = label.format(reference.replace("\\u0000", "\\x00"))
    assert sentences(text, files=FILES) == [f"{named}: {said}"]


def test_a_missing_title_or_url_is_not_said_twice() -> None:
    text = '[site]\ntitle = "env:A"\nurl = "env:B"'
    assert [sentence.partition(" is not set")[0] for sentence in sentences(text)] == [
        "2: [site] title: the variable A",
        "3: [site] url: the variable B",
    ]


# Nothing of these may be seen, whatever is wrong with them: each is put into each place below.
SECRETS = [
    "hunter2",
    "hunter2 with spaces",
    "https://hunter2:hunter2@h.example/?hunter2",
    "https://hunter2.example/hunter2#hunter2",
    "https://hun ter2/hunter2",
    "../hunter2",
    "/hunter2/../x",
    "~/hunter2",
    "s3://hunter2",
    "/{hunter2}/{slug}",
    "/hunter2/{slug}?hunter2",
    "sqlite:///hunter2?hunter2",
    "postgresql://hunter2@hunter2/hunter2",
    "mysql://hunter2@hunter2/hunter2",
    "Europe/Hunter2",
    "hunter2\x07hunter2",
    "hunter2\nhunter2",
    "feeds.opml/hunter2",
    "hunter2" * 40,
    "ß.hunter2",
]
HIDING = [
    "[site]\ntitle = {}\nurl = {}",
    "site = {}",
    "feed = {}",
    "site.hunter = {}",
    f"{SMALLEST}icon = {{}}\nlogo = {{}}\nid = {{}}\nlanguage = {{}}\ntimezone = {{}}",
    f"{SMALLEST}authors = {{}}",
    f"{SMALLEST}authors = [{{}}, {{{{ name = {{}}, email = {{}}, url = {{}} }}}}]",
    f"{SMALLEST}[posts]\npath = {{}}\ndialect = {{}}\nmarkdown = {{}}\npermalink = {{}}\ndrafts = {{}}",
    f'{SMALLEST}[posts]\npath = [{{}}, {{}}, "posts"]\n[output]\npath = {{}}',
    f"{SMALLEST}[posts]\npath = {{}}\n[output]\npath = {{}}",
    f"{SMALLEST}[output]\npath = {{}}\nurl = {{}}\nprecompress = [{{}}, {{}}]",
    f"{SMALLEST}[output]\nprecompress = {{}}",
    f"{SMALLEST}[[feed]]\nname = {{}}\natom = {{}}\nrss = {{}}\njson = {{}}\n[[feed]]\nname = {{}}\natom = {{}}",
    f"{SMALLEST}[[feed]]\nname = {{}}\nlimit = {{}}\ncontent = {{}}\ninclude = {{}}\nexclude = {{{{ tags = {{}} }}}}",
    f"{SMALLEST}[push]\nhubs = [{{}}, {{}}]\nunknown = {{}}",
    f"{SMALLEST}[ledger]\nurl = {{}}",
    f"{SMALLEST}[push]\nwait_until_live = {{}}\ntimeout = {{}}\nfirst_retry = {{}}\nmax_attempts = {{}}",
    f"{SMALLEST}[guard]\nwithdraw = {{}}\nannounce = {{}}",
    f"{SMALLEST}[[webhook]]\nname = {{}}\nurl = {{}}\nsecret = {{}}",
    f"{SMALLEST}[[webhook]]\nname = {{}}\nurl = {{}}\nsecret = [{{}}, {{}}]\nevents = [{{}}]\nformat = {{}}",
    f"{SMALLEST}[webhook]\nname = {{}}\nurl = {{}}\nsecret = {{}}",
    f"{SMALLEST}[server]\nlisten = {{}}",
]


def told(text: str, secret: str) -> str:
    """All that an error about `text` lets be seen, `env:S` and `file:S` standing for `secret`."""

    def seen(error: BaseException) -> str:
        return str(error) + repr(error) + repr(error.__context__) + "".join(traceback.format_exception(error))

    try:
        parse(
            text,
            name="config.toml",
            root=ROOT,
            environ={"S": secret, "HOME": "/home/hale"},
            read_file=lambda path: secret,
            importable=lambda module: False,
        )
    except ConfigError as error:
        return seen(error)
    return ""


@pytest.mark.parametrize("reference", ["env:S", "file:S"])
@pytest.mark.parametrize("text", HIDING)
def test_a_secret_is_never_seen(text: str, reference: str) -> None:
    filled = text.replace("{{", "\0").replace("}}", "\1").replace("{}", f'"{reference}"')
    filled = filled.replace("\0", "{").replace("\1", "}")
    said = [told(filled, secret) for secret in SECRETS]
    assert any(said), "this text hides nothing: no secret in it is a fault"
    for secret, words in zip(SECRETS, said, strict=True):
        assert "hunter2" not in words.casefold(), secret


def test_it_is_said_where_a_hidden_value_came_from() -> None:
    text = f'{SMALLEST}timezone = "env:ZONE"\n[[feed]]\natom = "file:a"\nrss = "a.xml"\n'
    assert sentences(text, environ={"ZONE": "Europe/Berln"}, files={"a": "a.xml"}) == [
        "4: [site] timezone: (from env:ZONE) is no time zone that is known here; "
        'write it like "Europe/Berlin"',
        "7: [[feed]] rss: 'a.xml' is the same file as (from file:a) of [[feed]] atom on line 6; "
        "choose another path",
    ]


def test_a_secret_that_stands_in_the_text_is_not_shown() -> None:
    text = f'{SMALLEST}secret = "hunter2"\n[[webhook]]\nsecret = "hunter2"\n[site.authors]\nsecret = 5\n'
    assert not [sentence for sentence in sentences(text) if "hunter2" in sentence]
