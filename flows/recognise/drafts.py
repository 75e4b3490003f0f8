"""A file's tables into drafts of submissions: one return of one department for one month each.

Rows of several departments or months are split. Which department, which month (or none) is told
here; whether what is stated of them is sound is for validate.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from flows.ground.findings import Finding, finding
from flows.ground.zone import Zone
from flows.read import Book, Unreadable
from flows.recognise.envelope import Envelope, Statement
from flows.recognise.names import FILE, FOLDER, part_named
from flows.recognise.owner import Reading, WhichDepartment, answer, which_month
from flows.recognise.sheet import recognise_tables
from flows.recognise.table import Table
from flows.recognise.unread import (
    damaged_sheet,
    is_left_out,
    is_strange,
    left_out_sheet,
    no_return,
    strange_sheet,
)
from flows.values.dates import parse_date
from flows.values.words import parse_yes_no
from schemas.declare import Return
from schemas.rules import E011

LOG = logging.getLogger("guoban")


@dataclass(frozen=True)
class Origin:
    """Where a file came from: its receipt, its path below the drop folder, and when."""

    receipt: int
    path: str
    received_on: dt.date


@dataclass(frozen=True)
class Slice:
    """What one table holds of a submission.

    `rows` are indices into `table.rows`, `nil_rows` are rows of the sheet. `envelope` is what the
    table and the columns of these rows state; `department` and `month` are how the table as a
    whole tells them.
    """

    table: Table
    rows: list[int]
    nil_rows: list[int]
    envelope: Envelope
    department: Reading[str]
    month: Reading[dt.date]
    is_of_one_month: bool = True
    """Whether the table as a whole is for one month, and its rows don't tell it by dates."""

    @property
    def says_nil(self) -> bool:
        """Whether 零报告 is stated."""
        nil = self.envelope.first("nil")
        return self.table.says_nil or (nil is not None and parse_yes_no(nil.value) is True)

    @property
    def filed(self) -> tuple[Statement, dt.date] | None:
        """The latest 报出日期 that is stated: it was not complete before."""
        days = (
            (stated, day.value)
            for stated in self.envelope.all("filed_on")
            if (day := parse_date(stated.value))
        )
        return max(days, key=lambda stated: stated[1], default=None)


@dataclass
class Draft:
    """A submission before it is judged.

    `model` is None where no return was recognised, then `findings` has the error that says so;
    `department` and `month` are None where nothing tells them.
    """

    origin: Origin
    key: str
    model: type[Return] | None = None
    department: str | None = None
    month: dt.date | None = None
    departments: Mapping[str, str] = field(default_factory=dict)
    """The roster's name for every department's name in its rows that stands for one."""
    slices: list[Slice] = field(default_factory=list)
    is_reply: bool = False
    """Whether it came back in a reply of ours."""
    findings: list[Finding] = field(default_factory=list)
    """What recognising itself has to say, of the file and of its tables' form."""

    @property
    def rows_found(self) -> int:
        return sum(len(part.rows) for part in self.slices)

    @property
    def is_nil(self) -> bool:
        return any(part.says_nil for part in self.slices)

    @property
    def filed_on(self) -> dt.date | None:
        """The latest 报出日期 of all its tables, None where none states one."""
        return max((part.filed[1] for part in self.slices if part.filed), default=None)

    @property
    def part(self) -> str | None:
        """Which part of one return it calls itself (names.part_named); None for a whole one.

        By the file's name, else by its tables' titles and sheets, if each of them calls itself one.
        """
        if of_file := part_named(PurePosixPath(self.origin.path).stem):
            return of_file
        parts = dict.fromkeys(piece.table.part for piece in self.slices)
        named = [part for part in parts if part]
        return "、".join(named) if named and len(named) == len(parts) else None

    @property
    def named_month(self) -> dt.date | None:
        """The month that the name of the file or of a folder says, the nearest; None for none.

        None too where rows tell their months themselves, and several: nothing has to agree.
        """
        for piece in self.slices:
            if piece.is_of_one_month:
                nearest = (one for one in piece.month.named if one.kind in {FILE, FOLDER})
                return next((one.value for one in nearest), None)
        return None

    def envelope_value(self, part: str) -> str | None:
        """What the submission's envelope states of that part (`filler`, `head`, …), if anything."""
        stated = (piece.envelope.value(part) for piece in self.slices)
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
    sheets = [(grid, recognise_tables(grid)) for grid in book.sheets]
    filed: dict[tuple[str, str | None, dt.date | None], Draft] = {}
    for grid, tables in sheets:
        if not is_left_out(grid):
            for table in tables:
                _split(table, origin, zone, filed)
    damaged = [_unrecognised(origin, damaged_sheet(name)) for name in book.damaged]
    drafts = [*filed.values(), *damaged]
    left_out = [left_out_sheet(grid) for grid, tables in sheets if tables and is_left_out(grid)]
    if not drafts:
        visible = [grid for grid in book.sheets if not grid.is_hidden]
        return [_unrecognised(origin, no_return(visible), *left_out)]
    strange = [grid for grid, tables in sheets if not tables and is_strange(grid)]
    drafts[0].findings += [*(strange_sheet(grid) for grid in strange), *left_out]
    return drafts


def _unrecognised(origin: Origin, *problems: Finding) -> Draft:
    return Draft(origin, "", findings=list(problems))


# --- splitting -----------------------------------------------------------------------------------


@dataclass
class _Share:
    """What of one table is one department's for one month."""

    rows: list[int] = field(default_factory=list)
    nil_rows: list[int] = field(default_factory=list)
    stated: list[Statement] = field(default_factory=list)


def _split(
    table: Table,
    origin: Origin,
    zone: Zone,
    drafts: dict[tuple[str, str | None, dt.date | None], Draft],
) -> None:
    """Adds the table's rows to the drafts of their department and month."""
    departments = answer(WhichDepartment(zone), table, origin.path)
    months = answer(which_month(table, origin.path), table, origin.path)
    shares: dict[tuple[str | None, dt.date | None], _Share] = {}
    for index in range(len(table.rows)):
        share = shares.setdefault((departments.rows[index], months.rows[index]), _Share())
        share.rows.append(index)
        share.stated += table.stated.get(index, ())
    for number, stated in table.nil_stated.items():
        owner = departments.nil_rows[number], months.nil_rows[number]
        share = shares.setdefault(owner, _Share())
        share.nil_rows.append(number)
        share.stated += _nil_statements(number, stated)
    if not shares:
        shares[departments.reading.value, months.reading.value] = _Share()
    slug = table.model.form().slug
    has_one = table.model.form().month_from is None and len({month for _, month in shares}) == 1
    for (department, month), share in shares.items():
        draft = drafts.get((slug, department, month))
        if draft is None:
            draft = Draft(origin, "", table.model, department, month, zone.roster)
            drafts[slug, department, month] = draft
        draft.slices.append(
            Slice(
                table,
                share.rows,
                share.nil_rows,
                Envelope([*table.envelope.statements, *share.stated]),
                departments.reading,
                months.reading,
                has_one,
            )
        )
        draft.findings += table.findings


def _nil_statements(number: int, stated: Sequence[Statement]) -> list[Statement]:
    """What a row states that reports nothing: that, and who answers for it."""
    others = [cell for cell in stated if cell.part not in {"department", "month", "nil"}]
    return [Statement("nil", "是", number, stated[0].column if stated else 0), *others]
