"""Findings into the working database and out of it, whichever stage made them."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

from flows.ground.findings import COLUMNS, Finding
from flows.store.incoming import insert
from flows.store.statements import statement
from schemas.rules import Severity

_KINDS = {"row": pl.Int32, "holds": pl.Boolean, "is_cross": pl.Boolean, "report_month": pl.Date}


def store(con: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> None:
    """Adds the findings."""
    frame = pl.DataFrame(
        [
            pl.Series(column, [getattr(one, name) for one in findings], _KINDS.get(name, pl.String))
            for name, column in COLUMNS.items()
        ]
    )
    # What belongs to no sheet is stored under none.
    insert(con, "core.findings", frame.with_columns(pl.col("sheet").fill_null("")))


def of_receipts(con: duckdb.DuckDBPyConnection, receipts: Sequence[int]) -> list[Finding]:
    """The findings of all submissions of these receipts, most serious first, then by place."""
    columns = ", ".join(f"findings.{column}" for column in COLUMNS.values())
    rows = con.execute(
        statement("store/findings_of_receipts", columns=columns), [list(receipts)]
    ).fetchall()
    found = (dict(zip(COLUMNS, row, strict=True)) for row in rows)
    return [
        Finding(**(one | {"severity": Severity(one["severity"]), "sheet": one["sheet"] or None}))
        for one in found
    ]
