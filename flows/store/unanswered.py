"""Which received files wait for their reply: for each a file by the number of its receipt.

Such a file is made under the warehouse's lock, before the working database says that replies are
ordered, and removed when the reply is written, by whoever writes it; so a run that is ended leaves
what it has not answered to the next one. Its size says how often the reply was begun.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from flows.ground.durable import fsync, make_folder, writing

_NUMBER = re.compile(r"[0-9]{6,}")


class Unanswered:
    """The files that wait, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, receipts: Iterable[int]) -> None:
        """Notes that these wait; on disk when it returns. Raises WarehouseError."""
        with writing(self._folder):
            make_folder(self._folder)
            for number in receipts:
                self._file(number).touch()
            fsync(self._folder)

    def begun(self) -> dict[int, int]:
        """The receipts that wait, each with how often its reply was begun."""
        found: dict[int, int] = {}
        try:
            with os.scandir(self._folder) as entries:
                for one in entries:
                    if _NUMBER.fullmatch(one.name):
                        # Who answers it meanwhile takes it away; the others wait all the same.
                        with contextlib.suppress(FileNotFoundError):
                            found[int(one.name)] = one.stat().st_size
        except FileNotFoundError:
            return {}
        return dict(sorted(found.items()))

    def begin(self, number: int) -> None:
        """Notes that its reply is begun, which may be the last thing that this process does."""
        with writing(self._folder), self._file(number).open("ab") as file:
            file.write(b".")

    def begin_anew(self, number: int) -> None:
        """Forgets that it was begun: what failed was nothing about the file."""
        with writing(self._folder):
            os.truncate(self._file(number), 0)

    def done(self, number: int) -> None:
        """Notes that it waits no more."""
        with writing(self._folder):
            self._file(number).unlink(missing_ok=True)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Waits until nobody else answers; the system frees it when the process ends, however."""
        with self._lock() as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def is_held(self) -> bool:
        """Whether another run answers what waits."""
        with self._lock() as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:06d}"

    @contextlib.contextmanager
    def _lock(self) -> Iterator[int]:
        with writing(self._folder):
            make_folder(self._folder)
            handle = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            yield handle
        finally:
            os.close(handle)
