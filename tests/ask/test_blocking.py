"""What blocks a month: which version of a return is the later one is told by its number."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing

import duckdb
import pytest

from flows.month import findings
from schemas.rules import IN_DOUBT

JAN = dt.date(2021, 1, 1)


@pytest.fixture
def release() -> Iterator[duckdb.DuckDBPyConnection]:
    with closing(duckdb.connect()) as con:
        con.execute(
            "create schema mart;"
            "create table mart.submissions (submission_id varchar, file varchar,"
            "  return_name varchar, department varchar, report_month date, status varchar,"
            "  is_current boolean);"
            "create table mart.findings (finding_id varchar, submission_id varchar, rule varchar,"
            "  severity varchar, department varchar, return_name varchar, report_month date,"
            "  sheet varchar, cell varchar, excel_row integer, column_name varchar, field varchar,"
            "  value varchar, message varchar, suggestion varchar, explanation varchar);"
            "create table mart.dim_department (department varchar, ordinal integer);"
            "create table mart.dim_return (return_name varchar, ordinal integer);"
        )
        yield con


@pytest.mark.parametrize("rule", IN_DOUBT)
@pytest.mark.parametrize(
    ("doubted", "current", "is_settled"),
    [
        ("000001-1", "000002-1", True),
        ("000002-1", "000001-1", False),
        ("999999-1", "1000000-1", True),
        ("1000000-1", "999999-1", False),
        ("000001-2", "000001-10", True),
        ("000001-10", "000001-2", False),
    ],
)
def test_a_later_version_settles_a_doubt(
    release: duckdb.DuckDBPyConnection, rule: str, doubted: str, current: str, is_settled: bool
) -> None:
    whose = ("招商局", "signed_projects", JAN)
    release.executemany(
        "insert into mart.submissions by name select unnest({submission_id: ?, file: ?,"
        " department: ?, return_name: ?, report_month: ?, status: ?, is_current: ?})",
        [
            [doubted, "一.xlsx", *whose, "rejected", False],
            [current, "二.xlsx", *whose, "accepted", True],
        ],
    )
    release.execute(
        "insert into mart.findings by name select unnest({submission_id: ?, department: ?,"
        " return_name: ?, report_month: ?, rule: ?, severity: 'error', message: '没有采用。'})",
        [doubted, *whose, rule],
    )
    (said,) = findings.of_month(release, JAN)
    assert (findings.blocking([said]) == []) is is_settled
    assert said["is_to_decide"] is not is_settled
