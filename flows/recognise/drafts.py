"""A file's tables into drafts of submissions: one return of one department for one month each.

Rows of several departments or months are split. Which department, which month (or none) is told
here; whether what is stated of them is sound is for validate.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from flows.ground.findings import Finding, finding
from flows.ground.zone import Zone
from flows.read import Book, Unreadable
from flows.recognise.envelope import Envelope, Statement
from flows.recognise.names import FILE, FOLDER, are_all_parts, part_named
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
from flows.recognise.voids import (
    copied_sheet,
    is_copy,
    plain_names,
    second_sheet,
    void_sheet,
    void_word,
)
from flows.store.journal import LATE
from flows.values.dates import parse_date
from flows.values.words import parse_yes_no
from schemas.declare import Return
from schemas.rules import E011, E015

LOG = logging.getLogger("guoban")
# What a reason that a file can't be read asks for, behind what it says.
_REMEDY = re.compile(r"[。，](?P<remedy>请.*)\Z")
_Owned = tuple[str, str | None, dt.date | None]
"""Which return of which department for which month."""


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
    def has_owner(self) -> bool:
        """Whether it is known who reports, and for which month."""
        return self.department is not None and self.month is not None

    @property
    def is_blank(self) -> bool:
        """Whether nothing is filled in, and nothing says that there is nothing."""
        return not self.rows_found and not self.is_nil

    @property
    def sheet(self) -> str:
        """The sheet that its first table stands in."""
        return self.slices[0].table.sheet

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

        By the file's name, else by its tables' titles and sheets, if each of them calls itself one
        and they are not all that there are.
        """
        if of_file := part_named(PurePosixPath(self.origin.path).stem):
            return of_file
        parts = dict.fromkeys(piece.table.part for piece in self.slices)
        named = [part for part in parts if part]
        is_part = bool(named) and len(named) == len(parts) and not are_all_parts(named)
        return "、".join(named) if is_part else None

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
    except MemoryError:
        raise
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


def _unreadable(reason: str) -> Finding:
    """E011; what the reason itself asks for takes the place of the rule's remedy."""
    told = _REMEDY.search(reason)
    if told is None:
        return finding(E011, reason)
    return finding(E011, f"{reason[: told.start()]}。", suggestion=told["remedy"])


def turned_back(origin: Origin, outcome: str, seconds: float) -> Draft:
    """The submission of a file that is not opened: it was tried, and that was the outcome (E011)."""
    if outcome == LATE:
        words = f"处理这个文件超过 {seconds:g} 秒，超出限制，没有读取。"
    else:
        words = "处理这个文件时程序中断，内容可能异常（例如极多的单元格、格式或文字），没有读取。"
    hint = (
        "原样再报仍会退回。请将数据复制到下发的报表模板中重新报送；仍无法处理的，请与联系人联系。"
    )
    return Draft(
        origin, f"{origin.receipt:06d}-1", findings=[finding(E011, words, suggestion=hint)]
    )


def _drafts(book: Book | Unreadable, origin: Origin, zone: Zone) -> list[Draft]:
    if isinstance(book, Unreadable):
        return [_unrecognised(origin, _unreadable(book.reason))]
    sheets = [(grid, recognise_tables(grid)) for grid in book.sheets]
    filed: dict[_Owned, dict[int, Draft]] = {}
    for number, (grid, tables) in enumerate(sheets):
        if not is_left_out(grid):
            for table in tables:
                _split(table, origin, zone, filed, number)
    damaged = [_unrecognised(origin, damaged_sheet(name)) for name in book.damaged]
    drafts = [one for by_sheet in filed.values() for one in _apart([*by_sheet.values()])]
    drafts += damaged
    left_out = [left_out_sheet(grid) for grid, tables in sheets if tables and is_left_out(grid)]
    if not drafts:
        visible = [grid for grid in book.sheets if not grid.is_hidden]
        return [_unrecognised(origin, no_return(visible), *left_out)]
    strange = [grid for grid, tables in sheets if not tables and is_strange(grid)]
    drafts[0].findings += [*(strange_sheet(grid) for grid in strange), *left_out]
    return drafts


def _unrecognised(origin: Origin, *problems: Finding) -> Draft:
    return Draft(origin, "", findings=list(problems))


# --- sheets of one return ------------------------------------------------------------------------


def _apart(sheets: Sequence[Draft]) -> list[Draft]:
    """The submissions in the sheets that one return of one department for one month stands in.

    One, of all that belongs together: parts that call themselves so, forms that add up, sheets in
    which nothing is filled in. A sheet that is marked as not to count is one of its own and turned
    back (E015), so that the good one is filed; of several that are as good, each is.
    """
    if len(sheets) > 1 or any(map(_void_mark, sheets)):
        rivals = _Rivals(sheets)
        for one in sheets:
            one.findings += rivals.not_to_count(one)
    back = [one for one in sheets if any(said.rule == E015.id for said in one.findings)]
    turned_back = set(map(id, back))
    good = [one for one in sheets if id(one) not in turned_back]
    for one in good[1:]:
        good[0].slices += one.slices
        good[0].findings += one.findings
    return [*good[:1], *back]


class _Rivals:
    """The sheets of one return, unit and month that might count; there may be thousands."""

    def __init__(self, sheets: Iterable[Draft]) -> None:
        self._rivals = [one for one in sheets if not (one.is_blank or _void_mark(one))]
        names = plain_names(one.sheet for one in self._rivals)
        # A copy is one only beside what it is a copy of.
        originals = [one for one in self._rivals if not is_copy(one.sheet, names)]
        self._originals = originals or self._rivals
        self._ids = set(map(id, self._originals))
        parts = [one.slices[0].table.part for one in self._originals]
        self._are_same = len(set(parts)) < len(parts)

    def not_to_count(self, one: Draft) -> Iterator[Finding]:
        """E015 for a sheet's draft, where the sheet is marked or another is the same."""
        table = one.slices[0].table
        if one.is_blank:
            return
        if mark := _void_mark(one):
            yield void_sheet(table, one.rows_found, *mark)
        elif one.has_owner and not table.model.form().month_from:
            if self._are_same:
                others = (other.sheet for other in self._rivals if other is not one)
                yield second_sheet(table, one.rows_found, others)
            elif id(one) not in self._ids:
                originals = (other.sheet for other in self._originals)
                yield copied_sheet(table, one.rows_found, originals)


def _void_mark(draft: Draft) -> tuple[str, str] | None:
    """The word by which sheet, title or file say that it is not to count, and where it stands."""
    table = draft.slices[0].table
    places = [(f"工作表“{table.sheet}”", table.sheet)]
    places += [("标题", title.value) for title in table.titles]
    places.append(("文件名", PurePosixPath(draft.origin.path).stem))
    return next(((word, where) for where, text in places if (word := void_word(text))), None)


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
    drafts: dict[_Owned, dict[int, Draft]],
    sheet_no: int,
) -> None:
    """Adds the table's rows to the drafts of their department and month in that sheet."""
    departments = answer(WhichDepartment(zone), table, origin.path)
    months = answer(which_month(table, origin.path), table, origin.path)
    shares: dict[tuple[str | None, dt.date | None], _Share] = {}
    for index in range(len(table.rows)):
        share = shares.setdefault((departments.rows[index], months.rows[index]), _Share())
        share.rows.append(index)
        share.stated += table.stated.get(index, ())
    for number, stated in table.nil_stated.items():
        owner = departments.nil_rows[number], months.nil_rows[number]
        if number in table.faint_nil and (owner in shares or (shares and not stated)):
            continue
        share = shares.setdefault(owner, _Share())
        share.nil_rows.append(number)
        share.stated += _nil_statements(number, stated)
    if not shares:
        shares[departments.reading.value, months.reading.value] = _Share()
    slug = table.model.form().slug
    has_one = table.model.form().month_from is None and len({month for _, month in shares}) == 1
    for (department, month), share in shares.items():
        by_sheet = drafts.setdefault((slug, department, month), {})
        draft = by_sheet.get(sheet_no)
        if draft is None:
            draft = Draft(origin, "", table.model, department, month, zone.roster)
            by_sheet[sheet_no] = draft
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
        own = {table.rows[index] + 1 for index in share.rows}
        draft.findings += [one for one in table.findings if one.row is None or one.row in own]


def _nil_statements(number: int, stated: Sequence[Statement]) -> list[Statement]:
    """What a row states that reports nothing: that, and who answers for it."""
    others = [cell for cell in stated if cell.part not in {"department", "month", "nil"}]
    return [Statement("nil", "是", number, stated[0].column if stated else 0), *others]
