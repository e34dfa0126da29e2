"""A post and its rendering → the entry that readers see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from syndicate.compose import words
from syndicate.compose.links import WEB, absolute
from syndicate.compose.media import attachments
from syndicate.compose.tidy import Tidied
from syndicate.model import Author, Entry, Identified, Measured, Site


def entry(one: Identified, tidied: Tidied, measured: Mapping[str, Measured], site: Site) -> Entry:
    """The entry of a published post (spec.md, section 5); `measured` holds the local files that it names, by their
    targets. Pictures and links that are no web addresses are left out."""
    post, url = one.post, one.url.value
    if post.published is None:
        raise ValueError("an undated post has no entry")
    published = _whole(post.published.value)
    title = " ".join((post.title.value or "").split())
    own = " ".join(post.summary.value.split()) if post.summary else ""
    text = own or words.summary(tidied)
    return Entry(
        id=one.id.value,
        url=url,
        title=title,
        headline=words.headline(title, words.shown(tidied.content) or text, published),
        published=published,
        updated=max(published, _whole(post.updated.value)) if post.updated else published,
        summary=text,
        content=tidied.content,
        authors=_named(post.authors.value) or _named(site.authors) or (Author(site.title),),
        tags=post.tags.value,
        categories=post.categories.value,
        language=post.language.value,
        image=(absolute(post.image.value, url, WEB) or "") if post.image else "",
        external_url=(absolute(post.link.value, url, WEB) or "") if post.link else "",
        attachments=attachments(post.attachments.value, measured, url, site),
    )


def _named(authors: tuple[Author, ...]) -> tuple[Author, ...]:
    """Those that a document can name."""
    return tuple(author for author in authors if (author.name + author.email + author.url).strip())


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
