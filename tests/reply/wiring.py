"""A drop folder whose refresh also answers: replies, receipts, explanations.

What the pipeline does not call itself yet is put in between here, at the places where it belongs.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import openpyxl
import pytest
from drop import Drop

from flows import explanations, load, pipeline, warehouse
from flows.archive import Archive
from flows.read import Limits
from flows.recognise.returned import Explanation, read_originals, recognise_any
from flows.reply import places_of, write_receipts, write_replies
from flows.warehouse import Warehouse
from schemas.declare import Return


class Desk(Drop):
    """Refreshes, and answers what it received."""

    replied: list[Path]

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        super().__init__(folder)
        self.warehouse = Warehouse(self.settings.warehouse)
        self.archive = Archive(self.warehouse.archive)
        self.answered = 0
        _wire(patch, self.archive)

    def answer(self) -> list[Path]:
        """Refreshes and writes replies and receipts; gives the replies to what was new."""
        self.refresh()
        with self.working() as con:
            new = [
                number
                for (number,) in con.execute(
                    "select distinct receipt_no from core.submissions where receipt_no > ? "
                    "order by all",
                    [self.answered],
                ).fetchall()
            ]
            self.answered = max([self.answered, *new])
            self.replied = write_replies(con, self.archive, self.warehouse, self.zone, new)
            self.receipts = write_receipts(con, self.warehouse, self.zone, places_of(con, new))
        return self.replied

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
        with duckdb.connect(str(self.warehouse.working_database), read_only=True) as con:
            con.execute("set timezone = 'Asia/Shanghai'")
            yield con


def _wire(patch: pytest.MonkeyPatch, archive: Archive) -> None:
    _keep_checks_apart(patch)
    if "recognise_any" in vars(pipeline):
        return
    said: list[Explanation] = []

    def recognise(book: Any, origin: Any, zone: Any) -> Any:
        originals = read_originals([book], archive.path, Limits())
        found = recognise_any(book, origin, zone, originals)
        said.extend(found.explanations)
        return found.drafts

    patch.setattr(pipeline, "recognise", recognise)
    stored = load.load

    def load_all(con: Any, *rest: Any) -> None:
        stored(con, *rest)
        con.execute("update core.submissions set is_sound = false where return_name is null")
        explanations.store(con, said)
        said.clear()

    patch.setattr(load, "load", load_all)
    settled = load.settle_statuses

    def settle_statuses(con: Any) -> None:
        explanations.apply(con)
        settled(con)
        con.execute(
            "update core.submissions as s set status = 'unchanged' where return_name is null and "
            "not exists (from core.findings as f where f.submission_id = s.submission_id "
            "and f.severity = 'error')"
        )

    patch.setattr(load, "settle_statuses", settle_statuses)
    cleared = load.clear

    def clear(con: Any) -> None:
        cleared(con)
        explanations.clear(con)

    patch.setattr(load, "clear", clear)
    patch.setattr(warehouse, "_CORE", warehouse._CORE + explanations.TABLE)


def _keep_checks_apart(patch: pytest.MonkeyPatch) -> None:
    """Validation adds checks to pandera's one schema of a return: the next call has them twice."""
    shared = Return.to_schema.__func__
    patch.setattr(Return, "to_schema", classmethod(lambda cls: copy.copy(shared(cls))))


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
