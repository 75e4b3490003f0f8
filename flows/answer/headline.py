"""The five headline lines, worded and rounded as the published article words them.

Numbers are printed as everywhere (`flows.values.printed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from flows.ground.zone import WHOLE_ZONE
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows
from flows.values.printed import amount, percent
from schemas.indicators import INDICATORS


def newest_headline(con: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The whole zone's rows of `mart.headline_indicators` for the newest month, by indicator code."""
    return fetch_rows(con, statement("answer/newest_headline"), {"whole_zone": WHOLE_ZONE})


def headline_lines(rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The article's lines from the rows of `mart.headline_indicators`, by indicator code."""
    values = {code: amount(row["value"]) for code, row in rows.items()}
    lines = [
        indicator.line.format(
            name=rows[indicator.code]["indicator_name"],
            value=values[indicator.code],
            unit=rows[indicator.code]["unit"],
            rate=percent(rows[indicator.code]["completion_pct_rounded"]),
            **values,
        )
        for indicator in INDICATORS
        if indicator.line is not None
    ]
    return [f"{line}；" for line in lines[:-1]] + [f"{line}。" for line in lines[-1:]]
