"""What recognising says of a table's form: columns that lack or are too many, what is hidden or skipped.

E002 and E013. Who reports, for which month, and whether that is sound is for validate.
"""

from __future__ import annotations

import itertools

from flows.ground.findings import Finding, column_letter, finding
from flows.read.grid import Grid
from flows.recognise.cells import Columns
from flows.recognise.envelope import part_of
from flows.recognise.headers import COUNTING_COLUMN, Header, Heading, nearest_field
from flows.recognise.table import Skip, Table, row_ranges
from flows.recognise.unseen import unseen
from flows.recognise.voids import void_rows
from flows.values.text import clean
from schemas.declare import NUMERIC, Kind
from schemas.rules import E002, E013, Severity

# Columns that don't belong are named one by one up to this many of a kind; rows likewise.
_MOST_NAMED = 20


def notices(table: Table, grid: Grid, columns: Columns, span: range) -> list[Finding]:
    """Everything that the form of the table gives occasion to say, which has these rows of the sheet."""
    return [
        *_header(grid, table.header),
        *_unknown_columns(table),
        *_unheaded_columns(table, grid, columns),
        *_hidden(table, grid),
        *unseen(table),
        *_skipped(table),
        *_stray_quotes(table, grid, span),
        *void_rows(table, grid, columns),
    ]


# --- E002 ----------------------------------------------------------------------------------------


def _header(grid: Grid, header: Header) -> list[Finding]:
    """E002: columns that are missing, and columns that stand twice (words nobody needs: E013)."""
    declared = header.model.columns()
    missing = [
        name
        for name, column in declared.items()
        if column.required and name not in header.fields and not column.is_envelope
    ]
    nearest = {
        name: heading
        for heading in reversed(header.extra)
        if (name := nearest_field(header.model, heading, missing))
    }
    lacking = [_missing(grid, header, name, nearest.get(name)) for name in missing]
    return lacking + [_repeated(grid, header, name, heading) for name, heading in header.repeated]


def _missing(grid: Grid, header: Header, name: str, near: Heading | None) -> Finding:
    wanted = header.model.columns()[name].header
    hint = f"“{near.text}”与之相近，请改为“{wanted}”。" if near else f"请补上“{wanted}”一列。"
    if name in header.model.own_key() and any(one.bare in COUNTING_COLUMN for one in header.extra):
        hint = (
            f"序号每月从1数起，不能当作“{wanted}”。请补上“{wanted}”一列，每件事用一个不变的编号。"
        )
    return finding(
        E002,
        f"缺少必填的列“{wanted}”。",
        suggestion=hint,
        sheet=grid.name or None,
        cell=_heading_cell(header, near) if near else None,
        column=near.text if near else wanted,
        field=name,
        value=near.text if near else None,
    )


def _repeated(grid: Grid, header: Header, name: str, heading: Heading) -> Finding:
    first, column = header.fields[name], header.model.columns()[name]
    is_needed = column.required or column.kind in NUMERIC or column.kind is Kind.DATE
    end = "不知以哪一列为准" if is_needed else "以后者为准，前者已保存，不参与计算"
    return finding(
        E002 if is_needed else E013,
        f"“{heading.text}”与“{first.text}”（{column_letter(first.index)}列）"
        f"都是“{column.header}”，{end}。",
        sheet=grid.name or None,
        cell=_heading_cell(header, heading),
        column=heading.text,
        field=name,
        value=heading.text,
    )


def _heading_cell(header: Header, heading: Heading) -> str:
    return f"{column_letter(heading.index)}{header.last_row + 1}"


# --- E013 ----------------------------------------------------------------------------------------


def _unknown_columns(table: Table) -> list[Finding]:
    """Columns that neither the return nor the envelope knows."""
    unknown = [
        _unknown(table, heading)
        for heading in table.header.extra
        if part_of(heading.bare) is None and heading.bare not in COUNTING_COLUMN
    ]
    # What was perhaps meant for another column comes first (a warning), the rest is information.
    unknown.sort(key=lambda notice: notice.severity is not Severity.WARNING)
    if more := len(unknown[_MOST_NAMED:]):
        words = f"另有{more}列本表没有，已保存，不参与计算。"
        unknown[_MOST_NAMED:] = [finding(E013, words, sheet=table.sheet or None)]
    return unknown


def _unknown(table: Table, heading: Heading) -> Finding:
    """E013, or what the column may have been meant for: then it is worth a word."""
    absent = [
        name
        for name, column in table.model.columns().items()
        if name not in table.header.fields and not column.required
    ]
    near = nearest_field(table.model, heading, absent)
    header = table.model.columns()[near].header if near else ""
    return finding(
        E013,
        f"本表没有“{heading.text}”这一列，已保存，不参与计算。",
        severity=Severity.WARNING if near else None,
        suggestion=f"是否为“{header}”？是的话请改用这一表头。" if near else "",
        sheet=table.sheet or None,
        cell=_heading_cell(table.header, heading),
        column=heading.text,
    )


def _unheaded_columns(table: Table, grid: Grid, columns: Columns) -> list[Finding]:
    """Columns with values in data rows but nothing in the header."""
    seen = {heading.index for heading in table.header.headings}
    first: dict[int, int] = {}
    for index, texts in enumerate(columns):
        if index not in seen:
            filled = (row for row, text in zip(table.rows, texts, strict=True) if clean(text))
            first.update((index, row) for row in itertools.islice(filled, 1))
    for number in table.rows:
        for index, text in enumerate(grid.rows[number][len(columns) :], start=len(columns)):
            if index not in first and clean(text):
                first[index] = number
    unheaded = sorted(first.items())
    said = []
    for index, number in unheaded[:_MOST_NAMED]:
        letter = column_letter(index)
        words = f"{letter}列没有表头，已保存，不参与计算。"
        cell = f"{letter}{number + 1}"
        said.append(finding(E013, words, sheet=table.sheet or None, cell=cell))
    if more := len(unheaded[_MOST_NAMED:]):
        words = f"另有{more}列没有表头，已保存，不参与计算。"
        said.append(finding(E013, words, sheet=table.sheet or None))
    return said


def _hidden(table: Table, grid: Grid) -> list[Finding]:
    said = []
    rows = sorted(set(grid.hidden_rows) & set(table.rows))
    if rows:
        shown = "、".join(str(number + 1) for number in rows[:_MOST_NAMED])
        more = "等" if len(rows) > _MOST_NAMED else ""
        words = f"第{shown}{more}行（共{len(rows)}行）是隐藏行，已按数据读取。"
        said.append(finding(E013, words, sheet=grid.name or None))
    hidden = set(grid.hidden_columns)
    for heading in table.header.fields.values():
        if heading.index in hidden:
            said.append(
                finding(
                    E013,
                    f"“{heading.text}”是隐藏列，已按数据读取。",
                    sheet=grid.name or None,
                    cell=_heading_cell(table.header, heading),
                    column=heading.text,
                )
            )
    return said


def _skipped(table: Table) -> list[Finding]:
    """Every row below the header that was taken for nothing that is reported, in one finding.

    Numbers alone, no words of them: messages are published as they are.
    """
    if not table.skipped:
        return []
    by_reason: dict[Skip, list[int]] = {}
    for number, reason in table.skipped.items():
        by_reason.setdefault(reason, []).append(number + 1)
    listed = "；".join(
        f"{reason.value}：第{row_ranges(rows)}行" for reason, rows in by_reason.items()
    )
    words = f"表头以下有{len(table.skipped)}行没有按数据读取（{listed}）。"
    hint = "这些行不是数据的，无需处理；是数据的，请填齐该行必填的各栏后重新报送。"
    return [finding(E013, words, suggestion=hint, sheet=table.sheet or None)]


def _stray_quotes(table: Table, grid: Grid, span: range) -> list[Finding]:
    """Cells of a text file whose quote quotes nothing: read as they stand, but worth a look.

    Only one in a data row is of that row, and of its department.
    """
    said, data = [], set(table.rows)
    places = [place for place in grid.stray_quotes if place[0] in span]
    for row, column in places[:_MOST_NAMED]:
        cell = f"{column_letter(column)}{row + 1}"
        words = f"{cell}以引号开头，但引号不成对，已将引号当作普通字符读取。"
        hint = "请核对这一格和以下各行；引号不需要的请删去，或另存为 .xlsx 后重新报送。"
        of_row = row + 1 if row in data else None
        said.append(
            finding(E013, words, severity=Severity.WARNING, suggestion=hint, cell=cell, row=of_row)
        )
    if more := len(places[_MOST_NAMED:]):
        words = f"另有{more}格的引号不成对，已将引号当作普通字符读取。"
        said.append(finding(E013, words, severity=Severity.WARNING))
    return said
