"""An .xls as Excel 5 and 95 wrote it (BIFF5): by xlrd, since calamine garbles its Chinese text."""

from __future__ import annotations

import datetime as dt
from typing import Any

import xlrd  # type: ignore[import-untyped]

from flows.read.budget import Budget
from flows.read.grid import BROKEN, Book, Grid, UnreadableError, cell_text, is_long
from flows.read.looks import Font, Looks, Styled, Text
from flows.read.number_format import dress


def read(data: bytes, budget: Budget) -> Book:
    """Reads the workbook. Raises UnreadableError."""
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True)
        looks = _looks(book)
        sheets = [_grid(book, sheet, looks, budget) for sheet in book.sheets()]
    except (UnreadableError, MemoryError):
        raise
    except Exception as error:
        raise UnreadableError(BROKEN) from error
    return Book("xls", sheets)


def _grid(book: Any, sheet: Any, looks: Looks, budget: Budget) -> Grid:
    budget.begin_sheet(sheet.name)
    budget.marks(len(sheet.merged_cells) + len(sheet.rich_text_runlist_map))
    broken: dict[tuple[int, int], str] = {}
    long_numbers: list[tuple[int, int]] = []
    rows: list[list[str]] = []
    for number in range(sheet.nrows):
        row: list[str] = []
        for column, cell in enumerate(sheet.row(number)):
            if cell.ctype == xlrd.XL_CELL_ERROR:
                broken[number, column] = xlrd.error_text_from_code.get(cell.value, "#ERROR")
            elif is_long(cell.value):
                long_numbers.append((number, column))
            row.append(_text(book, cell))
        rows.append(row)
    marks = _marks(book, sheet, rows, looks)
    budget.take_rows(rows)
    return Grid(
        sheet.name,
        rows,
        [(first, left, last - 1, right - 1) for first, last, left, right in sheet.merged_cells],
        bool(sheet.visibility),
        sorted(row for row, info in sheet.rowinfo_map.items() if info.hidden),
        sorted(column for column, info in sheet.colinfo_map.items() if info.hidden),
        broken,
        book.datemode == 1,
        long_numbers=long_numbers,
        **marks,
    )


def _looks(book: Any) -> Looks:
    fonts = [
        Font(bool(one.struck_out), one.escapement == 1, one.escapement == 2)
        for one in book.font_list
    ]
    formats = [(one.font_index, one.format_key) for one in book.xf_list]
    return Looks(fonts, formats, {key: one.format_str for key, one in book.format_map.items()})


def _marks(book: Any, sheet: Any, rows: list[list[str]], looks: Looks) -> dict[str, Any]:
    """What styles and parts of texts tell; the texts of the rows are set right by it."""
    telling, runs = looks.telling(), sheet.rich_text_runlist_map
    cells = (
        Styled((number, column), cell.xf_index, _parts(book, sheet, number, column))
        for number in range(sheet.nrows if telling or runs else 0)
        for column, cell in enumerate(sheet.row(number))
        if rows[number][column] and (cell.xf_index in telling or (number, column) in runs)
    )
    marks = looks.marks(cells)
    for (row, column), text in marks.pop("texts", {}).items():
        rows[row][column] = text
    shown = {}
    for (row, column), code in marks.pop("formats", {}).items():
        cell = sheet.cell(row, column)
        # A number taken for a date is made one again.
        is_number = cell.ctype in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}
        stored = cell_text(cell.value) if is_number else rows[row][column]
        if cell.ctype != xlrd.XL_CELL_BOOLEAN and (
            one := dress(code, stored, is_text=not is_number)
        ):
            shown[row, column] = one
            rows[row][column] = stored
    return {**marks, "shown": shown}


def _parts(book: Any, sheet: Any, row: int, column: int) -> Text | None:
    """The text's parts; they are stored by octets of the workbook's encoding."""
    runs = sheet.rich_text_runlist_map.get((row, column))
    if not runs:
        return None
    text = str(sheet.cell_value(row, column))
    octets = text.encode(book.encoding, "replace")
    breaks = [
        (len(octets[:at].decode(book.encoding, "ignore").encode("utf-16-le")) // 2, font)
        for at, font in runs
    ]
    return Text(text.encode("utf-16-le"), breaks)


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
