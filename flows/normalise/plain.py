"""Whole columns at once: the cells that are written the plain way, as nearly all are.

What an expression gives is what the parser of its kind (`cells`, `money`) gives without a word.
Where it gives null and something stands, that parser is asked: it alone knows what to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import polars as pl

from flows.values.text import PLACEHOLDERS
from flows.values.words import MAYBE_DITTO
from schemas.declare import IDENTIFIERS, PRECISION, SCALE, Column, Kind

# So many digits that no amount times its unit is too long on the way.
_NUMBER = r"^-?[0-9]{1,12}(?:\.[0-9]{1,8})?$"
_WHOLE = r"^-?[0-9]{1,15}$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
# With the ideographs that people put in front: 合成-2021-0001.
_CODE = r"^[0-9A-Z一-龥-]*[0-9][0-9A-Z]*$"
_WIDE = pl.Decimal(38, 8)
_STORED = pl.Decimal(PRECISION, SCALE)


def values(column: Column, texts: pl.Series, dtype: pl.DataType) -> pl.Series:
    """The values of the plain cells of a column other than money, null for the others."""
    read = _PLAIN.get(column.kind)
    if read is None:
        return pl.Series(texts.name, [None], dtype).new_from_index(0, len(texts))
    return texts.to_frame().select(read(column, pl.col(texts.name)).cast(dtype)).to_series()


def amounts(texts: pl.Series, units: pl.Series, yuan_per: Mapping[str, Decimal]) -> pl.Series:
    """The plain amounts in yuan, each counted in the unit of its row; null in any other unit."""
    number = _number(pl.col(texts.name))
    unit = pl.col(units.name)
    counted = [pl.when(unit == one).then(number * pl.lit(per)) for one, per in yuan_per.items()]
    in_yuan = _stored(pl.coalesce(*counted, pl.lit(None, _WIDE)))
    return pl.DataFrame([texts, units]).with_columns(in_yuan.alias(texts.name))[texts.name]


def _text(column: Column, text: pl.Expr) -> pl.Expr:
    is_one = [~text.str.contains("\n", literal=True)] if column.lists_names else []
    is_named = ~text.is_in(PLACEHOLDERS) & ~text.str.contains(MAYBE_DITTO)
    return pl.when(is_named, text != "", *is_one).then(text)


def _choice(column: Column, text: pl.Expr) -> pl.Expr:
    return pl.when(text.is_in(column.choices)).then(text)


def _code(_: Column, text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(_CODE)).then(text)


def _whole(_: Column, text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(_WHOLE)).then(text)


def _decimal(_: Column, text: pl.Expr) -> pl.Expr:
    return _stored(_number(text))


def _day(_: Column, text: pl.Expr) -> pl.Expr:
    day = pl.when(text.str.contains(_DAY)).then(text).str.to_date("%Y-%m-%d", strict=False)
    # The centuries that any return is about, as `flows.values.dates` has them.
    return pl.when(day.dt.year().is_between(1900, 2199)).then(day)


def _yes_no(_: Column, text: pl.Expr) -> pl.Expr:
    return pl.when(text.is_in(["是", "否"])).then(text == "是")


_PLAIN: dict[Kind, Callable[[Column, pl.Expr], pl.Expr]] = {
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    **dict.fromkeys(IDENTIFIERS, _code),
    Kind.WHOLE: _whole,
    Kind.NUMBER: _decimal,
    Kind.DATE: _day,
    Kind.YES_NO: _yes_no,
}


def _number(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(_NUMBER)).then(text).cast(_WIDE)


def _stored(number: pl.Expr) -> pl.Expr:
    """The numbers that are stored as they are; where one has to be rounded, that is said."""
    stored = number.cast(_STORED, strict=False)
    return pl.when(stored.cast(_WIDE) == number).then(stored)
