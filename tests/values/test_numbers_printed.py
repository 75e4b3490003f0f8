"""How numbers are printed: half up and last, one text for one number."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.values import printed

D = Decimal
NUMBERS = st.decimals(-(10**6), 10**6, places=10)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (printed.amount(D("84.565")), "84.57"),
        (printed.amount(D("35.800000000000")), "35.8"),
        (printed.amount(D("-0.004")), "0"),
        (printed.amount(None), "—"),
        (printed.exact(D("74.469900000000")), "74.4699"),
        (printed.exact(D("1E+2")), "100"),
        (printed.signed(D("12.004")), "+12"),
        (printed.signed(D("-0.2")), "-0.2"),
        (printed.signed(D("-0.004")), "0"),
        (printed.change(D("0.0001")), "+0.0001"),
        (printed.percent(113), "113%"),
        (printed.percent(None), "—"),
        (printed.points(D("41.6666666666")), "41.7"),
        (printed.points(D(85)), "85.0"),
        (printed.signed_points(D("11.04")), "+11.0"),
        (printed.signed_points(D("-0.25")), "-0.3"),
        (printed.signed_points(D("-0.04")), "0.0"),
        (printed.signed_points(D(0)), "0.0"),
        (printed.signed_points(None), "—"),
        (printed.at_most(D("0.004"), 2), "不足0.01"),
        (printed.at_most(D("0.4"), 0), "不足1"),
        (printed.at_most(D("6"), 2), "6"),
        (printed.points_at_most(D("0.04")), "不足0.1"),
        (printed.points_at_most(D(25)), "25.0"),
        (printed.in_yi(D(845_700_000)), "8.46"),
        (printed.money(D(80_000_000)), "8000万元"),
        (printed.money(D("123456789.5")), "1.234567895亿元"),
        (printed.threshold(D(123_450_000)), "12345万元"),
        (printed.figure_words(D("0.5"), "亿元"), "5000万元"),
        (printed.figure_words(D(19), "个"), "19个"),
    ],
)  # fmt: skip
def test_a_number_has_its_text(words: str, expected: str) -> None:
    assert words == expected


@given(NUMBERS, st.integers(0, 4))
def test_rounding_is_half_up_and_drops_zeros_that_say_nothing(value: D, places: int) -> None:
    text = printed.amount(value, places)
    step = Fraction(1, 10**places)
    # The nearest, and of two as near the one farther from nothing.
    whole, rest = divmod(abs(Fraction(value)) / step, 1)
    nearest = (whole + (rest >= Fraction(1, 2))) * step
    assert abs(Fraction(text)) == nearest
    assert D(text) * value >= 0
    assert "." not in text or not text.endswith(("0", "."))


@given(NUMBERS)
def test_a_difference_is_told_from_its_opposite_by_the_sign_alone(value: D) -> None:
    for words in (printed.signed, printed.change, printed.signed_points):
        one, other = words(value), words(-value)
        if not D(one):
            assert one == other
        else:
            assert {one[0], other[0]} == {"+", "-"}
            assert one[1:] == other[1:]
    assert printed.signed_points(value).lstrip("+") == printed.points(value)
    assert printed.signed(value).lstrip("+") == printed.amount(value)


@given(NUMBERS)
def test_points_have_one_decimal_in_any_case(value: D) -> None:
    text = printed.points(value)
    assert text[-2] == "."
    assert D(text) == value.quantize(D("0.1"), ROUND_HALF_UP)
