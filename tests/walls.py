"""The walls of the house, read from sources alone: nothing is imported, nothing is run.

`breaches` takes `{path below syndicate/: source}` and returns one sentence for each breach, so that the
checker itself can be tested with sources of two lines.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from rooms import (
    BUILTINS,
    DISK_METHODS,
    FORBIDDEN,
    LEAVES,
    LIBRARIES,
    LOCAL_DIRECTIVE,
    MAY_IMPORT,
    PURE,
    PURE_OS,
    ROOT,
)

PACKAGE = "syndicate"
HOUSE = Path(__file__).resolve().parent.parent / PACKAGE


def read_house() -> dict[str, str]:
    """Every file of the package by its path below it; only Python has a text that matters."""
    return {
        file.relative_to(HOUSE).as_posix(): file.read_text("utf-8") if file.suffix == ".py" else ""
        for file in sorted(HOUSE.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    }


@dataclass(frozen=True)
class Module:
    """One source. `path` is below `syndicate/`."""

    path: PurePosixPath
    tree: ast.Module
    room: str

    @property
    def package(self) -> list[str]:
        return [PACKAGE, *self.path.parent.parts]


@dataclass
class References(ast.NodeVisitor):
    """Every import of a module, wherever it stands, and every dotted name that leads into one."""

    module: Module
    bound: dict[str, str] = field(default_factory=dict)
    imports: list[tuple[int, str]] = field(default_factory=list)
    names: list[tuple[int, str]] = field(default_factory=list)
    puzzles: list[tuple[int, str]] = field(default_factory=list)

    def read(self) -> References:
        # Two walks: a function may use, above it, what the module imports below.
        for node in ast.walk(self.module.tree):
            if isinstance(node, ast.Import):
                self._take_import(node)
            elif isinstance(node, ast.ImportFrom):
                self._take_from(node)
        self.visit(self.module.tree)
        return self

    def _take_import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.imports.append((node.lineno, alias.name))
            self.bound[alias.asname or alias.name.partition(".")[0]] = (
                alias.name if alias.asname else alias.name.partition(".")[0]
            )

    def _take_from(self, node: ast.ImportFrom) -> None:
        above = self.module.package
        base = ".".join(above[: len(above) - node.level + 1]) if node.level else ""
        base = ".".join(part for part in (base, node.module or "") if part)
        for alias in node.names:
            if alias.name == "*":
                self.puzzles.append((node.lineno, "imports a star; name what it takes"))
            target = base if alias.name == "*" else f"{base}.{alias.name}"
            self.imports.append((node.lineno, target))
            self.bound[alias.asname or alias.name] = target

    def dotted(self, node: ast.expr) -> str | None:
        """`a.b.c` with the name `a` replaced by what was imported under it; None for anything else."""
        if isinstance(node, ast.Name):
            return self.bound.get(node.id)
        if isinstance(node, ast.Attribute):
            base = self.dotted(node.value)
            return f"{base}.{node.attr}" if base else None
        return None

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load) and (name := self.dotted(node)):
            self.names.append((node.lineno, name))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if name := self.dotted(node):
            self.names.append((node.lineno, name))
        else:
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "__import__":
            self.puzzles.append((node.lineno, "calls __import__; use an import statement"))
        if self.dotted(node.func) == "importlib.import_module" and node.args:
            target = _constant_start(node.args[0])
            if target.startswith("."):
                target = ".".join(self.module.package) + target
            if target:
                self.imports.append((node.lineno, target.rstrip(".")))
            else:
                self.puzzles.append(
                    (node.lineno, "imports what only its run knows; let the name begin with the room's path")
                )


def _constant_start(node: ast.expr) -> str:
    """What is known of a text before it is run: `'a.b'` of `f'a.b.{c}'`."""
    if isinstance(node, ast.JoinedStr) and node.values:
        head = node.values[0]
        known = head.value if isinstance(head, ast.Constant) and isinstance(head.value, str) else ""
        return known[: known.rfind(".") + 1]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def room_of(path: PurePosixPath) -> str | None:
    """The room that a file below `syndicate/` belongs to, None for a stranger."""
    first = path.parts[0]
    if first in ("__init__.py", "py.typed"):
        return ROOT
    if first == "__main__.py":
        return "cli"
    room = first.removesuffix(".py")
    return room if room and room in MAY_IMPORT else None


def breaches(sources: Mapping[str, str], leaves: Container[tuple[str, str]] = LEAVES) -> list[str]:
    """One sentence for each breach of the walls in `{path below syndicate/: source}`; what `leaves` names
    is none."""
    found: list[str] = []
    homes: dict[str, set[str]] = {}
    for name, source in sorted(sources.items()):
        room = room_of(PurePosixPath(name))
        if room is None:
            found.append(
                f"{PACKAGE}/{name}: it stands in no room; give it one in the table of tests/rooms.py"
            )
            continue
        if not name.endswith(".py"):
            continue
        module = Module(PurePosixPath(name), ast.parse(source), room)
        references = References(module).read()
        complaints = [*references.puzzles, *_walls(module, references, homes), *_machine(references)]
        if room in PURE:
            world = [at for at in _world(module, references) if (name, at[2]) not in leaves]
            complaints += [
                (line, f"{what} touches {touched}; {room} is a pure room, take it as an argument")
                for line, what, touched in world
            ]
        found += [f"{PACKAGE}/{name}:{line}: {what}" for line, what in sorted(set(complaints))]
    for library, rooms in sorted(homes.items()):
        if len(rooms) > 1 and library not in LIBRARIES:
            found.append(f"{library}: it is in {_list(rooms)}; keep one library in one room")
    return found


def _list(names: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(name or "the root" for name in names))


def _walls(module: Module, references: References, homes: dict[str, set[str]]) -> Iterator[tuple[int, str]]:
    room = module.room
    # `import syndicate` and then `syndicate.ledger.x` reaches a room without an import of it.
    reached = [(line, name) for line, name in references.names if name.startswith(PACKAGE + ".")]
    for line, target in [*references.imports, *reached]:
        first, *rest = target.split(".")
        if first == PACKAGE:
            other = rest[0] if rest and rest[0] in MAY_IMPORT else ROOT
            if other not in (room, *MAY_IMPORT[room]):
                allowed = _list(MAY_IMPORT[room]) or "nothing"
                yield line, f"{room or 'the root'} imports {other or 'the root'}; it may import {allowed}"
        elif first not in sys.stdlib_module_names:
            homes.setdefault(first, set()).add(room)
            if room not in LIBRARIES.get(first, {room}):
                yield line, f"{room or 'the root'} imports {first}; it belongs in {_list(LIBRARIES[first])}"


def _machine(references: References) -> Iterator[tuple[int, str]]:
    """No room at all may ask what only this machine knows: documents are the same bytes everywhere."""
    for line, name in [*references.imports, *references.names]:
        if name.startswith("mimetypes.") and not name.startswith("mimetypes.MimeTypes"):
            yield line, f"{name} answers by the machine's own files; keep a table of types"


def _world(module: Module, references: References) -> Iterator[tuple[int, str, str]]:
    """Line, what is used there, and what of the world it touches."""
    for line, name in [*references.imports, *references.names]:
        if touched := _touched(name, (line, name) in references.imports):
            yield line, name, touched
    for node in ast.walk(module.tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in BUILTINS:
            if node.id not in references.bound:
                yield line, node.id, BUILTINS[node.id]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = references.dotted(node.func) or f"….{node.func.attr}"
            if touched := _touched_by_call(name, node):
                yield line, name, touched
        elif isinstance(node, ast.FormattedValue) and node.format_spec:
            parts = (part.value for part in ast.walk(node.format_spec) if isinstance(part, ast.Constant))
            if any(LOCAL_DIRECTIVE.search(str(part)) for part in parts):
                yield line, "a format of names of days or months", "the locale"


def _touched(name: str, imported: bool) -> str | None:
    name = re.sub(r"^posixpath\b", "os.path", name)
    if name in PURE_OS or (imported and name == "os"):
        return None
    if name.startswith("pathlib.") and name.rpartition(".")[2] in DISK_METHODS:
        return "the disk"
    parts = name.split(".")
    starts = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((FORBIDDEN[start] for start in starts if start in FORBIDDEN), None)


def _touched_by_call(name: str, call: ast.Call) -> str | None:
    method = name.rpartition(".")[2]
    arguments = len(call.args) + len(call.keywords)
    if name.startswith("….") and method in DISK_METHODS:
        return "the disk"
    if method == "astimezone" and not arguments:
        return "the machine's time zone"
    if name in ("datetime.datetime.fromtimestamp", "datetime.date.fromtimestamp") and arguments == 1:
        return "the machine's time zone"
    if method in ("strftime", "strptime"):
        texts = [
            arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if any(LOCAL_DIRECTIVE.search(text) for text in texts):
            return "the locale"
    return None
