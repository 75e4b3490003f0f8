"""From a row back to the cells it came from: raw text, unit applied and value, for every version.

Nothing of this is stored: the archived file is read again by the same stages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from flows.files import judge
from flows.ground.errors import WarehouseError
from flows.ground.settings import Settings
from flows.ground.zone import Zone
from flows.normalise.batch import TypedBatch
from flows.read import Readers, limits_of
from flows.recognise.received import copied
from flows.settle import load
from flows.store.archive import Archive
from flows.store.journal import Journal
from flows.store.warehouse import Warehouse


@dataclass(frozen=True)
class TracedCell:
    """One field of a row: where it stands, what is written there, what it is taken for.

    `unit` is the unit of money by which the stage that read the cell came to `value`, in yuan.
    """

    field: str
    header: str
    cell: str | None
    text: str
    unit: str | None
    value: Any


@dataclass(frozen=True)
class TracedRow:
    """One row of a submission with its cells."""

    submission_id: str
    sheet: str
    excel_row: int
    cells: list[TracedCell]


def trace(settings: Settings, zone: Zone, submission_id: str, row_key: str) -> list[TracedRow]:
    """The rows of a submission that have the key, read again from the archived file.

    Raises WarehouseError where the journal knows no such submission.
    """
    warehouse = Warehouse(settings.warehouse, settings.database_memory_mib)
    number = int(submission_id.partition("-")[0])
    all_receipts = Journal(warehouse.journal).receipts
    receipts = [one for one in all_receipts if one.number == number]
    if not receipts:
        raise WarehouseError(f"the journal has no receipt of {submission_id}")
    with Readers(limits_of(settings)) as readers:
        archive = Archive(warehouse.archive)
        judged = judge(receipts, copied(all_receipts), zone, archive, readers)
    return [row for batch in judged.batches for row in _rows(batch, submission_id, row_key)]


def _rows(batch: TypedBatch, submission_id: str, row_key: str) -> list[TracedRow]:
    matching = batch.frame.with_columns(load.own_key(batch.model).alias("own_key")).select(
        ((pl.col("submission") == submission_id) & (pl.col("own_key") == row_key)).arg_true()
    )
    found = []
    for position in matching.to_series().to_list():
        values = batch.frame.row(position, named=True)
        texts = batch.texts.row(position, named=True)
        source = batch.source(submission_id, values["sheet"], values["excel_row"])
        cells = []
        for name, column in batch.model.columns().items():
            letter = source.letters.get(name)
            cells.append(
                TracedCell(
                    name,
                    source.headers.get(name, column.header),
                    f"{letter}{values['excel_row']}" if letter else None,
                    texts[name] or "",
                    batch.units.item(position, name) if name in batch.units.columns else None,
                    values[name],
                )
            )
        found.append(TracedRow(submission_id, values["sheet"], values["excel_row"], cells))
    return found
