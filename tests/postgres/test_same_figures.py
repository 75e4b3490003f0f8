"""PostgreSQL has what the release has: every relation, value and comment, by psycopg and by ODBC."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import duckdb
import pyodbc
from cluster import Target
from drop import Drop

from flows.postgres.wanted import Relation, relations_of
from flows.publish.current import newest_file


def released(drop: Drop) -> tuple[list[Relation], dict[str, list[tuple[Any, ...]]]]:
    """The public relations of the newest release, and the rows of each as DuckDB has them."""
    with duckdb.connect(str(newest_file(drop.settings.warehouse)), read_only=True) as con:
        con.execute("set timezone = 'Asia/Shanghai'")
        relations = relations_of(con)
        return relations, {
            one.full_name: con.execute(f"from {one.source}").fetchall() for one in relations
        }


def plain(value: Any) -> Any:
    """A value as it is compared: decimals with all their places, times as moments."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value


def sorted_rows(rows: Any) -> list[tuple[Any, ...]]:
    return sorted((tuple(map(plain, row)) for row in rows), key=repr)


def test_every_relation_has_the_same_rows_by_psycopg(golden: Drop, target: Target) -> None:
    assert target.copy(golden) == []
    relations, rows = released(golden)
    assert {"mart.headline_indicators", "mart.signed_projects"} <= {
        f"{one.schema}.{one.name}" for one in relations
    }
    with target.member("guoban_reader") as con:
        for one in relations:
            found = con.execute(f"select * from {one.full_name}").fetchall()
            assert sorted_rows(found) == sorted_rows(rows[one.full_name]), one.full_name


def test_every_relation_has_the_same_rows_by_odbc(golden: Drop, target: Target) -> None:
    """Power BI, FineBI and Excel come in by this driver; Debian's odbc-postgresql."""
    target.copy(golden)
    relations, rows = released(golden)
    target.member("guoban_reader").close()
    ((user,),) = target.rows("select max(rolname) from pg_roles where rolname like 'person%'")
    said = (
        f"Driver=PostgreSQL Unicode;Server=127.0.0.1;Port={target.cluster.port};"
        f"Database={target.name};Uid={user};Pwd=theirs;BoolsAsChar=0;MaxVarcharSize=8190"
    )
    with pyodbc.connect(said, timeout=10) as con:
        con.execute("set timezone = 'UTC'")
        for one in relations:
            # What ODBC has no type for comes as text.
            names = ", ".join(
                f'"{column.name}"::text' if column.kind == "json" else f'"{column.name}"'
                for column in one.columns
            )
            found = con.execute(f"select {names} from {one.full_name}").fetchall()
            wanted = [[by_odbc(value) for value in row] for row in rows[one.full_name]]
            assert sorted(([*map(by_odbc, row)] for row in found), key=repr) == sorted(
                wanted, key=repr
            )


def by_odbc(value: Any) -> Any:
    """ODBC gives moments without a zone, here by UTC."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.UTC).replace(tzinfo=None)
    return plain(value) if isinstance(value, Decimal) else value


def test_relations_and_columns_have_their_comments(golden: Drop, target: Target) -> None:
    target.copy(golden)
    relations, _ = released(golden)
    for one in relations:
        said = target.rows(
            "select null, obj_description(to_regclass(%s), 'pg_class') union all "
            "(select attname::text, col_description(attrelid, attnum) from pg_attribute "
            "where attrelid = to_regclass(%s) and attnum > 0 order by attnum)",
            one.full_name,
            one.full_name,
        )
        assert said == [(None, one.comment), *((two.name, two.comment) for two in one.columns)]
        assert one.comment


ODD = r"""
create schema mart; create schema detail; create schema "看板";
create table mart.odd (
    yi decimal(38, 10), big hugeint, small utinyint, day date, moment timestamptz, plain timestamp,
    is_so boolean, list varchar[], struct struct(a decimal(20, 4), b varchar), "j" json, f float,
    d double, bytes blob, "with "" and 'quotes'" varchar, nothing integer, id uuid, span interval
);
insert into mart.odd values
    (-1234567890123456789012345678.0000000001, 17014118346046923173168730371588410572,
     255, '0001-01-01', '2021-05-01 00:00:00.123456+08', '2021-05-01 08:00', true,
     ['甲', null, '"'], {'a': 1.005, 'b': e'\n'}, '{"a": [1]}', 0.5, 0.1, '\x00\xFF'::blob,
     '零' || chr(0) || '\ ''', null, '00000000-0000-0000-0000-000000000001', interval 2 days),
    (0, 0, 0, '9999-12-31', '1900-01-01 00:00+00', null, false, [], null, null, null, 1e300,
     ''::blob, '', 1, null, null);
comment on table mart.odd is 'it''s; drop schema mart; -- \ $$';
create view "看板"."一个名字很长很长很长很长很长很长很长很长很长的表" as
    select yi as "一个名字很长很长很长很长很长很长很长很长很长的栏甲",
        yi as "一个名字很长很长很长很长很长很长很长很长很长的栏乙" from mart.odd;
create table detail.hidden as select 1 as a;
"""


def test_every_type_and_name_arrives_whole(drop: Drop, target: Target) -> None:
    folder = drop.settings.warehouse / "releases" / "20210601-odd"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "guoban.duckdb")) as con:
        con.execute(ODD)
    (drop.settings.warehouse / "current").symlink_to(folder)
    assert target.copy(drop) == []
    assert target.rows(
        "select yi::text, big::text, small, day::text, moment = '2021-04-30 16:00:00.123456+00', "
        "plain::text, is_so, list::text, struct::text, j::text, f, d, bytes, "
        "\"with \"\" and 'quotes'\", nothing, id, span from mart.odd where small = 255"
    ) == [
        (
            "-1234567890123456789012345678.0000000001", "17014118346046923173168730371588410572",
            255, "0001-01-01", True, "2021-05-01 08:00:00", True, '["甲",null,"\\""]',
            '{"a":1.0050,"b":"\\n"}', '{"a": [1]}', 0.5, 0.1, b"\x00\xff", "零\\ '",
            None, "00000000-0000-0000-0000-000000000001", "2 days",
        )
    ]  # fmt: skip
    assert target.rows("select obj_description('mart.odd'::regclass)") == [
        ("it's; drop schema mart; -- \\ $$",)
    ]
    kinds: dict[str, str] = dict(
        target.rows(
            "select attname::text, format_type(atttypid, atttypmod) from pg_attribute "
            "where attrelid = 'mart.odd'::regclass and attnum > 0"
        )
    )
    assert kinds["yi"] == "numeric(38,10)"
    assert kinds["moment"] == "timestamp with time zone"
    # PostgreSQL would cut both long names to the same one.
    ((table, columns),) = target.rows(
        "select max(table_name), array_agg(column_name::text order by ordinal_position) "
        "from information_schema.columns where table_schema = '看板'"
    )
    assert len(table.encode()) <= 63
    assert len({*columns}) == 2
    assert target.rows("select count(*) from pg_namespace where nspname = 'detail'") == [(0,)]
