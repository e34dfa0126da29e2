"""A hub and a subscriber that others wrote get what is published."""

from __future__ import annotations

from pathlib import Path

import feedparser
from deliveries import settings, told
from sites import Site, post
from websub import PATIENCE, hosting, hub, reader


def test_a_hub_brings_new_posts_to_its_subscribers(tmp_path: Path) -> None:
    site, output = Site(tmp_path), tmp_path / "public"
    with hub(tmp_path) as (hub_url, tasks), hosting(output) as (base, name), reader(tmp_path) as subscriber:
        config = settings(
            [],
            [hub_url],
            output=f'url = "{base}"',
            documents='atom = "atom.xml"\njson = "feed.json"',
            timeout="20s",
        )
        site.write({"known.md": post("Known")}, config)
        topic = f"{base}atom.xml"
        told(site, "build")
        # The document itself names its hub and its topic; no header does so yet.
        assert subscriber.subscribe(topic) == {"hub_url": hub_url, "topic_url": topic}
        name(hub_url)
        assert told(site, "push")["deliveries"] == {"pending": 0, "delivered": 2, "dead": 0}
        assert subscriber.heard.get(timeout=PATIENCE) == (topic, (output / "atom.xml").read_bytes())

        site.write({"new.md": post("New")}, config)
        said = told(site, "build", "--push")
        assert said["deliveries"] == {"pending": 0, "delivered": 4, "dead": 0}
        brought, body = subscriber.heard.get(timeout=PATIENCE)
        assert (brought, body) == (topic, (output / "atom.xml").read_bytes())
        entries = feedparser.parse(body).entries
        assert sorted(entry.title for entry in entries) == ["Known", "New"]

        (tmp_path / "posts" / "new.md").unlink()
        told(site, "build", "--push")
        _, body = subscriber.heard.get(timeout=PATIENCE)
        assert [entry.title for entry in feedparser.parse(body).entries] == ["Known"]
        tasks.end()
        assert tasks.faults == []
        assert subscriber.heard.empty()
