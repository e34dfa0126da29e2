"""Who edits while the daemon lives: a seeded script that writes, renames, deletes, restores, breaks and mends posts,
and does to the site what people and machines do to sites."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from life_daemon import Daemon, settings
from life_ears import Ear
from life_posts import BREAKAGES, Slot

STEADY = 40
STANDING_AT_FIRST, LEAST_STANDING = 30, 24
SOON, EXPIRING, WITH_FILES = 6, 4, 4
MOST_BROKEN = 4
SCRIBBLE = b"somebody was here"
DOCUMENTS = ("atom.xml", "rss.xml", "feed.json", "atom.xml.gz", "feeds.opml")
FILES = ("a.mp3", "b.pdf")

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Author:
    """Edits the site at `root`. `edits` counts them by kind, `versions` the texts that were written; `latest` is the
    last instant at which a post comes due or expires."""

    root: Path
    ears: dict[str, Ear]
    seed: int
    edits: Counter[str] = field(default_factory=Counter)
    versions: int = 0
    latest: datetime = LONG_AGO

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        names = [f"p{number:02}" for number in range(STEADY)]
        self.slots = {
            name: Slot(name, (f"{name}.md", f"moved/{name}.md", f"moved/{name}-again.md")) for name in names
        }
        self.slots |= {f"soon{n}": Slot(f"soon{n}", (f"soon{n}.md",)) for n in range(SOON)}
        self.slots |= {f"brief{n}": Slot(f"brief{n}", (f"brief{n}.md",)) for n in range(EXPIRING)}
        self._steady = [self.slots[name] for name in names]
        self._strange: Slot | None = None
        self._down: dict[str, int] = {}
        self._to_come: list[str] | None = None

    def begin(self) -> None:
        (self.root / "posts" / "moved").mkdir(parents=True)
        (self.root / "media").mkdir()
        for name in FILES:
            (self.root / "media" / name).write_bytes(b"12345")
        for slot in self._steady[:STANDING_AT_FIRST]:
            self._write(slot)
        self.configure("begun")

    def configure(self, description: str) -> None:
        (self.root / "config.toml").write_text(settings(self.ears, description), encoding="utf-8")

    def step(self, daemon: Daemon) -> None:
        """One edit: first one of each kind, then by chance. Some wait until the daemon has seen it."""
        kinds: dict[str, tuple[int, Callable[[], bool]]] = {
            "change": (30, self._change),
            "new": (10, self._new),
            "restore": (8, self._restore),
            "delete": (10, self._delete),
            "rename": (10, self._rename),
            "break": (6, self._break),
            "mend": (7, self._mend),
            "future": (6, self._future),
            "expiring": (4, self._expiring),
            "attachment": (5, self._attachment),
            "half-written": (5, self._half),
            "strange": (2, self._make_strange),
            "burst": (2, self._burst),
            "ear down": (3, self._close_ear),
            "folder away": (1, lambda: self._away(daemon)),
            "document deleted": (2, lambda: self._lose_document(daemon)),
            "document edited": (2, lambda: self._scribble(daemon)),
            "settings": (2, lambda: self._settings(daemon)),
            "wrong settings": (2, lambda: self._wrong_settings(daemon)),
        }
        self._reopen()
        names = list(kinds)
        if self._to_come is None:
            self._to_come = self._random.sample(names, len(names))
        if self._to_come:
            kind = self._to_come.pop(0)
        else:
            kind = self._random.choices(names, [kinds[name][0] for name in names])[0]
        if kinds[kind][1]():
            self.edits[kind] += 1
        elif not self.edits[kind]:
            self._to_come.append(kind)

    @property
    def missing(self) -> list[str]:
        """Kinds of edits that were not made yet."""
        return self._to_come or []

    def pause(self) -> float:
        """Seconds to the next edit: people write now and then, machines all at once."""
        return self._random.choice((0.0, 0.05, 0.2, 0.4, 0.9))

    def finish(self, daemon: Daemon) -> None:
        """All is mended, nothing is to come, everybody listens; then one more edit that changes every document."""
        for ear in self.ears.values():
            ear.calm = True
        self._down = dict.fromkeys(self._down, 0)
        self._reopen()
        for slot in self.slots.values():
            if slot.broken:
                self._write(slot)
        daemon.wait("the instant of the last scheduled post", lambda: datetime.now(UTC) > self.latest)
        before = daemon.said("read anew")
        self.configure("the end")
        daemon.hang_up()
        daemon.wait_for("read anew", before)
        daemon.whole_pass()

    def standing(self) -> dict[str, str]:
        """The title of each post that shall stand published at the end, and words that its content has."""
        return {slot.title: slot.title for slot in self.slots.values() if slot.text and not slot.expires}

    def _file(self, slot: Slot) -> Path:
        return self.root / "posts" / slot.path

    def _text(self, slot: Slot, more: str = "", date: str = "", body: str = "") -> str:
        self.versions += 1
        slot.before = (slot.text or "", slot.title)
        slot.title = f"{slot.name} version {self.versions}"
        number = int("".join(filter(str.isdigit, slot.name)))
        date = date or f"2026-01-{number % 28 + 1:02}"
        if slot in self._steady[:WITH_FILES]:
            more += f"enclosure: /media/{FILES[number % 2]}\n"
        return f"---\ntitle: {slot.title}\ndate: {date}\n{more}---\n\nThis is {slot.title}.\n{body}"

    def _write(self, slot: Slot, text: str | None = None) -> None:
        slot.text, slot.broken = text or self._text(slot), False
        slot.expires = "expires:" in slot.text
        if slot is self._strange and slot.text.count("&") < 100:
            self._strange = None
        self._file(slot).write_text(slot.text, encoding="utf-8")

    def _some(self, *, there: bool, broken: bool = False) -> Slot | None:
        found = [slot for slot in self._steady if bool(slot.text) is there and slot.broken is broken]
        return self._random.choice(found) if found else None

    def _change(self) -> bool:
        slot = self._some(there=True)
        if slot:
            self._write(slot)
        return bool(slot)

    def _new(self) -> bool:
        slot = self._some(there=False)
        if slot:
            slot.place = 0
            self._write(slot)
        return bool(slot)

    def _restore(self) -> bool:
        """The very text that was deleted, or a new one where it never was there."""
        slot = self._some(there=False)
        if slot:
            text, slot.title = slot.before if slot.before[0] else ("", slot.title)
            self._write(slot, text or None)
        return bool(slot)

    def _delete(self) -> bool:
        slot = self._some(there=True)
        standing = sum(bool(one.text) for one in self._steady)
        if not slot or standing <= LEAST_STANDING:
            return False
        self._file(slot).unlink()
        slot.before, slot.text = (slot.text or "", slot.title), None
        if slot is self._strange:
            self._strange = None
        return True

    def _rename(self) -> bool:
        slot = self._some(there=True)
        if not slot:
            return False
        before = self._file(slot)
        slot.place = (slot.place + 1) % len(slot.places)
        before.rename(self._file(slot))
        return True

    def _break(self) -> bool:
        slot = self._some(there=True)
        if not slot or sum(one.broken for one in self._steady) >= MOST_BROKEN:
            return False
        wrong = self._random.choice(BREAKAGES)
        self._file(slot).write_bytes(wrong if isinstance(wrong, bytes) else wrong.encode())
        slot.broken = True
        return True

    def _mend(self) -> bool:
        slot = self._some(there=True, broken=True)
        if slot:
            self._write(slot)
        return bool(slot)

    def _future(self) -> bool:
        slot = self.slots[f"soon{self._random.randrange(SOON)}"]
        self._write(slot, self._text(slot, date=self._soon()))
        return True

    def _expiring(self) -> bool:
        slot = self.slots[f"brief{self._random.randrange(EXPIRING)}"]
        self._write(slot, self._text(slot, f"expires: {self._soon()}\n"))
        return True

    def _soon(self) -> str:
        instant = datetime.now(UTC) + timedelta(seconds=self._random.uniform(1, 5))
        self.latest = max(self.latest, instant)
        return instant.isoformat(timespec="seconds")

    def _attachment(self) -> bool:
        size = self._random.randrange(1, 5000)
        (self.root / "media" / self._random.choice(FILES)).write_bytes(b"x" * size)
        return True

    def _half(self) -> bool:
        slot = self._some(there=True)
        if not slot:
            return False
        text = self._text(slot, body="\nA second half.\n")
        slot.text = text
        cut = self._random.randrange(1, len(text))
        with self._file(slot).open("w", encoding="utf-8") as file:
            file.write(text[:cut])
            file.flush()
            # An editor, a copy over a slow line; the daemon may look at any time.
            time.sleep(self._random.choice((0.01, 0.1, 0.3)))
            file.write(text[cut:])
        return True

    def _make_strange(self) -> bool:
        """One that is rendered in a child."""
        slot = self._some(there=True)
        if not slot or self._strange:
            return False
        self._strange = slot
        self._write(slot, self._text(slot, body="\n" + "a & b\n" * 3100))
        return True

    def _burst(self) -> bool:
        for _ in range(8):
            self._random.choice((self._change, self._rename, self._new))()
        return True

    def _close_ear(self) -> bool:
        ear = self._random.choice(list(self.ears.values()))
        if not ear.up:
            return False
        ear.close()
        self._down[ear.name] = self._random.randrange(2, 9)
        return True

    def _reopen(self) -> None:
        """Who has been down for as many steps as it should is up again."""
        for name, left in list(self._down.items()):
            self._down[name] = left - 1
            if left <= 0:
                self.ears[name].open()
                del self._down[name]

    def _away(self, daemon: Daemon) -> bool:
        held, well = daemon.said("held"), daemon.said("well")
        posts = self.root / "posts"
        posts.rename(self.root / "elsewhere")
        daemon.wait_for("held", held)
        (self.root / "elsewhere").rename(posts)
        daemon.wait_for("well", well)
        return True

    def _lose_document(self, daemon: Daemon) -> bool:
        path = self.root / "public" / self._random.choice(DOCUMENTS)
        path.unlink()
        daemon.wait(f"{path.name} put back", path.exists)
        return True

    def _scribble(self, daemon: Daemon) -> bool:
        path = self.root / "public" / self._random.choice(DOCUMENTS)
        path.write_bytes(SCRIBBLE)
        daemon.wait(f"{path.name} mended", lambda: path.read_bytes() != SCRIBBLE)
        return True

    def _settings(self, daemon: Daemon) -> bool:
        before = daemon.said("read anew")
        self.configure(self._random.choice(("one way", "another way")))
        daemon.hang_up()
        daemon.wait_for("read anew", before)
        return True

    def _wrong_settings(self, daemon: Daemon) -> bool:
        config, before = self.root / "config.toml", daemon.said("refused")
        right = config.read_text("utf-8")
        wrong = ("[site\n", right.replace("200ms", "soon"), right + "colour = 'red'\n", "")
        config.write_text(self._random.choice(wrong), encoding="utf-8")
        daemon.hang_up()
        daemon.wait_for("refused", before)
        new = config.with_suffix(".new")
        new.write_text(right, encoding="utf-8")
        new.replace(config)
        return True
