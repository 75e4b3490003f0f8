"""What a new version of a return changed: row by row and field by field, against the one before.

Both versions stay; this is the difference between them, for whoever asks what a resubmission did.
"""

from __future__ import annotations

import duckdb

import schemas
from schemas.declare import Cycle, Return


def store_differences(con: duckdb.DuckDBPyConnection) -> None:
    """Compares each version with the one before it, where that was not done yet.

    Rows are matched by their own key; contacts are masked; `change` is added, removed or changed, a field that stood
    empty is null. Versions are renumbered when a month is unlocked: then they are compared anew.
    """
    con.execute(
        """
        create or replace temp table pairs as
        select newer.submission_id, older.submission_id as replaced_id, newer.return_name
        from core.submissions as newer
        join core.submissions as older
            on newer.return_name = older.return_name and newer.department = older.department
            and newer.report_month = older.report_month and newer.version = older.version + 1
        """
    )
    for table in ("compared", "version_changes"):
        con.execute(
            f"delete from core.{table} where (submission_id, replaced_id) "  # noqa: S608
            "not in (select (submission_id, replaced_id) from pairs)"
        )
    con.execute(
        "delete from pairs where (submission_id, replaced_id) "
        "in (select (submission_id, replaced_id) from core.compared)"
    )
    waiting = {name for (name,) in con.execute("select distinct return_name from pairs").fetchall()}
    for model in schemas.all_returns():
        if model.form().slug in waiting and model.form().cycle is not Cycle.CUMULATIVE:
            _compare(con, model)
    con.execute("insert into core.compared select submission_id, replaced_id from pairs")
    con.execute("drop table pairs")


def _compare(con: duckdb.DuckDBPyConnection, model: type[Return]) -> None:
    slug = model.form().slug
    fields = [name for name, column in model.columns().items() if not column.is_envelope]
    personal = {name for name, column in model.columns().items() if column.is_personal}
    texts = ", ".join(
        f"stg.masked({name}) as {name}" if name in personal else f"{name}::varchar as {name}"
        for name in fields
    )
    listed = ", ".join(fields)
    # Rows that share a key (R109) are told apart by their order.
    con.execute(
        f"""
        insert into core.version_changes by name
        with cells as (
            unpivot (
                select submission_id, coalesce(own_key, '') as row_key,
                    row_number() over (
                        partition by submission_id, own_key order by sheet, excel_row
                    ) as nth,
                    {texts}
                from rows.{slug}
                where submission_id in (
                    select unnest([submission_id, replaced_id]) from pairs
                    where return_name = '{slug}'
                )
            ) on {listed} into name field value value
        ),
        both_rows as (
            select pairs.submission_id, pairs.replaced_id, rows.own_key as row_key
            from pairs join rows.{slug} as rows on rows.submission_id = pairs.submission_id
            where pairs.return_name = '{slug}'
            intersect
            select pairs.submission_id, pairs.replaced_id, rows.own_key
            from pairs join rows.{slug} as rows on rows.submission_id = pairs.replaced_id
            where pairs.return_name = '{slug}'
        ),
        newer as (
            select pairs.submission_id, pairs.replaced_id, c.row_key, c.nth, c.field, c.value
            from pairs join cells as c on c.submission_id = pairs.submission_id
        ),
        older as (
            select pairs.submission_id, pairs.replaced_id, c.row_key, c.nth, c.field, c.value
            from pairs join cells as c on c.submission_id = pairs.replaced_id
        )
        select submission_id, replaced_id, '{slug}' as return_name, row_key, field,
            older.value as old_value, newer.value as new_value,
            case
                when both_rows.row_key is not null then 'changed'
                when older.value is null then 'added'
                else 'removed'
            end as change
        from newer
        full join older using (submission_id, replaced_id, row_key, nth, field)
        left join both_rows using (submission_id, replaced_id, row_key)
        where newer.value is distinct from older.value
        """  # noqa: S608 - names of our own declarations
    )
