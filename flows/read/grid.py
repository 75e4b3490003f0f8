"""What reading gives: sheets of cells as text, with the marks that a grid alone cannot carry.

A cell is the text of its stored value: numbers in plain notation with the fifteen significant
digits that spreadsheet programs keep, dates as 2021-05-31, a blank as "". All positions are
zero-based and absolute, so row 0, column 0 is the cell that the department knows as A1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells."""


@dataclass(frozen=True)
class Grid:
    """One sheet. `name` is "" where the format has no sheets."""

    name: str
    rows: list[list[str]]
    merged: list[Range] = field(default_factory=list)
    is_hidden: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    """Cells without a usable value, by "row,column": the error ("#REF!"), or "=" for a formula
    whose result was not stored."""
    uses_1904: bool = False


@dataclass(frozen=True)
class Book:
    """A file that could be read. `format` is what its content is, whatever its name says."""

    format: str
    sheets: list[Grid]
    properties: Mapping[str, str] = field(default_factory=dict)

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Book:
        sheets = [
            Grid(**{**sheet, "merged": [tuple(area) for area in sheet["merged"]]})
            for sheet in plain["sheets"]
        ]
        return cls(plain["format"], sheets, plain["properties"])


@dataclass(frozen=True)
class Unreadable:
    """A file that could not be read: `reason` in Chinese for the department (finding E011)."""

    reason: str


def cell_text(value: object) -> str:
    """The canonical text of a stored value (see the module's docstring)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        shown = f"{value:.15g}"
        return format(Decimal(shown), "f") if "e" in shown else shown
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat()
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return str(value.total_seconds() / 86400)
    return "" if value is None else str(value)
