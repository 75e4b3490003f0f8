"""Units, yes and no, provinces, and text cleaned of what nobody sees."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.values.text import clean, folded, has_invisible, is_placeholder
from flows.values.units import (
    UnknownRateError,
    money_unit,
    nearest_unit,
    stated_units,
    unbracketed_unit,
    yuan_per,
)
from flows.values.words import parse_yes_no, province, province_list


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
