"""The listener: a thread with an event loop of its own, and what it is told from outside.

listener = serve(Serving(...), host="127.0.0.1", port=8080)
listener.swap(shelf)        # one attribute: who is being answered keeps the shelf it began with
listener.stop()
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Sequence
from typing import Any

from uvicorn import Config, Server

from syndicate.errors import ConfigError
from syndicate.server.app import Serving, Site
from syndicate.server.guarded import Guarded, made_by
from syndicate.server.shelf import Shelf, follow

_BACKLOG = 1024


class Listener:
    """What runs. All of its methods may be called from any thread."""

    def __init__(self, site: Site, sockets: list[socket.socket]) -> None:
        self._site, self._sockets = site, sockets
        self.address: tuple[str, int] = sockets[0].getsockname()[:2]
        config = Config(
            site.asgi,
            http=made_by(site.guard),
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level=logging.CRITICAL,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            interface="asgi3",
            backlog=_BACKLOG,
            timeout_keep_alive=site.serving.limits.idle,
            timeout_graceful_shutdown=int(site.serving.limits.grace) + 1,
        )
        self._server = _Stopping(config, site.serving.limits.grace)
        self._thread = threading.Thread(target=self._run, name="syndicate-server", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def swap(self, shelf: Shelf) -> None:
        """From now on, this is what is served."""
        self._site.shelf = follow(shelf, self._site.shelf)

    def subscribers(self) -> dict[tuple[str, str], int]:
        """Subscribers by feed and aggregator, as aggregators have reported since the start."""
        return self._site.subscribers.counts(self._site.serving.now())

    def stop(self, within: float = 5) -> bool:
        """No new connection is taken, answers under way may end, and whoever is still there then is cut off.
        Whether all has ended, in so many seconds."""
        self._server.should_exit = True
        self._thread.join(within)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as fault:  # noqa: BLE001 — a thread has nobody else to tell
            self._site.serving.report(f"server: it has stopped ({fault!r}); restart it")
        finally:
            for listening in self._sockets:
                listening.close()

    async def _serve(self) -> None:
        asyncio.get_running_loop().set_exception_handler(self._wonder)
        await self._server.serve(sockets=self._sockets)

    def _wonder(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        said = context.get("exception") or context.get("message")
        self._site.serving.report(f"server: {said}; it goes on")


class _Stopping(Server):
    """uvicorn waits for the last client; a client that does not read would be waited for for ever."""

    def __init__(self, config: Config, grace: float) -> None:
        super().__init__(config)
        self._grace = grace

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        last = asyncio.get_running_loop().call_later(self._grace, self._cut_off)
        try:
            await super().shutdown(sockets)
        finally:
            last.cancel()

    def _cut_off(self) -> None:
        for connection in list(self.server_state.connections):
            if isinstance(connection, Guarded):
                connection.make_room()


def serve(serving: Serving, shelf: Shelf, *, host: str, port: int) -> Listener:
    """Listens, and answers from a thread; port 0 is any that is free. Raises ConfigError where it cannot listen."""
    site = Site(serving, shelf)
    listener = Listener(site, _listening(host, port))
    listener.start()
    return listener


def _listening(host: str, port: int) -> list[socket.socket]:
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    opened: list[socket.socket] = []
    try:
        for family, address in _addresses(host, port):
            both = family == socket.AF_INET6 and host == "::" and socket.has_dualstack_ipv6()
            opened.append(socket.create_server(address, family=family, backlog=_BACKLOG, dualstack_ipv6=both))
    except OSError as fault:
        for one in opened:
            one.close()
        raise ConfigError(_sentence(shown, fault)) from None
    return opened


def _addresses(host: str, port: int) -> Sequence[tuple[int, tuple[str, int]]]:
    """Where a name leads; with port 0 its first address alone, since each would get another."""
    flags = socket.AI_PASSIVE
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=flags)
    places = list(dict.fromkeys((row[0], (str(row[4][0]), port)) for row in found))
    return places if port else places[:1]


def _sentence(shown: str, fault: OSError) -> str:
    import errno

    what, remedy = {
        errno.EADDRINUSE: ("another program listens there", "stop it, or set another address"),
        errno.EACCES: ("only the system's administrator may listen there", "set a port above 1023"),
        errno.EADDRNOTAVAIL: ("this machine has no such address", "set one that it has, such as 127.0.0.1"),
    }.get(fault.errno or 0, (fault.strerror or str(fault), "set another address"))
    if isinstance(fault, socket.gaierror):
        what, remedy = "there is no host of that name", "set an address, such as 127.0.0.1"
    return f"[server] listen {shown}: {what}; {remedy}"
