"""A file's tables into submissions: one return of one department for one month each.

Rows of several departments or months are split; what the envelope states wins over the names of
sheet, file and folder; contradictions are findings (E003, E004).
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import PurePosixPath

import schemas
from flows.ground.findings import Finding, finding
from flows.ground.zone import Zone
from flows.read import Book, Grid, Unreadable
from flows.recognise.envelope import Envelope, Statement
from flows.recognise.headers import nearest_return
from flows.recognise.tables import Table, recognise_table
from flows.values.dates import month_end, month_inside, parse_date, parse_month
from flows.values.text import folded
from flows.values.words import parse_yes_no
from schemas.declare import Return
from schemas.rules import E001, E003, E004, E005, E006, E009, E011, E013, Rule, Severity

LOG = logging.getLogger("guoban")
# The sheets of explanations and examples in the forms that are handed out.
_GUIDE = re.compile(r"(?:填表|填报|填写|模板|使用)说明.*|.*(?:示例|样例|样表|范例|范本).*")
# After what a department's name begins, and what behind it makes it part of another body's.
_BEFORE_NAME = re.compile(r"(?:(?:^|[^一-龥])区?|开发区|经开区|[年月日度份期表账单册])$")
_BEHIND_NAME = re.compile(
    r"[一-龥]{0,4}?(?:局|科(?!技)|股(?!份)|室|中心|[分支大]队|委(?!托)|站|公司|集团|工作组|专班)"
    r"|(?:印|编|监|统一)?制(?!定)|[印下转]发|[移转]交|代[报填]"
)
# Sheets that are compared with every return when a file has none.
_MOST_COMPARED = 10
# What is wrong with a table's envelope is said to all whose rows are in it, up to this many.
_MOST_SAID = 20
# A year in a name, alone or with its month; the day of a full date is that of filing.
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d|[-./年]\d{1,2}[-./月]\d)|(?<!\d)(20\d{2})\d{2}(?!\d)")
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
    try:
        drafts = _drafts(book, origin, zone)
    except Exception:
        # Whatever one file brings up, the others go on.
        LOG.exception("%s can't be recognised", origin.path)
        drafts = [_unrecognised(origin, odd_file())]
    for number, draft in enumerate(drafts, start=1):
        draft.key = f"{origin.receipt:06d}-{number}"
    return drafts


def odd_file() -> Finding:
    """E011 for a file that nobody foresaw: the operator finds the reason in the log."""
    return finding(
        E011,
        "文件结构异常，无法识别。",
        suggestion="请将数据复制到下发的报表模板中重新报送；仍无法识别的，请与联系人联系。",
    )


def _drafts(book: Book | Unreadable, origin: Origin, zone: Zone) -> list[Draft]:
    if isinstance(book, Unreadable):
        return [_unrecognised(origin, finding(E011, book.reason))]
    tables = [(grid, recognise_table(grid)) for grid in book.sheets]
    drafts: dict[tuple[str, str | None, dt.date | None], Draft] = {}
    for grid, table in tables:
        if table is not None and not grid.is_hidden and not _is_guide(grid):
            _split(table, origin, zone, drafts)
    found = list(drafts.values())
    for draft in found:
        _judge_nil(draft)
    damaged = [_unrecognised(origin, _damaged_sheet(name)) for name in book.damaged]
    left_out = [_left_out(grid) for grid, table in tables if _is_left_out(grid, table)]
    if not found and not damaged:
        visible = [grid for grid in book.sheets if not grid.is_hidden]
        return [_unrecognised(origin, _no_return(visible), *left_out)]
    strangers = [grid for grid, table in tables if table is None and _is_strange(grid)]
    first = (found or damaged)[0]
    first.findings += [*(_stranger(grid) for grid in strangers), *left_out]
    return found + damaged


def _is_guide(grid: Grid) -> bool:
    """Whether the sheet explains how to fill in the others: what it shows are examples."""
    return _GUIDE.fullmatch(folded(grid.name)) is not None


def _is_left_out(grid: Grid, table: Table | None) -> bool:
    """Whether a return stands in the sheet and is not read."""
    return table is not None and (grid.is_hidden or _is_guide(grid))


def _is_strange(grid: Grid) -> bool:
    """Whether a sheet without a return looks like a table all the same; what explains is none."""
    is_table = sum(sum(map(bool, row)) >= 3 for row in grid.rows) >= 3
    return is_table and not grid.is_hidden and "说明" not in grid.name


def _no_return(grids: Sequence[Grid]) -> Finding:
    if not any(any(map(any, grid.rows)) for grid in grids):
        return finding(E001, "文件里没有内容。")
    words = "认不出是哪种报表：没有一行的表头与任何一种报表相符。"
    for grid in [one for one in grids if not _is_guide(one)][:_MOST_COMPARED]:
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


def _left_out(grid: Grid) -> Finding:
    if grid.is_hidden:
        return finding(
            E013,
            f"工作表“{grid.name}”是隐藏的，没有读取。",
            suggestion="如应报送，请取消隐藏后重新报送。",
            sheet=grid.name,
        )
    return finding(
        E001,
        f"工作表“{grid.name}”是填表说明或示例，其中的表按示例看待，没有读取。",
        severity=Severity.WARNING,
        suggestion="如应报送，请改工作表的名称后重新报送。",
        sheet=grid.name,
    )


def _unrecognised(origin: Origin, *problems: Finding) -> Draft:
    return Draft(origin, "", findings=list(problems))


# --- which department, which month ---------------------------------------------------------------


@dataclass(frozen=True)
class _Reading:
    """What the envelope and the names say of one part, and the findings about it.

    `statement` is where it is stated; None where only a name says it. `year` completes months.
    """

    value: str | dt.date | None
    statement: Statement | None
    findings: list[Finding]
    year: int | None = None


def _names(table: Table, origin: Origin) -> list[tuple[str, str]]:
    """What names a table, nearest first: (what it is, its text)."""
    path = PurePosixPath(origin.path)
    folders = [("文件夹", part) for part in reversed(path.parent.parts)]
    return [("工作表名", table.sheet), ("文件名", path.stem), *folders]


def department_inside(text: str, zone: Zone) -> str | None:
    """The one department of the roster that a name mentions by name or alias, else None.

    Other bodies have names that begin or end as one on the roster does.
    """
    flat = folded(text)
    found = {known: name for known, name in _roster(zone).items() if known in flat}
    # 招商局 is not meant where 区招商局 stands: a name inside a longer one does not count.
    names = {
        name
        for known, name in found.items()
        if not any(known != other and known in other for other in found)
    }
    whole = (folded(zone.zone.name), *_stems())
    for known in found if len(names) == 1 else ():
        for place in re.finditer(re.escape(known), flat):
            before, behind = flat[: place.start()], flat[place.end() :]
            is_own = before.endswith(whole) or _BEFORE_NAME.search(before)
            if found[known] in names and is_own and not _BEHIND_NAME.match(behind):
                return found[known]
    return None


@cache
def _stems() -> tuple[str, ...]:
    """What the returns are about, as it stands in names of files: 签约项目, 客商接待."""
    titles = (model.form().title for model in schemas.all_returns())
    return tuple(
        re.sub("(?:月报表|明细表|分解表|任务清单|台账|清单|名册|单)$", "", one) for one in titles
    )


def _department_titled(title: str, zone: Zone) -> str | None:
    """The department that a title names; beside a colon it may be anybody: 制定机关：招商局."""
    label, _, rest = folded(title).rpartition(":")
    is_other = label and (not rest or zone.department_of(rest))
    return None if is_other else department_inside(title, zone)


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
    # Where rows name departments, the title names whoever put the table together.
    if "department" not in table.header.fields and not found:
        for title in table.titles:
            if (name := _department_titled(title.value, zone)) is not None:
                known.setdefault(name, replace(title, part="department"))
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
    year = _year_named([one.value for one in table.titles], [text for _, text in names])
    found: list[Finding] = []
    known: dict[dt.date, Statement] = {}
    for one in stated:
        month = parse_month(one.value, year=year, epoch_1904=table.uses_1904)
        if month is None and "日" in one.value:
            # From the first to the last of its days.
            month = month_inside(one.value, year=year)
        if month is not None:
            known.setdefault(month, one)
        else:
            found.append(_unclear_month(table, one))
    titled_year = next(iter(known)).year if known else year
    for title in table.titles if not found else ():
        if (month := month_inside(title.value, year=titled_year)) is not None:
            known.setdefault(month, replace(title, part="month"))
    if len(known) > 1:
        values = [_said(month) for month in known]
        found.append(_contradiction(E004, table, "报告期", values, list(known.values())[1]))
    year = next(iter(known)).year if known else year
    named = [
        (kind, text, month)
        for kind, text in names
        if (month := month_inside(text, year=year)) is not None
    ]
    # Where rows say themselves which month they belong to, nothing else has to agree.
    is_free = table.model.form().rows_decide_month
    if known:
        value, statement = next(iter(known.items()))
        found += _misnamed(E004, table, value, statement, named)
        return _Reading(value, statement, [] if is_free else found, year)
    if found or not named:
        return _Reading(None, None, [] if is_free else found, year)
    value = named[0][2]
    return _Reading(value, None, _misnamed(E004, table, value, None, named), value.year)


def _year_named(titles: Sequence[str], names: Sequence[str]) -> int | None:
    """The year that completes a month: the title's and the nearest name's; None if they differ."""
    nearest = (next(filter(None, map(_years, texts)), set()) for texts in (titles, names))
    years = set().union(*nearest)
    return years.pop() if len(years) == 1 else None


def _years(text: str) -> set[int]:
    return {int(alone or joined) for alone, joined in _YEAR.findall(text)}


def _unclear_month(table: Table, stated: Statement, column: str | None = None) -> Finding:
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

    def say(self, *found: Finding | None) -> None:
        """Adds what is not said already: each other value once, each blank cell."""
        said = {(one.rule, one.value or one.cell) for one in self.findings}
        for one in found:
            if one and (one.rule, one.value or one.cell) not in said and len(said) < _MOST_SAID:
                self.findings.append(one)


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
    of_all = [*table.findings, *department.findings[:_MOST_SAID], *month.findings[:_MOST_SAID]]
    form = table.model.form()
    for (name, first_of_month), group in _groups(table, zone, department, month).items():
        owner = (form.slug, name, first_of_month)
        draft = drafts.get(owner)
        if draft is None:
            draft = drafts[owner] = Draft(origin, "", table.model, name, first_of_month)
            draft.departments = _roster(zone)
        envelope = Envelope([*table.envelope.statements, *group.stated])
        draft.slices.append(Slice(table, group.rows, envelope))
        draft.findings += of_all + group.findings
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
        group.say(about_name, about_month)
    for stated in table.nil_stated.values():
        by_part = {one.part: one for one in stated}
        name, about_name = _nil_department(table, zone, department, by_part.get("department"))
        first_of_month, about_month = _nil_month(table, month, by_part.get("month"))
        group = groups.setdefault((name, first_of_month), _Group())
        others = [one for one in stated if one.part not in {"department", "month", "nil"}]
        group.stated += [Statement("nil", "是", stated[0].row, stated[0].column), *others]
        group.say(about_name, about_month)
    if not groups:
        groups[_as_text(department.value), _as_month(month.value)] = _Group()
    return groups


def _nil_department(
    table: Table, zone: Zone, stated: _Reading, own: Statement | None
) -> tuple[str | None, Finding | None]:
    if own is None:
        return _as_text(_filling(table, "department", stated)), None
    name = zone.department_of(own.value)
    return name, None if name else _unknown_department(own, zone, table)


def _nil_month(
    table: Table, stated: _Reading, own: Statement | None
) -> tuple[dt.date | None, Finding | None]:
    if own is None:
        return _as_month(_filling(table, "report_month", stated)), None
    month = parse_month(own.value, year=stated.year, epoch_1904=table.uses_1904)
    return month, None if month else _unclear_month(table, own)


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
        if value is None and not any(o.rule == rule.id and o.is_error for o in draft.findings):
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


def _filling(table: Table, name: str, stated: _Reading) -> str | dt.date | None:
    """What stands for a blank cell of a column: what is stated for all rows.

    The name of sheet, file or folder does where the whole column is blank; in its gaps it would
    be a guess.
    """
    rows = [*table.stated.values(), *table.nil_stated.values()]
    part = name.removeprefix("report_")
    is_filled = any(table.texts.get(name, ())) or any(
        one.part == part for row in rows for one in row
    )
    return None if is_filled and stated.statement is None else stated.value


def _row_departments(
    table: Table, zone: Zone, stated: _Reading
) -> list[tuple[str | None, Finding | None]]:
    """Each row's reporter: its own column where the return has one for that, else the envelope's."""
    if "department" not in _own_columns(table):
        return [(_as_text(stated.value), None)] * len(table.rows)
    heading = table.header.fields["department"]
    filling = _as_text(_filling(table, "department", stated))
    names: list[tuple[str | None, Finding | None]] = []
    for index, text in enumerate(table.texts["department"]):
        place = Statement("department", text, table.rows[index], heading.index)
        name = zone.department_of(text) if text else filling
        problem = None
        if name is None and text:
            problem = _unknown_department(place, zone, table, heading.text)
        elif name is None:
            problem = _blank_cell(E003, table, place, heading.text)
        elif stated.statement is not None and name != stated.value:
            problem = _row_against(E003, table, place, stated.statement, heading.text)
        names.append((name, problem))
    return names


def _blank_cell(rule: Rule, table: Table, place: Statement, column: str) -> Finding:
    what = "填报单位" if rule is E003 else "报告期"
    return finding(
        rule,
        f"第{place.row + 1}行没有写明{what}。",
        sheet=table.sheet or None,
        cell=place.cell,
        column=column,
        field=_FIELDS[rule.id],
    )


def _row_against(
    rule: Rule, table: Table, place: Statement, stated: Statement, column: str
) -> Finding:
    """A row that says otherwise than the envelope."""
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
        dates = [parse_date(one, year=stated.year, epoch_1904=table.uses_1904) for one in texts]
        return [(one.value.replace(day=1) if one else default, None) for one in dates]
    if "report_month" not in _own_columns(table):
        return [(default, None)] * len(table.rows)
    heading = table.header.fields["report_month"]
    filling = _as_month(_filling(table, "report_month", stated))
    months: list[tuple[dt.date | None, Finding | None]] = []
    read: dict[str, dt.date | None] = {"": filling}
    for index, text in enumerate(table.texts["report_month"]):
        if text not in read:
            read[text] = parse_month(text, year=stated.year, epoch_1904=table.uses_1904)
        place = Statement("month", text, table.rows[index], heading.index)
        problem = None
        if read[text] is None and text:
            problem = _unclear_month(table, place, heading.text)
        elif read[text] is None:
            problem = _blank_cell(E004, table, place, heading.text)
        elif stated.statement is not None and read[text] != default:
            problem = _row_against(E004, table, place, stated.statement, heading.text)
        months.append((read[text], problem))
    return months


# --- the rest of the envelope --------------------------------------------------------------------


def _judge_envelope(draft: Draft, part: Slice, zone: Zone) -> None:
    """E004 (a month to come), E005 and E006 of one table's submission."""
    table, envelope = part.table, part.envelope
    sheet = table.sheet or None
    form = table.model.form()
    nil = envelope.first("nil")
    draft.is_nil |= table.says_nil or (nil is not None and parse_yes_no(nil.value) is True)
    filed, day = _filed(envelope)
    # A return is as late as its last part; a sheet that states no date changes nothing.
    draft.filed_on = max((one for one in (draft.filed_on, day) if one), default=None)
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
    if filed and due and draft.month and day:
        words = ""
        if day > due:
            words = f"迟报：报出日期{day}晚于截止日{due}。"
        elif day < month_end(draft.month):
            words = f"提前报数：报出日期{day}早于月末。"
        if words:
            draft.findings.append(
                finding(
                    E006, words, sheet=sheet, cell=filed.cell, field="filed_on", value=filed.value
                )
            )


def _filed(envelope: Envelope) -> tuple[Statement | None, dt.date | None]:
    """The latest 报出日期 that is stated, and where."""
    days = [(one, day.value) for one in envelope.all("filed_on") if (day := parse_date(one.value))]
    return max(days, key=lambda one: one[1], default=(None, None))


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
