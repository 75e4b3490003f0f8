"""Control totals (E008): each total of a table against the rows that it may add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate
from typing import Any

import polars as pl

from flows.ground.findings import Finding, column_letter, finding
from flows.normalise.cells import STEP
from flows.normalise.money import Rates, unit_of_column
from flows.recognise import Table
from flows.recognise.table import Total
from flows.values.numbers import decimal_places, parse_count, parse_number
from flows.values.units import UnknownRateError, money_unit, yuan_per
from schemas.declare import NUMERIC, SCALE, Column, Kind
from schemas.rules import E008


class Tally:
    """The numbers of one table over all submissions that its rows belong to, against its totals."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._owners: dict[int, str] = {}
        self._any_owner = ""
        self._values: dict[str, dict[int, Any]] = {}
        self._sums: dict[str, tuple[list[Decimal], list[int]]] = {}

    def add(self, key: str, rows: Sequence[int], values: pl.DataFrame) -> None:
        """The values of the rows that belong to one submission, row for row."""
        self._any_owner = key
        self._owners |= dict.fromkeys(rows, key)
        for name, column in self._table.model.columns().items():
            if _adds_up(column):
                numbers = zip(rows, values[name].to_list(), strict=True)
                self._values.setdefault(name, {}).update(numbers)

    def differences(self, rates: Rates) -> Iterator[Finding]:
        """E008 for each total that none of the rows it may stand for add up to."""
        columns = self._table.model.columns()
        for total in self._table.totals:
            for name, text in total.texts.items():
                if total.spans and _adds_up(columns[name]):
                    yield from self._difference(total, name, columns[name], text, rates)

    def _difference(
        self, total: Total, name: str, column: Column, text: str, rates: Rates
    ) -> Iterator[Finding]:
        expected = _stated_total(name, column, self._table, text, rates)
        sums = [self._sum(name, span) for span in total.spans]
        if expected is None or sums[0] is None:
            return
        if any(actual is not None and expected.is_met_by(actual) for actual in sums):
            return
        owner = self._owners.get(total.spans[0][-1], self._any_owner)
        yield _total_finding(self._table, total, name, text, expected, sums[0]).of(owner)

    def _sum(self, name: str, span: range) -> Decimal | None:
        """The rows' sum; None where one of them could not be read."""
        if name not in self._sums:
            # Running sums: a table may have as many totals as rows.
            values, texts = self._values[name], self._table.texts[name]
            numbers = [values.get(index) for index in range(len(texts))]
            sums = accumulate((Decimal(number or 0) for number in numbers), initial=Decimal(0))
            odd = (
                int(number is None and text != "")
                for number, text in zip(numbers, texts, strict=True)
            )
            self._sums[name] = list(sums), list(accumulate(odd, initial=0))
        summed, unread = self._sums[name]
        first, end = span.start, span.stop
        return summed[end] - summed[first] if unread[end] == unread[first] else None


def _adds_up(column: Column) -> bool:
    """Whether the column's rows have a sum; amounts and counts below each other (01) have none."""
    return column.kind in NUMERIC and column.unit is not None and column.unit_field is None


@dataclass(frozen=True)
class _Stated:
    """A stated total in stored units; `per` turns stored units into those of the sheet."""

    value: Decimal
    per: Decimal
    unit: str
    tolerance: Decimal

    def is_met_by(self, actual: Decimal) -> bool:
        return abs(actual - self.value) <= self.tolerance


def _stated_total(
    name: str, column: Column, table: Table, text: str, rates: Rates
) -> _Stated | None:
    if column.kind is not Kind.MONEY:
        count = parse_count(text, column.unit)
        return _Stated(count.value, Decimal(1), column.unit or "", Decimal(0)) if count else None
    number = parse_number(text)
    if number is None or number.is_percent:
        return None
    common = unit_of_column(table, table.header.fields[name]).name
    in_rows = {money_unit(text) for text, _ in table.row_units.values()}
    if len(table.row_units) < len(table.rows) and in_rows:
        in_rows.add(common)
    unit = number.unit or (next(iter(in_rows)) if len(in_rows) == 1 else None) or common
    if unit is None or (len(in_rows) > 1 and number.unit is None):
        return None
    try:
        per = yuan_per(unit, rates)
    except UnknownRateError:
        return None
    # Rows are kept to a hundredth of a fen; a total may differ by what their rounding adds up to.
    is_exact = decimal_places(number.value * per) <= SCALE
    tolerance = Decimal(0) if is_exact else STEP * len(table.rows)
    return _Stated(number.value * per, per, unit, tolerance)


def _total_finding(
    table: Table, total: Total, name: str, text: str, expected: _Stated, actual: Decimal
) -> Finding:
    heading = table.header.fields[name]
    unit = expected.unit
    difference = finding(
        E008,
        f"{total.label}的“{heading.text}”填的是 {expected.value / expected.per:f}{unit}，"
        f"各行之和是 {(actual / expected.per).normalize():f}{unit}。",
        sheet=table.sheet or None,
        cell=f"{column_letter(heading.index)}{total.row + 1}",
        row=total.row + 1,
        column=heading.text,
        field=name,
        value=text,
    )
    return replace(difference, holds=False)
