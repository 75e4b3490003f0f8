"""A grid on its way: cells are put into it one by one, each within the bounds of what is no attack."""

from __future__ import annotations

from typing import Any

from flows.read.budget import Budget, refuse_wide
from flows.read.grid import Range, Shown
from flows.read.runs import Joined


class Filler:
    """Rows of texts, and the marks of a `Grid` that stand at cells."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.rows: list[list[str]] = []
        self.merged: list[Range] = []
        self.broken: dict[tuple[int, int], str] = {}
        self.shown: dict[tuple[int, int], Shown] = {}
        self.struck: list[tuple[int, int]] = []
        self.left_out: dict[tuple[int, int], str] = {}
        self.long_numbers: list[tuple[int, int]] = []
        self._width = 0

    def marks(self) -> dict[str, Any]:
        """The fields of the grid that were filled."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    def put(
        self,
        row: int,
        column: int,
        text: str,
        error: str | None = None,
        *,
        down: int = 0,
        right: int = 0,
    ) -> None:
        """One cell; `down` and `right` are how many cells further it reaches."""
        if row < 0 or column < 0:
            # It would be taken for a cell counted from the end.
            raise ValueError(f"a cell at {row}, {column}")
        if down > 0 or right > 0:
            self._budget.marks(1)
            self.merged.append((row, column, row + down, column + right))
        if error:
            self._budget.marks(1)
            self.broken[row, column] = error
        if not text and not error:
            return
        if column >= self._width or row >= len(self.rows):
            self._width = max(self._width, column + 1)
            refuse_wide(max(row + 1, len(self.rows)), self._width)
            self.rows += [[] for _ in range(row + 1 - len(self.rows))]
        cells = self.rows[row]
        more = max(column + 1 - len(cells), 0)
        self._budget.take(more, 1, len(text))
        cells += [""] * more
        cells[column] = self._budget.text(text)

    def mark(self, row: int, column: int, said: Joined, shown: Shown | None) -> None:
        """What is to be known of the cell beside its text."""
        if said.left_out or said.is_wholly_struck or shown:
            self._budget.marks(1)
        if said.left_out:
            self.left_out[row, column] = said.left_out
        if said.is_wholly_struck:
            self.struck.append((row, column))
        if shown:
            self.shown[row, column] = shown
