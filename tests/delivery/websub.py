"""A WebSub hub and a subscriber, of the library Flask-WebSub, and a host of documents; all on real sockets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from flask import Flask
from flask_websub.hub import Hub, SQLite3HubStorage
from flask_websub.subscriber import (
    SQLite3SubscriberStorage,
    SQLite3TempSubscriberStorage,
    Subscriber,
    discover,
)
from werkzeug.serving import make_server

PATIENCE = 20.0


class Tasks:
    """Stands in for Celery, which the hub wants for what it does later: a queue, and one who works it off."""

    def __init__(self) -> None:
        self.faults: list[BaseException] = []
        self._queue: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()

    def task(self, *, bind: bool = False, **_: object) -> Callable[[Callable[..., object]], Task]:
        return lambda function: Task(self, partial(function, self) if bind else function)

    def put(self, work: Callable[[], object]) -> None:
        self._queue.put(work)

    def end(self) -> None:
        """Once all is worked off."""
        self._queue.put(None)
        self._worker.join(PATIENCE)
        assert not self._worker.is_alive()

    def retry(self, countdown: float) -> None:
        raise AssertionError("the hub could not reach the subscriber")

    @property
    def request(self) -> Tasks:
        return self

    retries = 0

    def _work(self) -> None:
        while work := self._queue.get():
            try:
                work()
            except BaseException as fault:  # noqa: BLE001 — the test shows it
                self.faults.append(fault)


@dataclass(frozen=True)
class Task:
    tasks: Tasks
    function: Callable[..., object]

    def delay(self, *given: object) -> None:
        self.tasks.put(partial(self.function, *given))


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """`app` on a socket of its own; gives its URL, without a slash at the end."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    with _running(server):
        yield f"http://127.0.0.1:{server.server_port}"


@contextmanager
def _running(server: Any) -> Iterator[None]:
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()


@contextmanager
def hub(folder: Path) -> Iterator[tuple[str, Tasks]]:
    """The URL of a hub that is told by `hub.mode=publish`, and what it does later."""
    tasks = Tasks()
    app = Flask("hub")
    app.config["PUBLISH_SUPPORTED"] = True
    made = Hub(SQLite3HubStorage(str(folder / "hub.db")), tasks)
    app.register_blueprint(made.build_blueprint(url_prefix="/hub"))
    with serving(app) as url:
        yield f"{url}/hub", tasks


@dataclass
class Reader:
    """A subscriber: `heard` are (topic, body) of what hubs brought."""

    app: Flask
    subscriber: Subscriber
    url: str = ""
    subscribed: threading.Event = field(default_factory=threading.Event)
    heard: SimpleQueue[tuple[str, bytes]] = field(default_factory=SimpleQueue)

    def subscribe(self, url: str) -> dict[str, str]:
        """As its page tells: to what it calls itself, at the hub that it names."""
        found: dict[str, str] = discover(url)
        with self.app.test_request_context(base_url=self.url):
            self.subscriber.subscribe(**found)
        assert self.subscribed.wait(PATIENCE)
        return found


@contextmanager
def reader(folder: Path) -> Iterator[Reader]:
    app = Flask("reader")
    subscriber = Subscriber(
        SQLite3SubscriberStorage(str(folder / "reader.db")),
        SQLite3TempSubscriberStorage(str(folder / "asked.db")),
    )
    made = Reader(app, subscriber)
    subscriber.add_success_handler(lambda *_: made.subscribed.set())
    subscriber.add_listener(lambda topic, _, body: made.heard.put((topic, body)))
    app.register_blueprint(subscriber.build_blueprint(url_prefix="/callbacks"))
    with serving(app) as made.url:
        yield made


class _Host(ThreadingHTTPServer):
    links = ""


class _Shelf(SimpleHTTPRequestHandler):
    """Files of a folder, with the charset without which Flask-WebSub's subscriber reads no document, and the `Link`
    headers without which its hub distributes none."""

    def guess_type(self, path: Any) -> str:
        return "application/atom+xml; charset=utf-8" if str(path).endswith(".xml") else "application/json"

    def end_headers(self) -> None:
        assert isinstance(self.server, _Host)
        if self.server.links:
            own = f"http://127.0.0.1:{self.server.server_port}{self.path}"
            self.send_header("Link", f'<{own}>; rel="self", <{self.server.links}>; rel="hub"')
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def hosting(folder: Path) -> Iterator[tuple[str, Callable[[str], None]]]:
    """The URL of a plain server of `folder`, and how it is told to name a hub in its headers."""
    server = _Host(("127.0.0.1", 0), partial(_Shelf, directory=str(folder)))

    def name(hub_url: str) -> None:
        server.links = hub_url

    with _running(server):
        yield f"http://127.0.0.1:{server.server_port}/", name
