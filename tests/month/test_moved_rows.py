"""Which rows moved with a publication: as the commands tell of departments, and the page of the zone."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import duckdb
import pytest

from flows.month import changes

MAY = dt.date(2021, 5, 1)
FIRST, THEN = (dt.datetime(2021, 6, day, 9, tzinfo=dt.UTC) for day in (1, 2))


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """P1 is another department's now, P2 came as it went, P3 grew beside one that did not, P4 is left out."""
    with duckdb.connect() as con:
        con.execute("create schema mart; create schema detail; set timezone = 'UTC'")
        con.execute(
            "create table detail.departments as select * from (values ('旧甲局', '甲局')) as t (name, department)"
        )
        con.execute(
            "create table mart.figure_changes as select $1::date as report_month, $2::timestamptz as changed_at",
            [MAY, THEN],
        )
        con.execute(
            "create table detail.row_changes (report_month date, changed_at timestamptz, "
            "indicator_code varchar, department varchar, filed_month date, row_key varchar, "
            "cause varchar, submission_id varchar, publication_no integer)"
        )
        con.execute(
            "create table detail.headline_candidates (department varchar, row_key varchar, "
            "submission_id varchar, contribution decimal(38, 12), since_at timestamptz, "
            "until_at timestamptz, report_month date, filed_month date, indicator_code varchar, "
            "file varchar, sheet varchar, cell varchar, excel_row integer, label varchar, "
            "is_counted boolean)"
        )
        for department, key, submission, contribution, since, until in (
            ("旧甲局", "P1", "1-1", 2, FIRST, THEN),
            ("乙局", "P1", "3-1", 2, THEN, None),
            ("乙局", "P2", "2-1", 5, FIRST, THEN),
            ("乙局", "P2", "3-1", 5, THEN, None),
            ("甲局", "P3", "1-1", 4, FIRST, THEN),
            ("甲局", "P3", "4-1", 4, THEN, None),
            ("丙局", "P3", "5-1", 1, FIRST, THEN),
            ("丙局", "P3", "6-1", 3, THEN, None),
            ("丙局", "P4", "5-1", 6, FIRST, THEN),
            ("丙局", "P4", "6-1", 0, THEN, None),
        ):
            con.execute(
                "insert into detail.headline_candidates values "
                "(?, ?, ?, ?, ?, ?, ?, ?, 'ZS01', '', '', 'A1', 1, ?, ?)",
                [department, key, submission, contribution, since, until, MAY, MAY, key,
                 contribution != 0],
            )  # fmt: skip
        yield con


def test_the_commands_tell_of_each_department_s_rows(con: duckdb.DuckDBPyConnection) -> None:
    rows = changes._by_key(changes._sides(con, MAY, MAY))
    assert [(one["department"], one["row_key"], one["old_value"], one["new_value"]) for one in rows] == [
        ("丙局", "P3", 1, 3), ("丙局", "P4", 6, 0), ("乙局", "P1", None, 2), ("甲局", "P1", 2, None),
    ]  # fmt: skip


def test_the_page_tells_what_changed_the_zone_s_figure(con: duckdb.DuckDBPyConnection) -> None:
    rows = changes.rows_of_year(con, MAY)
    assert [(one["department"], one["row_key"], one["change"]) for one in rows] == [
        ("丙局", "P3", -1), ("丙局", "P3", 3), ("丙局", "P4", -6),
    ]  # fmt: skip
    assert sum(one["change"] for one in rows) == Decimal(-4)


def test_of_changes_that_are_not_listed_no_rows_are_told(con: duckdb.DuckDBPyConnection) -> None:
    listed = changes.rows_of_year(con, MAY)
    con.execute("insert into mart.figure_changes values (?, ?)", [MAY, FIRST])
    assert {one["changed_at"] for one in changes.rows_of_year(con, MAY)} == {FIRST, THEN}
    assert changes.rows_of_year(con, MAY, since=THEN) == listed
