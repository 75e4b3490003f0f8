"""The cells of the data rows as texts, and what the columns beside the fields state for each row."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence

from flows.ground.findings import column_letter
from flows.read.grid import Grid
from flows.recognise.envelope import Statement, part_of
from flows.recognise.merged import FilledDown, merged_down
from flows.recognise.roles import cell_at
from flows.recognise.table import MERGED, Table
from flows.values.text import clean, clean_apart, has_invisible
from schemas.declare import NUMERIC, Column

_ERROR = re.compile(r"#(?:REF!|DIV/0!|N/A|NAME\?|VALUE!|NUM!|NULL!)")


def take_cells(table: Table, grid: Grid, fill: FilledDown, nil_rows: Sequence[int]) -> None:
    """Fills in the table's texts, and what its other columns state for each row."""
    _take_fields(table, grid, fill)
    _take_extras(table, grid, fill)
    _take_nil_rows(table, grid, nil_rows)


def _take_fields(table: Table, grid: Grid, fill: FilledDown) -> None:
    columns = table.model.columns()
    for name, heading in table.header.fields.items():
        cleaned = clean_apart if columns[name].kind in NUMERIC else clean
        table.texts[name] = _column(table, grid, heading.index, fill, cleaned)
        for position, number in enumerate(table.rows):
            raw = cell_at(grid.rows[number], heading.index)
            if raw and (raw[0] in "='" or not raw.isascii()) and has_invisible(raw):
                table.unseen.add((position, name))
            elif raw[:1] == "#" and _ERROR.fullmatch(raw):
                # Formats without types carry an error as its text.
                table.broken[position, name] = raw
                table.texts[name][position] = ""
        if heading.index in fill and _measures(columns[name]):
            _refuse_merged_numbers(table, grid, name, heading.index)
    if grid.broken:
        position_of = {number: position for position, number in enumerate(table.rows)}
        field_of = {heading.index: name for name, heading in table.header.fields.items()}
        for (number, index), error in grid.broken.items():
            if number in position_of and index in field_of:
                table.broken[position_of[number], field_of[index]] = error
                table.texts[field_of[index]][position_of[number]] = ""


def _column(
    table: Table,
    grid: Grid,
    index: int,
    fill: FilledDown,
    cleaned: Callable[[str], str] = clean,
) -> list[str]:
    """The column's cleaned texts; what is merged down stands in every row that it covers."""
    texts = [
        cleaned(text) if (text := cell_at(grid.rows[row], index)) else "" for row in table.rows
    ]
    below = fill.get(index)
    if not below:
        return texts
    return [text or below.get(row, "") for row, text in zip(table.rows, texts, strict=True)]


def _measures(column: Column) -> bool:
    return column.kind in NUMERIC and column.unit is not None


def _refuse_merged_numbers(table: Table, grid: Grid, name: str, index: int) -> None:
    """One number over several rows: whose it is, or what each one's part is, would be a guess."""
    for rows in merged_down(grid, table.header.last_row).get(index, ()):
        covered = range(bisect_left(table.rows, rows.start), bisect_left(table.rows, rows.stop))
        if len(covered) > 1:
            table.broken.update({(at, name): MERGED for at in covered if table.texts[name][at]})


def _take_extras(table: Table, grid: Grid, fill: FilledDown) -> None:
    """Columns that are no field's but a part of the envelope's: units, and who signs."""
    for heading in table.header.extra:
        part = part_of(heading.bare)
        if part is None:
            continue
        for position, text in enumerate(_column(table, grid, heading.index, fill)):
            if not text:
                continue
            number = table.rows[position]
            if part == "unit":
                letter = column_letter(heading.index)
                table.row_units[position] = text, f"{letter}{number + 1}"
            else:
                stated = table.stated.setdefault(position, [])
                stated.append(Statement(part, text, number, heading.index))


def _take_nil_rows(table: Table, grid: Grid, nil_rows: Sequence[int]) -> None:
    columns = {
        table.header.fields[name].index: name.removeprefix("report_")
        for name in table.header.fields
        if name in table.own_columns()
    }
    columns |= {
        heading.index: part for heading in table.header.extra if (part := part_of(heading.bare))
    }
    for number in nil_rows:
        table.nil_stated[number] = [
            Statement(part, text, number, index)
            for index, part in columns.items()
            if (text := clean(cell_at(grid.rows[number], index)))
        ]
