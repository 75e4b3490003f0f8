"""A reply written from nothing: the same content where the submitted format can't be written.

The values are those that guoban's own reader found, so that what comes back reads the same.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from flows.answer.by_xlsxwriter import Writer, set_up_print
from flows.answer.opinions import Note, at_shown_cells
from flows.answer.page import (
    COMMENT_WIDTH,
    SEVERITY_FILLS,
    Page,
    Style,
    comment_height,
    free_name,
    text_width,
    writable,
)
from flows.read import Grid
from flows.read.grid import Range, cell_text

AUTHOR = "审核意见"
MAX_NAME = 31
# Merged areas beyond these are an accident or an attack, and not drawn.
MAX_MERGED, MAX_AREA = 2_000, 10_000
_NO_NAME = re.compile(r"[\[\]:*?/\\]")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,10})(?:\.\d+)?")
_DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
# Before it the days of spreadsheet programs are not those of the calendar.
_FIRST_DAY = dt.date(1900, 3, 1)
_WIDTH_ROWS = 200
ABOVE, HEADER, BODY = "above", "header", "body"


def _kind(row: int, header_row: int | None) -> str:
    """What a row is: only the table has borders, only its header is bold."""
    if header_row is None or row > header_row:
        return BODY
    return HEADER if row == header_row else ABOVE


def sheet_names(grids: Sequence[Grid]) -> list[str]:
    """Names that a workbook may have, one for each grid, as near to the submitted ones as can be."""
    names: list[str] = []
    for grid in grids:
        plain = _NO_NAME.sub("_", writable(grid.name)).strip("' ") or "数据"
        names.append(free_name(plain[: MAX_NAME - 4], names))
    return names


def write_afresh(
    grids: Sequence[tuple[str, Grid]],
    notes: Mapping[str, Mapping[tuple[int, int], Note]],
    header_rows: Mapping[str, int],
    first: Page,
    behind: Iterable[Page],
) -> bytes:
    """The workbook's bytes: our first page, the grids by their new names, our other pages.

    `notes` and `header_rows` (the zero-based row above the first data row) go by the grids' own
    names.
    """
    target = io.BytesIO()
    writer = Writer(target)
    sheet = writer.add_page(first)
    sheet.activate()
    for name, grid in grids:
        _add_grid(writer, name, grid, notes.get(grid.name, {}), header_rows.get(grid.name))
    for page in behind:
        writer.add_page(page)
    writer.close()
    return target.getvalue()


def _add_grid(
    writer: Writer,
    name: str,
    grid: Grid,
    notes: Mapping[tuple[int, int], Note],
    header_row: int | None,
) -> None:
    sheet = writer.book.add_worksheet(name)
    sheet.set_comments_author(AUTHOR)
    notes = at_shown_cells(notes, _merge(writer, sheet, grid))
    for number, row in enumerate(grid.rows):
        kind = _kind(number, header_row)
        for column, text in enumerate(row):
            note = notes.get((number, column)) if notes else None
            if text or note is not None:
                severity = note.severity if note else None
                shown = text or grid.broken.get((number, column), "").removeprefix("=")
                _write(writer, sheet, number, column, shown, severity, kind=kind)
    for (row_number, column), note in notes.items():
        text = writable(note.text)
        if row_number >= len(grid.rows) or column >= len(grid.rows[row_number]):
            _write(writer, sheet, row_number, column, "", note.severity, kind=BODY)
        sheet.write_comment(
            row_number,
            column,
            text,
            {"width": COMMENT_WIDTH, "height": comment_height(text)},
        )
    widths = _widths(grid, header_row)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    if header_row is not None:
        sheet.freeze_panes(header_row + 1, 0)
        sheet.repeat_rows(header_row)
    if grid.is_hidden:
        sheet.hide()
    set_up_print(sheet, sum(widths))


def _write(
    writer: Writer,
    sheet: Any,
    row: int,
    column: int,
    text: str,
    severity: str | None,
    *,
    kind: str,
) -> None:
    """A cell with the value that reads as this text again."""
    if _NUMBER.fullmatch(text) and cell_text(number := float(text)) == text:
        style = _style("General", severity, kind=kind)
        sheet.write_number(row, column, number, writer.format(style))
    elif _DATE.fullmatch(text) and (day := _day(text)):
        style = _style("yyyy-mm-dd", severity, kind=kind)
        sheet.write_datetime(row, column, day, writer.format(style))
    elif text:
        writer.write_text(sheet, row, column, text, _style("General", severity, kind=kind))
    else:
        style = _style("General", severity, kind=kind)
        sheet.write_blank(row, column, None, writer.format(style))


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= _FIRST_DAY else None


@cache
def _style(number_format: str, severity: str | None, *, kind: str) -> Style:
    is_header = kind == HEADER
    fill = SEVERITY_FILLS.get(severity or "") or ("E7E6E6" if is_header else None)
    return Style(
        bold=is_header,
        border=kind != ABOVE,
        wrap=is_header,
        align="center" if is_header else "general",
        fill=fill,
        number_format=number_format,
        locked=False,
    )


def _merge(writer: Writer, sheet: Any, grid: Grid) -> list[Range]:
    """Merges what is merged in the grid; gives the areas that are."""
    style = writer.format(Style(align="center", wrap=True))
    drawn = []
    for first_row, first_column, last_row, last_column in grid.merged[:MAX_MERGED]:
        area = (last_row - first_row + 1) * (last_column - first_column + 1)
        if 1 < area <= MAX_AREA:
            try:
                sheet.merge_range(first_row, first_column, last_row, last_column, "", style)
            except Exception:  # noqa: S112 - areas that overlap are nowhere drawn
                continue
            drawn.append((first_row, first_column, last_row, last_column))
    return drawn


def _widths(grid: Grid, header_row: int | None) -> list[int]:
    """Wide enough for most values; a title alone in its row runs over its neighbours."""
    widths: list[int] = []
    for number, row in enumerate(grid.rows[: (header_row or 0) + _WIDTH_ROWS]):
        widths += [8] * (len(row) - len(widths))
        if number < (header_row or 0) and sum(map(bool, row)) < 2:
            continue
        for column, text in enumerate(row):
            if text:
                widths[column] = min(40, max(widths[column], text_width(text) + 2))
    return widths
