"""Readers of PostgreSQL while release after release is copied: no error, and no half of one."""

import os
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
import pytest
from cluster import Target
from drop import Drop, change_of

# A nightly run may ask for more: RELEASES=100 READERS=10.
RELEASES, READERS = int(os.environ.get("RELEASES", "8")), int(os.environ.get("READERS", "6"))
ADDS_UP = (
    "select (select value from mart.headline_indicators where department = '全区' "
    "and indicator_code = 'ZS01' and report_month = '2021-05-01'), "
    "(select sum(value) from mart.headline_indicators where department <> '全区' "
    "and indicator_code = 'ZS01' and report_month = '2021-05-01'), "
    "(select sum(contribution) from mart.headline_rows where indicator_code = 'ZS01' "
    "and report_month = '2021-05-01')"
)
Con: TypeAlias = "psycopg.Connection[tuple[Any, ...]]"


class Reader(threading.Thread):
    """Asks the same over and over, in its own way, and counts what it sees."""

    def __init__(self, con: Con, ask: Callable[[Con], list[Any]], is_over: threading.Event) -> None:
        super().__init__()
        self._con, self._ask, self._is_over = con, ask, is_over
        self.seconds: list[float] = []
        self.seen: set[Any] = set()
        self.torn: list[Any] = []
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            while not self._is_over.is_set():
                started = time.perf_counter()
                for zone, *others in self._ask(self._con):
                    self.seen.add(zone)
                    if {zone} != {*others}:
                        self.torn.append((zone, others))
                self.seconds.append(time.perf_counter() - started)
        except Exception as error:
            self.error = error


def by_statement(con: Con) -> list[Any]:
    return [*con.execute(ADDS_UP)]


def by_prepared_statement(con: Con) -> list[Any]:
    return [*con.execute(ADDS_UP, prepare=True)]


def by_transaction(con: Con) -> list[Any]:
    """What one transaction sees twice is the same, as programs rely on that ask for it."""
    with con.transaction():
        con.execute("set transaction isolation level repeatable read")
        (first,) = con.execute(ADDS_UP).fetchall()
        time.sleep(0.01)
        (then,) = con.execute(ADDS_UP).fetchall()
    return [(*first, *then)]


def p95(readers: list[Reader]) -> float:
    return statistics.quantiles([one for reader in readers for one in reader.seconds], n=20)[-1]


def watched(target: Target, work: Callable[[], None]) -> list[Reader]:
    """Does the work while readers read; gives them when they have ended."""
    is_over = threading.Event()
    ways = (by_statement, by_prepared_statement, by_transaction)
    readers = [
        Reader(target.member("guoban_reader"), ways[number % len(ways)], is_over)
        for number in range(READERS)
    ]
    for one in readers:
        one.start()
    try:
        work()
    finally:
        is_over.set()
        for one in readers:
            one.join()
    return readers


@pytest.mark.nightly
def test_departments_add_up_to_the_zone_through_every_copy(
    filed_year: Drop, target: Target
) -> None:
    warehouse = filed_year.settings.warehouse
    assert target.copy(filed_year) == []
    first = (warehouse / "current").resolve()
    filed_year.edit(
        "2021-05/招商局/签约项目月报表.xlsx", change_of("GCKF-2021-0001", 合同投资额=130_000)
    )
    assert filed_year.refresh().published
    second = (warehouse / "current").resolve()
    assert first != second

    def copies() -> None:
        for number in range(RELEASES):
            flip(warehouse, (first, second)[number % 2])
            assert target.copy(filed_year) == []

    still = watched(target, lambda: time.sleep(1.5))
    readers = watched(target, copies)
    assert [one.error for one in readers if one.error] == []
    assert [one.torn for one in readers if one.torn] == []
    # Every one of them has seen both.
    assert all(len(one.seen) == 2 for one in readers)
    asked = sum(len(one.seconds) for one in readers)
    print(
        f"{READERS} readers, {RELEASES} copies, {asked} readings: 0 errors, 0 torn; p95 "
        f"{p95(readers) * 1000:.1f} ms, on a still database {p95(still) * 1000:.1f} ms"
    )


def flip(warehouse: Path, release: Path) -> None:
    (warehouse / "link").symlink_to(release)
    (warehouse / "link").replace(warehouse / "current")
