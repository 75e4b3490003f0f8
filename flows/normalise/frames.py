"""Tables in, one typed frame per return out: cells are parsed, and what can't be has a finding.

Syntax only: whether a value is allowed, plausible or consistent is for validate. Every silent
repair is an info finding; what would be a guess is an error, and the cell becomes null.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate, groupby
from typing import Any

import polars as pl

import schemas
from flows.ground.findings import Finding, column_letter, finding
from flows.normalise.batch import PLACE, TableSource, TypedBatch
from flows.read.grid import NO_RESULT
from flows.recognise import Draft, Table
from flows.recognise.drafts import odd_file
from flows.recognise.headers import Heading, is_counted_in
from flows.recognise.table import MERGED, Total
from flows.values.dates import month_end, parse_date, parse_month, parse_year
from flows.values.numbers import decimal_places, multiple_of, parse_count, parse_number
from flows.values.text import folded, is_placeholder, narrow
from flows.values.units import (
    UnknownRateError,
    money_unit,
    nearest_unit,
    stated_units,
    yuan_per,
)
from flows.values.words import parse_yes_no, province, province_list
from schemas.declare import NUMERIC, PERIOD_END, PRECISION, SCALE, Column, Kind, Return
from schemas.rules import E007, E008, R102, R104, R105, R110, R111, Rule, Severity

_STEP = Decimal(1).scaleb(-SCALE)
_LIMIT = Decimal(10) ** (PRECISION - SCALE)
Rates = Mapping[str, Decimal]
LOG = logging.getLogger("guoban")


@dataclass(frozen=True)
class Read:
    """One parsed cell: its value, and what has to be said about it, if anything.

    `lacks_unit` marks an amount that the finding of its column (E007) speaks for.
    """

    value: Any = None
    rule: Rule | None = None
    message: str = ""
    severity: Severity | None = None
    lacks_unit: bool = False


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
    drafts: Iterable[Draft], rates: Rates | None = None
) -> tuple[list[TypedBatch], list[Finding]]:
    """Types the rows of all submissions, one batch per return, and says what could not be read.

    Findings carry their submission. File-level ones (E007) mean that the submission is turned
    back; its rows are in the batch all the same, so that its other faults are found as well. A
    file that can't be typed at all is turned back without its rows (E011), and costs no other.
    """
    drafts = list(drafts)
    try:
        return _normalise(drafts, rates or {})
    except Exception:
        LOG.warning("typing a batch of submissions failed; now each file by itself")
    sound: list[Draft] = []
    failed: list[Finding] = []
    for _, one in groupby(drafts, key=lambda draft: draft.origin.receipt):
        of_file = list(one)
        try:
            _normalise(of_file, rates or {})
            sound += of_file
        except Exception:
            LOG.exception("%s can't be typed", of_file[0].origin.path)
            failed += [odd_file().of(draft.key) for draft in of_file]
    batches, findings = _normalise(sound, rates or {})
    return batches, findings + failed


def _normalise(drafts: Iterable[Draft], rates: Rates) -> tuple[list[TypedBatch], list[Finding]]:
    columns: dict[str, _Columns] = {}
    tallies: dict[int, _Tally] = {}
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
            values, found = _add(target, draft, part.table, part.rows, rates)
            findings += [one.of(draft.key) for one in found]
            if part.table.totals:
                tally = tallies.setdefault(id(part.table), _Tally(part.table))
                tally.add(draft.key, part.rows, values)
    for tally in tallies.values():
        findings += tally.differences(rates)
    return [target.batch() for target in columns.values()], findings


def _add(
    target: _Columns, draft: Draft, table: Table, rows: Sequence[int], rates: Rates
) -> tuple[dict[str, list[Any]], list[Finding]]:
    """Appends one table's rows of a submission to the columns of its return.

    Gives the values by field as well, and what has to be said of them.
    """
    findings: list[Finding] = []
    numbers = [table.rows[index] + 1 for index in rows]
    target.place["submission"] += [draft.key] * len(rows)
    target.place["sheet"] += [table.sheet] * len(rows)
    target.place["excel_row"] += numbers
    end = month_end(draft.month) if draft.month else None
    target.period_end += [end] * len(rows)
    headings = table.header.fields
    target.sources[draft.key, table.sheet] = TableSource(
        {name: heading.text for name, heading in headings.items()},
        {name: column_letter(heading.index) for name, heading in headings.items()},
    )
    values: dict[str, list[Any]] = {}
    for name, column in target.model.columns().items():
        own = _envelope_value(draft, column)
        if column.is_envelope or name not in headings:
            values[name] = [own] * len(rows)
            target.texts[name] += [str(own) if own is not None else ""] * len(rows)
            if column.is_envelope and own is None:
                # A reporter or month that nobody tells has its finding already (E003, E004).
                target.parsed |= {(draft.key, table.sheet, row, name) for row in numbers}
        else:
            texts = [table.texts[name][index] for index in rows]
            target.texts[name] += texts
            reads, problems = _reads(name, column, draft, table, rows, texts, rates)
            values[name] = [read.value for read in reads]
            findings += problems
            said = list(_said(name, table, rows, texts, reads))
            findings += said
            unread = [one.row for one in said if one.is_error and one.row is not None]
            unread += [n for n, read in zip(numbers, reads, strict=True) if read.lacks_unit]
            target.parsed |= {(draft.key, table.sheet, row, name) for row in unread}
        target.values[name] += values[name]
    return values, findings


def _envelope_value(draft: Draft, column: Column) -> Any:
    """What the submission itself says of the row: reporter and month, where they are no data."""
    if not column.is_envelope:
        return None
    return draft.month if column.kind is Kind.MONTH else draft.department


def _reads(
    name: str,
    column: Column,
    draft: Draft,
    table: Table,
    rows: Sequence[int],
    texts: Sequence[str],
    rates: Rates,
) -> tuple[list[Read], list[Finding]]:
    """The cells of one column, and what is wrong with the column as a whole."""
    if column.kind is Kind.MONEY:
        reads, problems = _money(name, column, table, rows, texts, rates)
    else:
        parse = _PARSERS.get(column.kind, _text)
        context = _Context(column, draft, table, table.header.fields[name])
        cache: dict[str, Read] = {}
        for text in texts:
            if text not in cache:
                cache[text] = parse(context, text)
        reads, problems = [cache[text] for text in texts], []
    if table.broken:
        errors = (table.broken.get((index, name)) for index in rows)
        reads = [
            read if error is None else _broken(column, error)
            for read, error in zip(reads, errors, strict=True)
        ]
    return reads, problems


def _broken(column: Column, error: str) -> Read:
    if error == NO_RESULT:
        return Read(rule=R111, message=f"“{column.header}”是公式，但文件里没有保存计算结果。")
    if error == MERGED:
        return Read(rule=R110, message=f"“{column.header}”合并了几行，不知道每行各是多少。")
    return Read(rule=R111, message=f"“{column.header}”是错误值 {error}。")


def _said(
    name: str, table: Table, rows: Sequence[int], texts: Sequence[str], reads: Sequence[Read]
) -> Iterator[Finding]:
    """The findings of one column's cells."""
    heading = table.header.fields[name]
    letter = column_letter(heading.index)
    is_personal = table.model.columns()[name].is_personal
    for index, text, read in zip(rows, texts, reads, strict=True):
        rule, message, severity = read.rule, read.message, read.severity
        if rule is None:
            if not table.unseen or (index, name) not in table.unseen:
                continue
            # Messages are published as they are, names of contacts are not.
            read_as = "" if is_personal else f"，按“{text}”读取"
            words = f"“{heading.text}”含有看不见的字符，已去掉{read_as}。"
            rule, message, severity = R102, words, Severity.INFO
        error = table.broken.get((index, name), NO_RESULT) if table.broken else NO_RESULT
        number = table.rows[index] + 1
        yield finding(
            rule,
            message,
            severity=severity,
            sheet=table.sheet or None,
            cell=f"{letter}{number}",
            row=number,
            column=heading.text,
            field=name,
            value=text if error in {NO_RESULT, MERGED} else error,
        )


# --- one parser a kind ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Context:
    """What a cell's meaning may hang on beside its text."""

    column: Column
    draft: Draft
    table: Table
    heading: Heading

    @property
    def header(self) -> str:
        return self.column.header


def _text(_: _Context, text: str) -> Read:
    return Read(None if not text or is_placeholder(text) else text)


def _read_as(context: _Context, text: str, value: str, rule: Rule) -> Read:
    """A value that was written in another way, which is said."""
    if value == text:
        return Read(value)
    words = f"“{context.header}”写作“{text}”，按“{value}”读取。"
    return Read(value, rule, words, Severity.INFO)


def _code(context: _Context, text: str) -> Read:
    """A number of letters and digits: full-width and lower-case forms are the same one."""
    if not text or is_placeholder(text):
        return Read()
    return _read_as(context, text, "".join(narrow(text).split()).upper(), R102)


def _choice(context: _Context, text: str) -> Read:
    """One of the options, also with other brackets or blanks; what is none is left for R104."""
    if not text or text in context.column.choices:
        return Read(text or None)
    known = {folded(one): one for one in context.column.choices}
    if folded(text) in known:
        return _read_as(context, text, known[folded(text)], R104)
    return _text(context, text)


def _title(context: _Context, text: str) -> Read:
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


def _department(context: _Context, text: str) -> Read:
    """A department by its name in the roster; what is not on it is left for R104."""
    if not text or is_placeholder(text):
        return Read()
    return _read_as(context, text, context.draft.departments.get(folded(text), text), R104)


def _blank(column: Column, text: str) -> bool:
    """Nothing there; in a number's required cell "/" is no number rather than nothing (R110)."""
    return not text or (is_placeholder(text) and not column.required)


def _decimal(context: _Context, text: str) -> Read:
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


def _number(context: _Context, text: str) -> Read:
    if _blank(context.column, text):
        return Read()
    read = _decimal(context, text)
    return read if read.value is None else _fit(context.column, text, read)


def _fit(column: Column, text: str, read: Read, per: Decimal = Decimal(1), unit: str = "") -> Read:
    """Keeps a value within the stored digits; further decimals are rounded half up, and said.

    `per` is what one `unit` of the cell is in the value's: 10,000 yuan for 万元.
    """
    if abs(read.value) >= _LIMIT:
        return Read(rule=R110, message=f"“{column.header}”的数值过大：“{text}”。")
    if decimal_places(read.value) > SCALE:
        value = read.value.quantize(_STEP, ROUND_HALF_UP)
        shown = (value / per).normalize()
        words = f"“{column.header}”的小数位数过多，按四舍五入后的 {shown:f}{unit} 读取。"
        return Read(value, R110, words, Severity.INFO)
    return read


def _whole(context: _Context, text: str) -> Read:
    if _blank(context.column, text):
        return Read()
    year = parse_year(text) if context.header == "年度" else None
    if year is not None:
        return _as_whole(_read_as(context, text, str(year), R102))
    read = _decimal(context, text)
    if read.value is None:
        return read
    if read.value != read.value.to_integral_value() or abs(read.value) >= 2**63:
        return Read(rule=R102, message=f"“{context.header}”应是整数，填的是“{text}”。")
    return _as_whole(read)


def _as_whole(read: Read) -> Read:
    return replace(read, value=int(read.value))


def _date(context: _Context, text: str) -> Read:
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


def _month(context: _Context, text: str) -> Read:
    """A month with its year: which one is meant without would be a guess."""
    if not text or is_placeholder(text):
        return Read()
    month = parse_month(text, epoch_1904=context.table.uses_1904)
    if month is None:
        return Read(rule=R105, message=f"“{context.header}”不是年份齐全的月份：“{text}”。")
    return Read(month)


def _yes_no(context: _Context, text: str) -> Read:
    value = parse_yes_no(text)
    if value is not None and text not in {"是", "否"}:
        shown = "是" if value else "否"
        return replace(_read_as(context, text, shown, R102), value=value)
    if value is None and text and not is_placeholder(text):
        return Read(rule=R102, message=f"“{context.header}”应填“是”或“否”，填的是“{text}”。")
    return Read(value)


def _province(context: _Context, text: str) -> Read:
    if not text or is_placeholder(text):
        return Read()
    return _read_as(context, text, province(text), R104)


def _province_list(context: _Context, text: str) -> Read:
    if not text or is_placeholder(text):
        return Read()
    return _read_as(context, text, "、".join(province_list(text)), R104)


_PARSERS: dict[Kind, Callable[[_Context, str], Read]] = {
    Kind.CHOICE: _choice,
    Kind.PROVINCE: _province,
    Kind.LIST: _province_list,
    Kind.DEPARTMENT: _department,
    Kind.RETURN: _title,
    Kind.PROJECT: _code,
    Kind.CREDIT_CODE: _code,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
    Kind.MONTH: _month,
    Kind.YES_NO: _yes_no,
}


# --- money ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Unit:
    """The unit that counts for a cell without one of its own, or why there is none.

    `cell` is where it goes wrong, if that is not the column's header.
    """

    name: str | None
    problem: str = ""
    cell: str | None = None
    suggestion: str = ""


def _money(
    name: str,
    column: Column,
    table: Table,
    rows: Sequence[int],
    texts: Sequence[str],
    rates: Rates,
) -> tuple[list[Read], list[Finding]]:
    """Amounts in yuan, and one finding for the column if any amount lacks its unit (E007)."""
    heading = table.header.fields[name]
    common = _unit_of_column(table, heading)
    units: dict[tuple[str, str] | None, _Unit] = {None: common}
    cache: dict[tuple[str, str | None], Read] = {}
    reads = []
    lacking: tuple[_Unit, str] | None = None
    for index, text in zip(rows, texts, strict=True):
        stated = table.row_units.get(index)
        unit = units.get(stated)
        if unit is None:
            unit = units[stated] = _unit_of_row(heading, common, *(stated or ("", "")))
        key = (text, unit.name)
        read = cache.get(key)
        if read is None:
            read = cache[key] = _amount(column, text, unit.name, rates)
        if read.rule is E007:
            lacking = lacking or (unit, read.message)
            read = Read(lacks_unit=True)
        reads.append(read)
    if lacking is None:
        return reads, []
    return reads, [_unit_finding(name, table, *lacking)]


def _unit_of_column(table: Table, heading: Heading) -> _Unit:
    """What the header says, else the unit line. Two that differ at one level are none."""
    if heading.units is None:
        return _Unit(None, f"“{heading.text}”的表头里看不出是哪一种金额单位。")
    if heading.units:
        return _only(heading.units, f"“{heading.text}”的括号内")
    # A line lists what the columns are in, so a stroke in it makes no price.
    lines = [
        (one, stated_units(one.value.replace("/", "、"))) for one in table.envelope.all("unit")
    ]
    stated = {unit for _, units in lines for unit in units or ()}
    unclear = [line for line, units in lines if units is None or not stated]
    if not unclear:
        return _only(stated, "计量单位")
    near = nearest_unit(unclear[0].value)
    hint = f"是否为“{near}”？{E007.remedy}" if near else ""
    words = f"计量单位“{unclear[0].value}”不是认识的金额单位。"
    return _Unit(None, words, unclear[0].cell, hint)


def _only(stated: set[str], where: str) -> _Unit:
    if len(stated) > 1:
        return _Unit(None, f"{where}写了不同的单位：{'、'.join(sorted(stated))}。")
    return _Unit(next(iter(stated), None))


def _unit_of_row(heading: Heading, common: _Unit, text: str, cell: str) -> _Unit:
    """What a unit column says for a row; it stands as near to the amount as the header does."""
    if heading.units is None:
        return common
    unit = money_unit(text)
    if unit is None:
        if heading.units or is_counted_in(text):
            return common
        near = nearest_unit(text)
        hint = f"是否为“{near}”？{E007.remedy}" if near else ""
        return _Unit(None, f"计量单位“{text}”不是认识的金额单位。", cell, hint)
    if heading.units and heading.units != {unit}:
        header = "、".join(sorted(heading.units))
        return _Unit(None, f"“{heading.text}”以{header}计，计量单位一列却是“{text}”。", cell)
    return _Unit(unit)


def _unit_finding(name: str, table: Table, unit: _Unit, message: str) -> Finding:
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
    if _blank(column, text):
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
    words = f"“{column.header}”写作“{text}”，按 {number.value:f}{stated} 读取。"
    said = (R110, words, Severity.INFO) if number.repaired else (None, "", None)
    return _fit(column, text, Read(number.value * per, *said), per, stated)


# --- control totals ------------------------------------------------------------------------------


class _Tally:
    """The numbers of one table over all submissions that its rows belong to, against its totals."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._owners: dict[int, str] = {}
        self._any_owner = ""
        self._values: dict[str, dict[int, Any]] = {}
        self._sums: dict[str, tuple[list[Decimal], list[int]]] = {}

    def add(self, key: str, rows: Sequence[int], values: Mapping[str, list[Any]]) -> None:
        """The values of the rows that belong to one submission."""
        self._any_owner = key
        self._owners |= dict.fromkeys(rows, key)
        for name, column in values.items():
            self._values.setdefault(name, {}).update(zip(rows, column, strict=True))

    def differences(self, rates: Rates) -> Iterator[Finding]:
        """E008 for each total that none of the rows it may stand for add up to."""
        columns = self._table.model.columns()
        if "unit" in columns:
            # Amounts and counts below each other, departments and the whole zone (01): no sum.
            return
        for total in self._table.totals:
            for name, text in total.texts.items():
                column = columns[name]
                if column.kind in NUMERIC and column.unit is not None and total.spans:
                    yield from self._difference(total, name, columns[name], text, rates)

    def _difference(
        self, total: Total, name: str, column: Column, text: str, rates: Rates
    ) -> Iterator[Finding]:
        expected = _stated_total(name, column, self._table, text, rates)
        sums = [self._sum(name, span) for span in total.spans]
        if expected is None or sums[0] is None:
            return
        if any(one is not None and expected.is_met_by(one) for one in sums):
            return
        owner = self._owners.get(total.spans[0][-1], self._any_owner)
        yield _total_finding(self._table, total, name, text, expected, sums[0]).of(owner)

    def _sum(self, name: str, span: range) -> Decimal | None:
        """The rows' sum; None where one of them could not be read."""
        if name not in self._sums:
            # Running sums: a table may have as many totals as rows.
            values, texts = self._values[name], self._table.texts[name]
            found = [values.get(index) for index in range(len(texts))]
            sums = accumulate((Decimal(one or 0) for one in found), initial=Decimal(0))
            odd = (int(one is None and text != "") for one, text in zip(found, texts, strict=True))
            self._sums[name] = list(sums), list(accumulate(odd, initial=0))
        summed, unread = self._sums[name]
        first, end = span.start, span.stop
        return summed[end] - summed[first] if unread[end] == unread[first] else None


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
    common = _unit_of_column(table, table.header.fields[name]).name
    in_rows = {money_unit(text) for text, _ in table.row_units.values()}
    unit = number.unit or (next(iter(in_rows)) if len(in_rows) == 1 else None) or common
    if unit is None or (len(in_rows) > 1 and number.unit is None):
        return None
    try:
        per = yuan_per(unit, rates)
    except UnknownRateError:
        return None
    # Rows are kept to a hundredth of a fen; a total may differ by what their rounding adds up to.
    is_exact = decimal_places(number.value * per) <= SCALE
    tolerance = Decimal(0) if is_exact else _STEP * len(table.rows)
    return _Stated(number.value * per, per, unit, tolerance)


def _total_finding(
    table: Table, total: Total, name: str, text: str, expected: _Stated, actual: Decimal
) -> Finding:
    heading = table.header.fields[name]
    unit = expected.unit
    one = finding(
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
    return replace(one, holds=False)
