"""Workbooks of ours that come back: replies with corrections and explanations, filled-in templates.

What they say of themselves (`marks`) is matched and compared, never trusted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TypeVar

import schemas
from flows.ground.findings import Finding, finding
from flows.ground.zone import Zone
from flows.read import Book, Grid, Reader, Unreadable
from flows.read.grid import NO_RESULT
from flows.read.marks import (
    EXPLANATION_HEADER,
    NUMBER_HEADER,
    Line,
    ReplyMark,
    TemplateMark,
    mark_of,
    without_own_sheets,
)
from flows.recognise.drafts import Draft, Origin, recognise
from flows.recognise.unread import is_left_out
from flows.values.text import clean
from schemas.declare import WORDS, Kind, Return
from schemas.rules import E012, Severity

K = TypeVar("K", bound=Hashable)

# Characters of an explanation that are taken from a workbook.
MAX_WORDS = 1_000


def content_of(grid: Grid) -> str:
    """A short name of everything that a sheet says, cell by cell; blanks and formats aside."""
    return hashlib.sha256(repr(_cells(grid)).encode(errors="replace")).hexdigest()


def template_version(model: type[Return]) -> str:
    """The version of a return's blank workbook: it changes with the return's columns as they look."""
    told = [
        (
            one.header,
            Kind.TEXT if one.kind in WORDS else one.kind,
            one.unit,
            one.constraint,
            one.description,
        )
        for one in model.columns().values()
        if not one.is_envelope
    ]
    text = repr([model.form().title, *told])
    return hashlib.sha256(text.encode()).hexdigest()[:8]


# --- what a received workbook is -----------------------------------------------------------------


@dataclass(frozen=True)
class Explanation:
    """A department's word on a finding, for every finding of the same rule, row and value.

    `own_key` is "" for what concerns no row, `value` "" where the finding shows none.
    """

    submission: str
    rule: str
    return_name: str
    department: str
    month: dt.date
    own_key: str
    field: str
    value: str
    text: str


@dataclass(frozen=True)
class Recognised:
    """The submissions in a file, and what its department explains in it."""

    drafts: list[Draft]
    explanations: list[Explanation] = field(default_factory=list)


def is_reply(book: Book | Unreadable) -> bool:
    """Whether the file answers another one, and says which."""
    return bool(answered_by(book))


def answered_by(book: Book | Unreadable) -> str:
    """The sha256 of the file that a reply answers; "" for what is no reply."""
    mark = mark_of(book) if isinstance(book, Book) else None
    return mark.sha256 if isinstance(mark, ReplyMark) else ""


def read_originals(
    books: Iterable[Book | Unreadable], path_of: Callable[[str], Path], readers: Reader
) -> tuple[dict[str, Book | Unreadable], set[str]]:
    """What the replies among the books answer, by sha256, read again from the archive.

    And what of it is not read yet, because it would be too much at once. `path_of` gives a file's
    place by its sha256; what is not there is left out.
    """
    wanted = {answered_by(book) for book in books} - {""}
    paths = {sha256: path for sha256 in sorted(wanted) if (path := path_of(sha256)).is_file()}
    originals = dict(readers.read(paths)) if paths else {}
    return originals, paths.keys() - originals.keys()


def recognise_any(
    book: Book | Unreadable,
    origin: Origin,
    zone: Zone,
    originals: Mapping[str, Book | Unreadable],
) -> Recognised:
    """The submissions of any received file; a workbook of ours is taken for what it is."""
    mark = mark_of(book) if isinstance(book, Book) else None
    if mark is None or isinstance(book, Unreadable):
        return Recognised(recognise(book, origin, zone))
    if isinstance(mark, TemplateMark):
        data = without_own_sheets(book, mark)
        drafts = recognise(data, origin, zone)
        if _is_as_handed_out(data, mark) or all(map(_says_nothing, drafts)):
            return Recognised([_blank_template(origin)])
        drafts[0].findings += _outdated(mark)
        return Recognised(drafts)
    return _recognise_reply(book, mark, origin, zone, originals)


# --- a template ----------------------------------------------------------------------------------


def _is_as_handed_out(data: Book, mark: TemplateMark) -> bool:
    """Whether nothing was filled in, whatever was carried over."""
    sheets = [grid for grid in data.sheets if not is_left_out(grid)]
    return bool(mark.blank and sheets) and all(content_of(grid) == mark.blank for grid in sheets)


def _says_nothing(draft: Draft) -> bool:
    """Whether no row is filled in, nobody signed, and nothing says that there is nothing."""
    signed = any(draft.envelope_value(part) for part in ("filler", "checker", "head", "filed_on"))
    return draft.model is not None and draft.is_blank and not signed


def _blank_template(origin: Origin) -> Draft:
    words = "这是下发的报表模板，里面没有填写任何内容，不计入。"
    hint = "请填写后再报送；没有发生的，请把“零报告”改为“是”。"
    said = finding(E012, words, suggestion=hint)
    return Draft(origin, f"{origin.receipt:06d}-1", findings=[said])


def _outdated(mark: TemplateMark) -> list[Finding]:
    """E012 for a template that was made before the return's columns changed."""
    try:
        model = schemas.by_name(mark.return_name)
    except KeyError:
        words = f"所用模板（版本{_shown(mark.version)}）的报表已不再使用。"
        return [finding(E012, words, severity=Severity.WARNING)]
    current = template_version(model)
    if mark.version == current:
        return []
    title = model.form().title
    return [
        finding(
            E012,
            f"所用的“{title}”模板是旧版本（{_shown(mark.version)}），现行版本是{current}。",
            severity=Severity.WARNING,
            suggestion="请向联系人索取现行模板，下次报送时改用。",
        )
    ]


def _shown(text: str) -> str:
    return clean(text)[:20]


# --- a reply -------------------------------------------------------------------------------------


def _recognise_reply(
    book: Book,
    mark: ReplyMark,
    origin: Origin,
    zone: Zone,
    originals: Mapping[str, Book | Unreadable],
) -> Recognised:
    data = without_own_sheets(book, mark)
    said = list(_explained(book, mark))
    has_change = bool(data.sheets) and not _has_same_data(data, originals.get(mark.sha256))
    if not has_change and not (said and data.sheets):
        draft = Draft(origin, f"{origin.receipt:06d}-1", findings=[_not_taken_in(mark, said)])
        return Recognised([draft])
    drafts = recognise(data, replace(origin, path=_with_first_names(origin, mark)), zone)
    for draft in drafts:
        draft.origin = origin
        draft.is_reply = True
    if isinstance(original := originals.get(mark.sha256), Book):
        _forget_old_totals(drafts, data, original)
    return Recognised(drafts, list(_of_own(said, drafts)))


def _forget_old_totals(drafts: Iterable[Draft], data: Book, original: Book) -> None:
    """Takes out the totals that stand as before above or below rows that were changed.

    The reply has a formula's result and not the formula: nobody said that the sum is still that.
    """
    before = [_cells(grid) for grid in original.sheets]
    changed = {grid.name: cells for grid in data.sheets if (cells := _cells(grid)) not in before}
    old_rows = {tuple(row) for cells in before for row in cells}
    for table in (one.table for draft in drafts for one in draft.slices):
        if table.sheet in changed:
            rows = changed[table.sheet]
            table.totals[:] = [one for one in table.totals if tuple(rows[one.row]) not in old_rows]


def _not_taken_in(mark: ReplyMark, said: Sequence[tuple[Line, str]]) -> Finding:
    what = f"“{clean(mark.file)}”" if mark.file else "原报表"
    if said:
        words = f"这是对{what}的审核意见，里面没有数据表，填写的说明无从对应，不再计入。"
        where = (
            "请在退回的工作簿里填写，不要删去数据表；退回时没有附数据表的，请写在原报表的备注里。"
        )
        return finding(E012, words, suggestion=where)
    return finding(E012, f"这是对{what}的审核意见，数据没有改动，也没有填写说明，不再计入。")


def _with_first_names(origin: Origin, mark: ReplyMark) -> str:
    """The reply's path with the names of the file it answers in front.

    Names of file and folder may say who reports for which month; the reply's own are nearer.
    """
    first = PurePosixPath("/", mark.file.replace("\0", ""))
    return str(first.with_suffix("") / origin.path).lstrip("/") if first.name else origin.path


def _has_same_data(book: Book, original: Book | Unreadable | None) -> bool:
    """Whether every cell says what it said before; formats, names of sheets and blanks aside."""
    if not isinstance(original, Book):
        return False
    mark = mark_of(original)
    before = without_own_sheets(original, mark) if mark else original
    return [_cells(grid) for grid in book.sheets] == [_cells(grid) for grid in before.sheets]


def _cells(grid: Grid) -> list[list[str]]:
    """The cleaned texts of a sheet without the blanks at the ends of rows and of the sheet."""
    rows = []
    errors = {place: error for place, error in grid.broken.items() if error != NO_RESULT}
    for number, row in enumerate(grid.rows):
        texts = [clean(text) if text else "" for text in row]
        if errors:
            # Some formats have an error as what it is, others as its text.
            texts = [text or errors.get((number, at), "") for at, text in enumerate(texts)]
        while texts and not texts[-1]:
            texts.pop()
        rows.append(texts)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _explained(book: Book, mark: ReplyMark) -> Iterator[tuple[Line, str]]:
    """The findings beside which something new is written; the first sheet wins over the list."""
    grids = {grid.name: grid for grid in book.sheets}
    first, everything = (
        {number: text for name in names if name in grids for number, text in _written(grids[name])}
        for names in (mark.own_sheets[:1], mark.own_sheets[1:])
    )
    for line in mark.lines:
        texts = (first.get(line.line), everything.get(str(line.number)))
        told = _words(line.explanation)
        new = next((text for text in texts if text and text != told), None)
        if new is not None:
            yield line, new


def _written(grid: Grid) -> Iterator[tuple[str, str]]:
    """The explanations of a sheet by the number of their line."""
    header: dict[str, int] = {}
    for row in grid.rows:
        if not header:
            if NUMBER_HEADER in row and EXPLANATION_HEADER in row:
                header = {text: index for index, text in enumerate(row)}
            continue
        number, text = (
            row[index] if (index := header[name]) < len(row) else ""
            for name in (NUMBER_HEADER, EXPLANATION_HEADER)
        )
        if number and (words := _words(text)):
            yield number, words


def _words(text: str) -> str:
    return clean(text)[:MAX_WORDS]


def _of_own(said: Iterable[tuple[Line, str]], drafts: Sequence[Draft]) -> Iterator[Explanation]:
    """The explanations on what the file itself reports: nobody explains another's return."""
    owners = {
        (draft.model.form().slug, draft.department, draft.month.isoformat()): draft
        for draft in drafts
        if draft.model and draft.department and draft.month
    }
    for line, text in said:
        draft = owners.get((line.return_name, line.department, line.month))
        if draft is not None and draft.department and draft.month:
            yield Explanation(
                draft.key,
                line.rule,
                line.return_name,
                draft.department,
                draft.month,
                line.own_key,
                line.field,
                line.value,
                text,
            )
