"""What a tape picks from: keys and values of front matter, pieces of any text, lines of a plain one."""

from __future__ import annotations

# fmt: off
NAMES = (
    "my-post.md", "my-post.html", "2026-01-31-my-post.md", "a folder/index.md", "2026-01-31.md",
    "notes/2025-02-28-é x.markdown", "20250707.md", "drafts/A.B.C.mdx",
)
KEYS = (
    "title", "date", "publishDate", "published", "updated", "expires", "draft", "hidden", "slug", "id", "url", "link",
    "summary", "description", "authors", "author", "params", "tags", "tag", "taxonomies", "categories", "lang",
    "image", "cover", "image.path", "enclosure", "attachments", "status", "feed", "unlisted", "TITLE", "name",
    "email", "type", "length", "path", "src", "<<", "titel", "a.b", "é", "", "a b", "guid", "permalink",
)
VALUES = (
    "2026-01-31", "2026-02-30", "2026-01-31T10:00:00+02:00", "31 Jan 2026 10:00", "0000-01-01", "9999-12-31",
    "2026-03-29 02:30", "yes", "no", "true", "null", "~", "", "1.10", "12:30", "0x1f", "-1", "1e999", "NaN",
    "A B <a@b.example>", "https://é.example/ü?a=b c#d", "//x.example", "mailto:a@b.c", "javascript:alert(1)", "a.mp3",
    "/a/b.mp3", "audio/mpeg", "tag:a.example,2026:b", "urn:x:%zz", "../../x", ".", "a/../b", "a\\b",
    "{5fcd4b3c-3a5c-4a3f-8a3f-0a5c4b3c5fcd}", "\u202e", "\ufeff", "\x00", "\ud800", "\u2028", "\x85", "🜚", "draft",
    "publishd", "a: b", "- a", "# a", "&a", "*a", "!!x", "[a, b", "{a", "|", ">", "'", "\"", "\\u0000",
)
PIECES = (
    *"-+{}[]()<>*_`~#|!&%@?:,.;'\"\\/=$^ \t\n\r0aAé\x85\u2028\ufeff\u202e\x00\x1b\xa0ſı",
    "---\n", "...\n", "+++\n", "title:", "date:", "tags:", "authors:", "enclosure:", "id:", "url:", "slug:",
    " 2026-01-31", " 2026-02-30", "12:30", " true", " null", "&a", "*a", "!!x", "<<: ", "\n  ", "\n- ", "\"x\"",
    "July 7, 2025", "7 July 2025", "Feb 30, 2025", "Title: ", "$ cat a/b.md", "End of Post", "https://a.b/c_(d)",
    "# ", "## ", "```\n", "~~~\n", "\n\n", "\n", "{\"title\":", "{\"a\": [", "}\n", "1. ", "- ", "\\u0000", "\\ud800",
    "<h1>", "</h1>", "a = 1\n", "=====\n", "a | b\n--|--\n", "[^1]", "\n[^1]: ", "[a](b)", "![](c)", "<div>",
    "</div>", "<!--more-->", "<!--", "-->", "<iframe src=//x>", "<img data-src=a>", "<svg>", "<math>", "<p>", "<pre>",
    "</pre>", "<script>", "<a href=", "&#1;", "&amp;", "]]>", "<![CDATA[", "    ", "> ", "- [x] ",
    "<details markdown=1>", "<table><td>", "{: #a .b}", "*[a]: b\n", ": a\n", "**a**", "~~a~~", "\u0301", "<noscript>",
    "<picture>", "<object data=a>", " srcset='a 1x,'", "<input type=checkbox checked>", "<?a?>", "<!doctype html>\n",
    "<html lang=a>", "<head>", "<title>", "</title>", "<body class=a>", "</body>", "<H1 a=>",
)
LINES = (
    "", "", "Title: Another One", "A Short Line", "a short line", "The command to run it:", "It says the following:",
    "This is a sentence that goes on for a while, and then it ends.", "July 7, 2025. It rained.", "7 July 2025",
    "word " * 14 + "and so it is that a line is wrapped here", "long " * 60 + "end.", "    x = f(1)", "\ty := {",
    "$ ls -l /tmp", "$ cat post/some/name.md", "- an item", "  - an inner one", "1. one", "12) twelve", "* star",
    "---", "***", "=====", "[End of Post]", "End of Post", "# restart it", "## Low", "name: x", "- name: x",
    "  image: y", "roses are red,", "violets are blue", "https://a.example/b", "`code` in a line", "<div>",
    "By R. Hale", "Traceback (most recent call last):", "ValueError: no", "```", "| a | b |", "|---|---|", "> quoted",
    "\xa0", "What Is Next?", "Note:", "(aside)", "...", "\"quoted speech,\" she said", "SELECT * FROM t;",
    "   indented three",
)
# fmt: on
WORDS = (*KEYS, *VALUES, *PIECES, *LINES)
