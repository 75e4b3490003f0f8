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

from flows.export.site.shown import WAN, digits, month_key

Row = Mapping[str, Any]
# What a file tells: every row; those counted, the others by reason; the departments' sums.
LEVELS = ("rows", "counted", "sums")
# So many departments are named where only sums are told.
NAMED = 20


def details(month: dt.date, rows: Sequence[Row], level: str) -> dict[str, Any]:
    """What the month's file tells of the rows of `flows.month.sums`, at that level."""
    head = {"month": month_key(month), "level": level}
    by_figure: dict[str, list[Row]] = {}
    for row in rows:
        by_figure.setdefault(row["indicator_code"], []).append(row)
    if level == "sums":
        return head | {"figures": {code: _sums(of) for code, of in by_figure.items()}}
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
    departments, sources, lines, reasons = (_Numbered() for _ in range(4))
    figures = {}
    for code, rows in by_figure.items():
        counted: list[Any] = []
        left_out: list[Any] = []
        by_reason: Counter[tuple[int, int]] = Counter()
        for row in rows:
            if not row["is_counted"] and not with_left_out:
                by_reason[departments.of(row["department"]), reasons.of(row["reasons"])] += 1
                continue
            source = sources.of((row["file"], row["sheet"]))
            filed = row["filed_month"]
            line = lines.of(
                (
                    departments.of(row["department"]), source, row["cell"] or row["excel_row"],
                    row["row_key"], row["label"],
                    None if row["amount_cny"] is None else digits(row["amount_cny"] / WAN),
                    None if filed == month or filed is None else month_key(filed),
                )
            )  # fmt: skip
            if row["is_counted"]:
                # Most count as one.
                value = row["contribution"]
                counted.append(line if value == 1 else [line, digits(value)])
            else:
                left_out.append([line, reasons.of(row["reasons"])])
        figures[code] = {"in": counted, "out": left_out}
        if by_reason:
            figures[code]["reasons"] = [[*key, count] for key, count in by_reason.items()]
    return {
        "departments": departments.listed(),
        "sources": sources.listed(),
        "lines": lines.listed(),
        "reasons": reasons.listed(),
        "figures": figures,
    }


def _sums(rows: Sequence[Row]) -> dict[str, Any]:
    """The departments that add most by name, the others together; and how many rows are left out."""
    added: dict[str, Decimal] = {}
    counts: Counter[str] = Counter()
    for row in rows:
        if row["is_counted"]:
            name = row["department"]
            added[name] = added.get(name, Decimal(0)) + row["contribution"]
            counts[name] += 1
    by_size = sorted(added, key=lambda name: (-abs(added[name]), name))
    named, others = by_size[:NAMED], by_size[NAMED:]
    told: list[list[Any]] = [[name, digits(added[name]), counts[name]] for name in named]
    if others:
        rest = sum((added[name] for name in others), Decimal(0))
        told.append([len(others), digits(rest), sum(counts[name] for name in others)])
    return {"in": told, "out": sum(not row["is_counted"] for row in rows)}
