"""Dates and months in every spelling, of both epochs; and what is none."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.values.dates import is_month, month_end, month_inside, parse_date, parse_month

days = st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31))
NUMERALS = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    words = ("" if tens == 1 else NUMERALS[tens]) + "十" if tens else ""
    return words + (NUMERALS[ones] if ones else "")


@given(days)
def test_spellings_give_the_day_back(day: dt.date) -> None:
    y, m, d = day.year, day.month, day.day
    year = "".join(NUMERALS[int(digit)] for digit in str(y))
    for text in (
        day.isoformat(), f"{y}-{m}-{d}", f"{y}/{m}/{d}", f"{y}.{m}.{d}", f"{y}.{m:02}.{d:02}", f"{day:%Y%m%d}",
        f"{y}年{m}月{d}日", f"{y} 年 {m} 月 {d} 日", f"{y}年{m:02}月{d:02}", f"{day.isoformat()} 08:30:00",
        f"{day.isoformat()}T08:30:00", f"{year}年{chinese(m)}月{chinese(d)}日", f"{y}年{m}月{d}日8时30分",
    ):  # fmt: skip
        found = parse_date(text)
        assert found is not None, text
        assert found.value == day, text
        assert found.repaired == (text != day.isoformat())


@given(days.filter(lambda day: day > dt.date(1960, 1, 1)))
def test_serials_of_both_epochs(day: dt.date) -> None:
    for epoch, uses_1904 in ((dt.date(1899, 12, 30), False), (dt.date(1904, 1, 1), True)):
        serial = (day - epoch).days
        if 20_000 <= serial < 80_000:
            for text in (str(serial), f"{serial}.0", f"{serial}.354"):
                found = parse_date(text, epoch_1904=uses_1904)
                assert found is not None
                assert found.value == day


@given(days)
def test_a_day_without_its_year_needs_one(day: dt.date) -> None:
    text = f"{day.month}月{day.day}日"
    assert parse_date(text) is None
    found = parse_date(text, year=day.year)
    assert found is not None
    assert found.value == day


@pytest.mark.parametrize(
    "text",
    ["2021-02-30", "2021年13月1日", "31/5/2021", "21-5-31", "20210231", "5月", "2021", "1234", "99999", "今天", ""],
)  # fmt: skip
def test_what_is_no_day(text: str) -> None:
    assert parse_date(text) is None


@given(days)
def test_months(day: dt.date) -> None:
    y, m, first = day.year, day.month, day.replace(day=1)
    for text in (f"{y}-{m:02}", f"{y}年{m}月", f"{y}.{m}", f"{y}/{m}", f"{y}年1-{m}月", f"{y}年{m}月份", day.isoformat()):  # fmt: skip
        assert parse_month(text) == first, text
    assert parse_month(f"{m}月", year=y) == first
    assert parse_month(f"{m}月") is None
    assert is_month(f"{y}年{m}月")
    assert not is_month(day.isoformat())
    assert month_end(first).month == m
    assert (month_end(first) + dt.timedelta(days=1)).day == 1


def test_a_serial_in_a_month_column_knows_its_epoch() -> None:
    assert parse_month("44317") == dt.date(2021, 5, 1)
    assert parse_month("42855", epoch_1904=True) == dt.date(2021, 5, 1)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("招商局2021年5月签约", dt.date(2021, 5, 1)),
        ("2021-05", dt.date(2021, 5, 1)),
        ("202105招商局", dt.date(2021, 5, 1)),
        ("截至2021年5月31日", dt.date(2021, 5, 1)),
        ("2021年1-5月", dt.date(2021, 5, 1)),
        ("4月和5月", None),
        ("项目2021", None),
        ("二〇二一年五月", dt.date(2021, 5, 1)),
    ],
)
def test_a_month_inside_a_name(text: str, month: dt.date | None) -> None:
    assert month_inside(text) == month


@given(st.text(max_size=12))
def test_no_text_breaks_it(text: str) -> None:
    parse_date(text, year=2021)
    parse_month(text, year=2021)
    month_inside(text, year=2021)
