"""Merged cells below the header: which rows one covers, and the value that it gives to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from flows.read.grid import Grid
from flows.recognise.roles import cell_at
from flows.values.text import clean

FilledDown = Mapping[int, Mapping[int, str]]
"""By column and row, the value that a merged area gives to its lower rows."""


def merged_down(grid: Grid, header_row: int) -> dict[int, list[range]]:
    """By column, the rows of each merged area below the header that reaches over several.

    Areas that overlap are none; only so is the work bounded by the sheet's size.
    """
    areas: dict[int, list[range]] = {}
    for first, column, last, _ in sorted(grid.merged):
        before = areas.get(column)
        reached = before[-1].stop - 1 if before else header_row
        if reached < first < min(last, len(grid.rows)):
            areas.setdefault(column, []).append(range(first, min(last + 1, len(grid.rows))))
    return areas


def values_merged_down(grid: Grid, header_row: int) -> FilledDown:
    """The stored values that merged areas below the header give to the rows they cover."""
    fill: dict[int, dict[int, str]] = {}
    for column, areas in merged_down(grid, header_row).items():
        for rows in areas:
            if value := clean(cell_at(grid.rows[rows.start], column)):
                fill.setdefault(column, {}).update(dict.fromkeys(rows[1:], value))
    return fill


def with_marks_merged_down(grid: Grid, header_row: int) -> Grid:
    """The grid, with the marks of a merged cell for every row below the header that it covers."""
    if not grid.merged or not (grid.shown or grid.struck or grid.long_numbers):
        return grid
    rows_of = {
        (rows.start, column): rows
        for column, areas in merged_down(grid, header_row).items()
        for rows in areas
    }

    def covered(
        places: Iterable[tuple[int, int]],
    ) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        for place in places:
            row, column = place
            for number in rows_of.get(place, range(row, row + 1)):
                yield (number, column), place

    return replace(
        grid,
        shown={to: grid.shown[place] for to, place in covered(grid.shown)},
        struck=[to for to, _ in covered(grid.struck)],
        long_numbers=[to for to, _ in covered(grid.long_numbers)],
    )
