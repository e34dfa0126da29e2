"""What all commands take, before the command's name or after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Options:
    """`config` is as given, None where it was not; `verbosity` is -1 for quiet, 0, or more for -v."""

    config: str | None = None
    verbosity: int = 0
    log_format: str = "text"

    def with_given(self, given: dict[str, Any]) -> Options:
        """These options, with those of a later place in the command line over them."""
        return replace(
            self,
            config=given.pop("config") or self.config,
            verbosity=self.verbosity + given.pop("verbose") - given.pop("quiet"),
            log_format=given.pop("log_format") or self.log_format,
        )


def common(command: F) -> F:
    """Give `command` the options that all take."""
    for option in (
        click.option("--log-format", type=click.Choice(["text", "json"]), help="How to log. [default: text]"),
        click.option("-q", "--quiet", count=True, help="Say only what is wrong."),
        click.option("-v", "--verbose", count=True, help="Say more."),
        click.option(
            "--config",
            metavar="FILE",
            help="The settings. [default: $SYNDICATE_CONFIG, else config.toml here]",
        ),
    ):
        command = option(command)
    return command


def unbuilt(context: click.Context, option: click.Parameter, given: bool) -> None:
    """Refuses an option of the specification that no version has yet."""
    if given:
        context.fail(f"the option '{option.opts[0]}' is not built yet in this version")
