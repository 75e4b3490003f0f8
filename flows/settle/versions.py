"""What counts: versions, months, the rules across files, statuses, explanations, in their order.

The one place that says which submission is in force. Each step is a statement below `sql/settle/`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import duckdb
import polars as pl

import schemas
from flows.ground.days import due_on
from flows.ground.findings import Finding, finding
from flows.ground.zone import Zone
from flows.settle import acts, differences, doubts, explanations, touched
from flows.store import findings
from flows.store.incoming import take_in
from flows.store.journal import Journal
from flows.store.statements import statement
from flows.validate import across
from flows.validate.asked import ALL_RETURNS, EVERYTHING, Asked
from flows.validate.severity import decide
from schemas.declare import Cycle
from schemas.rules import E010, Severity


def settle(
    con: duckdb.DuckDBPyConnection, zone: Zone, journal: Journal, *, is_everything: bool = True
) -> Asked:
    """Settles what counts, of everything or of what is new; gives what the rules were asked about.

    What is new is told by what `touched` remembers. Idempotent, and the same both ways.
    """
    con.execute(statement("settle/arrival"))
    acts.apply(con, journal)
    more: Asked | None = EVERYTHING
    if not is_everything:
        # Which versions came or went is known once they are settled.
        _settle_versions(con, zone)
        more = touched.asked(con)
    asked = EVERYTHING
    while more is not None:
        asked, more = more, _ask_rules(con, zone, more)
    differences.store(con)
    said = [*_replaced(con), *_again(con), *_turned_back(con)]
    findings.store(con, decide(said, {E010.id: E010}, zone))
    explanations.apply(con)
    _name_rows(con)
    con.execute(statement("settle/statuses"))
    return asked


def _name_rows(con: duckdb.DuckDBPyConnection) -> None:
    """Has findings of rows know these by their own keys, which stay when rows move."""
    unnamed = con.execute(
        "select distinct return_name from core.findings "
        "where row_key is null and excel_row is not null and return_name is not null"
    ).fetchall()
    for (slug,) in unnamed:
        con.execute(statement("settle/keyed", slug=slug))


def _ask_rules(con: duckdb.DuckDBPyConnection, zone: Zone, asked: Asked) -> Asked | None:
    """Asks the rules with every version in place; what they must be asked instead, if it is more.

    A version whose every row the rules across files hold is turned back and the one before stands,
    so the rules are asked again until none is.
    """
    con.execute(statement("settle/begin" if asked.is_everything else "settle/begin_asked"))
    while True:
        _settle_versions(con, zone)
        of_asked = "department in (from asked_departments)"
        is_asked = "true" if asked.is_everything else of_asked
        con.execute(statement("settle/first_filings", is_asked=is_asked))
        _settle_months(con, zone)
        # The rules look at what is in force, so statuses must be there; they may change it.
        con.execute(statement("settle/statuses"))
        across.check_across(con, zone, asked=asked)
        if not asked.is_everything and touched.has_moved_corrections(con):
            return EVERYTHING
        con.execute(statement("settle/statuses"))
        turned_back = [one for (one,) in con.execute(statement("settle/overruled")).fetchall()]
        if not turned_back:
            return None
        if not asked.is_everything:
            if more := touched.widened(con, turned_back):
                return more
            asked = Asked(False, ALL_RETURNS)


def _replaced(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """E010: a newer version says which one it replaces, and whether it is added to others."""
    return [
        _of_version(_place_taken(*taken), submission_id, month, department, return_name)
        for submission_id, *taken, month, department, return_name in con.execute(
            statement("settle/replaced")
        ).fetchall()
    ]


def _again(con: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """E010: bytes turned up again of a version that does not count; with the way back."""
    for submission, version, path, number, file, *place in con.execute(
        statement("settle/again")
    ).fetchall():
        which = f"第{version}版" if version else "存疑退回的一份"
        stands = f"现在采用的是第{number}版“{file}”" if file else "该报表现在没有采用的版本"
        yield _of_version(
            f"又收到内容相同的“{path}”，是本表{which}，不再计入；{stands}。",
            submission,
            *place,
            severity=Severity.WARNING,
            suggestion="确要采用这一版的，请告知联系人，由其恢复。",
            value=path,
        )


def _turned_back(con: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """E010: a version that is turned back says which one counts meanwhile."""
    for submission, message, suggestion, *place in con.execute(
        statement("settle/turned_back")
    ).fetchall():
        yield _of_version(
            message, submission, *place, severity=Severity.INFO, suggestion=suggestion
        )


def _of_version(
    message: str,
    submission: str,
    month: dt.date | None,
    department: str | None,
    return_name: str | None,
    **more: Any,
) -> Finding:
    """E010 of a whole version."""
    return finding(
        E010,
        message,
        is_cross=True,
        submission=submission,
        report_month=month,
        department=department,
        return_name=return_name,
        **more,
    )


def _place_taken(version: int, replaced: int | None, is_part: bool, is_added: bool) -> str:
    words = [f"第{version}版"]
    if is_part:
        words.append("是报表的一部分")
    if replaced is not None:
        words.append(f"替代第{replaced}版")
    if is_added:
        words.append(f"与{'其他' if is_part else '同时报送的'}部分合并计算")
    return "，".join(words) + ("。" if replaced is None else "；旧版仍保存。")


def _settle_versions(con: duckdb.DuckDBPyConnection, zone: Zone) -> None:
    doubts.settle(con, zone)
    con.execute(statement("settle/versions"))
    for model in schemas.all_returns():
        if model.form().cycle is Cycle.CUMULATIVE:
            con.execute(statement("settle/cumulative", slug=model.form().slug))


def _settle_months(con: duckdb.DuckDBPyConnection, zone: Zone) -> None:
    con.execute(statement("settle/months"))
    months = [month for (month,) in con.execute("select report_month from core.months").fetchall()]
    due = {"report_month": months, "due_on": [due_on(zone, month) for month in months]}
    take_in(
        con,
        "update core.months set due_on = incoming.due_on from incoming "
        "where months.report_month = incoming.report_month",
        pl.DataFrame(due, {"report_month": pl.Date, "due_on": pl.Date}),
    )
