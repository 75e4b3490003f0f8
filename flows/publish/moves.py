"""What a publication moved: headline figures that stand otherwise than was published before.

Asked of the working database right after the publication, or of a copy after one that was rehearsed;
both tell the same causes, those of `mart.figure_changes`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from flows.store.statements import statement
from flows.store.warehouse import fetch_rows


@dataclass(frozen=True)
class Step:
    """A part of a figure's change, by what caused it; `file` is that of the submission.

    `settings` are those of zone.toml that were changed, in words, where definitions are the cause.
    """

    figure: str
    old_value: Decimal | None
    new_value: Decimal | None
    cause: str
    submission_id: str | None
    file: str | None
    settings: str | None = None


@dataclass(frozen=True)
class Move:
    """A headline figure of a month and scope, as it was published and as it is; rates in %.

    A figure that was not there before is no move, one that went or came back is.
    """

    report_month: dt.date
    department: str
    indicator_code: str
    indicator_name: str
    unit: str
    old_value: Decimal | None
    new_value: Decimal | None
    old_target: Decimal | None
    new_target: Decimal | None
    old_pct: Decimal | None
    new_pct: Decimal | None
    is_earlier: bool
    """Whether it is of a month before the newest one that has figures."""
    steps: Sequence[Step] = ()
    rated_by: Sequence[Step] = ()
    """The changes of the figure that is held against this one's target, where that is another."""

    @property
    def causes(self) -> Sequence[Step]:
        """What moved it: its own changes, and those of the figure it is rated by."""
        return (*self.steps, *self.rated_by)

    def plain(self) -> Iterator[dict[str, Any]]:
        """A row for each cause of the value and the target, end to end; then one of the rate.

        A rate's own cause is none where several things moved it.
        """
        place = {
            "report_month": self.report_month,
            "department": self.department,
            "indicator_code": self.indicator_code,
        }
        for one in self.steps:
            yield {
                **place,
                "figure": one.figure,
                "old_value": one.old_value,
                "new_value": one.new_value,
                "cause": one.cause,
                "submission_id": one.submission_id,
            }
        if self.old_pct != self.new_pct:
            causes = {(one.cause, one.submission_id) for one in self.causes}
            cause, submission = causes.pop() if len(causes) == 1 else (None, None)
            yield {
                **place,
                "figure": "completion_pct",
                "old_value": self.old_pct,
                "new_value": self.new_pct,
                "cause": cause,
                "submission_id": submission,
            }


def of_newest(con: duckdb.DuckDBPyConnection) -> list[Move]:
    """What the newest publication moved: the newest month first, the zone before its departments."""
    steps: dict[tuple[Any, ...], list[Step]] = defaultdict(list)
    for month, department, code, *step in con.execute(statement("publish/steps")).fetchall():
        steps[month, department, code].append(Step(*step))
    moves = []
    for row in fetch_rows(con, statement("publish/moves")):
        scope = (row["report_month"], row["department"])
        own, rated = row["indicator_code"], row.pop("rated_code")
        by = steps[(*scope, rated)] if rated not in {own, None} else ()
        moves.append(Move(**row, steps=steps[(*scope, own)], rated_by=by))
    return moves
