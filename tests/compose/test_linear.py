"""What is ours takes twice as long for twice as much. Only ratios count: of the shortest of several runs, in
processor time, with a margin that is far above twice and below four times."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from compose_samples import URL

from syndicate.compose import tidy as tidy_module
from syndicate.compose.fences import understood
from syndicate.compose.links import absolute, absolute_srcset
from syndicate.compose.tidy import Tidied, tidy
from syndicate.compose.words import plain, summary

N = 20_000
# Twice the work takes twice the time; quadratic work four times. Short runs are all noise.
MARGIN, NOISE = 3.2, 0.01

CASES: dict[str, tuple[Callable[[str], object], Callable[[int], str]]] = {
    "spaces in a URL": (lambda text: absolute(text, URL), lambda n: "a" + " " * n + "b"),
    "percent signs": (lambda text: absolute(text, URL), lambda n: "%" * n),
    "dots": (lambda text: absolute(text, URL), lambda n: "a/" * n),
    "a host of dots": (lambda text: absolute(text, URL), lambda n: "https://" + "a." * n),
    "commas": (lambda text: absolute_srcset(text, URL), lambda n: "," * n),
    "candidates": (lambda text: absolute_srcset(text, URL), lambda n: "a 1x," * (n // 10)),
    "open brackets": (lambda text: absolute_srcset(text, URL), lambda n: "a (" * n),
    "closed brackets": (lambda text: absolute_srcset(text, URL), lambda n: "a ()" * n),
    "inputs": (tidy_module._INPUT.findall, lambda n: "<input" * n),
    "an input of types": (lambda text: tidy(text, URL), lambda n: "<input" + " type=checkbox" * n),
    "an input of spaces": (lambda text: tidy(text, URL), lambda n: "<input type" + " " * n),
    "references": (lambda text: tidy(text, URL), lambda n: "&#" * n),
    "a long reference": (lambda text: tidy(text, URL), lambda n: "&#" + "0" * n + "9" * n),
    "marks": (tidy_module._MORE.search, lambda n: "<!--" * n),
    "a mark of spaces": (tidy_module._MORE.search, lambda n: "<!--" + " " * n),
    "a mark that does not end": (tidy_module._MORE.search, lambda n: "<!--more " + "-" * n),
    "classes": (tidy_module._WORTH_A_TREE.search, lambda n: "<a " + "class=" * n),
    "names in a class": (tidy_module._WORTH_A_TREE.search, lambda n: "<a class=" + "l " * n),
    "tags that do not end": (tidy_module._WORTH_A_TREE.search, lambda n: "<a" * n),
    "attributes": (tidy_module._WORTH_A_TREE.search, lambda n: "<a" + " data-" * n),
    "empty paragraphs": (tidy_module._EMPTY.findall, lambda n: "<p>" * n),
    "a paragraph of spaces": (tidy_module._EMPTY.findall, lambda n: "<p>" + " " * n),
    "start tags": (tidy_module._START.findall, lambda n: "<a" + ' b="c"' * n),
    "pictures": (lambda text: tidy(text, URL), lambda n: "<img alt=a>" * (n // 10)),
    "lazy pictures": (lambda text: tidy(text, URL), lambda n: "<img data-src=a>" * (n // 20)),
    "frames": (lambda text: tidy(text, URL), lambda n: "<iframe src=/a></iframe>" * (n // 20)),
    "footnotes": (lambda text: tidy(text, URL), lambda n: "<sup id=fn:1></sup>" * (n // 10)),
    "formulas": (lambda text: tidy(text, URL), lambda n: "<math>a</math>" * (n // 20)),
    "ruby": (lambda text: tidy(text, URL), lambda n: "<ruby>a<rt>b</rt></ruby>" * (n // 20)),
    "tables of code": (
        lambda text: tidy(text, URL),
        lambda n: "<table class=lntable><td class=lnt>1<td><pre>a</pre></table>" * (n // 50),
    ),
    "doubles": (
        lambda text: tidy(text, URL),
        lambda n: "<img data-src=a><noscript><img src=a></noscript>" * (n // 50),
    ),
    "blocks": (plain, lambda n: "<p>a</p>" * n),
    "lists": (plain, lambda n: "<li>" * n + "</li>" * n),
    "open tags": (plain, lambda n: "<a" * n),
    "notes": (plain, lambda n: f'<a href="{URL}#fn-01234567">1</a>' * (n // 10)),
    "marks in a link": (plain, lambda n: f'<a href="{"#fn-" * n}">1</a>'),
    "alternatives": (lambda text: summary(Tidied(text, None)), lambda n: '<img alt="">' * n),
    "fences": (understood, lambda n: "```\n" * n),
    "fences that do not match": (understood, lambda n: "".join(f"{'`' * (3 + i % 9)}\n" for i in range(n))),
    "a fence of braces": (understood, lambda n: "```{" + "." * n),
    "a line of quotations": (understood, lambda n: "> " * n),
    "a line of spaces": (understood, lambda n: " " * n + "a"),
    "items": (understood, lambda n: "- a\n" * n),
    "an item of digits": (understood, lambda n: "1" * n + "."),
}


def seconds(work: Callable[[str], object], text: str) -> float:
    shortest = float("inf")
    for _ in range(3):
        start = time.process_time()
        work(text)
        shortest = min(shortest, time.process_time() - start)
    return shortest


@pytest.mark.parametrize(("work", "text"), CASES.values(), ids=CASES.keys())
def test_twice_as_much_takes_twice_as_long(work: Callable[[str], object], text: Callable[[int], str]) -> None:
    for n in (N, 2 * N):
        once, twice = seconds(work, text(n)), seconds(work, text(2 * n))
        if twice < MARGIN * once or twice < NOISE:
            return
    pytest.fail(f"{once:.4f} s for {2 * N}, {twice:.4f} s for twice as many")
