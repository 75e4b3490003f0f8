"""What departments explain: kept with the submission that says it, shown with every finding it answers.

An explanation answers findings of the same rule, return, department, row, field and value. Where
there is a row and a value it stands in later months too, until the value changes; else it is
about its month alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

import schemas
from flows.recognise.returned import Explanation


def store(con: duckdb.DuckDBPyConnection, explanations: Sequence[Explanation]) -> None:
    """Keeps what the submissions of a batch explain."""
    if not explanations:
        return
    frame = pl.DataFrame(
        {
            "submission_id": [one.submission for one in explanations],
            "rule": [one.rule for one in explanations],
            "return_name": [one.return_name for one in explanations],
            "department": [one.department for one in explanations],
            "report_month": [one.month for one in explanations],
            "own_key": [one.own_key for one in explanations],
            "field": [one.field for one in explanations],
            "value": [one.value for one in explanations],
            "explanation": [one.text for one in explanations],
        }
    )
    con.register("incoming", frame.to_arrow())
    con.execute("insert into core.explanations by name select * from incoming")
    con.unregister("incoming")


def apply(con: duckdb.DuckDBPyConnection) -> None:
    """Puts to every finding what its department says about it, once all findings are known.

    What is written beside a finding wins over the row's remark; the latest word counts.
    """
    con.execute("update core.findings set explanation = null where explanation is not null")
    answered = con.execute(
        "select distinct return_name from core.explanations where return_name is not null"
    ).fetchall()
    for (slug,) in answered:
        _apply_explanations(con, slug)
    remarks = {model.form().slug: model.form().remark for model in schemas.all_returns()}
    warned = con.execute(
        "select distinct return_name from core.findings "
        "where severity = 'warning' and excel_row is not null and return_name is not null"
    ).fetchall()
    for (slug,) in warned:
        if (remark := remarks.get(slug)) is not None:
            _apply_remarks(con, slug, remark)


def _apply_explanations(con: duckdb.DuckDBPyConnection, slug: str) -> None:
    con.execute(
        f"""
        with said as (
            select e.*, s.refresh_no, s.receipt_no
            from core.explanations as e
            join core.submissions as s using (submission_id)
            where e.return_name = $slug and not coalesce(s.is_withdrawn, false)
        ),
        answered as (
            select f.rowid as finding, said.explanation
            from core.findings as f
            left join rows.{slug} as r
                on r.submission_id = f.submission_id and r.sheet = f.sheet
                and r.excel_row = f.excel_row
            join said
                on said.rule = f.rule and said.department = f.department
                and said.own_key = coalesce(r.own_key, '')
                and said.field = coalesce(f.field, '') and said.value = coalesce(f.value, '')
                and (said.report_month = f.report_month or (
                    said.report_month < f.report_month and said.own_key != ''
                    and said.value != ''))
            where f.return_name = $slug
            qualify row_number() over (
                partition by f.rowid
                order by said.report_month desc, said.refresh_no desc, said.receipt_no desc
            ) = 1
        )
        update core.findings as f set explanation = answered.explanation
        from answered where f.rowid = answered.finding
        """,  # noqa: S608 - our own names
        {"slug": slug},
    )


def _apply_remarks(con: duckdb.DuckDBPyConnection, slug: str, remark: str) -> None:
    con.execute(
        f"""
        update core.findings as f set explanation = r.{remark}
        from rows.{slug} as r
        where f.return_name = ? and f.severity = 'warning' and f.explanation is null
            and r.submission_id = f.submission_id and r.sheet = f.sheet
            and r.excel_row = f.excel_row and r.{remark} is not null
        """,  # noqa: S608 - our own names
        [slug],
    )
