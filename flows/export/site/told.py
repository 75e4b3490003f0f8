"""What the page tells of the newest month: gathered from the release, nothing computed but texts.

`Told` is what the templates print; `data_of` is the same for the page's script, which opens figures
with it: numbers as text with every digit, so that none passes through floating point.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

import schemas
from flows.answer.wording import month_words
from flows.export.definitions import Definition, definitions
from flows.export.site import words
from flows.export.site.shown import day, digits, minute, month_key
from flows.ground.zone import WHOLE_ZONE, Zone
from flows.month import changes, findings, projects, series, sums, todo
from flows.month.board import Board, board, weights
from flows.month.forecast import HIT_PCT, Forecast
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows
from schemas.reasons import YI

Row = Mapping[str, Any]
# More of each would make the page slow to open; it says where the rest is.
MOST_PROJECTS = 300
MOST_FINDINGS = 200
SHOWN_FINDINGS = 40
MOST_CHANGES = 60
MOST_MOVED = 40


@dataclass(frozen=True)
class Told:
    """All that the page tells; rows are those of the models in `flows.month`."""

    month: dt.date
    release: Row
    board: Board
    series: Mapping[str, Sequence[Row]]
    """The zone's figures by code, of each month that the page knows, the newest last."""
    held: Mapping[str, str]
    """By which figure each with a task is held against its target: itself, or another."""
    forecasts: Mapping[str, Forecast]
    targets: Sequence[Row]
    projects: Sequence[Row]
    filing: Sequence[Row]
    findings: Sequence[Row]
    """All of the month, those that matter most first; each with `to` (correct, explain, decide)."""
    changes: Sequence[Row]
    """Of the zone's figures, the newest first."""
    moved_rows: Sequence[Row]
    definitions: Sequence[Definition]

    @property
    def months(self) -> list[dt.date]:
        """The months that the page knows, the newest first."""
        known = {row["report_month"] for rows in self.series.values() for row in rows}
        return sorted(known, reverse=True)

    @property
    def tasks(self) -> list[Row]:
        """The newest row of each figure that has a task."""
        return [rows[-1] for rows in self.series.values() if rows[-1]["has_target"]]


def told(
    con: duckdb.DuckDBPyConnection, zone: Zone, month: dt.date, months: Iterable[dt.date]
) -> Told | None:
    """What the page tells of the month; None where it has no figures. `months` are those it knows."""
    of_board = board(con, zone, month)
    if of_board is None:
        return None
    known = {*months, month}
    of_series = series.of_zone(con, month)
    release = fetch_rows(con, "from mart.release")[0]
    return Told(
        month=month,
        release=release,
        board=of_board,
        series={
            code: [row for row in rows if row["report_month"] in known]
            for code, rows in of_series.items()
        },
        held=series.held(of_series, month),
        forecasts=series.forecasts(of_series, month),
        targets=sums.targets(con, month),
        projects=projects.of_month(con, month, MOST_PROJECTS),
        filing=_filing(con, month),
        findings=_findings(con, zone, month),
        changes=[one for one in changes.of_year(con, month) if one["scope"] == "zone"],
        moved_rows=changes.rows_of_year(con, month),
        definitions=definitions(zone, month),
    )


def _filing(con: duckdb.DuckDBPyConnection, month: dt.date) -> list[Row]:
    """Who owed what and what came of it, each with the file that counts, or the last that came."""
    rows = fetch_rows(
        con,
        "select department, return_name, arg_max(file, (is_current, submission_id)) as file "
        "from mart.submissions where report_month = ? group by all",
        [month],
    )
    files = {(row["department"], row["return_name"]): row["file"] for row in rows}
    return [
        row | {"file": files.get((row["department"], row["return_name"]))}
        for row in fetch_rows(con, statement("export/filing"), {"month": month})
    ]


def _findings(con: duckdb.DuckDBPyConnection, zone: Zone, month: dt.date) -> list[Row]:
    asked: dict[str, str] = {}
    for one in todo.of_month(con, zone, month):
        asked |= {row["finding_id"]: "correct" for row in one.to_correct}
        asked |= {row["finding_id"]: "explain" for row in one.to_explain}
        asked |= {of.finding["finding_id"]: "decide" for of in one.to_decide if of.finding}
    return [{**row, "to": asked.get(row["finding_id"])} for row in findings.of_month(con, month)]


# --- for the templates ---------------------------------------------------------------------------


def filing_counts(of: Told) -> dict[str, Counter[str]]:
    """By department how many returns are in which state, and how many findings ask for what."""
    found: dict[str, Counter[str]] = {}
    for row in of.filing:
        found.setdefault(row["department"], Counter())[row["state"]] += 1
    for one in of.findings:
        if one["to"] and one["department"]:
            found.setdefault(one["department"], Counter())[one["to"]] += 1
    return found


def finding_counts(of: Told) -> dict[str | None, Counter[str]]:
    """By department how many findings of which severity, and how many are open."""
    found: dict[str | None, Counter[str]] = {}
    for one in of.findings:
        counted = found.setdefault(one["department"], Counter())
        counted[one["severity"]] += 1
        counted["open"] += one["is_open"]
    return found


def effects(of: Told) -> dict[str, Row]:
    """By figure how many open findings can move it, and by how much the greatest does, in points.

    Empty where the release does not tell what findings can move.
    """
    found: dict[str, dict[str, Any]] = {}
    for one in of.findings:
        code = one.get("effect_indicator")
        if code and one["is_open"]:
            so_far = found.setdefault(code, {"count": 0, "points": None})
            so_far["count"] += 1
            moved = one.get("effect_pp")
            if moved is not None:
                so_far["points"] = max(so_far["points"] or abs(moved), abs(moved))
    return {**found}


# --- for the script ------------------------------------------------------------------------------


def data_of(of: Told, zone: Zone, levels: Mapping[str, str]) -> dict[str, Any]:
    """What the page's script opens figures with; `levels` says what is known of each month's rows."""
    return {
        "words": words.SCRIPT,
        "zone": WHOLE_ZONE,
        "month": month_key(of.month),
        "months": {
            month_key(one): {"label": month_words(one), "rows": levels.get(month_key(one), "none")}
            for one in of.months
        },
        "basis": zone.readings.of(of.month).time_basis,
        "codes": {
            code: {
                "name": rows[-1]["indicator_name"],
                "unit": rows[-1]["unit"],
                "places": rows[-1]["places"],
                "stock": rows[-1]["is_stock"],
                "task": rows[-1]["has_target"],
            }
            for code, rows in of.series.items()
        },
        "figures": {
            code: {month_key(row["report_month"]): _figure(row) for row in rows}
            for code, rows in of.series.items()
        },
        "departments": {
            one.department: {
                "rank": one.rank,
                "score": digits(one.score_pct),
                "note": one.note,
                "figures": {row["indicator_code"]: _figure(row) for row in one.rates},
            }
            for one in of.board.departments
        },
        "weights": {code: digits(weight) for code, weight in weights(zone).items()},
        "half": _half(of),
        "targets": _targets(of.targets),
        "filing": [_filed(row) for row in of.filing],
        "held": {row["indicator_code"]: of.held[row["indicator_code"]] for row in of.tasks},
        "stages": {name: words.PAGE[name] for name in (*(one[0] for one in _STAGES), "in_stage")},
        "asks": {
            "open": words.PAGE["still_open"],
            "correct": words.PAGE["to_correct"],
            "explain": words.PAGE["to_explain"],
            "decide": words.PAGE["to_decide"],
        },
        "states": words.STATES,
        "severities": words.SEVERITIES,
        "findings": [_finding(row) for row in of.findings[:MOST_FINDINGS]],
        "findings_count": len(of.findings),
        "projects": {row["project_id"]: _project(row) for row in of.projects},
        "changes": _changes(of),
        "forecasts": {code: _forecast(one) for code, one in of.forecasts.items()},
        "hit": HIT_PCT,
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


def _half(of: Told) -> dict[str, Any] | None:
    half = of.board.past_half
    if half is None:
        return None
    return {
        "end": f"{of.month.year}-06-30",
        "since": half.since_on and str(half.since_on),
        "days": half.lead_days,
        "each": {
            row["indicator_code"]: row["past_half_since_on"] and str(row["past_half_since_on"])
            for row in of.board.indicators
        },
    }


def _targets(rows: Sequence[Row]) -> dict[str, list[list[Any]]]:
    found: dict[str, list[list[Any]]] = {}
    for row in rows:
        found.setdefault(f"{row['department']} {row['indicator_code']}", []).append(
            [
                digits(row["target"]), row["unit"], row["doc_no"], day(row["issued_on"]),
                row["file"], row["sheet"], row["cell"] or row["excel_row"], row["is_in_force"],
            ]
        )  # fmt: skip
    return found


def _filed(row: Row) -> list[Any]:
    return [row["department"], row["title"], row["state"], day(row["due_on"]), row["file"]]


def _finding(row: Row) -> dict[str, Any]:
    title = schemas.by_name(row["return_name"]).form().title if row["return_name"] else None
    effect = None
    if (code := row.get("effect_indicator")) is not None:
        effect = [code, digits(row.get("effect_value")), digits(row.get("effect_pp"))]
    return {
        "department": row["department"],
        "return": title,
        "rule": row["rule"],
        "severity": row["severity"],
        "open": row["is_open"],
        "to": row["to"],
        "file": row["file"],
        "sheet": row["sheet"],
        "cell": row["cell"] or row["excel_row"],
        "column": row["column_name"],
        "seen": row["value"],
        "message": row["message"],
        "suggestion": row["suggestion"],
        "explanation": row["explanation"],
        "effect": effect,
    }


# Of each stage: from which day to which, and how many days that is said to be.
_STAGES = (
    ("in_talks", "first_contact_on", ("signed_on",)),
    ("to_start", "signed_on", ("started_on", "ended_on")),
    ("building", "started_on", ("operating_on", "ended_on")),
    ("operating", "operating_on", ("ended_on",)),
)


def _project(row: Row) -> dict[str, Any]:
    stages = []
    for name, begins, ends in _STAGES:
        days = row[f"days_{name}"]
        if days is None or row[begins] is None:
            continue
        end = next((row[one] for one in ends if row[one]), None)
        # A talk goes on whatever framework agreement was signed.
        if name == "in_talks" and row["stage"] == "在谈":
            end = None
        stages.append([name, day(row[begins]), end and day(end), days])
    return {
        "name": row["project_name"],
        "department": row["department"],
        "investor": row["investor"],
        "stage": row["stage"],
        "days": row["days_in_stage"],
        "until": day(row["known_until"]),
        "amount": (row["amount_cny"] is not None and digits(row["amount_cny"] / YI)) or None,
        "paid": (row["paid_total_cny"] is not None and digits(row["paid_total_cny"] / YI)) or None,
        "stages": stages,
        "sources": [
            [
                one["told"], month_key(one["report_month"]), one["project_id"], one["file"],
                one["sheet"], one["cell"] or one["excel_row"],
                digits(one["amount_cny"] / YI) if one["amount_cny"] is not None else None,
            ]
            for one in row["sources"] or ()
        ],
    }  # fmt: skip


def _changes(of: Told) -> list[dict[str, Any]]:
    rows: dict[tuple[Any, ...], list[Row]] = {}
    for one in of.moved_rows:
        key = (one["changed_at"], one["report_month"], one["indicator_code"])
        rows.setdefault(key, []).append(one)
    return [
        {
            "month": month_key(one["report_month"]),
            "code": one["indicator_code"],
            "figure": one["figure"],
            "unit": one["unit"],
            "old": digits(one["old_value"]),
            "new": digits(one["new_value"]),
            "difference": _difference(one),
            "at": minute(one["changed_at"]),
            "cause": words.CAUSES[one["cause"]],
            "settings": one["settings"],
            "file": one["file"],
            "rows": [
                [
                    row["department"], row["row_key"], row["label"],
                    digits(row["contribution"]), row["file"], row["sheet"],
                    row["cell"] or row["excel_row"],
                ]
                for row in moved[:MOST_MOVED]
            ],
            "of_all": len(moved),
        }
        for one in of.changes[:MOST_CHANGES]
        for moved in [
            rows.get((one["changed_at"], one["report_month"], one["indicator_code"]), [])
            if one["figure"] == "value"
            else []
        ]
    ]  # fmt: skip


def _difference(one: Row) -> str | None:
    if one["old_value"] is None or one["new_value"] is None:
        return None
    return digits(one["new_value"] - one["old_value"])


def _forecast(one: Forecast) -> dict[str, Any]:
    mean = one.mean
    return {
        "value": digits(one.value),
        "paces": [digits(pace) for pace in one.paces],
        "fastest": digits(one.fastest),
        "slowest": digits(one.slowest),
        "mean": None if mean is None else f"{float(mean):.4f}".rstrip("0").rstrip("."),
        "goals": {
            goal.pct: {
                "goal": digits(goal.value),
                "due": str(goal.due_on),
                "since": goal.since_on and str(goal.since_on),
                "left": digits(goal.left),
                "months": goal.months_left,
                "need": digits(goal.per_month),
                "days": [
                    one_day and str(one_day)
                    for one_day in (goal.earliest, goal.expected, goal.latest)
                ],
                "note": goal.note,
            }
            for goal in one.goals
        },
    }
