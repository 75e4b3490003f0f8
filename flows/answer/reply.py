"""One reply: the submitted workbook with our opinion, made of the archived bytes and the findings.

How it is written depends on what can be kept of the submitted workbook: all of it where it has plain
parts alone (`annotate`), what a library keeps (`tidy`), or its values (`afresh`). It is made in a
process of its own (`worker`), which may end over it: then it is made anew in a plainer way.
"""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

from flows.answer import opinions
from flows.answer.afresh import add_grid, sheet_names
from flows.answer.annotate import annotated, is_plain
from flows.answer.opinions import Opinions
from flows.answer.report import Job, Way
from flows.answer.size import Size, cells_of, size_of
from flows.answer.workbook import Workbook, parts_of
from flows.ground.collector import no_collections
from flows.read import Book, Grid
from flows.read.formats import read
from flows.read.marks import MARK_SHEET, ReplyMark, mark_of, without_own_sheets
from schemas.rules import E011

LOG = logging.getLogger("guoban")
# Workbooks of more cells are not sent back: writing them takes minutes and gigabytes.
MAX_CELLS = 500_000
# Larger workbooks are written anew: changing them takes too much memory and their look is plain.
MAX_KEPT_BYTES = 5 * 1024 * 1024
MAX_KEPT_INFLATED = 60 * 1024 * 1024
# What may be changed as XML, and what a library may make objects of.
MAX_KEPT = Size(rows=20_000, cells=MAX_CELLS, texts=MAX_CELLS, cell_tags=10_000_000, tags=400_000)
MAX_TIDIED = replace(MAX_KEPT, cell_tags=2_000_000, tags=100_000)
# Cells of merged areas: a library makes an object of each.
MAX_TIDIED_MERGED = 100_000
# What the first sheet says of the data sheets.
WRITTEN_AFRESH = "原文件的格式或大小不便保留版式，数据表按读到的内容重新生成。"
TOO_LARGE = (
    f"原文件超过{MAX_CELLS // 10_000}万个单元格，本工作簿不附数据表；说明请写在原文件的备注栏。"
)
NOT_ATTACHED = "原文件的内容无法写入本工作簿，不附数据表；说明请写在原文件的备注栏。"


@no_collections()
def reply_bytes(job: Job, way: Way = Way.KEPT) -> bytes:
    """The reply's workbook: the submitted one annotated where that works, else one made anew.

    Raises MemoryError, and whatever goes wrong when it is written anew.
    """
    arranged = opinions.arrange(job.report.told)
    if way is Way.ALONE:
        return _finished(Workbook(), job, arranged, {}, NOT_ATTACHED)
    could_be_read = all(one.rule != E011.id for one in job.report.told)
    if way is Way.KEPT and could_be_read:
        made = _tried(job, lambda: _from_parts(job, arranged))
        if made is not None:
            return made
    try:
        book = read(job.original.read_bytes())
    except MemoryError:
        raise
    except Exception:
        # Whatever keeps a reader from reading it is told already (E011).
        return _finished(Workbook(), job, arranged, {})
    if sum(map(_cells, book.sheets)) > MAX_CELLS:
        return _finished(Workbook(), job, arranged, {}, TOO_LARGE)
    if way is Way.KEPT:
        made = _tried(job, lambda: _tidied(job, book, arranged))
        if made is not None:
            return made
    return _afresh(job, book, arranged)


def _tried(job: Job, make: Callable[[], bytes | None]) -> bytes | None:
    """What is made; None where it fails, as libraries do in many ways on what others have made."""
    try:
        return make()
    except MemoryError:
        raise
    except Exception as error:
        LOG.info("reply to %s is not made of its workbook: %r", job.report.path, error)
        return None


def _cells(grid: Grid) -> int:
    return sum(map(bool, chain.from_iterable(grid.rows)))


def _from_parts(job: Job, arranged: Opinions) -> bytes | None:
    """The reply without reading the file again; None where that can't be."""
    try:
        container = zipfile.ZipFile(job.original)
    except zipfile.BadZipFile:
        return None
    with container:
        if not _is_small(job.original, container):
            is_sent = cells_of(container) <= MAX_CELLS
            return None if is_sent else _finished(Workbook(), job, arranged, {}, TOO_LARGE)
        parts = parts_of(container)
    size = size_of(parts)
    if size.cells > MAX_CELLS:
        return _finished(Workbook(), job, arranged, {}, TOO_LARGE)
    if not size.is_within(MAX_KEPT) or not is_plain(parts):
        return None
    return _annotated(parts, job, arranged)


def _is_small(original: Path, container: zipfile.ZipFile) -> bool:
    """Whether the workbook can be changed in memory."""
    inflated = sum(entry.file_size for entry in container.infolist())
    return original.stat().st_size <= MAX_KEPT_BYTES and inflated <= MAX_KEPT_INFLATED


def _can_be_tidied(job: Job, book: Book) -> bool:
    if book.format != "xlsx":
        return False
    areas = (area for grid in book.sheets for area in grid.merged)
    merged = sum((c - a + 1) * (d - b + 1) for a, b, c, d in areas)
    if merged > MAX_TIDIED_MERGED:
        return False
    with zipfile.ZipFile(job.original) as container:
        if not _is_small(job.original, container):
            return False
        return size_of(parts_of(container)).is_within(MAX_TIDIED)


def _finished(
    workbook: Workbook, job: Job, arranged: Opinions, names: dict[str, str], note: str = ""
) -> bytes:
    """The workbook with our sheets; `names` are the data sheets' in the reply, `note` a line more."""
    own = opinions.own_names(names.values(), is_grouped=arranged.is_grouped)
    first = opinions.opinions_page(
        job.report, arranged, job.letterhead, own[0], names.get, has_data=bool(names), note=note
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


def _tidied(job: Job, book: Book, arranged: Opinions) -> bytes | None:
    """The reply of what a library keeps; None where that would take too much."""
    if not _can_be_tidied(job, book):
        return None
    # openpyxl costs a fifth of a second to import; who doesn't need it does not pay for it.
    from flows.answer.tidy import tidied  # noqa: PLC0415

    mark = mark_of(book)
    ours = mark.own_sheets if isinstance(mark, ReplyMark) else ()
    with zipfile.ZipFile(tidied(job.original, ours)) as container:
        parts = parts_of(container)
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
