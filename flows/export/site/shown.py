"""How the page writes numbers and days: amounts with two places, points with one, nothing as a dash."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flows.answer.headline import DASH, amount, exact
from flows.ground.settings import BEIJING
from schemas.reasons import YI

WAN = Decimal(10_000)


def signed(value: Decimal | None, places: int) -> str:
    """A difference with its sign: +72.6, −0.2."""
    if value is None:
        return DASH
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return sign + amount(abs(value), places)


def points(value: Decimal | None) -> str:
    """A difference in percentage points."""
    return signed(value, 1)


def yi(yuan: Decimal | None) -> str:
    """An amount in 亿元."""
    return amount(None if yuan is None else yuan / YI)


def digits(value: Decimal | None) -> str | None:
    """Every digit of the number, for the page's script; None stays None."""
    return None if value is None else exact(value)


def month_key(month: dt.date) -> str:
    """How the page names a month to itself: 2021-05."""
    return f"{month:%Y-%m}"


def day(value: Any) -> str:
    """A day, or a moment by its day in Beijing."""
    if value is None:
        return DASH
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(BEIJING):%Y-%m-%d}"
    return str(value)


def minute(value: dt.datetime | None) -> str:
    """A moment to the minute, in Beijing."""
    return DASH if value is None else f"{value.astimezone(BEIJING):%Y-%m-%d %H:%M}"


FILTERS = {
    "amount": amount, "exact": exact, "signed": signed, "points": points, "yi": yi, "day": day,
    "minute": minute, "month_key": month_key,
}  # fmt: skip
