"""What the page's script opens figures with: the month's page as plain data.

Numbers are text with every digit, so that none passes through floating point.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import schemas
from flows.answer.wording import month_words
from flows.export.site import words
from flows.export.site.month_page import MonthPage, Row
from flows.export.site.shown import day, digits, minute, month_key
from flows.ground.zone import WHOLE_ZONE, Zone
from flows.month.board import Standing
from flows.month.findings import owner_of
from flows.month.forecast import HIT_PCT, Forecast, Goal
from flows.values.printed import amount
from schemas.reasons import YI

# More would make the page slow to open; it says where the rest is.
MOST_FINDINGS = 200


def script_data(page: MonthPage, zone: Zone, levels: Mapping[str, str]) -> dict[str, Any]:
    """All of it; `levels` says what is known of each month's rows."""
    return {
        "month": month_key(page.month),
        "months": {
            month_key(month): {
                "label": month_words(month),
                "rows": levels.get(month_key(month), "none"),
            }
            for month in page.months
        },
        **_words(),
        **_figures(page, zone),
        "half": _half(page),
        "targets": _targets(page.targets),
        "filing": [_filed(row) for row in page.filing],
        "findings": [_finding(row) for row in page.findings[:MOST_FINDINGS]],
        "findings_count": len(page.findings),
        "projects": {row["project_id"]: _project(row) for row in page.projects},
        "changes": _changes(page),
        "forecasts": {code: _forecast(forecast) for code, forecast in page.forecasts.items()},
        "hit": HIT_PCT,
    }


def _words() -> dict[str, Any]:
    return {
        "words": words.SCRIPT,
        "zone": WHOLE_ZONE,
        "stages": {name: words.PAGE[name] for name in (*_STAGES, "in_stage")},
        "asks": {
            "open": words.PAGE["still_open"],
            "correct": words.PAGE["to_correct"],
            "explain": words.PAGE["to_explain"],
            "decide": words.PAGE["to_decide"],
        },
        "states": words.STATES,
        "severities": words.SEVERITIES,
    }


# --- figures -------------------------------------------------------------------------------------


def _figures(page: MonthPage, zone: Zone) -> dict[str, Any]:
    """The zone's figures of all months, the departments' of this one, and by what they are ranked."""
    newest = {code: rows[-1] for code, rows in page.series.items()}
    return {
        "basis": zone.readings.of(page.month).time_basis,
        "codes": {
            code: {
                "name": row["indicator_name"],
                "unit": row["unit"],
                "places": row["places"],
                "stock": row["is_stock"],
                "task": row["has_target"],
            }
            for code, row in newest.items()
        },
        "figures": {
            code: {month_key(row["report_month"]): _figure(row) for row in rows}
            for code, rows in page.series.items()
        },
        "departments": {
            standing.department: _standing(standing) for standing in page.board.departments
        },
        "weights": {code: digits(weight) for code, weight in page.board.weights.items()},
        "held": {row["indicator_code"]: page.held[row["indicator_code"]] for row in page.tasks},
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "rank": standing.rank,
        "score": digits(standing.score_pct),
        "note": standing.note,
        "figures": {row["indicator_code"]: _figure(row) for row in standing.rates},
    }


def _figure(row: Row) -> list[Any]:
    """Value, target, rate, rate as shown, progress, gap, before, change, rank, past half, note."""
    return [
        digits(row["value"]),
        digits(row["target_value"]),
        digits(row["completion_pct"]),
        row["completion_pct_rounded"],
        digits(row["time_progress_pct"]),
        digits(row["progress_gap_pp"]),
        digits(row.get("before")),
        digits(row.get("change")),
        row.get("rank"),
        row["is_past_half"],
        row["note"],
    ]


def _half(page: MonthPage) -> dict[str, Any] | None:
    half = page.board.past_half
    if half is None:
        return None
    return {
        "end": f"{page.month.year}-06-30",
        "since": _day_or_none(half.since_on),
        "days": half.lead_days,
        "each": {
            row["indicator_code"]: _day_or_none(row["past_half_since_on"])
            for row in page.board.indicators
        },
    }


def _day_or_none(value: dt.date | None) -> str | None:
    return None if value is None else day(value)


def _targets(rows: Sequence[Row]) -> dict[str, list[list[Any]]]:
    """By department and figure what was issued, where it stands, and whether it is in force."""
    issued: dict[str, list[list[Any]]] = {}
    for row in rows:
        issued.setdefault(f"{row['department']} {row['indicator_code']}", []).append(
            [
                digits(row["target"]), row["unit"], row["doc_no"], day(row["issued_on"]),
                row["file"], row["sheet"], _cell(row), row["is_in_force"],
            ]
        )  # fmt: skip
    return issued


def _cell(row: Row) -> str | int | None:
    """The cell, or the row where no cell is known."""
    return row["cell"] or row["excel_row"]  # type: ignore[no-any-return]


# --- returns and findings ------------------------------------------------------------------------


def _filed(row: Row) -> list[Any]:
    return [row["department"], row["title"], row["state"], day(row["due_on"]), row["file"]]


def _finding(row: Row) -> dict[str, Any]:
    title = schemas.by_name(row["return_name"]).form().title if row["return_name"] else None
    effect = None
    if row["effect_indicator"] is not None:
        effect = [row["effect_indicator"], digits(row["effect_value"]), digits(row["effect_pp"])]
    return {
        "department": owner_of(row),
        "return": title,
        "rule": row["rule"],
        "severity": row["severity"],
        "open": row["is_open"],
        "asks": row["asks"],
        "file": row["file"],
        "sheet": row["sheet"],
        "cell": _cell(row),
        "column": row["column_name"],
        "seen": row["value"],
        "message": row["message"],
        # Of what is explained, or counts no more, nothing is asked.
        "suggestion": row["suggestion"] if row["asks"] or row["severity"] == "info" else None,
        "explanation": row["explanation"],
        "effect": effect,
    }


# --- projects ------------------------------------------------------------------------------------

# Of each stage: from which day, and to the first of which days that is known.
_STAGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "in_talks": ("first_contact_on", ("signed_on",)),
    "to_start": ("signed_on", ("started_on", "ended_on")),
    "building": ("started_on", ("operating_on", "ended_on")),
    "operating": ("operating_on", ("ended_on",)),
}


def _project(row: Row) -> dict[str, Any]:
    return {
        "name": row["project_name"],
        "department": row["department"],
        "investor": row["investor"],
        "stage": row["stage"],
        "days": row["days_in_stage"],
        "until": day(row["known_until"]),
        "amount": _in_yi(row["amount_cny"]),
        "paid": _in_yi(row["paid_total_cny"]),
        "stages": _stages(row),
        "sources": [
            [
                source["told"], month_key(source["report_month"]), source["project_id"], source["file"],
                source["sheet"], _cell(source), _in_yi(source["amount_cny"]),
            ]
            for source in row["sources"] or ()
        ],
    }  # fmt: skip


def _stages(row: Row) -> list[list[Any]]:
    """Each stage that is known: its name, from when to when (None: still), how many days."""
    stages: list[list[Any]] = []
    for name, (begins, ends) in _STAGES.items():
        days = row[f"days_{name}"]
        if days is None or row[begins] is None:
            continue
        end = next((row[last] for last in ends if row[last]), None)
        # A talk goes on whatever framework agreement was signed.
        if name == "in_talks" and row["stage"] == "在谈":
            end = None
        stages.append([name, day(row[begins]), _day_or_none(end), days])
    return stages


def _in_yi(yuan: Decimal | None) -> str | None:
    return None if yuan is None else digits(yuan / YI)


# --- changes, forecasts --------------------------------------------------------------------------


def _changes(page: MonthPage) -> list[dict[str, Any]]:
    rows: dict[tuple[Any, ...], list[Row]] = {}
    for row in page.moved_rows:
        rows.setdefault(_moment(row), []).append(row)
    return [
        _change(change, rows.get(_moment(change), []) if change["figure"] == "value" else [])
        for change in page.listed_changes
    ]


def _moment(row: Row) -> tuple[Any, ...]:
    """Of which figure, and by which publication."""
    return row["changed_at"], row["report_month"], row["indicator_code"]


def _change(change: Row, moved: Sequence[Row]) -> dict[str, Any]:
    old, new = change["old_value"], change["new_value"]
    return {
        "month": month_key(change["report_month"]),
        "code": change["indicator_code"],
        "figure": change["figure"],
        "unit": change["unit"],
        "old": digits(old),
        "new": digits(new),
        "difference": None if old is None or new is None else digits(new - old),
        "at": minute(change["changed_at"]),
        "cause": words.CAUSES[change["cause"]],
        "settings": change["settings"],
        "file": change["file"],
        "rows": [
            [
                row["department"], row["row_key"], row["label"], digits(row["change"]),
                row["file"], row["sheet"], _cell(row),
            ]
            for row in moved
        ],
        "of_all": moved[0]["of_all"] if moved else 0,
    }  # fmt: skip


def _forecast(forecast: Forecast) -> dict[str, Any]:
    mean = forecast.mean
    return {
        "value": digits(forecast.value),
        "paces": [digits(pace) for pace in forecast.paces],
        "fastest": digits(forecast.fastest),
        "slowest": digits(forecast.slowest),
        # It may have digits without end.
        "mean": None if mean is None else amount(Decimal(mean.numerator) / mean.denominator, 4),
        "goals": {goal.pct: _goal(goal) for goal in forecast.goals},
    }


def _goal(goal: Goal) -> dict[str, Any]:
    return {
        "goal": digits(goal.value),
        "due": day(goal.due_on),
        "since": _day_or_none(goal.since_on),
        "left": digits(goal.left),
        "months": goal.months_left,
        "need": digits(goal.per_month),
        "days": [_day_or_none(on) for on in (goal.earliest, goal.expected, goal.latest)],
        "note": goal.note,
    }
