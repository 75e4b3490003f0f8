"""Which received files a refresh is at, for the next run, should this one be ended over them.

Before a file is handled, or a few, a mark says so; after it the mark goes. It is in the system's
hands and not waited for on disk: what ends a process leaves it, and a power cut is no file's fault.
Whoever holds the warehouse's lock and finds a mark knows that the run that made it is dead: its
files are suspects, which later runs handle with care until one has come through.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator, Sequence
from io import FileIO
from pathlib import Path

from flows.ground.durable import make_folder, writing

LOG = logging.getLogger("guoban")


class AtHand:
    """The marks of one warehouse, in a folder of their own.

    All but `suspects` is for who holds the warehouse's lock.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mark = folder / "mark"
        self._suspects = folder / "suspects.json"
        self._file: FileIO | None = None
        self._several = b""

    def suspects(self) -> dict[int, int]:
        """The receipts over which runs were ended, each with in how many it alone was at hand.

        What is marked is among them, and no end of a run is counted for it: to who asks without the
        lock, a run that is at work looks like one that was ended.
        """
        suspects = self._noted()
        _, marked = self._marked()
        for number in marked:
            suspects.setdefault(number, 0)
        return suspects

    def begin(self) -> None:
        """Takes what a dead run was at among the suspects."""
        stage, marked = self._marked()
        if not marked:
            return
        LOG.warning("the run before was ended in stage %s, at receipts %s", stage, marked)
        suspects = self.suspects()
        if len(marked) == 1:
            suspects[marked[0]] += 1
        plain = {str(number): times for number, times in suspects.items()}
        with writing(self._folder):
            unfinished = self._suspects.with_suffix(".new")
            unfinished.write_text(json.dumps(plain), "ascii")
            unfinished.replace(self._suspects)
            self._mark.unlink()

    def end(self) -> None:
        """Nothing is at hand, and what was suspected is through: what came of it is stored."""
        with writing(self._folder):
            self.close()
            self._mark.unlink(missing_ok=True)
            self._suspects.unlink(missing_ok=True)

    def close(self) -> None:
        """Marks nothing any more; what is marked stays."""
        if self._file is not None:
            self._file.close()
            self._file = None

    @contextlib.contextmanager
    def at(self, stage: str, receipts: Sequence[int]) -> Iterator[None]:
        """Marks these files as at hand meanwhile.

        The mark also stays where the memory does not suffice: no other error is like being ended.
        """
        before, self._several = self._several, _line(stage, receipts)
        self._write(0, self._several)
        has_no_memory = False
        try:
            yield
        except MemoryError:
            has_no_memory = True
            raise
        finally:
            self._several = before
            if not has_no_memory:
                self._write(0, before)

    @contextlib.contextmanager
    def at_one(self, stage: str, receipt: int) -> Iterator[None]:
        """The same for one of those that are at hand; made to be asked often."""
        self._write(len(self._several), _line(stage, [receipt]))
        try:
            yield
        finally:
            self._write(len(self._several), b"")

    def _write(self, start: int, line: bytes) -> None:
        with writing(self._folder):
            if self._file is None:
                make_folder(self._folder)
                self._file = self._mark.open("ab", buffering=0)
            self._file.truncate(start)
            if line:
                self._file.write(line)

    def _noted(self) -> dict[int, int]:
        try:
            plain = json.loads(self._suspects.read_text("ascii"))
            return {int(number): int(times) for number, times in plain.items()}
        except (OSError, ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            # A disk that lost it costs one more run.
            return {}

    def _marked(self) -> tuple[str, list[int]]:
        """The stage and the files of the mark: what it says last is nearest."""
        try:
            lines = self._mark.read_bytes().splitlines()
            stage, *numbers = lines[-1].decode("ascii").split()
            return stage, [int(number) for number in numbers]
        except (OSError, ValueError, IndexError):
            return "", []


def _line(stage: str, receipts: Sequence[int]) -> bytes:
    return f"{stage} {' '.join(map(str, receipts))}\n".encode("ascii")
