"""Sheets by python-calamine: values and merged cells. What it leaves out comes as marks."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import python_calamine

from flows.read.budget import Budget, refuse_wide
from flows.read.grid import Book, Grid, Shown, UnreadableError, sheet_texts
from flows.read.number_format import dress

Marks = Mapping[str, Any]
"""Further fields of a `Grid`, read from the format itself.

Beside them `formats`, the number formats of cells by place, as far as they tell something, and
`texts`, what cells say where that is not what calamine reads; `stated`, how many cells have a value,
and what raises an error where it is to be found out why there are fewer.
"""


class NotOpenedError(UnreadableError):
    """Not even the list of its sheets could be read."""


def read(data: bytes, kind: str, marks: Sequence[Marks | None], budget: Budget) -> Book:
    """The workbook's sheets, each with its marks by position.

    None for the marks of one that is not what was stored, though calamine might read it.
    Raises UnreadableError, NotOpenedError where the container's own parts are at fault.
    """
    try:
        with _no_panic():
            workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except Exception as error:
        raise NotOpenedError("文件已损坏，表格软件能打开的话请另存为 .xlsx 后重新报送。") from error
    sheets: list[Grid] = []
    damaged: list[str] = []
    for position, meta in enumerate(workbook.sheets_metadata):
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        own = marks[position] if position < len(marks) else {}
        if own is None:
            damaged.append(meta.name)
            continue
        try:
            with _no_panic():
                sheet = workbook.get_sheet_by_name(meta.name)
            sheets.append(_grid(sheet, meta, own, budget))
        except (UnreadableError, MemoryError):
            raise
        except Exception:
            # One broken sheet does not cost the others.
            damaged.append(meta.name)
    if damaged and not sheets:
        raise UnreadableError("工作表已损坏，无法读取。")
    return Book(kind, sheets, damaged)


@contextlib.contextmanager
def _no_panic() -> Iterator[None]:
    """Makes an error of a panic within calamine, which is no Exception and would end the process."""
    try:
        yield
    except BaseException as panic:
        if type(panic).__module__ != "pyo3_runtime":
            raise
        raise RuntimeError(str(panic)) from panic


def _grid(sheet: Any, meta: Any, marks: Marks, budget: Budget) -> Grid:
    budget.begin_sheet(meta.name)
    refuse_wide(sheet.total_height, sheet.total_width)
    with _no_panic():
        # A number beyond all days in a cell that shows a day is one.
        values = sheet.to_python(skip_empty_area=False)
    rows, long_numbers = sheet_texts(values)
    merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    budget.marks(len(merged))
    is_hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
    own = {"merged": merged, "is_hidden": is_hidden, "long_numbers": long_numbers, **marks}
    stated, check = own.pop("stated", (0, None))
    if check and stated > sum(len(row) - row.count("") for row in rows):
        # A text may be blank; or of cells in one place the last was kept.
        check()
    formats, texts = own.pop("formats", {}), own.pop("texts", {})
    if formats:
        own["shown"] = _shown(values, rows, formats)
    for (row, column), text in texts.items():
        if _holds(rows, row, column):
            rows[row][column] = text
    budget.take_rows(rows)
    if "struck" in own:
        own["struck"] = [place for place in own["struck"] if _holds(rows, *place)]
    budget.marks(sum(len(own.get(name, ())) for name in ("shown", "struck", "left_out")))
    return Grid(meta.name, rows, **own)


def _holds(rows: Sequence[Sequence[str]], row: int, column: int) -> bool:
    """Whether there is anything in the cell."""
    return row < len(rows) and column < len(rows[row]) and rows[row][column] != ""


def _shown(
    values: Sequence[Sequence[object]],
    rows: Sequence[Sequence[str]],
    formats: Mapping[tuple[int, int], str],
) -> dict[tuple[int, int], Shown]:
    """What the cells with telling formats show; dates are left as they are."""
    shown = {}
    for (row, column), code in formats.items():
        if not _holds(rows, row, column):
            continue
        value = values[row][column]
        if isinstance(value, (str, float, int, dt.timedelta)) and not isinstance(value, bool):
            is_text = isinstance(value, str)
            if one := dress(code, rows[row][column], is_text=is_text):
                shown[row, column] = one
    return shown
