"""How numbers are printed: one text for one number, wherever it stands.

Rounding comes last and is half up. An amount has two decimals without trailing zeros, a rate none,
points have one in any case. What has changed is printed with every digit: two that differ look
different. A difference bears its sign, nothing bears none; what can't be computed is a dash. The
numbers themselves stay exact in the published database, and in sheets, whose formats show them.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

DASH = "—"
_YI, _WAN = Decimal(100_000_000), Decimal(10_000)


def rounded(value: Decimal, places: int) -> Decimal:
    """The number half up; none that comes to nothing is negative."""
    found = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return found or abs(found)


def amount(value: Decimal | None, places: int = 2) -> str:
    """A figure: rounded, trailing zeros dropped; a dash for none."""
    return DASH if value is None else exact(rounded(value, places))


def exact(value: Decimal | None) -> str:
    """A figure with every digit, trailing zeros dropped."""
    if value is None:
        return DASH
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(value: Decimal | None, places: int = 2) -> str:
    """A difference of figures, rounded as an amount: +12, -0.2."""
    return DASH if value is None else change(rounded(value, places))


def change(value: Decimal | None) -> str:
    """A difference with every digit."""
    return f"{_plus(value)}{exact(value)}"


def percent(value: int | None) -> str:
    """A rate, which is published as a whole number; a dash for none."""
    return DASH if value is None else f"{value}%"


def points(value: Decimal | None) -> str:
    """A score, or a part of time or of a rate, in points: 41.7."""
    return DASH if value is None else f"{rounded(value, 1):f}"


def signed_points(value: Decimal | None) -> str:
    """A gap in points: +11.0, -0.2."""
    return DASH if value is None else f"{_plus(rounded(value, 1))}{points(value)}"


def _plus(value: Decimal | None) -> str:
    return "+" if value is not None and value > 0 else ""


def at_most(value: Decimal, places: int) -> str:
    """What something comes to at most, as an amount; what would be 0 is said to be less than a step."""
    return amount(value, places) if rounded(value, places) or not value else _below(places)


def points_at_most(value: Decimal) -> str:
    """The same in points."""
    return points(value) if rounded(value, 1) or not value else _below(1)


def _below(places: int) -> str:
    return f"不足{Decimal(1).scaleb(-places):f}"


def in_yi(yuan: Decimal | None) -> str:
    """An amount of money as a figure in 亿元."""
    return amount(None if yuan is None else yuan / _YI)


def money(yuan: Decimal | None) -> str:
    """An amount of money as people say it, with every digit: 28亿元, 8000万元, 9500元; a dash for none."""
    if yuan is None:
        return DASH
    for unit, size in (("亿元", _YI), ("万元", _WAN)):
        if abs(yuan) >= size:
            return f"{exact(yuan / size)}{unit}"
    return f"{exact(yuan)}元"


def threshold(yuan: Decimal) -> str:
    """An amount in the largest unit in which it has two decimals at most: 1.5亿元, 12345万元; else in 元."""
    for unit, size in (("亿元", _YI), ("万元", _WAN)):
        if yuan >= size and (yuan * 100) % size == 0:
            return f"{exact(yuan / size)}{unit}"
    return f"{exact(yuan)}元"


def figure_words(value: Decimal | None, unit: str) -> str:
    """A value of a figure with every digit, amounts as people say them."""
    if value is not None and unit == "亿元":
        return money(value * _YI)
    return DASH if value is None else f"{exact(value)}{unit}"
