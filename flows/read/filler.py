"""A grid on its way: cells are put into it one by one, each within the bounds of what is no attack."""

from __future__ import annotations

from typing import Any

from flows.read.grid import Range, Shown, refuse_wide
from flows.read.runs import Joined


class Filler:
    """Rows of texts, and the marks of a `Grid` that stand at cells."""

    def __init__(self) -> None:
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
        if down > 0 or right > 0:
            self.merged.append((row, column, row + down, column + right))
        if error:
            self.broken[row, column] = error
        if not text and not error:
            return
        self._width = max(self._width, column + 1)
        refuse_wide(max(row + 1, len(self.rows)), self._width)
        self.rows += [[] for _ in range(row + 1 - len(self.rows))]
        cells = self.rows[row]
        cells += [""] * (column + 1 - len(cells))
        cells[column] = text

    def mark(self, row: int, column: int, said: Joined, shown: Shown | None) -> None:
        """What is to be known of the cell beside its text."""
        if said.left_out:
            self.left_out[row, column] = said.left_out
        if said.is_wholly_struck:
            self.struck.append((row, column))
        if shown:
            self.shown[row, column] = shown
