"""What the queries of `sql/checks/` may use beside tables and views: what SQL alone can't work out.

- `plain_wan(amount_cny)`, `plain_number(number)`: amounts as they are said in messages, exact.
- `corrected`: the corrections (14), their return, field and values as they are named in the
  warehouse; values are text for comparison, money in yuan, as in `named_cells`.
- `named_cells`: what stands in the rows that corrections name.
- `name_scores`: how alike (0-100) the names of two projects of one investor are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import polars as pl
from rapidfuzz import fuzz

import schemas
from flows.ground.zone import Zone
from flows.values.dates import parse_date, parse_month
from flows.values.numbers import parse_count, parse_number
from flows.values.text import folded, is_placeholder
from flows.values.units import UnknownRateError, yuan_per
from flows.values.words import parse_yes_no, province_list
from schemas.declare import SCALE, Column, Kind, Return

_TABLES = ("corrected", "named_cells", "name_scores")
_MACROS = """
create or replace temp macro plain_number(number) as
    if(contains(number::varchar, '.'), rtrim(rtrim(number::varchar, '0'), '.'), number::varchar);
create or replace temp macro plain_wan(amount_cny) as
    plain_number((amount_cny * 0.0001::decimal(5, 4))::decimal(38, 8)) || '万元';
-- A row's key as a correction may write it: blanks and the kind of separator don't matter.
create or replace temp macro plain_key(row_key) as
    regexp_replace(stg.name_key(row_key), '[/、,;|]+', '/', 'g');
"""
_CORRECTION = {
    "submission_id": pl.String,
    "sheet": pl.String,
    "excel_row": pl.Int32,
    "correction_no": pl.String,
    "department": pl.String,
    "report_month": pl.Date,
    "form_month": pl.Date,
    "is_in_force": pl.Boolean,
    "stated_return": pl.String,
    "stated_key": pl.String,
    "stated_field": pl.String,
    "stated_old_value": pl.String,
    "stated_new_value": pl.String,
    "return_name": pl.String,
    "field": pl.String,
    "old_value": pl.String,
    "new_value": pl.String,
}
_SCORE = {"name": pl.String, "other_name": pl.String, "score": pl.Decimal(9, 6)}


def lay_out(con: duckdb.DuckDBPyConnection, zone: Zone) -> None:
    """Makes the macros and temporary tables, from the rows as they are now."""
    con.execute(_MACROS)
    _state_corrections(con, zone.rates.as_mapping())
    _score_names(con)


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Drops the temporary tables."""
    for table in _TABLES:
        con.execute(f"drop table if exists temp.{table}")


def _make(
    con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]], schema: Any
) -> None:
    con.register("incoming", pl.DataFrame(rows, schema=schema, orient="row").to_arrow())
    con.execute(f"create or replace temp table {table} as select * from incoming")  # noqa: S608
    con.unregister("incoming")


def _state_corrections(con: duckdb.DuckDBPyConnection, rates: Mapping[str, Decimal]) -> None:
    """`corrected`: every correction in the warehouse's terms, and `named_cells`, what it is about.

    A correction names return, field and values as people do ("实到资金月报表", "本月实到投资额",
    "3000"); what can't be told stays null, and its values as they are written.
    """
    found = con.execute(
        """
        select c.submission_id, c.sheet, c.excel_row, c.correction_no, c.department,
            c.report_month, s.report_month as form_month,
            a.submission_id is not null as is_in_force, c.return_slug as stated_return,
            c.row_key as stated_key, c.field as stated_field, c.old_value as stated_old_value,
            c.new_value as stated_new_value
        from filed.corrections as c
        join core.submissions as s using (submission_id)
        left join accepted.corrections as a using (submission_id, sheet, excel_row)
        """
    )
    names = [name for name, *_ in found.description or []]
    rows = [in_our_terms(dict(zip(names, row, strict=True)), rates) for row in found.fetchall()]
    _make(con, "corrected", rows, _CORRECTION)
    con.execute(
        "alter table corrected add column row_key varchar; "
        "update corrected set row_key = plain_key(stated_key), "
        "old_value = stg.name_key(old_value), new_value = stg.name_key(new_value)"
    )
    con.execute(
        "create or replace temp table named_cells (return_name varchar, is_project boolean, "
        "report_month date, row_key varchar, field varchar, value varchar, words varchar)"
    )
    for slug, name in con.execute(
        "select distinct return_name, field from corrected where field is not null"
    ).fetchall():
        model = schemas.by_name(slug)
        key = (
            f"plain_key(concat_ws(' / ', {', '.join(f'r.{k}::varchar' for k in model.own_key())}))"
        )
        words = "plain_wan(r.{})" if model.columns()[name].kind is Kind.MONEY else "r.{}::varchar"
        con.execute(
            f"insert into named_cells select ?, ?, s.report_month, {key}, ?, "  # noqa: S608
            f"coalesce(stg.name_key(r.{name}::varchar), ''), {words.format(name)} "
            f"from filed.{slug} as r join core.submissions as s using (submission_id) "
            f"where {key} in (select row_key from corrected where return_name = ?)",
            [slug, "project_id" in model.own_key(), name, slug],
        )


def in_our_terms(row: dict[str, Any], rates: Mapping[str, Decimal]) -> dict[str, Any]:
    model = _by_title().get(folded(row["stated_return"] or ""))
    name = _by_header(model).get(folded(row["stated_field"] or "")) if model else None
    column = model.columns()[name] if model and name else None
    return {
        **row,
        "return_name": model.form().slug if model else None,
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


def _score_names(con: duckdb.DuckDBPyConnection) -> None:
    """`name_scores`: the likeness of names of suspected duplicates, of no other pairs."""
    pairs = con.execute(
        """
        select distinct project_name, earlier_project_name, stg.name_key(project_name),
            stg.name_key(earlier_project_name)
        from int.duplicate_candidates
        where is_same is null and not is_same_deal
            and project_name is not null and earlier_project_name is not null
        """
    ).fetchall()
    # Six places, so that a likeness of 85 is not 84.99999999999999.
    rows = [
        {"name": name, "other_name": other, "score": Decimal(f"{fuzz.ratio(key, other_key):.6f}")}
        for name, other, key, other_key in pairs
    ]
    _make(con, "name_scores", rows, _SCORE)
