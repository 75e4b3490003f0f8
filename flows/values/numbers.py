"""Numbers as people write them, read into exact decimals; what is not certain is not a number.

Accepted: plain, thousands marks, full-width digits, a unit or percent sign behind, brackets or a
trailing minus for negatives, financial capitals ("壹佰万元整"). Refused: ranges, "约", "余",
"以上", anything else. Nothing passes through a float.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from flows.values.text import folded
from flows.values.units import money_unit

_PLAIN = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_SCIENTIFIC = re.compile(r"-?\d(?:\.\d+)?[eE][+-]?\d{1,2}")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,4}(?:,\d{4})+(?:\.\d+)?")
_UNSIGNED = re.compile(r"\d+(?:\.\d+)?|\.\d+|\d+\.")
_TAIL = re.compile(r"(?P<number>[\d.,eE+-]+)(?P<tail>[^\d.,].*)")
_DIGITS = {c: d for d, cs in enumerate(["零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"]) for c in cs}  # fmt: skip
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_CAPITALS = re.compile(r"(?:人民币)?(?P<digits>[零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖十拾百佰千仟万亿]+)(?P<unit>元|圆)?整?")  # fmt: skip
_COUNTS_YUAN = re.compile("[元圆万亿]")
_PREFIXES = ("人民币", "¥", "￥")
_MINUS = "-−－"
_BLANK_INSIDE = re.compile(r"\d\s+[\d.]|\d\.\s+\d")
_BLANK_GROUPS = re.compile(r"[^\d]*\d{1,3}(?:\s\d{3})+(?:\.\d+)?[^\d]*")


@dataclass(frozen=True)
class Number:
    """A number read from a cell.

    `unit` is the unit of money that the cell itself names; `is_percent` says that a percent sign
    stood behind (the value is as written, 12.5 for 12.5%); `repaired` that the spelling was not
    the plain one.
    """

    value: Decimal
    unit: str | None = None
    is_percent: bool = False
    repaired: bool = False


def parse_number(text: str) -> Number | None:
    """The number that the text is beyond doubt, or None."""
    if _PLAIN.fullmatch(text):
        return Number(Decimal(text))
    flat = folded(text)
    if _SCIENTIFIC.fullmatch(flat):
        return Number(Decimal(flat), repaired=True)
    # Blanks between digits part thousands, or else two numbers.
    if _BLANK_INSIDE.search(text) and not _BLANK_GROUPS.fullmatch(text.strip()):
        return None
    sign, flat = _sign(flat)
    for prefix in _PREFIXES:
        flat = flat.removeprefix(prefix)
    unit, is_percent = None, False
    tail = _TAIL.fullmatch(flat)
    if tail and tail["tail"] == "%":
        flat, is_percent = tail["number"], True
    elif tail and (unit := money_unit(tail["tail"].removesuffix("整"))):
        flat = tail["number"]
    value = _digits(flat)
    if value is None and not tail:
        value = _capitals(flat)
        # 壹佰万元整, and 壹佰万 as well: who writes 万 in words counts in yuan.
        unit = "元" if value is not None and _COUNTS_YUAN.search(flat) else None
    if value is None:
        return None
    return Number(sign * value, unit, is_percent, repaired=True)


def _sign(flat: str) -> tuple[int, str]:
    """The sign, and the text without it: -5, (5), 5-."""
    for opening, closing in ("()", "【】", "[]"):
        if flat.startswith(opening) and flat.endswith(closing):
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
    match = _CAPITALS.fullmatch(flat)
    if not match:
        return None
    total = 0
    rest = match["digits"]
    for weight, mark in ((100_000_000, "亿"), (10_000, "万"), (1, "")):
        section, found, after = rest.partition(mark) if mark else (rest, "", "")
        if mark and not found:
            continue
        if not section and (mark or not total):
            return None
        value = _section(section) if section else 0
        if value is None or (mark and not value):
            return None
        total += value * weight
        rest = after
    return Decimal(total)


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
    return total + (digit or 0)


def decimal_places(value: Decimal) -> int:
    """How many digits stand behind the point."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
