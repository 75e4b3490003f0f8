"""What departments owe for a month, and what has come of it; for any month, by what zone.toml expects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

import schemas
from flows.ground.days import due_on
from flows.ground.zone import Zone
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows

OWED = ("missing", "rejected")


@dataclass(frozen=True)
class Expected:
    """A return that a department owes for a month; as in `mart.return_status`.

    `rows_held` is None where nothing counts. `to_correct` and its like are what is to be done about the
    files of the return; some open errors (`open_errors`) are to be decided.
    """

    report_month: dt.date
    department: str
    return_name: str
    state: str
    due_on: dt.date
    received_at: dt.datetime | None
    rows_held: int | None = None
    open_errors: int = 0
    open_warnings: int = 0
    to_correct: int = 0
    to_explain: int = 0
    to_decide: int = 0

    @property
    def asked(self) -> dict[str, int]:
        """How much is to be corrected, explained and decided."""
        return {"correct": self.to_correct, "explain": self.to_explain, "decide": self.to_decide}

    @property
    def is_owed(self) -> bool:
        """Whether it is still to come: not received, or turned back."""
        return self.state in OWED


def of_month(con: duckdb.DuckDBPyConnection | None, zone: Zone, month: dt.date) -> list[Expected]:
    """The month's expected returns, by department as zone.toml has them, then by return.

    Of a month with figures as published; of any other as zone.toml expects it, with what was turned
    back already. Without a release (`con` None) nothing has been received.
    """
    rows: Iterable[Mapping[str, Any]] = ()
    if con is not None:
        rows = fetch_rows(con, "from mart.return_status where report_month = ?", [month])
    names = [*Expected.__dataclass_fields__]
    listed = [Expected(**{name: row[name] for name in names}) for row in rows]
    if not listed:
        listed = list(_by_zone(con, zone, month))
    departments = {one.name: number for number, one in enumerate(zone.departments)}
    returns = {model.form().slug: number for number, model in enumerate(schemas.all_returns())}
    # A department that has another name since the last refresh comes behind.
    return sorted(
        listed,
        key=lambda one: (
            departments.get(one.department, len(departments)),
            one.department,
            returns.get(one.return_name, len(returns)),
        ),
    )


def _by_zone(
    con: duckdb.DuckDBPyConnection | None, zone: Zone, month: dt.date
) -> Iterable[Expected]:
    turned_back: dict[tuple[str, str], dict[str, Any]] = {}
    if con is not None:
        for row in fetch_rows(con, statement("month/turned_back"), {"month": month}):
            whose = (row.pop("department"), row.pop("return_name"))
            turned_back[whose] = {"state": "rejected", **row}
    due = due_on(zone, month)
    for department, slug in zone.owed_for(month):
        stands: dict[str, Any] = {"state": "missing", "received_at": None}
        stands |= turned_back.get((department, slug), {})
        yield Expected(month, department, slug, due_on=due, **stands)
