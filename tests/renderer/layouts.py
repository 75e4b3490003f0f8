"""The golden filings in the layouts that departments use, from one to many filings a sheet.

A layout never changes what a return says, only how: every one of them must give the same figures.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import itertools
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, partial
from types import ModuleType
from typing import Any

import pytest

from flows.ground.settings import PROJECT
from renderer.sheets import Formula, Sheet, Value, serial
from schemas.declare import Column, Kind

YUAN = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
NUMERIC = {Kind.MONEY, Kind.NUMBER, Kind.WHOLE}


@cache
def samples() -> ModuleType:
    """The script that writes the sample months: it knows what was filed by whom."""
    spec = importlib.util.spec_from_file_location(
        "write_samples", PROJECT / "scripts" / "write_samples.py"
    )
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["write_samples"] = module
    spec.loader.exec_module(module)
    return module


@cache
def golden() -> tuple[Any, ...]:
    """Everything that was filed in the golden months."""
    return tuple(samples().all_filings(PROJECT / "tests" / "golden"))


@dataclass(frozen=True)
class Layout:
    """How a filing is laid out. The defaults are the plain form: title, envelope, one header row.

    `envelope` is where it stands: "above", "cells" (label and value apart), "columns", "footer",
    or "sheet", "file", "folder" where only that name says whose it is and for which month.
    `unit` is where money's unit stands: "line", "header", "group" (a merged header above),
    "row" (a header row of its own), "column", "cell".
    """

    at: tuple[int, int] = (0, 0)
    envelope: str = "above"
    unit: str = "line"
    money: str = "万元"
    header: str = "plain"
    header_rows: int = 1
    is_shuffled: bool = False
    totals: str = "end"
    has_hidden: bool = False
    has_blanks: bool = False
    has_extras: bool = False
    is_merged_down: bool = False
    numbers: str = "number"
    dates: str = "date"
    words: str = "plain"
    notes: bool = False
    aliases: dict[str, str] = field(default_factory=dict)


def path_of(filing: Any, layout: Layout, ending: str) -> str:
    """Where the filing is put: names say whose it is only where the layout wants that."""
    slug = filing.model.form().slug
    number = golden().index(filing)
    match layout.envelope:
        case "folder":
            return f"{filing.month:%Y-%m}/{filing.department}/{slug}.{ending}"
        case "file":
            return f"收件/{filing.department}{filing.month.year}年{filing.month.month}月-{slug}.{ending}"
        case _:
            return f"收件/{number:03d}.{ending}"


def sheet_of(filing: Any, layout: Layout) -> Sheet:
    """One filing as one sheet."""
    return _Writer([filing], layout).sheet()


def sheet_of_many(filings: Sequence[Any], layout: Layout) -> Sheet:
    """Filings of one return in one sheet; its columns say whose each row is."""
    return _Writer(filings, layout).sheet()


def many_in_one(filings: Iterable[Any]) -> Iterator[list[Any]]:
    """Filings of the same return and signers together."""

    def kind(filing: Any) -> tuple[str, ...]:
        return (filing.model.form().slug, filing.filler, filing.checker, filing.head)

    for _, group in itertools.groupby(sorted(filings, key=kind), key=kind):
        yield list(group)


class _Writer:
    def __init__(self, filings: Sequence[Any], layout: Layout) -> None:
        self.filings = filings
        self.first = filings[0]
        self.layout = layout
        self.random = random.Random(repr((self.first.path, layout)))  # noqa: S311 - a shuffle
        self.columns: list[tuple[str, Column | None]] = list(self.first.columns.items())
        if layout.envelope == "columns":
            self.columns += [(label, None) for label in self._column_labels()]
        if layout.unit == "column" and self._has_money():
            self.columns.append(("计量单位", None))
        if layout.has_extras:
            self.columns += [("内部流水", None), ("科室自用", None)]
        if layout.is_shuffled:
            self.random.shuffle(self.columns)
        if layout.has_blanks:
            self.columns.insert(2, ("", None))

    def _has_money(self) -> bool:
        return any(column.kind is Kind.MONEY for column in self.first.columns.values())

    def _column_labels(self) -> list[str]:
        labels = ["填报单位", "报告期", "填表人", "审核人", "单位负责人", "报出日期"]
        if any(not filing.table.rows for filing in self.filings):
            labels.append("零报告")
        # 14 has a column of that name for another purpose.
        known = {alias for column in self.first.columns.values() for alias in column.aliases}
        return [label for label in labels if label not in known or label in {"填报单位", "报告期"}]

    # --- the sheet

    def sheet(self) -> Sheet:
        layout, first = self.layout, self.first
        name = first.model.form().title
        if layout.envelope == "sheet":
            name = f"{first.department}{first.month.year}年{first.month.month}月"
        sheet = Sheet(name)
        row, left = layout.at
        row = self._head(sheet, row, left)
        row = self._header(sheet, row, left)
        row, places = self._rows(sheet, row, left)
        if layout.totals == "end":
            row = self._total(sheet, row, left, "合计", places)
        self._foot(sheet, row + (1 if layout.has_blanks else 0), left)
        if layout.has_hidden and places:
            sheet.hidden_rows = {places[0]}
            index = next(i for i, (_, column) in enumerate(self.columns) if column)
            sheet.hidden_columns = {left + index}
        return sheet

    def _parts(self) -> dict[str, str]:
        filing = self.first
        parts = {}
        if self.layout.envelope in {"above", "cells", "footer"}:
            parts["填报单位"] = self.layout.aliases.get(filing.department, filing.department)
            parts["报告期"] = f"{filing.month.year}年{filing.month.month}月"
        if self.layout.unit == "line" and self._has_money():
            parts["计量单位"] = self.layout.money
        elif self._other_units():
            parts["计量单位"] = self._other_units()
        if (
            not any(filing.table.rows for filing in self.filings)
            and self.layout.envelope != "columns"
        ):
            parts["零报告"] = "是"
        return parts

    def _other_units(self) -> str:
        units = {column.unit for column in self.first.columns.values() if column.unit}
        return "" if "计量单位" in self.first.columns else "、".join(sorted(units - {"万元"}))

    def _people(self) -> dict[str, str]:
        filing = self.first
        if self.layout.envelope == "columns":
            return {}
        return {
            "单位负责人": filing.head,
            "填表人": filing.filler,
            "审核人": filing.checker,
            "报出日期": _chinese(filing.filed_on),
        }

    def _head(self, sheet: Sheet, row: int, left: int) -> int:
        last = left + max(1, len(self.columns) - 1)
        sheet.put(row, [f"谷城经济开发区{self.first.model.form().title}"], left)
        sheet.merge(row, left, row, last)
        row += 1
        if self.layout.has_blanks:
            row += 1
        parts = self._parts()
        if self.layout.envelope == "cells":
            sheet.put(row, [text for pair in parts.items() for text in pair], left)
            return row + 1
        if self.layout.envelope == "footer":
            parts = {key: value for key, value in parts.items() if key == "计量单位"}
        if parts:
            sheet.put(row, ["      ".join(f"{key}：{value}" for key, value in parts.items())], left)
            row += 1
        return row

    def _foot(self, sheet: Sheet, row: int, left: int) -> None:
        if self.layout.notes:
            sheet.put(row, ["注：1.本表于次月2日前报送。"], left)
            sheet.put(row + 1, ["2.项目如有变化请另附说明"], left)
            row += 2
        parts = self._people()
        if self.layout.envelope == "footer":
            stated = {key: value for key, value in self._parts().items() if key != "计量单位"}
            parts = stated | parts
        if self.layout.envelope == "cells":
            sheet.put(row, [text for pair in parts.items() for text in pair], left)
        elif parts:
            sheet.put(row, ["    ".join(f"{key}：{value}" for key, value in parts.items())], left)
            sheet.merge(row, left, row, left + max(1, len(self.columns) - 1))

    # --- the header

    def _header(self, sheet: Sheet, row: int, left: int) -> int:
        height = self.layout.header_rows
        names = [self._header_text(name, column) for name, column in self.columns]
        if height == 1:
            sheet.put(row, [name or None for name in names], left)
            return row + 1
        grouped = [
            index
            for index, (_, column) in enumerate(self.columns)
            if column and column.kind is Kind.MONEY
        ]
        runs = _runs(grouped)
        last = row + height - 1
        for index, name in enumerate(names):
            if not name:
                continue
            if index in grouped:
                sheet.put(last - 1, [name], left + index)
                sheet.put(last, [f"（{self.layout.money}）" if self.layout.unit == "row" else name], left + index)  # fmt: skip
                if self.layout.unit != "row":
                    del sheet.cells[last - 1, left + index]
            else:
                sheet.put(row, [name], left + index)
                sheet.merge(row, left + index, last, left + index)
        for run in runs:
            unit = f"（{self.layout.money}）" if self.layout.unit == "group" else ""
            top = row if self.layout.unit == "row" and height == 3 else last - 1
            if self.layout.unit == "row" and height == 2:
                continue
            sheet.put(top, [f"投资情况{unit}"], left + run[0])
            if len(run) > 1 or top != last - 1:
                sheet.merge(top, left + run[0], last - 1 if top == last - 1 else row, left + run[-1])  # fmt: skip
        return last + 1

    def _header_text(self, name: str, column: Column | None) -> str:
        if column is None:
            return name
        text = name
        if self.layout.header == "synonyms":
            taken = {other for other, _ in self.columns}
            text = next((one for one in column.aliases if self._is_clear(one, name, taken)), name)
        if self.layout.unit == "header" and column.kind is Kind.MONEY:
            text = f"{text}（{self.layout.money}）"
        elif column.unit and column.kind is not Kind.MONEY and self.layout.header == "spaced":
            text = f"{text}\n（{column.unit}）"
        if self.layout.header == "spaced":
            text = f"{text[:2]} \n{text[2:]}"
        return text

    def _is_clear(self, alias: str, name: str, taken: set[str]) -> bool:
        """Whether the synonym means that field alone, in this return and beside these columns."""
        claims = [
            other
            for other, column in self.first.columns.items()
            if alias in (column.header, *column.aliases)
        ]
        ambiguous = {"单位", "编号", "状态", "时间", "项目", "序号", "审核人", "填报单位", "进度"}
        return claims == [name] and alias not in taken and alias not in ambiguous

    # --- the rows

    def _rows(self, sheet: Sheet, row: int, left: int) -> tuple[int, list[int]]:
        places: list[int] = []
        pairs = [(filing, record) for filing in self.filings for record in filing.table.rows]
        half = len(pairs) // 2
        for number, (filing, record) in enumerate(pairs):
            if self.layout.has_blanks and number and number % 3 == 0:
                row += 1
            if self.layout.totals == "middle" and number == half and half:
                row = self._total(sheet, row, left, "小计", places)
            sheet.put(row, [self._value(filing, record, name, column, number) for name, column in self.columns], left)  # fmt: skip
            places.append(row)
            row += 1
        if self.layout.totals == "middle" and pairs:
            row = self._total(sheet, row, left, "小 计", places[half:])
            row = self._total(sheet, row, left, "总　计", places)
        for filing in self.filings:
            if not filing.table.rows and self.layout.envelope == "columns":
                sheet.put(row, [self._nil(filing, name) for name, _ in self.columns], left)
                row += 1
        if self.layout.is_merged_down:
            self._merge_down(sheet, places, left)
        return row, places

    def _nil(self, filing: Any, name: str) -> Value:
        return "是" if name == "零报告" else self._stated(filing, name)

    def _stated(self, filing: Any, name: str) -> Value:
        stated: dict[str, Value] = {
            "填报单位": filing.department,
            "报告期": f"{filing.month:%Y-%m}",
            "填表人": filing.filler,
            "审核人": filing.checker,
            "单位负责人": filing.head,
            "报出日期": filing.filed_on,
        }
        return stated.get(name)

    def _value(
        self, filing: Any, record: dict[str, str], name: str, column: Column | None, number: int
    ) -> Value:
        if column is None:
            own: dict[str, Value] = {
                "计量单位": self.layout.money,
                "零报告": "否",
                "内部流水": 9_000_000 + number,
                "科室自用": "略",
            }
            return own.get(name, self._stated(filing, name))
        text = record[name]
        if not text:
            is_marked = self.layout.words == "marked" and not column.required
            choices = ["/", "—", "无", "", "暂无"] if is_marked else [""]
            return choices[number % len(choices)] or None
        if column.kind is Kind.MONEY:
            return self._money(Decimal(text), number)
        if column.kind in NUMERIC:
            return self._number(Decimal(text), column, number)
        if column.kind is Kind.DATE:
            return self._date(dt.date.fromisoformat(text), number, filing)
        return self._word(text, column, number)

    def _word(self, text: str, column: Column, number: int) -> Value:
        if self.layout.words != "marked":
            return text
        municipal = text in {"北京", "上海", "天津", "重庆", "境外"}
        spelled = {
            Kind.YES_NO: "√" if text == "是" else "×",
            Kind.CHOICE: text.replace("(", "（").replace(")", "）") + "\u3000" * (number % 2),
            Kind.PROVINCE: text if municipal else f"{text}省",
            Kind.PROJECT: f" {text}\u200b",
        }
        return spelled.get(column.kind, text)

    def _money(self, wan: Decimal, number: int) -> Value:
        amount = wan * 10_000 / YUAN[self.layout.money]
        if self.layout.unit == "cell":
            spellings = [
                f"{wan / 10_000:f}亿元",
                f"{wan:,f}万元",
                f"{wan * 10_000:f}元",
                f"{wan:f}万",
            ]
            return spellings[number % 4]
        return self._spelled(amount, number)

    def _number(self, value: Decimal, column: Column, number: int) -> Value:
        if (
            self.layout.numbers == "text"
            and column.unit
            and column.header != "目标值"
            and number % 2
        ):
            return f"{value:f}{column.unit}"
        return self._spelled(value, number)

    def _spelled(self, value: Decimal, number: int) -> Value:
        plain = f"{value.normalize():f}"
        if self.layout.numbers == "number":
            return int(value) if value == int(value) else float(value)
        spellings = [plain, f"{value.normalize():,f}", plain.translate(str.maketrans("0123456789.", "０１２３４５６７８９．")), f" {plain} "]  # fmt: skip
        if value < 0:
            spellings.append(f"（{-value.normalize():f}）")
        return spellings[number % len(spellings)]

    def _date(self, day: dt.date, number: int, filing: Any) -> Value:
        if self.layout.dates == "date":
            return day
        spellings: list[Value] = [
            _chinese(day),
            f"{day.year}.{day.month}.{day.day}",
            f"{day:%Y%m%d}",
            f"{day.year}/{day.month}/{day.day}",
            f"{day.year}-{day.month}-{day.day}",
            day.isoformat(),
        ]
        if day.year == filing.month.year:
            spellings.append(f"{day.month}月{day.day}日")
        if self.layout.dates == "serial":
            return serial(day)
        return spellings[number % len(spellings)]

    def _merge_down(self, sheet: Sheet, places: list[int], left: int) -> None:
        """Equal words in neighbouring rows as one merged cell."""
        keys = {self.first.model.columns()[name].header for name in self.first.model.own_key()}
        for index, (name, column) in enumerate(self.columns):
            if column is None or column.kind in NUMERIC or name in keys:
                continue
            for _, run in itertools.groupby(places, partial(_at, sheet, left + index)):
                rows = list(run)
                value = sheet.cells.get((rows[0], left + index))
                if len(rows) > 1 and value is not None and rows[-1] - rows[0] == len(rows) - 1:
                    sheet.merge(rows[0], left + index, rows[-1], left + index)
                    for below in rows[1:]:
                        del sheet.cells[below, left + index]

    def _total(self, sheet: Sheet, row: int, left: int, label: str, places: list[int]) -> int:
        """A row of sums, as formulas with their results where numbers are numbers."""
        addable = samples().ADDABLE_UNITS
        summed = [
            index
            for index, (_, column) in enumerate(self.columns)
            if column and column.kind in NUMERIC and column.unit in addable
        ]
        if not summed or not places or self.layout.unit == "cell" or self.layout.numbers == "text":
            return row
        for index in summed:
            values = [sheet.cells.get((place, left + index)) for place in places]
            total = sum(Decimal(str(value)) for value in values if value is not None)
            sheet.cells[row, left + index] = Formula("=SUM(A1:A1)", float(total))
        if 0 in summed:
            return row + 1 if self._labelled(sheet, row, left, label, summed) else row
        sheet.cells[row, left] = label
        return row + 1

    def _labelled(self, sheet: Sheet, row: int, left: int, label: str, summed: list[int]) -> bool:
        free = [index for index in range(len(self.columns)) if index not in summed]
        keys = {self.first.model.columns()[name].header for name in self.first.model.own_key()}
        free = [index for index in free if self.columns[index][0] not in keys] or free
        sheet.cells[row, left + free[0]] = label
        return True


def _at(sheet: Sheet, column: int, row: int) -> Value:
    return sheet.cells.get((row, column))


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    """Neighbouring numbers together."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _chinese(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


# Every layout by its name, with the formats that it is tried in. Each format and each layout goes
# through the whole golden set at least once.
LAYOUTS: dict[str, tuple[Layout, tuple[str, ...]]] = {
    "plain": (Layout(), ("xlsx", "csv in GB18030")),
    "offset, three header rows, unit row": (
        Layout(at=(4, 3), header_rows=3, unit="row", money="亿元", has_extras=True),
        ("xls",),
    ),
    "two header rows with the unit above": (
        Layout(at=(1, 0), header_rows=2, unit="group", money="元", envelope="cells", notes=True),
        ("ods",),
    ),
    "synonyms in any order, units in brackets": (
        Layout(
            header="synonyms", is_shuffled=True, unit="header", money="亿元", has_extras=True,
            aliases={"经济发展局": "经发局", "行政审批服务局": "审批局"},
        ),
        ("xlsb",),
    ),
    "columns say whose each row is": (
        Layout(envelope="columns", unit="column", money="元", dates="words"),
        ("csv in UTF-8", "xls of Excel 5"),
    ),
    "footer, units in the cells": (
        Layout(envelope="footer", unit="cell", numbers="text", words="marked", notes=True),
        ("html as xls",),
    ),
    "only the file's name says whose": (
        Layout(envelope="file", unit="header", numbers="text", dates="words", words="marked"),
        ("xml as xls",),
    ),
    "only the folder's name says whose": (
        Layout(envelope="folder", header="spaced", unit="header", totals="middle"),
        ("tsv",),
    ),
    "only the sheet's name says whose": (
        Layout(envelope="sheet", unit="line", has_hidden=True, dates="serial", money="元"),
        ("xlsm",),
    ),
    "hidden, blank rows and columns": (
        Layout(at=(2, 1), has_hidden=True, has_blanks=True, totals="middle", header="spaced"),
        ("et of OLE2",),
    ),
    "merged down the rows": (
        Layout(is_merged_down=True, header_rows=2, unit="group", has_extras=True),
        ("et of zip",),
    ),
    "dates in words, marks for blanks": (
        Layout(dates="words", words="marked", numbers="text", unit="column", has_blanks=True),
        ("csv with a mark",),
    ),
    "separated by semicolons": (
        Layout(header="synonyms", unit="header", money="元", envelope="cells", dates="serial"),
        ("csv with semicolons", "csv in UTF-16"),
    ),
}  # fmt: skip
# Those that every change is tried with; the others are left to `make nightly`.
_OFTEN = {"xls", "csv with semicolons"}
EACH_LAYOUT = [
    pytest.param(
        layout,
        kind,
        id=f"{name} – {kind}",
        marks=pytest.mark.slow if kind in _OFTEN else pytest.mark.nightly,
    )
    for name, (layout, kinds) in LAYOUTS.items()
    for kind in kinds
]
