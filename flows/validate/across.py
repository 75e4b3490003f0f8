"""Rules across returns, months and departments: one SQL file each in `sql/checks/`.

A file's header states the rule, its query returns the offending rows. The runner finds their
cells and stores the findings; adding a rule is adding a file.

Where a check asks what another one finds (`corrections_in_force`), its header names that one as
`needs`, and it is run after it; what it is asked about where not everything is new stands in its
`asks` (`flows.validate.asked`), what its findings put in question in `questions`
(`schemas.rules.Questions`). A query returns `submission_id`, `sheet`, `excel_row`, `field` and
`message`, and may return `value`, `proposed` (what should stand there, money as `plain_wan` says it),
`suggestion`, `severity`, `against` (the submission whose row
this one is judged by, of which a change lets the row in or out), `other_row_key` (that of the row which
may be the same thing), and, for what has no file, `report_month`, `department` and `return_name`. Without an
`excel_row` it holds nothing back. Beside the tables and views it may use what `flows.validate.check_tables` lays out.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from flows.ground.errors import WarehouseError
from flows.ground.findings import Finding, finding
from flows.ground.settings import CHECKS
from flows.ground.zone import Zone
from flows.store import findings
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows
from flows.validate import check_tables
from flows.validate.asked import ALL_RETURNS, EVERYTHING, Asked, Asks, is_answer
from flows.validate.severity import decide
from schemas.rules import Questions, Rule, Severity, Structural, all_rules

_LINE = re.compile(r"--\s*(\w+):\s*(.*)")
# Rows of a return, asked about or all of them.
_ROWS_OF = re.compile(r"\b(?:asked_|filed\.|rows\.|entries\.)(\w+)")
_FILED = "select distinct return_name from core.submissions"
_PARTS = ("rule", "level", "severity", "zh", "en", "reason", "remedy")


@dataclass(frozen=True)
class Check:
    """One rule across files: what it is, and the query that finds what breaks it."""

    rule: Rule
    query: str
    needs: str | None = None
    """The rule whose findings must be there."""
    asks: Asks = Asks.EVERYTHING
    """What it looks at where not everything is new."""

    @cached_property
    def reads(self) -> frozenset[str]:
        """The returns whose rows it looks at, and whose being there; none: it looks at neither."""
        if "named_cells" in self.query:
            return ALL_RETURNS
        return frozenset(_ROWS_OF.findall(self.query))

    def looks_at(self, returns: AbstractSet[str]) -> bool:
        """Whether what it says may rest on rows of these returns, or on none at all."""
        return not self.reads or not self.reads.isdisjoint(returns)


@cache
def all_checks(folder: Path = CHECKS) -> tuple[Check, ...]:
    """Every check of the folder by its rule's id, but each after the one that it needs.

    Raises WarehouseError on an incomplete header, or where what a check needs is not there.
    """
    checks = {path.stem: _read(path) for path in sorted(folder.glob("*.sql"))}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name, check in checks.items():
        if check.needs is not None and check.needs not in checks:
            raise WarehouseError(f"{name}.sql needs {check.needs}, which is no check")
        sorter.add(name, *([check.needs] if check.needs else []))
    try:
        return tuple(checks[name] for name in sorter.static_order())
    except CycleError as error:
        raise WarehouseError(f"checks need each other: {' -> '.join(error.args[1])}") from error


def header_of(query: str) -> dict[str, str]:
    """What the comments at the head of a check say, by their first word."""
    header: dict[str, str] = {}
    for line in query.splitlines():
        match = _LINE.fullmatch(line.strip())
        if match is None:
            break
        header[match[1]] = match[2].strip()
    return header


def _read(path: Path) -> Check:
    query = path.read_text("utf-8")
    header = header_of(query)
    missing = [part for part in _PARTS if part not in header]
    if missing:
        raise WarehouseError(f"{path.name}: its header lacks {', '.join(missing)}")
    return Check(
        rule_of(header), query, header.get("needs"), Asks(header.get("asks", Asks.EVERYTHING))
    )


def rule_of(header: Mapping[str, str]) -> Rule:
    """The rule that a whole header states. Raises ValueError for a word that is none of those known."""
    return Rule(
        header["rule"],
        header["level"],
        Severity(header["severity"]),
        header["zh"],
        header["en"],
        header["reason"],
        header["remedy"],
        holds=header.get("holds", "yes") == "yes",
        structural=Structural[header.get("structural", "nowhere").upper()],
        questions=Questions(header.get("questions", Questions.CELL)),
    )


def catalogue() -> dict[str, Rule]:
    """Every rule there is, of Python and of SQL, ordered as the handbook orders them.

    A rule whose parts are judged in both places (R106) is listed once, as `schemas.rules` has it.
    """
    rules = {check.rule.id: check.rule for check in all_checks()} | all_rules()
    order = "ERXCMTKB"
    return dict(sorted(rules.items(), key=lambda one: (order.index(one[0][0]), one[0])))


def check_across(
    con: duckdb.DuckDBPyConnection,
    zone: Zone,
    chosen: Sequence[Check] | None = None,
    asked: Asked = EVERYTHING,
) -> None:
    """Runs the checks and stores their findings, replacing those that they said before.

    What they said of a version that is turned back for it stays said, and so does what they are
    not asked about now.
    """
    checks = [
        check
        for check in (all_checks() if chosen is None else chosen)
        # Any other says what it said before.
        if asked.is_everything or check.looks_at(asked.returns)
    ]
    try:
        asked.lay_out(con)
        for asks in Asks:
            asked.forget(con, [one.rule.id for one in checks if one.asks is asks], asks)
        check_tables.lay_out(con, zone)
        filed = {name for (name,) in con.execute(_FILED).fetchall()}
        for check in checks:
            # Without a row it finds nothing, and to ask costs as much as over rows.
            found = _found(con, check) if check.looks_at(filed) else []
            findings.store(con, decide(found, {check.rule.id: check.rule}, zone))
        con.execute(statement("validate/kept_corrections"))
    except duckdb.Error as error:
        raise WarehouseError(f"the checks can't be run: {error}") from error
    finally:
        # After an error there may be a transaction that takes no more statements.
        with contextlib.suppress(duckdb.Error):
            con.execute("drop table if exists temp.offending")
            check_tables.clear(con)
            asked.clear(con)


def _found(con: duckdb.DuckDBPyConnection, check: Check) -> list[Finding]:
    """What the check's query says, at its cells."""
    rule = check.rule
    try:
        made = con.execute(f"create or replace temp table offending as {check.query}")
        # Most checks find nothing, and nothing needs no places.
        places = statement("validate/found_places", is_answer=is_answer(check.asks))
        rows = fetch_rows(con, places) if made.fetchall() != [(0,)] else []
        con.execute("drop table offending")
    except duckdb.Error as error:
        raise WarehouseError(f"check {rule.id} failed: {error}") from error
    return findings_of(rule, rows)


def findings_of(rule: Rule, rows: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """What a check found and where (`validate/found_places`), as findings of its rule."""
    return [
        finding(
            rule,
            # Text made of a value that is missing is none.
            row["message"] or f"{rule.zh}。",
            severity=Severity(row.get("severity") or rule.severity),
            suggestion=row.get("suggestion") or "",
            sheet=row["sheet"],
            cell=row["cell"],
            row=row["excel_row"],
            column=row["column_name"],
            field=row["field"],
            value=row.get("value"),
            proposed=row.get("proposed"),
            is_cross=True,
            submission=row["submission_id"],
            against=row.get("against"),
            other_row_key=row.get("other_row_key"),
            report_month=row["filed_for"] or row.get("report_month"),
            department=row["filed_by"] or row.get("department"),
            return_name=row["filed_as"] or row.get("return_name"),
        )
        for row in rows
    ]
