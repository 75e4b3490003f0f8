"""Number formats: which tell something, and what the clerk sees in the cell."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.read.grid import Shown
from flows.read.number_format import BUILTIN, dress, shows_dates, tells

PLAIN = (
    "General",
    "G/通用格式",
    "@",
    "0",
    "0.00",
    "0.00_ ",
    "#,##0",
    "#,##0.00_);[Red]\\(#,##0.00\\)",
    "0.00_);[红色]\\(0.00\\)",
    "0.00_);\\(0.00\\)",
    "0;[Red]0",
    "0.00;[颜色3]0.00",
    "0;-0;;@",
    '0;"亏"0',
    "0;▼0",
    '0;-0;"-";@',
    '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    "[$-804]0.00",
    "[DBNum2][$-804]General",
    "[蓝色]0.0",
    '"￥"#,##0.00',
    "\\¥#,##0.00",
    "[$￥-804]#,##0.00",
    "[$¥-zh-CN]#,##0",
    "#!,####",
    "[>99999999]#!,####!,####;[>9999]#!,####;0",
    "# ?/?",
    "# ??/??",
    "0.00E+00",
    "##0.0E+0",
)
DATES = (
    "yyyy-mm-dd",
    'yyyy"年"m"月"d"日";@',
    "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
    "h:mm:ss AM/PM",
    '上午/下午h"时"mm"分"',
    '[DBNum1][$-804]yyyy"年"m"月"',
    "mm:ss.0",
)


@pytest.mark.parametrize("code", PLAIN)
def test_a_format_that_only_rounds_groups_or_colours_tells_nothing(code: str) -> None:
    assert not tells(code)
    for stored in ("1234.5", "-1234.5", "0"):
        assert dress(code, stored) is None


@pytest.mark.parametrize("code", DATES)
def test_a_number_in_the_format_of_a_date_is_one(code: str) -> None:
    # Most readers have it as a date, and nothing to ask.
    assert not tells(code)
    assert shows_dates(code)
    assert dress(code, "44326") == Shown("2021-05-10", disagrees=True)
    assert dress(code, "44326.5") == Shown("2021-05-10 12:00:00", disagrees=True)
    assert dress(code, "20210510") == Shown("########", disagrees=True)


@pytest.mark.parametrize("number", sorted(BUILTIN))
def test_a_format_by_number_is_that_of_a_chinese_program(number: int) -> None:
    assert tells(BUILTIN[number]) is (number in {9, 10, 46})


SEEN = (
    # Units.
    ('0.00"亿元"', "12.3456", Shown("12.3456亿元")),
    ('#,##0"万元"', "12000", Shown("12000万元")),
    ('G/通用格式"万元"', "300", Shown("300万元")),
    ('0"个"', "5", Shown("5个")),
    ('0"家"', "5", Shown("5家")),
    ('0.0"万公里"', "2.1", Shown("2.1万公里")),
    ('[DBNum2]G/通用格式"万元"', "300", Shown("300万元")),
    ('#,##0.00 "美元"', "300", Shown("300 美元")),
    ('_ * 0.00"亿元"_ ;_ * \\-0.00"亿元"_ ;_ * "-"??_ ', "-1.5", Shown("-1.5亿元")),
    ('0"万元";(0)"万元"', "-3", Shown("-3万元")),
    ('0"万元";(0"万元")', "-3", Shown("-3万元")),
    ('# ?/?"年"', "1.5", Shown("1.5年")),
    ('0.00E+00"元"', "12000", Shown("12000元")),
    # Scales.
    ("#,##0,", "5000000", Shown("5000", disagrees=True)),
    ("0.00,,", "1250000", Shown("1.25", disagrees=True)),
    ("0,.00", "1250", Shown("1.25", disagrees=True)),
    ("0!.0,", "120000000", Shown("12000", disagrees=True)),
    ("0\\.0,", "35000001", Shown("3500.0001", disagrees=True)),
    ('0"."0,', "5000", Shown("0.5", disagrees=True)),
    ('0!.0,"万元"', "5000000", Shown("500万元", disagrees=True)),
    ('0!.00,,"亿"', "1250000000", Shown("12.5亿", disagrees=True)),
    ('0!.0000,,"亿"', "1250000000", Shown("0.125亿", disagrees=True)),
    ('0.00,,"百万元"', "5000000", Shown("5百万元", disagrees=True)),
    ('[>=10000]0!.0,"万";0', "12345", Shown("1.2345万", disagrees=True)),
    ('[>=10000]0!.0,"万";0', "9999", None),
    ('[>=100000000]0!.00,,"亿";[>=10000]0!.0,"万";0', "250000000", Shown("2.5亿", disagrees=True)),
    ('[>=100000000]0!.00,,"亿";[>=10000]0!.0,"万";0', "25000", Shown("2.5万", disagrees=True)),
    # Percents.
    ("0%", "0.5", Shown("50%")),
    ("0.00%", "-0.125", Shown("-12.5%")),
    ("0.00\\%", "50", Shown("50%")),
    ("0.00\n%", "0.12", Shown("12", disagrees=True)),
    # Currencies.
    ("[$$-409]#,##0.00", "300", Shown("US$300")),
    ("[$US$-409]#,##0.00", "300", Shown("US$300")),
    ("$#,##0", "-300", Shown("-US$300")),
    ('"$"#,##0.00', "300", Shown("US$300")),
    ("[$HK$-C04]#,##0", "300", Shown("HK$300")),
    ("[$$-C04]#,##0", "300", Shown("HK$300")),
    ("[$¥-411]#,##0", "300", Shown("JP¥300")),
    ("[$¥-ja-JP]#,##0", "300", Shown("JP¥300")),
    ("_-* #,##0.00\\ [$€-407]_-", "5", Shown("5 €")),
    ("[$USD] #,##0", "5", Shown("USD 5")),
    # Signs.
    ("\\-#,##0.00", "300", Shown("-300")),
    ("(0.00)", "300", Shown("(300)")),
    ("0.00;0.00", "-3", Shown("3", disagrees=True)),
    ("0.00;[蓝色]0.00", "-3", Shown("3", disagrees=True)),
    ('0"万元";[红色]0"万元"', "-3", Shown("3万元", disagrees=True)),
    ("*-0", "300", Shown("--300")),
    # Identifiers.
    ("00000000", "123", Shown("00000123")),
    ('"JD-202104-"000', "1", Shown("JD-202104-001", disagrees=True)),
    ("JD\\-000", "7", Shown("JD-007")),
    ('"GCKF-2021-"0000', "501", Shown("GCKF-2021-0501", disagrees=True)),
    ("000-0000", "1234567", Shown("123-4567", disagrees=True)),
    ("0000-00-00", "20210531", Shown("2021-05-31", disagrees=True)),
    # Digits that are nobody's.
    ('"20"0', "5", Shown("205", disagrees=True)),
    ('0"00"', "5", Shown("500", disagrees=True)),
    # Words instead of the number, and nothing.
    ('[=1]"是";[=0]"否";', "1", Shown("是")),
    ('[=1]"是";[=0]"否";', "0", Shown("否")),
    ('0;-0;"待定"', "0", Shown("待定")),
    (";;;", "9000", Shown("")),
    ("0;;0", "-3", Shown("")),
    # Lengths of time.
    ("[h]:mm", "1.5", Shown("36:00", disagrees=True)),
    ("[h]:mm:ss", "0.0625", Shown("1:30:00", disagrees=True)),
    ('[h]"小时"', "1.5", Shown("36小时", disagrees=True)),
    ("[mm]:ss", "0.0625", Shown("90:00", disagrees=True)),
)


@pytest.mark.parametrize(("code", "stored", "shown"), SEEN)
def test_what_is_seen_is_the_stored_number_dressed(
    code: str, stored: str, shown: Shown | None
) -> None:
    assert tells(code)
    assert dress(code, stored) == shown


def test_a_text_is_dressed_by_the_section_for_texts() -> None:
    assert dress('@"万元"', "三百") == Shown("三百万元")
    assert dress('0;-0;0;@"万元"', "300", is_text=True) == Shown("300万元")
    assert dress('0"万元"', "300", is_text=True) is None
    assert dress(";;;", "见附件") == Shown("")
    assert dress("_ @_ ", "见附件") is None


def test_programs_differ_about_a_number_whose_format_is_for_texts() -> None:
    assert dress('@"万元"', "300") == Shown("300万元", disagrees=True)


def test_what_is_no_number_is_left_alone() -> None:
    assert dress("0.00%", "2021-05-31") is None
    assert dress('0"万元"', "2021-05-31", is_text=False) is None
    assert dress('0"万元"', "TRUE") is None


@given(st.text(alphabet='0#?.,%/@;"\\!_*[]<>=-()+ ￥$€ymdhsEG万亿元个JD红Red$-804', max_size=24))
def test_any_code_is_understood_somehow(code: str) -> None:
    tells(code)
    for stored in ("0", "1234.5", "-7", "文字"):
        dress(code, stored)


@pytest.mark.parametrize(
    ("code", "stored", "shown"),
    [
        ('[>1E+999999999]0"亿元";0"万元"', "500", Shown("500万元")),
        ('[<-1E+999999999]0"亿元";0"万元"', "500", Shown("500万元")),
        ('[>1E-999999999]0"亿元";0"万元"', "500", Shown("500亿元")),
    ],
)
def test_a_limit_beyond_all_numbers_is_beyond_all_numbers(
    code: str, stored: str, shown: Shown
) -> None:
    assert tells(code)
    assert dress(code, stored) == shown


AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=4)


@given(AMOUNTS, st.integers(0, 4), st.booleans())
def test_a_unit_stands_behind_every_digit_of_the_number(
    amount: Decimal, places: int, grouped: bool
) -> None:
    stored = format(amount.normalize(), "f") if amount else "0"
    code = ("#,##0" if grouped else "0") + ("." + "0" * places if places else "") + '"亿元"'
    assert dress(code, stored) == Shown(f"{stored}亿元")


@given(AMOUNTS, st.integers(1, 3))
def test_commas_move_the_number_exactly(amount: Decimal, commas: int) -> None:
    stored = format(amount.normalize(), "f") if amount else "0"
    shown = dress("0.00" + "," * commas, stored)
    assert amount == 0 or (shown and Decimal(shown.text).scaleb(3 * commas) == amount)
