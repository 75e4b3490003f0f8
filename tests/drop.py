"""A drop folder and a warehouse of its own for a test: workbooks in, findings and figures out."""

from __future__ import annotations

import atexit
import contextlib
import functools
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import xlsxwriter
from house import COUNTING

import schemas
from flows import judging, pipeline
from flows.answer.results import FileResult, RunResult
from flows.ground.durable import plain_modes
from flows.ground.findings import Finding
from flows.ground.judge import reader_of
from flows.ground.settings import PROJECT, Settings
from flows.ground.zone import Zone, load_zone
from flows.settle import declared
from flows.store import views
from flows.store.warehouse import Warehouse, remember

# Amounts in 万元, as departments state them.
COUNTED: dict[str, dict[str, Any]] = {
    slug: {
        name: float(value / 10_000) if name.endswith("_cny") else value
        for name, value in fields.items()
    }
    for slug, fields in COUNTING.items()
}
# What the views don't ask for, but a sound return has.
COUNTED["pipeline_projects"] |= {"first_contact_on": "2021-01-04", "owner": "戊"}
COUNTED["paid_in"] |= {"fund_type": "设备购置", "evidence_type": "发票"}
SAMPLES = PROJECT / "data" / "raw"


@functools.cache
def _zone() -> Zone:
    return load_zone(PROJECT / "zone.toml")


@functools.cache
def _with_views() -> Path:
    """A working database with nothing in it but its views, which take a second to make."""
    folder = tempfile.TemporaryDirectory(prefix="guoban-tests-")
    atexit.register(folder.cleanup)
    warehouse = Warehouse(Path(folder.name))
    warehouse.working_database.parent.mkdir()
    with contextlib.closing(warehouse.open()) as con:
        declared.store(con, _zone())
        views.build(con)
        remember(con, judging.READ_BY, reader_of(_zone()))
    return warehouse.working_database


class Drop:
    """Files are put below `raw`; `refresh` reads them, `query` asks the published database."""

    def __init__(self, folder: Path, zone: Zone | None = None) -> None:
        self.raw = folder / "raw"
        self.raw.mkdir(parents=True, exist_ok=True)
        self.settings = Settings(
            raw=self.raw,
            warehouse=folder / "warehouse",
            orchestrator="none",
            settle_seconds=0,
        )
        self.zone = zone or _zone()
        self.last: RunResult | None = None

    def samples(self, pattern: str = "**/*.xlsx") -> Drop:
        """Copies sample workbooks to the same places."""
        for path in SAMPLES.glob(pattern):
            target = self.raw / path.relative_to(SAMPLES)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        return self

    def edit(self, name: str, change: Callable[[Any], None] | dict[str, Any]) -> Path:
        """Changes a workbook: cells by address, or whatever `change` does to its first sheet."""
        path = self.raw / name
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        if callable(change):
            change(sheet)
        else:
            for address, value in change.items():
                sheet[address] = value
        book.save(path)
        return path

    def put(
        self,
        name: str,
        slug: str,
        department: str,
        month: str,
        rows: Sequence[dict[str, Any]],
        *,
        filed_on: str = "2021-06-01",
    ) -> Path:
        """Writes a plain return: its envelope, its headers as declared, the rows by field name.

        Fields that a row leaves out have the value that lets it count (`house.COUNTING`).
        """
        model = schemas.by_name(slug)
        columns = {k: c for k, c in model.columns().items() if not c.is_envelope}
        filled = [{**COUNTED.get(slug, {}), **row} for row in rows]
        used = [k for k, c in columns.items() if c.required or any(row.get(k) for row in filled)]
        path = self.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet(model.form().title)
            unit = "" if "unit" in columns else "计量单位：万元"
            head = [f"填报单位：{department}", f"报告期：{month}", unit]
            sheet.write_row(0, 0, head if filled else [*head, "零报告：是"])
            sheet.write_row(1, 0, [columns[k].header for k in used])
            for number, row in enumerate(filled, start=2):
                for place, key in enumerate(used):
                    if (value := row.get(key)) is not None:
                        sheet.write(number, place, str(value) if "_on" in key else value)
            people = ["单位负责人：甲", "填表人：乙", "审核人：丙", f"报出日期：{filed_on}"]
            sheet.write_row(len(filled) + 3, 0, people)
        return path

    def refresh(self) -> RunResult:
        working = Warehouse(self.settings.warehouse).working_database
        if not self.settings.warehouse.exists() and self.zone == _zone():
            with plain_modes():
                working.parent.mkdir(parents=True)
                shutil.copyfile(_with_views(), working)
        self.last = pipeline.refresh(self.settings, self.zone)
        return self.last

    def result(self, name: str) -> FileResult:
        """What the last refresh tells of a file that holds one submission."""
        assert self.last is not None
        (found,) = [one for one in self.last.files if one.file == name]
        return found

    def findings(self, name: str) -> list[Finding]:
        """The last refresh's findings of a file, errors and warnings."""
        return [one for one in self.result(name).findings if one.severity != "info"]

    def query(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """Asks the published database, as a client would."""
        return [tuple(row.values()) for row in self.rows(sql, parameters)]

    def rows(self, sql: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
        """The same with the columns' names."""
        path = self.settings.warehouse / "current" / "guoban.duckdb"
        with duckdb.connect(str(path.resolve()), read_only=True) as con:
            con.execute("set timezone = 'Asia/Shanghai'")
            found = con.execute(sql, parameters or [])
            names = [column[0] for column in found.description or []]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def value(self, code: str, month: str, department: str = "全区") -> Any:
        """One headline figure."""
        ((value,),) = self.query(
            "select value from mart.headline_indicators where indicator_code = ? "
            "and report_month = ? and department = ?",
            [code, f"{month}-01", department],
        )
        return value


def cell_of(sheet: Any, key: str, header: str) -> str:
    """The address of a sample workbook's cell: the row that holds `key`, the column of `header`."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value == header:
                column, first = cell.column_letter, cell.row
    for row in sheet.iter_rows(min_row=first + 1):
        if any(cell.value == key for cell in row):
            return f"{column}{row[0].row}"
    raise LookupError(key)


def change_of(key: str, **values: Any) -> Callable[[Any], None]:
    """A change for `Drop.edit`: in the row that holds `key`, each header's cell gets its value."""

    def change(sheet: Any) -> None:
        for header, value in values.items():
            sheet[cell_of(sheet, key, header)] = value

    return change
