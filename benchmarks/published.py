"""A release of millions of rows: what it costs to publish one month more, and to ask it.

Publication is held against copying the file that is published, and writing one month's rows anew in
the copy: what no publication that changes a month can do without.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import duckdb

from benchmarks.bench import Bench
from benchmarks.contenders import stages_of
from benchmarks.data import late_in
from benchmarks.growth import of_rows
from benchmarks.results import Measured

REFRESH, PUBLICATION = "refresh, all stages", "refresh, the stage publish"
COPY, MONTH = "plain copy of the file", "one month's rows anew"
QUERY = "query: "
OPENING = "opening the file alone"
_LAST = "report_month = (select max(report_month) from mart.headline_indicators)"
QUERIES = {
    "figures of the last month": (
        f"select * from mart.headline_indicators where {_LAST} and department = '全区'"
    ),
    "a figure through all months": (
        "select report_month, value, completion_pct from mart.headline_indicators "
        "where department = '全区' and indicator_code = 'ZS01' order by report_month"
    ),
    "departments by rank": (
        f"select * from mart.headline_indicators where {_LAST} and indicator_code = 'ZS02' "
        "order by rank nulls last"
    ),
    "the largest rows of a figure": (
        f"select * from mart.headline_rows where {_LAST} and indicator_code = 'ZS01' "
        "order by contribution desc limit 50"
    ),
    "a figure's sum of its rows": (
        "select department, sum(contribution) from mart.headline_rows "
        f"where {_LAST} and indicator_code = 'ZS01' group by all"
    ),
}
_TIMES = 21


def release(bench: Bench) -> list[Measured]:
    """Publication after one large late workbook, in the release of the most rows."""
    rows = bench.scale.growth_rows[-1]
    county = of_rows(bench, rows)
    refreshed, published, copied, months = [], [], [], []
    for _ in range(max(1, bench.rounds)):
        home = bench.copy_of_state(bench.guoban, county)
        with late_in(county):
            command = bench.guoban.refresh(county.raw, county.zone, home)
            taken = bench.run(command, is_watched=False)
        refreshed.append(taken.seconds)
        published.append(stages_of(taken.output)["publish"])
        source, copy = bench.guoban.release(home), bench.root / "copy.duckdb"
        copied.append(_seconds(_copy, source, copy))
        months.append(_seconds(_rewrite_last_month, copy))
        copy.unlink()
    made = [
        _of(REFRESH, rows, refreshed),
        _of(PUBLICATION, rows, published),
        _of(COPY, rows, copied),
        _of(MONTH, rows, months),
    ]
    source = bench.guoban.release(home)
    # What was copied and written anew is not written out while people ask.
    os.sync()
    made.append(_of(OPENING, rows, [_seconds(_ask, source, "select 1") for _ in range(_TIMES)]))
    for name, query in QUERIES.items():
        times = [_seconds(_ask, source, query) for _ in range(_TIMES)]
        made.append(_of(QUERY + name, rows, times))
    return made


def _seconds(work: Callable[..., object], *about: object) -> float:
    started = time.perf_counter()
    work(*about)
    return time.perf_counter() - started


def _of(who: str, rows: int, seconds: list[float]) -> Measured:
    least, most = round(min(seconds), 4), round(max(seconds), 4)
    return Measured(who, rows, round(median(seconds), 4), least, most, 0, None, len(seconds))


def _copy(source: Path, target: Path) -> None:
    """To the disk, as a publication has to."""
    shutil.copyfile(source, target)
    with target.open("rb") as made:
        os.fsync(made.fileno())


def _rewrite_last_month(path: Path) -> None:
    """Takes the last month's rows out of every published table and puts them back."""
    with duckdb.connect(str(path)) as con:
        (month,) = con.execute("select max(report_month) from mart.submissions").fetchone() or (
            None,
        )
        tables = con.execute(
            "select schema_name, table_name from duckdb_columns() join duckdb_tables() "
            "using (schema_name, table_name) where column_name = 'report_month' "
            "and not duckdb_tables.internal"
        ).fetchall()
        for schema, table in tables:
            con.execute(
                f"create or replace temp table changed as from {schema}.{table} where report_month = ?",
                [month],
            )
            con.execute(f"delete from {schema}.{table} where report_month = ?", [month])
            con.execute(f"insert into {schema}.{table} from changed")
        con.execute("checkpoint")


def _ask(path: Path, query: str) -> None:
    """On a connection of its own, read only: what DuckDB takes to open the file is in it."""
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute(query).fetchall()
