"""What the styles of a binary workbook tell of its cells, for .xls and .xlsb alike.

Both have cell formats by number, each with a font and a number format by theirs; and texts whose
parts have fonts of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from flows.read.grid import Grid
from flows.read.number_format import BUILTIN, dress, tells
from flows.read.runs import Run, join

Place = tuple[int, int]
Break = tuple[int, int]
"""Where in a text (in UTF-16 units) a part with another font begins, and that font."""


class Font(NamedTuple):
    """What a font does beside looking nice."""

    is_struck: bool = False
    is_raised: bool = False
    is_lowered: bool = False


PLAIN = Font()


class Styled(NamedTuple):
    """A cell with something to look at: its format by number, and the breaks of a text of parts."""

    place: Place
    format: int
    is_text: bool
    breaks: Sequence[Break] = ()


@dataclass
class Looks:
    """The fonts and cell formats of a workbook, in their order; codes of number formats by theirs."""

    fonts: list[Font] = field(default_factory=list)
    formats: list[tuple[int, int]] = field(default_factory=list)
    """Font and number format of each cell format."""
    codes: dict[int, str] = field(default_factory=dict)

    def telling(self) -> frozenset[int]:
        """The cell formats that change what a cell says; mostly none."""
        codes = {number for number in {two for _, two in self.formats} if self._tells(number)}
        return frozenset(
            at
            for at, (font, number) in enumerate(self.formats)
            if number in codes or self.font(font).is_struck
        )

    def have_parts(self) -> bool:
        """Whether any font makes a part of a text something else."""
        return any(font != PLAIN for font in self.fonts)

    def font(self, number: int) -> Font:
        """The font; a number too high is that of a plain one."""
        return self.fonts[number] if number < len(self.fonts) else PLAIN

    def code(self, number: int) -> str:
        """The code of a number format."""
        return self.codes.get(number) or BUILTIN.get(number, "General")

    def _tells(self, number: int) -> bool:
        return tells(self.code(number))

    def mark(self, grid: Grid, cells: Iterable[Styled]) -> None:
        """Puts in the grid what is to be known of these cells."""
        for cell in cells:
            row, column = cell.place
            if row >= len(grid.rows) or column >= len(grid.rows[row]):
                continue
            text = grid.rows[row][column]
            font, number = self.formats[cell.format] if cell.format < len(self.formats) else (0, 0)
            is_struck = self.font(font).is_struck
            if cell.breaks:
                said = join(self._runs(text, cell.breaks, font))
                text = grid.rows[row][column] = said.text
                is_struck = said.is_wholly_struck
                if said.left_out:
                    grid.left_out[cell.place] = said.left_out
            if text and is_struck:
                grid.struck.append(cell.place)
            if text and (shown := dress(self.code(number), text, is_text=cell.is_text)):
                grid.shown[cell.place] = shown

    def _runs(self, text: str, breaks: Sequence[Break], font: int) -> list[Run]:
        wide = text.encode("utf-16-le", "surrogatepass")
        starts = [0, *(2 * start for start, _ in breaks), len(wide)]
        fonts = [font, *(own for _, own in breaks)]
        return [
            Run(wide[start:stop].decode("utf-16-le", "replace"), *self.font(own))
            for start, stop, own in zip(starts, starts[1:], fonts, strict=False)
            if start < stop
        ]


def mark_all(sheets: Iterable[Grid], looks: Looks, cells: Mapping[str, Sequence[Styled]]) -> None:
    """Puts in each sheet what is to be known of its cells, which are given by its name."""
    for grid in sheets:
        looks.mark(grid, cells.get(grid.name, ()))
