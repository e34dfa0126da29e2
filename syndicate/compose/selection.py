"""Which posts stand published, and which of them a feed takes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from syndicate.model import Choice, Definition, Identified, Post


def withheld(post: Post, now: datetime, drafts: bool = False) -> str | None:
    """Why a post is not published at `now` (aware), None where it is. The reasons are words for people:
    `draft`, `hidden`, `undated`, `future`, `expired`."""
    if post.draft.value and not drafts:
        return "draft"
    if post.hidden.value:
        return "hidden"
    if post.published is None:
        return "undated"
    if post.published.value > now:
        return "future"
    if post.expires and post.expires.value <= now:
        return "expired"
    return None


def upcoming(posts: Iterable[Post], now: datetime, drafts: bool = False) -> tuple[datetime, Post] | None:
    """The instant after `now` at which the first of `posts` comes due or expires, and which it is."""
    instants = []
    for post in posts:
        if withheld(post, now, drafts) == "future" and post.published:
            instants.append((post.published.value, post))
        elif withheld(post, now, drafts) is None and post.expires:
            instants.append((post.expires.value, post))
    return min(instants, key=lambda one: (one[0], one[1].path), default=None)


def takes(definition: Definition, post: Post) -> bool:
    """Does the feed take this post? All that `include` asks must hold, and nothing that `exclude` names."""
    include = _matches(definition.include, post)
    exclude = _matches(definition.exclude, post)
    return all(include) and not any(exclude)


def _matches(choice: Choice, post: Post) -> list[bool]:
    """For each thing that `choice` asks, whether the post has it. Case does not count."""
    asked: tuple[tuple[tuple[str, ...], Iterable[str]], ...] = (
        (choice.tags, post.tags.value),
        (choice.categories, post.categories.value),
        (choice.sections, (post.section.value,)),
        (choice.authors, (author.name for author in post.authors.value)),
        (choice.languages, (post.language.value,)),
    )
    return [
        not {name.casefold() for name in wanted}.isdisjoint(value.casefold() for value in values)
        for wanted, values in asked
        if wanted
    ]


def ordered(identified: Iterable[Identified]) -> list[Identified]:
    """Newest first, ties by id: the order of every document."""
    by_id = sorted(identified, key=lambda one: one.id.value)
    return sorted(by_id, key=_published, reverse=True)


def _published(one: Identified) -> datetime:
    if one.post.published is None:
        raise ValueError("an undated post stands in no feed")
    # Documents show whole seconds, and within one of them ids tell.
    return one.post.published.value.replace(microsecond=0)
