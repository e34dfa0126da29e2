"""`syndicate`: the commands, and how each of them ends.

    0 all well · 1 done, but something needs a person · 2 usage or settings wrong: nothing was touched
    3 the guard holds a change: nothing was published · 4 another instance is at work · 130 stopped by Ctrl-C

A command's module is imported when that command is called, and not before.
"""

from __future__ import annotations

import difflib
import json
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from types import FrameType
from typing import Any, TextIO

import click

from syndicate import __version__
from syndicate.cli.options import Options, common
from syndicate.errors import BusyError, ConfigError, SyndicateError

# Commands of the specification that no version has yet: who asks for one is told so.
UNBUILT = frozenset(("check", "explain", "diff", "adopt"))
COMMANDS = {
    "init": "Write a first config.toml and an example post.",
    "build": "Read the posts, and write the feeds that changed.",
    "push": "Deliver what is due to hubs and webhooks.",
    "run": "Publish and deliver until it is stopped.",
    "serve": "As 'run', and serve the feeds and their pages over HTTP.",
    "status": "Show how things stand: passes, documents, deliveries.",
    "history": "Show what happened, and every attempt to tell of it.",
    "retry": "Put dead deliveries back.",
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
    _fill_gaps()
    mind_interrupts()
    code = _flushed(run(sys.argv[1:]))
    signal.setitimer(signal.ITIMER_REAL, 0)
    sys.exit(code)


def _fill_gaps() -> None:
    """Streams that are closed lead nowhere: else the next file that is opened would stand in their place, the ledger
    for one, and take what libraries say there."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name, number in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))


# A library calls back into this room, and drops what is raised there: an interruption, and with it the cleaning.
DEAF = "syndicate.compose.tidy"
AGAIN_AFTER = 0.01


def mind_interrupts() -> None:
    """Ctrl-C is never lost, and never cuts the cleaning of a text short: where it cannot end the program, it comes
    again a little later. Where whoever started this program ignores it, it stays ignored."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        while frame:
            if frame.f_globals.get("__name__") == DEAF:
                signal.setitimer(signal.ITIMER_REAL, AGAIN_AFTER)
                return
            frame = frame.f_back
        signal.setitimer(signal.ITIMER_REAL, 0)
        raise KeyboardInterrupt

    def dropped(what: sys.UnraisableHookArgs) -> None:
        if what.exc_type is KeyboardInterrupt:
            signal.setitimer(signal.ITIMER_REAL, AGAIN_AFTER)
        else:
            sys.__unraisablehook__(what)

    for number in (signal.SIGINT, signal.SIGALRM):
        signal.signal(number, interrupt)
    sys.unraisablehook = dropped


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
        _listening(sys.stdout)
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
    lines = sentence.split("\n")
    if _listening(sys.stderr):
        for line in lines:
            said = json.dumps({"level": "error", "event": line}, ensure_ascii=False)
            _say(said if _logs_json(arguments) else line, sys.stderr)
    if "--json" in arguments and _listening(sys.stdout):
        _say(json.dumps({"errors": lines, "exit": code}, ensure_ascii=False), sys.stdout)
    _listening(sys.stdout)
    return code


def _say(line: str, stream: TextIO | None) -> None:
    """A line for whoever listens: where it cannot be written there is nobody left to be told so."""
    with suppress(OSError):
        click.echo(line, stream)
    _listening(stream)


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
        # What a command reads and writes is translated where that is met: what names no file is its output.
        thing = os.fsdecode(fault.filename) if isinstance(fault.filename, str | bytes) else "output"
        return 1, f"{thing}: {fault.strerror or fault}; mend it, then run this again"
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
        _listening(sys.stdout)
    except OSError as fault:
        return _ended(fault, [])
    return code


def _listening(stream: TextIO | None) -> bool:
    """Can `stream` be written? Where whoever reads it went away, or cannot take it, what is left goes nowhere."""
    if stream is None:
        return False
    try:
        stream.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        return False
    return True
