"""A release as a star: keys, views under an alias, vintages against as-of answers, the fingerprint."""

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from drop import Drop
from hypothesis import given, settings
from hypothesis import strategies as st
from past import assert_keys_tell_rows_apart, assert_verified, house_of

from flows.publish.current import FILE_NAME, newest_file
from flows.store.statements import SQL
from flows.store.views import keys

VIEWS = {
    "detail.headline_by_month",
    "mart.department_indicators",
    "mart.dim_department",
    "mart.dim_month",
    "mart.headline_vintages",
    "mart.project_ids",
    "mart.rule_health",
    "mart.zone_indicators",
    "看板.主要指标",
    "看板.各单位",
    "看板.报送情况",
    "看板.项目",
}


@pytest.fixture
def under_alias(golden: Drop) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute(f"attach '{newest_file(golden.settings.warehouse)}' as zone (read_only)")
        yield con


def fingerprint(drop: Drop) -> str:
    ((found,),) = drop.query("select fingerprint from mart.release")
    return str(found)


def test_no_two_rows_have_one_key(golden: Drop) -> None:
    assert_keys_tell_rows_apart(golden)


def test_every_relation_of_mart_has_a_key(golden: Drop) -> None:
    named = golden.query(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_schema in ('mart', '看板')"
    )
    assert {name for (name,) in named} == {
        name for name in keys() if not name.startswith("detail.")
    }


def test_what_rests_on_published_relations_is_a_view_that_opens_under_any_name(
    under_alias: duckdb.DuckDBPyConnection,
) -> None:
    found = under_alias.execute(
        "select schema_name || '.' || view_name from duckdb_views() "
        "where database_name = 'zone' and not internal"
    ).fetchall()
    assert {name for (name,) in found} == VIEWS
    for name in VIEWS:
        assert under_alias.execute(f"select count(*) from zone.{name}").fetchall() != [(0,)]


def test_columns_of_views_are_explained_in_the_release(
    under_alias: duckdb.DuckDBPyConnection,
) -> None:
    silent = under_alias.execute(
        "select schema_name, table_name, column_name from duckdb_columns() "
        "where database_name = 'zone' and schema_name in ('mart', '看板') and comment is null"
    ).fetchall()
    assert silent == []
    macros = under_alias.execute(
        "select comment from duckdb_functions() "
        "where database_name = 'zone' and function_name = 'headline_as_of'"
    ).fetchall()
    assert ["USE" in (text or "") for (text,) in macros] == [True]


def test_views_do_without_functions_that_the_oldest_clients_lack(golden: Drop) -> None:
    """DuckDB 1.4 reads the file, and knows no `if`."""
    texts = golden.query("select sql from duckdb_views() where not internal")
    assert [text for (text,) in texts if "if(" in text.lower()] == []


def test_the_macro_answers_after_use(under_alias: duckdb.DuckDBPyConnection) -> None:
    under_alias.execute("use zone")
    asked = "select count(*) from mart.headline_as_of(now())"
    assert under_alias.execute(asked).fetchall() == [(245,)]


def test_as_of_has_the_columns_of_today(golden: Drop) -> None:
    today = golden.rows("from mart.headline_indicators limit 1")
    then = golden.rows("from mart.headline_as_of(now()) limit 1")
    assert list(today[0]) == list(then[0])


def test_months_of_a_year_add_up_to_the_year_to_date(golden: Drop) -> None:
    wrong = golden.query(
        "select department, indicator_code from mart.department_indicators "
        "where indicator_code not in ('ZS04', 'ZS04a') group by all "
        "having sum(month_value) <> max_by(value, report_month)"
    )
    assert wrong == []


def test_contacts_stay_out_of_the_projects(golden: Drop) -> None:
    text = "\n".join(map(str, golden.query("from mart.projects")))
    assert "合成跟踪人" not in text


# --- vintages ------------------------------------------------------------------------------------

# What a figure was published as: value and target; None where it was not published at all.
states = st.none() | st.tuples(st.none() | st.integers(0, 2), st.none() | st.integers(1, 2))


@given(st.lists(st.lists(states, min_size=1, max_size=6), min_size=1, max_size=3))
@settings(deadline=None, max_examples=60)
def test_a_plain_where_over_the_vintages_says_what_stood_then(
    histories: list[list[tuple[int | None, int | None] | None]],
) -> None:
    """Also where other columns of a row changed: every publication begins a span of its own here."""
    start = dt.datetime(2021, 6, 1, tzinfo=dt.UTC)
    with duckdb.connect() as con:
        con.execute(
            "create schema mart; create schema detail; create table detail.headline_indicators "
            "(report_month date, scope varchar, department varchar, indicator_code varchar, "
            "value decimal(38, 12), target_value decimal(38, 8), since_at timestamptz, "
            "until_at timestamptz)"
        )
        # Nobody has been renamed.
        con.execute("create table detail.departments (name varchar, department varchar)")
        con.execute((SQL / "mart" / "headline_vintages.sql").read_text("utf-8"))
        for number, history in enumerate(histories):
            for n, state in enumerate(history):
                if state is not None:
                    since = start + dt.timedelta(hours=n)
                    until = since + dt.timedelta(hours=1) if n < len(history) - 1 else None
                    con.execute(
                        "insert into detail.headline_indicators "
                        "values ('2021-05-01', 'zone', '全区', ?, ?, ?, ?, ?)",
                        [f"ZS{number}", *state, since, until],
                    )
        for n in range(6):
            found = con.execute(
                "select indicator_code, value::int, target_value::int from mart.headline_vintages "
                "where valid_from <= $1 and (valid_until is null or valid_until > $1) order by all",
                [start + dt.timedelta(hours=n, minutes=30)],
            ).fetchall()
            expected = [
                (f"ZS{number}", *state)
                for number, history in enumerate(histories)
                if (state := history[min(n, len(history) - 1)]) is not None
            ]
            assert found == sorted(expected)
        # No row says what the one before it says.
        again = con.execute(
            "select count(*) from (select value is not distinct from lag(value) over one "
            "and target_value is not distinct from lag(target_value) over one "
            "and valid_from = lag(valid_until) over one as is_same from mart.headline_vintages "
            "window one as (partition by indicator_code order by valid_from)) where is_same"
        ).fetchall()
        assert again == [(0,)]


# --- the fingerprint -----------------------------------------------------------------------------


def text_of(value: Any) -> str:
    if value is None:
        return "\x1e"
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_anybody_can_work_out_what_a_relation_holds(golden: Drop) -> None:
    for relation in ("mart.return_status", "mart.dim_return", "mart.signed_projects"):
        sums: dict[Any, list[int]] = {}
        for row in golden.rows(f"from {relation}"):
            values = [v for v in row.values() if not isinstance(v, dt.datetime)]
            text = "\x1f".join(map(text_of, values))
            hashed = int.from_bytes(
                hashlib.md5(text.encode(), usedforsecurity=False).digest()[8:], "little"
            )
            kept = sums.setdefault(row.get("report_month"), [0, 0])
            kept[0] += 1
            kept[1] += hashed
        told = golden.query(
            "select report_month, row_count, row_hashes from detail.release_contents "
            "where relation = ?",
            [relation],
        )
        assert {month: [n, int(hashes)] for month, n, hashes in told} == sums


def test_the_fingerprint_is_that_of_the_contents(golden: Drop) -> None:
    lines = sorted(
        f"{name} {month} {n} {hashes}\n"
        for name, month, n, hashes in golden.query("from detail.release_contents")
    )
    assert fingerprint(golden) == hashlib.sha256("".join(lines).encode()).hexdigest()


@pytest.mark.slow
def test_a_renewed_release_has_the_fingerprint_of_a_whole_one(filed_year: Drop) -> None:
    before = fingerprint(filed_year)
    path = filed_year.raw / "2021-05/招商局/客商接待台账.xlsx"
    filed_year.put(
        "2021-05/招商局/接待补报.xlsx", "receptions", "行政审批服务局", "2021-05",
        [{"reception_no": "JD-2021-900", "visited_on": "2021-05-20", "org_name": "某公司",
          "province": "广东", "visitors": 3}],
    )  # fmt: skip
    filed_year.refresh()
    assert path.exists()
    renewed = fingerprint(filed_year)
    assert renewed != before
    assert_verified(filed_year)
    assert_keys_tell_rows_apart(filed_year)
    shutil.rmtree(house_of(filed_year).releases)
    filed_year.refresh()
    assert fingerprint(filed_year) == renewed
    assert Path(filed_year.settings.warehouse, "current", FILE_NAME).exists()
