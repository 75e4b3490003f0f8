"""A month's figures as a calculation that anybody can follow: its rows, and live formulas over them.

The rows near the headline figures stand in one table, with the cell that each came from and why it was
left out, if it was; figures, rates and "past the half" are formulas over it, with the stored values that
are published. Functions are those of every spreadsheet program since 2010 (`FUNCTIONS`).

Spreadsheet programs compute in binary fractions, so amounts are whole numbers there (yuan, or parts of
one where somebody filed such): their sums are exact, and a division at the end is correctly rounded.
Rates are divided as by hand, some digits at a time, so that they are cut off where the published ones are.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import duckdb
from xlsxwriter.worksheet import Worksheet

from flows.answer.by_xlsxwriter import Writer, set_up_print
from flows.answer.page import STYLES, Style
from flows.answer.sheet import MAX_ROWS
from flows.answer.wording import moment_words, month_words, standing_words
from flows.ground.errors import GuobanError
from flows.ground.findings import column_letter
from flows.ground.settings import BEIJING
from flows.month import sums
from flows.month.board import held_against_target
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows
from schemas.reasons import YI

Row = Mapping[str, Any]
FUNCTIONS = frozenset({"SUMIFS", "COUNTIFS", "ROUND", "IF", "OR", "INT", "MOD", "ABS"})
# The tables, by which formulas name their columns.
ROWS, ZONE, DEPARTMENTS = "明细", "全区", "各单位"
# What a yuan may be counted in, as parts of one; the first in which all amounts are whole numbers.
_PARTS = {1: "元", 100: "分", 10_000: "万分之一元"}
_YI = "亿元"
_YES, _NO = "是", "否"
# Where the tables of figures begin.
_HEAD_ROW = 3

# Published rates are cut off after ten places; each of these is how many to work out at a time.
_PLACES, _STEPS = 10, (5, 2, 1)
# Up to here every whole number is one in a spreadsheet program, too.
_MOST_WHOLE = 2**53

_TITLE, _BOLD, _WORDS = Style(bold=True, size=16), Style(bold=True), Style(wrap=True)
_TEXT, _CENTRE = Style(border=True), Style(border=True, align="center")
_WHOLE = Style(border=True, align="right", number_format="#,##0")
_AMOUNT = Style(border=True, align="right", number_format="#,##0.00##########")
_RATE = Style(border=True, align="right", number_format="0.00######")
_MONTH = Style(border=True, align="center", number_format="yyyy-mm")


class TooManyRowsError(GuobanError):
    """There are more rows near the month's figures than a sheet has."""


@dataclass(frozen=True)
class Calculation:
    """What the workbook of a month is made of, as it is published."""

    month: dt.date
    release: Row
    """Whose it is: `zone_name`, `run_id`, `published_at`, `fingerprint`, `chain_head`, and `is_locked`."""
    figures: Sequence[Row]
    rows: Sequence[Row]

    @cached_property
    def parts(self) -> int:
        """Into how many parts a yuan goes, so that all amounts are whole numbers."""
        amounts = [row["amount_cny"] for row in self.rows if row["amount_cny"] is not None]
        return next(n for n in _PARTS if n == max(_PARTS) or all(a * n % 1 == 0 for a in amounts))

    def scale(self, unit: str) -> int:
        """By what figures and targets in that unit are multiplied to become whole numbers."""
        if unit == _YI:
            return self.parts * int(YI)
        targets = [
            figure["target_value"] or Decimal(0)
            for figure in self.figures
            if figure["unit"] == unit
        ]
        return 1 if all(target % 1 == 0 for target in targets) else int(YI)


def calculation(con: duckdb.DuckDBPyConnection, month: dt.date) -> Calculation | None:
    """What is published of the month; None where it has no figures. Raises TooManyRowsError."""
    figures = fetch_rows(con, statement("export/scopes"), {"month": month})
    if not figures:
        return None
    rows = sums.of_month(con, month)
    if len(rows) >= MAX_ROWS:
        raise TooManyRowsError(
            f"{len(rows)} rows are near the figures of {month:%Y-%m}: a sheet has {MAX_ROWS}",
            f"{month:%Y-%m}与指标相关的行有{len(rows)}行，一张工作表只有{MAX_ROWS}行",
        )
    (release,) = fetch_rows(
        con,
        "select zone_name, run_id, published_at, fingerprint, chain_head, is_locked "
        "from mart.release, mart.months where report_month = $month",
        {"month": month},
    )
    return Calculation(month, release, figures, rows)


def made(said: Calculation) -> bytes:
    """The workbook, as the bytes of its file."""
    target = io.BytesIO()
    writer = Writer(target)
    zone = [figure for figure in said.figures if figure["scope"] == "zone"]
    departments = [figure for figure in said.figures if figure["scope"] != "zone"]
    for name, figures in ((ZONE, zone), (DEPARTMENTS, departments)):
        if figures:
            _add_figures(writer, said, name, figures)
    _add_rows(writer, said)
    _add_words(writer, said)
    writer.close()
    return target.getvalue()


# --- sheets --------------------------------------------------------------------------------------


def _begun(writer: Writer, said: Calculation, name: str, widths: Sequence[float]) -> Worksheet:
    sheet = writer.book.add_worksheet(name)
    for number, width in enumerate(widths):
        sheet.set_column(number, number, width)
    whose = f"{said.release['zone_name']}{month_words(said.month)}"
    standing = standing_words(said.release["is_locked"])
    title = f"{whose}招商引资主要指标的计算（{standing}）　{name}"
    writer.write_text(sheet, 0, 0, title, _TITLE)
    sheet.set_row(0, 26)
    set_up_print(sheet, sum(widths))
    sheet.repeat_rows(_HEAD_ROW)
    sheet.freeze_panes(_HEAD_ROW + 1, 0)
    return sheet


def _add_table(
    writer: Writer, sheet: Worksheet, name: str, heads: Sequence[str], rows: int
) -> None:
    header = writer.format(STYLES["header"])
    sheet.add_table(
        _HEAD_ROW,
        0,
        _HEAD_ROW + rows,
        len(heads) - 1,
        {
            "name": name,
            "style": None,
            "columns": [{"header": head, "header_format": header} for head in heads],
        },
    )


_FIGURES = (
    ("单位", 18), ("指标代码", 10), ("指标", 30), ("计量单位", 10), ("数值", 20), ("全年目标", 14),
    ("完成率", 16), ("完成率取整", 12), ("是否过半", 10), ("有无数据", 10), ("数值整数", 18),
    ("目标整数", 18), ("说明", 60),
)  # fmt: skip
(
    _SCOPE, _CODE, _NAME, _UNIT, _VALUE, _TARGET, _PCT, _ROUNDED, _HALF, _KNOWN, _WHOLE_VALUE,
    _WHOLE_TARGET, _NOTE,
) = range(len(_FIGURES))  # fmt: skip


def _add_figures(writer: Writer, said: Calculation, name: str, figures: Sequence[Row]) -> None:
    sheet = _begun(writer, said, name, [width for _, width in _FIGURES])
    note = (
        f"数值、完成率（%）、是否过半都是对“{ROWS}”表的公式，改动该表即随之变动；"
        "没有数据（应报未报）的不计算。"
    )
    writer.write_text(sheet, 1, 0, note, _BOLD)
    places = {
        (figure["department"], figure["indicator_code"]): _HEAD_ROW + 1 + number
        for number, figure in enumerate(figures)
    }
    values: dict[str, dict[str, Decimal | None]] = {}
    for figure in figures:
        values.setdefault(figure["department"], {})[figure["indicator_code"]] = figure["value"]
    for figure in figures:
        scope, code = figure["department"], figure["indicator_code"]
        row, rated = places[scope, code], held_against_target(figure, values[scope])[0]
        for column, text, style in (
            (_SCOPE, scope, _TEXT), (_CODE, code, _CENTRE), (_NAME, figure["indicator_name"], _TEXT),
            (_UNIT, figure["unit"], _CENTRE), (_KNOWN, _NO if figure["value"] is None else _YES, _CENTRE),
            (_NOTE, figure["note"] or "", _TEXT),
        ):  # fmt: skip
            writer.write_text(sheet, row, column, text, style)
        target, style = figure["target_value"], _style_of(figure)
        if target is None:
            sheet.write_blank(row, _TARGET, None, writer.format(style))
        else:
            sheet.write_number(row, _TARGET, target, writer.format(style))
        for column, formula, value, looks in _formulas(
            said, figure, row, places[scope, rated], rated
        ):
            stored = "" if value is None else value
            sheet.write_formula(row, column, f"={formula}", writer.format(looks), stored)
    _add_table(writer, sheet, name, [head for head, _ in _FIGURES], len(figures))


def _formulas(
    said: Calculation, figure: Row, row: int, rated_row: int, rated: str
) -> Iterator[tuple[int, str, Any, Style]]:
    """Each computed column with its formula and the value that is published."""
    value, target = figure["value"], figure["target_value"]
    own = said.scale(figure["unit"])
    conditions = [f"{ROWS}[指标代码],{_at(_CODE, row)}", f'{ROWS}[计入],"{_YES}"']
    if figure["scope"] != "zone":
        conditions.append(f"{ROWS}[单位],{_at(_SCOPE, row)}")
    listed = ",".join(conditions)
    is_amount = figure["unit"] == _YI
    added = f"SUMIFS({ROWS}[金额],{listed})" if is_amount else f"COUNTIFS({listed})*{own}"
    unknown = f'{_at(_KNOWN, row)}="{_NO}"'
    whole_value = None if value is None else value * own
    yield _WHOLE_VALUE, f'IF({unknown},"",{added})', _plain(whole_value), _WHOLE
    shown = f'IF({unknown},"",{_at(_WHOLE_VALUE, row)}/{own})'
    yield _VALUE, shown, _plain(value), _style_of(figure)
    scale = own if rated == figure["indicator_code"] else said.scale(_YI)
    whole_target = None if target is None else target * scale
    formula = f'IF({_at(_TARGET, row)}="","",ROUND({_at(_TARGET, row)}*{scale},0))'
    yield _WHOLE_TARGET, formula, _plain(whole_target), _WHOLE
    part, whole = _at(_WHOLE_VALUE, rated_row), _at(_WHOLE_TARGET, row)
    none = f'OR({part}="",{whole}="",{whole}=0)'
    rate = _divided(part, whole, whole_target or Decimal(1))
    yield _PCT, f'IF({none},"",{rate})', _plain(figure["completion_pct"]), _RATE
    rounded = f"ROUND({part}*100/{whole},0)"
    yield _ROUNDED, f'IF({none},"",{rounded})', _plain(figure["completion_pct_rounded"]), _WHOLE
    half = {True: _YES, False: _NO, None: None}[figure["is_past_half"]]
    yield _HALF, f'IF({none},"",IF(2*{part}>={whole},"{_YES}","{_NO}"))', half, _CENTRE


def _divided(part: str, whole: str, size: Decimal) -> str:
    """Part by whole in per cent, cut off after the published places; `size` is that of the whole.

    All numbers that come up in it are whole ones that a spreadsheet program has exactly.
    """
    step = next((n for n in _STEPS if size * 10**n < _MOST_WHOLE), _STEPS[-1])
    rest, left = f"ABS({part})*100", _PLACES
    terms = [f"INT({rest}/{whole})*10^{left}"]
    while left:
        rest = f"MOD({rest},{whole})*10^{step}"
        left -= step
        terms.append(f"INT({rest}/{whole})*10^{left}")
    return f"IF({part}<0,-1,1)*({'+'.join(terms)})/10^{_PLACES}"


def _style_of(figure: Row) -> Style:
    is_whole = figure["unit"] != _YI and (figure["target_value"] or Decimal(0)) % 1 == 0
    return _WHOLE if is_whole else _AMOUNT


_ROWS = (
    ("指标代码", 10), ("单位", 18), ("主键", 20), ("名称", 34), ("金额", 18), ("计入", 8),
    ("文件", 44), ("工作表", 20), ("单元格", 9), ("填报月份", 10), ("未计入的原因", 60),
)  # fmt: skip


def _add_rows(writer: Writer, said: Calculation) -> None:
    sheet = _begun(writer, said, ROWS, [width for _, width in _ROWS])
    unit = _PARTS[said.parts]
    note = (
        f"与各指标相关的每一行，一行可见于几项指标；金额单位：{unit}，为整数，相加没有误差。"
        "单元格为收到的文件中金额所在的位置。"
    )
    writer.write_text(sheet, 1, 0, note, _BOLD)
    month, whole = writer.format(_MONTH), writer.format(_WHOLE)
    for row, near in enumerate(said.rows, start=_HEAD_ROW + 1):
        texts = (
            near["indicator_code"], near["department"], near["row_key"], near["label"], None,
            _YES if near["is_counted"] else _NO, near["file"], near["sheet"], near["cell"], None,
            near["reasons"],
        )  # fmt: skip
        for column, text in enumerate(texts):
            writer.write_text(sheet, row, column, text or "", _TEXT)
        amount = near["amount_cny"]
        if amount is not None:
            sheet.write_number(row, 4, int(amount * said.parts), whole)
        sheet.write_datetime(row, 9, near["filed_month"], month)
    # A table has a row at least.
    _add_table(writer, sheet, ROWS, [head for head, _ in _ROWS], max(len(said.rows), 1))


def _add_words(writer: Writer, said: Calculation) -> None:
    sheet = writer.book.add_worksheet("说明")
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 100)
    release, unit = said.release, _PARTS[said.parts]
    lines = (
        ("开发区", release["zone_name"]),
        ("月份", month_words(said.month)),
        ("数据状态", standing_words(release["is_locked"])),
        ("发布编号", release["run_id"]),
        ("发布时间", moment_words(release["published_at"].astimezone(BEIJING))),
        ("数据指纹", release["fingerprint"]),
        ("台账链首", release["chain_head"] or ""),
        ("数值", f"亿元的指标为计入各行的金额之和÷每亿元的{unit}数，个的指标为计入的行数"),
        ("数值整数", f"金额以{unit}计、个数以个计的整数；目标整数同，完成率由两个整数逐位相除"),
        (
            "完成率",
            "数值÷全年目标×100，截到十位小数；取整为四舍五入。公式较长，是为了一位不差，"
            "与直接用“数值”除以“全年目标”相同",
        ),
        ("是否过半", "数值的两倍不小于全年目标，与取整无关"),
        ("计入", f"“{ROWS}”表中为“{_YES}”的行；为“{_NO}”的，末列写明原因"),
    )
    for row, (name, text) in enumerate(lines):
        writer.write_text(sheet, row, 0, name, _BOLD)
        writer.write_text(sheet, row, 1, text, _WORDS)


def _at(column: int, row: int) -> str:
    """A cell's address with its column held fast."""
    return f"${column_letter(column)}{row + 1}"


def _plain(value: Decimal | int | None) -> float | int | None:
    """The number that a spreadsheet program holds: the nearest that it has."""
    return float(value) if isinstance(value, Decimal) else value
