"""Numbers in every spelling that departments use, exact; and what is no number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.values.numbers import parse_number
from flows.values.units import yuan_per

WIDE = str.maketrans("0123456789.,-%()", "０１２３４５６７８９．，－％（）")
amounts = st.decimals(
    min_value=0, max_value=Decimal("9999999999.9999"), places=4, allow_nan=False
).map(lambda value: Decimal(format(value.normalize(), "f")))
CAPITALS = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")


def value_of(text: str) -> Decimal:
    number = parse_number(text)
    assert number is not None, text
    return number.value


@given(amounts)
def test_spellings_give_the_number_back(value: Decimal) -> None:
    plain = f"{value:f}"
    grouped = f"{value:,f}"
    for text in (plain, grouped, plain.translate(WIDE), grouped.translate(WIDE), f" {plain}\u3000", f"¥{grouped}", f"+{plain}", f"\u200b{plain}"):  # fmt: skip
        assert value_of(text) == value


@given(amounts.filter(bool))
def test_negatives(value: Decimal) -> None:
    for text in (f"-{value:f}", f"({value:,f})", f"（{value:f}）", f"－{value:f}", f"{value:f}-"):
        assert value_of(text) == -value


@given(amounts, st.sampled_from(["元", "千元", "万元", "百万元", "亿元", "万", "亿", "万美元"]))
def test_a_unit_in_the_cell(value: Decimal, unit: str) -> None:
    number = parse_number(f"{value:,f}{unit}")
    assert number is not None
    assert number.value == value
    factor = yuan_per(number.unit or "", {"usd_cny": Decimal(6)})
    expected = {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "亿元": 10**8, "万": 10**4, "亿": 10**8, "万美元": 60_000}  # fmt: skip
    assert factor == expected[unit]


@given(st.integers(1, 9999_9999_9999))
def test_financial_capitals(value: int) -> None:
    assert value_of(f"{capitals(value)}元整") == value
    assert value_of(f"人民币{capitals(value)}圆整") == value


def capitals(value: int) -> str:
    """壹拾贰万叁仟肆佰伍拾陆, as cheques are written."""
    words, zero = "", False
    for position in range(len(str(value)) - 1, -1, -1):
        digit = value // 10**position % 10
        if digit:
            words += ("零" if zero else "") + str(digit).translate(CAPITALS) + ["", "拾", "佰", "仟"][position % 4]  # fmt: skip
            zero = False
        else:
            zero = bool(words)
        if position in {4, 8} and value // 10**position % 10_000:
            words += {4: "万", 8: "亿"}[position]
            zero = False if digit else zero
    return words


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1.2亿元", "1.2", "亿元"),
        ("壹佰万元整", "1000000", "元"),
        ("壹佰万", "1000000", "元"),
        ("两亿三千万元", "230000000", "元"),
        ("人民币500万元整", "500", "万元"),
        ("1 234 567.5", "1234567.5", None),
        ("1,2345", "12345", None),
        ("十五", "15", None),
        ("1.2E5", "120000", None),
    ],
)
def test_examples(text: str, value: str, unit: str | None) -> None:
    number = parse_number(text)
    assert number is not None
    assert (number.value, number.unit) == (Decimal(value), unit)


def test_percent_is_told_apart() -> None:
    number = parse_number("12.5％")
    assert number is not None
    assert (number.value, number.is_percent) == (Decimal("12.5"), True)


@pytest.mark.parametrize(
    "text",
    ["约5亿", "5-8亿", "5~8", "5亿以上", "500余万", "/", "—", "", "1.2.3", "1,23", "12 34", "元", "万",
     "亿元", "百", "一二三", "零", "$100", "5万8", "0x10", "nan", "inf", "2021-05-31", "一百百"],
)  # fmt: skip
def test_what_is_no_certain_number(text: str) -> None:
    number = parse_number(text)
    assert number is None or (text == "零" and number.value == 0)


@given(st.text(max_size=12))
def test_no_text_breaks_it(text: str) -> None:
    parse_number(text)
