"""What reading costs beside python-calamine alone, for the same bytes in one process.

Prints both ratios that the house holds itself to, and exits 1 beyond one of them. Child processes
and the way of the grids out of them count in. Run it on an otherwise idle machine.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter

import schemas
from flows.ground.settings import PROJECT
from flows.ground.zone import load_zone
from flows.normalise.frames import normalise
from flows.read import Book, Limits, read_files
from flows.recognise import Origin, recognise

ROUNDS = 3
ENVELOPE = "填报单位：招商局      报告期：2021年5月      计量单位：万元"
HEADERS = (
    "项目编号", "项目名称", "投资方", "资金来源地", "产业类别", "合同类型", "项目性质", "引资角色",
    "合同投资额", "固定资产投资额", "签约日期", "项目状态", "开工日期", "审核状态", "备注",
)  # fmt: skip
SHOWN_ROWS = 50_000
RECEIVED = dt.date(2021, 6, 2)


@dataclass(frozen=True)
class Case:
    """Workbooks of one size, and how many times calamine's time they may take."""

    name: str
    files: list[Path]
    bar: float


def workbook(rows: int, first: int = 0, amounts: str = "") -> bytes:
    """A return of signed projects with so many rows, the way departments file it.

    `amounts` is the number format of the two columns of money.
    """
    target = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet("签约项目月报表")
        sheet.merge_range(0, 0, 0, len(HEADERS) - 1, "签约项目月报表")
        sheet.write_row(1, 0, [ENVELOPE])
        sheet.write_row(2, 0, HEADERS)
        if amounts:
            sheet.set_column(8, 9, None, style := book.add_format({"num_format": amounts}))
        for number in range(rows):
            row = _row(first + number)
            sheet.write_row(3 + number, 0, row)
            if amounts:
                sheet.write_row(3 + number, 8, row[8:10], style)
    return target.getvalue()


def _row(number: int) -> list[Any]:
    signed = dt.datetime(2021, 1, 4) + dt.timedelta(days=number % 100)  # noqa: DTZ001 - a cell
    return [
        f"GCKF-2021-{number:04d}", f"合成项目{number}", f"合成投资方{number % 997}", "省外", "工业",
        "正式合同", "新引进", "牵头", 10_000 + number * 1.25, 8_000 + number, signed, "开工",
        signed + dt.timedelta(days=20), "审核通过", f"合成备注{number}",
    ]  # fmt: skip


def alone(files: Iterable[Path]) -> None:
    """The bytes by python-calamine, in this process, every value of every sheet."""
    for path in files:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def sandboxed(files: Iterable[Path]) -> list[Book]:
    """The same by guoban: in child processes, as grids in this one."""
    answers = dict(read_files(dict(enumerate(files)), Limits()))
    books = [one for one in answers.values() if isinstance(one, Book)]
    if len(books) != len(answers):
        raise RuntimeError("a workbook of the benchmark was turned back")
    return books


def typed(books: Iterable[Book]) -> int:
    """The grids through recognition and typing; gives the number of rows."""
    zone = load_zone(PROJECT / "zone.toml")
    rates: dict[str, Decimal] = {}
    drafts = [
        draft
        for number, book in enumerate(books)
        for draft in recognise(book, Origin(number, f"{number}.xlsx", RECEIVED), zone)
    ]
    batches, _ = normalise(drafts, rates)
    return sum(batch.frame.height for batch in batches)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(case: Case) -> bool:
    """Prints one line; whether the case is within its bar. The best of some rounds counts."""
    bare = min(seconds(lambda: alone(case.files)) for _ in range(ROUNDS))
    ours = min(seconds(lambda: sandboxed(case.files)) for _ in range(ROUNDS))
    books = sandboxed(case.files)
    further = seconds(lambda: typed(books))
    ratio = ours / bare
    print(
        f"{case.name}: calamine {bare:.2f} s, guoban {ours:.2f} s, ratio {ratio:.2f} "
        f"(at most {case.bar}); recognise and normalise {further:.2f} s"
    )
    return ratio <= case.bar


def price_of_formats(folder: Path) -> None:
    """Prints what it takes more to read numbers whose format says something."""
    plain, telling = folder / "plain.xlsx", folder / "telling.xlsx"
    plain.write_bytes(workbook(SHOWN_ROWS, amounts="#,##0.00_ "))
    telling.write_bytes(workbook(SHOWN_ROWS, amounts='0.00"万元"'))
    # In turns, so that what else the machine does falls on both.
    taken = [
        [seconds(partial(sandboxed, [one])) for one in (plain, telling)] for _ in range(ROUNDS)
    ]
    without, with_words = (min(column) for column in zip(*taken, strict=True))
    print(
        f'{SHOWN_ROWS:,} rows, two amounts of each in the format 0.00"万元": {with_words:.2f} s, '
        f"in #,##0.00 {without:.2f} s, {with_words / without - 1:+.0%}"
    )


def main() -> int:
    schemas.all_returns()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        many = [folder / f"{number}.xlsx" for number in range(1000)]
        for number, path in enumerate(many):
            path.write_bytes(workbook(50, number * 50))
        big = folder / "big.xlsx"
        big.write_bytes(workbook(100_000))
        cases = [Case("1,000 × 50 rows", many, 2.5), Case("100,000 rows × 15 columns", [big], 4.0)]
        within = [measure(case) for case in cases]
        price_of_formats(folder)
    return 0 if all(within) else 1


if __name__ == "__main__":
    sys.exit(main())
