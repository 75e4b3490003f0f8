"""The cells of the data rows as texts, and what the columns beside the fields state for each row."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import zip_longest

from flows.ground.findings import column_letter, finding
from flows.read.grid import Grid
from flows.recognise.envelope import Statement, part_of
from flows.recognise.headers import Header
from flows.recognise.merged import FilledDown, merged_down, with_marks_merged_down
from flows.recognise.roles import cell_at
from flows.recognise.table import MERGED, PICTURE, Table, row_ranges
from flows.values.text import are_plain, clean, clean_apart, clean_lines, has_invisible
from flows.values.words import is_ditto
from schemas.declare import NUMERIC, Column, Kind
from schemas.rules import R102, Severity

_DATES = frozenset({Kind.DATE, Kind.MONTH})

# Formats without types carry an error as its text.
_ERRORS = frozenset({"#REF!", "#DIV/0!", "#N/A", "#NAME?", "#VALUE!", "#NUM!", "#NULL!"})
# What WPS stores where a picture is placed in the cell.
_PICTURES = ("=DISPIMG(", "=_xlfn.DISPIMG(")


Columns = Sequence[Sequence[str]]
"""The cells of the data rows, column by column, as far as the header reaches."""


def columns_of(grid: Grid, rows: Sequence[int], header: Header) -> Columns:
    """The cells of these rows of the sheet by columns; a row may be far wider than the header."""
    width = header.width
    cut = (row if len(row) <= width else row[:width] for row in map(grid.rows.__getitem__, rows))
    return [*zip_longest(*cut, fillvalue="")]


def take_cells(
    table: Table, grid: Grid, columns: Columns, fill: FilledDown, nil_rows: Sequence[int]
) -> None:
    """Fills in the table's texts, and what its other columns state for each row."""
    _take_fields(table, with_marks_merged_down(grid, table.header.last_row), columns, fill)
    _take_extras(table, columns, fill)
    _take_nil_rows(table, grid, nil_rows)


def _take_fields(table: Table, grid: Grid, columns: Columns, fill: FilledDown) -> None:
    declared = table.model.columns()
    for name, heading in table.header.fields.items():
        raw = _raw(columns, heading.index, table)
        if are_plain(raw):
            table.texts[name] = _filled(list(raw), table, heading.index, fill)
        else:
            cleaned = _cleaner(declared[name])
            texts = [cleaned(text) if text else "" for text in raw]
            table.texts[name] = _filled(texts, table, heading.index, fill)
            _mark(table, name, raw)
        if heading.index in fill and _measures(declared[name]):
            _refuse_merged_numbers(table, grid, name, heading.index)
    _take_shown(table, grid)
    _repeat_departments(table)
    for (at, name), error in table.of_fields(grid.broken):
        table.broken[at, name] = error
        table.texts[name][at] = ""
    for kept, places in ((table.struck, grid.struck), (table.long_numbers, grid.long_numbers)):
        kept.update(place for place, _ in table.of_fields(dict.fromkeys(places)))
    table.left_out.update(table.of_fields(grid.left_out))


def _take_shown(table: Table, grid: Grid) -> None:
    """What the clerk sees is read; a date is the stored one, however its format abridges it."""
    declared = table.model.columns()
    for (at, name), shown in table.of_fields(grid.shown):
        table.shown[at, name] = shown
        column = declared[name]
        if column.kind in _DATES or not shown.text:
            continue
        if shown.disagrees and column.kind in NUMERIC:
            table.stored[at, name] = table.texts[name][at]
        table.texts[name][at] = _cleaner(column)(shown.text)


def _repeat_departments(table: Table) -> None:
    """A reporter written 同上 is the one above; the fields of the row are read so when typed."""
    for name in table.own_columns():
        texts, heading = table.texts[name], table.header.fields[name]
        if table.model.columns()[name].kind is not Kind.DEPARTMENT:
            continue
        repeated = _copied_from_above(texts, table.rows)
        if not repeated:
            continue
        rows = row_ranges([number + 1 for number in repeated])
        words = f"第{rows}行的“{heading.text}”写作“同上”一类，按上一行的单位读取。"
        cell = f"{column_letter(heading.index)}{repeated[0] + 1}"
        table.findings.append(
            finding(R102, words, severity=Severity.INFO, sheet=table.sheet or None, cell=cell)
        )


def _copied_from_above(texts: list[str], rows: Sequence[int]) -> list[int]:
    """Fills in what ditto marks repeat from the row directly above, and gives their rows.

    With a heading or a total in between it is in doubt which one is meant, as in any other column.
    """
    copied = []
    for at in range(1, len(texts)):
        is_next = rows[at - 1] == rows[at] - 1
        if is_next and is_ditto(texts[at]) and not is_ditto(texts[at - 1]):
            texts[at] = texts[at - 1]
            copied.append(rows[at])
    return copied


def _cleaner(column: Column) -> Callable[[str], str]:
    """What of a cell's blanks tells its parts from each other: in numbers any wide one does."""
    if column.kind in NUMERIC:
        return clean_apart
    return clean_lines if column.lists_names else clean


def _mark(table: Table, name: str, raw: Sequence[str]) -> None:
    """Marks the cells that held what nobody sees, or an error."""
    for at, text in enumerate(raw):
        if text in _ERRORS or text.startswith(_PICTURES):
            table.broken[at, name] = PICTURE if text.startswith(_PICTURES) else text
            table.texts[name][at] = ""
        elif text and has_invisible(text):
            table.unseen.add((at, name))


def _raw(columns: Columns, index: int, table: Table) -> Sequence[str]:
    """The column's cells; no row may reach as far."""
    return columns[index] if index < len(columns) else [""] * len(table.rows)


def _filled(texts: list[str], table: Table, index: int, fill: FilledDown) -> list[str]:
    """The column's texts; what is merged down stands in every row that it covers."""
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


def _take_extras(table: Table, columns: Columns, fill: FilledDown) -> None:
    """Columns that are no field's but a part of the envelope's: units, and who signs."""
    for heading in table.header.extra:
        part = part_of(heading.bare)
        if part is None:
            continue
        texts = [clean(text) for text in _raw(columns, heading.index, table)]
        for position, text in enumerate(_filled(texts, table, heading.index, fill)):
            if not text:
                continue
            number = table.rows[position]
            if part in {"unit", "currency"}:
                rows = table.row_units if part == "unit" else table.currencies
                rows[position] = text, f"{column_letter(heading.index)}{number + 1}"
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
