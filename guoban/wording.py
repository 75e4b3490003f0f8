"""The five headline lines, worded and rounded as the published article words them.

Amounts are printed in 亿元 with at most two decimals, rates as whole numbers, half up; what can't
be computed is a dash. The numbers themselves stay exact in the published database.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

DASH = "—"


def amount(value: Decimal | None, places: int = 2) -> str:
    """A figure for print: rounded half up, trailing zeros dropped; a dash for none."""
    if value is None:
        return DASH
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(value: int | None) -> str:
    """A rate for print; a dash for none."""
    return DASH if value is None else f"{value}%"


def headline_lines(indicators: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The article's five lines from the rows of `mart.headline_indicators`, by indicator code."""

    def said(code: str) -> str:
        row = indicators[code]
        return f"{row['indicator_name']}{amount(row['value'])}{row['unit']}"

    def rate(code: str) -> str:
        return f"占目标任务{percent(indicators[code]['completion_pct_rounded'])}"

    started = amount(indicators["ZS03a"]["value"])
    total = amount(indicators["ZS04a"]["value"])
    return [
        f"{said('ZS01')}，{rate('ZS01')}；",
        f"{said('ZS02')}，{rate('ZS02')}；",
        f"招商引资{said('ZS03')}，{rate('ZS03')}，其中，已开工{started}个项目；",
        f"{said('ZS04')}，总投资{total}亿元，{rate('ZS04')}；",
        f"完成{said('ZS05')}。",
    ]
