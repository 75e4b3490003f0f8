"""`stg.ratio_pct`, `stg.rounded_pct`, `stg.in_yi`: exact for whatever amount."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

from house import House
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PARTS = st.decimals(min_value=-(10**10), max_value=10**10, places=12)
WHOLES = st.decimals(min_value=0, max_value=10**7, places=8)
SAME_HOUSE = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def value(house: House, expression: str, *numbers: Any) -> Any:
    (row,) = house.con.execute(f"select {expression}", list(numbers)).fetchall()
    return row[0]


@SAME_HOUSE
@given(part=PARTS, whole=WHOLES)
def test_rates_against_fractions(house: House, part: Decimal, whole: Decimal) -> None:
    arguments = "(?::decimal(38, 12), ?::decimal(38, 12))"
    found = value(house, f"stg.ratio_pct{arguments}", part, whole)
    rounded = value(house, f"stg.rounded_pct{arguments}", part, whole)
    if whole == 0:
        assert (found, rounded) == (None, None)
        return
    exact = 100 * Fraction(part) / Fraction(whole)
    assert Fraction(found) == Fraction(math.trunc(exact * 10**10), 10**10)
    half_up = math.floor(abs(exact) + Fraction(1, 2))
    assert rounded == (half_up if exact >= 0 else -half_up)


@SAME_HOUSE
@given(yuan=st.decimals(min_value=-(10**15), max_value=10**15, places=4))
def test_yuan_in_yi(house: House, yuan: Decimal) -> None:
    assert value(house, "stg.in_yi(?::decimal(20, 4))", yuan) == yuan / 10**8
