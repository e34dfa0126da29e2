"""From the command line to checked settings."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from syndicate import config
from syndicate.errors import ConfigError

_REMEDIES = {
    errno.EACCES: "let this user read it, and enter its folder",
    errno.EPERM: "let this user read it, and enter its folder",
    errno.EIO: "check the disk",
    errno.ESTALE: "mount its file system again",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
    errno.ENFILE: "close some files of other programs",
}


def load(given: str | None, *, looking: bool = False) -> config.Config:
    """The settings in the file that is `given`, else in $SYNDICATE_CONFIG, else in ./config.toml.
    `looking` is for commands that send nothing: they need no secret.

    Raises ConfigError, where it cannot be read as well.
    """
    named = given or os.environ.get("SYNDICATE_CONFIG")
    path = Path(named or "config.toml")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        remedy = "correct the name" if named else "run 'syndicate init', or name a file with --config"
        raise ConfigError(f"{path}: there is no such file; {remedy}") from None
    except UnicodeDecodeError as fault:
        raise ConfigError(f"{path}: byte {fault.start + 1} is not UTF-8; save the file in UTF-8") from None
    except (OSError, ValueError) as fault:
        why = getattr(fault, "strerror", None) or str(fault)
        remedy = _REMEDIES.get(getattr(fault, "errno", 0), "name the settings file")
        raise ConfigError(f"{path}: it cannot be read: {why}; {remedy}") from None
    return config.parse(
        text,
        name=str(path),
        root=path.parent.resolve(),
        environ=os.environ,
        read_file=lambda file: file.read_text(encoding="utf-8"),
        looking=looking,
    )
