"""`stg.ratio_pct`, `stg.rounded_pct`, `stg.in_yi`, `stg.plain_yi`: exact for whatever amount."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
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


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("99990000", "0.9999亿元"),
        ("100000000", "1亿元"),
        ("10000000000", "100亿元"),
        ("0", "0亿元"),
        ("-150000000", "-1.5亿元"),
        ("0.0001", "0.000000000001亿元"),
    ],
)
def test_amounts_in_words(house: House, yuan: str, words: str) -> None:
    assert value(house, "stg.plain_yi(?::decimal(20, 4))", Decimal(yuan)) == words
