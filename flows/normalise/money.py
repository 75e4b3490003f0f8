"""Amounts of money in yuan: the unit that counts for each cell, and what it says where none does.

The unit stated nearest to the number wins; two that differ at one level are none (E007).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from flows.ground.findings import Finding, column_letter, finding
from flows.normalise.cells import Read, fit, is_blank
from flows.recognise import Table
from flows.recognise.headers import Heading, is_counted_in
from flows.values.numbers import parse_number
from flows.values.units import (
    UnknownRateError,
    money_unit,
    nearest_unit,
    stated_units,
    yuan_per,
)
from schemas.declare import Column
from schemas.rules import E007, R110, Severity

Rates = Mapping[str, Decimal]


@dataclass(frozen=True)
class Unit:
    """The unit that counts for a cell without one of its own, or why there is none.

    `cell` is where it goes wrong, if that is not the column's header.
    """

    name: str | None
    problem: str = ""
    cell: str | None = None
    suggestion: str = ""


class Amounts:
    """One column of money of one table: in which unit each cell is, and how it is read."""

    def __init__(self, name: str, column: Column, table: Table, rates: Rates) -> None:
        self.column = column
        self._name, self._table, self._rates = name, table, rates
        self._heading = table.header.fields[name]
        self._common = unit_of_column(table, self._heading)
        self._units: dict[tuple[str, str], Unit] = {}
        self._reads: dict[tuple[str, str | None], Read] = {}
        self._lacking: tuple[Unit, str] | None = None

    def units(self, rows: Sequence[int]) -> list[str | None]:
        """The unit that counts for each of these rows where the cell has none of its own."""
        if not self._table.row_units:
            return [self._common.name] * len(rows)
        return [self._unit(index).name for index in rows]

    def read(self, index: int, text: str) -> Read:
        """The amount in yuan of a cell in data row `index`."""
        unit = self._unit(index)
        key = (text, unit.name)
        if key not in self._reads:
            self._reads[key] = _amount(self.column, text, unit.name, self._rates)
        read = self._reads[key]
        if read.rule is not E007:
            return read
        self._lacking = self._lacking or (unit, read.message)
        return Read(lacks_unit=True)

    def problem(self) -> Finding | None:
        """One finding for the column if any amount that was read lacks its unit (E007)."""
        return _unit_finding(self._name, self._table, *self._lacking) if self._lacking else None

    def _unit(self, index: int) -> Unit:
        stated = self._table.row_units.get(index)
        if stated is None:
            return self._common
        if stated not in self._units:
            self._units[stated] = _unit_of_row(self._heading, self._common, *stated)
        return self._units[stated]


def in_yuan(units: Iterable[str | None], rates: Rates) -> dict[str, Decimal]:
    """How many yuan each of the units is; left out is what has no rate, or one that needs rounding."""
    known = {}
    for unit in filter(None, units):
        with contextlib.suppress(UnknownRateError):
            if (per := yuan_per(unit, rates)) == per.to_integral_value():
                known[unit] = per
    return known


def unit_of_column(table: Table, heading: Heading) -> Unit:
    """What the header says, else the unit line. Two that differ at one level are none."""
    if heading.units is None:
        return Unit(None, f"“{heading.text}”的表头里看不出是哪一种金额单位。")
    if heading.units:
        return _only(heading.units, f"“{heading.text}”的括号内")
    # A line lists what the columns are in, so a stroke in it makes no price.
    lines = [
        (line, stated_units(line.value.replace("/", "、"))) for line in table.envelope.all("unit")
    ]
    stated = {unit for _, units in lines for unit in units or ()}
    unclear = [line for line, units in lines if units is None or not stated]
    if not unclear:
        return _only(stated, "计量单位")
    near = nearest_unit(unclear[0].value)
    hint = f"是否为“{near}”？{E007.remedy}" if near else ""
    words = f"计量单位“{unclear[0].value}”不是认识的金额单位。"
    return Unit(None, words, unclear[0].cell, hint)


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
        if heading.units or is_counted_in(text):
            return common
        near = nearest_unit(text)
        hint = f"是否为“{near}”？{E007.remedy}" if near else ""
        return Unit(None, f"计量单位“{text}”不是认识的金额单位。", cell, hint)
    if heading.units and heading.units != {unit}:
        header = "、".join(sorted(heading.units))
        return Unit(None, f"“{heading.text}”以{header}计，计量单位一列却是“{text}”。", cell)
    return Unit(unit)


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


def _amount(column: Column, text: str, unit: str | None, rates: Rates) -> Read:
    if is_blank(column, text):
        return Read()
    number = parse_number(text)
    if number is None or number.is_percent:
        return Read(rule=R110, message=f"“{column.header}”应是数字，填的是“{text}”。")
    stated = number.unit or unit
    if stated is None:
        return Read(rule=E007, message=f"“{column.header}”没有写明计量单位。")
    try:
        per = yuan_per(stated, rates)
    except UnknownRateError:
        words = f"“{column.header}”以{stated}计，本区没有设定汇率。"
        return Read(rule=E007, message=words)
    read = Read(number.value * per, unit=stated)
    if number.repaired:
        words = f"“{column.header}”写作“{text}”，按 {number.value:f}{stated} 读取。"
        read = replace(read, rule=R110, message=words, severity=Severity.INFO)
    return fit(column, text, read, per, stated)
