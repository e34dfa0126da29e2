"""The house is kept tidy: short modules, names that say something, no silence about what went wrong."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from walls import read_house

WORDS = frozenset({"process", "handle", "manage", "do", "util", "helper", "data", "info"})


def modules() -> Iterator[tuple[str, str, ast.Module]]:
    for name, source in read_house().items():
        if name.endswith(".py"):
            yield name, source, ast.parse(source)


def test_no_module_is_long() -> None:
    long = {name: source.count("\n") for name, source, _ in modules() if source.count("\n") > 330}
    assert not long, f"{long}: more than 330 lines; cut each where its thoughts part"


def test_no_drawer_for_odds_and_ends() -> None:
    odd = [name for name in read_house() if re.search(r"(^|[/_])(utils?|helpers?|misc|common)\b", name)]
    assert not odd, f"{odd}: name each after what is in it"


def swallowed(tree: ast.AST) -> list[int]:
    """Lines of handlers that catch everything and say nothing."""

    def catches_all(kind: ast.expr | None) -> bool:
        if isinstance(kind, ast.Tuple):
            return any(map(catches_all, kind.elts))
        return kind is None or (isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException"))

    def says_nothing(statement: ast.stmt) -> bool:
        constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        return constant or isinstance(statement, ast.Pass | ast.Continue)

    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and catches_all(node.type)
        and all(map(says_nothing, node.body))
    ]


def test_nothing_is_swallowed() -> None:
    found = [f"syndicate/{name}:{line}" for name, _, tree in modules() for line in swallowed(tree)]
    assert not found, f"{found}: an exception is swallowed; name it, or tell somebody"


@pytest.mark.parametrize(
    ("clause", "seen"),
    [
        ("except Exception: pass", True),
        ("except: ...", True),
        ("except (OSError, BaseException) as e: 'why'", True),
        ("except OSError: pass", False),
        ("except Exception: raise", False),
    ],
)
def test_a_swallowed_exception_is_seen(clause: str, seen: bool) -> None:
    assert bool(swallowed(ast.parse(f"try: f()\n{clause}"))) is seen


# Methods that a library calls by these names.
LIBRARY_NAMES = {"handle_empty_tag"}


def worn_names(tree: ast.AST) -> list[tuple[int, str]]:
    """Names given here that hold a word which says nothing."""
    given: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            given.append((node.lineno, node.name))
        elif isinstance(node, ast.arg):
            given.append((node.lineno, node.arg))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            given.append((node.lineno, node.id))
    words = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
    given = [(line, name) for line, name in given if name not in LIBRARY_NAMES]
    return [(line, name) for line, name in given if WORDS & {word.lower() for word in words.findall(name)}]


def test_names_say_something() -> None:
    found = [
        f"syndicate/{name}:{line}: {given}" for name, _, tree in modules() for line, given in worn_names(tree)
    ]
    assert not found, "\n".join([*found, f"{', '.join(sorted(WORDS))} are no names; say what it is"])


@pytest.mark.parametrize(
    "source", ["def handle_post(): ...", "class FeedInfo: ...", "data = 1", "lambda info: 1"]
)
def test_a_worn_name_is_seen(source: str) -> None:
    assert worn_names(ast.parse(source))
    assert not worn_names(
        ast.parse("handlers = metadata = process_id_of = 1".replace("process_id_of", "doing"))
    )
