"""Amounts of money in yuan: the unit that counts for each cell, and what it says where none does.

The unit stated nearest to the number wins; two that differ at one level are none (E007).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from flows.ground.findings import Finding, column_letter, finding
from flows.normalise.cells import Read, fit, is_blank
from flows.recognise import Table
from flows.recognise.envelope import Statement
from flows.recognise.headers import Heading, is_counted_in
from flows.values.numbers import parse_amount, parse_number
from flows.values.units import (
    UnknownRateError,
    foreign_currency,
    money_unit,
    named_currency,
    nearest_unit,
    stated_units,
    yuan_per,
)
from schemas.declare import Column
from schemas.rules import E007, R110, Severity

Rates = Mapping[str, Decimal]
_AS_SHOWN = "请去掉缩放数字的格式，按计量单位直接填写数字。"
_IN_UNITS = "请在单元格内写全，例如“300万美元”，或折合成人民币填写。"


@dataclass(frozen=True)
class Unit:
    """The unit that counts for a cell without one of its own, or why there is none.

    `cell` is where it goes wrong, if that is not the column's header. `is_of_row`: it is what a row
    says of itself, so that it is that row alone which has none.
    """

    name: str | None
    problem: str = ""
    cell: str | None = None
    suggestion: str = ""
    is_of_row: bool = False


class Amounts:
    """One column of money of one table: in which unit each cell is, and how it is read."""

    def __init__(self, name: str, column: Column, table: Table, rates: Rates) -> None:
        self.column = column
        self._name, self._table, self._rates = name, table, rates
        self._heading = table.header.fields[name]
        self._common = unit_of_column(table, self._heading)
        self._units: dict[tuple[tuple[str, str] | None, tuple[str, str] | None], Unit] = {}
        self._reads: dict[tuple[str, Unit, bool], Read] = {}
        self._lacking: tuple[Unit, str] | None = None

    def units(self, rows: Sequence[int]) -> list[str | None]:
        """The unit that counts for each of these rows where the cell has none of its own."""
        if not self._table.row_units and not self._table.currencies:
            return [self._common.name] * len(rows)
        return [self._unit(index).name for index in rows]

    def read(self, index: int, text: str) -> Read:
        """The amount in yuan of a cell in data row `index`."""
        unit = self._unit(index)
        is_shown = (index, self._name) in self._table.shown
        key = (text, unit, is_shown)
        if key not in self._reads:
            self._reads[key] = _amount(self.column, text, unit, self._rates, is_shown=is_shown)
        read = self._reads[key]
        if read.lacks_unit:
            self._lacking = self._lacking or (unit, read.message)
            return Read(lacks_unit=True)
        stored = self._table.stored.get((index, self._name))
        if stored is None or read.value is None:
            return read
        return self._agreed(index, text, stored, read)

    def _agreed(self, index: int, text: str, stored: str, read: Read) -> Read:
        """What is shown, if what is stored is the same amount in a unit that is stated anywhere.

        A format that shows yuan as so many 万元 states both units.
        """
        shown, number = parse_amount(text), parse_number(stored)
        stated = self._stated(index)
        if shown and shown.unit:
            stated.add(foreign_currency(shown.unit) or "元")
        per = in_yuan(stated, self._rates)
        if number and read.value in {number.value * factor for factor in per.values()}:
            return read
        both = f"{text}{'' if shown and shown.unit else read.unit}"
        words = (
            f"“{self.column.header}”显示为“{text}”，存的却是“{stored}”："
            f"是 {both}，还是 {stored}{self._unit(index).name or read.unit}，无法判断。"
        )
        return Read(rule=E007, message=words, suggestion=_AS_SHOWN)

    def _stated(self, index: int) -> set[str]:
        """Every unit that the row, the header or a line above states."""
        near = {self._unit(index).name, self._common.name, *(self._heading.units or ())}
        return {unit for unit in near | self._in_lines if unit}

    @cached_property
    def _in_lines(self) -> set[str]:
        return _units_of_lines(self._table)

    def problem(self) -> Finding | None:
        """One finding for the column if any amount that was read lacks its unit (E007)."""
        return _unit_finding(self._name, self._table, *self._lacking) if self._lacking else None

    def _unit(self, index: int) -> Unit:
        stated = self._table.row_units.get(index), self._table.currencies.get(index)
        if stated == (None, None):
            return self._common
        if stated not in self._units:
            self._units[stated] = self._unit_of_row(*stated)
        return self._units[stated]

    def _unit_of_row(self, unit: tuple[str, str] | None, currency: tuple[str, str] | None) -> Unit:
        own = _unit_of_row(self._heading, self._common, *unit) if unit else self._common
        if currency is None or own.name is None:
            return own
        return replace(_in_currency(own, *currency), is_of_row=True)


def in_yuan(units: Iterable[str | None], rates: Rates) -> dict[str, Decimal]:
    """How many yuan each of the units is; left out is what has no rate, or one that needs rounding."""
    known = {}
    for unit in filter(None, units):
        with contextlib.suppress(UnknownRateError):
            if (per := yuan_per(unit, rates)) == per.to_integral_value():
                known[unit] = per
    return known


def unit_of_column(table: Table, heading: Heading) -> Unit:
    """What the header says, else the unit line. Two that differ at one level are none.

    A line about the currency has to agree with it.
    """
    unit = _stated_for_column(table, heading)
    for line in table.envelope.all("currency"):
        unit = _in_currency(unit, line.value, line.cell)
    return unit


def _stated_for_column(table: Table, heading: Heading) -> Unit:
    if heading.units is None:
        return Unit(None, f"“{heading.text}”的表头里看不出是哪一种金额单位。")
    if heading.units:
        return _only(heading.units, f"“{heading.text}”的括号内")
    stated = _units_of_lines(table)
    unclear = [line for line, units in _lines(table) if units is None or not stated]
    if not unclear:
        return _only(stated, "计量单位")
    near = nearest_unit(unclear[0].value)
    hint = f"是否为“{near}”？{E007.remedy}" if near else ""
    words = f"计量单位“{unclear[0].value}”不是认识的金额单位。"
    return Unit(None, words, unclear[0].cell, hint)


def _lines(table: Table) -> list[tuple[Statement, set[str] | None]]:
    """What the lines about the unit say; a line lists the columns' units, no price: 元/个."""
    return [
        (line, stated_units(line.value.replace("/", "、"))) for line in table.envelope.all("unit")
    ]


def _units_of_lines(table: Table) -> set[str]:
    return {unit for _, units in _lines(table) for unit in units or ()}


def _only(stated: set[str], where: str) -> Unit:
    if len(stated) > 1:
        return Unit(None, f"{where}写了不同的单位：{'、'.join(sorted(stated))}。")
    return Unit(next(iter(stated), None))


def _unit_of_row(heading: Heading, common: Unit, text: str, cell: str) -> Unit:
    """What a unit column says for a row; it stands as near to the amount as the header does.

    So does a heading between the rows; "" is one that leaves open whether the last one's goes on.
    """
    if not text and not heading.units:
        words = "小标题没有写明计量单位，而前一个小标题另有单位，不知以哪一个为准。"
        return Unit(None, words, cell)
    if heading.units is None:
        return common
    unit = money_unit(text)
    if unit is None:
        return _unit_worded_otherwise(heading, common, text, cell)
    if heading.units and heading.units != {unit}:
        header = "、".join(sorted(heading.units))
        words = f"“{heading.text}”以{header}计，计量单位一列却是“{text}”。"
        return Unit(None, words, cell, is_of_row=True)
    return Unit(unit, cell=cell, is_of_row=True)


def _unit_worded_otherwise(heading: Heading, common: Unit, text: str, cell: str) -> Unit:
    """What a row's unit says that is none of money: a currency, what is counted, or a slip."""
    if named_currency(text) is not None:
        return replace(_in_currency(common, text, cell), is_of_row=True)
    if heading.units or is_counted_in(text):
        return common
    near = nearest_unit(text)
    hint = f"是否为“{near}”？{E007.remedy}" if near else ""
    return Unit(None, f"计量单位“{text}”不是认识的金额单位。", cell, hint, is_of_row=True)


def _in_currency(unit: Unit, text: str, cell: str) -> Unit:
    """The unit, unless the currency that is stated besides is not the unit's: 美元 beside 万元."""
    currency = named_currency(text)
    if unit.name is None or currency == (foreign_currency(unit.name) or "元"):
        return unit
    if currency is None:
        return Unit(None, f"币种“{text}”不是认识的币种。", cell)
    words = f"币种是“{text}”，计量单位却是{unit.name}，不知道金额以什么计。"
    return Unit(None, words, cell, _IN_UNITS)


def _unit_finding(name: str, table: Table, unit: Unit, message: str) -> Finding:
    heading = table.header.fields[name]
    return finding(
        E007,
        unit.problem or message,
        suggestion=unit.suggestion,
        sheet=table.sheet or None,
        cell=unit.cell or f"{column_letter(heading.index)}{table.header.last_row + 1}",
        column=heading.text,
        field=name,
    )


def _amount(column: Column, text: str, unit: Unit, rates: Rates, *, is_shown: bool = False) -> Read:
    if is_blank(column, text):
        return Read()
    number = parse_amount(text)
    if number is None or number.is_percent:
        return Read(rule=R110, message=f"“{column.header}”应是数字，填的是“{text}”。")
    stated = number.unit or unit.name
    if stated is None:
        return _lacking(unit, unit.problem or f"“{column.header}”没有写明计量单位。")
    if number.unit is None and not _is_in(stated, number.currency):
        words = (
            f"“{column.header}”写作“{text}”，计量单位却是{stated}，不知道是多少{number.currency}。"
        )
        return Read(rule=E007, message=words, suggestion=_IN_UNITS)
    if number.unit is None and number.currency and stated == "元":
        stated = number.currency
    try:
        per = yuan_per(stated, rates)
    except UnknownRateError:
        words = f"“{column.header}”以{stated}计，本区没有设定汇率。"
        own = replace(unit, is_of_row=True, cell=None) if number.unit or number.currency else unit
        return _lacking(own, words)
    read = Read(number.value * per, unit=stated)
    # A format that adds the unit which is stated anyway changes nothing.
    if number.repaired and not (is_shown and stated == unit.name):
        words = f"“{column.header}”写作“{text}”，按 {number.value:f}{stated} 读取。"
        read = replace(read, rule=R110, message=words, severity=Severity.INFO)
    return fit(column, text, read, per, stated)


def _lacking(unit: Unit, message: str) -> Read:
    """No unit by which the number is an amount: the row's own fault, or that of the whole column."""
    if not unit.is_of_row:
        return Read(message=message, lacks_unit=True)
    return Read(rule=E007, message=message, cell=unit.cell, suggestion=unit.suggestion)


def _is_in(unit: str, currency: str | None) -> bool:
    """Whether so many of the unit are surely of the currency that a mark names: ¥300 in 万元.

    What US$300 is in 万元 could be 300 dollars or 10,000 times as many; in 元 it is 300.
    """
    return currency in {None, foreign_currency(unit) or "元"} or unit == "元"
