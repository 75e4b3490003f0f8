"""What is declared, as tables that SQL reads: the zone's settings, figures, returns, departments.

A setting is the column `<part>_<name>` of `core.zone`; nothing has to be listed for it. The tables
are made anew whenever code or settings change.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin, get_type_hints

import duckdb
import polars as pl
from pydantic import BaseModel

import schemas
from flows.ground.zone import Readings, Zone
from flows.store.incoming import take_in
from flows.validate.across import catalogue
from flows.values import printed
from schemas.declare import PRECISION, SCALE, Cycle
from schemas.indicators import INDICATORS, PLACES, SECONDARY, TARGET_UNITS, Indicator, When
from schemas.labels import LABELS
from schemas.reasons import REASONS
from schemas.rules import IN_DOUBT

_TYPES: dict[Any, pl.DataType] = {
    str: pl.String(),
    int: pl.Int32(),
    bool: pl.Boolean(),
    Decimal: pl.Decimal(PRECISION, SCALE),
    dt.date: pl.Date(),
}


def store(con: duckdb.DuckDBPyConnection, zone: Zone) -> None:
    """Makes the tables of what is declared, as this zone has it."""
    settings = dict(_settings(zone))
    types = {name: kind for name, (kind, _) in settings.items()}
    _make(con, "zone", pl.DataFrame([{n: value for n, (_, value) in settings.items()}], types))
    _make(con, "indicators", _frame(IndicatorRow, indicator_rows(zone)))
    _make(con, "dated_indicators", _frame(_DatedIndicator, _dated_indicators(zone)))
    _make(con, "dated_readings", _frame(_DatedReadings, _dated_readings(zone)))
    _make(con, "indicator_fields", _frame(_RestsOn, _rests_on()))
    _make(con, "reason_fields", _frame(_ReasonField, _reason_fields()))
    _make(con, "cross_fields", _frame(_CrossField, _cross_fields()))
    _make(con, "rules", _frame(_RuleRow, _rules()))
    _make(con, "doubtful_rules", _frame(_DoubtfulRule, map(_DoubtfulRule, IN_DOUBT)))
    _make(con, "target_units", _frame(_TargetUnit, _target_units()))
    _make(con, "units", _frame(_UnitRow, (_UnitRow(*unit) for unit in PLACES.items())))
    _make(con, "secondary", _frame(_SecondaryRow, _secondary()))
    _make(con, "returns", _frame(_ReturnRow, _returns()))
    _make(con, "fields", _frame(_FieldRow, _fields()))
    _make(
        con,
        "departments",
        _frame(
            _DepartmentRow,
            (_DepartmentRow(d.name, n, d.until) for n, d in enumerate(zone.departments)),
        ),
    )
    _make(con, "department_names", _frame(_DepartmentNameRow, _department_names(zone)))
    _make(con, "labels", _frame(_LabelRow, _labels()))
    _make(con, "owed", _frame(_OwedRow, _owed(zone)))


def _make(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    take_in(con, f"create or replace table core.{table} as from incoming", frame)


def _frame(made_of: type[Any], rows: Iterable[Any]) -> pl.DataFrame:
    """Rows of one dataclass as a frame, with the types that its fields are declared in."""
    hints = get_type_hints(made_of)
    types = {one.name: _type(hints[one.name]) for one in dataclasses.fields(made_of)}
    return pl.DataFrame([vars(row) for row in rows], types, orient="row")


def _type(hint: Any) -> pl.DataType | None:
    """The type of a column for a declared type; None where it is no single value."""
    if get_origin(hint) is Literal:
        return pl.String()
    if get_origin(hint) in {dict, Mapping, frozenset, tuple}:
        return None
    known = [_TYPES[one] for one in (hint, *get_args(hint)) if one in _TYPES]
    return known[0] if len(known) == 1 else None


# --- the zone's settings -------------------------------------------------------------------------


def _settings(zone: Zone) -> Iterator[tuple[str, tuple[pl.DataType, Any]]]:
    """Every setting that is one value: its column, its type, its value in this zone."""
    for part, declared in type(zone).model_fields.items():
        model = next(
            (
                one
                for one in (declared.annotation, *get_args(declared.annotation))
                if isinstance(one, type) and issubclass(one, BaseModel)
            ),
            None,
        )
        if model is None or get_origin(declared.annotation) is tuple:
            continue
        values = getattr(zone, part)
        for name, setting in model.model_fields.items():
            kind = _type(setting.annotation)
            if kind is not None:
                yield f"{part}_{name}", (kind, getattr(values, name, None))


# --- figures -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class IndicatorRow:
    """A headline indicator as this zone has it: with its name, threshold, readings and weight."""

    indicator_code: str
    ordinal: int
    indicator_name: str
    unit: str
    return_name: str
    amount: str
    adds_amounts: bool
    is_flow: bool
    is_stock: bool
    minimum_cny: Decimal | None
    new_only: bool
    sector: str | None
    started_only: bool
    has_target: bool
    rated_code: str
    target_unit: str
    score_weight: Decimal


@dataclass(frozen=True)
class _DatedIndicator:
    """What of an indicator is otherwise in a year than in every year."""

    year: int
    indicator_code: str
    indicator_name: str
    minimum_cny: Decimal | None
    started_only: bool
    rated_code: str
    target_unit: str


@dataclass(frozen=True)
class _DatedReadings:
    year: int
    time_basis: str


def _dated_indicators(zone: Zone) -> Iterator[_DatedIndicator]:
    names = [one.name for one in dataclasses.fields(_DatedIndicator) if one.name != "year"]
    for year in sorted({*zone.thresholds.years, *zone.readings.years}):
        for one in indicator_rows(zone, dt.date(year, 1, 1)):
            yield _DatedIndicator(year, **{name: getattr(one, name) for name in names})


def _dated_readings(zone: Zone) -> Iterator[_DatedReadings]:
    for year, readings in zone.readings.years.items():
        yield _DatedReadings(year, readings.time_basis)


def indicator_rows(zone: Zone, month: dt.date | None = None) -> Iterator[IndicatorRow]:
    """The headline indicators in their order, as they are in the month; None: in every year."""
    thresholds, readings = zone.thresholds.of(month), zone.readings.of(month)
    units = {one.code: one.unit for one in INDICATORS}
    for ordinal, one in enumerate(INDICATORS):
        amounts = [getattr(thresholds, name) for name in one.thresholds]
        is_otherwise = one.rated_by and _holds(one.rated_by[0], readings)
        rated = one.rated_by[1] if one.rated_by and is_otherwise else one.code
        yield IndicatorRow(
            one.code,
            ordinal,
            _named(one, amounts),
            one.unit,
            one.return_name,
            one.amount,
            one.adds_amounts,
            one.is_flow,
            one.is_stock,
            max(amounts, default=None),
            one.new_only,
            one.sector,
            _holds(one.started_only, readings),
            one.has_target,
            rated,
            units[rated],
            zone.score.weight_of(one.code),
        )


def _named(indicator: Indicator, amounts: list[Decimal]) -> str:
    return indicator.name.format(threshold=threshold_words(max(amounts)) if amounts else "")


def _holds(condition: bool | When, readings: Readings) -> bool:
    if isinstance(condition, When):
        return bool(getattr(readings, condition.reading) == condition.value)
    return condition


def threshold_words(yuan: Decimal) -> str:
    """A threshold as people say it: 亿元, 1.5亿元, 5000万元; as it is where it is none of these."""
    words = printed.threshold(yuan)
    return "亿元" if words == "1亿元" else words


@dataclass(frozen=True)
class _RestsOn:
    indicator_code: str
    field: str


def _rests_on() -> Iterator[_RestsOn]:
    for one in INDICATORS:
        for name in one.fields:
            yield _RestsOn(one.code, name)


@dataclass(frozen=True)
class _ReasonField:
    """A field that a reason of leaving a row out rests on."""

    code: str
    field: str


def _reason_fields() -> Iterator[_ReasonField]:
    for code, reason in REASONS.items():
        for name in reason.fields:
            yield _ReasonField(code, name)


@dataclass(frozen=True)
class _CrossField:
    """A field that a rule over several fields of a row looks at."""

    return_name: str
    rule: str
    field: str


def _cross_fields() -> Iterator[_CrossField]:
    for model in schemas.all_returns():
        form = model.form()
        looked_at = {
            (one.rule.id, name)
            for one in form.cross_fields.values()
            for name in (*one.shows, one.at)
        }
        for rule, name in sorted(looked_at):
            yield _CrossField(form.slug, rule, name)


@dataclass(frozen=True)
class _RuleRow:
    """A rule, and what its findings put in question."""

    rule: str
    questions: str


def _rules() -> Iterator[_RuleRow]:
    for rule in catalogue().values():
        yield _RuleRow(rule.id, rule.questions.value)


@dataclass(frozen=True)
class _DoubtfulRule:
    """A rule by which a version is in doubt."""

    rule: str


@dataclass(frozen=True)
class _TargetUnit:
    target_unit: str
    unit: str
    factor: Decimal


def _target_units() -> Iterator[_TargetUnit]:
    for target_unit, units in TARGET_UNITS.items():
        for unit, factor in units.items():
            yield _TargetUnit(target_unit, unit, factor)


@dataclass(frozen=True)
class _UnitRow:
    unit: str
    places: int


@dataclass(frozen=True)
class _SecondaryRow:
    indicator_code: str
    ordinal: int
    indicator_name: str
    unit: str
    return_name: str
    field: str
    adds: str | None
    factor: Decimal
    share_of: str | None
    is_stock: bool


def _secondary() -> Iterator[_SecondaryRow]:
    for ordinal, one in enumerate(SECONDARY):
        yield _SecondaryRow(
            one.code,
            ordinal,
            one.name,
            one.unit,
            one.return_name,
            one.field,
            one.adds,
            one.factor,
            one.share_of,
            schemas.by_name(one.return_name).form().cycle is Cycle.SNAPSHOT,
        )


# --- returns and departments ---------------------------------------------------------------------


@dataclass(frozen=True)
class _ReturnRow:
    return_name: str
    ordinal: int
    number: str
    title: str
    adds_up: bool
    form_no: str
    filed_by: str
    cycle: str
    grain: str


def _returns() -> Iterator[_ReturnRow]:
    for ordinal, model in enumerate(schemas.all_returns()):
        form = model.form()
        yield _ReturnRow(
            form.slug,
            ordinal,
            form.number,
            form.title,
            form.cycle is Cycle.CUMULATIVE,
            form.form_no,
            form.filed_by,
            form.cycle.value,
            form.grain,
        )


@dataclass(frozen=True)
class _FieldRow:
    return_name: str
    field: str
    header: str
    is_personal: bool
    is_free_text: bool


def _fields() -> Iterator[_FieldRow]:
    for model in schemas.all_returns():
        for name, column in model.columns().items():
            yield _FieldRow(
                model.form().slug, name, column.header, column.is_personal, column.is_free_text
            )


@dataclass(frozen=True)
class _DepartmentRow:
    department: str
    ordinal: int
    until_month: dt.date | None


@dataclass(frozen=True)
class _DepartmentNameRow:
    name: str
    department: str


def _department_names(zone: Zone) -> Iterator[_DepartmentNameRow]:
    """Every name that a department has or had, its own among them."""
    for one in zone.departments:
        for name in (one.name, *one.aliases):
            yield _DepartmentNameRow(name, one.name)


@dataclass(frozen=True)
class _LabelRow:
    column_name: str
    slug: str
    ordinal: int
    label: str


def _labels() -> Iterator[_LabelRow]:
    for column, slugs in LABELS.items():
        for ordinal, (slug, (_, label)) in enumerate(slugs.items()):
            yield _LabelRow(column, slug, ordinal, label)


@dataclass(frozen=True)
class _OwedRow:
    department: str
    return_name: str
    from_month: dt.date
    until_month: dt.date | None


def _owed(zone: Zone) -> Iterator[_OwedRow]:
    for department, slug, month in zone.owed():
        yield _OwedRow(department, slug, month, zone.ended.get(department))
