"""Where the headers of a sheet stand: among its first rows, and again or anew further down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import islice

import schemas
from flows.read.grid import Grid
from flows.recognise.envelope import MAX_RAW
from flows.recognise.headers import (
    COUNTING_COLUMN,
    MAX_HEADER_ROWS,
    MAX_HEADING,
    MIN_FIELDS,
    SEARCH_COLUMNS,
    SEARCH_ROWS,
    Header,
    Heading,
    find_header,
    matches,
    names_a_field,
)
from flows.recognise.titles import TITLE_ROWS, return_titled
from flows.values.text import are_plain, clean, folded
from schemas.declare import Return

# So many of a row's first cells tell that it is no header, and no heading is longer.
_FIRST_CELLS, _MAX_NAME = 4, 40
# What may stand before a heading's first letter.
_BEFORE_HEADING = "*＊※(（[【 　"


def first_header(grid: Grid) -> Header | None:
    """The first header of a sheet, None where no return's is among its first rows.

    Mostly the first few rows are enough to tell.
    """
    top = _rows_filled(grid, range(min(len(grid.rows), SEARCH_ROWS)))
    header = None
    for count in (TITLE_ROWS, SEARCH_ROWS):
        cleaned = [_heading_texts(row) for row in top[:count]]
        header = find_header(cleaned, return_titled(cleaned))
        # Where it ends so far above, the rows left out are not looked at.
        if len(top) <= count or (header and header.last_row + MAX_HEADER_ROWS < count):
            break
    return header


def header_at(grid: Grid, number: int, since: int) -> Header | None:
    """The header that has the row for one of its rows, further down in a sheet.

    Rows from `since` on are not taken for anything yet: the first ones of the header may be there.
    """
    first = max(since, number - MAX_HEADER_ROWS + 1)
    title = return_titled(grid.rows[max(since, number - TITLE_ROWS) : number])
    last = min(len(grid.rows), number + MAX_HEADER_ROWS + 1)
    rows = [_heading_texts(row) for row in _rows_filled(grid, range(first, last))]
    found = find_header(rows, title)
    if found is None or not found.first_row <= number - first <= found.last_row:
        return None
    return replace(found, first_row=found.first_row + first, last_row=found.last_row + first)


def is_header_like(row: Sequence[str]) -> bool:
    """Whether the row may be a header of any return, by its first cells. Made to be asked often."""
    letters, looked_at = _first_letters(), 0
    for text in row:
        if text:
            if text[0] in letters:
                break
            looked_at += 1
            if looked_at == _FIRST_CELLS - 1:
                return False
    first = islice(filter(None, row), _FIRST_CELLS)
    return sum(len(text) <= _MAX_NAME and names_a_field(text) for text in first) >= 2


@cache
def _first_letters() -> frozenset[str]:
    """What known headers begin with, and what may stand before them."""
    columns = [column for model in schemas.all_returns() for column in model.columns().values()]
    known = [text for column in columns for text in (column.header, *column.aliases)]
    return frozenset({*_BEFORE_HEADING, *(text[0] for text in (*known, *COUNTING_COLUMN))})


def is_same(again: Header, header: Header) -> bool:
    """Whether a header says nothing new of any column; what brackets say it may leave out."""
    known = {one.index: one for one in header.headings}
    told = {one.index: one for one in again.headings}
    return (
        again.model is header.model
        and known.keys() == told.keys()
        and all(_says_the_same(told[index], one) for index, one in known.items())
    )


def is_whole(again: Header, header: Header) -> bool:
    """Whether a header that stands again leaves out nothing: the units are told as before."""
    told = [[folded(one.text) for one in each.headings] for each in (again, header)]
    return told[0] == told[1]


def _says_the_same(again: Heading, heading: Heading) -> bool:
    text, *above = map(folded, (again.text, *again.above))
    whole, *over = map(folded, (heading.text, *heading.above))
    return text in {whole, heading.bare} and (above == over or not above)


def table_beside(header: Header) -> tuple[type[Return], int] | None:
    """The return whose table begins beside this one, under the same header row, and its column.

    A few columns of another return are no table: its key is among them.
    """
    others = sorted(
        [*header.extra, *(heading for _, heading in header.repeated)], key=lambda one: one.index
    )
    if len(others) < MIN_FIELDS:
        return None
    found = filter(None, (matches(model, others) for model in schemas.all_returns()))
    whole = [one for one in found if set(one.model.own_key()) <= one.fields.keys()]
    best = max(whole, key=lambda one: one.score, default=None)
    return (best.model, min(one.index for one in best.fields.values())) if best else None


def _rows_filled(grid: Grid, numbers: range) -> list[list[str]]:
    """These rows of a sheet, every cell of a merged area with the area's value (for headers)."""
    rows = [list(grid.rows[number][:SEARCH_COLUMNS]) for number in numbers]
    # Areas that don't overlap never hold more cells than there are.
    left = SEARCH_ROWS * SEARCH_COLUMNS
    for first_row, first_column, last_row, last_column in grid.merged:
        top = first_row - numbers.start
        if not 0 <= top < len(rows) or first_column >= len(rows[top]):
            continue
        value = rows[top][first_column]
        width = min(last_column + 1, SEARCH_COLUMNS) - first_column
        for row in rows[top : last_row - numbers.start + 1]:
            left -= width
            if left < 0:
                return rows
            row.extend([""] * (first_column + width - len(row)))
            row[first_column : first_column + width] = [value] * width
    return rows


def _heading_texts(row: list[str]) -> list[str]:
    """The cells of a row as they may name columns."""
    if are_plain(row) and max(map(len, row), default=0) <= MAX_HEADING:
        return row
    return [_heading_text(text) if text else "" for text in row]


def _heading_text(text: str) -> str:
    """The cell as it may name a column; what is too long for that names none."""
    flat = clean(text[:MAX_RAW])
    return flat if len(flat) <= MAX_HEADING else f"{flat[:MAX_HEADING]}…"
