"""One cell after another: a parser for each kind of column, and what has to be said of the cell.

Every silent repair is an info finding; what would be a guess is an error, and the cell becomes null.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

import schemas
from flows.ground.findings import Finding
from flows.recognise import Draft, Table
from flows.recognise.headers import Heading
from flows.values.dates import parse_date, parse_month, parse_year
from flows.values.numbers import decimal_places, multiple_of, parse_count
from flows.values.text import folded, identifier, is_placeholder
from flows.values.words import is_ditto, on_one_line, parse_yes_no, province, province_list
from schemas.declare import IDENTIFIERS, NUMERIC, PRECISION, SCALE, Column, Kind
from schemas.rules import R101, R102, R104, R105, R110, R115, Rule, Severity

# Decimals are kept to a hundredth of a fen.
STEP = Decimal(1).scaleb(-SCALE)
_LIMIT = Decimal(10) ** (PRECISION - SCALE)
# A long number as spreadsheet programs abridge it: 1.23457E+19.
_ROUNDED = re.compile(r"\d(?:\.\d+)?E\+\d+", re.ASCII | re.IGNORECASE)
_SHOWN = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_ORDINAL = re.compile(r"第?(\d+)[条项号款.、]?", re.ASCII)
# What can be the same as in the row above. Numbers and dates are never taken from there.
_COPIED = frozenset(
    {Kind.TEXT, Kind.CHOICE, Kind.PROVINCE, Kind.LIST, Kind.DEPARTMENT, Kind.RETURN, Kind.YES_NO}
    | IDENTIFIERS
)


@dataclass(frozen=True)
class Read:
    """One parsed cell: its value, and what has to be said about it, if anything.

    `lacks_unit` marks an amount that the finding of its column (E007) speaks for; `unit` is the
    unit of money by which a cell's number became its value in yuan. `cell` is where it goes wrong,
    if that is another one.
    """

    value: Any = None
    rule: Rule | None = None
    message: str = ""
    severity: Severity | None = None
    lacks_unit: bool = False
    unit: str | None = None
    suggestion: str = ""
    cell: str | None = None


@dataclass(frozen=True)
class Context:
    """What a cell's meaning may hang on beside its text."""

    column: Column
    draft: Draft
    table: Table
    heading: Heading

    @property
    def header(self) -> str:
        return self.column.header


def as_text(_: Context, text: str) -> Read:
    return Read(None if not text or is_placeholder(text) else text)


def _names(context: Context, text: str) -> Read:
    """One name or several; those on lines of their own are parted by a mark (R114 says so)."""
    return as_text(context, on_one_line(text))


def _read_as(context: Context, text: str, value: str, rule: Rule) -> Read:
    """A value that was written in another way, which is said."""
    if value == text:
        return Read(value)
    words = f"“{context.header}”写作“{text}”，按“{value}”读取。"
    return Read(value, rule, words, Severity.INFO)


def _code(context: Context, text: str) -> Read:
    """The number of a thing: other widths, cases, dashes and blanks are the same one."""
    if not text or is_placeholder(text):
        return Read()
    if _ROUNDED.fullmatch(text):
        words = f"“{context.header}”是“{text}”，按数值存储时丢了后面的数字。"
        return Read(text, R115, words)
    return _read_as(context, text, identifier(text), R102)


def _choice(context: Context, text: str) -> Read:
    """One of the options, also with other brackets or blanks; what is none is left for R104."""
    if not text or text in context.column.choices:
        return Read(text or None)
    known = {folded(choice): choice for choice in context.column.choices}
    if folded(text) in known:
        return _read_as(context, text, known[folded(text)], R104)
    return as_text(context, text)


def _title(context: Context, text: str) -> Read:
    """A return's title, also by its form number or the number in front of it."""
    if not text or is_placeholder(text):
        return Read()
    forms = [model.form() for model in schemas.all_returns()]
    known = {
        folded(word): form.title
        for form in forms
        for word in (form.title, form.form_no, f"{form.number}{form.title}")
    }
    return _read_as(context, text, known.get(folded(text), text), R104)


def _department(context: Context, text: str) -> Read:
    """A department by its name in the roster; what is not on it is left for R104."""
    if not text or is_placeholder(text):
        return Read()
    return _read_as(context, text, context.draft.departments.get(folded(text), text), R104)


def is_blank(column: Column, text: str) -> bool:
    """Nothing there; in a number's required cell "/" is no number rather than nothing (R110)."""
    return not text or (is_placeholder(text) and not column.required)


def _decimal(context: Context, text: str) -> Read:
    """A number; the column's own unit may stand behind it."""
    unit = context.column.unit
    if unit and (multiple := multiple_of(unit, context.heading.text)):
        words = f"“{context.heading.text}”以{multiple}计，本表以{unit}计。"
        return Read(rule=R110, message=words)
    number = parse_count(text, unit)
    if number is None:
        return Read(rule=R110, message=f"“{context.header}”应是数字，填的是“{text}”。")
    if not number.repaired:
        return Read(number.value)
    words = f"“{context.header}”写作“{text}”，按 {number.value:f} 读取。"
    return Read(number.value, R110, words, Severity.INFO)


def _number(context: Context, text: str) -> Read:
    if is_blank(context.column, text):
        return Read()
    read = _decimal(context, text)
    return read if read.value is None else fit(context.column, text, read)


def fit(column: Column, text: str, read: Read, per: Decimal = Decimal(1), unit: str = "") -> Read:
    """Keeps a value within the stored digits; further decimals are rounded half up, and said.

    `per` is what one `unit` of the cell is in the value's: 10,000 yuan for 万元.
    """
    if abs(read.value) >= _LIMIT:
        return Read(rule=R110, message=f"“{column.header}”的数值过大：“{text}”。")
    if decimal_places(read.value) > SCALE:
        value = read.value.quantize(STEP, ROUND_HALF_UP)
        shown = (value / per).normalize()
        words = f"“{column.header}”的小数位数过多，按四舍五入后的 {shown:f}{unit} 读取。"
        return replace(read, value=value, rule=R110, message=words, severity=Severity.INFO)
    return read


def _whole(context: Context, text: str) -> Read:
    if is_blank(context.column, text):
        return Read()
    year = parse_year(text) if context.column.is_year else None
    if year is not None:
        return _as_whole(_read_as(context, text, str(year), R102))
    if context.column.unit is None and (ordinal := _ORDINAL.fullmatch(text)):
        text = ordinal[1]
    read = _decimal(context, text)
    if read.value is None:
        return read
    if read.value != read.value.to_integral_value() or abs(read.value) >= 2**63:
        return Read(rule=R102, message=f"“{context.header}”应是整数，填的是“{text}”。")
    return _as_whole(read)


def _as_whole(read: Read) -> Read:
    return replace(read, value=int(read.value))


def _date(context: Context, text: str) -> Read:
    if not text or is_placeholder(text):
        return Read()
    year = context.draft.month.year if context.draft.month else None
    day = parse_date(text, year=year, epoch_1904=context.table.uses_1904)
    if day is None:
        return Read(rule=R105, message=f"“{context.header}”不是真实的日期：“{text}”。")
    if not day.repaired:
        return Read(day.value)
    words = f"“{context.header}”写作“{text}”，按 {day.value} 读取。"
    return Read(day.value, R105, words, Severity.INFO)


def _month(context: Context, text: str) -> Read:
    """A month with its year: which one is meant without would be a guess."""
    if not text or is_placeholder(text):
        return Read()
    month = parse_month(text, epoch_1904=context.table.uses_1904)
    if month is None:
        return Read(rule=R105, message=f"“{context.header}”不是年份齐全的月份：“{text}”。")
    return Read(month)


def _yes_no(context: Context, text: str) -> Read:
    value = parse_yes_no(text)
    if value is not None and text not in {"是", "否"}:
        shown = "是" if value else "否"
        return replace(_read_as(context, text, shown, R102), value=value)
    if value is None and text and not is_placeholder(text):
        return Read(rule=R102, message=f"“{context.header}”应填“是”或“否”，填的是“{text}”。")
    return Read(value)


def _province(context: Context, text: str) -> Read:
    if not text or is_placeholder(text):
        return Read()
    return _read_as(context, text, province(text), R104)


def _province_list(context: Context, text: str) -> Read:
    if not text or is_placeholder(text):
        return Read()
    return _read_as(context, text, "、".join(province_list(text)), R104)


PARSERS: dict[Kind, Callable[[Context, str], Read]] = {
    Kind.CHOICE: _choice,
    Kind.PROVINCE: _province,
    Kind.LIST: _province_list,
    Kind.DEPARTMENT: _department,
    Kind.RETURN: _title,
    **dict.fromkeys(IDENTIFIERS, _code),
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.MONTH: _month,
    Kind.YES_NO: _yes_no,
}


# Kinds whose values are listed somewhere.
_LISTED = frozenset({Kind.CHOICE, Kind.PROVINCE, Kind.LIST, Kind.DEPARTMENT, Kind.RETURN})


class Reader(Protocol):
    """Reads the cells of one column of one table."""

    column: Column

    def read(self, index: int, text: str) -> Read:
        """The cell in data row `index`, whose text that is."""
        ...

    def problem(self) -> Finding | None:
        """What is wrong with the column as a whole, by what was read of it."""
        ...


class Cells:
    """One column of one table that is no money: each cell by the parser of its kind."""

    def __init__(self, name: str, column: Column, draft: Draft, table: Table) -> None:
        self.column = column
        self._name, self._table = name, table
        self._context = Context(column, draft, table, table.header.fields[name])
        self._parse = _names if column.lists_names else PARSERS.get(column.kind, as_text)
        self._reads: dict[str, Read] = {}
        self._sources: dict[int, int] = {}

    @property
    def count_otherwise(self) -> bool:
        """Whether the header says that its numbers are multiples of the column's unit."""
        unit = self.column.unit if self.column.kind in NUMERIC else None
        return bool(unit and multiple_of(unit, self._context.heading.text))

    def read(self, index: int, text: str) -> Read:
        """The cell in data row `index`, whose text that is."""
        if self.column.kind in _COPIED and is_ditto(text):
            return self._same_as_above(index, text)
        read = self._read(self._without_unit_of_row(index, text))
        place = index, self._name
        if place in self._table.long_numbers and self.column.kind in IDENTIFIERS:
            words = f"“{self.column.header}”超过15位，却是按数值存储的，后面的数字已经丢失。"
            return replace(read, rule=R115, message=words, severity=None)
        if place in self._table.stored:
            return self._agreed(text, self._table.stored[place], read)
        if place in self._table.shown and self.column.kind in NUMERIC:
            return _as_shown(text, read)
        return read

    def problem(self) -> Finding | None:
        return None

    def _read(self, text: str) -> Read:
        if text not in self._reads:
            self._reads[text] = self._parse(self._context, text)
        return self._reads[text]

    def _without_unit_of_row(self, index: int, text: str) -> str:
        """The text without the unit that another field of the row states: 74亿元 beside 亿元."""
        if not self.column.unit_field or self.column.unit_field not in self._table.texts:
            return text
        return text.removesuffix(self._table.texts[self.column.unit_field][index]).rstrip()

    def _agreed(self, text: str, stored: str, read: Read) -> Read:
        """What is shown, if it is the stored number too, in whatever unit."""
        if read.value is None or self._read(stored).value == read.value:
            return read
        words = f"“{self.column.header}”显示为“{text}”，存的却是“{stored}”，无法判断是哪一个。"
        return Read(rule=R110, message=words)

    def _same_as_above(self, index: int, text: str) -> Read:
        """What a ditto mark repeats: the first cell above that has more to say."""
        header = self.column.header
        if self._table.model.own_key() == (self._name,):
            return Read(
                rule=R101, message=f"“{header}”写作“{text}”：每行的编号不同，不能照抄上行。"
            )
        at = self._source(index)
        above = self._table.texts[self._name][at] if at >= 0 else ""
        read = self._read(above)
        if read.value is None:
            words = f"“{header}”写作“{text}”，紧接着的上一行却没有可以照抄的内容。"
            return Read(rule=R101, message=words, severity=self._severity_of_nothing)
        is_private = self.column.is_personal or self.column.is_free_text
        source = f"第{self._table.rows[at] + 1}行" + ("" if is_private else f"的“{above}”")
        words = f"“{header}”写作“{text}”，按{source}读取。"
        rule = R104 if self.column.kind in _LISTED else R102
        return Read(read.value, rule, words, Severity.INFO)

    @property
    def _severity_of_nothing(self) -> Severity:
        return Severity.ERROR if self.column.required else Severity.WARNING

    def _source(self, index: int) -> int:
        """The data row that a ditto mark in this one points at, -1 where none does.

        Nothing but such rows stands between: a heading or a total in between leaves a doubt.
        """
        texts, rows = self._table.texts[self._name], self._table.rows
        at = index
        while at >= 0 and is_ditto(texts[at]):
            is_next = at > 0 and rows[at - 1] == rows[at] - 1
            at = self._sources.get(at, at - 1 if is_next else -1)
        self._sources[index] = at
        return at


def _as_shown(text: str, read: Read) -> Read:
    """A number with words that its format adds is not written in another way; a multiple is."""
    shown = _SHOWN.match(text) if read.severity is Severity.INFO else None
    is_same = shown is not None and read.value == Decimal(shown[0])
    return Read(read.value) if is_same else read
