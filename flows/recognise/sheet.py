"""One sheet into its tables: their returns, their columns, their rows sorted apart and their cells.

A sheet has several tables where a header stands in it that is another than the one above: of
another return, or the same with other columns, in another order, or in other units.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from flows.ground.findings import Finding, column_letter, finding
from flows.read.grid import Grid
from flows.recognise.cells import columns_of, take_cells
from flows.recognise.envelope import Envelope, Statement, statements
from flows.recognise.headers import Header, assign
from flows.recognise.heads import first_header, table_beside
from flows.recognise.merged import values_merged_down
from flows.recognise.notices import notices
from flows.recognise.rows import SortedRows, sort_rows
from flows.recognise.sections import begin_of_next, unit_of, units_between
from flows.recognise.table import Table
from flows.recognise.titles import titles_of
from flows.recognise.totals import totals_of
from flows.values.text import clean, folded
from flows.values.units import money_unit
from schemas.declare import Return
from schemas.rules import E001

# No return is put together of more; what follows is not read, and said.
MAX_TABLES = 200


def recognise_tables(grid: Grid) -> list[Table]:
    """The tables that a sheet holds from top to bottom, none where no return's header is in it."""
    pieces = list(_pieces(grid))
    tables: list[Table] = []
    for at in range(len(pieces)):
        tables.append(_table(grid, pieces, at, tables))
    if pieces and pieces[-1].rows.next_header:
        tables[-1].findings.append(_too_many(grid, pieces[-1].rows.next_header))
    return tables


@dataclass(frozen=True)
class _Piece:
    """A header, what is stated in the rows above it that are its own, and the rows below it.

    `units` are statements between the rows, with the data rows that they count for.
    """

    header: Header
    first_row: int
    above: list[Statement]
    rows: SortedRows
    units: list[tuple[range, Statement]]

    @property
    def own(self) -> list[Statement]:
        """What is stated for the whole piece."""
        between = {(one.row, one.column) for _, one in self.units}
        below = [one for one in self.rows.stated if (one.row, one.column) not in between]
        return self.above + below


def _pieces(grid: Grid) -> Iterator[_Piece]:
    header, first_row = first_header(grid), 0
    for _ in range(MAX_TABLES):
        if header is None:
            return
        header = _settle_bare_unit(header, grid)
        above = [
            statement
            for number in range(first_row, header.first_row)
            for statement in statements(grid.rows[number], number)
        ]
        rows = sort_rows(grid, header, above)
        begin = len(grid.rows)
        if rows.next_header:
            begin = begin_of_next(rows, rows.next_header.first_row, header.last_row + 1, grid)
            rows.end_at(begin)
        yield _Piece(header, first_row, above, rows, units_between(rows, above, grid))
        header, first_row = rows.next_header, begin


def _lent(pieces: Sequence[_Piece], at: int, before: Sequence[Table]) -> list[Statement]:
    """What is stated elsewhere in the sheet and counts for the piece, which does not restate it.

    The lines on top of the sheet serve all that is below, and those at its foot all that is above.
    """
    stated = {one.part for one in pieces[at].own if one.value} | {"nil"}
    lent: list[Statement] = []
    if before and "unit" not in stated:
        lent += _units_before(pieces[at - 1], pieces[0], before[-1])
        stated.add("unit")
    top, foot = pieces[0].own, pieces[-1].rows.stated
    lenders = [top] if at else []
    lenders += [foot] if at + 1 < len(pieces) else []
    for lender in lenders:
        more = [one for one in lender if one.part not in stated]
        lent += more
        stated |= {one.part for one in more}
    return lent


def _units_before(piece: _Piece, first: _Piece, table: Table) -> list[Statement]:
    """The unit on top, and that of the table before where it is another.

    Which of two counts further down is for nobody to guess: both are told.
    """
    on_top = [one for one in first.own if one.part == "unit"]
    before = [*table.envelope.all("unit"), *(unit for _, unit in piece.units if unit.value)]
    told = {folded(one.value): one for one in reversed([*on_top, *before])}
    return list(told.values())


def _continues(pieces: Sequence[_Piece], at: int) -> bool:
    """Whether the piece goes on with the return above it: nobody else's, for no other month."""
    piece = pieces[at]
    owner = {one.part for one in piece.above} & {"department", "month"}
    return at > 0 and pieces[at - 1].header.model is piece.header.model and not owner


def _is_empty_beside_others(pieces: Sequence[_Piece], at: int) -> bool:
    """Whether the piece has no rows and others of the same return have: it says nothing of those."""
    chains = accumulate((not _continues(pieces, n) for n in range(len(pieces))), initial=0)
    of_piece = list(chains)[1:]
    others = [one for one, chain in zip(pieces, of_piece, strict=True) if chain == of_piece[at]]
    return not pieces[at].rows.data and any(one.rows.data for one in others)


def _table(grid: Grid, pieces: Sequence[_Piece], at: int, before: Sequence[Table]) -> Table:
    piece = pieces[at]
    header, rows = piece.header, piece.rows
    envelope = Envelope([*piece.own, *_lent(pieces, at, before)])
    titles = titles_of(grid, range(piece.first_row, header.first_row), envelope)
    table = Table(
        model=header.model,
        sheet=grid.name,
        header=header,
        envelope=envelope,
        rows=rows.data,
        totals=totals_of(rows.totals, rows.data, grid, header, goes_on=_continues(pieces, at)),
        says_nil=bool(rows.nil_lines) and not _is_empty_beside_others(pieces, at),
        uses_1904=grid.uses_1904,
        titles=titles or (before[0].titles if before else []),
        skipped=rows.skipped,
        faint_nil=rows.faint_nil,
    )
    columns = columns_of(grid, rows.data, header)
    take_cells(table, grid, columns, values_merged_down(grid, header.last_row), rows.nil)
    for span, unit in piece.units:
        for index in span:
            table.row_units.setdefault(index, (unit_of(unit), unit.cell))
    end = pieces[at + 1].first_row if at + 1 < len(pieces) else len(grid.rows)
    table.findings.extend(notices(table, grid, columns, range(piece.first_row, end)))
    if beside := table_beside(header):
        table.findings.append(_side_by_side(table, *beside))
    return table


def _side_by_side(table: Table, model: type[Return], column: int) -> Finding:
    letter = column_letter(column)
    return finding(
        E001,
        f"{letter}列起并排放着另一张表（{model.form().title}），分不清每行各属哪一张。",
        suggestion="请把两张表放在不同的工作表里，或上下排列。",
        sheet=table.sheet or None,
        cell=f"{letter}{table.header.last_row + 1}",
    )


def _too_many(grid: Grid, header: Header) -> Finding:
    return finding(
        E001,
        f"工作表里的表格超过{MAX_TABLES}个，第{header.first_row + 1}行起没有读取。",
        suggestion="请把各表合并，或分开放在几个文件里报送。",
        sheet=grid.name or None,
    )


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
