"""The months of which figures are published."""

from __future__ import annotations

import datetime as dt

import duckdb


def newest(con: duckdb.DuckDBPyConnection) -> dt.date | None:
    """The newest month with figures; None where there are none."""
    ((month,),) = con.execute("select max(report_month) from mart.headline_indicators").fetchall()
    return month if isinstance(month, dt.date) else None
