"""Reads XML back, strictly: nothing here has a hand in writing it."""

from __future__ import annotations

from lxml import etree

from syndicate.formats.checks import refusal


def parse(body: bytes, url: str, root: str) -> etree._Element:
    """The root element, read strictly: UTF-8, no document type, no entity resolved, no network.

    Raises PublishError where the bytes are not well-formed, or the root is not `root` (`{namespace}name`).
    """
    if not body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>"):
        raise refusal(url, "the document does not start with an XML declaration in UTF-8")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError) as error:
        raise refusal(url, f"the document is not well-formed XML ({error})") from error
    if tree.getroottree().docinfo.internalDTD is not None:
        raise refusal(url, "the document has a document type")
    if tree.tag != root:
        raise refusal(url, f"the root is {tree.tag!r} and not {root!r}")
    return tree


def texts(parent: etree._Element, tag: str) -> tuple[str, ...]:
    """The text of each child of that name; one with elements inside is shown as such, and equals no text."""
    return tuple(f"<{child[0].tag}>" if len(child) else child.text or "" for child in parent.findall(tag))


def maybe(text: str) -> tuple[str, ...]:
    """What `texts` finds of an element that is written only where there is something to say."""
    return (text,) if text else ()
