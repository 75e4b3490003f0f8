"""Dates and months as people write them; a date that does not exist is no date.

Two-digit years and orders other than year, month, day are refused, not guessed; so is 2021.1 for
a month, as spreadsheet programs keep 2021.10 so.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from flows.values.text import narrow, plain_dashes


def _shape(pattern: str) -> re.Pattern[str]:
    """An expression in which a blank stands for a blank or none, and digits are 0 to 9."""
    return re.compile(pattern.replace(" ", " ?"), re.ASCII | re.IGNORECASE)


_PART_OF_DAY = "上午|下午|中午|凌晨|早上|晚上"
_CLOCK = (
    rf"(?:(?:(?<=[日号天)一二三四五六])|T|\s)(?: (?P<part>{_PART_OF_DAY}|[AP]M))?"
    r" (?P<hour>[01]?\d|2[0-4])"
    r"(?: : (?P<minute>[0-5]?\d)(?: : [0-5]?\d(?:\.\d+)?)?| [时点](?: [0-5]?\d 分?(?: [0-5]?\d 秒?)?)?)"
    rf"(?: (?P<half>[AP]M))?(?P<zone> Z| [-+]\d\d:?\d\d)?| (?:{_PART_OF_DAY}))?"
)
_WEEKDAY = r"(?: \(? (?:星期|礼拜|周)(?P<weekday>[一二三四五六日天]) \)?)?"
# What may stand behind a day.
_BEHIND = rf"{_WEEKDAY}{_CLOCK}"
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DAYS = (
    # The two marks of a date are the same; 2021年1-5 is a span of months.
    _shape(rf"(?P<y>\d{{4}}) (?P<mark>[-/.]) (?P<m>\d{{1,2}}) (?:(?P=mark)|月) (?P<d>\d{{1,2}}) [日号]?{_BEHIND}"),
    _shape(rf"(?P<y>\d{{4}}) 年 (?P<m>\d{{1,2}}) [月/.] (?P<d>\d{{1,2}}) [日号]?{_BEHIND}"),
    _shape(rf"(?P<y>(?:19|20)\d{{2}})(?P<m>\d{{2}})(?P<d>\d{{2}}){_BEHIND}"),
)  # fmt: skip
_MD = _shape(rf"(?P<m>\d{{1,2}}) 月 (?P<d>\d{{1,2}}) [日号]?{_BEHIND}")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
# 一 among digits is a dash that was typed so.
_DASH = " [-–—−―─~〜一至到、]{1,2} "
_JANUARY = rf"(?:0?1|一) (?:月份?)?{_DASH}"
_MONTHS = (
    _shape(rf"(?P<y>\d{{4}}) 年度? (?:{_JANUARY}(?:(?P=y) 年 )?)?(?P<m>\d{{1,2}}) (?:月份?)?"),
    _shape(rf"(?P<y>\d{{4}}) [-/.] (?:{_JANUARY})?(?P<m>\d{{1,2}}) 月份?"),
    _shape(r"(?P<y>\d{4}) (?:[-/]|\.(?! ?1$)) (?P<m>\d{1,2})"),
)
_COMPACT_MONTH = re.compile(r"(?P<y>20\d{2})(?P<m>0[1-9]|1[0-2])", re.ASCII)
_MONTH_ONLY = _shape(rf"(?:{_JANUARY})?(?P<m>\d{{1,2}}) 月份?")
_YEAR = _shape(r"(\d{4}) 年? 度?")
_WEEKDAYS = (*"一二三四五六", "日天")
# Clocks here are so far ahead of UTC.
HOURS_AHEAD = 8
_CHINESE = str.maketrans("〇零一二三四五六七八九", "00123456789")
_NUMERAL = "〇零一二三四五六七八九十"
# Where one is surely meant: 一 beside other things may well be a dash.
_NUMERALS = re.compile(rf"(?<![0-9{_NUMERAL}])[{_NUMERAL}]++(?= ?[年月日号])")
_TENS = re.compile("([一二三四五六七八九]?)十([一二三四五六七八九]?)")

# Day zero of the two epochs of spreadsheet programs. The first pretends that 1900 was a leap
# year, so its serials are right from 1900-03-01 on, number 61.
_EPOCH_1900 = dt.date(1899, 12, 30)
_EPOCH_1904 = dt.date(1904, 1, 1)


@dataclass(frozen=True)
class Day:
    """A date read from a cell; `repaired` where it was not written as 2021-05-31."""

    value: dt.date
    repaired: bool = False


def _date(year: str | int, month: str | int, day: str | int) -> dt.date | None:
    """The day, if there is one in the centuries that any return is about."""
    try:
        value = dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return value if 1900 <= value.year < 2200 else None


def _plain(text: str) -> str:
    """The text with narrow forms, single blanks and Arabic digits: 二〇二一年五月 is 2021年5月."""
    flat = " ".join(narrow(text).split())
    return flat if flat.isascii() else _NUMERALS.sub(_arabic, flat)


def _dashed(text: str) -> str:
    """The same with plain dashes, for texts that are a date and nothing else."""
    return plain_dashes(_plain(text))


def _arabic(match: re.Match[str]) -> str:
    """Chinese numerals of dates as digits: 三十一 becomes 31."""
    if tens := _TENS.fullmatch(match[0]):
        before, after = (one.translate(_CHINESE) for one in tens.groups())
        return str(int(before or 1) * 10 + int(after or 0))
    return match[0].translate(_CHINESE)


def _match(shapes: Iterable[re.Pattern[str]], flat: str) -> re.Match[str] | None:
    return next((match for one in shapes if (match := one.fullmatch(flat))), None)


def _stated(match: re.Match[str], year: str | int) -> dt.date | None:
    """The day that was matched, unless its weekday or its clock elsewhere says another one."""
    day = _date(year, match["m"], match["d"])
    if (
        day is None
        or (match["weekday"] or _WEEKDAYS[day.weekday()]) not in _WEEKDAYS[day.weekday()]
    ):
        return None
    if match["zone"] is None:
        return day
    ahead = dt.timedelta(hours=HOURS_AHEAD) - _offset(match["zone"].strip())
    if match["part"] or match["half"]:
        # An hour of which half of the day: only here that is none of another day.
        return None if ahead else day
    clock = dt.timedelta(hours=int(match["hour"]), minutes=int(match["minute"] or 0))
    return day if (dt.datetime.combine(day, dt.time()) + clock + ahead).date() == day else None


def _offset(zone: str) -> dt.timedelta:
    """How far ahead of UTC a clock is: nothing for Z, eight hours for +08:00."""
    digits = "".join(filter(str.isdigit, zone))
    ahead = dt.timedelta(hours=int(digits[:2] or 0), minutes=int(digits[2:] or 0))
    return -ahead if zone.startswith("-") else ahead


def parse_date(text: str, *, year: int | None = None, epoch_1904: bool = False) -> Day | None:
    """The date that the text is, or None where it is none (also 30 February); a clock is left out.

    A weekday behind has to be the date's; a clock of elsewhere (Z, +00:00) must not make another
    day of it here. `year` completes "5月31日". A bare number between 30,000 and 80,000 is a
    spreadsheet's serial day (1982 to 2119); others are not dates.
    """
    iso = _ISO.fullmatch(text)
    if iso:
        value = _date(*iso.groups())
        return Day(value) if value else None
    flat = _dashed(text)
    value = None
    if match := _match(_DAYS, flat):
        value = _stated(match, match["y"])
    elif year is not None and (match := _MD.fullmatch(flat)):
        value = _stated(match, year)
    elif _SERIAL.fullmatch(flat) and 30_000 <= float(flat) < 80_000:
        value = (_EPOCH_1904 if epoch_1904 else _EPOCH_1900) + dt.timedelta(days=int(float(flat)))
    return Day(value, repaired=True) if value else None


def parse_month(text: str, *, year: int | None = None, epoch_1904: bool = False) -> dt.date | None:
    """The month that the text names, as its first day: 2021-05, 2021年5月, 202105, 2021年1-5月.

    A full date or its serial number names its month, "5月" needs `year`. None for 2021.1.
    """
    flat = _dashed(text)
    if match := _match((*_MONTHS, _COMPACT_MONTH), flat):
        return _date(match["y"], match["m"], 1)
    if year is not None and (match := _MONTH_ONLY.fullmatch(flat)):
        return _date(year, match["m"], 1)
    day = parse_date(text, epoch_1904=epoch_1904)
    return day.value.replace(day=1) if day else None


def is_month(text: str) -> bool:
    """Whether the text is a year's month and nothing else: 2021年5月, 2021-05; no full date."""
    match = _match(_MONTHS, _dashed(text))
    return match is not None and _date(match["y"], match["m"], 1) is not None


def parse_year(text: str) -> int | None:
    """The year that the text names as a whole: 2021, 2021年, 2021年度."""
    match = _YEAR.fullmatch(_plain(text))
    return int(match[1]) if match and 1990 <= int(match[1]) < 2200 else None


_M = "(?:1[0-2]|0?[1-9])"
_DAYS_INSIDE = (
    _shape(rf"(?<!\d)(?P<y>20\d\d) (?P<mark>[-/._]) (?P<m>{_M}) (?P=mark) (?P<d>[0-3]?\d)(?!\d| 月)"),
    _shape(rf"(?<!\d)(?:(?P<y>20\d\d) 年 )?(?P<m>{_M}) 月 (?P<d>[0-3]?\d) 日"),
    _shape(r"(?<!\d)(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?!\d)"),
)  # fmt: skip
# Before the month that a span ends with, the one that it begins with: 2021年1-5月, 2021年1月至5月.
# A month that another one follows in other words (2021年4月和5月) is not the one that is meant.
_FROM = rf"(?P<a>{_M})(?: 月份?{_DASH}(?=(?:(?P=y) 年 )?{_M} 月)|{_DASH})(?:(?P=y) [-年/._]? )?"
_MONTH_INSIDE = _shape(
    rf"(?<!\d)(?P<y>20\d\d)(?: (?:年度?|[-/._]) |(?=\d\d(?!\d)))(?:{_FROM})?(?P<m>{_M})"
    rf"(?!\d| (?:月份?)? \D {_M} 月)"
)
_MONTH_ONLY_INSIDE = _shape(rf"(?<!\d)(?:{_JANUARY})?(?P<m>{_M}) 月")
_YEAR_INSIDE = re.compile(r"(?<!\d)(20\d{2})(?!\d)", re.ASCII)


@lru_cache(maxsize=10_000)
def month_inside(text: str, *, year: int | None = None) -> dt.date | None:
    """The one month that a name (of a sheet, file or folder) or a title mentions, else None.

    A span from January on is a report of its last month. A full date is the day of filing: it
    only lends its year to a month without one, unless it is the last day of a month. `year` is
    the one that a month belongs to if the text names none.
    """
    rest, filed, yearless = _plain(text), set(), set()
    for shape in _DAYS_INSIDE:
        for one in shape.finditer(rest):
            if one["y"] is None:
                yearless.add((one["m"], one["d"]))
            elif day := _date(one["y"], one["m"], one["d"]):
                filed.add(day)
        rest = shape.sub("|", rest)
    found = {
        dt.date(int(one["y"]), int(month), 1)
        for one in _MONTH_INSIDE.finditer(rest)
        for month in {one["m"], one["a"] if int(one["a"] or 1) > 1 else one["m"]}
    }
    if not found:
        years = {int(y) for y in _YEAR_INSIDE.findall(rest)}
        years = years or ({year} if year else {day.year for day in filed})
        months = {int(one["m"]) for one in _MONTH_ONLY_INSIDE.finditer(rest)}
        if months:
            found = {dt.date(y, m, 1) for y in years for m in months}
            # Nobody files before the month has begun.
            found = {month for month in found if all(month <= day for day in filed)}
        else:
            days = filed | {day for y in years for m, d in yearless if (day := _date(y, m, d))}
            found = {day.replace(day=1) for day in days if day == month_end(day)}
    return found.pop() if len(found) == 1 else None


def month_end(month: dt.date) -> dt.date:
    """The last day of the month that the day is in."""
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
