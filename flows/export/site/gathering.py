"""Gathers what the month's page tells from a release."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import duckdb

from flows.export.definitions import definitions
from flows.export.site.month_page import MOST_CHANGES, MonthPage
from flows.ground.zone import Zone
from flows.month import changes, findings, projects, series, sums
from flows.month.board import board
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows

# More would make the page slow to open; it says where the rest is.
MOST_PROJECTS = 300
# Of each change of a figure.
MOST_MOVED = 40


def gathered(
    con: duckdb.DuckDBPyConnection, zone: Zone, month: dt.date, months: Iterable[dt.date]
) -> MonthPage | None:
    """The page of the month; None where it has no figures. `months` are those that it knows."""
    # Board and page tell of the same findings: they are asked for once.
    of_findings = findings.of_month(con, month)
    of_board = board(con, zone, month, of_findings)
    if of_board is None:
        return None
    known = {*months, month}
    of_series = series.of_zone(con, month)
    (release,) = fetch_rows(con, "from mart.release")
    of_changes = [one for one in changes.of_year(con, month) if one["scope"] == "zone"]
    oldest = min((one["changed_at"] for one in of_changes[:MOST_CHANGES]), default=None)
    return MonthPage(
        month=month,
        release=release,
        board=of_board,
        series={
            code: [row for row in rows if row["report_month"] in known]
            for code, rows in of_series.items()
        },
        held=series.held(of_series, month),
        forecasts=series.forecasts(of_series, month),
        targets=sums.targets(con, month),
        projects=projects.of_month(con, month, MOST_PROJECTS),
        filing=fetch_rows(con, statement("export/filing"), {"month": month}),
        findings=of_findings,
        asked=findings.asked_by_department(con, month),
        changes=of_changes,
        moved_rows=changes.rows_of_year(con, month, MOST_MOVED, oldest),
        definitions=definitions(zone, month),
    )
