"""Rules across returns, months and departments: one SQL file each in `sql/checks/`.

A file's header states the rule, its query returns the offending rows. The runner finds their
cells and stores the findings; adding a rule is adding a file.

A query returns `submission_id`, `sheet`, `excel_row`, `field` and `message`, and may return
`value`, `suggestion`, `severity`, `against` (the submission whose row this one is judged by, of
which a change lets the row in or out), and, for what has no file, `report_month`, `department` and
`return_name`. Without an `excel_row` it holds nothing back. Beside the tables and views it may use
what `flows.validate.check_tables` lays out.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

from flows.ground.errors import WarehouseError
from flows.ground.settings import CHECKS
from flows.ground.zone import Zone
from flows.validate import check_tables
from schemas.rules import Rule, Severity, all_rules

_LINE = re.compile(r"--\s*(\w+):\s*(.*)")
_PARTS = ("rule", "level", "severity", "zh", "en", "reason", "remedy")


@dataclass(frozen=True)
class Check:
    """One rule across files: what it is, and the query that finds what breaks it."""

    rule: Rule
    query: str


@cache
def all_checks(folder: Path = CHECKS) -> tuple[Check, ...]:
    """Every check of the folder, by the rule's id. Raises WarehouseError on an incomplete header."""
    return tuple(_read(path) for path in sorted(folder.glob("*.sql")))


def _read(path: Path) -> Check:
    query = path.read_text("utf-8")
    header: dict[str, str] = {}
    for line in query.splitlines():
        match = _LINE.fullmatch(line.strip())
        if match is None:
            break
        header[match[1]] = match[2].strip()
    missing = [part for part in _PARTS if part not in header]
    if missing:
        raise WarehouseError(f"{path.name}: its header lacks {', '.join(missing)}")
    rule = Rule(
        header["rule"],
        header["level"],
        Severity(header["severity"]),
        header["zh"],
        header["en"],
        header["reason"],
        header["remedy"],
        holds=header.get("holds", "yes") == "yes",
    )
    return Check(rule, query)


def catalogue() -> dict[str, Rule]:
    """Every rule there is, of Python and of SQL, ordered as the handbook orders them.

    A rule whose parts are judged in both places (R106) is listed once, as `schemas.rules` has it.
    """
    rules = {check.rule.id: check.rule for check in all_checks()} | all_rules()
    order = "ERXCMTKB"
    return dict(sorted(rules.items(), key=lambda one: (order.index(one[0][0]), one[0])))


def check_across(
    con: duckdb.DuckDBPyConnection, zone: Zone, chosen: Sequence[Check] | None = None
) -> None:
    """Runs every check over the current rows and stores its findings, replacing those before.

    What they said of a version that is turned back for it stays said.
    """
    con.execute(
        "delete from core.findings where is_cross and coalesce(submission_id, '') not in "
        "(select submission_id from core.submissions where is_overruled)"
    )
    try:
        check_tables.lay_out(con, zone)
        for check in all_checks() if chosen is None else chosen:
            _run(con, check)
            apply_overrides(con, zone, check.rule)
    except duckdb.Error as error:
        raise WarehouseError(f"the checks can't be run: {error}") from error
    finally:
        # After an error there may be a transaction that takes no more statements.
        with contextlib.suppress(duckdb.Error):
            con.execute("drop table if exists temp.offending")
            check_tables.clear(con)


def _run(con: duckdb.DuckDBPyConnection, check: Check) -> None:
    rule = check.rule
    try:
        con.execute(f"create or replace temp table offending as {check.query}")
        found = {name for name, *_ in con.execute("describe offending").fetchall()}
        for name, kind in (
            ("value", "varchar"),
            ("against", "varchar"),
            ("suggestion", "varchar"),
            ("severity", "varchar"),
            ("report_month", "date"),
            ("department", "varchar"),
            ("return_name", "varchar"),
        ):
            if name not in found:
                con.execute(f"alter table offending add column {name} {kind}")
        con.execute(
            """
            insert into core.findings by name
            select
                o.submission_id, ? as rule, coalesce(o.severity, ?) as severity,
                ? and coalesce(o.severity, ?) = 'error' and o.excel_row is not null as holds,
                true as is_cross, coalesce(o.sheet, '') as sheet,
                c.column_letter || o.excel_row as cell, o.excel_row,
                c.header as column_name, o.field, o.value, o.against,
                -- Text made of a value that is missing is none.
                coalesce(o.message, ? || '。') as message,
                coalesce(o.suggestion, ?) as suggestion,
                coalesce(s.report_month, o.report_month) as report_month,
                coalesce(s.department, o.department) as department,
                coalesce(s.return_name, o.return_name) as return_name
            from offending as o
            left join core.submissions as s using (submission_id)
            left join core.columns as c
                on c.submission_id = o.submission_id and c.sheet = o.sheet and c.field = o.field
            """,
            [rule.id, rule.severity, rule.holds, rule.severity, rule.zh, rule.remedy],
        )
        con.execute("drop table offending")
    except duckdb.Error as error:
        raise WarehouseError(f"check {rule.id} failed: {error}") from error


def apply_overrides(con: duckdb.DuckDBPyConnection, zone: Zone, rule: Rule) -> None:
    """The zone's own severity of a rule, by month; "off" takes its findings away.

    What becomes an error holds its row back as far as the rule does and a row is known.
    """
    found = con.execute(
        "select distinct report_month, severity from core.findings where rule = ? and is_cross",
        [rule.id],
    ).fetchall()
    for month, severity in found:
        wanted = zone.severity(rule.id, severity, month)
        if wanted == severity:
            continue
        where = (
            "where rule = ? and is_cross and report_month is not distinct from ? and severity = ?"
        )
        if wanted == "off":
            con.execute(f"delete from core.findings {where}", [rule.id, month, severity])  # noqa: S608
        else:
            con.execute(
                "update core.findings set severity = ?, holds = ? and excel_row is not null "  # noqa: S608
                + where,
                [wanted, rule.holds and wanted == Severity.ERROR, rule.id, month, severity],
            )
