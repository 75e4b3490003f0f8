"""A return's rows as JSON Schema, for those who check them elsewhere: made from the declaration.

Rows are objects by the columns' English names, dates as `2021-05-01`, decimals as text so that no
reader of JSON rounds them. What a row's fields say of each other, JSON Schema can't ask: the rules
are listed, and `schemas.validate` judges them.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from schemas.declare import PRECISION, SCALE, Column, Kind, Return

DRAFT = "https://json-schema.org/draft/2020-12/schema"
# DuckDB's BIGINT.
_LEAST, _MOST = -(2**63), 2**63 - 1
_ZERO = r"0+(\.0+)?$"


def json_schema(model: type[Return]) -> dict[str, Any]:
    """The schema of a list of accepted rows, as in `mart.<return>`."""
    form, types = model.form(), model.types()
    columns = model.columns()
    return {
        "$schema": DRAFT,
        "title": form.title,
        "description": f"{form.form_no}；一行是：{form.grain}",
        "type": "array",
        "items": {
            "type": "object",
            "properties": {name: _property(columns[name], types[name]) for name in columns},
            "required": list(columns),
        },
        "primaryKey": list(form.key),
        "rules": [
            {
                "id": check.rule.id,
                "severity": str(check.grade),
                "field": check.at,
                "message": check.message or check.rule.zh,
            }
            for check in form.cross_fields.values()
        ],
    }


def _property(column: Column, kind: type) -> dict[str, Any]:
    """One column. One that is not required may be null, and is there all the same."""
    about: dict[str, Any] = {"title": column.header, "description": column.description}
    if unit := "元" if column.kind is Kind.MONEY else column.unit:
        about["unit"] = unit
    if column.required_when:
        about["requiredWhen"] = column.required_when
    name, limits = _limits(column, kind)
    about["type"] = name if column.required else [name, "null"]
    if column.choices:
        limits["enum"] = [*column.choices, *([] if column.required else [None])]
    return about | limits


def _limits(column: Column, kind: type) -> tuple[str, dict[str, Any]]:
    if kind is bool:
        return "boolean", {}
    if kind is dt.date:
        # A month is kept as its first day.
        of_month = {"pattern": "-01$"} if column.kind is Kind.MONTH else {}
        return "string", {"format": "date"} | of_month
    if kind is int:
        return "integer", _bounds(column)
    if kind is Decimal:
        return "string", {"format": "decimal", "pattern": _decimal(column)}
    return "string", {} if column.max_length is None else {"maxLength": column.max_length}


def _bounds(column: Column) -> dict[str, Any]:
    least, most = column.within or (column.at_least, None)
    bounds = {
        "minimum": _LEAST if least is None else least,
        "maximum": _MOST if most is None else most,
    }
    return bounds if column.above is None else {**bounds, "exclusiveMinimum": column.above}


def _decimal(column: Column) -> str:
    """A decimal with the places that are stored. Raises ValueError for a limit that no pattern says."""
    limits = (column.above, column.at_least)
    if column.within is not None or any(one not in {None, 0} for one in limits):
        raise ValueError(f"{column.header}: the only limit of a decimal is zero so far")
    digits = rf"[0-9]{{1,{PRECISION - SCALE}}}(\.[0-9]{{1,{SCALE}}})?$"
    if column.above is not None:
        return rf"^(?!{_ZERO}){digits}"
    return rf"^{digits}" if column.at_least is not None else rf"^-?{digits}"
