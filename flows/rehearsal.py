"""A file that may have ended a run is tried in a child process first, where it costs nobody anything.

It goes through the same rooms there, from read to load, each within its time. What comes of it is
thrown away but for the outcome: a file that passes is judged as any other. That a run was ended
from outside (an administrator, a power cut, another file) tells nothing of a file; that its own child
is ended by it does.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from flows.ground.settings import PROJECT
from flows.ground.zone import Zone
from flows.read import Book, Limits, Unreadable
from flows.read.sandbox import Children, K, Lost, book_of
from flows.read.worker import reading, serve
from flows.store.archive import Archive
from flows.store.journal import ENDED, LATE, PASSED, Receipt

# What runs in the child.
MODULE = "flows.rehearsal"
# The rooms in which a file is handled, each in its time.
_ROOMS = 5
# What the libraries that judge take of the memory before there is a file.
LIBRARIES_MIB = 512
_OUTCOMES = {Lost.ENDED: ENDED, Lost.LATE: LATE}


class Rehearsals(Children):
    """Tries files one by one. Its limits are those of readers."""

    def __init__(self, limits: Limits) -> None:
        of_child = replace(
            limits,
            seconds=limits.seconds * _ROOMS,
            memory_mib=limits.memory_mib + LIBRARIES_MIB,
            workers=1,
            inputs=limits.inputs and (*limits.inputs, PROJECT / "schemas", PROJECT / "sql"),
        )
        super().__init__(MODULE, of_child)
        self._limits = limits

    def outcome(
        self, receipt: Receipt, copies: Mapping[int, Sequence[str]], zone: Zone, archive: Archive
    ) -> str:
        """Whether the file passes, or why it does not. Raises WarehouseError: it is not there."""
        archive.intact(receipt.sha256)
        own = {receipt.number: copies.get(receipt.number, ())}
        order = pickle.dumps((receipt, own, zone, archive, self._limits))
        self.start(1)
        ((_, answer),) = self.answer([(receipt.number, order)])
        return _OUTCOMES[answer] if isinstance(answer, Lost) else answer.decode("ascii")


class _ReadHere:
    """Reads files in this process."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._answer = reading()

    def read(self, files: Mapping[K, Path]) -> Iterator[tuple[K, Book | Unreadable]]:
        for key, path in files.items():
            yield key, book_of(self._answer(os.fsencode(path)))


def rehearsing() -> Callable[[bytes], bytes]:
    """What answers an order with the outcome; imports what judges."""
    # Each thread would take its share of the memory.
    os.environ["POLARS_MAX_THREADS"] = "1"
    import duckdb  # noqa: PLC0415 - what judges loads under the limits

    from flows.files import judge  # noqa: PLC0415
    from flows.settle import load  # noqa: PLC0415
    from flows.store.warehouse import create_tables  # noqa: PLC0415

    con = duckdb.connect(config={"threads": 1})
    create_tables(con)

    def answer(order: bytes) -> bytes:
        receipt, copies, zone, archive, limits = pickle.loads(order)  # noqa: S301 - ours
        try:
            judged = judge([receipt], copies, zone, archive, _ReadHere(limits))
            con.begin()
            load.load(con, judged, {receipt.number: receipt}, {receipt.run_id: 1}, zone)
            con.rollback()
        except MemoryError:
            raise
        except Exception:
            # It ends nothing: whoever judges the file next has the error, and somebody to tell.
            return PASSED.encode("ascii")
        return judged.given_up.get(receipt.sha256, PASSED).encode("ascii")

    return answer


if __name__ == "__main__":
    serve(rehearsing)
