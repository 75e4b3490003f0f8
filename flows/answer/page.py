"""A sheet of ours before it is written: cells with a style by name, widths, heights, protection.

What a page looks like is said here; `sheet` writes it into a workbook, whoever made that.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

Value = str | int | float | Decimal | dt.date | None
FONT = "宋体"
SIZE = 10
LINE_HEIGHT = 14.5
MAX_HEIGHT = 400.0
# Colours that tell severities apart without shouting; no other cell of ours has them, so that
# they can be taken off again when a reply comes back.
SEVERITY_FILLS = {"error": "F8CBC6", "warning": "FDE9B8", "info": "DCE9F5"}
# What no workbook may hold: control characters other than tab and newline, halves of surrogates.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Text that a spreadsheet program would take for a formula if it were typed in.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True, eq=False)
class Style:
    """How a cell looks.

    Styles are few and made once; they are told apart by what they are, not by comparing.
    """

    bold: bool = False
    italic: bool = False
    underlined: bool = False
    size: int = SIZE
    colour: str = "000000"
    fill: str | None = None
    align: str = "left"
    valign: str = "center"
    indent: int = 0
    wrap: bool = False
    border: bool = False
    number_format: str = "General"
    locked: bool = True


_BODY = Style(border=True, wrap=True)
_HEADER = Style(bold=True, border=True, wrap=True, align="center", fill="E7E6E6")
STYLES: dict[str, Style] = {
    "plain": Style(),
    "title": Style(bold=True, size=16, align="center"),
    "words": Style(wrap=True),
    "strong": Style(bold=True, size=11, wrap=True),
    "section": Style(bold=True, size=11),
    "header": _HEADER,
    "cell": _BODY,
    "center": Style(border=True, wrap=True, align="center"),
    "link": Style(border=True, align="center", underlined=True, colour="0563C1", wrap=True),
    "group": Style(border=True, wrap=True, italic=True, fill="F5F5F5"),
    "answer": Style(border=True, wrap=True, fill="EAF4E4", locked=False),
    **{
        name: Style(border=True, align="center", fill=fill) for name, fill in SEVERITY_FILLS.items()
    },
    "time": Style(border=True, align="center", number_format="yyyy-mm-dd hh:mm", wrap=True),
    "date": Style(border=True, align="center", number_format="yyyy-mm-dd"),
    "number": Style(border=True, align="right"),
    "bad": Style(border=True, align="center", fill=SEVERITY_FILLS["error"]),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with its style; `link` leads to a place in the same workbook ("'表'!F12")."""

    value: Value = None
    style: str | Style = "cell"
    link: str | None = None
    span: int = 1
    """Over how many columns it reaches."""


@dataclass
class Page:
    """A sheet of ours. `header_row` (zero-based) stays on screen and on each printed page; where the
    header has several rows, it is the last of them.

    `later` are rows below the others that are made only when they are written, once; a None in
    them leaves its place empty. `is_data` is a sheet of a department's own data: it is not
    protected, and its rows have the usual height.
    """

    name: str
    widths: Sequence[float]
    rows: list[list[Cell]] = field(default_factory=list)
    later: Iterable[Sequence[Cell | None]] = ()
    heights: dict[int, float] = field(default_factory=dict)
    header_row: int | None = None
    header_rows: int = 1
    frozen_columns: int = 0
    """How many columns stay on screen."""
    filtered: tuple[int, int, int, int] | None = None
    """The area whose first row offers to filter: first row and column, last row and column."""
    footer: tuple[str, str] = ("", "")
    """What stands at the foot of each printed page, left and right of its number."""
    merged: Sequence[tuple[int, int, int, int]] = ()
    """Areas beside those of cells with a span: first row and column, last row and column."""
    drawing: str | None = None
    """Which of the sheet's links leads to the drawing of its comments."""
    is_data: bool = False
    is_protected: bool = True
    is_hidden: bool = False
    is_very_hidden: bool = False

    def add(self, *cells: Cell, height: float | None = None) -> int:
        """Adds a row; its height is what its longest text takes. Gives the row's number."""
        self.rows.append(list(cells))
        number = len(self.rows) - 1
        self.heights[number] = height or self._height(cells)
        return number

    def add_line(
        self, text: str, style: str | Style = "words", *, height: float | None = None
    ) -> int:
        """Adds one text over the whole width."""
        return self.add(Cell(text, style, span=len(self.widths)), height=height)

    def lines(self) -> Iterator[tuple[Sequence[Cell | None], float | None]]:
        """Every row with its height; None for the usual one."""
        for number, cells in enumerate(self.rows):
            yield cells, self.heights.get(number)
        is_plain = self.is_data or self.is_very_hidden
        for later in self.later:
            yield later, None if is_plain else self._height(later)

    def _height(self, cells: Iterable[Cell | None]) -> float:
        lines, column = 1, 0
        size = SIZE
        for cell in cells:
            if cell is None:
                column += 1
                continue
            style = style_of(cell)
            if isinstance(cell.value, str) and style.wrap:
                width = sum(self.widths[column : column + cell.span])
                lines = max(lines, lines_of(cell.value, width * SIZE / style.size))
            size = max(size, style.size)
            column += cell.span
        return min(MAX_HEIGHT, lines * LINE_HEIGHT * size / SIZE + 3)


def style_of(cell: Cell) -> Style:
    """How the cell looks."""
    return STYLES[cell.style] if isinstance(cell.style, str) else cell.style


@lru_cache(maxsize=50_000)
def text_width(text: str) -> int:
    """How many narrow characters wide the text is; Chinese ones count double."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(one) in "WFA" else 1 for one in text)


@lru_cache(maxsize=50_000)
def lines_of(text: str, width: float) -> int:
    """How many lines the text takes in a column of that width."""
    usable = max(1.0, width - 1.5)
    return sum(max(1, -int(-text_width(part) // usable)) for part in text.split("\n"))


def writable(text: str) -> str:
    """The text without what no workbook may hold."""
    return text if text.isprintable() else _UNWRITABLE.sub("", text)


def shortened(text: str, limit: int) -> str:
    """The text up to a limit, with how long it is where something is left out."""
    return text if len(text) <= limit else f"{text[: limit - 1]}……（共{len(text)}字）"


def looks_like_formula(text: str) -> bool:
    """Whether typing the text would make a formula of it."""
    return text.startswith(FORMULA_STARTS)


def place(sheet: str, cell: str) -> str:
    """Where a link leads: the sheet's name quoted as spreadsheet programs want it."""
    return "'" + sheet.replace("'", "''") + f"'!{cell}"


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """The name for a sheet, with a number behind where another has it already."""
    used = {one.casefold() for one in taken}
    name, number = wanted, 2
    while name.casefold() in used:
        name, number = f"{wanted}{number}", number + 1
    return name


# How large a comment opens, in pixels, and about how many narrow characters a line of it holds.
COMMENT_WIDTH = 340
_COMMENT_COLUMNS = 50


def comment_height(text: str) -> int:
    """The height at which a comment of COMMENT_WIDTH shows its whole text, up to a limit."""
    return min(420, 18 * lines_of(text, _COMMENT_COLUMNS) + 20)
