"""One sheet into one table: its return, its columns, its rows sorted apart and their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flows.read.grid import Grid
from flows.recognise.cells import columns_of, take_cells
from flows.recognise.envelope import MAX_RAW, Envelope, statements
from flows.recognise.headers import (
    MAX_HEADER_ROWS,
    MAX_HEADING,
    SEARCH_COLUMNS,
    SEARCH_ROWS,
    Header,
    assign,
    find_header,
)
from flows.recognise.merged import values_merged_down
from flows.recognise.notices import notices
from flows.recognise.rows import sort_rows
from flows.recognise.table import Table
from flows.recognise.titles import TITLE_ROWS, return_titled, titles_of
from flows.recognise.totals import totals_of
from flows.values.text import are_plain, clean
from flows.values.units import money_unit


def recognise_table(grid: Grid) -> Table | None:
    """The table that a sheet holds, None where no return's header is in it."""
    top = [list(row[:SEARCH_COLUMNS]) for row in grid.rows[:SEARCH_ROWS]]
    _fill_merged(top, grid)
    header = _header(top)
    if header is None:
        return None
    header = _settle_bare_unit(header, grid)
    above = [
        statement
        for number in range(header.first_row)
        for statement in statements(grid.rows[number], number)
    ]
    rows = sort_rows(grid, header, len(above))
    envelope = Envelope(above + rows.stated)
    table = Table(
        model=header.model,
        sheet=grid.name,
        header=header,
        envelope=envelope,
        rows=rows.data,
        totals=totals_of(rows.totals, rows.data, grid, header),
        says_nil=rows.says_nil,
        uses_1904=grid.uses_1904,
        titles=titles_of(grid, header.first_row, envelope),
        skipped=rows.skipped,
    )
    columns = columns_of(grid, rows.data, header)
    take_cells(table, grid, columns, values_merged_down(grid, header.last_row), rows.nil)
    table.findings.extend(notices(table, grid, columns))
    return table


def _header(top: Sequence[list[str]]) -> Header | None:
    """The header among the first rows; mostly the first few are enough to tell."""
    header = None
    for count in (TITLE_ROWS, SEARCH_ROWS):
        cleaned = [_heading_texts(row) for row in top[:count]]
        header = find_header(cleaned, return_titled(cleaned))
        # Where it ends so far above, the rows left out are not looked at.
        if len(top) <= count or (header and header.last_row + MAX_HEADER_ROWS < count):
            break
    return header


def _heading_texts(row: list[str]) -> list[str]:
    """The cells of a row as they may name columns."""
    if are_plain(row) and max(map(len, row), default=0) <= MAX_HEADING:
        return row
    return [_heading_text(text) if text else "" for text in row]


def _heading_text(text: str) -> str:
    """The cell as it may name a column; what is too long for that names none."""
    flat = clean(text[:MAX_RAW])
    return flat if len(flat) <= MAX_HEADING else f"{flat[:MAX_HEADING]}…"


def _fill_merged(rows: list[list[str]], grid: Grid) -> None:
    """Gives every cell of a merged area the area's value (for headers)."""
    # Areas that don't overlap never hold more cells than there are.
    left = SEARCH_ROWS * SEARCH_COLUMNS
    for first_row, first_column, last_row, last_column in grid.merged:
        if first_row >= len(rows) or first_column >= len(rows[first_row]):
            continue
        value = rows[first_row][first_column]
        width = min(last_column + 1, SEARCH_COLUMNS) - first_column
        for row in rows[first_row : last_row + 1]:
            left -= width
            if left < 0:
                return
            row.extend([""] * (first_column + width - len(row)))
            row[first_column : first_column + width] = [value] * width


def _settle_bare_unit(header: Header, grid: Grid) -> Header:
    """单位 is the reporter or the measure: what stands below it decides."""
    heading = header.fields.get("department")
    if heading is None or heading.bare != "单位":
        return header
    below = {
        clean(row[heading.index])
        for row in grid.rows[header.last_row + 1 :]
        if heading.index < len(row) and row[heading.index]
    }
    if not any(money_unit(text) for text in below):
        return header
    others = [other for name, other in header.fields.items() if name != "department"]
    others += [other for _, other in header.repeated] + header.extra
    fields, repeated, extra = assign(header.model, sorted(others, key=lambda other: other.index))
    return replace(header, fields=fields, repeated=repeated, extra=[*extra, heading])
