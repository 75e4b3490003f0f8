"""Units of money ("计量单位"): which words name one, and how many yuan it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from rapidfuzz import fuzz, process

from flows.values.text import folded

_MULTIPLES = {
    "": 1,
    "千": 1_000,
    "万": 10_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}
_FACTORS = {f"{multiple}元": factor for multiple, factor in _MULTIPLES.items()}
# What columns are stated in, dollars without a rate too.
_UNITS = (*_FACTORS, "美元", "万美元", "亿美元")
# Other currencies by their marks and words; dollars without more are those of the United States.
_FOREIGN = {
    "港元": r"HK\$|HKD|港元|港币|港幣",
    "新台币": r"NT\$|TWD|新台币|台币",
    "澳门元": r"MO\$|MOP\$?|澳门元|澳门币",
    "澳元": r"AU?\$|AUD|澳元|澳币",
    "加元": r"CA?\$|CAD|加元|加币",
    "新加坡元": r"SG?\$|SGD|新加坡元|新元",
    "日元": "JPY|JP¥|日元|円",
    "韩元": "KRW|₩|韩元|韩币",
    "欧元": "EUR|€|欧元",
    "英镑": "GBP|[£￡]|英镑",
    "瑞士法郎": "CHF|瑞士法郎",
    "卢布": "RUB|₽|卢布",
    "美元": r"USD?\$|USD|U\.S\.\$|\$|美元|美金|美圆",
}
_MARK = "|".join(f"(?P<_{n}>{marks})" for n, marks in enumerate(_FOREIGN.values()))
_IN_FRONT = re.compile(rf"(?:{_MARK})(?P<rest>.+)", re.IGNORECASE | re.DOTALL)
_BEHIND = re.compile(rf"(?P<rest>.+?)(?:{_MARK})", re.IGNORECASE | re.DOTALL)
_ANY_MARK = re.compile(_MARK, re.IGNORECASE)
YUAN = "人民币|RMB|CNY"
"""Words for the yuan, as alternatives of an expression; the sign ¥ is other programs' yen as well."""
_WORDS = "|".join(sorted(_UNITS, key=len, reverse=True))
# A unit of money among other words ("以亿元计"): no part of a larger or foreign one (百亿元, 港元),
# no amount (500万元), no threshold (亿元以上), no precision (精确到元), no price (元/平方米).
_AMONG = re.compile(
    rf"(?<![\d十百千万亿几数每美港日欧韩澳加英新台到至超过满足于近逾≥>≤<])(?:人民币|¥)?({_WORDS})"
    rf"(?!及?以[上下内外]|级|左右|余|多|每|/(?!{_WORDS}))"
)
_THRESHOLD = r"[一二三四五六七八九十百千万亿\d]{1,8}元?(?:及?以[上下内外]|级)"
# What else may stand beside a unit of money: other units (万元、万人), precision, thresholds.
_BESIDE = re.compile(
    "万(?:人次?|户|家|亩|吨|公里|平方米|平米|个|件|套)"
    f"|(?:精确|保留|舍入)[到至][十百千万亿]*[元角分]|{_THRESHOLD}"
)
_NO_MONEY = re.compile("单元|多元|公元|元月|元旦")
_SPEAKS_OF_MONEY = re.compile(r"[元圆万亿$€£]|美金|港币|英镑|USD|HKD|EUR")
_ALONE = re.compile(
    rf"(?:单位[:：]?|{YUAN})?({_WORDS}|千万|百万|[千万亿])(?:{YUAN}|\((?:{YUAN})\))?",
    re.IGNORECASE,
)
# What a heading or a note says of what follows: 单位：亿元, 以万元计, 按亿元填列.
_SAID = re.compile(
    rf"单位(?:[:为是]|均为)?(?P<a>{_WORDS})(?!及?以|/)|[以按](?P<b>{_WORDS})(?:为单位|计|填)"
)
_AT_END = re.compile(rf"[,，、/:：_-]?(?:单位[:：]?)?({_WORDS})$")
NEAR_SCORE = 50


class UnknownRateError(Exception):
    """The unit is a foreign currency for which zone.toml gives no rate."""


def money_unit(text: str) -> str | None:
    """The unit that the text as a whole names ("万元", "单位:万元", "万"), or None."""
    match = _ALONE.fullmatch(folded(text))
    if match is None:
        return None
    return f"{match[1]}元" if match[1] in _MULTIPLES else match[1]


def stated_units(text: str) -> set[str] | None:
    """The units of money that a statement names in whatever words ("以亿元计", "万元、个").

    None where it speaks of money but not surely of a unit: 亿元以上, 百亿元, 元/平方米.
    """
    if alone := money_unit(text):
        return {alone}
    flat = _NO_MONEY.sub("", folded(text))
    units = set(_AMONG.findall(flat))
    rest = _AMONG.sub("", flat)
    if units:
        rest = _BESIDE.sub("", rest)
    return None if _SPEAKS_OF_MONEY.search(rest) else units


def unit_said(text: str) -> str | None:
    """The unit of money that a sentence says numbers are in: 以下金额单位：亿元, 以万元计."""
    match = _SAID.search(folded(text))
    return (match["a"] or match["b"]) if match else None


def without_thresholds(text: str) -> str:
    """The text without sizes of projects, which name no unit: 亿元以上, 5亿元及以上."""
    return re.sub(_THRESHOLD, "", folded(text))


def nearest_unit(text: str) -> str | None:
    """The unit of money that the text nearly names, for a suggestion."""
    match = process.extractOne(folded(text), _UNITS, scorer=fuzz.ratio, score_cutoff=NEAR_SCORE)
    return match[0] if match else None


def unbracketed_unit(header: str) -> str | None:
    """The unit at a header's end that no brackets set apart: 合同投资额，万元."""
    match = _AT_END.search(folded(header))
    return match[1] if match else None


def without_unit(header: str) -> str:
    """The header without such a unit."""
    return _AT_END.sub("", header)


def yuan_per(unit: str, rates: Mapping[str, Decimal] | None = None) -> Decimal:
    """How many yuan one such unit is; `rates` gives yuan per dollar as `usd_cny`.

    Raises UnknownRateError for a currency without a rate, KeyError for a word that is no unit.
    """
    currency = foreign_currency(unit)
    if currency is None:
        return Decimal(_FACTORS[unit])
    rate = (rates or {}).get("usd_cny") if currency == "美元" else None
    if rate is None:
        raise UnknownRateError(unit)
    return rate * _MULTIPLES[unit.removesuffix(currency)]


def foreign_currency(unit: str) -> str | None:
    """The currency of a unit that is not of yuan: 美元 of 万美元."""
    return next((one for one in _FOREIGN if unit.endswith(one)), None)


def currency_apart(flat: str) -> tuple[str, str, bool] | None:
    """The foreign currency before or behind a number, the rest, and whether a unit's word names it.

    US$300 is ("美元", "300", False), which leaves open of how many dollars; 300万港币 is
    ("港元", "300万", True).
    """
    match = _IN_FRONT.fullmatch(flat) or _BEHIND.fullmatch(flat)
    if match is None:
        return None
    number, mark = next(
        (key, text) for key, text in match.groupdict().items() if text and key != "rest"
    )
    currency = list(_FOREIGN)[int(number[1:])]
    is_word = match.re is _BEHIND and not mark.isascii() and mark.isalpha()
    return currency, match["rest"], is_word


def named_currency(text: str) -> str | None:
    """The one currency that the text names (人民币, 万美元, 港币(HKD)); yuan is 元."""
    flat = folded(text)
    rest = _ANY_MARK.sub("", flat)
    named = {list(_FOREIGN)[int(str(one.lastgroup)[1:])] for one in _ANY_MARK.finditer(flat)}
    if re.search(f"{YUAN}|¥|元|本币", rest, re.IGNORECASE):
        named.add("元")
    return named.pop() if len(named) == 1 else None
