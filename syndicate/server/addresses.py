"""Who asks: the address behind proxies, and how addresses are counted as one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from syndicate.errors import ConfigError

Network = IPv4Network | IPv6Network
_WITH_PORT = re.compile(r"\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+")


@dataclass(frozen=True, slots=True)
class Client:
    """`address` is who asked, as far as it is known; `counted` whether it can be held to account for the number of
    its requests: a proxy that nobody named speaks for many."""

    address: str
    counted: bool = True


def networks(named: Iterable[str]) -> tuple[Network, ...]:
    """The proxies whose word is taken: addresses or networks. Raises ConfigError for anything else."""
    found = []
    for name in named:
        try:
            found.append(ip_network(name, strict=False))
        except ValueError:
            raise ConfigError(
                f"[server] trusted_proxies: {name!r} is no address and no network; write it like 10.0.0.0/8"
            ) from None
    return tuple(found)


_NEAR = networks(
    (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
)


def client(peer: str, forwarded: str | None, trusted: tuple[Network, ...]) -> Client:
    """Who asked: the peer, or the last in X-Forwarded-For whom no trusted proxy is. `forwarded` is that header,
    None where there is none."""
    if not is_in(peer, trusted):
        # Proxies nearly always stand on private addresses; what they forward is not ours to believe, nor to punish.
        return Client(peer, counted=not (is_in(peer, _NEAR) and forwarded is not None))
    last = peer
    for word in reversed((forwarded or "").split(",")):
        address = _parsed(word)
        if address is None:
            break
        last = str(address)
        if not is_in(last, trusted):
            return Client(last)
    return Client(last, counted=False)


def is_in(address: str, among: tuple[Network, ...]) -> bool:
    found = _parsed(address)
    return found is not None and any(found in network for network in among)


def household(address: str) -> str:
    """What is counted as one: an IPv4 address, the /64 of an IPv6 address (one line gets as much)."""
    found = _parsed(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((int(found) >> 64 << 64, 64)))
    return str(found) if found else address


@lru_cache(maxsize=4096)
def _parsed(word: str) -> IPv4Address | IPv6Address | None:
    word = word.strip().strip('"')
    if found := _WITH_PORT.fullmatch(word):
        word = found[1] or found[2]
    try:
        address = ip_address(word.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
