"""Dates and months as people write them; a date that does not exist is no date.

Two-digit years and orders other than year, month, day are refused, not guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from flows.values.text import folded

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_CLOCK = r"(?:T?\d{1,2}[:时]\d{1,2}(?:[:分](?:\d{1,2}(?:\.\d+)?秒?)?)?)?"
_YMD = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?{_CLOCK}")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_MD = re.compile(r"(\d{1,2})月(\d{1,2})日?")
_SERIAL = re.compile(r"\d{4,6}(?:\.\d+)?")
_MONTH = re.compile(r"(\d{4})(?:年|[-/.])(?:1[-~至—到])?(\d{1,2})(?:月份?)?")
_COMPACT_MONTH = re.compile(r"(20\d{2})(0[1-9]|1[0-2])")
_MONTH_ONLY = re.compile(r"(?:1[-~至—到])?(\d{1,2})月份?")
_YEAR = re.compile(r"(\d{4})年?度?")
_CHINESE = str.maketrans("〇零一二三四五六七八九", "00123456789")
_CHINESE_TENS = re.compile(r"([1-9]?)十([1-9]?)")

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


def _arabic(flat: str) -> str:
    """Chinese numerals of dates as digits: 二〇二一年五月三十一日 becomes 2021年5月31日."""
    if flat.isascii():
        return flat
    flat = flat.translate(_CHINESE)
    return _CHINESE_TENS.sub(lambda m: str(int(m[1] or 1) * 10 + int(m[2] or 0)), flat)


def parse_date(text: str, *, year: int | None = None, epoch_1904: bool = False) -> Day | None:
    """The date that the text is, or None where it is none (also 30 February).

    `year` completes "5月31日". A bare number between 20,000 and 80,000 is a spreadsheet's serial
    day (1954 to 2119); others are not dates.
    """
    iso = _ISO.fullmatch(text)
    if iso:
        value = _date(*iso.groups())
        return Day(value) if value else None
    flat = _arabic(folded(text))
    value = None
    if (match := _YMD.fullmatch(flat)) or (match := _COMPACT.fullmatch(flat)):
        value = _date(*match.groups())
    elif year is not None and (match := _MD.fullmatch(flat)):
        value = _date(year, *match.groups())
    elif _SERIAL.fullmatch(flat) and 20_000 <= float(flat) < 80_000:
        value = (_EPOCH_1904 if epoch_1904 else _EPOCH_1900) + dt.timedelta(days=int(float(flat)))
    return Day(value, repaired=True) if value else None


def parse_month(text: str, *, year: int | None = None, epoch_1904: bool = False) -> dt.date | None:
    """The month that the text names, as its first day: 2021-05, 2021年5月, 202105, 2021年1-5月.

    A full date or its serial number names its month, "5月" needs `year`.
    """
    flat = _arabic(folded(text))
    if (match := _MONTH.fullmatch(flat)) or (match := _COMPACT_MONTH.fullmatch(flat)):
        return _date(match[1], match[2], 1)
    if year is not None and (match := _MONTH_ONLY.fullmatch(flat)):
        return _date(year, match[1], 1)
    day = parse_date(text, epoch_1904=epoch_1904)
    return day.value.replace(day=1) if day else None


def is_month(text: str) -> bool:
    """Whether the text is a year's month and nothing else: 2021年5月, 2021-05; no full date."""
    match = _MONTH.fullmatch(_arabic(folded(text)))
    return match is not None and _date(match[1], match[2], 1) is not None


def parse_year(text: str) -> int | None:
    """The year that the text names as a whole: 2021, 2021年, 2021年度."""
    match = _YEAR.fullmatch(_arabic(folded(text)))
    return int(match[1]) if match and 1990 <= int(match[1]) < 2200 else None


_MONTH_INSIDE = re.compile(
    r"(?<!\d)(20\d{2})(?:年|[-/._])(?:1[-~至—到])?(1[0-2]|0?[1-9])(?!\d)|(?<!\d)(20\d{2})(0[1-9]|1[0-2])(?:[0-3]\d)?(?!\d)"
)
_MONTH_ONLY_INSIDE = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])月")
_YEAR_INSIDE = re.compile(r"(?<!\d)(20\d{2})(?!\d)")


def month_inside(text: str, *, year: int | None = None) -> dt.date | None:
    """The one month that a name (of a sheet, file or folder) or a title mentions, else None."""
    flat = _arabic(folded(text))
    found = {dt.date(int(a or c), int(b or d), 1) for a, b, c, d in _MONTH_INSIDE.findall(flat)}
    if not found:
        years = {int(y) for y in _YEAR_INSIDE.findall(flat)} or ({year} if year else set())
        months = {int(m) for m in _MONTH_ONLY_INSIDE.findall(flat)}
        found = {dt.date(y, m, 1) for y in years for m in months}
    return found.pop() if len(found) == 1 else None


def month_end(month: dt.date) -> dt.date:
    """The last day of the month that begins on that day."""
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
