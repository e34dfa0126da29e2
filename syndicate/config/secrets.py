"""Values that stand elsewhere: `env:NAME` and `file:PATH` (specification, section 3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from syndicate.config.faults import Fault, Keys, Tree, private
from syndicate.model import NOT_XML

_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")


def is_reference(text: object) -> bool:
    return isinstance(text, str) and text.startswith(("env:", "file:"))


class Resolver:
    """Reads a tree of settings with every text that names a value replaced by that value. What could not be
    replaced, or holds what no document can hold, is in `faults`. `looking` is for commands that send nothing:
    where a webhook's URL or secret stands elsewhere, something else stands in for it."""

    def __init__(
        self,
        root: Path,
        environ: Mapping[str, str],
        read_file: Callable[[Path], str],
        *,
        looking: bool = False,
    ) -> None:
        self._root, self._environ, self._read_file = root, environ, read_file
        self._looking = looking
        self.faults: list[Fault] = []

    def resolved(self, tree: Tree) -> Tree:
        return {key: self._value(value, (key,)) for key, value in tree.items()}

    def _value(self, value: Any, keys: Keys) -> Any:
        if isinstance(value, dict):
            return {key: self._value(inner, (*keys, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._value(inner, (*keys, index)) for index, inner in enumerate(value)]
        return self._text(value, keys) if isinstance(value, str) else value

    def _text(self, text: str, keys: Keys) -> str:
        found: str | Fault = text
        if NOT_XML.search(text):
            found = text
        elif (
            self._looking
            and is_reference(text)
            and keys[0] == "webhook"
            and keys[2:3] in (("url",), ("secret",))
        ):
            found = f"https://not-known.invalid/{'-'.join(map(str, keys))}"
        elif text.startswith("env:"):
            found = self._variable(text.removeprefix("env:"), keys)
        elif text.startswith("file:"):
            found = self._file(text.removeprefix("file:"), keys)
        if isinstance(found, str) and NOT_XML.search(found):
            where = "" if private(keys) else ", which no feed can hold"
            found = Fault(keys, f"{{shown}} holds a control character{where}", "remove it", found)
        if isinstance(found, Fault):
            self.faults.append(found)
            return text
        return found

    def _variable(self, name: str, keys: Keys) -> str | Fault:
        if not _NAME.fullmatch(name):
            # What is no name may be the secret itself.
            written = "env:" if private(keys) or "://" in name else f"env:{name}"
            return Fault(keys, f'"{written}" names no variable', "write it like env:SITE_TITLE")
        if name not in self._environ:
            return Fault(keys, f"the variable {name} is not set", "set it, or write the value here")
        return self._environ[name]

    def _file(self, path: str, keys: Keys) -> str | Fault:
        if not path.strip():
            return Fault(keys, '"file:" names no file', "write it like file:title.txt")
        try:
            text = self._read_file(self._root / path)
        except OSError as error:
            reason = error.strerror or "it cannot be read"
        except ValueError:
            reason = "it is no UTF-8 text"
        else:
            # Editors end a file with a line end that is not part of the value.
            return text.removeprefix("\ufeff").removesuffix("\n").removesuffix("\r")
        written = "the file" if "://" in path else f'the file "{path}"'
        return Fault(keys, f"{written} cannot be read ({reason})", "mend it, or write the value here")
