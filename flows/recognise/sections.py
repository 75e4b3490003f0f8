"""What changes between the rows of a sheet: the unit of what follows, and the next table's beginning."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from flows.read.grid import Grid
from flows.recognise.envelope import Statement, statements
from flows.recognise.rows import SortedRows
from flows.recognise.table import Skip
from flows.recognise.titles import titles_in
from flows.values.text import folded
from flows.values.units import stated_units

_SIGNED = frozenset({"filler", "checker", "head", "filed_on", "phone"})
# 一、 （一） 1、 (1): headings numbered the same way stand beside each other.
_STYLES = tuple(
    map(
        re.compile,
        (r"[一二三四五六七八九十]+[、.]", r"\([一二三四五六七八九十]+\)", r"\d+[、.]", r"\(\d+\)"),
    )
)


# --- units ---------------------------------------------------------------------------------------


def units_between(
    rows: SortedRows, above: Sequence[Statement], grid: Grid
) -> list[tuple[range, Statement]]:
    """The unit that a line or heading between the rows states, for the data rows that follow it.

    A line that stands in front of all rows, or behind them, is for the whole table and not told
    here. Where the unit of a heading ends is not told by another of its kind that has none: there
    the statement is empty.
    """
    said = [*_lines(rows, above), *rows.units]
    said += _silent(rows, said, grid)
    said.sort(key=lambda one: one.row)
    begins = [bisect_left(rows.data, one.row) for one in said]
    spans = map(range, begins, [*begins[1:], len(rows.data)])
    return [(span, one) for span, one in zip(spans, said, strict=True) if span]


def _lines(rows: SortedRows, above: Sequence[Statement]) -> Iterator[Statement]:
    """Lines between the rows that state another unit than what counts there."""
    lines = [one for one in rows.stated if one.part == "unit" and one.value]
    stated = {folded(one.value) for one in above if one.part == "unit"}
    for line in lines:
        is_between = bool(rows.data) and rows.data[0] < line.row < rows.data[-1]
        if is_between and stated != {folded(line.value)} and stated_units(line.value) != set():
            stated = {folded(line.value)}
            yield line


def _silent(rows: SortedRows, said: Sequence[Statement], grid: Grid) -> Iterator[Statement]:
    """The headings that state no unit and stand beside one that does."""
    if not rows.units:
        return
    stating = {one.row for one in said}
    headings = {n for n, reason in rows.skipped.items() if reason is Skip.LONE_WORDS}
    unit_style = None
    for number in sorted({*stating, *headings}):
        column, text = next((at, text) for at, text in enumerate(grid.rows[number]) if text)
        if number in stating:
            unit_style = _style(text) if number in headings else None
        elif unit_style is not None and _style(text) == unit_style:
            yield Statement("unit", "", number, column)


def _style(text: str) -> int:
    """How a heading is numbered, the same number for headings that stand beside each other."""
    flat = folded(text)
    return next((n for n, style in enumerate(_STYLES) if style.match(flat)), len(_STYLES))


def unit_of(statement: Statement) -> str:
    """The one unit of money that the statement names, else its words."""
    units = stated_units(statement.value.replace("/", "、"))
    return next(iter(units)) if units and len(units) == 1 else statement.value


# --- the next table ------------------------------------------------------------------------------


def begin_of_next(rows: SortedRows, header_row: int, first: int, grid: Grid) -> int:
    """The first of the rows that belong to the header further down, not to the table above it.

    Its title, else what stands right above it: lines and headings, but no signature, no note and
    no word that the table above is nil. `first` is the first row that may.
    """
    tail = range(max(first, rows.last + 1), header_row)
    for number in tail:
        if titles_in(grid.rows[number]):
            return number
    begin, nil = header_row, {*rows.nil_lines, *rows.nil}
    units = {one.row for one in rows.units}
    for number in reversed(tail):
        if number in nil or (number not in units and _closes(rows, number, grid)):
            break
        begin = number
    return begin


def _closes(rows: SortedRows, number: int, grid: Grid) -> bool:
    """Whether the row ends the table above it: who signed it, or a note to it."""
    parts = {one.part for one in statements(grid.rows[number], number)}
    is_signature = bool(parts) and parts <= _SIGNED
    return is_signature or rows.skipped.get(number) in {Skip.NOTE, Skip.AFTERWORD}
