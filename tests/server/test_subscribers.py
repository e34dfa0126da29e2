"""For how many subscribers aggregators say they ask, and whose addresses are counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from shelves import NOW

from syndicate.errors import ConfigError
from syndicate.server.addresses import Client, client, household, networks
from syndicate.server.subscribers import OTHERS, Claim, Subscribers, claim_of

AGENTS = [
    (
        "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; like FeedFetcher-Google)",
        Claim("Feedly", 16),
    ),
    ("FeedlyBot/1.0 (http://feedly.com; 3 subscribers)", Claim("Feedly", 3)),
    ("Inoreader/1.0 (+http://www.inoreader.com/feed-fetcher; 42 subscribers; )", Claim("Inoreader", 42)),
    ("Mozilla/5.0 (compatible; inoreader.com-like FeedFetcher-Google; 5 subscribers)", Claim("Inoreader", 5)),
    ("NewsBlur Feed Fetcher - 9 subscribers - https://www.newsblur.com/site/1/a", Claim("NewsBlur", 9)),
    ("Feedbin feed-id:1373711 - 142 subscribers", Claim("Feedbin", 142, "1373711")),
    (
        "Mozilla/5.0 (compatible; theoldreader.com; 7 subscribers; feed-id=abc123)",
        Claim("The Old Reader", 7, "abc123"),
    ),
    ("BazQux/2.4 (+https://bazqux.com/fetcher; 1 subscribers)", Claim("BazQux", 1)),
    ("Feedspot/1.0 (+https://www.feedspot.com/fs/fetcher; 1 readers)", Claim("Feedspot", 1)),
    ("Mozilla/5.0 (compatible; Nobody Knows/2.0; 12 Readers; feed-id=1)", Claim("Nobody", 12, "1")),
    ("nobody/2.0 (1 subscriber)", Claim("nobody", 1)),
    ("nöbody/2.0 (1 subscriber)", Claim(OTHERS, 1)),
    ("(3 subscribers)", Claim(OTHERS, 3)),
    ("Feedly/1.0 (0 subscribers)", Claim("Feedly", 0)),
    ("Feedly/1.0 (999999999 subscribers)", None),
    ("Feedly/1.0 (9999999999999 subscribers)", None),
    ("Feedly/1.0 (-5 pages)", None),
    ("Feedly/1.0", None),
    ("NetNewsWire (RSS Reader; https://netnewswire.com/)", None),
    ("newsboat/2.30 subscribers", None),
    ("", None),
    ("a" * 5000 + " 5 subscribers", None),
]


@pytest.mark.parametrize(("agent", "claim"), AGENTS)
def test_what_an_agent_claims(agent: str, claim: Claim | None) -> None:
    assert claim_of(agent) == claim


def noted(*agents: str, feed: str = "main", path: str = "/atom.xml") -> Subscribers:
    known = Subscribers()
    for agent in agents:
        known.note(feed, path, agent, NOW)
    return known


def test_the_newest_claim_counts() -> None:
    known = noted(
        "Feedly/1 (5 subscribers)", "Feedly/1 (4 subscribers)", "BazQux/1 (9 subscribers)", "curl/8"
    )
    assert known.counts(NOW) == {("main", "Feedly"): 4, ("main", "BazQux"): 9}


def test_documents_of_one_feed_and_ids_of_one_aggregator_are_added() -> None:
    known = noted("Feedbin feed-id:1 - 10 subscribers", "Feedbin feed-id:2 - 20 subscribers")
    known.note("main", "/rss.xml", "Feedbin feed-id:3 - 1 subscribers", NOW)
    known.note("tags", "/tags/a.xml", "Feedbin feed-id:4 - 7 subscribers", NOW)
    assert known.counts(NOW) == {("main", "Feedbin"): 31, ("tags", "Feedbin"): 7}


def test_who_does_not_come_any_more_is_forgotten() -> None:
    known = noted("Feedly/1 (5 subscribers)")
    later = NOW + timedelta(days=29)
    known.note("main", "/atom.xml", "BazQux/1 (9 subscribers)", later)
    assert len(known.counts(later)) == 2
    assert known.counts(NOW + timedelta(days=31)) == {("main", "BazQux"): 9}
    known.note("main", "/atom.xml", "BazQux/1 (8 subscribers)", NOW + timedelta(days=31))
    assert known.counts(NOW) == {("main", "BazQux"): 8}


def test_lies_take_no_more_than_their_room() -> None:
    known = noted(
        *(f"liar{n}/1 (1 subscriber; feed-id={n})" for n in range(5000)), "Feedly/1 (5 subscribers)"
    )
    counts = known.counts(NOW)
    assert len(counts) <= 52
    assert counts["main", "Feedly"] == 5
    assert sum(counts.values()) <= 2005


TRUSTED = networks(["10.0.0.0/8", "fd00::1", "127.0.0.1"])
CLIENTS = [
    ("203.0.113.9", None, Client("203.0.113.9")),
    ("203.0.113.9", "198.51.100.7", Client("203.0.113.9")),
    ("192.168.1.1", "198.51.100.7", Client("192.168.1.1", counted=False)),
    ("192.168.1.1", None, Client("192.168.1.1")),
    ("10.1.2.3", "198.51.100.7", Client("198.51.100.7")),
    ("::ffff:10.1.2.3", "198.51.100.7", Client("198.51.100.7")),
    ("10.1.2.3", "6.6.6.6, 198.51.100.7", Client("198.51.100.7")),
    ("10.1.2.3", "6.6.6.6, 198.51.100.7, 10.9.9.9", Client("198.51.100.7")),
    ("10.1.2.3", "198.51.100.7:4711", Client("198.51.100.7")),
    ("10.1.2.3", "[2001:db8::1]:4711", Client("2001:db8::1")),
    ("10.1.2.3", '"2001:db8::1"', Client("2001:db8::1")),
    ("10.1.2.3", "unknown, 10.9.9.9", Client("10.9.9.9", counted=False)),
    ("10.1.2.3", "10.9.9.9", Client("10.9.9.9", counted=False)),
    ("10.1.2.3", "", Client("10.1.2.3", counted=False)),
    ("10.1.2.3", None, Client("10.1.2.3", counted=False)),
    ("fd00::1", "198.51.100.7", Client("198.51.100.7")),
    ("", None, Client("")),
]


@pytest.mark.parametrize(("peer", "forwarded", "expected"), CLIENTS)
def test_who_asks(peer: str, forwarded: str | None, expected: Client) -> None:
    assert client(peer, forwarded, TRUSTED) == expected


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_what_is_counted_as_one(address: str, counted_as: str) -> None:
    assert household(address) == counted_as


def test_a_network_must_be_one() -> None:
    with pytest.raises(ConfigError, match=r"'10\.0\.0\.0/99' is no address and no network"):
        networks(["10.0.0.0/99"])
