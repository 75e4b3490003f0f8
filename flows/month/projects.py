"""The projects of a year up to a month: how far each is, for how long, and where that was told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import duckdb

from flows.store.statements import statement
from flows.store.warehouse import fetch_rows

Row = Mapping[str, Any]


def of_month(con: duckdb.DuckDBPyConnection, month: dt.date, most: int) -> list[Row]:
    """Rows of `mart.projects` by stage and amount, at most so many; each knows how many there are.

    `amount_cny` is what is talked about, or agreed; `sources` are the rows of contract, talk and
    payments that say so.
    """
    asked = {"month": month, "most": most}
    return [*fetch_rows(con, statement("month/projects"), asked)]
