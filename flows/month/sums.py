"""The sums behind a month's headline figures: which rows are in them, which near by are not, and why.

Each row leads to its file, sheet and cell; targets to where they were issued.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import duckdb

from flows.store.statements import statement
from flows.store.warehouse import fetch_rows
from schemas.reasons import words

Row = Mapping[str, Any]


def of_month(con: duckdb.DuckDBPyConnection, month: dt.date) -> list[Row]:
    """The rows near the month's figures, by figure, those in it first (`is_counted`).

    `contribution` is what a row adds, in the figure's unit; `reasons` says in Chinese why it adds
    nothing. A department's figure is the sum of its rows, the zone's that of all.
    """
    rows = fetch_rows(con, statement("month/sums"), {"month": month})
    return [row | {"reasons": words(row["reasons"])} for row in rows]


def by_department(con: duckdb.DuckDBPyConnection, month: dt.date) -> list[Row]:
    """What the rows of each department add to each of the month's figures, and how many there are."""
    return [*fetch_rows(con, statement("month/sums_by_department"), {"month": month})]


def stand(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Each month with rows, the newest first, and by what it is known that they are the same."""
    return [*fetch_rows(con, statement("month/sums_stand"))]


def targets(con: duckdb.DuckDBPyConnection, month: dt.date) -> list[Row]:
    """What was issued as targets for the month's year, by figure and department, and where it stands."""
    return [*fetch_rows(con, statement("month/targets"), {"month": month})]
