"""What the queries of `sql/checks/` may use beside tables and views: what SQL alone can't work out.

- `plain_wan(amount_cny)`, `plain_number(number)`: amounts as they are said in messages, exact.
- `row_place(file, sheet, excel_row)`: where another row stands, in words.
- `corrected`: the corrections (14), their return, field and values as they are named in the
  warehouse; values are text for comparison, money in yuan, as in `named_cells`. `may_correct`:
  filed by an office that may name other departments' rows.
- `corrections_in_force`: those that excuse what they name; a check that asks it needs K601.
- `named_cells`: what stands in the rows that corrections name.
- `project_numbers`: `int.project_numbers` of the months that are asked about.
- `alike_names`: which names of one investor's projects are alike, both ways round, with their likeness.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import polars as pl
from rapidfuzz import fuzz, process

import schemas
from flows.ground.zone import Zone
from flows.store.incoming import take_in
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows
from flows.values.dates import parse_date, parse_month
from flows.values.numbers import parse_count, parse_number
from flows.values.text import folded, identifier, is_placeholder
from flows.values.units import UnknownRateError, yuan_per
from flows.values.words import parse_yes_no, province_list
from schemas.declare import IDENTIFIERS, SCALE, Column, Kind, Return

_TABLES = ("corrected", "named_cells", "project_numbers", "alike_names")
_CORRECTION: dict[str, Any] = {
    "submission_id": pl.String,
    "sheet": pl.String,
    "excel_row": pl.Int32,
    "correction_no": pl.String,
    "department": pl.String,
    "report_month": pl.Date,
    "form_month": pl.Date,
    "arrival_no": pl.Int64,
    "is_accepted": pl.Boolean,
    "filed_on": pl.Date,
    "may_correct": pl.Boolean,
    "stated_return": pl.String,
    "stated_key": pl.String,
    "stated_field": pl.String,
    "stated_old_value": pl.String,
    "stated_new_value": pl.String,
    "return_name": pl.String,
    "is_project": pl.Boolean,
    "field": pl.String,
    "old_value": pl.String,
    "new_value": pl.String,
}
_ALIKE: dict[str, Any] = {
    "investor_key": pl.String,
    "name_key": pl.String,
    "other_name_key": pl.String,
    "score": pl.Decimal(9, 6),
}
# From which likeness on (0-100) two names of one investor's projects may be one project's (C307).
ALIKE_FROM = 85
# Of the six places to which likenesses are told.
_HALF_A_STEP = 0.5e-6


def lay_out(con: duckdb.DuckDBPyConnection, zone: Zone) -> None:
    """Makes the macros and temporary tables, from the rows as they are now."""
    con.execute(statement("validate/macros"))
    _state_corrections(con, zone)
    _compare_names(con)


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drops the temporary tables."""
    con.execute("drop view if exists temp.corrections_in_force")
    for table in _TABLES:
        con.execute(f"drop table if exists temp.{table}")


def _state_corrections(con: duckdb.DuckDBPyConnection, zone: Zone) -> None:
    """`corrected`: every correction in the warehouse's terms, and `named_cells`, what it is about.

    A correction names return, field and values as people do ("实到资金月报表", "本月实到投资额",
    "3000"); what can't be told stays null, and its values as they are written.
    """
    stated = fetch_rows(con, statement("validate/corrections"))
    offices = zone.offices_that_may_correct()
    rows = [
        in_our_terms(one, zone.rates.as_mapping()) | {"may_correct": one["department"] in offices}
        for one in stated
    ]
    frame = pl.DataFrame(rows, schema=_CORRECTION, orient="row")
    take_in(con, statement("validate/corrected"), frame)
    for slug, field in con.execute(
        "select distinct return_name, field from corrected where field is not null"
    ).fetchall():
        model = schemas.by_name(slug)
        parts = ", ".join(f"named.{name}::varchar" for name in model.own_key())
        is_money = model.columns()[field].kind is Kind.MONEY
        con.execute(
            statement(
                "validate/named_cells",
                slug=slug,
                field=field,
                key=f"concat_ws(' / ', {parts})",
                words=f"plain_wan(named.{field})" if is_money else f"named.{field}::varchar",
            )
        )


def in_our_terms(row: dict[str, Any], rates: Mapping[str, Decimal]) -> dict[str, Any]:
    model = _by_title().get(folded(row["stated_return"] or ""))
    name = _by_header(model).get(folded(row["stated_field"] or "")) if model else None
    column = model.columns()[name] if model and name else None
    return {
        **row,
        "return_name": model.form().slug if model else None,
        "is_project": bool(model and "project_id" in model.own_key()),
        "field": name,
        "old_value": _comparable(row["stated_old_value"], column, rates),
        "new_value": _comparable(row["stated_new_value"], column, rates),
    }


@cache
def _by_title() -> dict[str, type[Return]]:
    return {folded(model.form().title): model for model in schemas.all_returns()}


@cache
def _by_header(model: type[Return]) -> dict[str, str]:
    """The field of each header and alias; an exact header beats an alias."""
    columns = model.columns()
    aliases = {folded(a): name for name, column in columns.items() for a in column.aliases}
    return aliases | {folded(column.header): name for name, column in columns.items()}


def _comparable(
    text: str | None, column: Column | None, rates: Mapping[str, Decimal]
) -> str | None:
    """A stated value as the text that DuckDB makes of the cell's; empty where it says "nothing"."""
    if text is None or column is None:
        return text
    if is_placeholder(text) or text in {"空", "空白"}:
        return ""
    match column.kind:
        case Kind.MONEY | Kind.NUMBER | Kind.WHOLE:
            value = _comparable_number(text, column, rates)
        case Kind.DATE:
            day = parse_date(text)
            value = day.value.isoformat() if day else None
        case Kind.MONTH:
            month = parse_month(text)
            value = month.isoformat() if month else None
        case Kind.YES_NO:
            answer = parse_yes_no(text)
            value = None if answer is None else str(answer).lower()
        case Kind.PROVINCE | Kind.LIST:
            value = "、".join(province_list(text))
        case kind if kind in IDENTIFIERS:
            value = identifier(text)
        case _:
            value = None
    return text if value is None else value


def _comparable_number(text: str, column: Column, rates: Mapping[str, Decimal]) -> str | None:
    is_money = column.kind is Kind.MONEY
    number = parse_number(text) if is_money else parse_count(text, column.unit)
    if number is None:
        return None
    value = number.value
    if column.kind is Kind.WHOLE:
        return f"{value:f}"
    if is_money:
        try:
            value *= yuan_per(number.unit or column.unit or "元", rates)
        except UnknownRateError:
            return None
    return f"{value:.{SCALE}f}"


def _compare_names(con: duckdb.DuckDBPyConnection) -> None:
    """`project_numbers` and `alike_names`: only names of one investor's projects are compared.

    A name is like itself where several numbers have it; else nothing is there to be compared with.
    """
    # Months that are listed, not joined, keep the rows of all others out from the start.
    months = [month for (month,) in con.execute("from asked_months").fetchall()]
    con.execute(
        "create or replace temp table project_numbers as from int.project_numbers "
        "where report_month in ?",
        [months],
    )
    rows: dict[tuple[str, str, str], Decimal] = {}
    for investor, names, listed in con.execute(statement("validate/names_of_investors")).fetchall():
        shared = frozenset(listed)
        for one, other, score in alike(names):
            if one != other or one in shared:
                rows[investor, one, other] = rows[investor, other, one] = score
    frame = pl.DataFrame([(*key, score) for key, score in rows.items()], _ALIKE, orient="row")
    take_in(con, "create or replace temp table alike_names as select * from incoming", frame)


def alike(names: Sequence[str]) -> Iterator[tuple[str, str, Decimal]]:
    """Each pair of these different names that are alike, and each name with itself."""
    for place, name in enumerate(names):
        yield name, name, Decimal(100)
        for other, score, _ in process.extract_iter(
            name, names[place + 1 :], scorer=fuzz.ratio, score_cutoff=ALIKE_FROM - _HALF_A_STEP
        ):
            # Six places, so that a likeness of 85 is not 84.99999999999999.
            yield name, other, Decimal(f"{score:.6f}")
