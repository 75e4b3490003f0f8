"""A return as polars and pandera know it, made from its declaration; and anybody's frame held to it.

What judges whole files (`flows.validate.inside`) adds what only it knows: the zone's departments, the
spreadsheet's cells, rows that repeat each other. Not imported where returns are only listed: pandera
and polars take a third of a second.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from schemas.declare import (
    BUILT_IN_RULES,
    HALF_DAYS,
    PERIOD_END,
    PRECISION,
    SCALE,
    Column,
    CrossField,
    Kind,
    Return,
)
from schemas.rules import R102, Rule, Severity

_DTYPES: dict[type, pl.DataType] = {
    str: pl.String(),
    int: pl.Int64(),
    bool: pl.Boolean(),
    dt.date: pl.Date(),
    Decimal: pl.Decimal(PRECISION, SCALE),
}
_LAZY = (
    "a LazyFrame has no rows that could be judged, and pandera would pass it unseen: give what "
    "collect() gives"
)


def dtypes_of(model: type[Return]) -> dict[str, pl.DataType]:
    """Each field's polars type by its English name."""
    return {name: _DTYPES[kind] for name, kind in model.types().items()}


class ReturnSchema(pa.DataFrameSchema):
    """A pandera schema that judges frames by their rows, and says so where it is given none."""

    def validate(self, check_obj: Any, *given: Any, **more: Any) -> Any:
        """As pandera's. Raises TypeError for what is no DataFrame of polars."""
        return super().validate(_eager(check_obj), *given, **more)

    @classmethod
    def get_backend(cls, *given: Any, **more: Any) -> Any:
        """That of pandera's own class: it looks by the class, not by what that is derived from."""
        return pa.DataFrameSchema.get_backend(*given, **more)


@cache
def schema_of(model: type[Return], severity: Severity | None = None) -> ReturnSchema:
    """What judges a frame of the return by itself: its columns' constraints, its cross-field checks.

    Of one severity alone, or of both where none is given: a row that fails what is a warning counts.
    A frame has the columns `PERIOD_END` and `HALF_DAYS` beside the declared ones.

    Cells that could not be parsed are null and already have their finding; `nullable=False` here
    therefore means "required" (R101) and nothing else.
    """
    columns = model.columns()
    is_whole = severity in {None, Severity.ERROR}
    return ReturnSchema(
        {name: _column(columns[name], dtype) for name, dtype in dtypes_of(model).items()}
        if is_whole
        else {},
        checks=[
            _cross_check(model, check)
            for check in model.form().cross_fields.values()
            if severity in {None, check.grade}
        ],
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


# --- anybody's frame ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row, or with a column as a whole (then `row` is None)."""

    rule: str
    """The rule's id, see docs/rules.md."""
    severity: Severity
    row: int | None
    """The row's place in the frame, from 0."""
    field: str
    """The column: its English name, as in the frame."""
    header: str
    """The column as departments know it."""
    value: Any
    message: str


@dataclass(frozen=True)
class Judgement:
    """What a frame comes to: rows with errors don't count, rows with warnings do."""

    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether there is no error, whatever warnings there are."""
        return not self.errors

    def raise_errors(self) -> None:
        """Raises UnsoundFrameError where there are errors; warnings are none."""
        if self.errors:
            raise UnsoundFrameError(self.errors)


class UnsoundFrameError(ValueError):
    """A frame has errors; the text has the first of them."""

    def __init__(self, errors: Sequence[Problem]) -> None:
        first = errors[0]
        where = "" if first.row is None else f"row {first.row}, "
        super().__init__(
            f"{len(errors)} errors; {where}{first.field}: {first.rule} {first.message}"
        )
        self.errors = tuple(errors)


def judge(frame: pl.DataFrame, model: type[Return], *, half_days: bool = False) -> Judgement:
    """Holds a frame to a return's declaration: types, required values, choices, limits, cross-field checks.

    Columns that the return doesn't have are passed over. Numbers of another width are taken where
    nothing is lost, never floating point for decimals. `half_days`: whether the zone counts half
    days of trips. Raises TypeError for a LazyFrame and whatever else is no DataFrame of polars.
    """
    typed, wrong = _typed(_eager(frame), model)
    if wrong:
        return Judgement(tuple(wrong))
    months = _no_first_days(typed, model)
    typed = _with_period(typed, model).with_columns(pl.lit(half_days).alias(HALF_DAYS))
    errors, warnings = (
        [*_problems(typed, model, severity)] for severity in (Severity.ERROR, Severity.WARNING)
    )
    return Judgement(
        *(tuple(sorted(one, key=_place(model))) for one in ([*months, *errors], warnings))
    )


def _eager(frame: Any) -> pl.DataFrame:
    if isinstance(frame, pl.LazyFrame):
        raise TypeError(_LAZY)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(f"a DataFrame of polars is wanted, not {type(frame).__name__}")
    return frame


def _typed(frame: pl.DataFrame, model: type[Return]) -> tuple[pl.DataFrame, list[Problem]]:
    """The return's columns with its types, and what can't be had so."""
    columns, wrong = model.columns(), []
    parts: list[pl.Series] = []
    for name, wanted in dtypes_of(model).items():
        if name not in frame.columns:
            wrong.append(_of_column(columns, name, f"缺少栏目“{columns[name].header}”（{name}）。"))
            continue
        found = frame[name]
        if (made := _widened(found, wanted)) is not None:
            parts.append(made)
            continue
        words = f"“{columns[name].header}”的类型是{found.dtype}，应为{wanted}。"
        if found.dtype.is_float() and wanted.is_decimal():
            words += "浮点数会改变数值，请由文本或原数据转为Decimal。"
        wrong.append(_of_column(columns, name, words))
    return pl.DataFrame(parts), wrong


def _of_column(columns: Any, name: str, words: str) -> Problem:
    return Problem(R102.id, Severity.ERROR, None, name, columns[name].header, None, words)


def _widened(found: pl.Series, wanted: pl.DataType) -> pl.Series | None:
    """The column in the type that is wanted, where every value stays what it is; else None."""
    kind = found.dtype
    if kind == wanted:
        return found
    is_wider = (
        kind == pl.Null
        or (wanted == pl.String and isinstance(kind, pl.Categorical | pl.Enum))
        or (kind.is_integer() and (wanted.is_integer() or wanted.is_decimal()))
        or (kind.is_decimal() and wanted.is_decimal())
    )
    if not is_wider:
        return None
    made = found.cast(wanted, strict=False)
    is_lost = made.null_count() != found.null_count()
    if not is_lost and kind.is_decimal():
        is_lost = not (made.cast(kind, strict=False) == found).fill_null(value=True).all()
    return None if is_lost else made


def _no_first_days(frame: pl.DataFrame, model: type[Return]) -> Iterator[Problem]:
    """Months told by another day than their first, as which they are kept and joined."""
    for name, column in model.columns().items():
        if column.kind is not Kind.MONTH:
            continue
        for row in (frame[name].dt.day() != 1).arg_true():
            day = frame[name][row]
            words = f"“{column.header}”存为当月第一天（{day.replace(day=1)}）。"
            yield Problem(R102.id, Severity.ERROR, row, name, column.header, day, words)


def _with_period(frame: pl.DataFrame, model: type[Return]) -> pl.DataFrame:
    """With the last day of each row's month, by the column that says it; null where none does."""
    month = next(
        (
            name
            for name, column in model.columns().items()
            if column.kind is Kind.MONTH and column.is_envelope
        ),
        None,
    )
    end = pl.col(month).dt.month_end() if month else pl.lit(None, pl.Date())
    return frame.with_columns(end.alias(PERIOD_END))


def _problems(frame: pl.DataFrame, model: type[Return], severity: Severity) -> Iterator[Problem]:
    try:
        schema_of(model, severity).validate(frame, lazy=True)
    except SchemaErrors as errors:
        failed: list[Any] = errors.schema_errors
    else:
        return
    cross, columns = model.form().cross_fields, model.columns()
    for error in failed:
        name = error.check if isinstance(error.check, str) else error.check.name
        if not isinstance(error.check_output, pl.DataFrame):
            raise RuntimeError(f"{model.__name__}: check {name} failed: {error}")
        sound = error.check_output.to_series(0)
        check = cross.get(name)
        field = check.at if check else error.column_name
        rule = check.rule if check else BUILT_IN_RULES[name]
        for row in sound.not_().fill_null(value=False).arg_true().to_list():
            yield Problem(
                rule.id,
                severity,
                row,
                field,
                columns[field].header,
                frame[field][row],
                _words(rule, check, columns[field], frame.row(row, named=True), columns),
            )


def _words(
    rule: Rule,
    check: CrossField | None,
    column: Column,
    row: dict[str, Any],
    columns: Any,
) -> str:
    if check is None:
        return f"“{column.header}”：{column.constraint or rule.zh}。"
    shown = "，".join(f"{columns[name].header}{row[name]}" for name in check.shows)
    return f"{check.message or rule.zh}{f'（{shown}）' if shown else ''}。"


def _place(model: type[Return]) -> Any:
    order = {name: position for position, name in enumerate(model.columns())}
    return lambda one: (one.row, order[one.field], one.rule)
