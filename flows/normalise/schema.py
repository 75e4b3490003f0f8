"""A return as polars and pandera know it, made from its declaration."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache, partial
from typing import Any

import pandera.polars as pa
import polars as pl

from schemas.declare import PRECISION, SCALE, Column, CrossField, Return

_DTYPES: dict[type, pl.DataType] = {
    str: pl.String(),
    int: pl.Int64(),
    bool: pl.Boolean(),
    dt.date: pl.Date(),
    Decimal: pl.Decimal(PRECISION, SCALE),
}


def dtypes_of(model: type[Return]) -> dict[str, pl.DataType]:
    """Each field's polars type by its English name."""
    return {name: _DTYPES[kind] for name, kind in model.types().items()}


@cache
def schema_of(model: type[Return]) -> pa.DataFrameSchema:
    """What judges a frame of the return by itself: its columns' constraints, its cross-field checks.

    Cells that could not be parsed are null and already have their finding; `nullable=False` here
    therefore means "required" (R101) and nothing else.
    """
    columns = model.columns()
    return pa.DataFrameSchema(
        {name: _column(columns[name], dtype) for name, dtype in dtypes_of(model).items()},
        checks=[_cross_check(model, check) for check in model.form().cross_fields.values()],
        name=model.__name__,
    )


def _column(column: Column, dtype: pl.DataType) -> pa.Column:
    checks = []
    if column.choices:
        checks.append(pa.Check.isin(column.choices))
    if column.above is not None:
        checks.append(pa.Check.gt(column.above))
    if column.at_least is not None:
        checks.append(pa.Check.ge(column.at_least))
    if column.within is not None:
        checks.append(pa.Check.in_range(*column.within))
    if column.max_length is not None:
        checks.append(pa.Check.str_length(max_value=column.max_length))
    return pa.Column(dtype, checks, nullable=not column.required)


def _cross_check(model: type[Return], check: CrossField) -> pa.Check:
    return pa.Check(partial(_is_sound, model, check), name=check.name)


def _is_sound(model: type[Return], check: CrossField, data: Any) -> pl.LazyFrame:
    sound = check.sound(model, pl.col).fill_null(value=True)
    return data.lazyframe.select(sound)  # type: ignore[no-any-return]
