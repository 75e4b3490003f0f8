"""Who sees what in PostgreSQL: readers all, departments their own rows, strangers nothing."""

from typing import Any

import psycopg
import pytest
from cluster import LOGIN, Target
from drop import Drop

from flows.ground.zone import Zone
from flows.postgres.names import MOST_BYTES, READER, role_of

DEPARTMENTS = ("招商局", "经济发展局", "党政办公室")


def is_label(relation: str) -> bool:
    return relation.startswith(("mart.dim_", "mart.release"))


def seen(con: psycopg.Connection[tuple[Any, ...]], relation: str) -> set[str]:
    """The departments whose rows a login sees."""
    return {name for (name,) in con.execute(f"select department from {relation}").fetchall()}


def with_departments(zone: Zone, *names: str) -> Zone:
    """The zone with more departments."""
    department = zone.departments[0]
    more = [department.model_copy(update={"name": one, "aliases": ()}) for one in names]
    return zone.model_copy(update={"departments": (*zone.departments, *more)})


@pytest.mark.parametrize("department", DEPARTMENTS)
def test_a_department_sees_its_own_rows_of_every_relation(
    golden: Drop, target: Target, department: str
) -> None:
    assert target.copy(golden) == []
    relations = target.rows(
        "select table_schema || '.' || table_name, max(column_name) filter (where column_name = "
        "case when table_schema = 'mart' then 'department' when table_name = '项目' then '牵头单位' "
        "when table_name <> '主要指标' then '单位' end) from information_schema.columns "
        "where table_schema in ('mart', '看板') group by 1 order by 1"
    )
    assert len(relations) > 30
    with target.member(role_of(department)) as con:
        for relation, column in relations:
            if column:
                ((wanted,),) = target.rows(
                    f"select count(*) from {relation} where {column} = %s", department
                )
                assert con.execute(f"select count(*) from {relation}").fetchall() == [(wanted,)]
                assert {*con.execute(f"select {column} from {relation}")} <= {(department,)}
            elif not is_label(relation):
                # It tells of the zone, or of several departments.
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    con.execute(f"select 1 from {relation}")
            else:
                assert con.execute(f"select count(*) > 0 from {relation}").fetchall() == [(True,)]
        assert [one for one, column in relations if not column and not is_label(one)] == [
            "mart.acts", "mart.campaign", "mart.definitions", "mart.months", "mart.refreshes",
            "mart.rule_health", "mart.secondary_indicators", "mart.zone_indicators", "看板.主要指标",
        ]  # fmt: skip
        assert seen(con, "mart.submissions") == {department}


def test_a_reader_sees_all_and_changes_nothing(golden: Drop, target: Target) -> None:
    target.copy(golden)
    with target.member(READER) as con:
        assert seen(con, "mart.headline_indicators") > {"全区", "招商局"}
        assert con.execute("select count(*) from mart.secondary_indicators").fetchall() != [(0,)]
        for words in (
            "delete from mart.submissions", "update mart.submissions set file = ''",
            "drop table mart.submissions", "create table mart.mine (a int)",
            "alter table mart.submissions disable row level security",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                con.execute(words)


def test_a_schema_that_somebody_calls_guoban_s_is_theirs(golden: Drop, target: Target) -> None:
    target.copy(golden)
    with target.member() as con:
        target.admin(f"grant create on database {target.name} to {con.info.user}")
        con.execute("create schema theirs; create table theirs.one (a int)")
        con.execute("comment on schema theirs is 'guoban 20210101-000000-000000 邻县高新区'")
        assert target.copy(golden) == []
        assert con.execute("select count(*) from theirs.one").fetchall() == [(0,)]


def test_functions_that_others_made_are_not_called(golden: Drop, target: Target) -> None:
    """As before PostgreSQL 15 everybody may create in `public`, which is in the usual search path."""
    target.admin(
        "grant create on schema public to public",
        "create table public.called (by_whom text); grant insert on public.called to public",
    )
    with target.member() as con:
        # A text that is no name yet fits this better than the server's own.
        con.execute(
            "create function public.obj_description(oid, text) returns text language sql as "
            "$$ insert into public.called values (current_user); select null::text $$"
        )
    assert target.copy(golden) == []
    assert target.rows("select by_whom from public.called") == []


def test_who_is_no_member_sees_nothing(golden: Drop, target: Target) -> None:
    target.copy(golden)
    with target.member() as con, pytest.raises(psycopg.errors.InsufficientPrivilege):
        con.execute("select 1 from mart.submissions")


def test_a_member_of_two_departments_sees_both(golden: Drop, target: Target) -> None:
    target.copy(golden)
    with target.member(*map(role_of, DEPARTMENTS[:2])) as con:
        assert seen(con, "mart.submissions") == {*DEPARTMENTS[:2]}


def test_no_condition_lets_out_what_is_not_theirs(golden: Drop, target: Target) -> None:
    """A condition that fails on others' rows would tell that they are there."""
    target.copy(golden)
    with target.member(role_of("招商局")) as con:
        con.execute("create function pg_temp.says(text) returns boolean language plpgsql cost 1e-9 "
                    "as 'begin if $1 <> ''招商局'' then raise exception ''seen''; end if; return true; end'")  # fmt: skip
        con.execute("select 1 from mart.submissions where pg_temp.says(department)")


ODD_NAMES = (
    "o'ne\"; drop schema mart cascade; --",
    "reader",
    "\\",
    "很长的单位名称" * 5 + "甲",
    "很长的单位名称" * 5 + "乙",
)


def test_names_of_departments_are_names_and_nothing_else(golden: Drop, target: Target) -> None:
    zone = with_departments(golden.zone, *ODD_NAMES)
    assert target.copy(golden, zone) == []
    roles = [role_of(one) for one in ODD_NAMES]
    assert all(len(one.encode()) <= MOST_BYTES for one in roles)
    assert len({*roles, READER}) == len(ODD_NAMES) + 1
    assert {*roles} <= {role for (role,) in target.rows("select rolname::text from pg_roles")}
    policies = target.rows(
        "select count(*) from pg_policies where tablename = 'submissions' and not 'public' = any(roles)"
    )
    assert policies == [(len(zone.departments) + 1,)]
    # Nothing is made anew that is as it should be, however names are spelt.
    before = target.rows("select max(oid::bigint) from pg_policy")
    target.copy(golden, zone)
    assert target.rows("select max(oid::bigint) from pg_policy") == before


def test_a_department_that_is_no_more_sees_nothing_more(golden: Drop, target: Target) -> None:
    target.copy(golden, with_departments(golden.zone, "旧单位"))
    assert target.copy(golden) == []
    assert target.rows(
        "select count(*) from pg_policies where policyname = %s", role_of("旧单位")
    ) == [(0,)]
    with (
        target.member(role_of("旧单位")) as con,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        con.execute("select 1 from mart.submissions")


def test_without_the_right_to_make_roles_it_says_what_to_run_once(
    golden: Drop, target: Target
) -> None:
    target.admin(f"alter role {LOGIN} nocreaterole")
    (said,) = target.copy(golden)
    assert f"{LOGIN} may not create roles" in said
    assert target.rows("select count(*) > 0 from mart.submissions") == [(True,)]
    target.admin(said[said.index('create role "') : said.rindex(";") + 1])
    # The same release is there, and now somebody may see it.
    assert target.copy(golden) == []
    with target.member(role_of("招商局")) as con:
        assert seen(con, "mart.submissions") == {"招商局"}
