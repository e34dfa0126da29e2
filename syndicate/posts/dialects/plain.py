"""The plain dialect: any folder of text files, with front matter or without."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from syndicate.model import Author, FileRef, Post, Sourced
from syndicate.posts import Assumed, Parsed, Where, dates, fitness, iris, matter, names, plain
from syndicate.posts.complaint import Complaints
from syndicate.posts.fields import Fields
from syndicate.posts.text import decode
from syndicate.posts.values import Scalar

_PAGE = re.compile(r"\s*<(?:!doctype\b|html\b|head\b)", re.I)
_BODY = re.compile(r"<body\b[^<>]*>", re.I)
_TITLE = re.compile(r"<title\b[^<>]*>(?P<title>[^<]*)</title>", re.I)
_H1 = re.compile(r"\s*<h1\b[^>]*>(?P<title>.*?)</h1>", re.I | re.S)


# Of what a post is made of, what its author did not write, or readers do not see, or is in the fingerprint as
# it was written: how the plain-text reader renders a body may change.
_NOT_WRITTEN = ("body", "body_line", "markup", "seen", "slug", "draft", "hidden", "expires")

_STATES = ("published", "draft", "hidden", "skip", "private")


class Plain:
    """See `Dialect`."""

    def parse(self, raw: bytes, where: Where, assumed: Assumed) -> Parsed:
        complaints = Complaints(where.path)
        text = decode(raw, complaints)
        found = matter.read(text, complaints)
        named = names.named(where.name, complaints)
        if not found.body.strip() and not found.present:
            raise complaints.error("empty", "post: the file is empty; write something, or delete it")
        read = _with_matter if found.present else _without_matter
        post = read(found, where, named, assumed, complaints)
        fitness.check(post, complaints)
        return Parsed(post, complaints.warnings)


def _with_matter(
    found: matter.Matter, where: Where, named: names.Named, assumed: Assumed, complaints: Complaints
) -> Post:
    fields = Fields(found, complaints)
    html = _is_html(where)
    title, body, body_line = _title_and_body(found, fields, html)
    file_date = _file_date(named, assumed)
    dated = fields.instant(assumed.zone, "date")
    published = _published(fields, assumed) or dated
    if published and named.date and published.value.date() != named.date:
        complaints.warn(
            "date-conflict",
            f"date: the front matter says {published.value:%Y-%m-%d}, the file name {named.date}; "
            "the front matter counts, rename the file",
        )
    post = _post(
        where,
        assumed,
        title=title,
        published=published or file_date,
        updated=fields.instant(
            assumed.zone, "updated", "lastmod", "modified", "last_modified_at", "updateddate"
        ),
        expires=fields.instant(assumed.zone, "expires", "expirydate", "unpublishdate"),
        draft=_draft(fields),
        hidden=_hidden(fields),
        slug=fields.text("slug") or Sourced(named.slug, "file name"),
        id=iris.entry_id(fields.text("id", "guid", "uuid"), complaints),
        url=iris.entry_url(fields.text("url", "permalink", "path"), complaints),
        link=fields.text("link", "external_url"),
        summary=_one_line(fields.text("summary", "excerpt", "description")),
        authors=fields.authors("authors", "author", "params.author"),
        tags=fields.texts("tag", "tags", "tag", "taxonomies.tags"),
        categories=fields.texts("category", "categories", "category", "taxonomies.categories"),
        language=fields.text("lang", "language"),
        image=fields.text(
            "image.path",
            "image.url",
            "image.src",
            "image",
            "cover.image",
            "previewimage",
            "heroimage",
            "feature_image",
        ),
        attachments=_files(fields),
        body=body,
        body_line=body_line,
        markup="html" if html else "markdown",
    )
    fields.warn_of_slips()
    return post


def _without_matter(
    found: matter.Matter, where: Where, named: names.Named, assumed: Assumed, complaints: Complaints
) -> Post:
    file_date = _file_date(named, assumed)
    file_title: Sourced[str | None] = (
        Sourced(named.title, "file name") if named.title else Sourced(None, "default")
    )
    if _is_html(where):
        title, body = _html_title(found.body)
        return _post(
            where,
            assumed,
            title=title or file_title,
            published=file_date,
            slug=Sourced(named.slug, "file name"),
            body=body,
            body_line=found.body_line + found.body.count("\n") - body.count("\n"),
            markup="html",
        )
    try:
        reading = plain.read(found.body)
    except plain.NoProseDate as fault:
        raise complaints.error("bad-date", f"date in the prose: {fault}; correct it", fault.line) from None
    return _post(
        where,
        assumed,
        title=reading.title or file_title,
        subtitle=reading.subtitle,
        published=file_date or _prose_date(reading, assumed),
        slug=reading.slug or Sourced(named.slug, "file name"),
        body=reading.body,
        written=reading.written,
        body_line=reading.body_line,
        markup="markdown" if reading.markdown else "html",
        seen=reading.seen,
    )


def _post(where: Where, assumed: Assumed, **given: object) -> Post:
    """A Post of what was found, defaults for the rest, and the fingerprints of all that its author wrote."""
    no: Sourced[bool] = Sourced(False, "default")
    nothing: Sourced[tuple[str, ...]] = Sourced((), "default")
    files: Sourced[tuple[FileRef, ...]] = Sourced((), "default")
    authors: Sourced[tuple[Author, ...]] = Sourced(assumed.authors, "default")
    absent = {"published", "updated", "expires", "id", "url", "link", "summary", "image"}
    defaults: dict[str, object] = {
        **dict.fromkeys(absent),
        "draft": no,
        "hidden": no,
        "authors": authors,
        "tags": nothing,
        "categories": nothing,
        "attachments": files,
        "language": Sourced(assumed.language, "default"),
    }
    body = str(given.pop("written", given["body"])).strip()
    values = defaults | {name: value for name, value in given.items() if value is not None}
    wrote = [
        f"{name}={_as_written(getattr(value, 'value', value))!r}"
        for name, value in sorted(given.items())
        if value is not None and name not in _NOT_WRITTEN
    ]
    return Post(
        path=where.path,
        section=Sourced(names.section(where.name), "file name"),
        fingerprint=_digest("\n".join([*wrote, body])),
        body_fingerprint=_digest(body) if body else "",
        **values,  # type: ignore[arg-type]
    )


def _as_written(value: object) -> object:
    """A date without an offset is the site's, and a setting is nothing that the author wrote."""
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) if isinstance(value.tzinfo, ZoneInfo) else value).isoformat()
    return value


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _is_html(where: Where) -> bool:
    return PurePosixPath(where.name).suffix.lower() == ".html"


def _file_date(named: names.Named, assumed: Assumed) -> Sourced[datetime] | None:
    if not named.date:
        return None
    return Sourced(dates.midnight(named.date, assumed.zone), "file name", named.date.isoformat())


def _prose_date(reading: plain.Reading, assumed: Assumed) -> Sourced[datetime] | None:
    if not reading.opening:
        return None
    opening = reading.opening.value
    return Sourced(dates.midnight(opening.date, assumed.zone), "prose", opening.words)


def _title_and_body(found: matter.Matter, fields: Fields, html: bool) -> tuple[Sourced[str | None], str, int]:
    """The title, and the body without the heading that says the same, since readers show the title."""
    given = _one_line(fields.text("title"))
    body = found.body
    if html:
        opening_title, rest = _html_title(body)
        heading = (opening_title.value or "", rest) if opening_title else None
    else:
        heading = plain.opening_heading(body)
    if heading and (given is None or heading[0].casefold() == given.value.casefold()):
        line = found.body_line + body.count("\n") - heading[1].count("\n")
        title: Sourced[str | None] = given or Sourced(heading[0], "heading")
        return title, heading[1], line
    return given or Sourced(None, "default"), body, found.body_line


def _html_title(body: str) -> tuple[Sourced[str | None] | None, str]:
    """The heading that opens an HTML body, and the body without it. Of a whole page the body alone counts; without
    such a heading its title does."""
    import html

    page = _BODY.search(body) if _PAGE.match(body) else None
    named = _TITLE.search(body, 0, page.start()) if page else None
    body = body[page.end() :] if page else body
    found = _H1.match(body) or named
    if not found:
        return None, body
    words = " ".join(html.unescape(re.sub(r"<[^<>]*>", "", found["title"])).split())
    rest = body if found is named else body[found.end() :]
    return (Sourced(words, "heading"), rest) if words else (None, body)


def _published(fields: Fields, assumed: Assumed) -> Sourced[datetime] | None:
    """`publishDate`, `pubDate`, and `published` where it is a date: elsewhere it is a boolean."""
    found = fields.instant(assumed.zone, "publishdate", "pubdate")
    if found:
        return found
    return None if fields.is_flag("published") else fields.instant(assumed.zone, "published")


def _draft(fields: Fields) -> Sourced[bool] | None:
    draft = fields.flag("draft")
    if draft and draft.value:
        return draft
    shown = fields.flag("published") if fields.is_flag("published") else None
    if shown and not shown.value:
        return Sourced(True, shown.source)
    status = fields.choice("status", *_STATES)
    if status and status.value in ("draft", "skip", "private"):
        return Sourced(True, status.source)
    return draft


def _hidden(fields: Fields) -> Sourced[bool] | None:
    for name in ("hidden", "unlisted", "feed_exclude"):
        found = fields.flag(name)
        if found and found.value:
            return found
    feed = fields.find("feed")
    shown = fields.flag("feed") if feed and isinstance(feed.value, Scalar) else None
    if shown and not shown.value:
        return Sourced(True, shown.source)
    status = fields.choice("status", *_STATES)
    if status and status.value == "hidden":
        return Sourced(True, status.source)
    return None


def _files(fields: Fields) -> Sourced[tuple[FileRef, ...]] | None:
    enclosures, attachments = (
        fields.files("enclosure", "enclosures"),
        fields.files("attachments", "attachment"),
    )
    if enclosures and attachments:
        both = dict.fromkeys(enclosures.value + attachments.value)
        return Sourced(tuple(both), enclosures.source)
    return enclosures or attachments


def _one_line(text: Sourced[str] | None) -> Sourced[str] | None:
    return Sourced(" ".join(text.value.split()), text.source) if text else None
