"""What was found in a month's returns, and what of it is still open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import duckdb

from flows.store.statements import statement
from flows.store.warehouse import fetch_rows

Row = Mapping[str, Any]
# What findings ask for.
ASKED = ("correct", "explain", "decide", "file")


def of_month(
    con: duckdb.DuckDBPyConnection,
    month: dt.date,
    departments: Collection[str] = (),
    *,
    open_only: bool = False,
) -> list[Row]:
    """The month's findings, those first that can move most; of these departments, of all where none.

    Each is a row of `mart.findings` with its file, and the name and unit of the figure that it can
    move. Those alone that ask for something where `open_only`: of a month there may be very many.
    """
    asked = {"month": month, "open_only": open_only}
    rows = fetch_rows(con, statement("month/findings"), asked)
    return [one for one in rows if not departments or owner_of(one) in departments]


def owner_of(one: Row) -> str | None:
    """Whose a finding is: what its file does not tell, the folder does in which it lies."""
    owner: str | None = one["department"] or one["folder_department"]
    return owner


def asked(
    con: duckdb.DuckDBPyConnection, month: dt.date, departments: Collection[str] = ()
) -> dict[str, int]:
    """How much of a month is asked, by what is asked for; of these departments, or of all."""
    counts = asked_by_department(con, month)
    return {
        name: sum(of[name] for one, of in counts.items() if not departments or one in departments)
        for name in ASKED
    }


def asked_by_department(
    con: duckdb.DuckDBPyConnection, month: dt.date
) -> dict[str | None, dict[str, int]]:
    """How much of a month is asked of each department, by what is asked for; None: of nobody known."""
    rows = fetch_rows(con, statement("month/asked"), {"month": month})
    return {one["department"]: {name: one[name] for name in ASKED} for one in rows}


def still_open(rows: Iterable[Row]) -> list[Row]:
    """Those of the findings that are open."""
    return [one for one in rows if one["is_open"]]


def blocking(rows: Iterable[Row]) -> list[Row]:
    """Those that keep a month from being locked: its open errors."""
    return [one for one in still_open(rows) if one["severity"] == "error"]
