"""Units, yes and no, provinces, and text cleaned of what nobody sees."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.values.text import clean, folded, has_invisible, identifier, is_placeholder
from flows.values.units import (
    UnknownRateError,
    money_unit,
    named_currency,
    nearest_unit,
    stated_units,
    unbracketed_unit,
    yuan_per,
)
from flows.values.words import (
    has_more,
    is_ditto,
    names,
    on_one_line,
    parse_yes_no,
    province,
    province_list,
)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("万元", {"万元"}), ("单位：人民币万元", {"万元"}), ("万元、个", {"万元"}), ("亿元/万元", {"亿元", "万元"}),
        ("个", set()), ("万美元", {"万美元"}), ("万", {"万元"}), ("（亿元）", {"亿元"}), ("人次", set()), ("万公里", None), ("以亿元计", {"亿元"}),
        ("万元、万公里", {"万元"}), ("亿元以上", None), ("百亿元", None), ("百万美元", None), ("港元", None), ("元/平方米", None),
        ("万元，精确到元", {"万元"}), ("精确到元", None), ("截至元月", set()), ("单元", set()), ("人民币", set()),
    ],
)  # fmt: skip
def test_units_of_money_in_a_statement(text: str, units: set[str] | None) -> None:
    assert stated_units(text) == units


def test_dollars_need_the_zones_rate() -> None:
    assert yuan_per("万美元", {"usd_cny": Decimal("6.45")}) == Decimal(64500)
    with pytest.raises(UnknownRateError):
        yuan_per("万美元")


def test_units_nearly_right_and_without_brackets() -> None:
    assert nearest_unit("万园") == "万元"
    assert unbracketed_unit("合同投资额，万元") == "万元"
    assert unbracketed_unit("合同投资额") is None
    assert money_unit("万元整") is None


@given(st.sampled_from("是有√✓yY"), st.sampled_from("否无×✗nN"))
def test_yes_and_no(yes: str, no: str) -> None:
    assert parse_yes_no(f" {yes}\u3000") is True
    assert parse_yes_no(f"{no}\u200b") is False
    assert parse_yes_no(yes + no) is None


def test_provinces_by_their_short_names() -> None:
    assert province("广西壮族自治区") == "广西"
    assert province_list("广东省、 江苏/上海市；香港特别行政区") == ["广东", "江苏", "上海", "香港"]


@given(st.text(alphabet="项目 \t\u3000\xa0\u200b\ufeff编号", max_size=20))
def test_cleaning_is_done_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not has_invisible(once)
    assert once == once.strip()
    assert folded(once) == folded(text)


@pytest.mark.parametrize("text", ["/", "-", "——", "无", "暂无"])
def test_words_for_nothing(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    ("cell", "listed"),
    [
        ("甲山公司、乙水公司，丙城公司;丁湖公司/戊江公司", ["甲山公司", "乙水公司", "丙城公司", "丁湖公司", "戊江公司"]),
        ("1、甲山公司；2、乙水公司", ["甲山公司", "乙水公司"]),
        ("（1）甲山公司；2.乙水公司", ["甲山公司", "乙水公司"]),
        ("甲山公司、甲山公司", ["甲山公司"]),
        ("甲山公司、乙水公司等5家企业", ["甲山公司", "乙水公司"]),
        ("甲山（中国、香港）公司", ["甲山（中国、香港）公司"]),
        ("Foo Trading Co., Ltd、乙水公司", ["Foo Trading Co., Ltd", "乙水公司"]),
        ("、", ["、"]),
    ],
)  # fmt: skip
def test_the_names_of_a_cell(cell: str, listed: list[str]) -> None:
    assert names(cell) == listed
    assert has_more(cell) == ("等5家" in cell)


@given(st.lists(st.text(alphabet="甲乙丙丁ABC", min_size=2), min_size=1, unique=True))
def test_names_on_lines_of_their_own_are_parted_by_marks(firms: list[str]) -> None:
    assert names(on_one_line("\n".join(firms))) == names("、".join(firms))


@pytest.mark.parametrize(
    "text", ["", "'", "佐々木", "同上述", "同乡", "-", "同上海公司", "“甲山”", "11", "0"]
)
def test_what_does_not_repeat_the_cell_above(text: str) -> None:
    assert not is_ditto(text)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("人民币", "元"), ("CNY", "元"), ("RMB（元）", "元"), ("万元", "元"), ("美元", "美元"), ("万美元", "美元"), ("美金(USD)", "美元"),
        ("US$", "美元"), ("港币", "港元"), ("HK$", "港元"), ("欧元", "欧元"), ("外币", None), ("人民币、美元", None), ("", None),
    ],
)  # fmt: skip
def test_the_currency_that_a_text_names(text: str, currency: str | None) -> None:
    assert named_currency(text) == currency


@given(st.text(alphabet="jd-2021 –—－﹣ａＡ０", max_size=12))
def test_an_identifier_has_one_spelling(text: str) -> None:
    assert identifier(identifier(text)) == identifier(text) == identifier(text.swapcase())
    assert set(identifier(text)) <= set("JD-2021A0")
