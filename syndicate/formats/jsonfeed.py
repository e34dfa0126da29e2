"""JSON Feed 1.1 (https://jsonfeed.org/version/1.1; spec.md, section 6)."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from syndicate.formats.checks import (
    Shown,
    compare,
    compare_entries,
    credited,
    foreign,
    legal,
    refusal,
    sound,
    stamp,
    subjects,
)
from syndicate.model import Attachment, Author, Entry, Feed

media_type = "application/feed+json; charset=utf-8"

VERSION = "https://jsonfeed.org/version/1.1"

Item = dict[str, Any]


def write(feed: Feed, url: str) -> bytes:
    """The JSON Feed document of `feed` at `url`. Raises PublishError."""
    legal(feed, url)
    document = {**_head(feed, url), "items": [item(entry, feed) for entry in feed.entries]}
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n").encode()


def _head(feed: Feed, url: str) -> Item:
    return _given(
        {
            "version": VERSION,
            "title": feed.title,
            "home_page_url": feed.home_url,
            "feed_url": url,
            "description": feed.description,
            "icon": feed.icon,
            "authors": [_person(author) for author in credited(feed.authors)],
            "language": feed.language,
            "hubs": [{"type": "WebSub", "url": hub} for hub in feed.hubs],
        }
    )


def item(entry: Entry, feed: Feed) -> Item:
    """One item. It must have content (JSON Feed 1.1, "Items"): where there is no HTML to show, the summary or
    the first words stand as its text."""
    html = feed.full and entry.content
    return _given(
        {
            "id": entry.id,
            "url": entry.url,
            "external_url": entry.external_url,
            "title": entry.title,
            "content_html": entry.content if html else "",
            "content_text": "" if html else entry.summary or entry.headline,
            "summary": entry.summary,
            "image": entry.image,
            "date_published": stamp(entry.published),
            "date_modified": stamp(entry.updated),
            "authors": [_person(author) for author in credited(entry.authors)],
            "tags": list(subjects(entry)),
            "language": foreign(entry, feed),
            "attachments": [_file(attachment) for attachment in entry.attachments],
        }
    )


def _person(author: Author) -> Item:
    return _given({"name": author.name, "url": author.url})


def _file(attachment: Attachment) -> Item:
    return _given(
        {
            "url": attachment.url,
            "mime_type": attachment.type,
            "title": attachment.title,
            "size_in_bytes": max(attachment.length, 0),
        }
    )


def _given(members: Item) -> Item:
    """Without the members that say nothing."""
    return {name: value for name, value in members.items() if value}


def check(body: bytes, feed: Feed, url: str) -> None:
    """Raises PublishError unless `body` is the whole JSON Feed document of `feed` at `url`
    (conformance.md, JF1 to JF11)."""
    sound(feed, url)
    document = _strict(body, url)
    try:
        head, entries = _found_feed(document), [_found(each) for each in document["items"]]
    except (TypeError, AttributeError, KeyError) as error:
        raise refusal(url, f"the document has not the shape of a JSON Feed ({error!r})") from error
    compare(url, "the feed", _wanted_feed(feed, url), head)
    compare_entries(url, [_wanted(entry, feed) for entry in feed.entries], entries)


def _wanted_feed(feed: Feed, url: str) -> Shown:
    return {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": url,
        "description": feed.description or None,
        "icon": feed.icon or None,
        "language": feed.language or None,
        "authors": [(author.name, author.url or None) for author in credited(feed.authors)],
        "hubs": [("WebSub", hub) for hub in feed.hubs],
    }


def _found_feed(head: Item) -> Shown:
    names = ("version", "title", "home_page_url", "feed_url", "description", "icon", "language")
    return {name: head.get(name) for name in names} | {
        "authors": [(author["name"], author.get("url")) for author in head.get("authors", [])],
        "hubs": [(hub["type"], hub["url"]) for hub in head.get("hubs", [])],
    }


def _wanted(entry: Entry, feed: Feed) -> Shown:
    html = feed.full and bool(entry.content)
    return {
        "id": entry.id,
        "url": entry.url,
        "external_url": entry.external_url or None,
        "title": entry.title or None,
        "content_html": entry.content if html else None,
        "content_text": None if html else entry.summary or entry.headline,
        "summary": entry.summary or None,
        "image": entry.image or None,
        "date_published": stamp(entry.published),
        "date_modified": stamp(entry.updated),
        "language": foreign(entry, feed) or None,
        "tags": list(subjects(entry)),
        "authors": [(author.name, author.url or None) for author in credited(entry.authors)],
        "attachments": [(file.url, file.type, max(file.length, 0)) for file in entry.attachments],
    }


def _found(found: Item) -> Shown:
    texts = ("id", "url", "external_url", "title", "content_html", "content_text", "summary", "image")
    names = (*texts, "date_published", "date_modified", "language")
    return {name: found.get(name) for name in names} | {
        "tags": list(found.get("tags", [])),
        "authors": [(author["name"], author.get("url")) for author in found["authors"]],
        "attachments": [
            (file["url"], file["mime_type"], file.get("size_in_bytes", 0))
            for file in found.get("attachments", [])
        ],
    }


def _strict(body: bytes, url: str) -> Any:
    """What the bytes say, read by the letter of RFC 8259: UTF-8 without a mark, no NaN, no name twice."""

    def constant(name: str) -> NoReturn:
        raise ValueError(f"{name} is no JSON")

    def members(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a name stands twice in one object")
        return found

    try:
        text = body.decode("utf-8")
        return json.loads(text, parse_constant=constant, object_pairs_hook=members)
    except (ValueError, RecursionError) as error:
        raise refusal(url, f"the document is not well-formed JSON ({error})") from error
