"""A sheet before it has a format: values by place, and what is merged and hidden."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flows.ground.findings import column_letter


@dataclass(frozen=True)
class Broken:
    """An error cell."""

    error: str = "#REF!"


@dataclass(frozen=True)
class Formula:
    """A formula with its stored result; None where the program stored none."""

    text: str
    result: float | str | Broken | None = None


@dataclass(frozen=True)
class Dressed:
    """A value with the code of its number format, and whether it is struck out."""

    value: str | int | float | dt.date
    code: str = "General"
    is_struck: bool = False


@dataclass(frozen=True)
class Rich:
    """A text of parts, each with its font: one of `FONTS`."""

    parts: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.parts)


FONTS = ("plain", "struck", "raised", "lowered")

Value = str | int | float | dt.date | bool | Broken | Formula | Dressed | Rich | None
Place = tuple[int, int]


@dataclass
class Sheet:
    """Zero-based rows and columns. `merged` holds first row, first column, last row, last column."""

    name: str = "Sheet1"
    cells: dict[Place, Value] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    is_hidden: bool = False
    uses_1904: bool = False

    @classmethod
    def of(
        cls, rows: Iterable[Sequence[Value]], *, name: str = "Sheet1", at: Place = (0, 0)
    ) -> Sheet:
        """A sheet with these rows, the first value at `at`."""
        sheet = cls(name)
        for number, row in enumerate(rows, start=at[0]):
            sheet.put(number, row, at[1])
        return sheet

    def put(self, row: int, values: Sequence[Value], column: int = 0) -> None:
        """Values from that cell on to the right; None leaves a cell blank."""
        for index, value in enumerate(values, start=column):
            if value is not None:
                self.cells[row, index] = value

    def merge(self, row: int, column: int, last_row: int, last_column: int) -> None:
        self.merged.append((row, column, last_row, last_column))

    @property
    def height(self) -> int:
        return max((row for row, _ in self.cells), default=-1) + 1

    @property
    def width(self) -> int:
        return max((column for _, column in self.cells), default=-1) + 1

    def looks(self) -> set[tuple[str, bool]]:
        """Number formats with whether the cell is struck out, as far as a cell has any."""
        return {
            (one.code, one.is_struck) for one in self.cells.values() if isinstance(one, Dressed)
        }

    def rows(self) -> list[list[Value]]:
        """Every row in full width."""
        width = self.width
        return [
            [self.cells.get((row, column)) for column in range(width)] for row in range(self.height)
        ]


def address(row: int, column: int) -> str:
    """The name of a cell, as F12."""
    return f"{column_letter(column)}{row + 1}"


def serial(day: dt.date, *, uses_1904: bool = False) -> int:
    """The number that spreadsheet programs store for a day."""
    return (day - (dt.date(1904, 1, 1) if uses_1904 else dt.date(1899, 12, 30))).days


def shown(value: Value) -> str:
    """A value as a format without types carries it."""
    if isinstance(value, Dressed):
        return shown(value.value)
    if isinstance(value, Rich):
        return value.text
    if isinstance(value, Formula):
        return shown(value.result)
    if isinstance(value, Broken):
        return value.error
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "" if value is None else str(value)
