"""A drop folder whose refresh answers, and what a department does with a reply."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import openpyxl
from drop import Drop

from flows.answer import places
from flows.answer.replies import children, order_replies, write_replies
from flows.answer.report import Job
from flows.answer.reports import reports_of
from flows.read import limits_of
from flows.store.archive import Archive
from flows.store.warehouse import Warehouse


class Desk(Drop):
    """Refreshes, and finds the answers to what it received."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.warehouse = Warehouse(self.settings.warehouse)
        self.archive = Archive(self.warehouse.archive)
        self.replied: list[Path] = []
        self.receipts: list[Path] = []
        self._known: set[int] = set()

    def answer(self) -> list[Path]:
        """Refreshes; gives the replies to what was new."""
        self.refresh()
        with self.working() as con:
            found = con.execute("select distinct receipt_no from core.submissions").fetchall()
            new = sorted({number for (number,) in found} - self._known)
            self._known |= set(new)
            below = self.warehouse.replies
            self.replied = [below.joinpath(*one.folder, one.name) for one in reports_of(con, new)]
            concerned = con.execute(
                "select distinct coalesce(report_month, folder_month), "
                "coalesce(department, folder_department) from core.submissions "
                "where list_contains(?, receipt_no) order by all",
                [new],
            ).fetchall()
            self.receipts = [
                below.joinpath(*places.folder_of(*owner), places.RECEIPT) for owner in concerned
            ]
        assert all(path.is_file() for path in (*self.replied, *self.receipts))
        return self.replied

    def reply(self, con: duckdb.DuckDBPyConnection, receipts: Sequence[int]) -> list[Path]:
        """Replies to these files, whatever was replied to them; gives the paths."""
        orders = order_replies(con, self.archive, self.warehouse, self.zone, receipts)
        with children(limits_of(self.settings)) as workers:
            return write_replies(orders, self.warehouse, workers)

    def job(self, receipt: int) -> Job:
        """What the reply to a file is made of."""
        with self.working() as con:
            orders = order_replies(con, self.archive, self.warehouse, self.zone, [receipt])
        job: Job = pickle.loads(orders.job(receipt))  # noqa: S301
        return job

    def reply_to(self, name: str) -> Path:
        """The reply to a file of the drop folder, by its path there."""
        wanted = PurePosixPath(f"{name}.reply.xlsx")
        (path,) = [
            one
            for one in self.replied
            if one.match(str(wanted)) or (len(self.replied) == 1 and one.name == wanted.name)
        ]
        return path

    @contextmanager
    def working(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The working database, for reading."""
        with closing(self.warehouse.open_read_only()) as con:
            yield con


def explain(path: Path, words: dict[str, str], target: Path) -> Path:
    """Writes explanations beside findings of a reply, by rule, and saves it in the drop folder."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row in table_of(sheet):
        if row["编号"].value in words:
            row["单位说明"].value = words[row["编号"].value]
    target.parent.mkdir(parents=True, exist_ok=True)
    book.save(target)
    return target


def table_of(sheet: Any) -> list[dict[str, Any]]:
    """The cells of the table of findings by header, row for row."""
    rows = list(sheet.iter_rows())
    (first,) = [n for n, row in enumerate(rows) if row[0].value == "序号"]
    headers = [cell.value for cell in rows[first]]
    return [
        dict(zip(headers, row, strict=True))
        for row in rows[first + 1 :]
        if any(cell.value is not None for cell in row)
    ]


def hidden_rows(path: Path) -> Sequence[Sequence[Any]]:
    """What the hidden sheet of a workbook of ours says."""
    return list(openpyxl.load_workbook(path)["_guoban"].values)
