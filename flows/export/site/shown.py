"""How the page names months and writes days, and what its templates write numbers with."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from flows.answer.wording import lead_words, month_words
from flows.ground.settings import BEIJING
from flows.values import printed
from flows.values.printed import DASH


def digits(value: Decimal | None) -> str | None:
    """Every digit of the number, for the page's script; None stays None."""
    return None if value is None else printed.exact(value)


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
    **{
        name: getattr(printed, name)
        for name in (
            "amount", "change", "exact", "in_yi", "percent", "points", "points_at_most", "signed",
            "signed_points",
        )
    },
    "day": day,
    "minute": minute,
    "month_words": month_words,
    "lead_words": lead_words,
    "month_key": month_key,
}  # fmt: skip
