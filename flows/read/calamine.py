"""Sheets by python-calamine: values and merged cells. What it leaves out comes as marks."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

import python_calamine

from flows.read.grid import (
    Book,
    Grid,
    Shown,
    UnreadableError,
    cell_text,
    refuse_wide,
    sheet_texts,
)
from flows.read.number_format import dress

Marks = Mapping[str, Any]
"""Further fields of a `Grid`, read from the format itself.

Beside them `formats`, the number formats of cells by place, as far as they tell something, and
`texts`, what cells say where that is not what calamine reads.
"""

# Days in a cell have no time zone.
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001
_EPOCH_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001


def read(data: bytes, kind: str, marks: Sequence[Marks]) -> Book:
    """The workbook's sheets, each with its marks by position. Raises UnreadableError."""
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except Exception as error:
        raise UnreadableError(
            "文件已损坏，表格软件能打开的话请另存为 .xlsx 后重新报送。"
        ) from error
    sheets: list[Grid] = []
    damaged: list[str] = []
    for position, meta in enumerate(workbook.sheets_metadata):
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = workbook.get_sheet_by_name(meta.name)
            own = marks[position] if position < len(marks) else {}
            sheets.append(_grid(sheet, meta, own))
        except UnreadableError:
            raise
        except Exception:
            # One broken sheet does not cost the others.
            damaged.append(meta.name)
    if damaged and not sheets:
        raise UnreadableError("工作表已损坏，无法读取。")
    return Book(kind, sheets, damaged)


def _grid(sheet: Any, meta: Any, marks: Marks) -> Grid:
    refuse_wide(sheet.total_height, sheet.total_width)
    values = sheet.to_python(skip_empty_area=False)
    rows, long_numbers = sheet_texts(values)
    merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    is_hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
    own = {"merged": merged, "is_hidden": is_hidden, "long_numbers": long_numbers, **marks}
    formats, texts = own.pop("formats", {}), own.pop("texts", {})
    if formats:
        epoch = _EPOCH_1904 if own.get("uses_1904") else _EPOCH
        own["shown"] = _shown(values, rows, formats, epoch)
    for (row, column), text in texts.items():
        if _holds(rows, row, column):
            rows[row][column] = text
    if "struck" in own:
        own["struck"] = [place for place in own["struck"] if _holds(rows, *place)]
    return Grid(meta.name, rows, **own)


def _holds(rows: Sequence[Sequence[str]], row: int, column: int) -> bool:
    """Whether there is anything in the cell."""
    return row < len(rows) and column < len(rows[row]) and rows[row][column] != ""


def _shown(
    values: Sequence[Sequence[object]],
    rows: list[list[str]],
    formats: Mapping[tuple[int, int], str],
    epoch: dt.datetime,
) -> dict[tuple[int, int], Shown]:
    """What the cells with telling formats show; a number taken for a date is made one again."""
    shown = {}
    for (row, column), code in formats.items():
        if not _holds(rows, row, column):
            continue
        value, stored = values[row][column], rows[row][column]
        if isinstance(value, dt.datetime):
            stored = cell_text((value - epoch) / dt.timedelta(days=1))
        is_text = isinstance(value, str)
        if not isinstance(value, bool) and (one := dress(code, stored, is_text=is_text)):
            shown[row, column] = one
            rows[row][column] = stored
    return shown
