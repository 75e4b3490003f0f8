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
    [
        "2021年5月10号", "二〇二一年五月十号", "2021-5-10号", "5月10号", "2021-05-10T08:00:00Z", "2021-05-10 08:30:00.000Z", "2021-05-10T00:00:00+08:00",
        "2021-05-10 11:00 PM +08:00", "2021-05-10 下午 2:30+0800",
        "2021-05-10 星期一", "2021年5月10日（周一）", "2021-05-10(星期一) 09:30", "2021年5月10日 礼拜一", "2021年5月10日上午", "2021年5月10日（周一）14:30",
        "2021－05－10", "2021 - 05 - 10", "2021–05–10", "2021—5—10", "2021−05−10", "2021─05─10", "2021 — 05 — 10",
    ],
)  # fmt: skip
def test_usual_ways_to_write_a_day(text: str) -> None:
    day = parse_date(text, year=2021)
    assert day is not None
    assert (day.value, day.repaired) == (dt.date(2021, 5, 10), True)


@pytest.mark.parametrize(
    "text",
    [
        # A weekday that is not the date's; an instant that is on another day here.
        "2021-05-10 星期二", "2021年5月10日（周日）", "2021-05-09T16:00:00Z", "2021-05-10T01:00:00+12:00",
        "2021-05-10 8:00 PM Z", "2021-05-10 8:00 AM Z", "2021/5/10 下午 8:00Z", "2021-05-10 PM 8:00 +00:00",
        "2021-05-10—2021-05-12", "2021年5月10—12日", "2021-05-10 一", "同上",
    ],
)  # fmt: skip
def test_a_day_in_doubt_is_none(text: str) -> None:
    assert parse_date(text, year=2021) is None


@given(
    st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), st.sampled_from("-－–—−."), st.booleans()
)
def test_any_dash_and_a_weekday_behind(day: dt.date, dash: str, is_spaced: bool) -> None:
    mark = f" {dash} " if is_spaced else dash
    text = day.strftime(f"%Y{mark}%m{mark}%d")
    weekdays = "一二三四五六日"
    for weekday in weekdays:
        found = parse_date(f"{text} 星期{weekday}")
        assert (found.value if found else None) == (
            day if weekday == weekdays[day.weekday()] else None
        )


@pytest.mark.parametrize(
    "text",
    ["2021-02-30", "2021年13月1日", "31/5/2021", "21-5-31", "20210231", "5月", "2021", "1234", "99999", "今天", "",
     "2021.13.1", "5/31/2021", "20210532", "2021-5", "2021年5月底", "五月",
     # Footnotes and digits of other scripts.
     "2021/4/3①", "2021/4/3²", "2021/5/㊀", "2021-٥-31", "5月③日",
     # What stands behind a blank is not part of the day.
     "2021/5/3 1", "2021年5月3 1日", "2021-5-1\n2021-5-3", "2021/5/3 99:99",
     # 一 as a dash, a span of months, a month or day run together.
     "2021/5/3一", "2021年5月1一3日", "2021-5-一", "2021/一/1", "2021年1-5", "2021.1-5", "20215", "21531"],
)  # fmt: skip
def test_what_is_no_day(text: str) -> None:
    assert parse_date(text) is None


CLOCKS = [
    "0:00",
    "00:00:00",
    "8:05",
    "10:30",
    "14:00:59",
    "23:59:59.123",
    "10：30",
    "10时",
    "10时30分",
    "10点",
]


@given(
    days,
    st.sampled_from([" ", "  ", "\u3000", "T", " 上午", " 下午 ", "\n"]),
    st.sampled_from(CLOCKS),
    st.sampled_from(["", " AM", "pm"]),
)
def test_the_time_of_day_is_left_out(day: dt.date, between: str, clock: str, half: str) -> None:
    y, m, d = day.year, day.month, day.day
    for date in (
        f"{y}/{m}/{d}",
        f"{y}-{m}-{d}",
        f"{y}.{m}.{d}",
        f"{day:%Y%m%d}",
        f"{y}年{m}月{d}日",
    ):
        found = parse_date(f"{date}{between}{clock}{half}")
        assert found is not None
        assert (found.value, found.repaired) == (day, True)
    assert parse_date(f"{y}年{m}月{d}日{clock}{half}") is not None


def test_a_date_out_of_a_pdf() -> None:
    found = parse_date("2021年5⽉31⽇")
    assert found is not None
    assert found.value == dt.date(2021, 5, 31)


@given(days)
def test_months(day: dt.date) -> None:
    y, m, first = day.year, day.month, day.replace(day=1)
    for text in (f"{y}-{m:02}", f"{y}年{m}月", f"{y}.{m:02}", f"{y}/{m}", f"{y}年1-{m}月", f"{y}年{m}月份", day.isoformat()):  # fmt: skip
        assert parse_month(text) == first, text
    assert parse_month(f"{m}月", year=y) == first
    assert parse_month(f"{m}月") is None
    assert is_month(f"{y}年{m}月")
    assert not is_month(day.isoformat())
    assert month_end(first).month == m
    assert (month_end(first) + dt.timedelta(days=1)).day == 1


DASHES = ["-", "－", "—", "——", "–", "~", "～", "至", "到", "、", "一", " - "]


@given(days.filter(lambda day: day.year >= 2000), st.sampled_from(DASHES))
def test_a_span_from_january_is_its_last_month(day: dt.date, dash: str) -> None:
    y, m, first = day.year, day.month, day.replace(day=1)
    for span in (f"1{dash}{m}月", f"1月{dash}{m}月", f"1月份{dash}{m}月份"):
        for text in (f"{y}年{span}", f"{y}.{span}"):
            assert parse_month(text) == first, text
            assert is_month(text)
            assert month_inside(f"签约项目（{text}）") == first, text
        assert parse_month(span, year=y) == first
        assert parse_month(span) is None
        assert month_inside(f"签约项目{span}", year=y) == first
    assert parse_month(f"{y}年1月{dash}{y}年{m}月") == first
    assert month_inside(f"{y}年1月{dash}{y}年{m}月") == first


@pytest.mark.parametrize("text", ["2021.1", "2021 . 1", "２０２１．１"])
def test_the_tenth_month_without_its_nought_is_not_the_first(text: str) -> None:
    assert parse_month(text) is None
    assert not is_month(text)


@pytest.mark.parametrize(
    ("text", "month"), [("2021.10", 10), ("二〇二一年一至五月", 5), ("二〇二一年一月—五月", 5), ("2021.01", 1), ("2021.1月", 1), ("2021.2", 2), ("2021-1", 1), ("2021-1-5", 1)]
)  # fmt: skip
def test_months_with_marks(text: str, month: int) -> None:
    assert parse_month(text) == dt.date(2021, month, 1)


@pytest.mark.parametrize(
    "text", ["2021年4-5月", "2021年4月至5月", "2021年5月①", "2021-٥", "2021.1-5"]
)
def test_what_is_no_one_month(text: str) -> None:
    assert parse_month(text) is None


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
        ("二〇二一年一至五月", dt.date(2021, 5, 1)),
        ("第十五批 二〇二一年五月", dt.date(2021, 5, 1)),
        ("2021.1招商局", dt.date(2021, 1, 1)),
        ("202101-202105", dt.date(2021, 5, 1)),
        ("2021年5月、12个项目", dt.date(2021, 5, 1)),
        ("2021年5月31家企业", dt.date(2021, 5, 1)),
        ("（2021年5月）1-5月累计", dt.date(2021, 5, 1)),
        ("2021年1月1日至5月31日", dt.date(2021, 5, 1)),
        ("2021年4-5月", None),
        ("2021年4月和5月", None),
        ("2021年⑤月", None),
        # A full date in a name is the day of filing.
        ("签约项目5月报表20210602", dt.date(2021, 5, 1)),
        ("签约项目5月报表(2021-6-2)", dt.date(2021, 5, 1)),
        ("签约项目5月报表（2021年6月2日）", dt.date(2021, 5, 1)),
        ("2021年12月报表20220105", dt.date(2021, 12, 1)),
        ("签约项目20210602", None),
        ("12月报表20220105", None),
        ("12月报表2022-01-31", None),
        ("20210531签约项目", dt.date(2021, 5, 1)),
    ],
)
def test_a_month_inside_a_name(text: str, month: dt.date | None) -> None:
    assert month_inside(text) == month


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("12月报表20220105", dt.date(2021, 12, 1)),
        ("5月报表6月2日", dt.date(2021, 5, 1)),
        ("报表6月2日", None),
        ("截至5月31日", dt.date(2021, 5, 1)),
        ("招商月02-5月", dt.date(2021, 5, 1)),
        ("4月-5月", None),
    ],
)
def test_a_month_inside_a_name_with_the_year_from_elsewhere(
    text: str, month: dt.date | None
) -> None:
    assert month_inside(text, year=2021) == month


@given(st.text(max_size=12))
def test_no_text_breaks_it(text: str) -> None:
    parse_date(text, year=2021)
    parse_month(text, year=2021)
    month_inside(text, year=2021)
