"""`syndicate init`: the first two files."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from syndicate.cli.options import Options, common
from syndicate.errors import ConfigError

CONFIG = """\
# The settings of this site. A setting that is not here has its default; docs/settings.md has all of them.

[site]
title = "My site"
url = "https://example.org/"        # base of every link: put your own address here
description = ""
language = "en"
timezone = "UTC"                    # for dates without an offset, such as "Europe/Berlin"
authors = [{ name = "My name" }]

[posts]
path = "posts"
permalink = "/{year}/{month}/{slug}/"   # the path of a post on your site

[output]
path = "public"                     # atom.xml, rss.xml and feed.json are written here
"""

POST = """\
---
title: Hello, feed
date: {date}
tags: [first]
---

This is an example post. Write your own beside it, as `.md` files, and run `syndicate build`.

Everything above the second `---` is optional: without it, the first line is the title, and a date that opens
the first paragraph, or the file name, is the date.
"""


@click.command()
@click.argument("folder", metavar="[DIR]", default=".")
@common
@click.pass_obj
def init(options: Options, /, folder: str, **given: Any) -> int:
    """Write a first config.toml and an example post into DIR, by default here.

    Nothing is overwritten.
    """
    options = options.with_given(given)
    if not folder:
        raise ConfigError("init: the folder's name is empty; name one, or none for this one")
    root = Path(folder)
    files = {
        root / "config.toml": CONFIG,
        root / "posts" / "hello-feed.md": POST.format(date=f"{datetime.now().astimezone():%Y-%m-%d}"),
    }
    there = [path for path in files if os.path.lexists(path)]
    if there:
        raise ConfigError(f"{there[0]}: it is already there; remove it, or name another folder")
    written: list[Path] = []
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                written.append(path)
                file.write(text)
    except OSError as fault:
        # Half a start would make the next try refuse to overwrite.
        for path in written:
            path.unlink(missing_ok=True)
        raise ConfigError(
            f"{fault.filename or root}: it cannot be written: {fault.strerror}; name a folder that can be"
        ) from None
    if options.verbosity >= 0:
        for path in files:
            click.echo(f"wrote {path}")
        here = "" if folder == "." else f"cd {folder} && "
        click.echo(f"\nNext:  put your title and address into {root / 'config.toml'}: ids are made from it")
        click.echo(f"       {here}syndicate build")
        click.echo("Keep:  .syndicate/ remembers the ids of what you publish; back it up with the posts")
    return 0
