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

import duckdb

from flows.export.site.shown import digits, month_key
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows
from schemas.reasons import words

Row = Mapping[str, Any]
_WAN = Decimal(10_000)
# What a file tells: every row; those counted, the others by reason; the departments' sums.
SUMS = "sums"
LEVELS = ("rows", "counted", SUMS)
# So many departments are named where only sums are told.
NAMED = 20


def details(con: duckdb.DuckDBPyConnection, month: dt.date, level: str) -> dict[str, Any]:
    """What the month's file tells of the rows near its figures: all, or those counted.

    `con` is a release. What many rows share (projects, files, reasons) is told once, and named by its
    place in a list.
    """
    with_left_out = level == "rows"
    asked = {"month": month, "with_left_out": with_left_out}
    (near,) = fetch_rows(con, statement("export/page_rows"), asked)
    reasons = _Numbered()
    # Of some, what they point at differs and not the words.
    reason_no = [reasons.of(words(codes)) for codes in near["reasons"] or ()]
    figures = {
        figure["indicator_code"]: _figure(figure, reason_no, with_left_out=with_left_out)
        for figure in near["figures"] or ()
    }
    return {
        "month": month_key(month),
        "level": level,
        "departments": near["departments"],
        "things": [[*thing.values()] for thing in near["things"] or ()],
        "sources": [[*source.values()] for source in near["sources"] or ()],
        "lines": _lines(**near["lines"]),
        "reasons": reasons.listed(),
        "figures": figures,
    }


class _Numbered:
    """Things that are told once, and named by their number from then on."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}

    def of(self, thing: Any) -> int:
        return self.numbers.setdefault(thing, len(self.numbers))

    def listed(self) -> list[Any]:
        return list(self.numbers)


def _lines(**columns: Sequence[Any] | None) -> list[list[Any]]:
    """A row's project, source, cell (its row where there is none) and amount in 万元."""
    rows = zip(*(column or () for column in columns.values()), strict=True)
    return [
        [thing, source, cell or excel_row, None if cny is None else digits(cny / _WAN)]
        for thing, source, cell, excel_row, cny in rows
    ]


def _figure(figure: Row, reason_no: Sequence[int], *, with_left_out: bool) -> dict[str, Any]:
    counted = zip(figure["counted"] or (), figure["other"] or (), strict=True)
    told: dict[str, Any] = {
        "adds": "amounts" if figure["adds_amounts"] else "ones",
        "in": [line if other is None else [line, digits(other)] for line, other in counted],
        "out": [[line, reason_no[reason]] for line, reason in figure["left_out"] or ()],
    }
    if not with_left_out:
        by_reason: Counter[tuple[int, int]] = Counter()
        for department, reason, count in figure["left_out_counts"] or ():
            by_reason[department, reason_no[reason]] += count
        told["reasons"] = [[*key, count] for key, count in by_reason.items()]
    return told


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
