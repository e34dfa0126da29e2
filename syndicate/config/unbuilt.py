"""Settings of the specification that this version has not built yet.

Each is refused, so that nobody believes a setting at work that is not. A value that asks for nothing is let
through, and settings may be written out in full with all that is off.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from syndicate.config.faults import Fault, Keys, Tree

# table → key → what also asks for nothing, besides false and what is empty
KEYS: dict[str, dict[str, tuple[object, ...]]] = {
    "posts": {"date_from": ()},
    "output": {"tombstones": (0,)},
    "feed": {"per": (), "archive": (), "title": (), "ttl": (0,), "also": ()},
    "guard": {"reannounce": ()},
    "server": {"hub": (), "hub_lease": (), "private_callbacks": ()},
}
# Of these no key works.
TABLES = ("podcast",)

_WHAT = "not built yet in this version"
_FIX = "remove it"


def without_unbuilt(tree: Tree) -> tuple[Tree, list[Fault]]:
    """The tree without settings that are not built, and a fault for each that asks for something."""
    kept: Tree = {}
    faults: list[Fault] = []
    for table, value in tree.items():
        if table in TABLES:
            faults += _whole_table(table, value)
        elif table not in KEYS:
            kept[table] = value
        elif isinstance(value, list):
            kept[table] = [_without_keys(table, inner, (table, i), faults) for i, inner in enumerate(value)]
        else:
            kept[table] = _without_keys(table, value, (table,), faults)
    return kept, faults


def refused_feeds(faults: Iterable[Fault]) -> set[Keys]:
    """The [[feed]] tables that only make sense with `per`: other faults in them are no news."""
    return {fault.keys[:2] for fault in faults if fault.keys[0] == "feed" and fault.keys[-1] == "per"}


def _without_keys(table: str, value: Any, keys: Keys, faults: list[Fault]) -> Any:
    if not isinstance(value, dict):
        return value
    waiting = KEYS[table]
    for key, inner in value.items():
        if key in waiting and not _asks_nothing(inner, waiting[key]):
            fix = "remove this [[feed]]" if key == "per" else _FIX
            faults.append(Fault((*keys, key), _WHAT, fix))
    return {key: inner for key, inner in value.items() if key not in waiting}


def _whole_table(table: str, value: Any) -> list[Fault]:
    if table in KEYS and isinstance(value, dict):
        faults: list[Fault] = []
        rest = _without_keys(table, value, (table,), faults)
        return faults + [Fault((table, key), _WHAT, _FIX) for key in rest]
    if isinstance(value, list):
        return [Fault((table, index), _WHAT, _FIX) for index in range(len(value))]
    return [] if _asks_nothing(value, ()) else [Fault((table,), _WHAT, _FIX)]


def _asks_nothing(value: Any, off: tuple[object, ...]) -> bool:
    if value is False or value in ("", [], {}):
        return True
    return any(type(value) is type(other) and value == other for other in off)
