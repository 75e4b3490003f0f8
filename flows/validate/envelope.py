"""The envelope judged: who reports, for which month, who signed, when it was filed, whether it is nil.

E003 to E006 and E009, and what is late. Recognising tells what stands where; whether that is sound
and without contradiction is told here.
"""

from __future__ import annotations

import datetime as dt
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from flows.ground.days import due_on
from flows.ground.findings import Finding, finding
from flows.ground.zone import Zone
from flows.recognise import Draft, Table
from flows.recognise.drafts import Slice, odd_file
from flows.recognise.envelope import Statement
from flows.recognise.owner import Reading
from flows.values.dates import month_end, parse_date, parse_month
from flows.values.text import folded
from schemas.rules import E003, E004, E005, E006, E009, Rule, Severity

LOG = logging.getLogger("guoban")
V = TypeVar("V", str, dt.date)
# What is wrong with a table's envelope is said to all whose rows are in it, up to this many.
_MOST_SAID = 20
_SIGNED = {"filler": "填表人", "checker": "审核人", "head": "单位负责人", "filed_on": "报出日期"}


def check_envelopes(drafts: Iterable[Draft], zone: Zone) -> list[Finding]:
    """The findings about the envelopes of a batch, each with its submission.

    Whatever one file brings up turns that file back (E011), and costs no other.
    """
    findings = []
    for draft in drafts:
        try:
            said = check_envelope(draft, zone)
        except MemoryError:
            raise
        except Exception:
            LOG.exception("the envelope of %s can't be judged", draft.origin.path)
            said = [odd_file()]
        findings += [wrong.of(draft.key) for wrong in said]
    return findings


def check_envelope(draft: Draft, zone: Zone) -> list[Finding]:
    """The findings about a submission's envelope, table by table."""
    if not draft.slices:
        return []
    about = (_Department(draft.department, zone), _Month(draft.month))
    owners: list[Finding] = []
    others: list[Finding] = []
    for part in draft.slices:
        for what in about:
            owners += list(what.of_table(part))[:_MOST_SAID]
        doubtful = [what for what in about if not what.agrees(part)]
        rows = _rows(part) if doubtful else iter(())
        owners += _once(wrong for row in rows for what in doubtful for wrong in what.of_row(*row))
        owners += [wrong for what in about for wrong in what.lacking(part, owners)]
        owners += _after_the_end(draft, part, zone)
        others += [*_to_come(draft, part), *_people(part), *_early_or_late(draft, part, zone)]
    said = [*owners, *others, *_received_late(draft, zone), *_nil(draft)]
    # Tables of one sheet share what is stated in it.
    return list(dict.fromkeys(said))


def is_late(draft: Draft, zone: Zone) -> bool:
    """Whether the submission came after its due date, by the day that counts in this zone."""
    due, day = _due_on(draft, zone), _day_that_counts(draft, zone)
    return due is not None and day > due


# --- which department, which month ---------------------------------------------------------------

_Row = tuple[Slice, int | None, int]
"""A slice's row: its index among the data rows, None for one that reports nothing; the sheet's row."""


def _rows(part: Slice) -> Iterator[_Row]:
    for index in part.rows:
        yield part, index, part.table.rows[index]
    for number in part.nil_rows:
        yield part, None, number


def _once(findings: Iterator[Finding]) -> list[Finding]:
    """What is not said already: each other value once, each blank cell; so many and no more."""
    said: dict[tuple[str, str | None], Finding] = {}
    for wrong in findings:
        said.setdefault((wrong.rule, wrong.value or wrong.cell), wrong)
        if len(said) == _MOST_SAID:
            break
    return list(said.values())


class _About(ABC, Generic[V]):
    """What can be wrong with the department, or with the month, that `value` is taken for."""

    rule: Rule
    part: str
    field: str
    words: str

    def __init__(self, value: V | None) -> None:
        self.value: V | None = value

    @abstractmethod
    def reading(self, part: Slice) -> Reading[V]:
        """How the table of a slice tells it."""

    @abstractmethod
    def unclear(self, table: Table, stated: Statement, column: str | None = None) -> Finding:
        """A statement that means nothing we know."""

    def shown(self, value: V) -> str:
        """The value in words."""
        return str(value)

    def is_free(self, table: Table) -> bool:
        """Whether nothing has to agree with what the table states."""
        return False

    def of_table(self, part: Slice) -> Iterator[Finding]:
        """What is stated and can't be made out, contradicts itself, or is named otherwise."""
        table, reading = part.table, self.reading(part)
        if self.is_free(table):
            return
        first: dict[V, Statement] = {}
        for statement, value in reading.stated:
            if value is None:
                yield self.unclear(table, statement)
            else:
                first.setdefault(value, statement)
        if len(first) > 1:
            yield self._contradiction(table, first)
        if reading.value is not None:
            yield from self._misnamed(table, reading, reading.value)

    def _contradiction(self, table: Table, first: dict[V, Statement]) -> Finding:
        second = list(first.values())[1]
        return finding(
            self.rule,
            f"{self.words}前后不一致：{'、'.join(map(self.shown, first))}。",
            suggestion=f"请只写一个{self.words}。",
            sheet=table.sheet or None,
            cell=second.cell,
            field=self.field,
            value=second.value,
        )

    def _misnamed(self, table: Table, reading: Reading[V], value: V) -> Iterator[Finding]:
        """A warning for the nearest name of sheet, file or folder that says otherwise."""
        other = next((name for name in reading.named if name.value != value), None)
        if other is None:
            return
        statement, shown = reading.statement, self.shown(value)
        if statement:
            source, wins = f"表内{self.words}是“{shown}”", "表内"
        else:
            nearest = reading.named[0]
            source, wins = f"{self.words}按{nearest.kind}“{nearest.text}”读取", nearest.kind
        yield finding(
            self.rule,
            f"{source}，{other.kind}却是“{other.text}”，以{wins}为准。",
            severity=Severity.WARNING,
            suggestion="请核对是否放错了文件夹或用错了文件。",
            sheet=table.sheet or None,
            cell=statement.cell if statement else None,
            field=self.field,
            value=statement.value if statement else None,
        )

    def agrees(self, part: Slice) -> bool:
        """Whether what the rows are taken for is what the table states, if it states anything."""
        reading = self.reading(part)
        is_as_stated = reading.statement is None or reading.value == self.value
        return self.value is not None and is_as_stated

    def of_row(self, part: Slice, index: int | None, number: int) -> Iterator[Finding]:
        """What is wrong with what a row says for itself."""
        table = part.table
        if index is None:
            own = (cell for cell in reversed(table.nil_stated[number]) if cell.part == self.part)
            stated = next(own, None)
            if stated and self.value is None:
                yield self.unclear(table, stated)
            return
        if self.field not in table.own_columns() or self._is_told_by_date(table):
            return
        heading = table.header.fields[self.field]
        stated = Statement(self.part, table.texts[self.field][index], number, heading.index)
        if self.value is None and stated.value:
            yield self.unclear(table, stated, heading.text)
        elif self.value is None:
            yield self._blank(table, stated, heading.text)
        elif (of_all := self.reading(part).statement) and not self.agrees(part):
            yield self._against(table, stated, of_all, heading.text)

    def _is_told_by_date(self, table: Table) -> bool:
        return False

    def _blank(self, table: Table, place: Statement, column: str) -> Finding:
        return finding(
            self.rule,
            f"第{place.row + 1}行没有写明{self.words}。",
            sheet=table.sheet or None,
            cell=place.cell,
            column=column,
            field=self.field,
        )

    def _against(self, table: Table, place: Statement, stated: Statement, column: str) -> Finding:
        """A row that says otherwise than the envelope."""
        return finding(
            self.rule,
            f"第{place.row + 1}行的{self.words}是“{place.value}”，"
            f"{stated.cell}写的却是“{stated.value}”。",
            suggestion=f"请只在一处写{self.words}，或改为一致。",
            sheet=table.sheet or None,
            cell=place.cell,
            column=column,
            field=self.field,
            value=place.value,
        )

    def lacking(self, part: Slice, said: list[Finding]) -> Iterator[Finding]:
        """Where nothing says it, and nothing is said of that yet."""
        if self.value is not None or any(
            wrong.rule == self.rule.id and wrong.is_error for wrong in said
        ):
            return
        table = part.table
        cell = table.cell(part.rows[0], self.field) if part.rows else None
        row = f"第{table.rows[part.rows[0]] + 1}行" if cell else ""
        yield finding(
            self.rule,
            f"{row}没有写明{self.words}。",
            sheet=table.sheet or None,
            cell=cell,
            field=self.field,
        )


class _Department(_About[str]):
    """E003: on the roster, stated once, and the same wherever it is named."""

    rule, part, field, words = E003, "department", "department", "填报单位"

    def __init__(self, value: str | None, zone: Zone) -> None:
        super().__init__(value)
        self._zone = zone

    def reading(self, part: Slice) -> Reading[str]:
        return part.department

    def unclear(self, table: Table, stated: Statement, column: str | None = None) -> Finding:
        near = self._zone.nearest_department(stated.value)
        return finding(
            E003,
            f"“{stated.value}”不在填报单位名录中。",
            suggestion=f"是否为“{near}”？{E003.remedy}" if near else E003.remedy,
            sheet=table.sheet or None,
            cell=stated.cell,
            column=column,
            field=self.field,
            value=stated.value,
        )


class _Month(_About[dt.date]):
    """E004: stated with its year, once, and the same wherever it is named."""

    rule, part, field, words = E004, "month", "report_month", "报告期"

    def reading(self, part: Slice) -> Reading[dt.date]:
        return part.month

    def shown(self, value: dt.date) -> str:
        return _month_words(value)

    def is_free(self, table: Table) -> bool:
        # Where rows say themselves which month they belong to, nothing else has to agree.
        return table.model.form().rows_decide_month

    def _is_told_by_date(self, table: Table) -> bool:
        return table.model.form().month_from is not None

    def unclear(self, table: Table, stated: Statement, column: str | None = None) -> Finding:
        problem = "看不懂"
        if parse_month(stated.value, year=2000):
            problem = "没有写年份"
        elif parse_month(f"{stated.value}月"):
            problem = "分不清是1月还是10月"
        return finding(
            E004,
            f"报告期“{stated.value}”{problem}。",
            sheet=table.sheet or None,
            cell=stated.cell,
            column=column,
            field=self.field,
            value=stated.value,
        )


def _to_come(draft: Draft, part: Slice) -> Iterator[Finding]:
    """E004: a month that lies after the file's receipt."""
    if draft.month and draft.month > draft.origin.received_on.replace(day=1):
        stated = part.envelope.first("month")
        yield finding(
            E004,
            f"报告期{_month_words(draft.month)}晚于收到文件的月份。",
            suggestion="请核对报告期的年份和月份。",
            sheet=part.table.sheet or None,
            cell=stated.cell if stated else None,
            field="report_month",
        )


def _after_the_end(draft: Draft, part: Slice, zone: Zone) -> Iterator[Finding]:
    """E003: a department that had ended by the month; it may correct (14) what it filed before."""
    until = zone.ended.get(draft.department or "")
    model = draft.model
    if until is None or draft.month is None or draft.month <= until:
        return
    if model is not None and model.form().month_from is not None:
        return
    stated = part.envelope.first("department")
    yield finding(
        E003,
        f"{draft.department}的报送止于{_month_words(until)}，不再报送{_month_words(draft.month)}的报表。",
        suggestion="请由承接其工作的单位填报。",
        sheet=part.table.sheet or None,
        cell=stated.cell if stated else None,
        field="department",
        value=draft.department,
    )


def _month_words(month: dt.date) -> str:
    return f"{month.year}年{month.month}月"


# --- who signed ----------------------------------------------------------------------------------


def _people(part: Slice) -> Iterator[Finding]:
    """E005: who answers for the table, and that nobody checks himself."""
    envelope, sheet = part.envelope, part.table.sheet or None
    missing = [words for name, words in _SIGNED.items() if not envelope.value(name)]
    if missing:
        yield finding(E005, f"没有填写{'、'.join(missing)}。", sheet=sheet)
    filed = envelope.first("filed_on")
    if filed and parse_date(filed.value) is None:
        yield finding(
            E005,
            f"报出日期“{filed.value}”看不懂。",
            sheet=sheet,
            cell=filed.cell,
            field="filed_on",
            value=filed.value,
        )
    checker = envelope.first("checker")
    if checker and folded(checker.value) == folded(envelope.value("filler")):
        yield finding(
            E005,
            f"审核人与填表人同为“{checker.value}”。",
            suggestion="请由另一人审核。",
            sheet=sheet,
            cell=checker.cell,
            value=checker.value,
        )


# --- when it was filed ---------------------------------------------------------------------------


def _due_on(draft: Draft, zone: Zone) -> dt.date | None:
    """When it was due; 01 and 14 never are."""
    if draft.model is None or draft.month is None or draft.model.form().month_from is not None:
        return None
    return due_on(zone, draft.month)


def _day_that_counts(draft: Draft, zone: Zone) -> dt.date:
    """The day of filing, which is that of receipt where nobody states one or the zone says so."""
    by_receipt = zone.filing.late_by == "received_on"
    return draft.origin.received_on if by_receipt else draft.filed_on or draft.origin.received_on


def _early_or_late(draft: Draft, part: Slice, zone: Zone) -> Iterator[Finding]:
    """E006 by the 报出日期 of one table: early always, late where that day is what counts."""
    due = _due_on(draft, zone)
    if part.filed is None or due is None or draft.month is None:
        return
    stated, day = part.filed
    words = ""
    if day > due and zone.filing.late_by == "filed_on":
        words = f"迟报：报出日期{day}晚于截止日{due}。"
    elif day < month_end(draft.month):
        words = f"提前报数：报出日期{day}早于月末。"
    if words:
        yield finding(
            E006,
            words,
            sheet=part.table.sheet or None,
            cell=stated.cell,
            field="filed_on",
            value=stated.value,
        )


def _received_late(draft: Draft, zone: Zone) -> Iterator[Finding]:
    """E006 by the day of receipt, where that is what counts; early where no other day is known."""
    due, day = _due_on(draft, zone), draft.origin.received_on
    is_stated = draft.filed_on is not None
    if due is None or draft.month is None or (is_stated and zone.filing.late_by == "filed_on"):
        return
    words = ""
    if day > due:
        words = f"迟报：收到日期{day}晚于截止日{due}。"
    elif day < month_end(draft.month) and not is_stated:
        words = f"提前报数：收到日期{day}早于月末。"
    if words:
        yield finding(E006, words, sheet=draft.slices[0].table.sheet or None)


# --- nil returns ---------------------------------------------------------------------------------


def _nil(draft: Draft) -> Iterator[Finding]:
    """E009: 零报告 with rows, or no rows without 零报告; over all sheets of the submission."""
    first = draft.slices[0]
    stated, sheet = first.envelope.first("nil"), first.table.sheet or None
    if draft.is_nil and draft.rows_found:
        yield finding(
            E009,
            f"声明了零报告，表内却有{draft.rows_found}行数据。",
            sheet=sheet,
            cell=stated.cell if stated else None,
        )
    elif not draft.is_nil and not draft.rows_found:
        yield finding(E009, "没有数据行，也没有声明零报告。", sheet=sheet)
