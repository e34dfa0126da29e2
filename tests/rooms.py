"""The table of rooms: who may import whom, where each library lives, and what a pure room never touches.

Arrows fall only, and rooms on one floor are strangers. A new room is one line here.
"""

from __future__ import annotations

import re

ROOT = ""
GROUND = frozenset({"model", "errors"})
MAY_IMPORT: dict[str, frozenset[str]] = {
    ROOT: frozenset(),
    "model": frozenset(),
    "errors": frozenset(),
    "config": GROUND,
    "posts": GROUND,
    "compose": GROUND,
    "formats": GROUND,
    "readback": GROUND,
    "decide": frozenset({"model"}),
    "notifiers": GROUND,
    "transport": GROUND,
    "ledger": GROUND,
    "server": GROUND,
    "sources": GROUND | {"posts"},
    "workshop": GROUND | {"compose"},
    "publishers": GROUND | {"transport"},
    "daemon": frozenset({"decide"}),
}
MAY_IMPORT["pipeline"] = frozenset(MAY_IMPORT) - {ROOT, "config"}
MAY_IMPORT["cli"] = frozenset(MAY_IMPORT)

PURE = frozenset(
    {"model", "errors", "config", "posts", "compose", "formats", "decide", "readback", "notifiers"}
)

# A library that is not named here may be in any one room, but not in two.
LIBRARIES: dict[str, frozenset[str]] = {
    "feedgen": frozenset({"formats"}),
    "lxml": frozenset({"formats", "compose"}),
    "frontmatter": frozenset({"posts"}),
    "markdown": frozenset({"compose"}),
    "pymdownx": frozenset({"compose"}),
    "nh3": frozenset({"compose"}),
    "feedparser": frozenset({"readback"}),
    "requests": frozenset({"transport"}),
    "urllib3": frozenset({"transport"}),
    "standardwebhooks": frozenset({"notifiers"}),
    "apscheduler": frozenset({"daemon"}),
    "cronsim": frozenset({"config", "decide"}),
    "watchfiles": frozenset({"sources"}),
    "sqlalchemy": frozenset({"ledger"}),
    "alembic": frozenset({"ledger"}),
    "starlette": frozenset({"server"}),
    "uvicorn": frozenset({"server"}),
    "h11": frozenset({"server"}),
    "prometheus_client": frozenset({"server"}),
    "pydantic": frozenset({"config"}),
    "pydantic_settings": frozenset({"config"}),
    "click": frozenset({"cli"}),
    "rich": frozenset({"cli"}),
}

WORLD: dict[str, str] = {
    "the clock": "time sched datetime.datetime.now datetime.datetime.utcnow datetime.datetime.today "
    "datetime.date.today email.utils.localtime email.utils.formatdate email.utils.make_msgid",
    "the die": "random secrets uuid.uuid1 uuid.uuid4 uuid.getnode",
    "the disk": "io.open io.FileIO codecs.open gzip.open bz2.open lzma.open tempfile shutil glob fileinput "
    "linecache sqlite3 dbm shelve mmap fcntl zipfile tarfile importlib.resources pkgutil mimetypes",
    "the network": "socket ssl select selectors asyncio urllib.request http.client http.server socketserver "
    "ftplib smtplib imaplib poplib xmlrpc webbrowser",
    "the environment": "os getpass pwd grp platform sysconfig site resource sys.argv sys.stdin sys.stdout "
    "sys.stderr sys.platform sys.path",
    "the locale": "locale gettext calendar.month_name calendar.month_abbr calendar.day_name "
    "calendar.day_abbr",
    "processes": "subprocess multiprocessing concurrent signal pty ctypes threading.Thread threading.Timer",
}
FORBIDDEN = {name: what for what, names in WORLD.items() for name in names.split()}
PURE_OS_NAMES = (
    "os.path os.fspath os.PathLike os.sep os.path.join os.path.split os.path.splitext os.path.basename "
    "os.path.dirname os.path.normpath os.path.commonpath os.path.commonprefix os.path.isabs"
)
# Where a pure room may touch the world after all, and why.
LEAVES: dict[tuple[str, str], str] = {
    ("formats/repair.py", "the locale"): "feedgen sets the locale for each date; this puts it back",
}
BUILTINS = {
    "open": "the disk",
    "input": "the terminal",
    "print": "the terminal",
    "breakpoint": "the terminal",
    "hash": "the die (text hashes differ from run to run)",
}
DISK_METHOD_NAMES = (
    "open read_text read_bytes write_text write_bytes exists is_file is_dir is_symlink is_mount stat lstat "
    "iterdir glob rglob mkdir rmdir unlink touch resolve absolute expanduser samefile symlink_to hardlink_to "
    "readlink chmod cwd home"
)
PURE_OS = frozenset(PURE_OS_NAMES.split())
DISK_METHODS = frozenset(DISK_METHOD_NAMES.split())
# What these give depends on the locale (C standard, strftime).
LOCAL_DIRECTIVE = re.compile(r"%[-_0^#]?[aAbBcxXpr]")
