"""What correcting a finding can move, in words: at most so much of a figure, so many points of its rate."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flows.values.printed import at_most, points_at_most
from schemas.indicators import PLACES


def effect_words(name: str, value: Decimal, unit: str, points: Decimal | None) -> str:
    """处理后至多可使全区新引进亿元以上项目变动1个（完成率4.2个百分点）。"""
    rate = "" if points is None else f"（完成率{points_at_most(points)}个百分点）"
    return f"处理后至多可使全区{name}变动{at_most(value, PLACES[unit])}{unit}{rate}。"


def effect_of(row: Mapping[str, Any]) -> str:
    """The same of a row of `flows.month.findings`; nothing where it moves none, or nobody can tell."""
    if row["effect_value"] is None:
        return ""
    parts = (row[name] for name in ("effect_name", "effect_value", "effect_unit", "effect_pp"))
    return effect_words(*parts)
