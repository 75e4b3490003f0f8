"""The rows behind figures, a file a month: read by the page when one of the month's figures is opened.

They are scripts, since a page that is opened from disk may read nothing else. What all files together
may take is bounded: the newest months tell every row, older ones what each department's rows add up to,
and each says which of the two it tells.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flows.export.site.shown import digits, month_key
from schemas.reasons import YI

Row = Mapping[str, Any]
_WAN = Decimal(10_000)
# What a file tells: every row; those counted, the others by reason; the departments' sums.
SUMS = "sums"
LEVELS = ("rows", "counted", SUMS)
# So many departments are named where only sums are told.
NAMED = 20


def details(month: dt.date, rows: Sequence[Row], level: str) -> dict[str, Any]:
    """What the month's file tells of the rows of `flows.month.sums`: all, or those counted."""
    by_figure: dict[str, list[Row]] = {}
    for row in rows:
        by_figure.setdefault(row["indicator_code"], []).append(row)
    head = {"month": month_key(month), "level": level}
    return head | _listed(month, by_figure, with_left_out=level == "rows")


class _Numbered:
    """Things that are told once, and named by their number from then on."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}

    def of(self, thing: Any) -> int:
        return self.numbers.setdefault(thing, len(self.numbers))

    def listed(self) -> list[Any]:
        return list(self.numbers)


def _listed(
    month: dt.date, by_figure: Mapping[str, Sequence[Row]], *, with_left_out: bool
) -> dict[str, Any]:
    departments, things, sources, lines, reasons = (_Numbered() for _ in range(5))

    def line_of(row: Row) -> int:
        filed = row["filed_month"]
        thing = things.of((departments.of(row["department"]), row["row_key"], row["label"]))
        source = sources.of(
            (row["file"], row["sheet"], None if filed in (None, month) else month_key(filed))
        )
        amount = None if row["amount_cny"] is None else digits(row["amount_cny"] / _WAN)
        return lines.of((thing, source, row["cell"] or row["excel_row"], amount))

    figures = {}
    for code, rows in by_figure.items():
        counted = [row for row in rows if row["is_counted"]]
        adds_amounts = any(row["contribution"] == _in_yi(row) != 1 for row in counted)
        figures[code] = {
            "adds": "amounts" if adds_amounts else "ones",
            "in": [
                line_of(row)
                if row["contribution"] == (_in_yi(row) if adds_amounts else 1)
                else [line_of(row), digits(row["contribution"])]
                for row in counted
            ],
        }
        left_out = [row for row in rows if not row["is_counted"]]
        if with_left_out:
            figures[code]["out"] = [[line_of(row), reasons.of(row["reasons"])] for row in left_out]
        else:
            by_reason = Counter(
                (departments.of(row["department"]), reasons.of(row["reasons"])) for row in left_out
            )
            figures[code] |= {"out": [], "reasons": [[*one, n] for one, n in by_reason.items()]}
    return {
        "departments": departments.listed(),
        "things": things.listed(),
        "sources": sources.listed(),
        "lines": lines.listed(),
        "reasons": reasons.listed(),
        "figures": figures,
    }


def _in_yi(row: Row) -> Decimal | None:
    return None if row["amount_cny"] is None else row["amount_cny"] / YI


def sums(month: dt.date, rows: Sequence[Row]) -> dict[str, Any]:
    """What the month's file tells where it tells sums alone: rows of `flows.month.sums.by_department`."""
    by_figure: dict[str, list[Row]] = {}
    for row in rows:
        by_figure.setdefault(row["indicator_code"], []).append(row)
    return {
        "month": month_key(month),
        "level": SUMS,
        "figures": {code: _sums(of) for code, of in by_figure.items()},
    }


def _sums(rows: Sequence[Row]) -> dict[str, Any]:
    """The departments that add most by name, the others together; and how many rows are left out."""
    adding = [row for row in rows if row["counted"]]
    by_size = sorted(adding, key=lambda row: (-abs(row["added"]), row["department"]))
    named, others = by_size[:NAMED], by_size[NAMED:]
    listed: list[list[Any]] = [
        [row["department"], digits(row["added"]), row["counted"]] for row in named
    ]
    if others:
        rest = sum((row["added"] for row in others), Decimal(0))
        listed.append([len(others), digits(rest), sum(row["counted"] for row in others)])
    return {"in": listed, "out": sum(row["left_out"] for row in rows)}
