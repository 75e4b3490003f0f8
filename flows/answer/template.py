"""Blank workbooks for departments, generated from the declaration of a return.

What the form says is said where it is filled in: at the header, in drop-downs, in the messages of
checked cells. Filled in, such a workbook reads like any other; the rules judge it all the same.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

import schemas
from flows.answer.by_xlsxwriter import Writer, set_up_print
from flows.answer.opinions import hidden_page
from flows.answer.page import FONT, LINE_HEIGHT, Cell, Page, Style, lines_of, text_width
from flows.answer.workbook import Workbook, parts_of
from flows.ground.durable import write_at_once
from flows.ground.findings import column_letter
from flows.ground.zone import WHOLE_ZONE, Zone
from flows.read.formats import read
from flows.read.marks import TemplateMark
from flows.recognise.returned import content_of, template_version
from flows.values.dates import month_end
from flows.values.units import yuan_per
from schemas.declare import PROVINCES, Column, Cycle, Kind, Return

BLANK_ROWS = 500
# Rows that stay free behind what is carried over.
SPARE_ROWS = 200
LISTS_SHEET = "_lists"
GUIDE = "填表说明"
# A drop-down written into the cell's own rule is no longer than this.
MAX_LIST = 255
MAX_MESSAGE, MAX_HEADING = 255, 32
_FIRST_DAY, _LAST_DAY = dt.date(1990, 1, 1), dt.date(2099, 12, 31)
_MOST = 10**15
_NUMERIC = frozenset({Kind.MONEY, Kind.NUMBER, Kind.WHOLE})
# Longest and shortest column, in narrow characters.
MIN_WIDTH, MAX_WIDTH, PAGE_WIDTH = 11, 30, 110

_TITLE = Style(bold=True, size=16, align="center")
_HINT = Style(size=9, colour="595959")
_LABEL = Style(align="right")
_STATED = Style(border=True)
_TO_FILL = Style(border=True, fill="EAF4E4", number_format="@", locked=False)
_HEADER = Style(bold=True, border=True, wrap=True, align="center", fill="E7E6E6")
_STAR = Style(bold=True, colour="C00000")
_HEADER_WORDS = Style(bold=True)
_CELLS = {
    "text": Style(border=True, wrap=True, number_format="@", locked=False),
    "code": Style(border=True, align="center", wrap=True, number_format="@", locked=False),
    "number": Style(border=True, align="right", number_format="#,##0.####", locked=False),
    "whole": Style(border=True, align="right", number_format="0", locked=False),
    "date": Style(border=True, align="center", number_format="yyyy-mm-dd", locked=False),
}
_STYLE_OF = {
    Kind.MONEY: "number",
    Kind.NUMBER: "number",
    Kind.WHOLE: "whole",
    Kind.DATE: "date",
    Kind.TEXT: "text",
    Kind.IDENTIFIER: "text",
    Kind.LIST: "text",
}
_PROTECTION = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "sort": True,
    "autofilter": True,
}


@dataclass(frozen=True)
class _Field:
    """One column of the blank table."""

    name: str
    column: Column
    width: float

    @property
    def header(self) -> str:
        """The header with its unit in brackets, where the unit is the column's own."""
        unit = self.column.unit
        has_unit = unit is not None and "或" not in unit
        return f"{self.column.header}（{unit}）" if has_unit else self.column.header

    @property
    def note(self) -> str:
        """What stands in the comment at the header."""
        return "\n".join(part for part in (self.column.description, self.constraint) if part)

    @property
    def constraint(self) -> str:
        words = self.column.constraint
        more = {
            Kind.DATE: "日期，如 2021-05-31",
            Kind.MONTH: "月份，如 2021-05",
            Kind.YES_NO: "填“是”或“否”",
            Kind.PROVINCE: "省份简称，如 湖北；境外填“境外”",
            Kind.LIST: "省份简称，几个之间用“、”分开",
            Kind.WHOLE: "整数",
            Kind.NUMBER: "数值",
            Kind.MONEY: f"数值，单位{self.column.unit}",
            Kind.CREDIT_CODE: "18位统一社会信用代码",
            Kind.RETURN: "报表的名称",
        }.get(self.column.kind, "")
        return "；".join(part for part in (words, more) if part)


# --- what is carried over ------------------------------------------------------------------------


def carried_rows(
    con: duckdb.DuckDBPyConnection, model: type[Return], department: str, month: dt.date
) -> list[dict[str, Any]]:
    """The rows that a snapshot return takes over: the department's accepted ones of last month.

    Reads the working database: what is published has its telephone numbers masked, and these
    would be filed so. Other returns tell what happened in a month, and take over nothing.
    """
    if model.form().cycle is not Cycle.SNAPSHOT:
        return []
    before = (month.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    names = list(model.columns())
    found = con.execute(
        f"select {', '.join(names)} from accepted.{model.form().slug} "  # noqa: S608 - our own names
        "where department = ? and report_month = ? order by sheet, excel_row",
        [department, before],
    )
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


# --- the workbook --------------------------------------------------------------------------------


def write_template(
    model: type[Return],
    zone: Zone,
    department: str,
    month: dt.date,
    path: Path,
    carried: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Writes the blank workbook of a return for a department and month to `path`.

    `carried` are typed rows by field name, money in yuan; they are shown in the unit of their column.
    """
    target = io.BytesIO()
    writer = Writer(target)
    sheet = _Sheet(writer, model, zone, department, month, len(carried))
    sheet.write_head()
    sheet.write_body(carried)
    sheet.finish()
    sheet.write_lists()
    writer.close()
    blank = next(grid for grid in read(target.getvalue()).sheets if grid.name == model.form().title)
    with zipfile.ZipFile(target) as container:
        workbook = Workbook(parts_of(container))
    workbook.add(_guide(model, sheet.fields))
    stated = TemplateMark(model.form().slug, template_version(model), content_of(blank))
    workbook.add(hidden_page(stated.rows()))
    write_at_once(path, workbook.save())


class _Sheet:
    """The sheet that is filled in."""

    def __init__(
        self,
        writer: Writer,
        model: type[Return],
        zone: Zone,
        department: str,
        month: dt.date,
        carried: int,
    ) -> None:
        self._writer = writer
        self._zone, self._department, self._month = zone, department, month
        self._form = model.form()
        self.fields = _fields(model)
        self._rows = max(BLANK_ROWS, carried + SPARE_ROWS)
        self._lists: dict[str, Sequence[str]] = {}
        self._sheet = writer.book.add_worksheet(self._form.title)
        self._sheet.activate()
        self._last = len(self.fields) - 1
        self._header_row = 0

    def write_head(self) -> None:
        """Title, envelope, signatures and header; the first of the rows below is the data's."""
        year, number = self._month.year, self._month.month
        of_year = any(one.column.is_year for one in self.fields)
        title = (
            f"{self._zone.zone.name}{year}{'' if of_year else f'年{number}月'}{self._form.title}"
        )
        self._sheet.merge_range(0, 0, 0, self._last, title, self._writer.format(_TITLE))
        hint = f"{self._form.form_no}　　绿色和空白的单元格可以填写，带*的必填；光标停在表头上可看填写要求。"
        self._sheet.write_string(1, 0, hint, self._writer.format(_HINT))
        row = self._write_pairs(2)
        self._header_row = row
        for index, one in enumerate(self.fields):
            self._write_header(row, index, one)

    def _write_pairs(self, row: int) -> int:
        """Labels, each with its cell beside it, several to a row. Gives the row below."""
        pairs = list(self._pairs())
        a_row = min(4, len(self.fields) // 2)
        for start in range(0, len(pairs), a_row):
            for position, (label, value, to_fill) in enumerate(pairs[start : start + a_row]):
                first = position * (self._last + 1) // a_row
                until = (position + 1) * (self._last + 1) // a_row - 1
                style = _TO_FILL if to_fill else _STATED
                self._sheet.write_string(row, first, f"{label}：", self._writer.format(_LABEL))
                self._write_stated(row, first + 1, until, value, style)
                if rule := _STATED_RULES.get(label):
                    self._check(row, first + 1, row, first + 1, rule)
            self._sheet.set_row(row, 20)
            row += 1
        return row

    def _write_stated(self, row: int, first: int, until: int, value: str, style: Style) -> None:
        shape = self._writer.format(style)
        if until > first:
            self._sheet.merge_range(row, first, row, until, "", shape)
        if value:
            self._writer.write_text(self._sheet, row, first, value, style)
        else:
            self._sheet.write_blank(row, first, None, shape)

    def _pairs(self) -> Iterator[tuple[str, str, bool]]:
        """What the envelope states: label, value, whether the department fills it in."""
        yield "填报单位", self._department, False
        yield "报告期", f"{self._month.year}年{self._month.month}月", False
        units = {str(one.column.unit): None for one in self.fields if one.column.kind is Kind.MONEY}
        if units:
            yield "计量单位", "、".join(units), False
        yield "零报告", "否", True
        for label in ("单位负责人", "填表人", "审核人", "报出日期"):
            yield label, "", True

    def _write_header(self, row: int, index: int, one: _Field) -> None:
        shape = self._writer.format(_HEADER)
        if one.column.required:
            star, words = self._writer.format(_STAR), self._writer.format(_HEADER_WORDS)
            self._sheet.write_rich_string(row, index, star, "*", words, one.header, shape)
        else:
            self._sheet.write_string(row, index, one.header, shape)
        lines = lines_of(one.note, 40)
        self._sheet.write_comment(
            row,
            index,
            one.note,
            {"author": GUIDE, "width": 280, "height": 24 + 18 * lines, "font_name": FONT},
        )

    def write_body(self, carried: Sequence[Mapping[str, Any]]) -> None:
        """The carried rows and the blank ones below, every column with its check."""
        first = self._header_row + 1
        for index, one in enumerate(self.fields):
            style = _CELLS[_STYLE_OF.get(one.column.kind, "code")]
            shape = self._writer.format(style)
            for number in range(self._rows):
                value = carried[number].get(one.name) if number < len(carried) else None
                self._write_value(first + number, index, one.column, value, style, shape)
            if rule := self._rule(one):
                self._check(first, index, first + self._rows - 1, index, rule)
        for number, row in enumerate(carried, start=first):
            # Not every program fits the height of wrapped rows when it opens a file.
            lines = max(lines_of(str(row.get(one.name) or ""), one.width) for one in self.fields)
            if lines > 1:
                self._sheet.set_row(number, LINE_HEIGHT * lines)

    def _write_value(
        self, row: int, index: int, column: Column, value: Any, style: Style, shape: Any
    ) -> None:
        if value is None:
            self._sheet.write_blank(row, index, None, shape)
        elif column.kind is Kind.MONEY:
            stated = value / yuan_per(str(column.unit))
            self._sheet.write_number(row, index, float(stated), shape)
        elif column.kind in _NUMERIC:
            self._sheet.write_number(row, index, float(value), shape)
        elif isinstance(value, bool):
            self._sheet.write_string(row, index, "是" if value else "否", shape)
        elif isinstance(value, dt.date):
            self._sheet.write_datetime(row, index, value, shape)
        else:
            self._writer.write_text(self._sheet, row, index, str(value), style)

    def finish(self) -> None:
        """Widths, what stays on screen, protection, the printed page."""
        for index, one in enumerate(self.fields):
            self._sheet.set_column(index, index, one.width)
        self._sheet.set_row(0, 32)
        self._sheet.set_row(self._header_row, 36)
        self._sheet.freeze_panes(self._header_row + 1, 0)
        self._sheet.repeat_rows(self._header_row)
        self._sheet.protect("", _PROTECTION)
        self._sheet.ignore_errors(
            {
                "number_stored_as_text": _area(
                    self._header_row + 1, self._header_row + self._rows, self._last
                )
            }
        )
        set_up_print(self._sheet, sum(one.width for one in self.fields))

    # --- checks at the cells ---

    def _check(
        self, first: int, column: int, last: int, last_column: int, rule: dict[str, Any]
    ) -> None:
        if self._sheet.data_validation(first, column, last, last_column, rule):
            raise ValueError(f"a check that no spreadsheet program takes: {rule}")

    def _rule(self, one: _Field) -> dict[str, Any] | None:
        """The check of a column's cells, with what it says; None where everything is allowed."""
        told = {
            "input_title": one.column.header[:MAX_HEADING],
            "input_message": one.note[:MAX_MESSAGE],
            "error_title": "不能这样填写",
            "error_message": _error_message(one),
            "ignore_blank": True,
        }
        limits = self._options(one) or _limits(one.column, self._month)
        return {**told, **(limits or {"validate": "any"})}

    def _options(self, one: _Field) -> dict[str, Any] | None:
        """A drop-down with the values that are allowed."""
        options = _choices(one.column, self._zone)
        if not options:
            return None
        inline = ",".join(options)
        if len(inline) <= MAX_LIST and not any("," in option for option in options):
            return {"validate": "list", "source": list(options)}
        self._lists[one.name] = options
        return {"validate": "list", "source": f"={_list_name(one.name)}"}

    def write_lists(self) -> None:
        """The long drop-downs, on a sheet that nobody sees, each under a name."""
        if not self._lists:
            return
        sheet = self._writer.book.add_worksheet(LISTS_SHEET)
        sheet.very_hidden()
        for index, (name, options) in enumerate(self._lists.items()):
            letter = column_letter(index)
            sheet.write_column(0, index, list(options))
            place = f"={LISTS_SHEET}!${letter}$1:${letter}${len(options)}"
            self._writer.book.define_name(_list_name(name), place)


def _list_name(name: str) -> str:
    return f"options_{name}"


def _area(first: int, last: int, column: int) -> str:
    return f"A{first + 1}:{column_letter(column)}{last + 1}"


_STATED_RULES: dict[str, dict[str, Any]] = {
    "零报告": {
        "validate": "list",
        "source": ["否", "是"],
        "input_title": "零报告",
        "input_message": "本月没有发生、表内不填数据时选“是”。",
        "error_title": "不能这样填写",
        "error_message": "请选“是”或“否”。",
    },
    "报出日期": {
        "validate": "any",
        "input_title": "报出日期",
        "input_message": "报出本表的日期，如 2021-06-02。",
    },
}


def _fields(model: type[Return]) -> list[_Field]:
    columns = {name: one for name, one in model.columns().items() if not one.is_envelope}
    widths = {name: _width(one) for name, one in columns.items()}
    # A table of few columns is drawn out over the page, so that the envelope fits above it.
    spread = max(1.0, PAGE_WIDTH / sum(widths.values()))
    return [_Field(name, one, round(widths[name] * spread, 1)) for name, one in columns.items()]


def _width(column: Column) -> float:
    """Wide enough for the header on two lines and for what is filled in as a rule."""
    # A unit goes on a line of its own, below the header.
    header = text_width(column.header) // (1 if column.unit else 2) + 4
    usual = {
        Kind.TEXT: 18,
        Kind.IDENTIFIER: 18,
        Kind.PROJECT: 15,
        Kind.CREDIT_CODE: 20,
        Kind.LIST: 18,
    }
    longest = max((text_width(choice) + 2 for choice in column.choices), default=0)
    needed = max(MIN_WIDTH, header, usual.get(column.kind, 0), longest)
    return min(MAX_WIDTH, needed)


def _choices(column: Column, zone: Zone) -> tuple[str, ...]:
    """The values that the column allows, where they can be listed."""
    match column.kind:
        case Kind.CHOICE:
            return column.choices
        case Kind.YES_NO:
            return ("是", "否")
        case Kind.PROVINCE:
            return PROVINCES
        case Kind.RETURN:
            return tuple(model.form().title for model in schemas.all_returns())
        case Kind.DEPARTMENT:
            return (WHOLE_ZONE, *(one.name for one in zone.departments))
        case _:
            return ()


def _limits(column: Column, month: dt.date) -> dict[str, Any] | None:
    """Between which values a number, a date or a text's length lies."""
    match column.kind:
        case Kind.DATE:
            last = _LAST_DAY if column.may_follow_period else month_end(month)
            return {
                "validate": "date",
                "criteria": "between",
                "minimum": _FIRST_DAY,
                "maximum": last,
            }
        case Kind.WHOLE | Kind.MONEY | Kind.NUMBER:
            kind = "integer" if column.kind is Kind.WHOLE else "decimal"
            return {"validate": kind, **_bounds(column)}
        case Kind.CREDIT_CODE:
            return {"validate": "length", "criteria": "==", "value": 18, "error_type": "warning"}
        case Kind.TEXT | Kind.IDENTIFIER if column.max_length:
            return {"validate": "length", "criteria": "<=", "value": column.max_length}
        case _:
            return None


def _bounds(column: Column) -> dict[str, Any]:
    if column.within is not None:
        low, high = column.within
        return {"criteria": "between", "minimum": low, "maximum": high}
    if column.above is not None:
        return {"criteria": ">", "value": column.above}
    if column.at_least is not None:
        return {"criteria": ">=", "value": column.at_least}
    return {"criteria": "between", "minimum": -_MOST, "maximum": _MOST}


def _error_message(one: _Field) -> str:
    words = f"“{one.column.header}”的要求：{one.constraint or '见填表说明'}。"
    return words[:MAX_MESSAGE]


# --- the sheet that explains ---------------------------------------------------------------------


def _guide(model: type[Return], fields: Sequence[_Field]) -> Page:
    """What each column means and takes, to be read or printed."""
    form = model.form()
    page = Page(GUIDE, [6, 26, 8, 50, 60])
    page.add_line(f"{form.title}（{form.form_no}）填表说明", "title", height=32)
    page.add_line(
        f"由{form.filed_by}填报；一行是一个{form.grain}。模板版本：{template_version(model)}。"
    )
    page.header_row = page.add(
        *(Cell(text, "header") for text in ("序号", "栏目", "必填", "含义", "要求")), height=22
    )
    for number, one in enumerate(fields, start=1):
        page.add(
            Cell(number, "center"),
            Cell(one.header, "cell"),
            Cell("是" if one.column.required else "", "center"),
            Cell(one.column.description, "cell"),
            Cell(one.constraint, "cell"),
        )
    return page
