"""What a file's name says, and what a shell prompt in its first line says of it."""

from __future__ import annotations

import unicodedata

import pytest
from post_texts import post

from syndicate.posts import names
from syndicate.posts.complaint import Complaints

# Names → date, slug, readable title.
NAMES = [
    ("a-walk.md", None, "a-walk", "A walk"),
    ("A Walk in  the Rain.markdown", None, "a-walk-in-the-rain", "A Walk in the Rain"),
    ("2025-07-07-a-walk.md", "2025-07-07", "a-walk", "A walk"),
    ("2025-07-07 a_walk.md", "2025-07-07", "a_walk", "A walk"),
    ("2025-07-07.md", "2025-07-07", "2025-07-07", None),
    ("2025-07-07-.md", "2025-07-07", "2025-07-07-", None),
    ("20250707.md", None, "20250707", None),
    ("7.md", None, "7", None),
    ("x.md", None, "x", None),
    ("v1.0.0.md", None, "v1.0.0", None),
    ("x.html.md", None, "x.html", "X.html"),
    ("it's: a/b's.md", None, "b's", None),
    ("it's: a b.md", None, "it's:-a-b", "It's: a b"),
    ("Großes.md", None, "großes", "Großes"),
    ("ßa.md", None, "ßa", "ßa"),
    ("名前.md", None, "名前", "名前"),
    ("🦉 owl.md", None, "🦉-owl", "🦉 owl"),
    ("CON.md", None, "con", "CON"),
    ("a..md", None, "a.", None),
    ("ab. .md", None, "ab.", "Ab."),
    ("a\u00a0b\u3000cd.md", None, "a-b-cd", "A b cd"),
    ("-rf.md", None, "-rf", "Rf"),
    ("trip/index.md", None, "trip", "Trip"),
    ("2025-07-07-trip/index.md", "2025-07-07", "trip", "Trip"),
    ("a/b cd/INDEX.html", None, "b-cd", "B cd"),
    ("index.md", None, "index", "Index"),
    ("a/index.en.md", None, "index.en", "Index.en"),
]


@pytest.mark.parametrize(("name", "date", "slug", "title"), NAMES)
def test_what_a_name_says(name: str, date: str | None, slug: str, title: str | None) -> None:
    found = names.named(name, Complaints(name))
    assert (found.date and found.date.isoformat(), found.slug, found.title) == (date, slug, title)


@pytest.mark.parametrize("name", ["Café Ångström/Żuraw.md", "e\u0301 E\u0301.md", "ｱ.md"])
def test_one_machines_name_is_anothers(name: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, name) for form in ("NFC", "NFD"))
    assert names.named(composed, Complaints("x")) == names.named(decomposed, Complaints("x"))
    assert names.section(composed) == names.section(decomposed)


@pytest.mark.parametrize(
    ("name", "section"), [("a.md", ""), ("b/a.md", "b"), ("B c/d/a.md", "B c"), ("trip/index.md", "trip")]
)
def test_the_section_is_the_first_folder(name: str, section: str) -> None:
    found = post("x", name).section
    assert (found.value, found.source) == (section, "file name")


# First lines → the slug that they name.
PROMPTS = [
    ("$ cat post/some-name.md", "some-name"),
    ("$ cat some-name.md", "some-name"),
    ("$ cat post/2025/07/some-name.md", "2025/07/some-name"),
    ("$ cat post/a-/-b:-it's.md", "a-/-b:-it's"),
    ("$ cat post/a name with  spaces.md", "a name with  spaces"),
    ("$ cat 'post/a name.md'", "a name"),
    ('$ cat "post/it\'s a name.md"', "it's a name"),
    ("$ cat post/it\\'s\\ a\\ name.md", "it's a name"),
    ("$ cat ./post/a.md", "a"),
    ("$ cat ~/post/a.md", "a"),
    ("$ cat /srv/post/a.md", "post/a"),
    ("$ cat POST/A.MD", "A"),
    ("$ cat post/a.txt", "a"),
    ("$ less post/a.markdown", "a"),
    ("  $  bat   post/a.html  ", "a"),
    ("$cat post/a.md", "a"),
    ("# cat post/a.md", "a"),
    ("% cat post/a.md", "a"),
    ("❯ cat post/a.md", "a"),
    ("me@host:~/blog$ cat post/a.md", "a"),
    ("me@host ~/blog % cat post/a.md", "a"),
    ("[me@host blog]$ cat post/a.md", "a"),
    ("(venv) me@host:~$ cat post/a.md", "a"),
    ("~/blog ❯ cat post/Große 名前.md", "Große 名前"),
    ("$ cat post/a", None),
    ("$ cat post/a.py", None),
    ("$ cat", None),
    ("$ cat .md", None),
    ("$ cat post/.md", None),
    ("$ ls post/a.md", None),
    ("cat post/a.md", None),
    ("It costs $ 5 to cat post/a.md", None),
    ("We looked at it with $ cat post/a.md and then left", None),
    ("# A cat and a dog.md", None),
]


@pytest.mark.parametrize(("line", "slug"), PROMPTS)
def test_a_prompt_names_the_slug(line: str, slug: str | None) -> None:
    assert names.prompted(line) == slug


def test_a_prompt_is_not_content() -> None:
    found = post("\n$ cat post/a/b c.md\n\n\nA Walk\n\nIt rained all day.\n")
    assert (found.slug.value, found.slug.source) == ("a/b c", "shell prompt")
    assert (found.title.value, found.body) == ("A Walk", "<p>It rained all day.</p>")
    assert [(one.what, one.line, one.text) for one in found.seen] == [("prompt", 2, "$ cat post/a/b c.md")]


def test_only_the_first_line_is_a_prompt() -> None:
    found = post("A Walk\n\n$ cat post/b.md\n\nIt rained all day.\n")
    assert found.slug.source == "file name"
    assert "cat post/b.md" in found.body
    assert post("---\nx: y\n---\n$ cat post/b.md\n").slug.value == "my-post"


def test_a_prompt_and_nothing_else() -> None:
    found = post("$ cat post/a-walk.md\n", "other.md")
    assert (found.title.value, found.slug.value, found.body) == ("Other", "a-walk", "")


@pytest.mark.parametrize(
    ("given", "slug"), [("A B", "A B"), ("0123", "0123"), ("a/b/", "a/b/"), ("/a", "/a"), ("it's", "it's")]
)
def test_a_slug_that_is_given_stays_as_written(given: str, slug: str) -> None:
    found = post(f"---\nslug: {given}\n---\n").slug
    assert (found.value, found.source) == (slug, "front matter, line 2")
