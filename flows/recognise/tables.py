"""One sheet into one table: its return, its columns, its data rows; totals and notes set apart.

A total is never loaded as a row, a row is never taken for a note because it is odd: where a row
looks like data it is data, and the rules say what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import schemas
from flows.findings import Finding, column_letter, finding
from flows.read.grid import Grid
from flows.recognise.envelope import Envelope, is_envelope_row, statements
from flows.recognise.headers import (
    SEARCH_ROWS,
    Header,
    Heading,
    assign,
    bare,
    find_header,
    nearest_field,
)
from flows.values.text import clean, folded, is_placeholder
from flows.values.units import money_unit
from schemas.declare import Return
from schemas.rules import E002, E013, Severity

_TOTAL = re.compile(r"(?:.{0,10})(合计|小计|总计|共计|累计)(?:\(.*\))?[:：]?")
_SUBTOTAL = re.compile(r".*小计.*")
_NOTE = re.compile(r"(?:注|备注|说明|填表说明|填报说明)\s*\d*\s*[:：.、]|[*※]")
_NIL = frozenset({"零报告", "本月零报告", "本月无", "无数据", "本月无数据", "无发生额"})
_NUMBERING = re.compile(r"[甲乙丙丁戊己庚辛]|\(?\d{1,2}\)?")
UNIT_COLUMN = frozenset({"计量单位", "金额单位", "单位"})
NIL_COLUMN = frozenset({"零报告", "是否零报告"})


@dataclass(frozen=True)
class Total:
    """A 合计 or 小计 row: its texts by field, and which data rows it adds up."""

    row: int
    label: str
    texts: dict[str, str]
    rows: range


@dataclass(frozen=True)
class Table:
    """One return's table in one sheet. Row numbers and columns are zero-based.

    `texts[field][i]` is the cell of field `field` in data row `i`, which stands in sheet row
    `rows[i]`; `broken` holds the cells that have no usable value, by (i, field). `row_units` is
    the unit of money that a unit column gives for row i.
    """

    model: type[Return]
    sheet: str
    header: Header
    envelope: Envelope
    rows: list[int]
    texts: dict[str, list[str]]
    broken: dict[tuple[int, str], str]
    totals: list[Total]
    row_units: dict[int, str]
    says_nil: bool
    uses_1904: bool
    title_text: str
    findings: list[Finding] = field(default_factory=list)

    def cell(self, index: int, name: str) -> str | None:
        """The address of a field's cell in data row `index`; None where no column carries it."""
        heading = self.header.fields.get(name)
        return f"{column_letter(heading.index)}{self.rows[index] + 1}" if heading else None


def recognise_table(grid: Grid) -> Table | None:
    """The table that a sheet holds, None where no return's header is in it."""
    top = [list(row) for row in grid.rows[:SEARCH_ROWS]]
    _fill_merged(top, grid)
    cleaned = [[clean(text) if text else "" for text in row] for row in top]
    title = _title(cleaned)
    header = find_header(cleaned, title)
    if header is None:
        return None
    header = _settle_bare_unit(header, grid)
    envelope = Envelope()
    for number in range(header.first_row):
        envelope.statements += statements(grid.rows[number], number)
    rows, totals, says_nil = _split(grid, header, envelope)
    table = Table(
        model=header.model,
        sheet=grid.name,
        header=header,
        envelope=envelope,
        rows=rows,
        texts={},
        broken={},
        totals=totals,
        row_units={},
        says_nil=says_nil,
        uses_1904=grid.uses_1904,
        title_text=" ".join(text for row in cleaned[: header.first_row] for text in row if text),
        findings=_header_findings(grid, header),
    )
    _take_texts(table, grid)
    _take_extras(table, grid)
    _say_hidden(table, grid)
    return table


def _title(rows: Sequence[Sequence[str]]) -> str | None:
    """The return that a row above names by its title or form number, if one does."""
    text = folded("".join(text for row in rows[:10] for text in dict.fromkeys(row) if text))
    named = [
        model.form().title
        for model in schemas.all_returns()
        if model.form().title in text or model.form().form_no in text
    ]
    return named[0] if len(named) == 1 else None


def _fill_merged(rows: list[list[str]], grid: Grid) -> None:
    """Gives every cell of a merged area the area's value (for headers)."""
    for first_row, first_column, last_row, last_column in grid.merged:
        if first_row >= len(rows) or first_column >= len(rows[first_row]):
            continue
        value = rows[first_row][first_column]
        for number in range(first_row, min(last_row + 1, len(rows))):
            row = rows[number]
            row += [""] * (min(last_column + 1, 500) - len(row))
            for column in range(first_column, min(last_column + 1, len(row))):
                row[column] = value


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
    if not below or not any(money_unit(text) for text in below):
        return header
    others = [one for name, one in header.fields.items() if name != "department"]
    others += [one for _, one in header.repeated] + header.extra
    fields, repeated, extra = assign(header.model, sorted(others, key=lambda one: one.index))
    return Header(
        header.model,
        header.first_row,
        header.last_row,
        fields,
        repeated,
        [*extra, heading],
        header.score,
    )


def _split(grid: Grid, header: Header, envelope: Envelope) -> tuple[list[int], list[Total], bool]:
    """Sorts what stands below the header into data rows, totals, envelope lines and notes."""
    rows: list[int] = []
    marked: list[tuple[int, str]] = []
    says_nil = False
    columns = {name: heading.index for name, heading in header.fields.items()}
    declared = header.model.columns()
    required = [
        index
        for name, index in columns.items()
        if declared[name].required and not declared[name].is_envelope
    ]
    enough = max(2, (len(required) + 1) // 2)
    mapped = sorted(columns.values())
    spans = {(first, column) for first, column, _, last in grid.merged if last > column}
    down = _columns_merged_down(grid, header.last_row)
    for number in range(header.last_row + 1, len(grid.rows)):
        row = grid.rows[number]
        if not any(row):
            continue
        width = len(row)
        filled = sum(1 for index in required if index < width and row[index])
        if filled >= enough and not _restates_header(row, header):
            label = _total_label(row, mapped, header, width)
            if label and filled < len(required):
                marked.append((number, label))
            elif not (not rows and _is_numbering(row)):
                rows.append(number)
            continue
        kept = [(index, clean(text)) for index, text in enumerate(row) if text and clean(text)]
        if not kept:
            continue
        label = _total_label(row, mapped, header, width)
        if label:
            marked.append((number, label))
        elif is_envelope_row(row):
            envelope.statements += statements(row, number)
        elif folded(kept[0][1]).strip("。.!！:：") in _NIL and len(kept) == 1:
            says_nil = True
        elif (
            _is_note(kept, number, spans)
            or _restates_header(row, header)
            or (not rows and _is_numbering(row))
            or not any(index in columns.values() for index, _ in kept if index not in down)
        ):
            continue
        else:
            rows.append(number)
    return rows, _totals(grid, header, rows, marked), says_nil


def _columns_merged_down(grid: Grid, header_row: int) -> set[int]:
    return {column for first, column, last, _ in grid.merged if first > header_row and last > first}


def _total_label(row: Sequence[str], mapped: Sequence[int], header: Header, width: int) -> str:
    """合计, 小计 and the like where the row is one: the word in front, and no key of its own."""
    if not any("计" in text for text in row if text):
        return ""
    for text in (clean(text) for text in row if text):
        flat = folded(text)
        if _TOTAL.fullmatch(flat):
            key = header.model.form().key[-1]
            heading = header.fields.get(key)
            own = clean(row[heading.index]) if heading and heading.index < width else ""
            return flat if not own or folded(own) == flat or is_placeholder(own) else ""
        if not re.fullmatch(r"\d{1,4}", flat):
            return ""
    return ""


def _is_note(kept: Sequence[tuple[int, str]], number: int, spans: set[tuple[int, int]]) -> bool:
    index, text = kept[0]
    if _NOTE.match(text):
        return True
    return len(kept) == 1 and ((number, index) in spans or len(text) > 20)


def _restates_header(row: Sequence[str], header: Header) -> bool:
    """Whether the row is the header again, as on every printed page."""
    cells = [
        (heading, text) for heading in header.fields.values() if (text := _at(row, heading.index))
    ]
    # Most rows are told by their first letter; comparing whole headers for each is slow.
    if not any(text[0] == heading.text[0] for heading, text in cells[:2]):
        return False
    same = sum(bare(text) == heading.bare for heading, text in cells)
    return len(cells) > 1 and same * 5 >= len(cells) * 4


def _is_numbering(row: Sequence[str]) -> bool:
    """The line of column numbers below a statutory header: 甲 乙 1 2 3."""
    texts = [folded(text) for text in row if text]
    numbers = [int(text.strip("()")) for text in texts if text.strip("()").isdigit()]
    return (
        len(texts) > 2
        and all(_NUMBERING.fullmatch(text) for text in texts)
        and numbers == list(range(numbers[0], numbers[0] + len(numbers)) if numbers else [])
    )


def _totals(
    grid: Grid, header: Header, rows: Sequence[int], marked: Sequence[tuple[int, str]]
) -> list[Total]:
    totals = []
    start = 0
    for number, label in marked:
        above = sum(row < number for row in rows)
        if _SUBTOTAL.fullmatch(label):
            span = range(start, above)
            start = above
        else:
            # A total in the first line stands above what it adds up.
            span = range(above) if above else range(len(rows))
        row = grid.rows[number]
        texts = {
            name: clean(row[heading.index])
            for name, heading in header.fields.items()
            if heading.index < len(row) and row[heading.index]
        }
        totals.append(Total(number, label, texts, span))
    return totals


def _take_texts(table: Table, grid: Grid) -> None:
    fill = _values_merged_down(grid, table.header.last_row)
    for name, heading in table.header.fields.items():
        index = heading.index
        column = [
            clean(text) if (text := _at(grid.rows[number], index)) else "" for number in table.rows
        ]
        if index in fill:
            for position, number in enumerate(table.rows):
                column[position] = column[position] or fill[index].get(number, "")
        table.texts[name] = column
    if grid.broken:
        position_of = {number: position for position, number in enumerate(table.rows)}
        field_of = {heading.index: name for name, heading in table.header.fields.items()}
        for address, error in grid.broken.items():
            number, index = map(int, address.split(","))
            if number in position_of and index in field_of:
                table.broken[position_of[number], field_of[index]] = error
                table.texts[field_of[index]][position_of[number]] = ""


def _at(row: Sequence[str], index: int) -> str:
    return row[index] if index < len(row) else ""


def _values_merged_down(grid: Grid, header_row: int) -> dict[int, dict[int, str]]:
    """By column and row, the value that a merged area gives to its lower rows."""
    fill: dict[int, dict[int, str]] = {}
    for first, column, last, _ in grid.merged:
        if first > header_row and last > first and first < len(grid.rows):
            value = clean(_at(grid.rows[first], column))
            below = fill.setdefault(column, {})
            below.update(dict.fromkeys(range(first + 1, min(last + 1, len(grid.rows))), value))
    return fill


def _take_extras(table: Table, grid: Grid) -> None:
    """Columns the return does not know: a unit column is used, the others are kept and named."""
    named: list[Heading] = []
    for heading in table.header.extra:
        values = [clean(_at(grid.rows[number], heading.index)) for number in table.rows]
        if heading.bare in UNIT_COLUMN:
            for position, text in enumerate(values):
                if unit := money_unit(text):
                    table.row_units[position] = unit
        elif heading.bare in NIL_COLUMN:
            for number in range(table.header.last_row + 1, len(grid.rows)):
                if text := clean(_at(grid.rows[number], heading.index)):
                    table.envelope.statements.append(statements([f"零报告：{text}"], number)[0])
                    break
        elif heading.bare not in {"序号", "编次", "行号"}:
            named.append(heading)
    for heading in named:
        table.findings.append(
            finding(
                E013,
                f"本表没有“{heading.text}”这一列，已保存，不参与计算。",
                sheet=grid.name or None,
                cell=f"{column_letter(heading.index)}{table.header.last_row + 1}",
                column=heading.text,
            )
        )


def _say_hidden(table: Table, grid: Grid) -> None:
    rows = sorted(set(grid.hidden_rows) & set(table.rows))
    if rows:
        shown = "、".join(str(number + 1) for number in rows[:20])
        more = "等" if len(rows) > 20 else ""
        table.findings.append(
            finding(
                E013,
                f"第{shown}{more}行（共{len(rows)}行）是隐藏行，已按数据读取。",
                sheet=grid.name or None,
            )
        )
    hidden = set(grid.hidden_columns)
    for heading in table.header.fields.values():
        if heading.index in hidden:
            table.findings.append(
                finding(
                    E013,
                    f"“{heading.text}”是隐藏列，已按数据读取。",
                    sheet=grid.name or None,
                    cell=f"{column_letter(heading.index)}{table.header.last_row + 1}",
                    column=heading.text,
                )
            )


def _header_findings(grid: Grid, header: Header) -> list[Finding]:
    """E002: required columns that are missing, and columns that stand twice."""
    found = []
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
    for name in missing:
        column = declared[name]
        heading = nearest.get(name)
        hint = (
            f"“{heading.text}”与之相近，请改为“{column.header}”。"
            if heading
            else f"请补上“{column.header}”一列。"
        )
        found.append(
            finding(
                E002,
                f"缺少必填的列“{column.header}”。",
                suggestion=hint,
                sheet=grid.name or None,
                cell=f"{column_letter(heading.index)}{header.last_row + 1}" if heading else None,
                column=heading.text if heading else column.header,
                field=name,
                value=heading.text if heading else None,
            )
        )
    for name, heading in header.repeated:
        first = header.fields[name]
        found.append(
            finding(
                E002,
                f"“{heading.text}”与“{first.text}”（{column_letter(first.index)}列）"
                f"都是“{declared[name].header}”，不知以哪一列为准。",
                severity=Severity.ERROR,
                sheet=grid.name or None,
                cell=f"{column_letter(heading.index)}{header.last_row + 1}",
                column=heading.text,
                field=name,
                value=heading.text,
            )
        )
    return found
