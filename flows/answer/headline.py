"""The five headline lines, worded and rounded as the published article words them.

Amounts are printed in 亿元 with at most two decimals, rates as whole numbers, half up; what can't
be computed is a dash. The numbers themselves stay exact in the published database.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb

from flows.ground.zone import WHOLE_ZONE
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows
from schemas.indicators import INDICATORS

DASH = "—"


def amount(value: Decimal | None, places: int = 2) -> str:
    """A figure for print: rounded half up, trailing zeros dropped; a dash for none."""
    if value is None:
        return DASH
    return exact(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def exact(value: Decimal | None) -> str:
    """A figure with every digit, trailing zeros dropped: two that differ look different."""
    if value is None:
        return DASH
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(yuan: Decimal | None) -> str:
    """An amount as people say it, with every digit: 28亿元, 8000万元, 9500元; a dash for none."""
    if yuan is None:
        return DASH
    for unit, size in (("亿元", 100_000_000), ("万元", 10_000)):
        if abs(yuan) >= size:
            return f"{exact(yuan / size)}{unit}"
    return f"{exact(yuan)}元"


def figure_words(value: Decimal | None, unit: str) -> str:
    """A value of a figure with every digit, amounts as people say them."""
    if value is not None and unit == "亿元":
        return money(value * 100_000_000)
    return DASH if value is None else f"{exact(value)}{unit}"


def percent(value: int | None) -> str:
    """A rate for print; a dash for none."""
    return DASH if value is None else f"{value}%"


def points(value: Decimal | None, *, is_signed: bool = False) -> str:
    """A rate or a gap in points, to one place, half up; a gap with its sign; a dash for none."""
    if value is None:
        return DASH
    rounded = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{rounded:+f}" if is_signed else f"{rounded:f}"


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
