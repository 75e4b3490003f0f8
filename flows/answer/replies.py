"""The replies of a run: what each is made of is read from the working database, under the lock, and
they are written once it is free, by child processes that a hostile workbook may end.

A file costs no more than its limits of time and memory. What can't be made of the submitted workbook
is made plainer; what can't be made at all is logged, and the department has its receipt.
"""

from __future__ import annotations

import logging
import os
import pickle
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from flows.answer import places
from flows.answer.report import Job, Letterhead, Way
from flows.answer.reports import header_rows_of, reports_of
from flows.answer.results import rounds
from flows.answer.worker import made_of, order
from flows.ground.clock import Clock
from flows.ground.errors import WarehouseError
from flows.ground.zone import Zone
from flows.read.sandbox import Answer, Children, Limits, Lost
from flows.store.archive import Archive
from flows.store.warehouse import Warehouse
from flows.validate.across import catalogue

LOG = logging.getLogger("guoban")
# So many replies take about as long as a child takes to start.
REPLIES_A_CHILD = 50
# Receipts whose reports are read in one go: with many findings they fill the memory.
_AT_ONCE = 500
# Of the time that a file may cost, the share of each way.
_SHARES = {Way.KEPT: 0.5, Way.AFRESH: 0.3, Way.ALONE: 0.2}
_WHY = {Lost.ENDED: "it takes too much memory, or ends the process", Lost.LATE: "it takes too long"}


@dataclass(frozen=True)
class _Ordered:
    """A reply that is to be made: where it goes, and where its job is put aside."""

    path: str
    folder: tuple[str, str]
    name: str
    start: int
    length: int


class Orders:
    """The replies to be made, by receipt; their jobs lie in a file without a name until then."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - it goes with this object
        self._ordered: dict[int, _Ordered] = {}
        self._by_place: dict[tuple[tuple[str, str], str], list[int]] = {}

    def __len__(self) -> int:
        return len(self._ordered)

    def __iter__(self) -> Iterator[int]:
        return iter(self._ordered)

    def add(self, job: Job) -> None:
        """Puts a job aside, those of later receipts behind those of earlier ones."""
        data = pickle.dumps(job, pickle.HIGHEST_PROTOCOL)
        one = job.report
        start = self._file.seek(0, os.SEEK_END)
        self._file.write(data)
        self._ordered[one.receipt] = _Ordered(one.path, one.folder, one.name, start, len(data))
        self._by_place.setdefault((one.folder, one.name), []).append(one.receipt)

    def job(self, receipt: int) -> bytes:
        """The pickled job."""
        one = self._ordered[receipt]
        self._file.seek(one.start)
        return self._file.read(one.length)

    def path(self, receipt: int) -> str:
        """The submitted file's path below the drop folder."""
        return self._ordered[receipt].path

    def write(self, receipt: int, root: Path, workbook: bytes) -> Path:
        """Writes a reply to its place, from where an older one moves. Raises WarehouseError."""
        one = self._ordered[receipt]
        return places.write(root, one.folder, one.name, workbook, keeps_older=True)

    def last_of_each(self) -> list[int]:
        """The receipts whose replies are written: of those to the same place the last one."""
        return [receipts[-1] for receipts in self._by_place.values()]

    def of_same_place(self, receipt: int) -> list[int]:
        """The receipts whose replies have the same place as this one's."""
        one = self._ordered[receipt]
        return self._by_place[one.folder, one.name]


def order_replies(
    con: duckdb.DuckDBPyConnection,
    archive: Archive,
    warehouse: Warehouse,
    zone: Zone,
    receipts: Sequence[int],
) -> Orders:
    """Notes which of these received files wait for a reply, and puts aside what it is made of.

    Call it under the warehouse's lock. Raises WarehouseError where that can't be written.
    """
    letterhead = Letterhead(zone.zone.name, zone.zone.contact)
    wording = {rule.id: rule.zh for rule in catalogue().values()}
    try:
        orders = Orders(warehouse.working_database.parent)
        for together in rounds(con, receipts, _AT_ONCE):
            reports = reports_of(con, together)
            headers = header_rows_of(con, [one.receipt for one in reports])
            for one in reports:
                report = replace(one, header_rows=headers.get(one.receipt, {}))
                said = {found.rule: wording.get(found.rule, "") for found in one.told}
                orders.add(Job(report, archive.path(one.sha256), letterhead, said))
    except OSError as error:
        raise WarehouseError(
            f"the replies can't be put aside below {warehouse.folder}: {error.strerror}",
            f"无法在{warehouse.folder}下写入：{error.strerror}",
        ) from error
    warehouse.unanswered.add(orders)
    return orders


def children(limits: Limits) -> Children:
    """The processes that make replies, none of them started."""
    return Children("flows.answer.worker", replace(limits, memory_mib=limits.reply_mib))


def start(workers: Children, replies: int) -> None:
    """Starts as many processes as so many replies are worth."""
    workers.start(-(-replies // REPLIES_A_CHILD))


def write_replies(
    orders: Orders, warehouse: Warehouse, workers: Children, clock: Clock | None = None
) -> list[Path]:
    """Writes the replies that still wait; gives their paths by receipt.

    What another run has answered meanwhile is left out, and so is what a later file takes the place
    of. Raises WarehouseError where a folder of the replies can't be written, once all others are.
    """
    with warehouse.unanswered.held():
        return _Writing(orders, warehouse, workers, clock or Clock()).all()


class _Writing:
    """The replies of a run under way."""

    def __init__(
        self, orders: Orders, warehouse: Warehouse, workers: Children, clock: Clock
    ) -> None:
        self._orders = orders
        self._clock = clock
        self._root = warehouse.replies
        self._unanswered = warehouse.unanswered
        self._workers = workers
        self._waiting: dict[Way, list[int]] = {way: [] for way in Way}
        self._written: dict[int, Path] = {}
        self._failed: WarehouseError | None = None

    def all(self) -> list[Path]:
        begun = self._unanswered.begun()
        due = [receipt for receipt in self._orders.last_of_each() if receipt in begun]
        self._clock.expect(len(due))
        for receipt in due:
            # What a run ended over once may be the next one's; what two did, is at fault itself.
            self._put_in_line(receipt, max(begun[receipt] - 1, Way.KEPT))
        start(self._workers, sum(map(len, self._waiting.values())))
        for way in Way:
            jobs = self._begun(self._waiting[way], way)
            for receipt, answer in self._workers.answer(jobs, self._seconds(way)):
                self._take(receipt, answer, way)
        if self._failed is not None:
            raise self._failed
        return [path for _, path in sorted(self._written.items())]

    def _put_in_line(self, receipt: int, way: int) -> None:
        if way in self._waiting:
            self._waiting[Way(way)].append(receipt)
        else:
            LOG.error("there is no reply to %s: it can't be made", self._orders.path(receipt))
            self._settle(receipt)
            self._clock.advance()

    def _begun(self, receipts: Iterable[int], way: Way) -> Iterator[tuple[int, bytes]]:
        for receipt in receipts:
            self._unanswered.begin(receipt)
            yield receipt, order(self._orders.job(receipt), way)

    def _seconds(self, way: Way) -> float:
        return self._workers.limits.seconds * _SHARES[way]

    def _take(self, receipt: int, answer: Answer, way: Way) -> None:
        if isinstance(answer, Lost):
            workbook, said = None, [_WHY[answer]]
        else:
            workbook, said = made_of(answer)
        path = self._orders.path(receipt)
        for words in said:
            LOG.log(logging.INFO if workbook else logging.WARNING, "reply to %s: %s", path, words)
        if workbook is None:
            self._put_in_line(receipt, way + 1)
            return
        try:
            self._written[receipt] = self._orders.write(receipt, self._root, workbook)
        except WarehouseError as error:
            self._failed = self._failed or error
            self._unanswered.begin_anew(receipt)
        else:
            self._settle(receipt)
        self._clock.advance()

    def _settle(self, receipt: int) -> None:
        for number in self._orders.of_same_place(receipt):
            self._unanswered.done(number)
