"""The stage that answers: a reply for every newly received file with an error or a warning.

A reply is made from the archived bytes and the findings; how it is written depends on what can
be kept of the submitted workbook. Many replies are written by two processes. What goes wrong with
one reply is logged, and the others go out.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import zipfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

import duckdb

from flows.answer import opinions, places
from flows.answer.opinions import Opinions
from flows.answer.page import Page
from flows.answer.reports import Report, reports_of
from flows.ground.errors import WarehouseError
from flows.ground.zone import Zone
from flows.read import Book, Grid, Limits, read_files
from flows.recognise.returned import MARK_SHEET, ReplyMark, mark_of, without_own_sheets
from flows.store.archive import Archive
from flows.store.warehouse import Warehouse
from flows.validate.across import catalogue

LOG = logging.getLogger("guoban")
# Larger workbooks are written anew: loading and saving them takes minutes and their look is plain.
MAX_KEPT_ROWS = 20_000
MAX_KEPT_BYTES = 5 * 1024 * 1024
MAX_KEPT_INFLATED = 60 * 1024 * 1024
# Cells of merged areas: a library makes an object of each.
MAX_KEPT_MERGED = 100_000
# Workbooks of more cells are not sent back: writing them takes minutes and gigabytes.
MAX_CELLS = 500_000
# From so many replies on a second process is worth its start.
SHARED_FROM = 60
PROCESSES = 2
# What the first sheet says of the data sheets.
WRITTEN_AFRESH = "原文件的格式或大小不便保留版式，数据表按读到的内容重新生成。"
TOO_LARGE = (
    f"原文件超过{MAX_CELLS // 10_000}万个单元格，本工作簿不附数据表；说明请写在原文件的备注栏。"
)

_Written = Path | WarehouseError | None
"""What came of a reply: where it lies, that its folder can't be written, or nothing (logged)."""


@dataclass(frozen=True)
class _Job:
    """Everything that one reply is made of; goes to another process where many are written."""

    report: Report
    original: Path
    replies: Path
    zone: Zone
    wording: dict[str, str]
    book: Book | None
    """The file as our reader sees it; None where it can't be read."""


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
    reports = reports_of(con, receipts, zone)
    wording = {rule.id: rule.zh for rule in catalogue().values()}
    originals = {one.receipt: archive.path(one.sha256) for one in reports}
    books = read_files(originals, limits or Limits())
    by_receipt = {one.receipt: one for one in reports}
    jobs = (
        _Job(
            by_receipt[receipt],
            originals[receipt],
            warehouse.replies,
            zone,
            wording,
            book if isinstance(book, Book) else None,
        )
        for receipt, book in books
    )
    written = _shared(jobs) if len(reports) >= SHARED_FROM else {}
    written |= {job.report.receipt: _outcome(job, partial(_write, job)) for job in jobs}
    for one in written.values():
        if isinstance(one, WarehouseError):
            raise one
    return [path for _, path in sorted(written.items()) if isinstance(path, Path)]


def _outcome(job: _Job, write: Callable[[], Path]) -> _Written:
    try:
        return write()
    except WarehouseError as error:
        return error
    except BrokenProcessPool:
        raise
    except Exception:
        # Whatever is odd about one file is no reason to leave the others unanswered.
        LOG.exception("there is no reply to %s: it can't be made", job.report.path)
        return None


def _shared(jobs: Iterator[_Job]) -> dict[int, _Written]:
    """Writes by several processes; where they can't be had, the rest is left for this one."""
    done: dict[int, _Written] = {}
    waiting: dict[int, _Job] = {}
    futures: deque[Future[Path]] = deque()

    def take_first() -> None:
        receipt, job = next(iter(waiting.items()))
        done[receipt] = _outcome(job, futures.popleft().result)
        del waiting[receipt]

    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
            for job in jobs:
                waiting[job.report.receipt] = job
                futures.append(pool.submit(_write, job))
                # What waits is held in memory: no more than keeps the processes busy.
                if len(waiting) >= PROCESSES * 8:
                    take_first()
            while waiting:
                take_first()
    except BrokenProcessPool:
        LOG.warning("replies: the second process ended; going on in this one")
        done |= {receipt: _outcome(job, partial(_write, job)) for receipt, job in waiting.items()}
    return done


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
        return _without_data(job, arranged)
    if sum(map(_cells, job.book.sheets)) > MAX_CELLS:
        return _without_data(job, arranged, TOO_LARGE)
    try:
        if _can_be_kept(job):
            return _annotated(job, arranged)
    except Exception as error:
        # Libraries fail in many ways on what others have made; the content still goes out.
        LOG.info("reply to %s is written anew: %r", job.report.path, error)
    return _afresh(job, job.book, arranged)


def _cells(grid: Grid) -> int:
    return sum(map(bool, chain.from_iterable(grid.rows)))


def _can_be_kept(job: _Job) -> bool:
    if job.book is None or job.book.format != "xlsx":
        return False
    rows = sum(len(grid.rows) for grid in job.book.sheets)
    areas = (area for grid in job.book.sheets for area in grid.merged)
    merged = sum((c - a + 1) * (d - b + 1) for a, b, c, d in areas)
    if rows > MAX_KEPT_ROWS or merged > MAX_KEPT_MERGED:
        return False
    if job.original.stat().st_size > MAX_KEPT_BYTES:
        return False
    with zipfile.ZipFile(job.original) as container:
        return sum(entry.file_size for entry in container.infolist()) <= MAX_KEPT_INFLATED


def _own_pages(
    job: _Job, arranged: Opinions, names: dict[str, str], note: str = ""
) -> tuple[Page, list[Page]]:
    """The first sheet and those behind the data; `names` are the data sheets' in the reply."""
    own = opinions.own_names(names.values(), is_grouped=arranged.is_grouped)
    first = opinions.opinions_page(
        job.report, arranged, job.zone, own[0], names.get, has_data=bool(names), note=note
    )
    behind = [opinions.everything_page(arranged, name, names.get) for name in own[1:]]
    return first, [*behind, opinions.mark_page(job.report, arranged, own)]


def _data(book: Book) -> list[Grid]:
    """The sheets that are not of an earlier reply."""
    mark = mark_of(book)
    data = without_own_sheets(book, mark) if mark else book
    return [grid for grid in data.sheets if grid.name != MARK_SHEET]


def _annotated(job: _Job, arranged: Opinions) -> bytes:
    # openpyxl costs a fifth of a second to import; who writes no reply does not pay for it.
    from flows.answer.annotate import Annotated  # noqa: PLC0415

    assert job.book is not None  # noqa: S101
    mark = mark_of(job.book)
    ours = mark.own_sheets if isinstance(mark, ReplyMark) else ()
    workbook = Annotated(job.original.read_bytes(), ours)
    missing = {grid.name for grid in _data(job.book)} - set(workbook.names)
    if missing:
        raise ValueError(f"lost on loading: {missing}")
    workbook.annotate(opinions.notes(job.report.told, job.wording))
    return workbook.save(*_own_pages(job, arranged, {name: name for name in workbook.names}))


def _afresh(job: _Job, book: Book, arranged: Opinions) -> bytes:
    from flows.answer.afresh import sheet_names, write_afresh  # noqa: PLC0415

    grids = _data(book)
    names = sheet_names(grids)
    own = dict(zip((grid.name for grid in grids), names, strict=True))
    first, behind = _own_pages(job, arranged, own, WRITTEN_AFRESH)
    notes = opinions.notes(job.report.told, job.wording)
    return write_afresh(
        list(zip(names, grids, strict=True)), notes, job.report.header_rows, first, behind
    )


def _without_data(job: _Job, arranged: Opinions, note: str = "") -> bytes:
    from flows.answer.afresh import write_afresh  # noqa: PLC0415

    return write_afresh([], {}, {}, *_own_pages(job, arranged, {}, note))
