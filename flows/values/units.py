"""Units of money ("计量单位"): which words name one, and how many yuan it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from rapidfuzz import fuzz, process

from flows.values.text import folded

_FACTORS: dict[str, int] = {
    "元": 1,
    "千元": 1_000,
    "万元": 10_000,
    "百万元": 1_000_000,
    "千万元": 10_000_000,
    "亿元": 100_000_000,
}
UNITS = tuple(_FACTORS)
_DOLLARS = {"美元": 1, "万美元": 10_000, "亿美元": 100_000_000}
_SHORT = {"千": "千元", "万": "万元", "百万": "百万元", "千万": "千万元", "亿": "亿元"}
_WORDS = "|".join(sorted([*_FACTORS, *_DOLLARS], key=len, reverse=True))
# A unit of money inside a longer statement ("万元、个", "单位：人民币万元").
_UNIT = re.compile(rf"(?<![一-龥])(?:人民币)?({_WORDS})(?:人民币)?(?![一-龥])")
_ALONE = re.compile(rf"(?:单位[:：]?|人民币)?({_WORDS}|千万|百万|[千万亿])(?:人民币)?")
_AT_END = re.compile(rf"[,，、/:：_-]?(?:单位[:：]?)?({_WORDS})$")
NEAR_SCORE = 50


class UnknownRateError(Exception):
    """The unit is a foreign currency for which zone.toml gives no rate."""


def money_unit(text: str) -> str | None:
    """The unit that the text as a whole names ("万元", "单位:万元", "万"), or None."""
    match = _ALONE.fullmatch(folded(text))
    return _SHORT.get(match[1], match[1]) if match else None


def money_units(text: str) -> set[str]:
    """All units of money that a statement names; other units ("个", "人次") are left aside."""
    found = set(_UNIT.findall(folded(text)))
    alone = money_unit(text)
    return found | ({alone} if alone else set())


def nearest_unit(text: str) -> str | None:
    """The unit of money that the text nearly names, for a suggestion."""
    words = [*_FACTORS, *_DOLLARS]
    match = process.extractOne(folded(text), words, scorer=fuzz.ratio, score_cutoff=NEAR_SCORE)
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

    Raises UnknownRateError for dollars without a rate, KeyError for a word that is no unit.
    """
    if unit in _DOLLARS:
        rate = (rates or {}).get("usd_cny")
        if rate is None:
            raise UnknownRateError(unit)
        return rate * _DOLLARS[unit]
    return Decimal(_FACTORS[unit])
