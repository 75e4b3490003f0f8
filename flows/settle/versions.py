"""What counts: versions, months, the rules across files, statuses, explanations, in their order.

The one place that says which submission is in force. Each step is a statement below `sql/settle/`.
"""

from __future__ import annotations

import duckdb

import schemas
from flows.ground.findings import Finding, finding
from flows.ground.zone import Zone
from flows.settle import acts, differences, explanations
from flows.store import findings
from flows.store.journal import Journal
from flows.store.statements import statement
from flows.validate import across
from flows.validate.severity import decide
from schemas.declare import Cycle
from schemas.rules import E010


def settle(con: duckdb.DuckDBPyConnection, zone: Zone, journal: Journal) -> None:
    """Settles everything that all rows decide, anew: idempotent, whatever was settled before.

    A version whose every row the rules across files hold is turned back and the one before stands,
    so the rules are asked again until none is.
    """
    con.execute(statement("settle/arrival"))
    acts.apply(con, journal)
    con.execute(statement("settle/begin"))
    while True:
        _settle_versions(con)
        _settle_months(con, zone)
        # The rules look at what is in force, so statuses must be there; they may change it.
        con.execute(statement("settle/statuses"))
        across.check_across(con, zone)
        con.execute(statement("settle/statuses"))
        if not con.execute(statement("settle/overruled")).fetchall():
            break
    differences.store(con)
    findings.store(con, decide(_replaced(con), {E010.id: E010}, zone))
    explanations.apply(con)
    con.execute(statement("settle/statuses"))


def _replaced(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """E010: a newer version says which one it replaces."""
    return [
        finding(
            E010,
            f"第{version}版，替代第{version - 1}版；旧版仍保存。",
            is_cross=True,
            submission=submission_id,
            report_month=month,
            department=department,
            return_name=return_name,
        )
        for submission_id, version, month, department, return_name in con.execute(
            statement("settle/replaced")
        ).fetchall()
    ]


def _settle_versions(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(statement("settle/versions"))
    for model in schemas.all_returns():
        if model.form().cycle is Cycle.CUMULATIVE:
            con.execute(statement("settle/cumulative", slug=model.form().slug))


def _settle_months(con: duckdb.DuckDBPyConnection, zone: Zone) -> None:
    con.execute(statement("settle/months"))
    for (month,) in con.execute("select report_month from core.months").fetchall():
        con.execute(
            "update core.months set due_on = ? where report_month = ?", [zone.due_on(month), month]
        )
