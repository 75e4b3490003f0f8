"""What changed in published figures, of a month or of its year: by whose file, and in which rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from flows.ground.zone import WHOLE_ZONE
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows

Row = dict[str, Any]
_OF_A_ROW = ("department", "filed_month", "row_key", "label", "old_value", "new_value")


@dataclass(frozen=True)
class Vintage:
    """The headline figures of a scope as one publication left them, by their codes.

    None where there was none; `moved` are those that this publication changed.
    """

    published_at: dt.datetime
    values: dict[str, Decimal | None]
    targets: dict[str, Decimal | None]
    moved: frozenset[str]


def of_month(
    con: duckdb.DuckDBPyConnection,
    month: dt.date,
    names: Sequence[str] = (),
    since: dt.datetime | None = None,
) -> list[Row]:
    """Every change of the month's published figures, oldest first: rows of `mart.figure_changes`.

    Each has its `file` with `return_name`, who filed that (`filed_by`, a department), the `person`
    (who filled it in; who withdrew, restored or decided), and `rows`: those near the figure that
    contribute otherwise than before. Of the scopes with these names; of all for none.
    """
    asked = {"month": month, "names": list(names), "since": since}
    changes = fetch_rows(con, statement("month/changes"), asked)
    moved = fetch_rows(con, statement("month/moved_rows"), {"month": month}) if changes else []
    told: dict[tuple[Any, ...], set[str]] = {}
    for one in changes:
        told.setdefault(_figure(one), set()).add(one["submission_id"])
    for one in changes:
        one["rows"] = [
            {name: row[name] for name in _OF_A_ROW}
            for row in moved
            if one["figure"] == "value" and _is_of(row, one, told[_figure(one)])
        ]
    return changes


def _figure(change: Row) -> tuple[Any, ...]:
    return tuple(
        change[name] for name in ("publication_no", "department", "indicator_code", "figure")
    )


def _is_of(row: Row, change: Row, told: set[str]) -> bool:
    """Whether a row moved with that change: it stood or stands in the file that caused it.

    A row that is in no file told of is the doing of the only cause there is, or of each that lets rows in
    or out of other files: a decision, a definition, a correction's form.
    """
    if (row["changed_at"], row["indicator_code"]) != (
        change["changed_at"],
        change["indicator_code"],
    ):
        return False
    if change["scope"] != "zone" and row["department"] != change["department"]:
        return False
    files = {*row["submission_ids"]}
    if change["submission_id"] in files:
        return True
    is_elsewhere = change["cause"] not in {"new_file", "resubmission"}
    return not files & told and (len(told) == 1 or is_elsewhere)


def of_year(con: duckdb.DuckDBPyConnection, month: dt.date) -> list[Row]:
    """What changed in published figures of the year up to the month, the newest first, and why."""
    return fetch_rows(con, statement("month/year_changes"), {"month": month})


def rows_of_year(con: duckdb.DuckDBPyConnection, month: dt.date) -> list[Row]:
    """The rows that came to the zone's figures, or went, with each of these changes."""
    return fetch_rows(con, statement("month/year_moved_rows"), {"month": month})


def vintages(
    con: duckdb.DuckDBPyConnection, month: dt.date, department: str = WHOLE_ZONE
) -> list[Vintage]:
    """The revision triangle of a month: a row a publication that changed any figure, oldest first."""
    rows = fetch_rows(con, statement("month/vintages"), {"month": month, "department": department})
    found: dict[dt.datetime, list[Row]] = {}
    for one in rows:
        found.setdefault(one["published_at"], []).append(one)
    return [
        Vintage(
            moment,
            {one["indicator_code"]: one["value"] for one in of_one},
            {one["indicator_code"]: one["target_value"] for one in of_one},
            frozenset(one["indicator_code"] for one in of_one if one["is_new"]),
        )
        for moment, of_one in found.items()
    ]
