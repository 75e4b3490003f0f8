"""Numbers in every spelling that departments use, exact; and what is no number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.values.numbers import multiple_of, parse_amount, parse_count, parse_number
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
        ("1\u2009234\u2009567", "1234567", None),
        ("1\xa0234\xa0567万元", "1234567", "万元"),
        ("12000\u3000万元", "12000", "万元"),
        ("1.2\n亿元", "1.2", "亿元"),
        ("- 5", "-5", None),
        ("﹣5", "-5", None),
        ("十五", "15", None),
        ("⼗二", "12", None),
        ("一百零五", "105", None),
        ("一百五十", "150", None),
        ("一万零五", "10005", "元"),
        ("三亿零五千", "300005000", "元"),
        ("三亿五千万", "350000000", "元"),
        ("壹仟整", "1000", "元"),
        ("3千元", "3", "千元"),
        ("1亿2千万", "120000000", "元"),
        ("1亿2000万元", "120000000", "元"),
        ("1亿2仟万元整", "120000000", "元"),
        ("1.2亿元（人民币）", "1.2", "亿元"),
        ("1亿2千5百万", "125000000", "元"),
        ("5万8000", "58000", "元"),
        ("1亿2千万元人民币", "120000000", "元"),
        ("壹佰万元人民币", "1000000", "元"),
        ("12000（万元）", "12000", "万元"),
        ("RMB12000万", "12000", "万元"),
        ("rmb 12,000 万元", "12000", "万元"),
        ("人民币 12000 万元", "12000", "万元"),
        ("人民币：12000万元", "12000", "万元"),
        ("￥12000", "12000", None),
        ("¥-300万", "-300", "万元"),
        ("12000万RMB", "12000", "万元"),
        ("12000万元整", "12000", "万元"),
    ],
)
def test_examples(text: str, value: str, unit: str | None) -> None:
    number = parse_number(text)
    assert number is not None
    assert (number.value, number.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "value", "unit", "currency"),
    [
        ("US$300", "300", None, "美元"), ("$1,200.5", "1200.5", None, "美元"), ("-US$ 300", "-300", None, "美元"),
        ("(US$300)", "-300", None, "美元"), ("US$-300", "-300", None, "美元"), ("300USD", "300", None, "美元"),
        ("US$300万", "300", "万美元", "美元"), ("300万美元", "300", "万美元", None), ("300 万 USD", "300", "万美元", "美元"),
        ("300美金", "300", "美元", "美元"), ("300（万美元）", "300", "万美元", None), ("美元300万", "300", "万美元", "美元"),
        ("€300", "300", None, "欧元"), ("300万欧元", "300", "万欧元", "欧元"), ("HK$300", "300", None, "港元"),
        ("300万港币", "300", "万港元", "港元"), ("£300", "300", None, "英镑"), ("JP¥300", "300", None, "日元"),
        ("¥300", "300", None, "元"), ("12,000", "12000", None, None),
    ],
)  # fmt: skip
def test_an_amount_in_any_currency(
    text: str, value: str, unit: str | None, currency: str | None
) -> None:
    number = parse_amount(text)
    assert number is not None
    assert (number.value, number.unit, number.currency) == (Decimal(value), unit, currency)


@pytest.mark.parametrize(
    "text",
    ["US$300万元", "HK$300美元", "US$", "$5%", "$300 400", "$300\n€400", "US$300²", "3千美元"],
)
def test_what_is_no_certain_amount(text: str) -> None:
    assert parse_amount(text) is None


MARKS = st.sampled_from(["", "¥", "US$", "€", "RMB", "人民币"])
UNITS = st.sampled_from(
    ["", "元", "万", "万元", "亿元", "万美元", "（万元）", "美元", "千", "亿", "整"]
)


@given(
    st.lists(st.tuples(MARKS, amounts, UNITS), min_size=2, max_size=2), st.sampled_from("\n 、,")
)
def test_two_amounts_are_never_one(
    amounts_of_cell: list[tuple[str, Decimal, str]], between: str
) -> None:
    one, other = (f"{mark}{value:f}{unit}" for mark, value, unit in amounts_of_cell)
    number = parse_amount(f"{one}{between}{other}")
    # But for thousands, which are parted in the same way.
    assert number is None or (between == "," and f"{one},{other}" == f"{number.value:,f}")


def test_percent_is_told_apart() -> None:
    number = parse_number("12.5％")
    assert number is not None
    assert (number.value, number.is_percent) == (Decimal("12.5"), True)


@pytest.mark.parametrize(
    "text",
    ["约5亿", "5-8亿", "5~8", "5亿以上", "500余万", "/", "—", "", "1.2.3", "1,23", "12 34", "元", "万",
     "亿元", "百", "一二三", "$100", "5万8", "0x10", "nan", "inf", "2021-05-31", "一百百",
     "12000左右", "12000（含设备）", "1.234,56", "1/2", "5%5", "1_000", "5k", "5w", "1'000", "12·5"],
)  # fmt: skip
def test_what_is_no_certain_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    "text",
    [
        # Footnotes, enumerations, superscripts, digits of other scripts.
        "12000①", "12000²", "800¹", "10⁴", "5m²", "1亿2千万²", "RMB12000²", "12000（万元）²", "①500②300", "①", "½", "5½", "㊀", "12000㊀", "٣", "𝟏𝟐", "5⁻", "1️⃣", "Ⅻ",
        # Two numbers, on two lines or one.
        "500\n300", "500\n300\n400", "1亿\n2千万", "1亿 2千万", "1.2亿\n3", "500\u2028300", "500\x85300", "800\t950", "500 300", "12 000",
        "500 300 40", "500, 300", "500,\n300", "1200,1300", "1,2345", "-\n5", "5\n-", "5 -", "5元\n-", "五\n-", "500万元\n300万元",
        "五百\n三十", "五百 三十",
        # Another number when spoken, or in another country.
        "1亿2", "5万8", "1亿5千", "1.5亿2千万", "1亿20000万", "3千5百",
        "一百五", "三千二", "一万五", "三亿五", "三亿五千", "0,123",
        # Thousands of yuan, or of the column's unit.
        "3千",
        # A mark of a footnote rather than a negative.
        "[5]", "【5】",
        # In two currencies, or in two units.
        "人民币300万美元", "12000元（万元）", "12000（含设备）",
        # A dash.
        "一", "-一",
        # Rounded for display.
        "1e5", "1.2E5", "1.23457E+11",
    ],
)  # fmt: skip
def test_what_could_be_another_figure(text: str) -> None:
    assert parse_number(text) is None


odd_digits = st.characters(categories=["Nd", "Nl", "No"], exclude_characters="0123456789０１２３４５６７８９")  # fmt: skip


@given(amounts, odd_digits, st.integers(0, 14))
def test_no_odd_digit_is_part_of_a_number(value: Decimal, odd: str, place: int) -> None:
    plain = f"{value:f}"
    assert parse_number(plain[:place] + odd + plain[place:]) is None
    assert parse_number(odd) is None


@given(
    amounts,
    amounts,
    st.sampled_from(["\n", " ", "\t", "\u3000", "\r\n", "\u2028", "  ", "\xa0", "\u200b\n"]),
)
def test_two_numbers_are_not_one(first: Decimal, second: Decimal, blank: str) -> None:
    for text in (f"{first:f}{blank}{second:f}", f"{first:,f}{blank}{second:,f}"):
        assert parse_number(text) is None
        assert parse_count(f"{text}人", "人") is None


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("5", "人", "5"), ("1,200", "人", "1200"), ("5人", "人", "5"), ("5 人次", "人", "5"), ("5名", "人次", "5"),
        ("232人次", "人次", "232"), ("36天", "天", "36"), ("36（天）", "天", "36"), ("2.1（万公里）", "公里", "21000"), ("0.5天", "天", "0.5"), ("5个工作日", "工作日", "5"),
        ("5工作日", "工作日", "5"), ("3家", "家", "3"), ("3个", "家", "3"), ("1,234公里", "公里", "1234"),
        ("2.1万公里", "公里", "21000"), ("2.1 万公里", "公里", "21000"), ("21000KM", "公里", "21000"),
        ("５人", "人", "5"), ("五人", "人", "5"), ("两万人次", "人次", "20000"), ("5\n人", "人", "5"), ("5", None, "5"),
    ],
)  # fmt: skip
def test_a_count_with_its_own_unit(text: str, unit: str | None, value: str) -> None:
    number = parse_count(text, unit)
    assert number is not None
    assert number.value == Decimal(value)
    assert number.repaired == (text != "5")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("5万元", "人"), ("5元", "人"), ("5万", "人"), ("10%", "人"), ("5个", "人"), ("5人", None), ("5人", "天"),
        ("5天", "工作日"), ("2.1万", "公里"), ("3件", "家"), ("5-8人", "人"), ("¥5", "人"), ("US$5", "人"), ("36（天）", "人"), ("约5人", "人"), ("5余人", "人"),
        ("5人①", "人"), ("①5人", "人"), ("人", "人"), ("万公里", "公里"), ("5人3人", "人"), ("5%人", "人"),
    ],
)  # fmt: skip
def test_another_unit_is_no_count(text: str, unit: str | None) -> None:
    assert parse_count(text, unit) is None


@pytest.mark.parametrize(
    ("header", "unit", "multiple"),
    [
        ("行程公里（万公里）", "公里", "万公里"),
        ("里程\n(单位：万 km)", "公里", "万km"),
        ("人数【百人】", "人", "百人"),
        ("行程公里（公里）", "公里", None),
        ("行程公里", "公里", None),
        ("百人计划人数（人）", "人", None),
    ],
)
def test_a_header_that_counts_in_a_multiple(header: str, unit: str, multiple: str | None) -> None:
    assert multiple_of(unit, header) == multiple


@given(st.text(max_size=12))
def test_no_text_breaks_it(text: str) -> None:
    parse_amount(text)
    parse_count(text, "公里")
