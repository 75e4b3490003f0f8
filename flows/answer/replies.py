"""The stage that answers: a reply for every newly received file with an error or a warning.

What goes wrong with one reply is logged, and the others go out.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb

from flows.answer.reply import Job, UnreadError, write
from flows.answer.reports import header_rows_of, reports_of
from flows.ground.errors import WarehouseError
from flows.ground.zone import Zone
from flows.read import Limits, read_files
from flows.store.archive import Archive
from flows.store.warehouse import Warehouse
from flows.validate.across import catalogue

LOG = logging.getLogger("guoban")
# From so many replies on a second process is worth its start; so many are handed to it at a time.
SHARED_FROM, AHEAD = 100, 3
_Outcome = Path | WarehouseError | UnreadError | None
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
        one.receipt: Job(one, archive.path(one.sha256), warehouse.replies, zone, wording)
        for one in reports_of(con, receipts, zone)
    }
    written = _write_all(jobs.values(), len(jobs))
    unread = {
        receipt: jobs[receipt] for receipt, one in written.items() if isinstance(one, UnreadError)
    }
    if unread:
        written |= _write_all(_read(con, unread, limits or Limits()), len(unread))
    for one in written.values():
        if isinstance(one, WarehouseError):
            raise one
    return [path for _, path in sorted(written.items()) if isinstance(path, Path)]


def _read(con: duckdb.DuckDBPyConnection, jobs: Mapping[int, Job], limits: Limits) -> Iterator[Job]:
    """The jobs with their files as our reader sees them, each as soon as it is read."""
    headers = header_rows_of(con, jobs)
    originals = {receipt: job.original for receipt, job in jobs.items()}
    for receipt, book in read_files(originals, limits):
        job = jobs[receipt]
        report = replace(job.report, header_rows=headers.get(receipt, {}))
        yield replace(job, report=report, book=book)


def _write_all(jobs: Iterable[Job], count: int) -> dict[int, _Outcome]:
    """Writes the replies; of many some are handed over to a second process once it is there."""
    written: dict[int, _Outcome] = {}
    waiting: deque[tuple[Job, Future[Path]]] = deque()
    with contextlib.ExitStack() as stack:
        helper = stack.enter_context(_helper()) if count >= SHARED_FROM else None
        for job in jobs:
            while waiting and waiting[0][1].done():
                _take(*waiting.popleft(), written)
            try:
                # What waits is held in memory: no more than keeps the helper busy.
                if helper is not None and len(waiting) < AHEAD:
                    waiting.append((job, helper.submit(write, job)))
                    continue
            except BrokenProcessPool:
                helper = None
            written[job.report.receipt] = _outcome(job, partial(write, job))
        for job, future in waiting:
            _take(job, future, written)
    return written


def _helper() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))


def _take(job: Job, future: Future[Path], written: dict[int, _Outcome]) -> None:
    def here_after_all() -> Path:
        try:
            return future.result()
        except BrokenProcessPool:
            LOG.warning("replies: the second process ended; going on in this one")
            return write(job)

    written[job.report.receipt] = _outcome(job, here_after_all)


def _outcome(job: Job, write: Callable[[], Path]) -> _Outcome:
    try:
        return write()
    except (WarehouseError, UnreadError) as error:
        return error
    except Exception:
        # Whatever is odd about one file is no reason to leave the others unanswered.
        LOG.exception("there is no reply to %s: it can't be made", job.report.path)
        return None
