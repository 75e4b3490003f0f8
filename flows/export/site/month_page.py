"""The month's page: what it tells of the newest month, as its templates print it.

Rows are those of the models in `flows.month`; nothing is computed but how many there are of what.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flows.export.definitions import Definition
from flows.month.board import Board
from flows.month.findings import owner_of
from flows.month.forecast import Forecast

Row = Mapping[str, Any]
# More changes would make the page slow to open; it says where the rest is.
MOST_CHANGES = 60


@dataclass(frozen=True)
class MonthPage:
    """All that the page tells."""

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
    """Who owed what and what came of it, with the file that counts, or the last that came."""
    findings: Sequence[Row]
    """All of the month, those that matter most first; each with what it `asks` for."""
    asked: Mapping[str | None, Mapping[str, int]]
    """How much is asked of each department, by what is asked for; None: of nobody known."""
    changes: Sequence[Row]
    """Of the zone's figures, the newest first."""
    moved_rows: Sequence[Row]
    """Those that came or went with `listed_changes`."""
    definitions: Sequence[Definition]

    @property
    def listed_changes(self) -> Sequence[Row]:
        """Those that the page shows."""
        return self.changes[:MOST_CHANGES]

    @property
    def months(self) -> list[dt.date]:
        """The months that the page knows, the newest first."""
        known = {row["report_month"] for rows in self.series.values() for row in rows}
        return sorted(known, reverse=True)

    @property
    def tasks(self) -> list[Row]:
        """The newest row of each figure that has a task."""
        return [rows[-1] for rows in self.series.values() if rows[-1]["has_target"]]

    @property
    def filing_counts(self) -> dict[str, Counter[str]]:
        """By department how many returns are in which state, and how many findings ask for what."""
        counts: dict[str, Counter[str]] = {}
        for row in self.filing:
            counts.setdefault(row["department"], Counter())[row["state"]] += 1
        for department, asked in self.asked.items():
            if department:
                counts.setdefault(department, Counter()).update(asked)
        return counts

    @property
    def finding_counts(self) -> dict[str | None, Counter[str]]:
        """By department how many findings of which severity, and how many are open."""
        counts: dict[str | None, Counter[str]] = {}
        for row in self.findings:
            counted = counts.setdefault(owner_of(row), Counter())
            counted[row["severity"]] += 1
            counted["open"] += row["is_open"]
        return counts

    @property
    def effects(self) -> dict[str, Row]:
        """By figure how many open findings can move it, and by how much the greatest does, in points."""
        effects: dict[str, dict[str, Any]] = {}
        for row in self.findings:
            if row["effect_indicator"] and row["is_open"]:
                of_figure = effects.setdefault(
                    row["effect_indicator"], {"count": 0, "points": None}
                )
                of_figure["count"] += 1
                if row["effect_pp"] is not None:
                    of_figure["points"] = max(of_figure["points"] or 0, row["effect_pp"])
        return {**effects}
