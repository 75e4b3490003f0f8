"""What was told, and what waits to be sent: one file beside the journal, replaced in one step.

It can't be computed again, so it lies where the journal does, is backed up with it and survives a
working database made anew; it is no part of the journal, which says what counts.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import fcntl
import logging
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson
from pydantic import TypeAdapter

from flows.ground.durable import OWN, admit, replace_durably
from flows.notify.messages import Message

LOG = logging.getLogger("guoban")
FILE, _LOCK = "notified.json", ".notified.lock"
# Whether it is known that a message reached an address.
BEGUN, FAILED, SENT = "begun", "failed", "sent"
# What was told is remembered for so long, and what nobody looked at for so long is not told any more.
_KEPT_DAYS, _STALE_DAYS = 400, 31
_DAY_SECONDS = 86_400


@dataclass
class Waiting:
    """A message that has not reached all whom it is for; `tried` says of each address how far it is."""

    message: Message
    tried: dict[str, str] = field(default_factory=dict)


@dataclass
class Outbox:
    """How far what is published was told, which messages were made, and which of these wait."""

    release: str = ""
    """The release that was looked at last; none yet."""
    receipt: int = 0
    """The last receipt whose return was told."""
    published_at: str = ""
    """When the last publication was made of which it was told what moved; none yet."""
    failing: str = ""
    """How refreshes fail since the last that did not."""
    looked_on: dt.date = dt.date.min
    keys: dict[str, dt.date] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)

    def is_new(self, today: dt.date) -> bool:
        """Whether nothing was looked at before, or so long ago that it is no news."""
        return not self.published_at or (today - self.looked_on).days > _STALE_DAYS

    def add(self, messages: Iterable[Message], today: dt.date) -> None:
        """Puts those in line that were not made before."""
        for one in messages:
            if one.key not in self.keys:
                self.keys[one.key] = today
                self.waiting.append(Waiting(one))

    def forget(self, today: dt.date) -> None:
        """Drops what need not be remembered any more."""
        oldest = today - dt.timedelta(days=_KEPT_DAYS)
        self.keys = {
            key: day
            for key, day in self.keys.items()
            # A month stays complete; the others can't come up again.
            if day >= oldest or key.startswith("complete ")
        }


class Book:
    """The file in which it stands, held by one process at a time."""

    def __init__(self, journal: Path) -> None:
        self._path = journal / FILE
        self.outbox = self._read()

    def save(self) -> None:
        """Writes it down; on disk when it returns. Raises OSError."""
        admit(self._path.parent, OWN)
        replace_durably(self._path, orjson.dumps(dataclasses.asdict(self.outbox)))

    def rings(self) -> bool:
        """Whether an alarm may go out that can't be written down, as on a full disk: once a day.

        When it did is the time of the lock's file, which takes no room.
        """
        lock = self._path.with_name(_LOCK)
        if time.time() - lock.stat().st_mtime < _DAY_SECONDS:
            return False
        os.utime(lock)
        return True

    def _read(self) -> Outbox:
        try:
            outbox: Outbox = TypeAdapter(Outbox).validate_json(self._path.read_bytes())
            if outbox.published_at:
                dt.datetime.fromisoformat(outbox.published_at)
            return outbox
        except FileNotFoundError:
            return Outbox()
        except ValueError:
            LOG.warning("%s can't be read: what was told before is not known", self._path)
            return Outbox()


@contextlib.contextmanager
def held(journal: Path, seconds: float) -> Iterator[Book | None]:
    """The book, kept from other processes meanwhile; None where one of them has it for so long."""
    admit(journal, OWN)
    lock = journal / _LOCK
    is_new = not lock.exists()
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if is_new:
            os.utime(lock, (0, 0))
        yield Book(journal) if _locked(handle, time.monotonic() + seconds) else None
    finally:
        os.close(handle)


def _locked(handle: int, until: float) -> bool:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.1)
        else:
            return True
