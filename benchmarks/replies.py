"""What answering costs: a thousand small replies, and one file with thirty thousand findings.

Prints the figures, and exits 1 beyond the bars that the house holds itself to. Reading, judging and
a first answer come before the clock starts. Run it on an otherwise idle machine.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from flows import pipeline
from flows.answer.places import RECEIPT
from flows.answer.receipts import renew_receipts
from flows.answer.replies import children, order_replies, write_replies
from flows.ground.settings import PROJECT, Settings
from flows.ground.zone import Zone, load_zone
from flows.read import limits_of
from flows.settle import load
from flows.store.archive import Archive
from flows.store.warehouse import Warehouse

SMALL_FILES, SMALL_ROWS = 1_000, 20
LARGE_ROWS, LARGE_FINDINGS = 30_000, 30_000
BAR_SMALL_MS, BAR_LARGE_S = 30.0, 15.0
HEADERS = (
    "项目编号", "项目名称", "投资方", "资金来源地", "产业类别", "合同类型", "项目性质", "引资角色",
    "合同投资额", "固定资产投资额", "签约日期", "项目状态", "开工日期", "审核状态", "备注",
)  # fmt: skip


def write_return(path: Path, rows: int, first: int, wrong: int) -> None:
    """A return of signed projects; its first `wrong` rows have an amount that is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("签约项目月报表")
        bold = book.add_format({"bold": True, "border": 1, "bg_color": "#E7E6E6"})
        body = book.add_format({"border": 1})
        day = book.add_format({"border": 1, "num_format": "yyyy-mm-dd"})
        sheet.merge_range(0, 0, 0, len(HEADERS) - 1, "签约项目月报表", bold)
        sheet.write_string(1, 0, "填报单位：招商局      报告期：2021年5月      计量单位：万元")
        sheet.write_row(2, 0, HEADERS, bold)
        for number in range(rows):
            for column, value in enumerate(_row(first + number, number < wrong)):
                style = day if isinstance(value, dt.date) else body
                sheet.write(3 + number, column, value, style)
        people = "单位负责人：甲   填表人：乙   审核人：丙   报出日期：2021年6月1日"
        sheet.write_string(rows + 3, 0, people)


def _row(number: int, is_wrong: bool) -> list[Any]:
    signed = dt.datetime(2021, 1, 4) + dt.timedelta(days=number % 100)  # noqa: DTZ001 - a cell
    return [
        f"GCKF-{2021 - number // 10_000}-{number % 10_000:04d}", f"合成项目{number}", f"合成投资方{number}", "省外", "工业",
        "正式合同", "新引进", "牵头", "约5亿" if is_wrong else 10_000 + number, 8_000, signed,
        "开工", signed + dt.timedelta(days=20), "审核通过", f"合成备注{number}",
    ]  # fmt: skip


class Bench:
    """A drop folder whose files are judged and stored, to be answered again and again."""

    def __init__(self, folder: Path, zone: Zone) -> None:
        self.settings = Settings(raw=folder / "raw", warehouse=folder / "w", settle_seconds=0)
        self.warehouse = Warehouse(self.settings.warehouse)
        self.archive = Archive(self.warehouse.archive)
        self.zone = zone

    def judged(self) -> tuple[duckdb.DuckDBPyConnection, list[int]]:
        """The working database, and the receipts to be answered."""
        pipeline.refresh(self.settings, self.zone)
        con = self.warehouse.open()
        return con, sorted(load.known_receipts(con))

    def reply(self, con: duckdb.DuckDBPyConnection, receipts: list[int]) -> list[Path]:
        """Orders the replies and writes them; gives their paths."""
        orders = order_replies(con, self.archive, self.warehouse, self.zone, receipts)
        with children(limits_of(self.settings)) as workers:
            return write_replies(orders, self.warehouse, workers)


def timed(work: Callable[[], list[Path]]) -> tuple[float, list[Path]]:
    """Seconds that the work takes, and what it wrote."""
    started = time.perf_counter()
    written = work()
    return time.perf_counter() - started, written


def small(folder: Path, zone: Zone) -> bool:
    """A thousand files of twenty rows, one wrong row each."""
    bench = Bench(folder, zone)
    for number in range(SMALL_FILES):
        name = bench.settings.raw / "2021-05" / "招商局" / f"签约{number:04d}.xlsx"
        write_return(name, SMALL_ROWS, number * SMALL_ROWS, 1)
    con, receipts = bench.judged()
    seconds, written = timed(lambda: bench.reply(con, receipts))
    each = seconds / len(written) * 1000
    print(f"{len(written)} small replies: {seconds:.1f} s, {each:.1f} ms each")
    for receipt in bench.warehouse.replies.rglob(RECEIPT):
        receipt.unlink()
    seconds, receipts_written = timed(lambda: renew_receipts(con, bench.warehouse, zone))
    print(f"{len(receipts_written)} receipts of {len(written)} submissions: {seconds:.2f} s")
    con.close()
    return each <= BAR_SMALL_MS


def large(folder: Path, zone: Zone) -> bool:
    """One file in which every row is wrong."""
    bench = Bench(folder, zone)
    name = bench.settings.raw / "2021-05" / "招商局" / "签约.xlsx"
    write_return(name, LARGE_ROWS, 0, LARGE_FINDINGS)
    con, receipts = bench.judged()
    seconds, (path,) = timed(lambda: bench.reply(con, receipts))
    size = path.stat().st_size / 1024 / 1024
    print(f"{LARGE_FINDINGS} findings in one file: {seconds:.1f} s, {size:.1f} MiB")
    con.close()
    return seconds <= BAR_LARGE_S


def main() -> None:
    """Both cases, in a folder that is thrown away."""
    zone = load_zone(PROJECT / "zone.toml")
    with tempfile.TemporaryDirectory() as folder:
        is_good = [small(Path(folder) / "small", zone), large(Path(folder) / "large", zone)]
    sys.exit(not all(is_good))


if __name__ == "__main__":
    main()
