"""An .xls as Excel 5 and 95 wrote it (BIFF5): by xlrd, since calamine garbles its Chinese text."""

from __future__ import annotations

import datetime as dt
from typing import Any

import xlrd  # type: ignore[import-untyped]

from flows.read.grid import Book, Grid, UnreadableError, cell_text


def read(data: bytes) -> Book:
    """Reads the workbook. Raises UnreadableError."""
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True)
        sheets = [_grid(book, sheet) for sheet in book.sheets()]
    except MemoryError:
        raise
    except Exception as error:
        raise UnreadableError("文件已损坏或没有传完。") from error
    return Book("xls", sheets)


def _grid(book: Any, sheet: Any) -> Grid:
    broken: dict[tuple[int, int], str] = {}
    rows: list[list[str]] = []
    for number in range(sheet.nrows):
        row: list[str] = []
        for column, cell in enumerate(sheet.row(number)):
            if cell.ctype == xlrd.XL_CELL_ERROR:
                broken[number, column] = xlrd.error_text_from_code.get(cell.value, "#ERROR")
            row.append(_text(book, cell))
        rows.append(row)
    return Grid(
        sheet.name,
        rows,
        [(first, left, last - 1, right - 1) for first, last, left, right in sheet.merged_cells],
        bool(sheet.visibility),
        sorted(row for row, info in sheet.rowinfo_map.items() if info.hidden),
        sorted(column for column, info in sheet.colinfo_map.items() if info.hidden),
        broken,
        book.datemode == 1,
    )


def _text(book: Any, cell: Any) -> str:
    match cell.ctype:
        case xlrd.XL_CELL_ERROR | xlrd.XL_CELL_EMPTY | xlrd.XL_CELL_BLANK:
            return ""
        case xlrd.XL_CELL_BOOLEAN:
            return cell_text(bool(cell.value))
        case xlrd.XL_CELL_DATE if cell.value >= 1:
            moment: dt.datetime = xlrd.xldate_as_datetime(cell.value, book.datemode)
            return cell_text(moment)
        case _:
            return cell_text(cell.value)
