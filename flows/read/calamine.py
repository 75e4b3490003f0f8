"""Sheets by python-calamine: values and merged cells. What it leaves out comes as marks."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import python_calamine

from flows.read.grid import Book, Grid, UnreadableError, refuse_wide, sheet_texts

Marks = Mapping[str, Any]
"""Further fields of a `Grid`, read from the format itself."""


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
    rows, long_numbers = sheet_texts(sheet.to_python(skip_empty_area=False))
    merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
    is_hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
    own = {"merged": merged, "is_hidden": is_hidden, "long_numbers": long_numbers, **marks}
    return Grid(meta.name, rows, **own)
