"""What the styles of a binary workbook tell of its cells, for .xls and .xlsb alike.

Both have cell formats by number, each with a font and a number format by theirs; and texts whose
parts have fonts of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from flows.read.grid import BROKEN, UnreadableError
from flows.read.number_format import BUILTIN, tells
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


class Text(NamedTuple):
    """A text of parts: the whole of it in UTF-16, and where parts with fonts of their own begin."""

    wide: bytes
    breaks: Sequence[Break]


class Styled(NamedTuple):
    """A cell with something to look at: its format by number, and its text where that has parts."""

    place: Place
    format: int
    text: Text | None = None


@dataclass
class Looks:
    """The fonts and cell formats of a workbook, in their order; codes of number formats by theirs."""

    fonts: list[Font] = field(default_factory=list)
    formats: list[tuple[int, int]] = field(default_factory=list)
    """Font and number format of each cell format."""
    codes: dict[int, str] = field(default_factory=dict)

    def telling(self) -> frozenset[int]:
        """The cell formats that change what a cell says; mostly none."""
        numbers = {number for _, number in self.formats}
        codes = {number for number in numbers if tells(self.code(number))}
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

    def marks(self, cells: Iterable[Styled]) -> dict[str, Any]:
        """What is to be known of these cells of a sheet, as `flows.read.calamine` takes it.

        Raises UnreadableError where the parts of a text do not follow each other.
        """
        formats: dict[Place, str] = {}
        texts: dict[Place, str] = {}
        struck: list[Place] = []
        left_out: dict[Place, str] = {}
        for cell in cells:
            font, number = self.formats[cell.format] if cell.format < len(self.formats) else (0, 0)
            is_struck = self.font(font).is_struck
            if tells(self.code(number)):
                formats[cell.place] = self.code(number)
            if cell.text:
                said = join(self._runs(cell.text, font))
                texts[cell.place] = said.text
                is_struck = said.is_wholly_struck
                if said.left_out:
                    left_out[cell.place] = said.left_out
            if is_struck:
                struck.append(cell.place)
        found = {"formats": formats, "texts": texts, "struck": struck, "left_out": left_out}
        return {name: value for name, value in found.items() if value}

    def _runs(self, text: Text, font: int) -> list[Run]:
        if any(after < before for (before, _), (after, _) in pairwise(text.breaks)):
            # What lies between would be said twice.
            raise UnreadableError(BROKEN)
        starts = [0, *(2 * start for start, _ in text.breaks), len(text.wide)]
        fonts = [font, *(own for _, own in text.breaks)]
        return [
            Run(text.wide[start:stop].decode("utf-16-le", "replace"), *self.font(own))
            for start, stop, own in zip(starts, starts[1:], fonts, strict=False)
            if start < stop
        ]
