"""Typed frames in, findings out: the pandera schema of a return, run once over a whole batch.

Rules inside one file only; what looks at other files stands in `sql/checks/`. Cells that could
not be parsed have their finding already and raise none here.
"""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors
from rapidfuzz import fuzz, process
from stdnum.cn import uscc

import schemas
from flows.ground.findings import Finding, FindingLimit, finding
from flows.ground.zone import WHOLE_ZONE, Thresholds, Zone
from flows.normalise.batch import PLACE, TypedBatch
from flows.values.text import full_length, name_key
from flows.values.units import yuan_per
from flows.values.words import has_more, names
from schemas.declare import (
    BUILT_IN_RULES,
    HALF_DAYS,
    PERIOD_END,
    PROVINCES,
    Column,
    CrossField,
    Cycle,
    Kind,
)
from schemas.frames import schema_of
from schemas.rules import R101, R102, R103, R104, R105, R106, R107, R108, R109, R114, Rule, Severity

NEAR_SCORE = 40
# An amount in the next unit of money.
SLIP = Decimal(10_000)
# A name of fewer characters in a list may be no name.
SHORT_NAME = 4
# A finding lists this many of the values that are allowed, and names so many other rows.
LISTED = 12
OTHER_ROWS = 3


@dataclass(frozen=True)
class _Check:
    """A check that follows from a column's kind: `sound` is true where the row is.

    `says` words the finding for a row, given as a mapping of field to typed value, with the
    submitted text of the field as `text`. `allowed` are the values that R104 suggests from. `proposes`
    gives the value that would be sound, where only one would.
    """

    rule: Rule
    field: str
    sound: pl.Expr
    says: Callable[[Mapping[str, Any]], str] = lambda _: ""
    allowed: tuple[str, ...] = ()
    severity: Callable[[Mapping[str, Any]], Severity | None] = lambda _: None
    proposes: Callable[[Mapping[str, Any]], str | None] = lambda _: None

    @property
    def name(self) -> str:
        return f"{self.rule.id} {self.field}"

    def as_pandera(self) -> pa.Check:
        """The same as a pandera check over the frame; null counts as sound."""
        sound = self.sound.fill_null(value=True)
        return pa.Check(lambda data: data.lazyframe.select(sound), name=self.name)


def validate(batch: TypedBatch, zone: Zone) -> list[Finding]:
    """The findings of one return's rows, ordered by submission, place and column.

    Raises what a check raises: that is a fault of ours and nothing for a department.
    """
    if batch.frame.is_empty():
        return []
    own = {check.name: check for check in _checks(batch, zone)}
    # pandera keeps one schema a model: what is added must stay in a copy.
    schema = copy.copy(schema_of(batch.model))
    schema.checks = [*schema.checks, *(check.as_pandera() for check in own.values())]
    frame = batch.frame.with_columns(pl.lit(zone.filing.half_days).alias(HALF_DAYS))
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        limit = FindingLimit()
        failed = _findings(batch, errors.schema_errors, own)
        found = [one for one in failed if limit.take(one.submission or "")]
    else:
        return []
    order = {name: position for position, name in enumerate(batch.model.columns())}
    found.sort(
        key=lambda one: (
            one.submission,
            one.sheet or "",
            one.row,
            order.get(one.field or "", 0),
            one.rule,
        )
    )
    # All submissions of such a file: of some of them no finding may have been taken.
    over = sorted(filter(limit.is_over, frame["submission"].unique()))
    if over:
        found = [one for one in found if one.submission not in over]
        found += map(limit.instead, over)
    return found


class _Rows:
    """The rows of a batch as findings show them; its columns become lists once, where they do."""

    def __init__(self, batch: TypedBatch) -> None:
        self.model = batch.model
        self.columns = batch.model.columns()
        self._batch = batch
        self._places = list(zip(*(batch.frame[name].to_list() for name in PLACE), strict=True))
        self._texts: dict[str, list[str]] = {}

    def place(self, position: int) -> tuple[str, str, int]:
        """The row's submission, sheet, and spreadsheet row."""
        return self._places[position]

    def text(self, position: int, name: str) -> str:
        """The cell of a field as submitted."""
        if name not in self._texts:
            self._texts[name] = self._batch.texts[name].to_list()
        return self._texts[name][position]

    def values(self, position: int) -> dict[str, Any]:
        """The row's values by field."""
        return self._batch.frame.row(position, named=True)

    def has_finding(self, position: int, name: str) -> bool:
        """Whether it is said already why the value isn't there: an unread cell, or no such column."""
        submission, sheet, row = self.place(position)
        is_missing_column = name not in self._batch.source(submission, sheet, row).letters
        return is_missing_column or (submission, sheet, row, name) in self._batch.parsed

    def finding(
        self,
        position: int,
        rule: Rule,
        name: str,
        message: str,
        *,
        suggestion: str = "",
        severity: Severity | None = None,
        proposed: str | None = None,
    ) -> Finding:
        """A finding at the cell of a field in one row."""
        submission, sheet, row = self.place(position)
        source = self._batch.source(submission, sheet, row)
        letter = source.letters.get(name)
        return finding(
            rule,
            message,
            severity=severity,
            suggestion=suggestion,
            sheet=sheet or None,
            cell=f"{letter}{row}" if letter else None,
            row=row,
            column=source.headers.get(name, self.columns[name].header),
            field=name,
            value=self.text(position, name) or None,
            proposed=proposed,
            submission=submission,
        )


def _findings(
    batch: TypedBatch, errors: Iterable[Any], own: Mapping[str, _Check]
) -> Iterator[Finding]:
    cross = batch.model.form().cross_fields
    rows = _Rows(batch)
    disagreeing: list[tuple[CrossField, int]] = []
    wrong = set(batch.parsed)
    for error in errors:
        name = error.check if isinstance(error.check, str) else error.check.name
        if not isinstance(error.check_output, pl.DataFrame):
            raise RuntimeError(f"{batch.model.__name__}: check {name} failed: {error}")
        failing = error.check_output.to_series(0).not_().fill_null(value=False).arg_true()
        for position in failing.to_list():
            if name in cross:
                disagreeing.append((cross[name], position))
                continue
            found = (
                [_from_own(rows, own[name], position)]
                if name in own
                else _from_column(rows, BUILT_IN_RULES[name], error.column_name, position)
            )
            for one in found:
                if one.rule == R104.id and one.field:
                    wrong.add((*rows.place(position), one.field))
                yield one
    for check, position in disagreeing:
        # What can't be read, or is no choice there is, has its finding; whether it agrees with
        # others can't be told.
        place = rows.place(position)
        if not any((*place, name) in wrong for name in _looked_at(check)):
            yield _from_cross(rows, check, position)


def _from_column(rows: _Rows, rule: Rule, name: str, position: int) -> Iterator[Finding]:
    """R101 to R104 of pandera's own checks."""
    column = rows.columns[name]
    text = rows.text(position, name)
    if rule is R101:
        if not rows.has_finding(position, name):
            yield rows.finding(position, rule, name, f"“{column.header}”没有填写。")
    elif rule is R102:
        words = f"“{column.header}”有{full_length(text)}个字，最多{column.max_length}个。"
        yield rows.finding(position, rule, name, words)
    elif rule is R103:
        bound = f"大于{column.above}" if column.above is not None else f"不小于{column.at_least}"
        words = f"“{column.header}”应{bound}，填的是“{text}”。"
        yield rows.finding(position, rule, name, words)
    elif column.within is not None:
        low, high = column.within
        words = f"“{column.header}”填的是“{text}”，应在{low}至{high}之间。"
        yield rows.finding(position, rule, name, words)
    else:
        yield _not_allowed(rows, position, name, column.choices)


def _not_allowed(rows: _Rows, position: int, name: str, allowed: tuple[str, ...]) -> Finding:
    """R104 with the nearest of the allowed values as a suggestion."""
    text = rows.text(position, name)
    header = rows.columns[name].header
    words = f"“{header}”填的是“{text}”，不在规定的选项之内。"
    near = _nearest(text, allowed)
    listed = "、".join(allowed[:LISTED]) + ("等" if len(allowed) > LISTED else "")
    hint = f"最接近的选项是“{near}”。" if near else ""
    return rows.finding(
        position, R104, name, words, suggestion=f"{hint}可填：{listed}。", proposed=near
    )


@lru_cache(maxsize=10_000)
def _nearest(text: str, allowed: tuple[str, ...]) -> str | None:
    """The allowed value that is nearest to the text; None where none is near."""
    near = process.extractOne(text, allowed, scorer=fuzz.ratio, score_cutoff=NEAR_SCORE)
    return near[0] if near else None


def _from_cross(rows: _Rows, check: CrossField, position: int) -> Finding:
    shown = "，".join(
        f"{rows.columns[name].header}：{rows.text(position, name) or '空'}"
        for name in _looked_at(check)
    )
    words = f"{check.message or check.rule.zh}（{shown}）。"
    return rows.finding(position, check.rule, check.at, words, severity=check.severity)


def _looked_at(check: CrossField) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*check.shows, check.at)))


def _from_own(rows: _Rows, check: _Check, position: int) -> Finding:
    if check.allowed:
        return _not_allowed(rows, position, check.field, check.allowed)
    text = rows.text(position, check.field)
    row = {**rows.values(position), "text": text}
    return rows.finding(
        position,
        check.rule,
        check.field,
        check.says(row),
        severity=check.severity(row),
        proposed=check.proposes(row),
    )


# --- checks that follow from a column's kind, or need the zone ------------------------------------


def _checks(batch: TypedBatch, zone: Zone) -> Iterator[_Check]:
    columns = batch.model.columns()
    for name, column in columns.items():
        value = pl.col(name)
        match column.kind:
            case Kind.DATE if not column.may_follow_period:
                yield _not_after_period(name, column)
            case Kind.DEPARTMENT if not column.is_envelope:
                listed = (WHOLE_ZONE, *(one.name for one in zone.departments))
                yield _Check(R104, name, value.is_in(listed), allowed=listed)
            case Kind.RETURN:
                titles = tuple(other.form().title for other in schemas.all_returns())
                yield _Check(R104, name, value.is_in(titles), allowed=titles)
            case Kind.PROVINCE:
                yield _Check(R104, name, value.is_in(PROVINCES), allowed=PROVINCES)
            case Kind.LIST:
                is_known = value.str.split("、").list.eval(pl.element().is_in(PROVINCES))
                yield _Check(R104, name, is_known.list.all(), allowed=PROVINCES)
            case Kind.MONEY if column.is_project_total:
                yield _plausible(name, column, zone)
            case Kind.PROJECT:
                yield _numbered(name, column, zone, "signed_on" if "signed_on" in columns else None)
            case Kind.CREDIT_CODE:
                yield _checked_code(name, column, batch.frame)
            case _ if column.lists_names:
                yield from _listed(name, column, batch.frame)
            case _:
                pass
    yield _unique(batch)


def _not_after_period(name: str, column: Column) -> _Check:
    return _Check(
        R105,
        name,
        pl.col(name) <= pl.col(PERIOD_END),
        lambda row: f"“{column.header}”{row[name]}晚于报告期末{row[PERIOD_END]}。",
    )


def _plausible(name: str, column: Column, zone: Zone) -> _Check:
    """Amounts that a slipped unit would give; the comparison with the month before is SQL."""
    value = pl.col(name)

    def says(row: Mapping[str, Any]) -> str:
        amount, thresholds = row[name], zone.thresholds.of(row[PERIOD_END])
        low, high = thresholds.implausible_below_cny, thresholds.implausible_from_cny
        bound = f"不足{_stated(low, column)}" if amount < low else f"达到{_stated(high, column)}"
        return f"“{column.header}”为{_stated(amount, column)}，{bound}，疑为单位错误。"

    def proposes(row: Mapping[str, Any]) -> str | None:
        """The amount in the unit that was most likely meant: 亿元 for 万元, 万元 for 元."""
        amount, thresholds = row[name], zone.thresholds.of(row[PERIOD_END])
        low, high = thresholds.implausible_below_cny, thresholds.implausible_from_cny
        meant = amount * SLIP if amount < low else amount / SLIP
        return _stated(meant, column) if low <= meant < high else None

    low, high = (
        _threshold(zone.thresholds, limit)
        for limit in ("implausible_below_cny", "implausible_from_cny")
    )
    is_plausible = (value >= low) & (value < high)
    return _Check(R106, name, (value <= 0) | is_plausible, says, proposes=proposes)


def _threshold(thresholds: Thresholds, name: str) -> pl.Expr:
    """A threshold of the year that the row is filed for."""
    found = pl.lit(getattr(thresholds, name))
    for year, dated in thresholds.years.items():
        is_then = pl.col(PERIOD_END).dt.year() == year
        found = pl.when(is_then).then(pl.lit(getattr(dated, name))).otherwise(found)
    return found


def _stated(yuan: Decimal, column: Column) -> str:
    """The amount in the unit in which departments state the column."""
    unit = str(column.unit)
    return f"{(yuan / yuan_per(unit)).normalize():f}{unit}"


def _numbered(name: str, column: Column, zone: Zone, signed_on: str | None) -> _Check:
    """The zone's pattern, and its year not after signing (02) or the period."""
    pattern = f"^(?:{zone.projects.number_pattern})$"
    year = (
        pl.col(name).str.extract_groups(pattern).struct.field("year").cast(pl.Int32, strict=False)
    )
    end = pl.col(PERIOD_END)
    limit = (pl.coalesce(pl.col(signed_on), end) if signed_on else end).dt.year()

    def says(row: Mapping[str, Any]) -> str:
        if re.match(pattern, row[name]):
            return f"“{column.header}”“{row[name]}”的年份晚于签约或报告的年份。"
        return f"“{column.header}”“{row[name]}”不合编号规则。"

    is_timely = (year <= limit).fill_null(value=True)
    return _Check(R107, name, pl.col(name).str.contains(pattern) & is_timely, says)


def _checked_code(name: str, column: Column, frame: pl.DataFrame) -> _Check:
    wrong = [code for code in frame[name].drop_nulls().unique() if not uscc.is_valid(code)]
    return _Check(
        R108,
        name,
        ~pl.col(name).is_in(wrong),
        lambda row: f"“{column.header}”“{row[name]}”没有通过校验。",
    )


def _listed(name: str, column: Column, frame: pl.DataFrame) -> Iterator[_Check]:
    """R114: cells of several names, and those that count more than they name."""
    cells = frame[name].unique()
    marked = cells.filter(cells.str.contains("[、，,；;/／等]"))
    several = [cell for cell in marked if len(names(cell)) > 1 or has_more(cell)]
    if not several:
        return

    def says(row: Mapping[str, Any]) -> str:
        found, short = names(row[name]), _short_names(row[name])
        words = f"“{column.header}”一格里有{len(found)}个名称，各计一个：{'、'.join(found)}。"
        if short:
            words += f"其中{'、'.join(short)}不足四个字，请核对是否完整。"
        return words + ("没有写出名称的无法计入。" if has_more(row[name]) else "")

    def severity(row: Mapping[str, Any]) -> Severity | None:
        return Severity.WARNING if _short_names(row[name]) or has_more(row[name]) else None

    yield _Check(R114, name, ~pl.col(name).is_in(several), says, severity=severity)


def _short_names(cell: str) -> list[str]:
    return [one for one in names(cell) if len(one) < SHORT_NAME]


def _unique(batch: TypedBatch) -> _Check:
    """R109: within one file and month; rows whose key is not complete are not judged.

    A ledger's number is its department's own, and so is one whose key names the department; else a
    number is one thing whichever department files it. Names are one however they are spelt.
    """
    key = batch.model.own_key()
    form, columns = batch.model.form(), batch.model.columns()
    is_complete = pl.all_horizontal(pl.col(*key).is_not_null())
    is_of_department = form.cycle is Cycle.LEDGER or any(
        columns[name].kind is Kind.DEPARTMENT for name in form.key
    )
    submission = pl.col("submission")
    file = submission if is_of_department else submission.str.split("-").list.first()
    parts = [
        pl.col(name).map_elements(name_key, pl.String)
        if columns[name].kind is Kind.TEXT
        else pl.col(name)
        for name in key
    ]
    whole_key = pl.struct(file, PERIOD_END, *parts)
    is_repeated = is_complete & whole_key.is_duplicated()
    said = "、".join(columns[name].header for name in key)

    @cache
    def alike() -> dict[Place, Sequence[Place]]:
        """The rows of one key by each of them."""
        groups = (
            batch.frame.filter(is_repeated)
            .group_by(whole_key.alias("key"), maintain_order=True)
            .agg(pl.struct(*PLACE).alias("places"))["places"]
        )
        together = ([_place(one) for one in group.to_list()] for group in groups)
        return {place: places for places in together for place in places}

    def says(row: Mapping[str, Any]) -> str:
        here = _place(row)
        others = _other_rows(here, alike()[here])
        shown = "、".join(_shown(row[name]) for name in key)
        return f"{said}与本文件另一行相同：{shown}（{others}）。"

    return _Check(R109, key[0], ~is_repeated, says)


Place = tuple[str, str, int]
"""A row's submission, sheet and spreadsheet row."""


def _place(row: Mapping[str, Any]) -> Place:
    submission, sheet, excel_row = (row[name] for name in PLACE)
    return submission, sheet, excel_row


def _other_rows(here: Place, places: Sequence[Place]) -> str:
    """Where the others of these rows stand: 第7行, of another sheet with its name."""
    named = [
        ("" if sheet == here[1] or not sheet else f"工作表“{sheet}”") + f"第{row}行"
        for _, sheet, row in itertools.islice((one for one in places if one != here), OTHER_ROWS)
    ]
    left = len(places) - 1 - len(named)
    return "、".join(named) + (f"等{left + len(named)}行" if left > 0 else "")


def _shown(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
