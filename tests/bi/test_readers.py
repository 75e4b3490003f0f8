"""Readers while release follows release: none fails, sees an older one, or figures of two."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from drop import Drop

from flows.publish.release import publish
from scripts.readers import reader
from scripts.readers.trial import Readers

RELEASES = 8


# A zone of two departments; what each has is another in every release.
WORKING = """
create schema core;
create schema mart;
create schema detail;
create table core.state (run_id varchar, number integer);
create view mart.refreshes as select run_id from core.state;
create view mart.headline_rows as
select
    make_date(2021, 5, 1) as report_month,
    unnest(['甲局', '乙局']) as department,
    'ZS01' as indicator_code,
    unnest([number, 2 * number])::decimal(18, 4) as contribution
from core.state;
create view mart.headline_indicators as
select report_month, coalesce(department, '全区') as department, indicator_code,
    sum(contribution) as value, sum(contribution) as completion_pct
from mart.headline_rows
group by grouping sets ((report_month, indicator_code), (report_month, indicator_code, department));
create view mart.return_status as select '甲局' as department, 'on_time' as state;
"""


@pytest.mark.nightly
def test_six_readers_and_eight_releases(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    with duckdb.connect() as con:
        con.execute(WORKING)
        publish_numbered(con, warehouse, 0)
        readers = Readers(tmp_path / "readers", warehouse / "current", 6, pause=0.1)
        readers.wait_until_all_read()
        for number in range(1, RELEASES + 1):
            publish_numbered(con, warehouse, number)
            time.sleep(0.1)
        came_to = readers.end()
    assert came_to.errors == ()
    assert (came_to.stale, came_to.torn) == (0, 0)
    # They are not all readers of one and the same release.
    assert came_to.releases > RELEASES // 2


def publish_numbered(con: duckdb.DuckDBPyConnection, warehouse: Path, number: int) -> None:
    run_id = f"r{number:03}"
    con.execute("delete from core.state")
    con.execute("insert into core.state values (?, ?)", [run_id, number + 1])
    publish(con, warehouse, run_id=run_id)


def answers(rows: dict[str, list[tuple[Any, ...]]], newest: str) -> list[dict[str, Any]]:
    """What a reader makes of a database that answers so."""

    @contextmanager
    def connect() -> Iterator[reader.Ask]:
        yield lambda query: rows[query] if query == reader.WHOLE else []

    turns = iter([False, True])
    return list(
        reader.read(connect, lambda: newest, lambda: next(turns), 0, random.Random(0))  # noqa: S311
    )


def test_a_reader_sees_an_older_release_and_a_torn_one() -> None:
    """What is counted is seen."""
    (first, *_) = answers({reader.WHOLE: [("r1", 35, 0)]}, "r1")
    assert (first["is_stale"], first["is_torn"]) == (False, False)
    (first, *later) = answers({reader.WHOLE: [("r1", 35, 0)]}, "r2")
    assert first["is_stale"]
    # Who stays connected stays on his release; only who connects anew must see the newest.
    assert not any(one["is_stale"] for one in later)
    assert answers({reader.WHOLE: [("r1", 35, 2)]}, "r1")[0]["is_torn"]
    assert answers({reader.WHOLE: [("r1", 0, 0)]}, "r1")[0]["is_torn"]
    assert "ValueError" in answers({reader.WHOLE: []}, "r1")[0]["error"]


def test_a_torn_release_would_be_told(golden: Drop, tmp_path: Path) -> None:
    """The same question over figures of two releases."""
    published = golden.settings.warehouse / "current" / "guoban.duckdb"
    with duckdb.connect(str(tmp_path / "torn.duckdb")) as con:
        con.execute(f"attach '{published}' as source (read_only)")
        con.execute("create schema mart")
        for name in ("headline_indicators", "headline_rows", "refreshes"):
            con.execute(f"create table mart.{name} as from source.mart.{name}")
        ((_, figures, torn),) = con.execute(reader.WHOLE).fetchall()
        assert (figures, torn) == (35, 0)
        con.execute(
            "update mart.headline_indicators set value = value + 1 where department = '招商局' and indicator_code = 'ZS01' and report_month = '2021-05-01'"
        )
        assert con.execute(reader.WHOLE).fetchall()[0][2] == 1
        con.execute(
            "delete from mart.headline_rows where indicator_code = 'ZS02' and report_month = '2021-04-01'"
        )
        assert con.execute(reader.WHOLE).fetchall()[0][2] == 2
