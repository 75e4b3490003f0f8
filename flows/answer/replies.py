"""The stage that answers: a reply for every newly received file with an error or a warning.

A reply is made from the archived bytes and the findings; how it is written depends on what can
be kept of the submitted workbook: all of it where it has plain parts alone (`annotate`), what a
library keeps (`tidy`), or its values (`afresh`). What goes wrong with one reply is logged, and the
others go out.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import multiprocessing
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

import duckdb

from flows.answer import opinions, places
from flows.answer.afresh import add_grid, sheet_names
from flows.answer.annotate import annotated, is_plain
from flows.answer.opinions import Opinions
from flows.answer.reports import Report, header_rows_of, reports_of
from flows.answer.workbook import Workbook, parts_of, sheet_size
from flows.ground.errors import WarehouseError
from flows.ground.zone import Zone
from flows.read import Book, Grid, Limits, Unreadable, read_files
from flows.recognise.returned import MARK_SHEET, ReplyMark, mark_of, without_own_sheets
from flows.store.archive import Archive
from flows.store.warehouse import Warehouse
from flows.validate.across import catalogue
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
# From so many replies on a second process is worth its start; so many are handed to it at a time.
SHARED_FROM, AHEAD = 150, 3
# What the first sheet says of the data sheets.
WRITTEN_AFRESH = "原文件的格式或大小不便保留版式，数据表按读到的内容重新生成。"
TOO_LARGE = (
    f"原文件超过{MAX_CELLS // 10_000}万个单元格，本工作簿不附数据表；说明请写在原文件的备注栏。"
)


@dataclass(frozen=True)
class _Job:
    """Everything that one reply is made of; goes to another process where many are written."""

    report: Report
    original: Path
    replies: Path
    zone: Zone
    wording: dict[str, str]
    book: Book | Unreadable | None = None
    """The file as our reader sees it; None where it is not read again."""


class _UnreadError(Exception):
    """There is no way to make the reply but from what our reader finds in the file."""


_Outcome = Path | WarehouseError | _UnreadError | None
"""What came of a reply: where it lies, that its folder can't be written, that the file has to be
read first, or nothing (logged)."""


def write_replies(
    con: duckdb.DuckDBPyConnection,
    archive: Archive,
    warehouse: Warehouse,
    zone: Zone,
    receipts: Sequence[int],
    limits: Limits | None = None,
) -> list[Path]:
    """Writes the replies to these newly received files; gives their paths by receipt.

    Raises WarehouseError where a folder of the replies can't be written, once all others are.
    """
    if not receipts:
        return []
    wording = {rule.id: rule.zh for rule in catalogue().values()}
    jobs = {
        one.receipt: _Job(one, archive.path(one.sha256), warehouse.replies, zone, wording)
        for one in reports_of(con, receipts, zone)
    }
    written = _write_all(jobs.values(), len(jobs))
    unread = {
        receipt: jobs[receipt] for receipt, one in written.items() if isinstance(one, _UnreadError)
    }
    if unread:
        written |= _write_all(_read(con, unread, limits or Limits()), len(unread))
    for one in written.values():
        if isinstance(one, WarehouseError):
            raise one
    return [path for _, path in sorted(written.items()) if isinstance(path, Path)]


def _read(
    con: duckdb.DuckDBPyConnection, jobs: Mapping[int, _Job], limits: Limits
) -> Iterator[_Job]:
    """The jobs with their files as our reader sees them, each as soon as it is read."""
    headers = header_rows_of(con, jobs)
    originals = {receipt: job.original for receipt, job in jobs.items()}
    for receipt, book in read_files(originals, limits):
        job = jobs[receipt]
        report = replace(job.report, header_rows=headers.get(receipt, {}))
        yield replace(job, report=report, book=book)


def _write_all(jobs: Iterable[_Job], count: int) -> dict[int, _Outcome]:
    """Writes the replies; of many some are handed over to a second process once it is there."""
    written: dict[int, _Outcome] = {}
    waiting: deque[tuple[_Job, Future[Path]]] = deque()
    with contextlib.ExitStack() as stack:
        helper = stack.enter_context(_helper()) if count >= SHARED_FROM else None
        for job in jobs:
            while waiting and waiting[0][1].done():
                _take(*waiting.popleft(), written)
            try:
                # What waits is held in memory: no more than keeps the helper busy.
                if helper is not None and len(waiting) < AHEAD:
                    waiting.append((job, helper.submit(_write, job)))
                    continue
            except BrokenProcessPool:
                helper = None
            written[job.report.receipt] = _outcome(job, partial(_write, job))
        for job, future in waiting:
            _take(job, future, written)
    return written


def _helper() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


def _take(job: _Job, future: Future[Path], written: dict[int, _Outcome]) -> None:
    def here_after_all() -> Path:
        try:
            return future.result()
        except BrokenProcessPool:
            LOG.warning("replies: the second process ended; going on in this one")
            return _write(job)

    written[job.report.receipt] = _outcome(job, here_after_all)


def _outcome(job: _Job, write: Callable[[], Path]) -> _Outcome:
    try:
        return write()
    except (WarehouseError, _UnreadError) as error:
        return error
    except Exception:
        # Whatever is odd about one file is no reason to leave the others unanswered.
        LOG.exception("there is no reply to %s: it can't be made", job.report.path)
        return None


def _write(job: _Job) -> Path:
    report = job.report
    return places.write(job.replies, report.folder, report.name, reply_bytes(job))


def reply_bytes(job: _Job) -> bytes:
    """The reply's workbook: the submitted one annotated where that works, else one made anew."""
    # A workbook under way is many small objects that all live to its end: looking for those that
    # don't costs a third of the time.
    was_looking = gc.isenabled()
    gc.disable()
    try:
        return _made(job)
    finally:
        if was_looking:
            gc.enable()


def _made(job: _Job) -> bytes:
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


def _from_parts(job: _Job, arranged: Opinions) -> bytes:
    """The reply without reading the file again. Raises _UnreadError where that can't be."""
    try:
        if any(one.rule == E011.id for one in job.report.told):
            raise _UnreadError
        with zipfile.ZipFile(job.original) as container:
            is_large = not _is_small(job.original, container)
            rows, cells = sheet_size(container)
            if cells > MAX_CELLS:
                return _finished(Workbook(), job, arranged, {}, TOO_LARGE)
            if is_large or rows > MAX_KEPT_ROWS:
                raise _UnreadError
        parts = parts_of(job.original)
        if not is_plain(parts):
            raise _UnreadError
        return _annotated(parts, job, arranged)
    except _UnreadError:
        raise
    except Exception as error:
        # What was read once can be read again, whatever is odd about its parts.
        LOG.info("reply to %s: its file is read again: %r", job.report.path, error)
        raise _UnreadError from error


def _is_small(original: Path, container: zipfile.ZipFile) -> bool:
    """Whether the workbook can be changed in memory."""
    inflated = sum(entry.file_size for entry in container.infolist())
    return original.stat().st_size <= MAX_KEPT_BYTES and inflated <= MAX_KEPT_INFLATED


def _can_be_kept(job: _Job, book: Book) -> bool:
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
    workbook: Workbook, job: _Job, arranged: Opinions, names: dict[str, str], note: str = ""
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


def _annotated(parts: Mapping[str, bytes], job: _Job, arranged: Opinions) -> bytes:
    workbook = annotated(parts, opinions.notes(job.report.told, job.wording))
    return _finished(workbook, job, arranged, {name: name for name in workbook.sheets})


def _tidied(job: _Job, book: Book, arranged: Opinions) -> bytes:
    # openpyxl costs a fifth of a second to import; who doesn't need it does not pay for it.
    from flows.answer.tidy import tidied  # noqa: PLC0415

    mark = mark_of(book)
    ours = mark.own_sheets if isinstance(mark, ReplyMark) else ()
    parts = parts_of(tidied(job.original, ours))
    missing = {grid.name for grid in _data(book)} - Workbook(parts).sheets.keys()
    if missing:
        raise ValueError(f"lost on loading: {missing}")
    return _annotated(parts, job, arranged)


def _afresh(job: _Job, book: Book, arranged: Opinions) -> bytes:
    grids = _data(book)
    names = sheet_names(grids)
    notes = opinions.notes(job.report.told, job.wording)
    workbook = Workbook()
    for name, grid in zip(names, grids, strict=True):
        header_row = job.report.header_rows.get(grid.name)
        add_grid(workbook, name, grid, notes.get(grid.name, {}), header_row)
    own = dict(zip((grid.name for grid in grids), names, strict=True))
    return _finished(workbook, job, arranged, own, WRITTEN_AFRESH)
