"""Whatever a cell holds, and however much of it, is judged in no time: its length counts once."""

import time
from collections.abc import Callable

import pytest

from flows.recognise.envelope import is_envelope_row, part_of, statements
from flows.recognise.headers import bare, names_a_field
from flows.values.dates import is_month, month_inside, parse_date, parse_month, parse_year
from flows.values.numbers import parse_count, parse_number
from flows.values.text import clean, folded, has_invisible, parts
from flows.values.units import (
    money_unit,
    nearest_unit,
    stated_units,
    unbracketed_unit,
    without_thresholds,
    without_unit,
)
from flows.values.words import parse_yes_no, province, province_list

# No spreadsheet program keeps more characters in a cell.
LENGTH = 32_767
READERS: list[Callable[[str], object]] = [
    clean, folded, has_invisible, parts, parse_number, parse_date, parse_month, parse_year, is_month,
    month_inside, money_unit, nearest_unit, stated_units, unbracketed_unit, without_thresholds,
    without_unit, lambda text: parse_count(text, "人次"), parse_yes_no, province, province_list, bare, names_a_field, part_of,
    lambda text: statements([text, text], 0), lambda text: is_envelope_row([text, text]),
]  # fmt: skip
PIECES = [
    " ", "\u3000", "\t ", "\u200b", "(", "（", ")", "单位", "单位(", "(单位", "(单位 ", "单 ", "单位：", "填报单位",
    "1", "1 ", "人次", "1,", "1.", "1e", "e", "-", "一", "十", "万", "壹佰", "万元", "亿元以", "百", "人民币", "2021年", "202105",
    "1-", "月", "省", "、", "合计", "合计(1", ":", "零报告", "注 ", "精确到", "\ufdfa",
]  # fmt: skip
TEXTS = [
    (head + piece * LENGTH)[:LENGTH] + tail
    for piece in PIECES
    for head, tail in [("", ""), ("(单位", "x")]
]


@pytest.mark.parametrize("read", READERS)
def test_a_cell_of_any_length_is_read_at_once(read: Callable[[str], object]) -> None:
    for text in TEXTS:
        started = time.process_time()
        read(text)
        assert time.process_time() - started < 0.5, (text[:20], text[-20:])
