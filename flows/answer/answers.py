"""The answers of a refresh: replies to what is new, receipts that no longer hold written anew."""

from __future__ import annotations

import datetime as dt
import logging

import duckdb

from flows.answer.receipts import renew_receipts
from flows.ground.errors import WarehouseError
from flows.ground.settings import Settings
from flows.ground.zone import Zone
from flows.store import changed
from flows.store.archive import Archive
from flows.store.changed import ANSWERED, Changed
from flows.store.journal import Journal
from flows.store.warehouse import Warehouse, recall, remember

LOG = logging.getLogger("guoban")
# Remembered in the working database: up to which receipt replies are written.
_ANSWERED = "answered"


def remember_answered(con: duckdb.DuckDBPyConnection, journal: Journal) -> None:
    """A working database made anew doesn't know what is answered: what was published, was."""
    if recall(con, _ANSWERED) is None:
        remember(con, _ANSWERED, str(journal.until_last_publication().last_receipt))


def answer(
    con: duckdb.DuckDBPyConnection,
    warehouse: Warehouse,
    settings: Settings,
    zone: Zone,
    archive: Archive,
    last: int,
) -> None:
    """Replies to what is new up to receipt `last`, and renews the receipts that no longer hold.

    What an earlier run could not answer is answered now. The figures are published by then, so a
    folder that can't be written is logged and tried again with the next refresh.
    """
    waiting = range(int(recall(con, _ANSWERED) or 0) + 1, last + 1)
    try:
        if waiting:
            # What writes workbooks is imported where there is one to write.
            from flows.answer.replies import write_replies  # noqa: PLC0415
            from flows.read import limits_of  # noqa: PLC0415

            write_replies(con, archive, warehouse, zone, waiting, limits_of(settings))
            remember(con, _ANSWERED, str(last))
    except WarehouseError as error:
        LOG.error("replies: %s", error)
    try:
        renew_receipts(con, warehouse, zone, _changed_months(con))
        changed.forget(con, ANSWERED)
    except WarehouseError as error:
        LOG.error("receipts: %s", error)


def _changed_months(con: duckdb.DuckDBPyConnection) -> list[dt.date]:
    """The months that receipts may say something else of; a file without a month may always be new."""
    first = Changed(con, ANSWERED).first
    found = con.execute(
        "select distinct report_month from core.submissions where report_month >= ?", [first]
    ).fetchall()
    return [month for (month,) in found]
