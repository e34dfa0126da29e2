"""A repair of Python-Markdown 3.11: what follows raw HTML in its line keeps its place.

In the tail of a raw block the original puts references and further tags aside until the next block is
stored, so that `<p>One</p> &amp; two` says "two &".
"""

from __future__ import annotations

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.md_in_html import HtmlBlockPreprocessor, HTMLExtractorExtra


class _Extractor(HTMLExtractorExtra):
    mdstack: list[str]

    def handle_empty_tag(self, markup: str, is_block: bool) -> None:
        if self.intail and not self.inraw and not self.mdstack:
            self.cleandoc.append(markup)
        else:
            super().handle_empty_tag(markup, is_block)


class _Preprocessor(HtmlBlockPreprocessor):
    def run(self, lines: list[str]) -> list[str]:
        extractor = _Extractor(self.md)
        extractor.feed("\n".join(lines))
        extractor.close()
        return "".join(extractor.cleandoc).split("\n")


class InPlace(Extension):
    """To be named after `md_in_html`, whose extractor it extends."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.preprocessors.register(_Preprocessor(md), "html_block", 20)
