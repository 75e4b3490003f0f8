"""A file's tables into submissions: one return of one department for one month each.

Rows of several departments or months are split; what the envelope states wins over the names of
sheet, file and folder; contradictions are findings (E003, E004).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from flows.findings import Finding, finding
from flows.read import Book, Grid, Unreadable
from flows.recognise.envelope import Envelope, Statement
from flows.recognise.headers import nearest_return
from flows.recognise.tables import Table, recognise_table
from flows.values.dates import month_end, month_inside, parse_date, parse_month
from flows.values.text import folded
from flows.values.words import parse_yes_no
from flows.zone import Zone
from schemas.declare import Return
from schemas.rules import E001, E003, E004, E005, E006, E009, E011, E013, Rule, Severity

_FIELDS = {E003.id: "department", E004.id: "report_month"}


@dataclass(frozen=True)
class Origin:
    """Where a file came from: its receipt, its path below the drop folder, and when."""

    receipt: int
    path: str
    received_on: dt.date


@dataclass(frozen=True)
class Slice:
    """The rows of one table that belong to a submission, as indices into `table.rows`.

    `envelope` is what the table and the columns of these rows state.
    """

    table: Table
    rows: list[int]
    envelope: Envelope


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
    departments: Mapping[str, str] = field(default_factory=dict)
    """The roster's name for every department's name in its rows that stands for one."""
    slices: list[Slice] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def rows_found(self) -> int:
        return sum(len(part.rows) for part in self.slices)

    def envelope_value(self, part: str) -> str | None:
        """What the submission's envelope states of that part (`filler`, `head`, …), if anything."""
        stated = (one.envelope.value(part) for one in self.slices)
        return next((text for text in stated if text), None)


def recognise(book: Book | Unreadable, origin: Origin, zone: Zone) -> list[Draft]:
    """The submissions in a file, at least one: what can't be recognised is one without a return."""
    if isinstance(book, Unreadable):
        return _numbered([_unrecognised(origin, finding(E011, book.reason))])
    visible = [grid for grid in book.sheets if not grid.is_hidden and not _instructs(grid)]
    tables = [(grid, recognise_table(grid)) for grid in visible]
    drafts: dict[tuple[str, str | None, dt.date | None], Draft] = {}
    for _, table in tables:
        if table is not None:
            _split(table, origin, zone, drafts)
    found = list(drafts.values())
    for draft in found:
        _judge_nil(draft)
    damaged = [_unrecognised(origin, _damaged_sheet(name)) for name in book.damaged]
    if not found:
        return _numbered(damaged or [_unrecognised(origin, _no_return(visible))])
    strangers = [grid for grid, table in tables if table is None and _has_content(grid)]
    found[0].findings += [_stranger(grid) for grid in strangers]
    hidden = [grid for grid in book.sheets if grid.is_hidden and recognise_table(grid) is not None]
    found[0].findings += [_hidden_sheet(grid) for grid in hidden]
    return _numbered(found + damaged)


def _numbered(drafts: list[Draft]) -> list[Draft]:
    for number, draft in enumerate(drafts, start=1):
        draft.key = f"{draft.origin.receipt:06d}-{number}"
    return drafts


def _instructs(grid: Grid) -> bool:
    """Whether the sheet explains how to fill in the others: what it shows are examples."""
    return "说明" in grid.name


def _has_content(grid: Grid) -> bool:
    """Whether a sheet looks like a table (notes are none)."""
    return sum(sum(map(bool, row)) >= 3 for row in grid.rows) >= 3


def _no_return(grids: Sequence[Grid]) -> Finding:
    if not any(any(map(any, grid.rows)) for grid in grids):
        return finding(E001, "文件里没有内容。")
    words = "认不出是哪种报表：没有一行的表头与任何一种报表相符。"
    for grid in grids:
        if (near := nearest_return(grid.rows)) is not None:
            model, lacking = near
            hint = f"最接近的是“{model.form().title}”，还缺：{'、'.join(lacking)}。"
            return finding(E001, words, suggestion=hint, sheet=grid.name or None)
    return finding(E001, words)


def _damaged_sheet(name: str) -> Finding:
    return finding(E011, f"工作表“{name}”已损坏，无法读取。", sheet=name)


def _stranger(grid: Grid) -> Finding:
    return finding(
        E001,
        f"工作表“{grid.name}”认不出是哪种报表，没有读取。",
        severity=Severity.WARNING,
        suggestion="如应报送，请改用下发的报表模板；与报送无关的请删除。",
        sheet=grid.name or None,
    )


def _hidden_sheet(grid: Grid) -> Finding:
    return finding(
        E013,
        f"工作表“{grid.name}”是隐藏的，没有读取。",
        suggestion="如应报送，请取消隐藏后重新报送。",
        sheet=grid.name,
    )


def _unrecognised(origin: Origin, problem: Finding) -> Draft:
    return Draft(origin, "", findings=[problem])


# --- which department, which month ---------------------------------------------------------------


@dataclass(frozen=True)
class _Reading:
    """What the envelope and the names say of one part, and the findings about it.

    `statement` is where it is stated; None where only a name says it.
    """

    value: str | dt.date | None
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


def _read_department(
    table: Table, stated: Sequence[Statement], origin: Origin, zone: Zone
) -> _Reading:
    found: list[Finding] = []
    known: dict[str, Statement] = {}
    for one in stated:
        name = zone.department_of(one.value)
        if name is None:
            found.append(_unknown_department(one, zone, table))
        else:
            known.setdefault(name, one)
    if len(known) > 1:
        found.append(_contradiction(E003, table, "填报单位", list(known), list(known.values())[1]))
    named = [
        (kind, text, name)
        for kind, text in _names(table, origin)
        if (name := department_inside(text, zone)) is not None
    ]
    if known:
        value, statement = next(iter(known.items()))
        return _Reading(value, statement, found + _misnamed(E003, table, value, statement, named))
    if found:
        return _Reading(None, None, found)
    if named:
        value = named[0][2]
        return _Reading(value, None, _misnamed(E003, table, value, None, named))
    return _Reading(None, None, [])


def _contradiction(
    rule: Rule, table: Table, what: str, values: Sequence[str], second: Statement
) -> Finding:
    return finding(
        rule,
        f"{what}前后不一致：{'、'.join(values)}。",
        suggestion=f"请只写一个{what}。",
        sheet=table.sheet or None,
        cell=second.cell,
        field=_FIELDS[rule.id],
        value=second.value,
    )


def _misnamed(
    rule: Rule,
    table: Table,
    value: str | dt.date,
    statement: Statement | None,
    named: Sequence[tuple[str, str, str | dt.date]],
) -> list[Finding]:
    """A warning for the nearest name of sheet, file or folder that says otherwise."""
    shown = value if isinstance(value, str) else _said(value)
    what = "填报单位" if rule is E003 else "报告期"
    source = f"表内{what}是“{shown}”" if statement else f"{what}按{named[0][0]}“{named[0][1]}”读取"
    for kind, text, other in named:
        if other != value:
            return [
                finding(
                    rule,
                    f"{source}，{kind}却是“{text}”，以{'表内' if statement else named[0][0]}为准。",
                    severity=Severity.WARNING,
                    suggestion="请核对是否放错了文件夹或用错了文件。",
                    sheet=table.sheet or None,
                    cell=statement.cell if statement else None,
                    field=_FIELDS[rule.id],
                    value=statement.value if statement else None,
                )
            ]
    return []


def _unknown_department(
    stated: Statement, zone: Zone, table: Table, column: str | None = None
) -> Finding:
    near = zone.nearest_department(stated.value)
    return finding(
        E003,
        f"“{stated.value}”不在填报单位名录中。",
        suggestion=f"是否为“{near}”？{E003.remedy}" if near else E003.remedy,
        sheet=table.sheet or None,
        cell=stated.cell,
        column=column,
        field="department",
        value=stated.value,
    )


def _read_month(table: Table, stated: Sequence[Statement], origin: Origin) -> _Reading:
    names = _names(table, origin)
    years = [int(part[:4]) for _, part in names if part[:4].isdecimal()]
    year = next((y for y in years if 1990 <= y < 2200), None)
    found: list[Finding] = []
    known: dict[dt.date, Statement] = {}
    for one in stated:
        month = parse_month(one.value, year=year, epoch_1904=table.uses_1904)
        if month is not None:
            known.setdefault(month, one)
        else:
            found.append(_unclear_month(table, one))
    titled = month_inside(table.title.value, year=year) if table.title else None
    if table.title and titled and not found:
        known.setdefault(titled, replace(table.title, part="month"))
    if len(known) > 1:
        values = [_said(month) for month in known]
        found.append(_contradiction(E004, table, "报告期", values, list(known.values())[1]))
    known_year = next(iter(known)).year if known else year
    named = [
        (kind, text, month)
        for kind, text in names
        if (month := month_inside(text, year=known_year)) is not None
    ]
    if known:
        value, statement = next(iter(known.items()))
        found += _misnamed(E004, table, value, statement, named)
        # Where rows say themselves which month they belong to, nothing else has to agree.
        return _Reading(value, statement, [] if table.model.form().rows_decide_month else found)
    if found or not named:
        return _Reading(None, None, [] if table.model.form().rows_decide_month else found)
    value = named[0][2]
    return _Reading(value, None, _misnamed(E004, table, value, None, named))


def _unclear_month(table: Table, stated: Statement, column: str | None = None) -> Finding:
    lacks_year = parse_month(stated.value, year=2000) is not None
    return finding(
        E004,
        f"报告期“{stated.value}”{'没有写年份' if lacks_year else '看不懂'}。",
        sheet=table.sheet or None,
        cell=stated.cell,
        column=column,
        field="report_month",
        value=stated.value,
    )


def _said(month: dt.date) -> str:
    return f"{month.year}年{month.month}月"


# --- splitting -----------------------------------------------------------------------------------


@dataclass
class _Group:
    """What one department reports for one month in one table."""

    rows: list[int] = field(default_factory=list)
    stated: list[Statement] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


_Owner = tuple[str | None, dt.date | None]


def _split(
    table: Table,
    origin: Origin,
    zone: Zone,
    drafts: dict[tuple[str, str | None, dt.date | None], Draft],
) -> None:
    """Adds the table's rows to the drafts of their department and month."""
    department = _read_department(table, _stated(table, "department"), origin, zone)
    month = _read_month(table, _stated(table, "month"), origin)
    form = table.model.form()
    for (name, first_of_month), group in _groups(table, zone, department, month).items():
        owner = (form.slug, name, first_of_month)
        draft = drafts.get(owner)
        if draft is None:
            draft = drafts[owner] = Draft(origin, "", table.model, name, first_of_month)
            draft.departments = _roster(zone)
        envelope = Envelope([*table.envelope.statements, *group.stated])
        draft.slices.append(Slice(table, group.rows, envelope))
        draft.findings += table.findings + department.findings + month.findings + group.findings
        draft.findings += _lacking(draft, table, group)
        _judge_envelope(draft, draft.slices[-1], zone)


def _stated(table: Table, part: str) -> list[Statement]:
    """Everything that is stated of a part for the whole table; 01 and 14 have columns for it."""
    columns = [*table.stated.values(), *table.nil_stated.values()]
    own = {name.removeprefix("report_") for name in _own_columns(table)}
    inside = [one for stated in columns for one in stated if one.part == part]
    return table.envelope.all(part) + ([] if part in own else inside)


def _own_columns(table: Table) -> set[str]:
    """The fields by which each row says itself who reports it, for which month."""
    declared = table.model.columns()
    return {name for name in table.header.fields if declared[name].is_envelope}


def _groups(
    table: Table, zone: Zone, department: _Reading, month: _Reading
) -> dict[_Owner, _Group]:
    names = _row_departments(table, zone, department)
    months = _row_months(table, month)
    groups: dict[_Owner, _Group] = {}
    for index in range(len(table.rows)):
        (name, about_name), (first_of_month, about_month) = names[index], months[index]
        group = groups.setdefault((name, first_of_month), _Group())
        group.rows.append(index)
        group.stated += table.stated.get(index, ())
        group.findings += [one for one in (about_name, about_month) if one is not None]
    for stated in table.nil_stated.values():
        said = {one.part: one.value for one in stated}
        whose = zone.department_of(said.get("department", "")) or department.value
        when = parse_month(said.get("month", "")) or month.value
        group = groups.setdefault((_as_text(whose), _as_month(when)), _Group())
        others = [one for one in stated if one.part not in {"department", "month", "nil"}]
        group.stated += [Statement("nil", "是", stated[0].row, stated[0].column), *others]
    if not groups:
        groups[_as_text(department.value), _as_month(month.value)] = _Group()
    return groups


def _roster(zone: Zone) -> dict[str, str]:
    """Each department's name and other names, as they are compared, with its name."""
    return {
        folded(known): one.name for one in zone.departments for known in (one.name, *one.aliases)
    }


def _as_text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _as_month(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) else None


def _lacking(draft: Draft, table: Table, group: _Group) -> list[Finding]:
    """E003 and E004 where nothing says who reports, or for which month."""
    row = table.rows[group.rows[0]] + 1 if group.rows else None
    found = []
    for rule, value, what in ((E003, draft.department, "填报单位"), (E004, draft.month, "报告期")):
        if value is None and not any(one.rule == rule.id for one in draft.findings):
            name = _FIELDS[rule.id]
            heading = table.header.fields.get(name)
            cell = table.cell(group.rows[0], name) if heading and group.rows else None
            found.append(
                finding(
                    rule,
                    f"第{row}行没有写明{what}。" if cell else f"没有写明{what}。",
                    sheet=table.sheet or None,
                    cell=cell,
                    field=name,
                )
            )
    return found


def _row_departments(
    table: Table, zone: Zone, stated: _Reading
) -> list[tuple[str | None, Finding | None]]:
    """Each row's reporter: its own column where the return has one for that, else the envelope's."""
    default = _as_text(stated.value)
    if "department" not in _own_columns(table):
        return [(default, None)] * len(table.rows)
    heading = table.header.fields["department"]
    names: list[tuple[str | None, Finding | None]] = []
    said: set[str] = set()
    for index, text in enumerate(table.texts["department"]):
        name = zone.department_of(text) if text else default
        problem = None
        if text and text not in said:
            place = Statement("department", text, table.rows[index], heading.index)
            if name is None:
                problem = _unknown_department(place, zone, table, heading.text)
            elif stated.statement is not None and name != default:
                problem = _row_against(E003, table, place, stated.statement, heading.text)
            if problem is not None:
                said.add(text)
        names.append((name, problem))
    return names


def _row_against(
    rule: Rule, table: Table, place: Statement, stated: Statement, column: str
) -> Finding:
    """A row that says otherwise than the envelope; said once for each other value."""
    what = "填报单位" if rule is E003 else "报告期"
    return finding(
        rule,
        f"第{place.row + 1}行的{what}是“{place.value}”，{stated.cell}写的却是“{stated.value}”。",
        suggestion=f"请只在一处写{what}，或改为一致。",
        sheet=table.sheet or None,
        cell=place.cell,
        column=column,
        field=_FIELDS[rule.id],
        value=place.value,
    )


def _row_months(table: Table, stated: _Reading) -> list[tuple[dt.date | None, Finding | None]]:
    """Each row's month: its column, the date that decides it (01, 14), or the envelope's."""
    form = table.model.form()
    default = _as_month(stated.value)
    if form.month_from is not None:
        if default is not None and stated.statement is not None and not form.rows_decide_month:
            return [(default, None)] * len(table.rows)
        texts = table.texts.get(form.month_from, [""] * len(table.rows))
        year = default.year if default else None
        dates = [parse_date(text, year=year, epoch_1904=table.uses_1904) for text in texts]
        return [(one.value.replace(day=1) if one else default, None) for one in dates]
    if "report_month" not in _own_columns(table):
        return [(default, None)] * len(table.rows)
    heading = table.header.fields["report_month"]
    months: list[tuple[dt.date | None, Finding | None]] = []
    said: set[str] = set()
    for index, text in enumerate(table.texts["report_month"]):
        year = default.year if default else None
        month = parse_month(text, year=year, epoch_1904=table.uses_1904) if text else default
        problem = None
        if text and text not in said:
            place = Statement("month", text, table.rows[index], heading.index)
            if month is None:
                problem = _unclear_month(table, place, heading.text)
            elif stated.statement is not None and month != default:
                problem = _row_against(E004, table, place, stated.statement, heading.text)
            if problem is not None:
                said.add(text)
        months.append((month, problem))
    return months


# --- the rest of the envelope --------------------------------------------------------------------


def _judge_envelope(draft: Draft, part: Slice, zone: Zone) -> None:
    """E004 (a month to come), E005 and E006 of one table's submission."""
    table, envelope = part.table, part.envelope
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
    draft.findings += _people(table, envelope)
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
    nil = draft.slices[0].envelope.first("nil")
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


def _people(table: Table, envelope: Envelope) -> list[Finding]:
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
