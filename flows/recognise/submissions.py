"""A file's tables into submissions: one return of one department for one month each.

Rows of several departments or months are split; what the envelope states wins over the names of
sheet, file and folder; contradictions are findings (E003, E004).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from flows.findings import Finding, finding
from flows.read import Book, Grid, Unreadable
from flows.recognise.envelope import Statement
from flows.recognise.tables import Table, recognise_table
from flows.values.dates import month_end, month_inside, parse_date, parse_month
from flows.values.text import folded
from flows.values.words import parse_yes_no
from flows.zone import Zone
from schemas.declare import Return
from schemas.rules import E001, E003, E004, E005, E006, E009, E011, Severity


@dataclass(frozen=True)
class Origin:
    """Where a file came from: its receipt, its path below the drop folder, and when."""

    receipt: int
    path: str
    received_on: dt.date


@dataclass(frozen=True)
class Slice:
    """The rows of one table that belong to a submission, as indices into `table.rows`."""

    table: Table
    rows: list[int]


@dataclass
class Draft:
    """A submission before its rows are judged.

    `model`, `department` and `month` are None where they could not be told; then `findings` has
    the file-level error that says so.
    """

    origin: Origin
    key: str
    model: type[Return] | None = None
    department: str | None = None
    month: dt.date | None = None
    is_nil: bool = False
    filed_on: dt.date | None = None
    is_late: bool = False
    slices: list[Slice] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def rows_found(self) -> int:
        return sum(len(part.rows) for part in self.slices)

    def envelope_value(self, part: str) -> str | None:
        """What the submission's envelope states of that part (`filler`, `head`, …), if anything."""
        stated = (one.table.envelope.value(part) for one in self.slices)
        return next((text for text in stated if text), None)

    @property
    def is_rejected(self) -> bool:
        """Whether a file-level error turns the whole submission back."""
        return any(one.is_error and not one.holds for one in self.findings)


def recognise(book: Book | Unreadable, origin: Origin, zone: Zone) -> list[Draft]:
    """The submissions in a file, at least one: what can't be recognised is one without a return."""
    if isinstance(book, Unreadable):
        return [_unrecognised(origin, finding(E011, book.reason))]
    visible = [grid for grid in book.sheets if not grid.is_hidden]
    tables = []
    strangers = []
    for grid in visible:
        table = recognise_table(grid)
        if table is not None:
            tables.append(table)
        elif _has_content(grid):
            strangers.append(grid)
    if not tables:
        return [_unrecognised(origin, _no_return(visible))]
    drafts: dict[tuple[str, str | None, dt.date | None], Draft] = {}
    for table in tables:
        _split(table, origin, zone, drafts)
    found = list(drafts.values())
    for number, draft in enumerate(found, start=1):
        draft.key = f"{origin.receipt:06d}-{number}"
        _judge_nil(draft)
    for grid in strangers:
        found[0].findings.append(
            finding(
                E001,
                f"工作表“{grid.name}”认不出是哪种报表，没有读取。",
                severity=Severity.WARNING,
                suggestion="如应报送，请改用下发的报表模板；与报送无关的请删除。",
                sheet=grid.name,
            )
        )
    return found


def _has_content(grid: Grid) -> bool:
    """Whether a sheet looks like a table (notes and instructions are no tables)."""
    return "说明" not in grid.name and sum(sum(map(bool, row)) >= 3 for row in grid.rows) >= 3


def _no_return(grids: Sequence[Grid]) -> Finding:
    if not any(any(map(any, grid.rows)) for grid in grids):
        return finding(E001, "文件里没有内容。")
    return finding(E001, "认不出是哪种报表：没有一行的表头与任何一种报表相符。")


def _unrecognised(origin: Origin, problem: Finding) -> Draft:
    return Draft(origin, f"{origin.receipt:06d}-1", findings=[problem])


# --- which department, which month ---------------------------------------------------------------


@dataclass(frozen=True)
class _Reading:
    """What the envelope and the names say of one part, and the findings about it."""

    value: object
    statement: Statement | None
    findings: list[Finding]


def _names(table: Table, origin: Origin) -> list[tuple[str, str]]:
    """What names a table, nearest first: (what it is, its text)."""
    path = PurePosixPath(origin.path)
    folders = [("文件夹", part) for part in reversed(path.parent.parts)]
    return [("工作表名", table.sheet), ("文件名", path.stem), *folders]


def department_inside(text: str, zone: Zone) -> str | None:
    """The one department of the roster that a name mentions by name or alias, else None."""
    flat = folded(text)
    found: dict[str, str] = {}
    for one in zone.departments:
        for known in (one.name, *one.aliases):
            if folded(known) in flat:
                found[folded(known)] = one.name
    # 招商局 is not meant where 招商局一分局 stands: a name inside a longer one does not count.
    longest = {
        name for known, name in found.items() if not any(known != o and known in o for o in found)
    }
    return longest.pop() if len(longest) == 1 else None


def _read_department(table: Table, origin: Origin, zone: Zone) -> _Reading:
    found: list[Finding] = []
    known: dict[str, Statement] = {}
    for one in table.envelope.all("department"):
        name = zone.department_of(one.value)
        if name is None:
            found.append(_unknown_department(one.value, zone, table, one.cell, None, None))
        else:
            known.setdefault(name, one)
    if len(known) > 1:
        second = list(known.values())[1]
        found.append(
            finding(
                E003,
                f"填报单位前后不一致：{'、'.join(known)}。",
                suggestion="请只写一个填报单位。",
                sheet=table.sheet or None,
                cell=second.cell,
                row=None,
                value=second.value,
            )
        )
    if known:
        name, statement = next(iter(known.items()))
        for kind, text in _names(table, origin):
            other = department_inside(text, zone)
            if other is not None and other != name:
                found.append(
                    finding(
                        E003,
                        f"表内填报单位是“{name}”，{kind}却是“{text}”，以表内为准。",
                        severity=Severity.WARNING,
                        suggestion="请核对是否放错了文件夹或用错了文件。",
                        sheet=table.sheet or None,
                        cell=statement.cell,
                        value=statement.value,
                    )
                )
                break
        return _Reading(name, statement, found)
    if not found:
        for _, text in _names(table, origin):
            if (name := department_inside(text, zone)) is not None:
                return _Reading(name, None, found)
    return _Reading(None, None, found)


def _unknown_department(
    text: str, zone: Zone, table: Table, cell: str | None, row: int | None, column: str | None
) -> Finding:
    near = zone.nearest_department(text)
    one = finding(
        E003,
        f"“{text}”不在填报单位名录中。",
        suggestion=f"是否为“{near}”？{E003.remedy}" if near else E003.remedy,
        sheet=table.sheet or None,
        cell=cell,
        column=column,
        field="department",
        value=text,
    )
    return _at_row(one, row)


def _at_row(one: Finding, row: int | None) -> Finding:
    """A file-level finding that points at a row: it names the row but does not hold it alone."""
    return Finding(**{**vars(one), "row": row, "holds": False})


def _read_month(table: Table, origin: Origin) -> _Reading:
    found: list[Finding] = []
    years = [int(part[:4]) for _, part in _names(table, origin) if part[:4].isdigit()]
    year = next((y for y in years if 1990 <= y < 2200), None)
    known: dict[dt.date, Statement] = {}
    for one in table.envelope.all("month"):
        month = parse_month(one.value, year=year)
        if month is not None:
            known.setdefault(month, one)
        elif not table.model.form().rows_decide_month:
            found.append(
                finding(
                    E004,
                    f"报告期“{one.value}”看不懂。",
                    sheet=table.sheet or None,
                    cell=one.cell,
                    field="report_month",
                    value=one.value,
                )
            )
    if len(known) > 1:
        second = list(known.values())[1]
        found.append(
            finding(
                E004,
                f"报告期前后不一致：{'、'.join(_said(month) for month in known)}。",
                sheet=table.sheet or None,
                cell=second.cell,
                field="report_month",
                value=second.value,
            )
        )
    if known:
        month, statement = next(iter(known.items()))
        for kind, text in _names(table, origin):
            other = month_inside(text, year=month.year)
            if other is not None and other != month:
                found.append(
                    finding(
                        E004,
                        f"表内报告期是{_said(month)}，{kind}却是“{text}”，以表内为准。",
                        severity=Severity.WARNING,
                        suggestion="请核对是否放错了文件夹或用了旧文件。",
                        sheet=table.sheet or None,
                        cell=statement.cell,
                        field="report_month",
                        value=statement.value,
                    )
                )
                break
        return _Reading(month, statement, found)
    if not found:
        for _, text in [("标题", table.title_text), *_names(table, origin)]:
            if (named := month_inside(text, year=year)) is not None:
                return _Reading(named, None, found)
    return _Reading(None, None, found)


def _said(month: dt.date) -> str:
    return f"{month.year}年{month.month}月"


# --- splitting -----------------------------------------------------------------------------------


def _split(
    table: Table,
    origin: Origin,
    zone: Zone,
    drafts: dict[tuple[str, str | None, dt.date | None], Draft],
) -> None:
    """Adds the table's rows to the drafts of their department and month."""
    department = _read_department(table, origin, zone)
    month = _read_month(table, origin)
    departments, unknown = _row_departments(table, zone, department)
    months, unclear = _row_months(table, month)
    groups: dict[tuple[str | None, dt.date | None], list[int]] = {}
    for index, place in enumerate(zip(departments, months, strict=True)):
        groups.setdefault(place, []).append(index)
    if not groups:
        named = month.value if isinstance(month.value, dt.date) else None
        groups[_as_text(department.value), named] = []
    form = table.model.form()
    for (name, first_of_month), rows in groups.items():
        owner = (form.slug, name, first_of_month)
        draft = drafts.get(owner)
        if draft is None:
            draft = drafts[owner] = Draft(origin, "", table.model, name, first_of_month)
        draft.slices.append(Slice(table, rows))
        members = set(rows)
        draft.findings += table.findings
        draft.findings += department.findings + month.findings
        draft.findings += [one for index, one in unknown if index in members]
        draft.findings += [one for index, one in unclear if index in members]
        if name is None and not any(one.rule == E003.id for one in draft.findings):
            draft.findings.append(
                finding(E003, "没有写明填报单位。", sheet=table.sheet or None, field="department")
            )
        if first_of_month is None and not any(one.rule == E004.id for one in draft.findings):
            draft.findings.append(
                finding(E004, "没有写明报告期。", sheet=table.sheet or None, field="report_month")
            )
        _judge_envelope(draft, table, zone)


def _as_text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _row_departments(
    table: Table, zone: Zone, stated: _Reading
) -> tuple[list[str | None], list[tuple[int, Finding]]]:
    """Each row's reporter: its own column where the return has one for that, else the envelope's."""
    default = _as_text(stated.value)
    declared = table.model.columns().get("department")
    heading = table.header.fields.get("department")
    if heading is None or declared is None or not declared.is_envelope:
        return [default] * len(table.rows), []
    names: list[str | None] = []
    found: list[tuple[int, Finding]] = []
    for index, text in enumerate(table.texts["department"]):
        name = zone.department_of(text) if text else default
        names.append(name)
        cell, row = table.cell(index, "department"), table.rows[index] + 1
        if text and name is None:
            one = _unknown_department(text, zone, table, cell, row, heading.text)
            found.append((index, one))
        elif text and stated.statement is not None and name != default:
            one = finding(
                E003,
                f"本行填报单位是“{text}”，表上方写的却是“{stated.statement.value}”。",
                suggestion="请只在一处写填报单位，或改为一致。",
                sheet=table.sheet or None,
                cell=cell,
                column=heading.text,
                field="department",
                value=text,
            )
            found.append((index, _at_row(one, row)))
    return names, found


def _row_months(
    table: Table, stated: _Reading
) -> tuple[list[dt.date | None], list[tuple[int, Finding]]]:
    """Each row's month: its column, the date that decides it (01, 14), or the envelope's."""
    form = table.model.form()
    default = stated.value if isinstance(stated.value, dt.date) else None
    declared = table.model.columns().get("report_month")
    is_own = declared is not None and declared.is_envelope
    heading = table.header.fields.get("report_month") if is_own else None
    found: list[tuple[int, Finding]] = []
    if form.month_from is not None:
        if default is not None and stated.statement is not None and not form.rows_decide_month:
            return [default] * len(table.rows), found
        texts = table.texts.get(form.month_from, [""] * len(table.rows))
        dates = [parse_date(text, epoch_1904=table.uses_1904) for text in texts]
        return [one.value.replace(day=1) if one else default for one in dates], found
    if heading is None:
        return [default] * len(table.rows), found
    months: list[dt.date | None] = []
    for index, text in enumerate(table.texts["report_month"]):
        month = parse_month(text, year=default.year if default else None) if text else default
        months.append(month)
        problem = ""
        if text and month is None:
            problem = f"报告期“{text}”看不懂。"
        elif text and month != default and stated.statement is not None:
            problem = f"本行报告期是“{text}”，表上方写的却是“{stated.statement.value}”。"
        if problem:
            one = finding(
                E004,
                problem,
                sheet=table.sheet or None,
                cell=table.cell(index, "report_month"),
                column=heading.text,
                field="report_month",
                value=text,
            )
            found.append((index, _at_row(one, table.rows[index] + 1)))
    return months, found


# --- the rest of the envelope --------------------------------------------------------------------


def _judge_envelope(draft: Draft, table: Table, zone: Zone) -> None:
    """E004 (a month to come), E005 and E006 of one table's submission."""
    envelope = table.envelope
    sheet = table.sheet or None
    form = table.model.form()
    nil = envelope.first("nil")
    draft.is_nil |= table.says_nil or (nil is not None and parse_yes_no(nil.value) is True)
    filed = envelope.first("filed_on")
    day = parse_date(filed.value) if filed else None
    draft.filed_on = day.value if day else None
    if draft.month and draft.month > draft.origin.received_on.replace(day=1):
        draft.findings.append(
            finding(
                E004,
                f"报告期{_said(draft.month)}晚于收到文件的月份。",
                suggestion="请核对报告期的年份和月份。",
                sheet=sheet,
                cell=(one.cell if (one := envelope.first("month")) else None),
                field="report_month",
            )
        )
    draft.findings += _people(table)
    due = zone.due_on(draft.month) if draft.month and form.month_from is None else None
    judged = draft.filed_on if zone.filing.late_by == "filed_on" else draft.origin.received_on
    draft.is_late = bool(due and judged and judged > due)
    if filed and due and draft.month and draft.filed_on:
        words = ""
        if draft.filed_on > due:
            words = f"迟报：报出日期{draft.filed_on}晚于截止日{due}。"
        elif draft.filed_on < month_end(draft.month):
            words = f"提前报数：报出日期{draft.filed_on}早于月末。"
        if words:
            draft.findings.append(
                finding(
                    E006, words, sheet=sheet, cell=filed.cell, field="filed_on", value=filed.value
                )
            )


def _judge_nil(draft: Draft) -> None:
    """E009: 零报告 with rows, or no rows without 零报告; over all sheets of the submission."""
    table = draft.slices[0].table
    nil = table.envelope.first("nil")
    sheet = table.sheet or None
    if draft.is_nil and draft.rows_found:
        draft.findings.append(
            finding(
                E009,
                f"声明了零报告，表内却有{draft.rows_found}行数据。",
                sheet=sheet,
                cell=nil.cell if nil else None,
            )
        )
    elif not draft.is_nil and not draft.rows_found:
        draft.findings.append(finding(E009, "没有数据行，也没有声明零报告。", sheet=sheet))


def _people(table: Table) -> list[Finding]:
    envelope = table.envelope
    found = []
    labels = {"filler": "填表人", "checker": "审核人", "head": "单位负责人", "filed_on": "报出日期"}
    missing = [words for part, words in labels.items() if not envelope.value(part)]
    if missing:
        found.append(finding(E005, f"没有填写{'、'.join(missing)}。", sheet=table.sheet or None))
    filed = envelope.first("filed_on")
    if filed and parse_date(filed.value) is None:
        found.append(
            finding(
                E005,
                f"报出日期“{filed.value}”看不懂。",
                sheet=table.sheet or None,
                cell=filed.cell,
                field="filed_on",
                value=filed.value,
            )
        )
    checker = envelope.first("checker")
    if checker and folded(checker.value) == folded(envelope.value("filler")):
        found.append(
            finding(
                E005,
                f"审核人与填表人同为“{checker.value}”。",
                suggestion="请由另一人审核。",
                sheet=table.sheet or None,
                cell=checker.cell,
                value=checker.value,
            )
        )
    return found
