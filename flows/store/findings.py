"""Findings into the working database, whichever stage made them."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

from flows.ground.findings import COLUMNS, Finding
from flows.store.incoming import insert

_KINDS = {"row": pl.Int32, "holds": pl.Boolean, "is_cross": pl.Boolean, "report_month": pl.Date}


def store(con: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> None:
    """Adds the findings."""
    if not findings:
        return
    frame = pl.DataFrame(
        [
            pl.Series(column, [getattr(one, name) for one in findings], _KINDS.get(name, pl.String))
            for name, column in COLUMNS.items()
        ]
    )
    # What belongs to no sheet is stored under none.
    insert(con, "core.findings", frame.with_columns(pl.col("sheet").fill_null("")))
