"""Tables in, one typed frame per return out: cells are parsed, and what can't be has a finding.

Syntax only: whether a value is allowed, plausible or consistent is for validate. Every silent
repair is an info finding; what would be a guess is an error, and the cell becomes null.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

import polars as pl

from flows.batch import PLACE, TableSource, TypedBatch
from flows.findings import Finding, column_letter, finding
from flows.recognise import Draft, Table
from flows.values.dates import month_end, parse_date, parse_month
from flows.values.numbers import decimal_places, parse_number
from flows.values.text import is_placeholder
from flows.values.units import UnknownRateError, money_units, yuan_per
from flows.values.words import parse_yes_no, province, province_list
from schemas.declare import PERIOD_END, PRECISION, SCALE, Column, Kind, Return
from schemas.rules import E007, E008, R102, R104, R105, R110, R111, Rule, Severity

_STEP = Decimal(1).scaleb(-SCALE)
_LIMIT = Decimal(10) ** (PRECISION - SCALE)


@dataclass(frozen=True)
class Read:
    """One parsed cell: its value, and what has to be said about it, if anything."""

    value: Any = None
    rule: Rule | None = None
    message: str = ""
    severity: Severity | None = None


Parser = Callable[[str], Read]


@dataclass
class _Columns:
    """The growing columns of one return's frame."""

    model: type[Return]
    place: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in PLACE})
    period_end: list[dt.date | None] = field(default_factory=list)
    values: dict[str, list[Any]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    sources: dict[tuple[str, str], TableSource] = field(default_factory=dict)
    parsed: set[tuple[str, str, int, str]] = field(default_factory=set)

    def batch(self) -> TypedBatch:
        dtypes = self.model.dtypes()
        frame = pl.DataFrame(
            [
                *(pl.Series(name, self.place[name], dtype) for name, dtype in PLACE.items()),
                pl.Series(PERIOD_END, self.period_end, pl.Date()),
                *(pl.Series(name, self.values[name], dtype) for name, dtype in dtypes.items()),
            ]
        )
        texts = pl.DataFrame(
            {name: pl.Series(self.texts[name], dtype=pl.String()) for name in dtypes}
        )
        return TypedBatch(self.model, frame, texts, self.sources, frozenset(self.parsed))


def normalise(
    drafts: Iterable[Draft], rates: Mapping[str, Decimal] | None = None
) -> tuple[list[TypedBatch], list[Finding]]:
    """Types the rows of all submissions, one batch per return, and says what could not be read.

    Findings carry their submission. File-level ones (E007) mean that the submission is turned
    back; its rows are in the batch all the same, so that its other faults are found as well.
    """
    columns: dict[str, _Columns] = {}
    findings: list[Finding] = []
    for draft in drafts:
        if draft.model is None:
            continue
        slug = draft.model.form().slug
        target = columns.get(slug)
        if target is None:
            target = columns[slug] = _Columns(draft.model)
            for name in draft.model.dtypes():
                target.values[name], target.texts[name] = [], []
        for part in draft.slices:
            found = _add(target, draft, part.table, part.rows, rates or {})
            findings += [one.of(draft.key) for one in found]
    return [target.batch() for target in columns.values()], findings


def _add(
    target: _Columns,
    draft: Draft,
    table: Table,
    rows: Sequence[int],
    rates: Mapping[str, Decimal],
) -> list[Finding]:
    """Appends one table's rows of a submission to the columns of its return."""
    findings: list[Finding] = []
    sheet = table.sheet
    numbers = [table.rows[index] + 1 for index in rows]
    target.place["submission"] += [draft.key] * len(rows)
    target.place["sheet"] += [sheet] * len(rows)
    target.place["excel_row"] += numbers
    end = month_end(draft.month) if draft.month else None
    target.period_end += [end] * len(rows)
    headings = table.header.fields
    target.sources[draft.key, sheet] = TableSource(
        {name: heading.text for name, heading in headings.items()},
        {name: column_letter(heading.index) for name, heading in headings.items()},
    )
    values: dict[str, list[Any]] = {}
    for name, column in target.model.columns().items():
        own = _envelope_value(draft, column)
        if own is not None or name not in headings:
            values[name] = [own] * len(rows)
            target.texts[name] += [str(own) if own is not None else ""] * len(rows)
            target.values[name] += values[name]
            continue
        texts = [table.texts[name][index] for index in rows]
        target.texts[name] += texts
        parse = _parser(column, draft, table)
        if column.kind is Kind.MONEY:
            reads, problems = _money(name, column, table, rows, texts, rates)
            findings += problems
        else:
            cache: dict[str, Read] = {}
            reads = [
                cache[text] if text in cache else cache.setdefault(text, parse(text))
                for text in texts
            ]
        values[name] = [read.value for read in reads]
        target.values[name] += values[name]
        letter = column_letter(headings[name].index)
        for position, read in enumerate(reads):
            error = table.broken.get((rows[position], name)) if table.broken else None
            if error is not None:
                read = _broken(column, error)  # noqa: PLW2901
            if read.rule is None:
                continue
            number = numbers[position]
            one = finding(
                read.rule,
                read.message,
                severity=read.severity,
                sheet=sheet or None,
                cell=f"{letter}{number}",
                row=number,
                column=headings[name].text,
                field=name,
                value=error if error is not None and error != "=" else texts[position],
            )
            findings.append(one)
            if one.is_error:
                target.parsed.add((draft.key, sheet, number, name))
    findings += _check_totals(table, rows, values, rates)
    return findings


def _envelope_value(draft: Draft, column: Column) -> Any:
    """What the submission itself says of the row: reporter and month, where they are no data."""
    if not column.is_envelope:
        return None
    return draft.month if column.kind is Kind.MONTH else draft.department


def _broken(column: Column, error: str) -> Read:
    if error == "=":
        return Read(rule=R111, message=f"“{column.header}”是公式，但文件里没有保存计算结果。")
    return Read(rule=R111, message=f"“{column.header}”是错误值 {error}。")


# --- one parser a kind ---------------------------------------------------------------------------


def _parser(column: Column, draft: Draft, table: Table) -> Parser:
    year = draft.month.year if draft.month else None
    match column.kind:
        case Kind.WHOLE:
            return partial(_whole, column)
        case Kind.NUMBER:
            return partial(_number, column)
        case Kind.DATE:
            return partial(_date, column, year, table.uses_1904)
        case Kind.MONTH:
            return partial(_month, column, year)
        case Kind.YES_NO:
            return partial(_yes_no, column)
        case Kind.PROVINCE:
            return partial(_province, column)
        case Kind.LIST:
            return partial(_province_list, column)
        case _:
            return _text


def _text(text: str) -> Read:
    return Read(None if not text or is_placeholder(text) else text)


def _blank(column: Column, text: str) -> bool:
    """Nothing there; in a number's required cell "/" is no number rather than nothing (R110)."""
    return not text or (is_placeholder(text) and not column.required)


def _decimal(column: Column, text: str) -> Read:
    number = parse_number(text)
    if number is None or number.unit is not None or number.is_percent:
        return Read(rule=R110, message=f"“{column.header}”应是数字，填的是“{text}”。")
    return Read(number.value, *_respelled(column, text, number.value, repaired=number.repaired))


def _respelled(
    column: Column, text: str, value: Decimal, *, repaired: bool
) -> tuple[Rule | None, str, Severity | None]:
    if not repaired:
        return None, "", None
    return R110, f"“{column.header}”写作“{text}”，按 {value:f} 读取。", Severity.INFO


def _number(column: Column, text: str) -> Read:
    if _blank(column, text):
        return Read()
    read = _decimal(column, text)
    return read if read.value is None else _fit(column, text, read)


def _fit(column: Column, text: str, read: Read) -> Read:
    """Keeps a value within the stored digits; further decimals are rounded half up, and said."""
    if abs(read.value) >= _LIMIT:
        return Read(rule=R110, message=f"“{column.header}”的数值过大：“{text}”。")
    if decimal_places(read.value) > SCALE:
        value = read.value.quantize(_STEP, ROUND_HALF_UP)
        words = f"“{column.header}”的小数超过{SCALE}位，按四舍五入后的 {value:f} 读取。"
        return Read(value, R110, words, Severity.INFO)
    return read


def _whole(column: Column, text: str) -> Read:
    if _blank(column, text):
        return Read()
    read = _decimal(column, text)
    if read.value is None:
        return read
    if read.value != read.value.to_integral_value() or abs(read.value) >= 2**63:
        return Read(rule=R102, message=f"“{column.header}”应是整数，填的是“{text}”。")
    return Read(int(read.value), read.rule, read.message, read.severity)


def _date(column: Column, year: int | None, epoch_1904: bool, text: str) -> Read:
    if not text or is_placeholder(text):
        return Read()
    day = parse_date(text, year=year, epoch_1904=epoch_1904)
    if day is None:
        return Read(rule=R105, message=f"“{column.header}”不是真实的日期：“{text}”。")
    if not day.repaired:
        return Read(day.value)
    words = f"“{column.header}”写作“{text}”，按 {day.value} 读取。"
    return Read(day.value, R105, words, Severity.INFO)


def _month(column: Column, year: int | None, text: str) -> Read:
    if not text or is_placeholder(text):
        return Read()
    month = parse_month(text, year=year)
    if month is None:
        return Read(rule=R105, message=f"“{column.header}”不是月份：“{text}”。")
    return Read(month)


def _yes_no(column: Column, text: str) -> Read:
    if not text or text in {"/", "-", "—"}:
        return Read()
    value = parse_yes_no(text)
    if value is None:
        return Read(rule=R102, message=f"“{column.header}”应填“是”或“否”，填的是“{text}”。")
    return Read(value)


def _province(column: Column, text: str) -> Read:
    if not text or is_placeholder(text):
        return Read()
    return _shortened(column, text, province(text))


def _province_list(column: Column, text: str) -> Read:
    if not text or is_placeholder(text):
        return Read()
    return _shortened(column, text, "、".join(province_list(text)))


def _shortened(column: Column, text: str, short: str) -> Read:
    if short == text:
        return Read(short)
    return Read(short, R104, f"“{column.header}”写作“{text}”，按“{short}”读取。", Severity.INFO)


# --- money ---------------------------------------------------------------------------------------


def _money(
    name: str,
    column: Column,
    table: Table,
    rows: Sequence[int],
    texts: Sequence[str],
    rates: Mapping[str, Decimal],
) -> tuple[list[Read], list[Finding]]:
    """Amounts in yuan. The unit is the cell's, else the header's, a unit column's, the line's."""
    unit, problems = _column_unit(name, table)
    cache: dict[tuple[str, str | None], Read] = {}
    reads = []
    lacking: list[int] = []
    for index, text in zip(rows, texts, strict=True):
        own = table.row_units.get(index) if not table.header.fields[name].units else None
        key = (text, own or unit)
        read = cache.get(key)
        if read is None:
            read = cache[key] = _amount(column, text, key[1], rates)
        if read.rule is E007:
            lacking.append(index)
            read = Read()
        reads.append(read)
    if lacking and not problems:
        words = cache[texts[list(rows).index(lacking[0])], _unit_of(table, name, lacking[0], unit)]
        problems = [_unit_finding(name, table, words.message)]
    return reads, problems


def _unit_of(table: Table, name: str, index: int, unit: str | None) -> str | None:
    own = table.row_units.get(index) if not table.header.fields[name].units else None
    return own or unit


def _column_unit(name: str, table: Table) -> tuple[str | None, list[Finding]]:
    """The unit stated for a column: in its header, else in the unit line. Two that differ: E007."""
    heading = table.header.fields[name]
    stated = heading.units
    where = f"“{heading.text}”的括号内"
    if not stated:
        stated = set().union(*(money_units(one.value) for one in table.envelope.all("unit")))
        where = "计量单位"
    if len(stated) > 1:
        words = f"{where}写了不同的单位：{'、'.join(sorted(stated))}。"
        return None, [_unit_finding(name, table, words)]
    return next(iter(stated), None), []


def _unit_finding(name: str, table: Table, message: str) -> Finding:
    heading = table.header.fields[name]
    return finding(
        E007,
        message,
        sheet=table.sheet or None,
        cell=f"{column_letter(heading.index)}{table.header.last_row + 1}",
        column=heading.text,
        field=name,
    )


def _amount(column: Column, text: str, unit: str | None, rates: Mapping[str, Decimal]) -> Read:
    if _blank(column, text):
        return Read()
    number = parse_number(text)
    if number is None or number.is_percent:
        return Read(rule=R110, message=f"“{column.header}”应是数字，填的是“{text}”。")
    stated = number.unit or unit
    if stated is None:
        return Read(rule=E007, message=f"“{column.header}”没有写明计量单位。")
    try:
        yuan = number.value * yuan_per(stated, rates)
    except UnknownRateError:
        words = f"“{column.header}”以{stated}计，本区没有设定汇率。"
        return Read(rule=E007, message=words)
    words = f"“{column.header}”写作“{text}”，按 {number.value:f}{stated} 读取。"
    said = (R110, words, Severity.INFO) if number.repaired else (None, "", None)
    return _fit(column, text, Read(yuan, *said))


# --- control totals ------------------------------------------------------------------------------


def _check_totals(
    table: Table,
    rows: Sequence[int],
    values: Mapping[str, list[Any]],
    rates: Mapping[str, Decimal],
) -> list[Finding]:
    """E008: each 合计 against the sum of the rows it stands for, in the unit of the sheet."""
    # Rows split over several submissions can't be held against one total.
    if not table.totals or len(rows) != len(table.rows):
        return []
    found = []
    for total in table.totals:
        for name, text in total.texts.items():
            column = table.model.columns()[name]
            if column.kind not in {Kind.MONEY, Kind.NUMBER, Kind.WHOLE} or not text:
                continue
            expected = _total_value(name, column, table, text, rates)
            cells = [values[name][index] for index in total.rows]
            unread = any(
                value is None and table.texts[name][index]
                for index, value in zip(total.rows, cells, strict=True)
            )
            if expected is None or unread:
                continue
            actual = sum((Decimal(value) for value in cells if value is not None), Decimal(0))
            if abs(actual - expected.value) > expected.tolerance:
                found.append(
                    _total_finding(table, total.row, total.label, name, text, expected, actual)
                )
    return found


@dataclass(frozen=True)
class _Expected:
    """A stated total in stored units; `per` turns stored units into those of the sheet."""

    value: Decimal
    per: Decimal
    unit: str
    tolerance: Decimal


def _total_value(
    name: str, column: Column, table: Table, text: str, rates: Mapping[str, Decimal]
) -> _Expected | None:
    number = parse_number(text)
    if number is None or number.is_percent:
        return None
    if column.kind is not Kind.MONEY:
        return _Expected(number.value, Decimal(1), column.unit or "", Decimal(0))
    unit, problems = _column_unit(name, table)
    stated = number.unit or unit
    if problems or stated is None or (table.row_units and number.unit is None):
        return None
    try:
        per = yuan_per(stated, rates)
    except UnknownRateError:
        return None
    # Rows are kept to a hundredth of a fen; a total may differ by what their rounding adds up to.
    tolerance = (
        _STEP * len(table.rows) if decimal_places(number.value * per) > SCALE else Decimal(0)
    )
    return _Expected(number.value * per, per, stated, tolerance)


def _total_finding(
    table: Table,
    row: int,
    label: str,
    name: str,
    text: str,
    expected: _Expected,
    actual: Decimal,
) -> Finding:
    heading = table.header.fields[name]
    unit = expected.unit
    return Finding(
        **{
            **vars(
                finding(
                    E008,
                    f"{label}的“{heading.text}”填的是 {expected.value / expected.per:f}{unit}，"
                    f"各行之和是 {(actual / expected.per).normalize():f}{unit}。",
                    sheet=table.sheet or None,
                    cell=f"{column_letter(heading.index)}{row + 1}",
                    row=row + 1,
                    column=heading.text,
                    field=name,
                    value=text,
                )
            ),
            "holds": False,
        }
    )
