"""Markdown → HTML, not yet safe: the HTML pass follows.

One `Markdown` for each post: a shared one leaks footnotes from post to post, and mixes posts up between
threads.
"""

from __future__ import annotations

from typing import Any

from syndicate.compose.fences import understood

_EXTENSIONS = (
    "abbr",
    "attr_list",
    "def_list",
    "footnotes",
    "md_in_html",
    "sane_lists",
    "tables",
    "pymdownx.highlight",
    "pymdownx.magiclink",
    "pymdownx.superfences",
    "pymdownx.tasklist",
    "pymdownx.tilde",
)
_SETTINGS: dict[str, dict[str, Any]] = {
    # Readers drop style attributes; `align` is an attribute that they know.
    "tables": {"use_align_attribute": True},
    "footnotes": {"BACKLINK_TITLE": "Back to the text"},
    # Readers bring their own colours, and the spans of a highlighter only swell a feed.
    "pymdownx.highlight": {"use_pygments": False, "code_attr_on_pre": False},
    "pymdownx.superfences": {"disable_indented_code_blocks": False},
    "pymdownx.tilde": {"subscript": False},
    "pymdownx.magiclink": {"hide_protocol": False},
}


class TooDeep(Exception):
    """The text nests deeper than the renderer can follow."""


def render(text: str) -> str:
    """HTML of `text`: CommonMark's core as Python-Markdown reads it, with fenced code, tables, footnotes,
    strikethrough, task lists, definition lists and autolinks. Raises TooDeep."""
    from markdown import Markdown

    from syndicate.compose.rawhtml import InPlace

    try:
        return Markdown(
            extensions=[*_EXTENSIONS, InPlace()], extension_configs=_SETTINGS, output_format="html"
        ).convert(understood(text))
    except RecursionError:
        raise TooDeep from None
