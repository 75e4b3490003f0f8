"""`flows.store.views`: every file is made, after what it reads, and faults name the file."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from house import ZONE

from flows.ground.errors import WarehouseError
from flows.settle import declared
from flows.store import views
from flows.store.warehouse import Warehouse


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        yield made


def write(folder: Path, **files: str) -> Path:
    """`mart__b="select 1 as x"` writes `mart/b.sql` that makes the view `mart.b`."""
    for name, query in files.items():
        schema, relation = name.split("__")
        path = folder / schema / f"{relation}.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"create or replace view {schema}.{relation} as {query};", "utf-8")
    return folder


def test_files_are_made_after_what_they_read(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write(
        tmp_path,
        mart__a="select x from mart.b",
        mart__b="select x from detail.c",
        detail__c="select x from int.d",
        int__d="select x from int.e",
        int__e="select stg.f(2) as x",
    )
    (tmp_path / "stg").mkdir()
    (tmp_path / "stg" / "f.sql").write_text("create macro stg.f(n) as n * 21;", "utf-8")
    made = views.build(con, tmp_path)
    assert made == ["stg.f", "int.e", "int.d", "detail.c", "mart.b", "mart.a"]
    assert con.execute("from mart.a").fetchall() == [(42,)]


def test_building_again_forgets_what_no_file_makes(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    views.build(con, write(tmp_path, mart__a="select 1 as x", mart__b="select 2 as x"))
    (tmp_path / "mart" / "b.sql").unlink()
    assert views.build(con, tmp_path) == ["mart.a"]
    found = con.execute("select view_name from duckdb_views() where not internal").fetchall()
    assert found == [("a",)]


def test_comments_of_the_file_are_the_relations(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write(tmp_path, mart__a="select 1 as x")
    with (tmp_path / "mart" / "a.sql").open("a", encoding="utf-8") as file:
        file.write("comment on view mart.a is '甲，见mart.b'; comment on column mart.a.x is '乙';")
    views.build(con, tmp_path)
    assert con.execute("select comment from duckdb_views() where view_name = 'a'").fetchall() == [
        ("甲，见mart.b",)
    ]
    assert con.execute(
        "select comment from duckdb_columns() where table_name = 'a'"
    ).fetchall() == [("乙",)]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"mart__a": "select x from nowhere"}, r"sql/mart/a\.sql can't be made: .*nowhere"),
        ({"mart__a": "selec 1"}, r"sql/mart/a\.sql can't be made"),
        ({"mart__a": "select 1 from int.b"}, r"sql/mart/a\.sql reads int\.b: no file makes it"),
        (
            {"int__a": "select x from int.b", "int__b": "select x from int.a"},
            r"in a circle: int\.[ab] -> int\.[ab] -> int\.[ab]",
        ),
    ],
)
def test_faults_name_the_file(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, files: dict[str, str], said: str
) -> None:
    with pytest.raises(WarehouseError, match=said):
        views.build(con, write(tmp_path, **files))


def test_a_file_makes_the_relation_of_its_name(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write(tmp_path, mart__a="select 1 as x")
    (tmp_path / "mart" / "b.sql").write_text("create view b as select 1 as x;", "utf-8")
    with pytest.raises(WarehouseError, match=r"sql/mart/b\.sql doesn't make mart\.b"):
        views.build(con, tmp_path)


def test_names_in_comments_and_texts_are_no_references(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write(tmp_path, mart__a="/* int.y */ select 'it''s mart.z' as x -- int.x\n")
    assert views.build(con, tmp_path) == ["mart.a"]


def test_a_record_of_many_rows_is_whole_in_the_transaction_that_makes_it(tmp_path: Path) -> None:
    """The database must not take the new table for an empty one: rows would be published twice."""
    warehouse = Warehouse(tmp_path)
    warehouse.working_database.parent.mkdir()
    with contextlib.closing(warehouse.open()) as con:
        con.begin()
        declared.store(con, ZONE)
        views.build(con)
        con.execute(
            "create temp table many as select date '2021-01-01' + (i % 300)::int as report_month, "
            "1 as since_no from range(200000) as numbers (i)"
        )
        con.execute("insert into record.campaign by name from many")
        found = con.execute(
            "select since_no, until_no, count(*) from record.campaign group by all"
        ).fetchall()
    assert found == [(1, None, 200_000)]
