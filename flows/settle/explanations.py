"""What departments explain: kept with the submission that says it, shown with every finding it answers.

An explanation answers findings of the same rule, return, department, row, field and value. Where
there is a row and a value it stands in later months too, until the value changes; else it is
about its month alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

import schemas
from flows.recognise.returned import Explanation
from flows.store.incoming import insert
from flows.store.statements import statement


def store(con: duckdb.DuckDBPyConnection, explanations: Sequence[Explanation]) -> None:
    """Keeps what the submissions of a batch explain."""
    insert(
        con,
        "core.explanations",
        [
            {
                "submission_id": one.submission,
                "rule": one.rule,
                "return_name": one.return_name,
                "department": one.department,
                "report_month": one.month,
                "own_key": one.own_key,
                "field": one.field,
                "value": one.value,
                "explanation": one.text,
            }
            for one in explanations
        ],
    )


def apply(con: duckdb.DuckDBPyConnection) -> None:
    """Puts to every finding what its department says about it, once all findings are known.

    What is written beside a finding wins over the row's remark; the latest word counts.
    """
    con.execute("update core.findings set explanation = null where explanation is not null")
    answered = con.execute("select distinct return_name from core.explanations").fetchall()
    warned = con.execute(
        "select distinct return_name from core.findings "
        "where severity = 'warning' and excel_row is not null"
    ).fetchall()
    for model in schemas.all_returns():
        form = model.form()
        if (form.slug,) in answered:
            con.execute(statement("settle/explained", slug=form.slug))
        if (form.slug,) in warned and form.remark is not None:
            con.execute(statement("settle/remarked", slug=form.slug, remark=form.remark))
