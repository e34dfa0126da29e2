"""Settings that work, and what becomes of them."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from settings_texts import ROOT, SMALLEST, read

from syndicate.config import (
    Config,
    GuardSettings,
    OutputSettings,
    PostSettings,
    PushSettings,
    ScheduleSettings,
    ServerSettings,
    parse,
)
from syndicate.errors import ConfigError
from syndicate.model import Address, Author, Choice, Definition, Destination, Site

REPOSITORY = Path(__file__).resolve().parent.parent.parent

DEFAULTS = Config(
    root=ROOT,
    site=Site(title="Field notes", url="https://example.org/"),
    posts=PostSettings((ROOT / "posts",), "/{year}/{month}/{slug}/", drafts=False),
    output=OutputSettings(ROOT / "public", "https://example.org/", ("gzip",)),
    feeds=(
        Definition(
            "main",
            (
                Address("atom", "atom.xml", "https://example.org/atom.xml"),
                Address("rss", "rss.xml", "https://example.org/rss.xml"),
                Address("json", "feed.json", "https://example.org/feed.json"),
            ),
        ),
    ),
    push=PushSettings((), wait_until_live=False, timeout=15.0, first_retry=30.0, max_attempts=12),
    destinations=(),
    schedule=ScheduleSettings(every=60.0, cron="", watch=True, settle=2.0),
    guard=GuardSettings(withdraw=0.2, announce=20),
    server=ServerSettings("127.0.0.1", 8080, metrics=True, max_age=300, trusted_proxies=()),
    ledger=ROOT / ".syndicate" / "ledger.db",
)


@pytest.mark.parametrize(
    "text",
    [
        SMALLEST,
        SMALLEST.replace("\n", "\r\n"),
        "\ufeff" + SMALLEST,
        SMALLEST.replace("example.org/", "example.org"),
        'site.title = "Field notes"\nsite.url = "https://example.org/"',
        'site = { title = "Field notes", url = "https://example.org/" }',
    ],
    ids=["three lines", "CRLF", "BOM", "no slash", "dotted", "inline"],
)
def test_the_smallest_settings_give_all_defaults(text: str) -> None:
    assert read(text) == DEFAULTS


def test_every_setting_arrives() -> None:
    text = """
[site]
title = "Notes & <more>"
url = "HTTPS://Example.ORG:8443/Bl%6Fg"
description = "What I saw"
language = "de-CH-1996"
timezone = "Europe/Berlin"
authors = ["A. Stone", { name = "R. Hale", email = "r@example.org", url = "https://hale.example" }]
icon = "/icon.png"
logo = "img/ä.png"
copyright = "© R. Hale"
id = "tag:example.org,2024:feed"
[posts]
path = ["posts", "../essays/", "/srv/more"]
dialect = "plain"
permalink = "/{category}/{section}/{day}-{slug}.html"
markdown = "markdown"
drafts = true
[output]
path = "posts/out"
url = "https://feeds.example.org/n"
precompress = ["zstd", "br"]
[[feed]]
atom = "tags/a b/ä%.xml"
limit = 0
content = "summary"
include = { tags = ["a", "b"], categories = ["c"], sections = ["d"], authors = ["e"], languages = ["de"] }
[feed.exclude]
tags = ["x"]
[push]
hubs = ["https://hub.example", "https://hub.example/?a=b"]
wait_until_live = true
timeout = "0.5s"
first_retry = "1m"
max_attempts = 3
[schedule]
cron = "5,35 6-22/2 * jan-mar mon"
watch = false
settle = "0s"
[guard]
withdraw = 1
announce = 0
[[webhook]]
name = "rebuild, now"
url = "http://192.168.0.7:9000/hook?key=a%20b"
secret = ["new secret, in its UTF-8 bytes: ä", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
events = ["post.withdrawn", "post.published"]
format = "text"
[ledger]
url = "sqlite:////var/lib/notes.db"
"""
    config = read(text, extras=True)
    assert config.site == Site(
        title="Notes & <more>",
        url="https://example.org:8443/Bl%6Fg/",
        description="What I saw",
        language="de-CH-1996",
        timezone="Europe/Berlin",
        authors=(Author("A. Stone"), Author("R. Hale", "r@example.org", "https://hale.example")),
        icon="https://example.org:8443/icon.png",
        logo="https://example.org:8443/Bl%6Fg/img/%C3%A4.png",
        copyright="© R. Hale",
        id="tag:example.org,2024:feed",
    )
    assert config.posts == PostSettings(
        (ROOT / "posts", Path("/sites/essays"), Path("/srv/more")),
        "/{category}/{section}/{day}-{slug}.html",
        drafts=True,
    )
    assert config.output == OutputSettings(
        ROOT / "posts" / "out", "https://feeds.example.org/n/", ("zstd", "br")
    )
    assert config.feeds == (
        Definition(
            "main",
            (Address("atom", "tags/a b/ä%.xml", "https://feeds.example.org/n/tags/a%20b/%C3%A4%25.xml"),),
            limit=0,
            full=False,
            include=Choice(("a", "b"), ("c",), ("d",), ("e",), ("de",)),
            exclude=Choice(("x",)),
        ),
    )
    assert config.push == PushSettings(
        ("https://hub.example", "https://hub.example/?a=b"),
        wait_until_live=True,
        timeout=0.5,
        first_retry=60.0,
        max_attempts=3,
    )
    assert config.schedule == ScheduleSettings(
        every=None, cron="5,35 6-22/2 * jan-mar mon", watch=False, settle=0.0
    )
    assert config.guard == GuardSettings(withdraw=1.0, announce=0)
    assert config.destinations == (
        Destination("https://hub.example", "https://hub.example", "websub", ("feed.updated",)),
        Destination("https://hub.example/?a=b", "https://hub.example/?a=b", "websub", ("feed.updated",)),
        Destination(
            "rebuild, now",
            "http://192.168.0.7:9000/hook?key=a%20b",
            "text",
            ("post.withdrawn", "post.published"),
            (
                "new secret, in its UTF-8 bytes: ä".encode(),
                bytes.fromhex("31f290f6bf06298aab4f08d43c3f082cf648a362da2da4b0"),
            ),
        ),
    )
    assert config.warnings == ()
    assert config.ledger == Path("/var/lib/notes.db")


URLS = [
    ("http://localhost:8000", "http://localhost:8000/"),
    ("https://example.org/a/b", "https://example.org/a/b/"),
    ("https://example.org/%7Eme/", "https://example.org/%7Eme/"),
    ("https://Bücher.Example/ü", "https://xn--bcher-kva.example/%C3%BC/"),
    ("https://[2001:DB8::1]:8080/", "https://[2001:db8::1]:8080/"),
    ("https://192.0.2.1", "https://192.0.2.1/"),
    ("https://example.org:443", "https://example.org:443/"),
]


@pytest.mark.parametrize(("written", "meant"), URLS)
def test_a_base_keeps_what_identifies_it(written: str, meant: str) -> None:
    assert read(f'[site]\ntitle = "T"\nurl = "{written}"').site.url == meant


IMAGES = [
    ("", ""),
    ("icon.png", "https://example.org/blog/icon.png"),
    ("/icon.png?v=2", "https://example.org/icon.png?v=2"),
    ("//cdn.example/i.png", "https://cdn.example/i.png"),
    ("http://cdn.example/i.png", "http://cdn.example/i.png"),
]


@pytest.mark.parametrize(("written", "meant"), IMAGES)
def test_images_are_made_absolute(written: str, meant: str) -> None:
    text = f'[site]\ntitle = "T"\nurl = "https://example.org/blog"\nicon = "{written}"\nlogo = "{written}"'
    assert (read(text).site.icon, read(text).site.logo) == (meant, meant)


@pytest.mark.parametrize("kind", ["atom", "rss", "json"])
def test_a_feed_has_only_the_documents_that_it_names(kind: str) -> None:
    [feed] = read(f'{SMALLEST}[[feed]]\n{kind} = "x/y"\n').feeds
    assert [(address.format, address.url) for address in feed.addresses] == [
        (kind, "https://example.org/x/y")
    ]


def test_feeds_keep_their_order() -> None:
    text = SMALLEST + "".join(f'[[feed]]\nname = "{name}"\natom = "{name}.xml"\n' for name in "cab")
    assert [feed.name for feed in read(text).feeds] == ["c", "a", "b"]


@pytest.mark.parametrize(
    "tag", ["en", "EN-us", "zh-Hant-TW", "sl-rozaj-biske", "de-a-abc-x-y", "x-own", "es-419"]
)
def test_language_tags_stay_as_written(tag: str) -> None:
    assert read(f'{SMALLEST}language = "{tag}"').site.language == tag


NOTHING_ASKED = """
[posts]
date_from = []
[output]
entry_pages = false
pages = true
headers = false
tombstones = 0
[[feed]]
atom = "atom.xml"
rss = "rss.xml"
json = "feed.json"
archive = false
per = ""
ttl = 0
also = []
title = ""
[push]
wait_until_live = false
[schedule]
[guard]
[server]
hub = false
private_callbacks = false
"""


def test_the_share_that_may_be_withdrawn() -> None:
    assert [
        read(f"{SMALLEST}[guard]\nwithdraw = {share}\n").guard.withdraw for share in ("0", "0.5", "1")
    ] == [
        0.0,
        0.5,
        1.0,
    ]


def test_what_asks_for_nothing_is_let_through() -> None:
    assert read(SMALLEST + NOTHING_ASKED) == DEFAULTS
    assert read("webhook = []\npodcast = {}\n" + SMALLEST) == DEFAULTS


def test_output_inside_the_posts_is_fine() -> None:
    config = read(f'{SMALLEST}[posts]\npath = "."\n[output]\npath = "out"\n')
    assert (config.posts.paths, config.output.path) == ((ROOT,), ROOT / "out")


def test_settings_can_be_remembered() -> None:
    assert pickle.loads(pickle.dumps(read(SMALLEST))) == DEFAULTS


def test_the_sample_site() -> None:
    text = (REPOSITORY / "config.toml").read_text("utf-8")
    config = read(text)
    assert (config.site.title, config.site.timezone) == ("Field notes", "Europe/Berlin")
    assert config.site.authors == (Author("R. Hale"),)
    assert config.feeds == DEFAULTS.feeds
    assert (config.posts, config.output) == (DEFAULTS.posts, replace(DEFAULTS.output, entry_pages=True))


def test_python_is_asked_for_extras() -> None:
    text = f'{SMALLEST}[output]\nprecompress = ["br", "zstd"]\n'

    def no_file(path: Path) -> str:
        raise AssertionError(path)

    absent = [name for name in ("brotli", "zstandard") if find_spec(name) is None]
    refused: tuple[str, ...] = ()
    try:
        parse(text, name="c", root=ROOT, environ={}, read_file=no_file)
    except ConfigError as error:
        refused = error.lines
    assert len(refused) == len(absent), refused


def test_the_room_is_entered_without_pydantic() -> None:
    script = "import sys, syndicate.config; print('pydantic' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert ran.stdout == "False\n"


@pytest.mark.parametrize(
    ("listen", "host", "port"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080),
        ("[::1]:80", "::1", 80),
        (":8080", "", 8080),
        ("feeds.example.org:0", "feeds.example.org", 0),
    ],
)
def test_where_the_server_listens(listen: str, host: str, port: int) -> None:
    text = f'{SMALLEST}[server]\nlisten = "{listen}"\nmetrics = false\nmax_age = "1h"\n'
    read_it = read(text + 'trusted_proxies = ["10.0.0.0/8", "::1"]\n').server
    assert read_it == ServerSettings(host, port, False, 3600, ("10.0.0.0/8", "::1"))
