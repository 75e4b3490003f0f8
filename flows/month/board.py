"""The board of a month: how far the zone is, who is ahead, who behind, what is missing, what to ask.

The model alone, read from a release; the command line, the month's page and the bulletin print it.
Figures, rates, ranks and gaps are those of `mart`. What is computed here is the overall score and its
rank, and what is read off the others: who is behind, when half of the year's tasks were done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

import duckdb

from flows.ground.zone import WHOLE_ZONE, Zone
from flows.month import filing, findings
from flows.month.filing import Expected
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows
from schemas.indicators import INDICATORS

Row = Mapping[str, Any]
# As many findings are to be asked about first.
ASKED_FIRST = 5
# Rates and scores are cut off after ten places, as in `mart`.
_PLACES = Decimal(1).scaleb(-10)
_RATED_BY = {one.code: one.rated_by[1] for one in INDICATORS if one.rated_by}


@dataclass(frozen=True)
class PastHalf:
    """双过半 of the zone or a department: how many of its tasks are past the half, and since when.

    `since_on` is the first month end of the year at which all were, `lead_days` how long that is
    before the end of June (negative: after it); both None where that has not been yet.
    """

    task_count: int
    past_count: int
    is_past_half: bool
    since_on: dt.date | None
    lead_days: int | None


@dataclass(frozen=True)
class Standing:
    """Where a department stands.

    `rates` are its rows of `mart.department_indicators` for figures with a task. The score is the
    mean of their rates, weighed as zone.toml said when it was published; it is None, and `note` says
    why, where a rate of these can't be computed. `behind` has the figures whose rate is below the time progress.
    """

    department: str
    rank: int | None
    score_pct: Decimal | None
    is_complete: bool
    note: str | None
    past_half: PastHalf | None
    rates: list[Row]
    behind: list[str]

    @property
    def is_ahead(self) -> bool:
        """Whether it is level with the time progress or ahead in all its tasks: on the red list."""
        return self.score_pct is not None and not self.behind


@dataclass(frozen=True)
class Board:
    """A month's board. Rows are those of the relations of `mart` that their comments name."""

    report_month: dt.date
    zone_name: str
    month: Row
    """`mart.months`: open or locked, complete, how many returns are missing, when published."""
    months: list[Row]
    """The same of every month with figures."""
    time_progress_pct: Decimal
    indicators: list[Row]
    """`mart.zone_indicators`, the headline figures; `past_half_since_on` is the month end since when."""
    past_half: PastHalf | None
    departments: list[Standing]
    """By their rank, then in the order of zone.toml."""
    weights: dict[str, Decimal]
    """What each figure with a task weighs in the overall score, as published."""
    red_list: list[str]
    """Who is level with the time progress or ahead in all tasks (红榜)."""
    black_list: list[str]
    """Who is behind in any, those behind in most tasks, then the last in rank, first (黑榜)."""
    campaign: Row | None
    """`mart.campaign`; None outside of it."""
    secondary: list[Row]
    """`mart.secondary_indicators`."""
    missing: list[Expected]
    """Returns that are owed still."""
    open_findings: int
    asked: dict[str, int]
    """How much is to be corrected, explained, decided and filed."""
    ask_first: list[Row]
    """The open findings to ask about first."""

    @property
    def missing_words(self) -> str:
        """What the figures lack; empty where nothing."""
        # All figures say what is missing, some more besides.
        notes = [row["note"] for row in self.indicators if row["note"] and not row["is_complete"]]
        return min(notes, key=len, default="")


def board(
    con: duckdb.DuckDBPyConnection,
    zone: Zone,
    month: dt.date,
    known: Sequence[Row] | None = None,
) -> Board | None:
    """The board of a month; None where nothing is published of it.

    `known` are the month's findings, for who has them already.
    """
    months: list[Row] = [*fetch_rows(con, "from mart.months order by report_month")]
    this_month = next((one for one in months if one["report_month"] == month), None)
    indicators = _ordered(con, "zone_indicators", month)
    if this_month is None or not indicators:
        return None
    halves = _halves(con, month)
    weighs = weights(con)
    departments = standings(
        _ordered(con, "department_indicators", month), halves, weighs, _order(zone)
    )
    if known is None:
        known = findings.of_month(con, month, open_only=True)
    opened = findings.still_open(known)
    campaign = fetch_rows(con, "from mart.campaign where report_month = ?", [month])
    red, black = _lists(departments)
    return Board(
        report_month=month,
        zone_name=con.execute("select zone_name from mart.release").fetchall()[0][0],
        month=this_month,
        months=months,
        time_progress_pct=indicators[0]["time_progress_pct"],
        indicators=[
            {**one, "past_half_since_on": _since(halves, one["indicator_code"])}
            for one in indicators
        ],
        past_half=_past_half(halves.get((WHOLE_ZONE, None))),
        departments=departments,
        weights=weighs,
        red_list=red,
        black_list=black,
        campaign=next(iter(campaign), None),
        secondary=_ordered(con, "secondary_indicators", month),
        missing=[one for one in filing.of_month(con, zone, month) if one.is_owed],
        open_findings=len(opened),
        asked=findings.asked(con, month),
        ask_first=opened[:ASKED_FIRST],
    )


def _lists(departments: Sequence[Standing]) -> tuple[list[str], list[str]]:
    """红榜 and 黑榜: who is ahead in all, in their order; who is behind in any, the farthest first."""
    places = {one.department: number for number, one in enumerate(departments)}
    behind = sorted(
        (one for one in departments if one.behind),
        key=lambda one: (-len(one.behind), -places[one.department]),
    )
    return (
        [one.department for one in departments if one.is_ahead],
        [one.department for one in behind],
    )


def _ordered(con: duckdb.DuckDBPyConnection, relation: str, month: dt.date) -> list[Row]:
    """The month's rows of a relation of `mart`, in the indicators' order."""
    return list(
        fetch_rows(
            con,
            f"select figures.* from mart.{relation} as figures "  # noqa: S608 - a name of our own
            "inner join mart.dim_indicator as dim using (indicator_code) "
            "where figures.report_month = ? order by dim.ordinal",
            [month],
        )
    )


def _order(zone: Zone) -> dict[str, int]:
    return {one.name: number for number, one in enumerate(zone.departments)}


# --- 双过半 --------------------------------------------------------------------------------------

Halves = Mapping[tuple[str, str | None], Row]


def _halves(con: duckdb.DuckDBPyConnection, month: dt.date) -> Halves:
    """By department and figure; the figure is None for all of a department's tasks."""
    rows = fetch_rows(con, statement("month/past_half"), {"month": month})
    return {(row["department"], row["indicator_code"]): row for row in rows}


def _past_half(row: Row | None) -> PastHalf | None:
    """None where there is no task at all."""
    if row is None:
        return None
    return PastHalf(**{name: row[name] for name in PastHalf.__dataclass_fields__})


def _since(halves: Halves, code: str) -> dt.date | None:
    row = halves.get((WHOLE_ZONE, code))
    return row["since_on"] if row else None


# --- the ranking ---------------------------------------------------------------------------------


def weights(con: duckdb.DuckDBPyConnection) -> dict[str, Decimal]:
    """What each figure with a task weighs in the overall score, as published."""
    rows = con.execute("select indicator_code, score_weight from detail.score_weights").fetchall()
    return dict(rows)


def standings(
    rows: Sequence[Row],
    halves: Halves,
    weighs: Mapping[str, Decimal],
    order: Mapping[str, int],
) -> list[Standing]:
    """The departments by their overall score, ties sharing a place (1, 2, 2, 4), then those without.

    `rows` are the departments' of `mart.department_indicators` for one month.
    """
    by_department: dict[str, list[Row]] = {}
    for row in rows:
        by_department.setdefault(row["department"], []).append(row)
    scores = {name: _score(several, weighs) for name, several in by_department.items()}
    known = [score for score, _ in scores.values() if score is not None]
    listed = []
    for name, several in by_department.items():
        score, note = scores[name]
        tasks = _with_task(several)
        listed.append(
            Standing(
                department=name,
                rank=None if score is None else 1 + sum(other > score for other in known),
                score_pct=None if score is None else _cut(score),
                is_complete=all(row["is_complete"] for row in several),
                note=note,
                past_half=_past_half(halves.get((name, None))),
                rates=tasks,
                behind=[
                    row["indicator_code"]
                    for row in tasks
                    if row["progress_gap_pp"] is not None and row["progress_gap_pp"] < 0
                ],
            )
        )
    last = len(listed)
    return sorted(
        listed,
        key=lambda one: (one.rank or last + 1, order.get(one.department, last), one.department),
    )


def _with_task(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["target_value"] is not None and row["target_value"] > 0]


def _score(
    rows: Sequence[Row], weighs: Mapping[str, Decimal]
) -> tuple[Fraction | None, str | None]:
    """The weighted mean of the exact rates in per cent; None, and why, where it can't be computed."""
    values = {row["indicator_code"]: row["value"] for row in rows}
    weighed = [row for row in _with_task(rows) if weighs.get(row["indicator_code"], 0) > 0]
    if not weighed:
        return None, "没有目标任务"
    unknown = [row["indicator_name"] for row in weighed if row["completion_pct"] is None]
    if unknown:
        return None, f"{'、'.join(unknown)}没有完成率，综合得分无法计算"
    total = sum(Fraction(weighs[row["indicator_code"]]) for row in weighed)
    parts = (Fraction(weighs[row["indicator_code"]]) * _rate(row, values) for row in weighed)
    return sum(parts, Fraction(0)) / total, None


def _rate(row: Row, values: Mapping[str, Decimal | None]) -> Fraction:
    """The exact rate of which `completion_pct` is cut off: scores that are equal have to tie."""
    _, value = held_against_target(row, values)
    published = Fraction(row["completion_pct"])
    if value is None:
        return published
    exact = 100 * Fraction(value) / Fraction(row["target_value"])
    return exact if _is_cut_off(exact, published) else published


def held_against_target(
    row: Row, values: Mapping[str, Decimal | None]
) -> tuple[str, Decimal | None]:
    """The code and value of what was held against the row's target, out of `values` by code.

    That is the figure itself, or the other one by which a zone may read it (talks by their amount):
    where the published rate (`completion_pct`, null or not) can't have come of the figure's own value.
    """
    code = row["indicator_code"]
    own, other = values.get(code), _RATED_BY.get(code)
    target, published = row["target_value"], row["completion_pct"]
    if other is None or not target:
        return code, own
    if own is None or published is None:
        is_own = own is None and published is None
    else:
        is_own = _is_cut_off(100 * Fraction(own) / Fraction(target), Fraction(published))
    return (code, own) if is_own else (other, values.get(other))


def _is_cut_off(exact: Fraction, published: Fraction) -> bool:
    """Whether cutting the one off after ten places may have given the other."""
    return 0 <= abs(exact) - abs(published) < Fraction(_PLACES)


def _cut(value: Fraction) -> Decimal:
    """The number to ten places, cut off."""
    whole = int(value / Fraction(_PLACES))
    return (Decimal(whole) * _PLACES).quantize(_PLACES, ROUND_DOWN)
