"""`syndicate`: the commands, and how each of them ends.

    0 all well · 1 done, but something needs a person · 2 usage or settings wrong: nothing was touched
    3 the guard holds a change: nothing was published · 4 another instance is at work · 130 stopped by Ctrl-C

A command's module is imported when that command is called, and not before.
"""

from __future__ import annotations

import difflib
import json
import os
import sys
from importlib import import_module
from typing import Any

import click

from syndicate import __version__
from syndicate.cli.options import Options, common
from syndicate.errors import BusyError, ConfigError, SyndicateError

# Commands of the specification that no version has yet: who asks for one is told so.
UNBUILT = frozenset(
    ("push", "run", "serve", "check", "explain", "diff", "status", "history", "retry", "adopt")
)
COMMANDS = {
    "init": "Write a first config.toml and an example post.",
    "build": "Read the posts, and write the feeds that changed.",
}


class Lazy(click.Group):
    """A group that knows its commands by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in UNBUILT:
            ctx.fail(f"the command '{cmd_name}' is not built yet in this version")
        if cmd_name not in COMMANDS:
            near = difflib.get_close_matches(cmd_name, COMMANDS, 1)
            hint = f", did you mean '{near[0]}'?" if near else ""
            ctx.fail(f"no such command '{cmd_name}'{hint}")
        command: click.Command = getattr(import_module(f"syndicate.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="syndicate")
@common
@click.pass_context
def syndicate(ctx: click.Context, /, **given: Any) -> None:
    """A folder of Markdown posts in, perfect Atom, RSS and JSON feeds out."""
    ctx.obj = Options().with_given(given)


def main() -> None:
    """Run the command line, and exit."""
    sys.exit(_flushed(run(sys.argv[1:])))


def run(arguments: list[str]) -> int:
    """Run one command and say how it ended: the exit code. Whatever happens, a person gets one sentence for each
    fault on standard error, and who asked for JSON gets them as JSON besides."""
    try:
        code = syndicate.main(
            arguments,
            prog_name="syndicate",
            standalone_mode=False,
            color=False if os.environ.get("NO_COLOR") else None,
        )
        return int(code or 0)
    except BrokenPipeError:
        _unplug()
        return 0
    except Exception as fault:
        if os.environ.get("SYNDICATE_DEBUG") and not isinstance(fault, SyndicateError | click.ClickException):
            raise
        return _ended(fault, arguments)
    except SystemExit as done:
        # click itself ends so where the reader of our output went away: what was asked is done.
        return 0 if done.code == 1 else int(done.code or 0)
    except KeyboardInterrupt:
        return _ended(click.Abort(), arguments)


def _ended(fault: Exception, arguments: list[str]) -> int:
    code, sentence = _verdict(fault)
    if isinstance(fault, OSError):
        _unplug()
    if _logs_json(arguments):
        for line in sentence.split("\n"):
            click.echo(json.dumps({"level": "error", "event": line}, ensure_ascii=False), err=True)
    else:
        click.echo(sentence, err=True)
    if "--json" in arguments:
        click.echo(json.dumps({"errors": sentence.split("\n"), "exit": code}, ensure_ascii=False))
    return code


def _logs_json(arguments: list[str]) -> bool:
    """What was asked of the log, read off the words: the command may have failed before it knew them."""
    words = " ".join(arguments).replace("--log-format=", "--log-format ")
    return "--log-format json" in words


def _verdict(fault: Exception) -> tuple[int, str]:
    """The exit code for a fault, and what is said of it."""
    if isinstance(fault, click.ClickException):
        return 2, _usage(fault)
    if isinstance(fault, SyndicateError):
        return {ConfigError: 2, BusyError: 4}.get(type(fault), 1), str(fault)
    if isinstance(fault, click.Abort):
        return 130, "syndicate: stopped; every document is whole, run it again to finish"
    if isinstance(fault, OSError):
        return 1, f"output: {fault.strerror or fault}; mend it, then run this again"
    return 1, (
        f"syndicate: a fault of its own ({type(fault).__name__}: {fault}); "
        "please report it, SYNDICATE_DEBUG=1 shows where it happened"
    )


def _usage(fault: click.ClickException) -> str:
    """click's sentence with a thing before it and a remedy after it."""
    context = getattr(fault, "ctx", None)
    if isinstance(fault, click.exceptions.NoArgsIsHelpError):
        return "syndicate: no command was given; 'syndicate --help' shows what there is"
    where = context.command_path if context else "syndicate"
    said = fault.format_message().rstrip(".").replace("\n", " ")
    return f"{where}: {said[:1].lower()}{said[1:]}; '{where} --help' shows what there is"


def _flushed(code: int) -> int:
    """Output that cannot be written is found out when it is flushed, which must not end in a traceback."""
    if sys.stdout is None:
        return code
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _unplug()
    except OSError as fault:
        _unplug()
        return _ended(fault, [])
    return code


def _unplug() -> None:
    """Whoever read our output went away, or cannot take it: let what is left go nowhere."""
    if sys.stdout is None:
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
