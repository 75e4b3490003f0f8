"""A reply written from nothing: the same content where the submitted format can't be written.

The values are those that guoban's own reader found, so that what comes back reads the same.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from flows.answer.comments import add_comments
from flows.answer.opinions import Note, at_shown_cells
from flows.answer.page import (
    SEVERITY_FILLS,
    Cell,
    Page,
    Style,
    free_name,
    text_width,
    writable,
)
from flows.answer.workbook import Links, Workbook
from flows.read import Grid
from flows.read.grid import Range, cell_text

MAX_NAME = 31
# Merged areas beyond these are an accident or an attack, and not drawn.
MAX_MERGED, MAX_AREA = 2_000, 10_000
# No sheet has more columns.
MAX_COLUMNS = 16_384
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


def add_grid(
    book: Workbook,
    name: str,
    grid: Grid,
    notes: Mapping[tuple[int, int], Note],
    header_row: int | None,
) -> None:
    """Adds the grid as the last sheet, by that name, with the notes at its cells.

    `header_row` is the zero-based row above the first data row.
    """
    areas = _drawn_areas(grid)
    shown = at_shown_cells(notes, areas)
    page = Page(
        name,
        _widths(grid, header_row),
        later=_rows(grid, shown, header_row),
        header_row=header_row,
        merged=areas,
        is_data=True,
        is_hidden=grid.is_hidden,
    )
    part = book.add(page)
    if shown:
        links = Links(book.parts, part)
        page.drawing = add_comments(book, links, shown)
        links.store(book)


def _drawn_areas(grid: Grid) -> list[Range]:
    """The merged areas that a workbook may have: programs open none in which some overlap."""
    drawn: list[Range] = []
    for area in grid.merged[:MAX_MERGED]:
        top, left, bottom, right = area
        is_apart = all(
            bottom < one[0] or one[2] < top or right < one[1] or one[3] < left for one in drawn
        )
        if 1 < (bottom - top + 1) * (right - left + 1) <= MAX_AREA and is_apart:
            drawn.append(area)
    return drawn


def _rows(
    grid: Grid, notes: Mapping[tuple[int, int], Note], header_row: int | None
) -> Iterator[list[Cell | None]]:
    noted: dict[int, dict[int, str]] = {}
    for (row, column), note in notes.items():
        noted.setdefault(row, {})[column] = note.severity
    for number in range(max([len(grid.rows), *(row + 1 for row in noted)])):
        texts = grid.rows[number][:MAX_COLUMNS] if number < len(grid.rows) else []
        kind, colours = _kind(number, header_row), noted.get(number, {})
        if not colours:
            yield [_cell(text, None, kind) if text else None for text in texts]
            continue
        cells: list[Cell | None] = []
        for column in range(max(len(texts), *(one + 1 for one in colours))):
            text = texts[column] if column < len(texts) else ""
            text = text or grid.broken.get((number, column), "").removeprefix("=")
            severity = colours.get(column)
            cells.append(_cell(text, severity, kind) if text or severity else None)
        yield cells


def _cell(text: str, severity: str | None, kind: str) -> Cell:
    """A cell with the value that reads as this text again."""
    if _NUMBER.fullmatch(text) and cell_text(number := float(text)) == text:
        return Cell(number, _style("General", severity, kind=kind))
    if _DATE.fullmatch(text) and (day := _day(text)):
        return Cell(day, _style("yyyy-mm-dd", severity, kind=kind))
    return Cell(text, _style("General", severity, kind=kind))


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


def _widths(grid: Grid, header_row: int | None) -> list[int]:
    """Wide enough for most values; a title alone in its row runs over its neighbours."""
    widths: list[int] = []
    for number, row in enumerate(grid.rows[: (header_row or 0) + _WIDTH_ROWS]):
        widths += [8] * (min(len(row), MAX_COLUMNS) - len(widths))
        if number < (header_row or 0) and sum(map(bool, row)) < 2:
            continue
        for column, text in enumerate(row[:MAX_COLUMNS]):
            if text:
                widths[column] = min(40, max(widths[column], text_width(text) + 2))
    return widths
