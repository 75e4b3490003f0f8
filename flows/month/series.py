"""The zone's headline figures month by month: what the trend shows, and what the forecast goes by."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import duckdb

from flows.month.board import held_against_target
from flows.month.forecast import Forecast, Reached, forecast
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows

Row = Mapping[str, Any]


def of_zone(con: duckdb.DuckDBPyConnection, month: dt.date) -> dict[str, list[Row]]:
    """By figure, in the figures' order, its row of each month up to this one, the newest last.

    Each is a row of `mart.zone_indicators` with `before`, the year to date of the month before (0 in
    January; of a stock, what there was), and `change`, what has come since.
    """
    rows = fetch_rows(con, statement("month/series"), {"month": month})
    return {
        code: list(of_code)
        for code, of_code in itertools.groupby(rows, key=lambda one: str(one["indicator_code"]))
    }


def held(series: Mapping[str, Sequence[Row]], month: dt.date) -> dict[str, str]:
    """By which figure each with a task is held against its target then: itself, or another."""
    by_month = _of_months(series)
    return {
        code: held_against_target(rows[month], _values(by_month, month))[0]
        for code, rows in by_month.items()
        if month in rows and rows[month]["has_target"]
    }


def forecasts(series: Mapping[str, Sequence[Row]], month: dt.date) -> dict[str, Forecast]:
    """What is to be expected of each figure with a task; without one that nothing can be said of."""
    by_month = _of_months(series)
    foreseen = {}
    for code, by in held(series, month).items():
        year = [
            Reached(on, held_against_target(row, _values(by_month, on))[1], row["target_value"])
            for on, row in by_month[code].items()
            if on.year == month.year and on <= month
        ]
        paces = [row["change"] for on, row in by_month[by].items() if on <= month]
        if of_figure := forecast(year, paces):
            foreseen[code] = of_figure
    return foreseen


def _of_months(series: Mapping[str, Sequence[Row]]) -> dict[str, dict[dt.date, Row]]:
    return {code: {row["report_month"]: row for row in rows} for code, rows in series.items()}


def _values(
    by_month: Mapping[str, Mapping[dt.date, Row]], month: dt.date
) -> dict[str, Decimal | None]:
    return {code: rows[month]["value"] for code, rows in by_month.items() if month in rows}
