"""One sheet into one table: its return, its columns, its data rows; totals and notes set apart.

A total is never loaded as a row, a row is never taken for a note because it is odd: where a row
looks like data it is data, and the rules say what is wrong with it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

import schemas
from flows.ground.findings import Finding, column_letter, finding
from flows.read.grid import Grid
from flows.recognise.envelope import (
    MAX_RAW,
    Envelope,
    Statement,
    is_envelope_row,
    part_of,
    statements,
)
from flows.recognise.headers import (
    MAX_HEADING,
    SEARCH_COLUMNS,
    SEARCH_ROWS,
    Header,
    Heading,
    assign,
    bare,
    find_header,
    nearest_field,
)
from flows.values.numbers import parse_number
from flows.values.text import clean, clean_apart, folded, has_invisible, is_placeholder
from flows.values.units import money_unit
from flows.values.words import parse_yes_no
from schemas.declare import NUMERIC, Column, Kind, Return
from schemas.rules import E002, E013, Severity

_TOTAL = re.compile(
    r"[^,;、。]{0,10}(?:[合小总共累][计計]|总数|总和|汇总)(?:\(.*\))?:?(?:\d+\D{0,3})?"
)
_SUBTOTAL = re.compile(r".*小[计計].*")
# What stands beside the rows without being the sum of any: a part, last year's sum, a rate.
_BESIDE = re.compile(
    r"其中.*|[比较]?(?:上年|去年|上月|上期)(?:同期|同月)?(?:数据?|累[计計]数?|完成数?|增[长减].*)?"
    r"|(?:同比|环比)[^,;、。]{0,6}|(?:增[长幅速]|完成)率(?:\(%\))?|增[长幅速](?:\(%\))?|占比(?:\(%\))?"
)
_NO_SUM = re.compile(rf".*累[计計].*|{_BESIDE.pattern}")
# What a total counts: 3个, 共12批次, 5家企业.
_COUNT = re.compile(r"共?\d+[个批项家次件条宗笔人户场](?:次|项目|企业)?")
_NOTE = re.compile(r"(?:注|备注|说明|填表说明|填报说明)\s*(?:\d*\s*[:：.、]|$)|[*※]")
# What is printed below and between the rows, wherever it stands.
_PRINTED = re.compile(r"以下空白|以下无正文|(?:第|共)\d+页.*|以上.*|截至.*")
# A title above the table, or the name of a body that stands there alone.
_TITLE = re.compile(
    r".*(?:表|台账|清单|名册|更正单|情况|[局办室队]|中心)(?:\(.*\)|[一二三四五六七八九十\d])*"
)
_MAX_TITLE = 60
# The day of printing or sending; 截至 goes before the last day of what is reported.
_SOME_DAY = re.compile(
    r"(?<!\d)(?<!截[至止])(?:(?:20\d{2}年)?\d{1,2}月\d{1,2}日|20\d{2}([-./])\d{1,2}\1\d{1,2}(?!\d))"
)
_LABELLED = re.compile(r"[一-龥]{2,8}(?:\(.*?\))?:")
# What names a row: letters and digits, a few words behind them or not.
_CODE = re.compile(r"[A-Z0-9./_-]+|.*[A-Z]{2,}-?\d.*", re.I)
_NUMBERED = re.compile(r"[(（]?[一二三四五六七八九十\d]{1,2}[)）]?\s*[、.．)）]")
_NIL = frozenset({"零报告", "本月零报告", "本月无", "无数据", "本月无数据", "无发生额"})
_NUMBERING = re.compile(r"[甲乙丙丁戊己庚辛]|\(?\d{1,2}\)?")
_ERROR = re.compile(r"#(?:REF!|DIV/0!|N/A|NAME\?|VALUE!|NUM!|NULL!)")
UNIT_COLUMN = frozenset({"计量单位", "金额单位", "单位"})
COUNTING_COLUMN = frozenset({"序号", "编次", "行号"})
# Columns that don't belong are named one by one up to this many of a kind.
_MOST_NAMED = 20
# No envelope says more, though it is repeated on every page.
_MOST_STATED = 2_000
# Stands in `Table.broken` where one number is merged over several rows.
MERGED = "merged"


@dataclass(frozen=True)
class Total:
    """A 合计 or 小计 row: its texts by field, and the data rows that it may add up.

    `spans` are ranges of data rows, the likeliest first; a row such as 累计 has none.
    """

    row: int
    label: str
    texts: dict[str, str]
    spans: tuple[range, ...]


@dataclass(frozen=True)
class Table:
    """One return's table in one sheet. Row numbers and columns are zero-based.

    `texts[field][i]` is the cell of field `field` in data row `i`, which stands in sheet row
    `rows[i]`; `broken` holds the cells that have no usable value, `unseen` those that held
    characters nobody sees, both by (i, field). `row_units` is what a unit column says for row i,
    `stated[i]` what columns such as 填表人 state for it. `nil_rows` are rows that only report
    that there is nothing, with what their own columns state. `titles` are the cells above the
    header that name the table.
    """

    model: type[Return]
    sheet: str
    header: Header
    envelope: Envelope
    rows: list[int]
    totals: list[Total]
    says_nil: bool
    uses_1904: bool
    titles: list[Statement]
    nil_rows: list[int] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    broken: dict[tuple[int, str], str] = field(default_factory=dict)
    unseen: set[tuple[int, str]] = field(default_factory=set)
    row_units: dict[int, tuple[str, str]] = field(default_factory=dict)
    stated: dict[int, list[Statement]] = field(default_factory=dict)
    nil_stated: dict[int, list[Statement]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def cell(self, index: int, name: str) -> str | None:
        """The address of a field's cell in data row `index`; None where no column carries it."""
        heading = self.header.fields.get(name)
        return f"{column_letter(heading.index)}{self.rows[index] + 1}" if heading else None


def recognise_table(grid: Grid) -> Table | None:
    """The table that a sheet holds, None where no return's header is in it."""
    top = [list(row[:SEARCH_COLUMNS]) for row in grid.rows[:SEARCH_ROWS]]
    _fill_merged(top, grid)
    cleaned = [[_heading_text(text) if text else "" for text in row] for row in top]
    header = find_header(cleaned, _title(cleaned))
    if header is None:
        return None
    header = _settle_bare_unit(header, grid)
    envelope = Envelope()
    for number in range(header.first_row):
        envelope.statements += statements(grid.rows[number], number)
    sorter = _Sorter(grid, header, envelope)
    sorter.sort()
    table = Table(
        model=header.model,
        sheet=grid.name,
        header=header,
        envelope=envelope,
        rows=sorter.rows,
        totals=sorter.totals(),
        says_nil=sorter.says_nil,
        uses_1904=grid.uses_1904,
        titles=_titles(grid, header.first_row, envelope),
        nil_rows=sorter.nil_rows,
        findings=_header_findings(grid, header),
    )
    _take_texts(table, grid, sorter.filled_down)
    _take_extras(table, grid, sorter.filled_down)
    _say_hidden(table, grid)
    return table


def _heading_text(text: str) -> str:
    """The cell as it may name a column; what is too long for that names none."""
    flat = clean(text[:MAX_RAW])
    return flat if len(flat) <= MAX_HEADING else f"{flat[:MAX_HEADING]}…"


# --- above the header ----------------------------------------------------------------------------


def _title(rows: Sequence[Sequence[str]]) -> str | None:
    """The return that a row above names by its title or form number, if one does."""
    text = folded("".join(text for row in rows[:10] for text in dict.fromkeys(row) if text))
    named = [
        model.form().title
        for model in schemas.all_returns()
        if model.form().title in text or model.form().form_no in text
    ]
    return named[0] if len(named) == 1 else None


def _titles(grid: Grid, header_row: int, envelope: Envelope) -> list[Statement]:
    """What names the table: its title, and other cells above it that are worded as one.

    Neither notes nor days of printing or sending, nor the value beside a label that we don't know.
    """
    taken = {(one.row, one.column) for one in envelope.statements}
    found: list[Statement] = []
    for number, row in enumerate(grid.rows[:header_row]):
        before = ""
        for column, raw in enumerate(row[:SEARCH_COLUMNS]):
            if not raw:
                continue
            text, flat = clean(raw[:MAX_RAW]), folded(raw[:MAX_RAW])
            is_worded = _TITLE.fullmatch(flat) or _LABELLED.match(flat)
            if (
                (is_worded or not found)
                and (number, column) not in taken
                and len(text) <= _MAX_TITLE
                and not before.endswith(":")
                and not _NOTE.match(text)
                and not _SOME_DAY.search(flat)
            ):
                found.append(Statement("title", text, number, column))
            before = flat
    return found


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
    others = [one for name, one in header.fields.items() if name != "department"]
    others += [one for _, one in header.repeated] + header.extra
    fields, repeated, extra = assign(header.model, sorted(others, key=lambda one: one.index))
    return replace(header, fields=fields, repeated=repeated, extra=[*extra, heading])


# --- below the header ----------------------------------------------------------------------------


class _Sort(Enum):
    """What a row below the header is."""

    DATA = auto()
    TOTAL = auto()
    ENVELOPE = auto()
    NIL = auto()
    NIL_ALONE = auto()
    NOTHING = auto()


class _Sorter:
    """Sorts what stands below the header into data rows, totals, envelope lines and notes."""

    def __init__(self, grid: Grid, header: Header, envelope: Envelope) -> None:
        self.grid = grid
        self.header = header
        self.envelope = envelope
        self.rows: list[int] = []
        self.nil_rows: list[int] = []
        self.says_nil = False
        self.filled_down = _values_merged_down(grid, header.last_row)
        self._marked: list[tuple[int, str]] = []
        self._has_ended = False
        declared = header.model.columns()
        columns = {name: heading.index for name, heading in header.fields.items()}
        self._required = [
            index
            for name, index in columns.items()
            if declared[name].required and not declared[name].is_envelope
        ]
        self._enough = max(2, (len(self._required) + 1) // 2)
        self._envelope_columns = {
            heading.index for name, heading in header.fields.items() if declared[name].is_envelope
        } | {heading.index for heading in header.extra if part_of(heading.bare)}
        self._nil_column = next(
            (heading.index for heading in header.extra if part_of(heading.bare) == "nil"), None
        )
        # What the rows themselves say; who reports for which month may be printed beforehand.
        self._own = [one for one in columns.values() if one not in self._envelope_columns]
        self._key = header.fields.get(header.model.form().key[-1])
        self._keys = [columns[name] for name in header.model.own_key() if name in columns]
        self._remarks = {
            index
            for name, index in columns.items()
            if declared[name].kind is Kind.TEXT and not declared[name].required
        }
        # Where headings of groups stand, and notes without a number.
        self._front = {*self._keys[:1], min(self._own, default=0)}
        # What no total has, and how much it weighs: a single word may be a group's.
        self._telling = {
            index: 2 if declared[name].kind is Kind.DATE else 1
            for name, index in columns.items()
            if declared[name].kind not in NUMERIC
            and not declared[name].is_envelope
            and index not in self._remarks
        }
        self._spans = {(first, column) for first, column, _, last in grid.merged if last > column}

    def sort(self) -> None:
        for number in range(self.header.last_row + 1, len(self.grid.rows)):
            row = self.grid.rows[number]
            if not any(row):
                continue
            sort = self._sort_of(number, row)
            if sort is _Sort.DATA:
                self.rows.append(number)
            elif sort is _Sort.TOTAL:
                self._marked.append((number, self._label(row)))
            elif sort is _Sort.ENVELOPE:
                if len(self.envelope.statements) < _MOST_STATED:
                    self.envelope.statements += statements(row, number)
                self._has_ended = bool(self.rows)
            elif sort is _Sort.NIL:
                self.nil_rows.append(number)
            elif sort is _Sort.NIL_ALONE:
                self.says_nil = True

    def _sort_of(self, number: int, row: Sequence[str]) -> _Sort:
        width = len(row)
        filled = sum(1 for index in self._required if index < width and row[index])
        filled += self._merged_in(number, row)
        is_full = filled >= self._enough and not _restates_header(row, self.header)
        if is_full and any(not _is_mark(_at(row, index)) for index in self._own):
            return self._sort_of_full(row)
        kept = [(index, text) for index, cell in enumerate(row) if cell and (text := clean(cell))]
        return self._sort_of_sparse(number, row, kept) if kept else _Sort.NOTHING

    def _sort_of_sparse(
        self, number: int, row: Sequence[str], kept: Sequence[tuple[int, str]]
    ) -> _Sort:
        if self._label(row):
            return _Sort.TOTAL
        if is_envelope_row(row):
            return _Sort.ENVELOPE
        if nil := self._nil(kept):
            return nil
        return _Sort.NOTHING if self._is_nothing(number, row, kept) else _Sort.DATA

    def _merged_in(self, number: int, row: Sequence[str]) -> int:
        """How many required cells a merged area above fills for the row."""
        if not self.filled_down:
            return 0
        return sum(
            1
            for index in self._required
            if not _at(row, index) and self.filled_down.get(index, {}).get(number)
        )

    def _sort_of_full(self, row: Sequence[str]) -> _Sort:
        """A row with enough of what is required: data, unless it says that it is something else."""
        if self._label(row):
            return _Sort.TOTAL
        if is_envelope_row(row):
            return _Sort.ENVELOPE
        return _Sort.NOTHING if not self.rows and _is_numbering(row) else _Sort.DATA

    def _nil(self, kept: Sequence[tuple[int, str]]) -> _Sort | None:
        """Whether the row only says that there is nothing: alone, or for those its columns name."""
        said = [
            (index, text)
            for index, text in kept
            if _is_nil(text) or (index == self._nil_column and parse_yes_no(text))
        ]
        others = [index for index, _ in kept if index not in self._envelope_columns]
        if not said or any(index not in {one for one, _ in said} for index in others):
            return None
        return _Sort.NIL_ALONE if len(kept) == 1 and _is_nil(kept[0][1]) else _Sort.NIL

    def _is_nothing(self, number: int, row: Sequence[str], kept: Sequence[tuple[int, str]]) -> bool:
        """Whether a row of few cells is a note, a heading in between, a header again."""
        index, text = kept[0]
        is_alone = len(kept) == 1
        return (
            _NOTE.match(text) is not None
            or (is_alone and self._is_lone_note(number, index, text))
            or all(_PRINTED.fullmatch(folded(one)) for _, one in kept)
            or _is_signature(kept)
            or _restates_header(row, self.header)
            or (not self.rows and _is_numbering(row))
            or not any(one in self._own and not _is_mark(text) for one, text in kept)
            or (self._has_ended and self._is_afterword(kept))
        )

    def _is_afterword(self, kept: Sequence[tuple[int, str]]) -> bool:
        """Whether two words below the signatures are a label and its value: 审核意见, 同意."""
        return len(kept) == 2 and not any(
            parse_number(text) or (index in self._keys and self._is_begun(folded(text)))
            for index, text in kept
        )

    def _is_lone_note(self, number: int, index: int, text: str) -> bool:
        return (
            self._has_ended
            or (number, index) in self._spans
            or len(text) > 20
            or _NUMBERED.match(text) is not None
            or (index in self._front and not self._is_begun(folded(text)))
        )

    def _is_begun(self, text: str) -> bool:
        """Whether the text alone begins a row: it looks like a number, and not a printed 序号.

        A lone word is a heading of the rows below, or a note.
        """
        is_printed = self._key and self._key.bare in COUNTING_COLUMN and text.isdecimal()
        return _CODE.fullmatch(text) is not None and not is_printed

    def _label(self, row: Sequence[str]) -> str:
        """合计, 小计 and the like where the row is one: it has the word in front, and no key.

        Whatever words it has, a row that tells what only a data row does is none.
        """
        for index in self._keys:
            if _is_total(key := _at(row, index)):
                return folded(key)
        own = _at(row, self._key.index) if self._key else ""
        is_counted = folded(own).isdecimal()
        if not (is_counted or _is_mark_or_count(own)):
            return ""
        words = [
            (index, text)
            for index, text in enumerate(row)
            if not _is_mark_or_count(text)
            and (index not in self._envelope_columns or _is_total(text))
            and parse_number(text) is None
        ]
        # A remark says what the row is where nothing else does.
        front = [one for one in words[:2] if one[0] not in self._remarks or len(words) == 1]
        at, label = next((one for one in front if _is_total(one[1])), (0, ""))
        if is_counted and self._key and self._key.index < at:
            return ""
        told = sum(self._telling.get(index, 0) for index, _ in words if index != at)
        return folded(label) if told < 2 else ""

    def totals(self) -> list[Total]:
        """The totals, each with the rows that it may add up."""
        above = [bisect_left(self.rows, number) for number, _ in self._marked]
        return [
            Total(number, label, self._texts(number), self._spans_of(position, label, above))
            for position, (number, label) in enumerate(self._marked)
        ]

    def _spans_of(self, position: int, label: str, above: Sequence[int]) -> tuple[range, ...]:
        """All rows above, or those since the total before; one that stands in front: those below."""
        if not label or _NO_SUM.fullmatch(label):
            return ()
        here = above[position]
        since = range(above[position - 1] if position else 0, here)
        until = range(here, above[position + 1] if position + 1 < len(above) else len(self.rows))
        everything = range(here) if here else range(len(self.rows))
        order = (since, everything) if _SUBTOTAL.fullmatch(label) else (everything, since)
        return tuple(span for span in dict.fromkeys((*order, until)) if span)

    def _texts(self, number: int) -> dict[str, str]:
        row = self.grid.rows[number]
        return {
            name: clean_apart(text)
            for name, heading in self.header.fields.items()
            if (text := _at(row, heading.index))
        }


def _is_total(text: str) -> bool:
    """Whether the text names a sum, or what stands beside one."""
    if text.isascii():
        return text.strip(" :").lower() == "total"
    flat = folded(text)
    return any(pattern.fullmatch(flat) for pattern in (_TOTAL, _BESIDE))


def _is_mark(text: str) -> bool:
    """Whether there is nothing, or a mark that says so."""
    return not text or is_placeholder(flat := clean(text)) or not flat


def _is_mark_or_count(text: str) -> bool:
    """Whether there is nothing, or what a total counts."""
    return _is_mark(text) or _COUNT.fullmatch(folded(text)) is not None


def _is_signature(kept: Sequence[tuple[int, str]]) -> bool:
    """Whether all of the row are labels with their values: 联系人：甲, 电话：1."""
    is_awaited = False
    for _, text in kept:
        label = _LABELLED.match(folded(text))
        is_bare = part_of(text) is not None or (label and label.end() == len(folded(text)))
        if not (label or is_bare or is_awaited):
            return False
        is_awaited = bool(is_bare)
    return True


def _is_nil(text: str) -> bool:
    return folded(text).strip("。.!！:：") in _NIL


def _restates_header(row: Sequence[str], header: Header) -> bool:
    """Whether the row is the header again, as on every printed page."""
    cells = [
        (heading, text) for heading in header.fields.values() if (text := _at(row, heading.index))
    ]
    # Most rows are told by their first letter; comparing whole headers for each is slow.
    if not any(text[0] == heading.text[0] for heading, text in cells[:2]):
        return False
    same = sum(len(text) <= MAX_HEADING and bare(text) == heading.bare for heading, text in cells)
    return len(cells) > 1 and same * 5 >= len(cells) * 4


def _is_numbering(row: Sequence[str]) -> bool:
    """The line of column numbers below a statutory header: 甲 乙 1 2 3."""
    texts = [folded(text) for text in row if text]
    if len(texts) < 3 or not all(_NUMBERING.fullmatch(text) for text in texts):
        return False
    numbers = [int(text.strip("()")) for text in texts if text.strip("()").isdecimal()]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)) if numbers else [])


def _at(row: Sequence[str], index: int) -> str:
    return row[index] if index < len(row) else ""


def _merged_down(grid: Grid, header_row: int) -> dict[int, list[range]]:
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


def _values_merged_down(grid: Grid, header_row: int) -> dict[int, dict[int, str]]:
    """By column and row, the value that a merged area gives to its lower rows."""
    fill: dict[int, dict[int, str]] = {}
    for column, areas in _merged_down(grid, header_row).items():
        for rows in areas:
            if value := clean(_at(grid.rows[rows.start], column)):
                fill.setdefault(column, {}).update(dict.fromkeys(rows[1:], value))
    return fill


# --- the cells of the data rows ------------------------------------------------------------------

_Fill = Mapping[int, Mapping[int, str]]


def _take_texts(table: Table, grid: Grid, fill: _Fill) -> None:
    columns = table.model.columns()
    for name, heading in table.header.fields.items():
        cleaned = clean_apart if columns[name].kind in NUMERIC else clean
        table.texts[name] = _column(table, grid, heading.index, fill, cleaned)
        for position, number in enumerate(table.rows):
            raw = _at(grid.rows[number], heading.index)
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
    fill: _Fill,
    cleaned: Callable[[str], str] = clean,
) -> list[str]:
    """The column's cleaned texts; what is merged down stands in every row that it covers."""
    texts = [cleaned(text) if (text := _at(grid.rows[row], index)) else "" for row in table.rows]
    below = fill.get(index)
    if not below:
        return texts
    return [text or below.get(row, "") for row, text in zip(table.rows, texts, strict=True)]


def _measures(column: Column) -> bool:
    return column.kind in NUMERIC and column.unit is not None


def _refuse_merged_numbers(table: Table, grid: Grid, name: str, index: int) -> None:
    """One number over several rows: whose it is, or what each one's part is, would be a guess."""
    for rows in _merged_down(grid, table.header.last_row).get(index, ()):
        covered = range(bisect_left(table.rows, rows.start), bisect_left(table.rows, rows.stop))
        if len(covered) > 1:
            table.broken.update({(at, name): MERGED for at in covered if table.texts[name][at]})


def _take_extras(table: Table, grid: Grid, fill: _Fill) -> None:
    """Columns the return does not know: units and the envelope's parts are used, others named."""
    unknown: list[Finding] = []
    for heading in table.header.extra:
        part = part_of(heading.bare)
        if heading.bare in UNIT_COLUMN:
            for position, text in enumerate(_column(table, grid, heading.index, fill)):
                if text:
                    letter = column_letter(heading.index)
                    table.row_units[position] = text, f"{letter}{table.rows[position] + 1}"
        elif part is not None:
            _state(table, _column(table, grid, heading.index, fill), part, heading.index)
        elif heading.bare not in COUNTING_COLUMN:
            unknown.append(_extra(table, heading))
    # What was perhaps meant for another column comes first (a warning), the rest is information.
    unknown.sort(key=lambda one: one.severity is not Severity.WARNING)
    table.findings.extend(unknown[:_MOST_NAMED])
    if more := len(unknown[_MOST_NAMED:]):
        words = f"另有{more}列本表没有，已保存，不参与计算。"
        table.findings.append(finding(E013, words, sheet=table.sheet or None))
    _state_nil_rows(table, grid)
    _say_unheaded(table, grid)


def _state(table: Table, texts: Sequence[str], part: str, column: int) -> None:
    for position, text in enumerate(texts):
        if text:
            one = Statement(part, text, table.rows[position], column)
            table.stated.setdefault(position, []).append(one)


def _state_nil_rows(table: Table, grid: Grid) -> None:
    declared = table.model.columns()
    columns = {
        heading.index: name.removeprefix("report_")
        for name, heading in table.header.fields.items()
        if declared[name].is_envelope
    }
    columns |= {one.index: part for one in table.header.extra if (part := part_of(one.bare))}
    for number in table.nil_rows:
        table.nil_stated[number] = [
            Statement(part, text, number, index)
            for index, part in columns.items()
            if (text := clean(_at(grid.rows[number], index)))
        ]


def _extra(table: Table, heading: Heading) -> Finding:
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
        cell=f"{column_letter(heading.index)}{table.header.last_row + 1}",
        column=heading.text,
    )


def _say_unheaded(table: Table, grid: Grid) -> None:
    """Columns with values in data rows but nothing in the header."""
    seen = {one.index for one in (*table.header.fields.values(), *table.header.extra)}
    seen |= {one.index for _, one in table.header.repeated}
    unheaded: list[tuple[int, int]] = []
    for number in table.rows:
        for index, text in enumerate(grid.rows[number]):
            if text and index not in seen and clean(text):
                seen.add(index)
                unheaded.append((index, number))
    for index, number in sorted(unheaded)[:_MOST_NAMED]:
        letter = column_letter(index)
        words = f"{letter}列没有表头，已保存，不参与计算。"
        cell = f"{letter}{number + 1}"
        table.findings.append(finding(E013, words, sheet=table.sheet or None, cell=cell))
    if more := len(unheaded[_MOST_NAMED:]):
        words = f"另有{more}列没有表头，已保存，不参与计算。"
        table.findings.append(finding(E013, words, sheet=table.sheet or None))


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


# --- E002 ----------------------------------------------------------------------------------------


def _header_findings(grid: Grid, header: Header) -> list[Finding]:
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
    found = [_missing(grid, header, name, nearest.get(name)) for name in missing]
    return found + [_repeated(grid, header, name, heading) for name, heading in header.repeated]


def _missing(grid: Grid, header: Header, name: str, near: Heading | None) -> Finding:
    wanted = header.model.columns()[name].header
    hint = f"“{near.text}”与之相近，请改为“{wanted}”。" if near else f"请补上“{wanted}”一列。"
    return finding(
        E002,
        f"缺少必填的列“{wanted}”。",
        suggestion=hint,
        sheet=grid.name or None,
        cell=f"{column_letter(near.index)}{header.last_row + 1}" if near else None,
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
        cell=f"{column_letter(heading.index)}{header.last_row + 1}",
        column=heading.text,
        field=name,
        value=heading.text,
    )
