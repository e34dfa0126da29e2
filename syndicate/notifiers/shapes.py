"""From a shape to its module."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from syndicate.model import Shape
from syndicate.notifiers import Notifier


def notifier(shape: Shape) -> Notifier:
    """The module that says notices in this shape."""
    return cast(Notifier, import_module(f"syndicate.notifiers.{shape}"))
