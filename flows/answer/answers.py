"""The answers of a refresh: replies to what is new, receipts that no longer hold written anew.

What they say is read from the working database under the warehouse's lock, and receipts are written
there. Replies are made of what departments submitted, so they come last, once the lock is free: they
may take their time, and another refresh may go on meanwhile.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import duckdb

from flows.answer.receipts import renew_receipts
from flows.ground.clock import Clock
from flows.ground.durable import plain_modes
from flows.ground.errors import GuobanError, WarehouseError
from flows.ground.settings import Settings
from flows.ground.zone import Zone
from flows.store import changed
from flows.store.archive import Archive
from flows.store.changed import ANSWERED, Changed
from flows.store.journal import Journal
from flows.store.statements import statement
from flows.store.warehouse import Warehouse, recall, remember

if TYPE_CHECKING:
    # What writes workbooks is imported where there is one to write.
    from flows.answer.replies import Orders
    from flows.read.sandbox import Children

LOG = logging.getLogger("guoban")
# Remembered in the working database: up to which receipt replies are ordered, and as of which journal and
# judge they say what counts no more.
_ANSWERED, _ENDED = "answered", "ended"


def remember_answered(con: duckdb.DuckDBPyConnection, journal: Journal) -> None:
    """A working database made anew doesn't know what is answered: what was published, was."""
    if recall(con, _ANSWERED) is None:
        remember(con, _ANSWERED, str(journal.until_last_publication().last_receipt))


class Answers:
    """The answers of one refresh; ends the processes that make replies when it is left."""

    def __init__(self, warehouse: Warehouse, settings: Settings) -> None:
        self._warehouse = warehouse
        self._settings = settings
        self._children: Children | None = None
        self._orders: Orders | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._children is not None:
            self._children.end()

    @property
    def are_ordered(self) -> bool:
        """Whether there are replies to write."""
        return bool(self._orders)

    def expect(self, con: duckdb.DuckDBPyConnection) -> None:
        """Starts what makes the replies: it imports what it needs while the figures are published."""
        ((count,),) = con.execute(
            statement("answer/replied_count"), [int(recall(con, _ANSWERED) or 0)]
        ).fetchall()
        if count:
            self._start(count)

    def order(
        self,
        con: duckdb.DuckDBPyConnection,
        zone: Zone,
        archive: Archive,
        last: int,
        again: Sequence[str] = (),
        settled: str = "",
    ) -> None:
        """Orders replies to what is new up to receipt `last`, and renews receipts that no longer hold.

        `again` are the paths of files of this run: those whose bytes came again in vain are replied to
        once more. So are those whose replies ask for what is asked no more, or the other way round:
        looked for where what is settled is another (`settled`: of which journal, by which judge).

        What an earlier run has ordered and nobody has answered is ordered again. The figures are
        published by then, so a folder that can't be written is logged and tried again with the next
        refresh.
        """
        try:
            self._order(con, zone, archive, last, again, settled)
        except WarehouseError as error:
            LOG.error("replies: %s", error)
        try:
            renew_receipts(con, self._warehouse, zone, _changed_months(con))
            changed.forget(con, ANSWERED)
        except WarehouseError as error:
            LOG.error("receipts: %s", error)

    def _order(
        self,
        con: duckdb.DuckDBPyConnection,
        zone: Zone,
        archive: Archive,
        last: int,
        paths: Sequence[str],
        settled: str,
    ) -> None:
        is_moved = recall(con, _ENDED) != settled
        again = {*_came_again(con, paths), *(_told_otherwise(con) if is_moved else ())}
        new = range(int(recall(con, _ANSWERED) or 0) + 1, last + 1)
        unanswered = self._warehouse.unanswered
        left = sorted(unanswered.begun())
        # What alone is left may be another run's, and that one at it.
        if new or again or (left and not unanswered.is_held()):
            from flows.answer.replies import order_replies  # noqa: PLC0415

            wanted = sorted({*left, *new, *again})
            self._orders = orders = order_replies(con, archive, self._warehouse, zone, wanted)
            remember(con, _ANSWERED, str(last))
            for receipt in {*left} - {*orders}:
                unanswered.done(receipt)
        if is_moved:
            con.execute(statement("answer/tell_endings"))
            remember(con, _ENDED, settled)

    def write(self, clock: Clock | None = None) -> None:
        """Writes the replies that were ordered; what goes wrong is logged. Call it without the lock."""
        if not self._orders:
            return
        from flows.answer.replies import write_replies  # noqa: PLC0415

        try:
            with plain_modes():
                write_replies(self._orders, self._warehouse, self._start(len(self._orders)), clock)
        except GuobanError as error:
            LOG.error("replies: %s", error)

    def _start(self, replies: int) -> Children:
        from flows.answer.replies import children, start  # noqa: PLC0415
        from flows.read import limits_of  # noqa: PLC0415

        self._children = self._children or children(limits_of(self._settings))
        start(self._children, replies)
        return self._children


def _came_again(con: duckdb.DuckDBPyConnection, paths: Sequence[str]) -> list[int]:
    """The receipts whose bytes came again in vain, at one of these places."""
    if not paths:
        return []
    found = con.execute(statement("answer/again"), {"paths": list(paths)}).fetchall()
    return [number for (number,) in found]


def _told_otherwise(con: duckdb.DuckDBPyConnection) -> list[int]:
    """The receipts of which the replies don't say that a submission counts no more, or counts again."""
    return [number for (number,) in con.execute(statement("answer/told_otherwise")).fetchall()]


def _changed_months(con: duckdb.DuckDBPyConnection) -> list[dt.date]:
    """The months that receipts may say something else of; a file without a month may always be new."""
    first = Changed(con, ANSWERED).first
    found = con.execute(
        "select distinct report_month from core.submissions where report_month >= ?", [first]
    ).fetchall()
    return [month for (month,) in found]
