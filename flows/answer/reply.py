"""One reply: the submitted workbook with our opinion, made of the archived bytes and the findings.

How it is written depends on what can be kept of the submitted workbook: all of it where it has plain
parts alone (`annotate`), what a library keeps (`tidy`), or its values (`afresh`).
"""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from flows.answer import opinions, places
from flows.answer.afresh import add_grid, sheet_names
from flows.answer.annotate import annotated, is_plain
from flows.answer.opinions import Opinions
from flows.answer.reports import Report
from flows.answer.workbook import Workbook, parts_of, sheet_size
from flows.ground.collector import no_collections
from flows.ground.zone import Zone
from flows.read import Book, Grid, Unreadable
from flows.recognise.returned import MARK_SHEET, ReplyMark, mark_of, without_own_sheets
from schemas.rules import E011

LOG = logging.getLogger("guoban")
# Larger workbooks are written anew: changing them takes too much memory and their look is plain.
MAX_KEPT_ROWS = 20_000
MAX_KEPT_BYTES = 5 * 1024 * 1024
MAX_KEPT_INFLATED = 60 * 1024 * 1024
# Cells of merged areas: a library makes an object of each.
MAX_KEPT_MERGED = 100_000
# Workbooks of more cells are not sent back: writing them takes minutes and gigabytes.
MAX_CELLS = 500_000
# What the first sheet says of the data sheets.
WRITTEN_AFRESH = "原文件的格式或大小不便保留版式，数据表按读到的内容重新生成。"
TOO_LARGE = (
    f"原文件超过{MAX_CELLS // 10_000}万个单元格，本工作簿不附数据表；说明请写在原文件的备注栏。"
)


@dataclass(frozen=True)
class Job:
    """Everything that one reply is made of; goes to another process where many are written."""

    report: Report
    original: Path
    replies: Path
    zone: Zone
    wording: dict[str, str]
    book: Book | Unreadable | None = None
    """The file as our reader sees it; None where it is not read again."""


class UnreadError(Exception):
    """There is no way to make the reply but from what our reader finds in the file."""


def write(job: Job) -> Path:
    """Writes the reply; gives its path. Raises UnreadError, and WarehouseError as `places` does."""
    report = job.report
    return places.write(job.replies, report.folder, report.name, reply_bytes(job))


@no_collections()
def reply_bytes(job: Job) -> bytes:
    """The reply's workbook: the submitted one annotated where that works, else one made anew."""
    arranged = opinions.arrange(job.report.told)
    if job.book is None:
        return _from_parts(job, arranged)
    if isinstance(job.book, Unreadable):
        return _finished(Workbook(), job, arranged, {})
    if sum(map(_cells, job.book.sheets)) > MAX_CELLS:
        return _finished(Workbook(), job, arranged, {}, TOO_LARGE)
    try:
        if _can_be_kept(job, job.book):
            return _tidied(job, job.book, arranged)
    except Exception as error:
        # Libraries fail in many ways on what others have made; the content still goes out.
        LOG.info("reply to %s is written anew: %r", job.report.path, error)
    return _afresh(job, job.book, arranged)


def _cells(grid: Grid) -> int:
    return sum(map(bool, chain.from_iterable(grid.rows)))


def _from_parts(job: Job, arranged: Opinions) -> bytes:
    """The reply without reading the file again. Raises UnreadError where that can't be."""
    try:
        if any(one.rule == E011.id for one in job.report.told):
            raise UnreadError
        with zipfile.ZipFile(job.original) as container:
            is_large = not _is_small(job.original, container)
            rows, cells = sheet_size(container)
            if cells > MAX_CELLS:
                return _finished(Workbook(), job, arranged, {}, TOO_LARGE)
            if is_large or rows > MAX_KEPT_ROWS:
                raise UnreadError
        parts = parts_of(job.original)
        if not is_plain(parts):
            raise UnreadError
        return _annotated(parts, job, arranged)
    except UnreadError:
        raise
    except Exception as error:
        # What was read once can be read again, whatever is odd about its parts.
        LOG.info("reply to %s: its file is read again: %r", job.report.path, error)
        raise UnreadError from error


def _is_small(original: Path, container: zipfile.ZipFile) -> bool:
    """Whether the workbook can be changed in memory."""
    inflated = sum(entry.file_size for entry in container.infolist())
    return original.stat().st_size <= MAX_KEPT_BYTES and inflated <= MAX_KEPT_INFLATED


def _can_be_kept(job: Job, book: Book) -> bool:
    if book.format != "xlsx":
        return False
    rows = sum(len(grid.rows) for grid in book.sheets)
    areas = (area for grid in book.sheets for area in grid.merged)
    merged = sum((c - a + 1) * (d - b + 1) for a, b, c, d in areas)
    if rows > MAX_KEPT_ROWS or merged > MAX_KEPT_MERGED:
        return False
    with zipfile.ZipFile(job.original) as container:
        return _is_small(job.original, container)


def _finished(
    workbook: Workbook, job: Job, arranged: Opinions, names: dict[str, str], note: str = ""
) -> bytes:
    """The workbook with our sheets; `names` are the data sheets' in the reply, `note` a line more."""
    own = opinions.own_names(names.values(), is_grouped=arranged.is_grouped)
    first = opinions.opinions_page(
        job.report, arranged, job.zone, own[0], names.get, has_data=bool(names), note=note
    )
    workbook.add(first, is_first=True)
    for name in own[1:]:
        workbook.add(opinions.everything_page(arranged, name, names.get))
    workbook.add(opinions.mark_page(job.report, arranged, own))
    return workbook.save()


def _data(book: Book) -> list[Grid]:
    """The sheets that are not of an earlier reply."""
    mark = mark_of(book)
    data = without_own_sheets(book, mark) if mark else book
    return [grid for grid in data.sheets if grid.name != MARK_SHEET]


def _annotated(parts: Mapping[str, bytes], job: Job, arranged: Opinions) -> bytes:
    workbook = annotated(parts, opinions.notes(job.report.told, job.wording))
    return _finished(workbook, job, arranged, {name: name for name in workbook.sheets})


def _tidied(job: Job, book: Book, arranged: Opinions) -> bytes:
    # openpyxl costs a fifth of a second to import; who doesn't need it does not pay for it.
    from flows.answer.tidy import tidied  # noqa: PLC0415

    mark = mark_of(book)
    ours = mark.own_sheets if isinstance(mark, ReplyMark) else ()
    parts = parts_of(tidied(job.original, ours))
    missing = {grid.name for grid in _data(book)} - Workbook(parts).sheets.keys()
    if missing:
        raise ValueError(f"lost on loading: {missing}")
    return _annotated(parts, job, arranged)


def _afresh(job: Job, book: Book, arranged: Opinions) -> bytes:
    grids = _data(book)
    names = sheet_names(grids)
    notes = opinions.notes(job.report.told, job.wording)
    workbook = Workbook()
    for name, grid in zip(names, grids, strict=True):
        header_row = job.report.header_rows.get(grid.name)
        add_grid(workbook, name, grid, notes.get(grid.name, {}), header_row)
    own = dict(zip((grid.name for grid in grids), names, strict=True))
    return _finished(workbook, job, arranged, own, WRITTEN_AFRESH)
