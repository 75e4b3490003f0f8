"""What changed in published figures, of a month or of its year: by whose file, and in which rows."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from flows.ground.zone import WHOLE_ZONE
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows

Row = dict[str, Any]
_ROW_KEY = ("changed_at", "indicator_code", "department", "filed_month", "row_key")
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
    (who filled it in; who withdrew, restored or decided), what was `decided` (None where that is not
    the cause), and `rows`: those near the figure that contribute otherwise than before. Of the
    scopes with these names; of all for none.
    """
    asked = {"month": month, "names": list(names), "since": since}
    changes = fetch_rows(con, statement("month/changes"), asked)
    moved = [*_by_key(_sides(con, month, month))] if changes else []
    files: dict[tuple[Any, ...], set[str]] = {}
    for change in changes:
        files.setdefault(_figure(change), set()).add(change["submission_id"])
    for change in changes:
        change["rows"] = [
            {name: row[name] for name in _OF_A_ROW}
            for row in moved
            if change["figure"] == "value" and _is_of(row, change, files[_figure(change)])
        ]
    return changes


def _figure(change: Row) -> tuple[Any, ...]:
    return tuple(
        change[name] for name in ("publication_no", "department", "indicator_code", "figure")
    )


def _is_of(row: Row, change: Row, causing: set[str]) -> bool:
    """Whether a row moved with that change: as is on record of it.

    Where nothing is on record, it stood or stands in the file that caused it: `causing` are the files
    that changed the figure with that publication, and a row that is in none of them is the doing of
    the only cause there is, or of each that lets rows in or out of other files.
    """
    if (row["changed_at"], row["indicator_code"]) != (
        change["changed_at"],
        change["indicator_code"],
    ):
        return False
    if change["scope"] != "zone" and row["department"] != change["department"]:
        return False
    if row["cause"] is not None:
        return bool((row["cause"], row["cause_id"]) == (change["cause"], change["submission_id"]))
    files = row["submission_ids"]
    if change["submission_id"] in files:
        return True
    is_elsewhere = change["cause"] not in {"new_file", "resubmission"}
    return not files & causing and (len(causing) == 1 or is_elsewhere)


def of_year(con: duckdb.DuckDBPyConnection, month: dt.date) -> list[Row]:
    """What changed in published figures of the year up to the month, the newest first, and why."""
    return fetch_rows(con, statement("month/year_changes"), {"month": month})


def rows_of_year(
    con: duckdb.DuckDBPyConnection,
    month: dt.date,
    most: int | None = None,
    since: dt.datetime | None = None,
) -> list[Row]:
    """The rows that came to the zone's figures, or went, with each of these changes from a moment on.

    Of one figure and publication their `change` adds up to what the figure changed by. Where there are
    more of these than `most`, that many of them; `of_all` says how many there are.
    """
    return _sides(con, month.replace(month=1), month, of_zone=True, most=most, since=since)


def moved_since(
    con: duckdb.DuckDBPyConnection, since: dt.datetime, month: dt.date, *, is_before: bool
) -> list[Row]:
    """The published figures that moved from a moment on: old and new value, `difference`, `causes`.

    Of the month, or of those before it: the newest month first, the zone before its departments.
    """
    asked = {"since": since, "month": month, "is_before": is_before}
    return fetch_rows(con, statement("month/moved_since"), asked)


def _sides(
    con: duckdb.DuckDBPyConnection,
    first: dt.date,
    last: dt.date,
    *,
    of_zone: bool = False,
    most: int | None = None,
    since: dt.datetime | None = None,
) -> list[Row]:
    """The rows near figures that moved, of the months from one to another, as they came and went."""
    asked = {"first": first, "last": last, "of_zone": of_zone, "most": most, "since": since}
    return fetch_rows(con, statement("month/moved_rows"), asked)


def _by_key(sides: Iterable[Row]) -> Iterator[Row]:
    """Rows by their own key: what each added before and adds now, None where it was not there."""
    for key, both in itertools.groupby(sides, key=lambda side: [side[name] for name in _ROW_KEY]):
        listed = [*both]
        old = [-side["change"] for side in listed if not side["is_new"]]
        new = [side["change"] for side in listed if side["is_new"]]
        newest = max(listed, key=lambda side: side["is_new"])
        yield {
            **dict(zip(_ROW_KEY, key, strict=True)),
            **{name: newest[name] for name in ("label", "cause", "cause_id")},
            "submission_ids": {side["submission_id"] for side in listed},
            "old_value": sum(old) if old else None,
            "new_value": sum(new) if new else None,
        }


def vintages(
    con: duckdb.DuckDBPyConnection, month: dt.date, department: str = WHOLE_ZONE
) -> list[Vintage]:
    """The revision triangle of a month: a row a publication that changed any figure, oldest first."""
    rows = fetch_rows(con, statement("month/vintages"), {"month": month, "department": department})
    by_moment: dict[dt.datetime, list[Row]] = {}
    for row in rows:
        by_moment.setdefault(row["published_at"], []).append(row)
    return [
        Vintage(
            moment,
            {row["indicator_code"]: row["value"] for row in figures},
            {row["indicator_code"]: row["target_value"] for row in figures},
            frozenset(row["indicator_code"] for row in figures if row["is_new"]),
        )
        for moment, figures in by_moment.items()
    ]
