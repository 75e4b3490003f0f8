"""Numbers as people write them, read into exact decimals; what is not certain is not a number.

Accepted: plain, thousands marks, full-width digits, a unit or percent sign behind, brackets or a
trailing minus for negatives, financial capitals ("壹佰万元整"), digits among words (1亿2千万).
Refused: ranges, "约", "余", "以上", anything else. Nothing passes through a float.

Also refused, as each could be two figures or another one: 500 300 (blanks part thousands only
where there are two or more of them: 1 234 567), 500 above 300, 1200,1300, 0,123, 一万五 and 1亿2
(15,000 or 10,005), 3千 in a column of 万元, [5], and 1.2E+05, which was rounded for display.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from flows.values.text import narrow
from flows.values.units import YUAN, currency_apart, foreign_currency, money_unit

_PLAIN = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_UNSIGNED = re.compile(r"\d+(?:\.\d+)?|\.\d+|\d+\.", re.ASCII)
_TAIL = re.compile(r"(?P<number>[\d.,]+)(?P<tail>[^\d.,].*)", re.ASCII)
_DIGITS = {c: d for d, cs in enumerate(["零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"]) for c in cs}  # fmt: skip
_ZERO = "零〇"
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_NUMERAL = f"[{''.join((*_DIGITS, *_TENS))}万亿]"
_CAPITALS = re.compile(rf"({_NUMERAL}+)(?:元|圆)?整?")
_COUNTS_YUAN = re.compile("[元圆万亿整]")
_YUAN = re.compile(f"(?:{YUAN})[:¥]?|¥", re.IGNORECASE)
_YUAN_BEHIND = re.compile(f"(?<=[元圆万亿])(?:{YUAN})$", re.IGNORECASE)
# A unit in brackets behind a number: 12000（万元）.
_BRACKETED = re.compile(r"(.*[\d.])\((?:单位:?)?([^()\d]+)\)", re.ASCII)
# Digits among the words for powers of ten: 1亿2千万.
_MIXED = re.compile(
    r"(?=.*[万亿])(\d+[千百十仟佰拾万亿]+\d[\d千百十仟佰拾万亿]*)(?:[元圆]整?|整)?", re.ASCII
)
_ARABIC = str.maketrans("0123456789", "零一二三四五六七八九")
_MINUS = "-−"
# Blanks that part two numbers, or a number from a dash that may stand for another one.
_PARTED = re.compile(rf"[\d.,]\s+[\d.,]|\s[-−]$|[-−+]\s*\n|{_NUMERAL}\s+(?:{_NUMERAL}|\d)")
_BLANK_GROUPS = re.compile(r"[^\d.,]*[1-9]\d{0,2}(?: \d{3}){2,}(?:\.\d+)?[^\d.,]*", re.ASCII)
# How people call the unit of a column behind its numbers, where that is not the unit alone.
_SPOKEN = {
    "人": "人次?|名|位",
    "人次": "人次?|名|位",
    "天": "天|日",
    "工作日": "个?工作日",
    "公里": "公里|千米|[Kk][Mm]",
    "家": "家|个|户",
}
_COUNTED = {"万": 4, "亿": 8}
MAX_PLACES = 4


@dataclass(frozen=True)
class Number:
    """A number read from a cell.

    `unit` is the unit of money that the cell itself names, `currency` the currency that its mark
    names without saying in how many (¥300, US$300); `is_percent` says that a percent sign stood
    behind (the value is as written, 12.5 for 12.5%); `repaired` that the spelling was not the
    plain one.
    """

    value: Decimal
    unit: str | None = None
    is_percent: bool = False
    repaired: bool = False
    currency: str | None = None


def parse_number(text: str) -> Number | None:
    """The number that the text is beyond doubt, or None."""
    if _PLAIN.fullmatch(text):
        return Number(Decimal(text))
    flat = _joined(text)
    return _number(flat) if flat else None


def parse_amount(text: str) -> Number | None:
    """As `parse_number`, and numbers in other currencies: US$300, 300万港币."""
    if (number := parse_number(text)) is not None:
        return number
    flat = _joined(text)
    return _foreign(flat) if flat else None


def _joined(text: str) -> str | None:
    """The text without blanks; None where they part two numbers."""
    spaced = narrow(text).strip()
    if _PARTED.search(spaced) and not _BLANK_GROUPS.fullmatch(spaced):
        return None
    return _unbracketed("".join(spaced.split()))


def _unbracketed(flat: str) -> str:
    return "".join(found.groups()) if (found := _BRACKETED.fullmatch(flat)) else flat


def _number(flat: str) -> Number | None:
    sign, bare = _sign(flat)
    if mark := _YUAN.match(bare):
        inner, bare = _sign(bare[mark.end() :])
        if sign < 0 and inner < 0:
            return None
        sign *= inner
    number = _unsigned(bare)
    if number is None or (mark and foreign_currency(number.unit or "")):
        return None
    return replace(number, value=sign * number.value, currency="元" if mark else None)


def _unsigned(flat: str) -> Number | None:
    unit, is_percent = None, False
    tail = _TAIL.fullmatch(flat)
    if tail and tail["tail"] == "%":
        flat, is_percent = tail["number"], True
    # 千 alone may count yuan, or whatever the column is in.
    elif tail and tail["tail"] != "千" and (unit := money_unit(tail["tail"].removesuffix("整"))):
        flat = tail["number"]
    value = _digits(flat)
    if value is None:
        flat = _YUAN_BEHIND.sub("", flat)
        value = _capitals(flat)
        # 壹佰万元整, and 壹佰万 as well: who writes 万 in words counts in yuan.
        unit = "元" if value is not None and _COUNTS_YUAN.search(flat) else None
    return None if value is None else Number(value, unit, is_percent, repaired=True)


def _foreign(flat: str) -> Number | None:
    """An amount in another currency, in its unit where that is certain: 300万 of US$300万."""
    sign, flat = _sign(flat)
    found = currency_apart(flat)
    if found is None:
        return None
    currency, rest, has_unit = found
    if again := currency_apart(rest):
        _, rest, has_unit = again
    number = _number(rest)
    if number is None or number.is_percent or number.currency or (sign < 0 and number.value < 0):
        return None
    # US$300万元 and HK$300美元 name two.
    if (again and again[0] != currency) or (number.unit and rest[-1] in "元圆整币"):
        return None
    unit = currency if has_unit else None
    if number.unit is not None:
        unit = number.unit.removesuffix("元") + currency
    return replace(number, value=sign * number.value, unit=unit, currency=currency)


def parse_count(text: str, unit: str | None) -> Number | None:
    """A number of what the column counts in `unit`; 5人, 3个工作日 and 2.1万公里 may say so.

    None also where another unit, a currency or a percent sign stands beside it.
    """
    number, power = parse_number(text), 0
    if number is None and unit:
        spaced = _unbracketed(narrow(text).strip())
        if spoken := re.search(rf"(?:{_SPOKEN.get(unit, re.escape(unit))})$", spaced):
            counted = spaced[: spoken.start()].rstrip()
            power = _COUNTED.get(counted[-1:], 0)
            number = parse_number(counted[:-1] if power else counted)
            number = number and replace(number, repaired=True)
    if number is None or number.unit or number.currency or number.is_percent:
        return None
    return replace(number, value=number.value.scaleb(power)) if power else number


def multiple_of(unit: str, header: str) -> str | None:
    """The multiple of a column's unit in which its header's brackets count: 万公里."""
    words = _SPOKEN.get(unit, re.escape(unit))
    flat = "".join(narrow(header).split())
    found = re.search(rf"[(\[【](?:单位:?)?([十百千万亿]+(?:{words}))[)\]】]", flat)
    return found[1] if found else None


def _sign(flat: str) -> tuple[int, str]:
    """The sign, and the text without it: -5, (5), 5-."""
    if flat.startswith("(") and flat.endswith(")"):
        return -1, flat[1:-1]
    if len(flat) > 1 and flat[0] in _MINUS:
        return -1, flat[1:]
    if len(flat) > 1 and flat[-1] in _MINUS:
        return -1, flat[:-1]
    return 1, flat.removeprefix("+")


def _digits(flat: str) -> Decimal | None:
    if _GROUPED.fullmatch(flat):
        return Decimal(flat.replace(",", ""))
    return Decimal(flat) if _UNSIGNED.fullmatch(flat) else None


def _capitals(flat: str) -> Decimal | None:
    """A number in Chinese numerals or financial capitals, None where it is not well formed."""
    match = _CAPITALS.fullmatch(flat) or _MIXED.fullmatch(flat)
    # 一 alone may be a dash.
    if not match or flat == "一":
        return None
    total, above = 0, 0
    rest = match[1]
    for weight, mark in ((100_000_000, "亿"), (10_000, "万"), (1, "")):
        section, found, after = rest.partition(mark) if mark else (rest, "", "")
        if mark and not found:
            continue
        if not section and (mark or not total):
            return None
        value = _places(section) if section else 0
        if value is None or (mark and not value):
            return None
        # 一万五 is 15,000 when spoken, 三亿五千 350,000,000; with 零 there is no doubt.
        is_short = len(section) == 1 or above > weight * 10_000
        if total and section and is_short and section[0] not in _ZERO:
            return None
        total += value * weight
        above, rest = weight, after
    return Decimal(total)


def _places(section: str) -> int | None:
    """Up to four places in numerals or digits: 三千零五, 2千5百, 2000."""
    if section.isascii():
        return int(section) if len(section) <= MAX_PLACES else None
    return _section(section.translate(_ARABIC))


def _section(text: str) -> int | None:
    """Up to four places in numerals: 三千零五. None where it is not well formed."""
    total, digit, last_ten = 0, None, 10_000
    for character in text:
        if character in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[character]
            continue
        weight = _TENS.get(character, 10_000)
        # Only ten may stand without a digit: 十五.
        if weight >= last_ten or (not digit and weight > 10):
            return None
        total += (digit or 1) * weight
        last_ten, digit = weight, None
    if digit and last_ten in {100, 1000} and text[-2] not in _ZERO:
        # 一百五 is 150 when spoken.
        return None
    return total + (digit or 0)


def decimal_places(value: Decimal) -> int:
    """How many digits stand behind the point."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
