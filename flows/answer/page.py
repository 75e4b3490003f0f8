"""A sheet of ours before it is written: cells with a style by name, widths, heights, protection.

Two libraries write our workbooks; what a page looks like is said once, here, for both.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

Value = str | int | float | dt.date | None
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
    """How a cell looks, in terms that both libraries know.

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


@dataclass(frozen=True)
class Cell:
    """A value with its style; `link` leads to a place in the same workbook ("'表'!F12")."""

    value: Value = None
    style: str = "cell"
    link: str | None = None
    span: int = 1
    """Over how many columns it reaches."""


@dataclass
class Page:
    """A sheet of ours. `header_row` (zero-based) stays on screen and on each printed page."""

    name: str
    widths: Sequence[float]
    rows: list[list[Cell]] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    header_row: int | None = None
    is_protected: bool = True
    is_very_hidden: bool = False

    def add(self, *cells: Cell, height: float | None = None) -> int:
        """Adds a row; its height is what its longest text takes. Gives the row's number."""
        self.rows.append(list(cells))
        number = len(self.rows) - 1
        self.heights[number] = height or self._height(cells)
        return number

    def add_line(self, text: str, style: str = "words", *, height: float | None = None) -> int:
        """Adds one text over the whole width."""
        return self.add(Cell(text, style, span=len(self.widths)), height=height)

    def _height(self, cells: Iterable[Cell]) -> float:
        lines, column = 1, 0
        size = SIZE
        for cell in cells:
            width = sum(self.widths[column : column + cell.span])
            style = STYLES[cell.style]
            if isinstance(cell.value, str) and style.wrap:
                lines = max(lines, lines_of(cell.value, width * SIZE / style.size))
            size = max(size, style.size)
            column += cell.span
        return min(MAX_HEIGHT, lines * LINE_HEIGHT * size / SIZE + 3)


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
