"""What reading gives: sheets of cells as text, with the marks that a grid alone cannot carry.

A cell is the text of its stored value: numbers in plain notation with the fifteen significant
digits that spreadsheet programs keep, dates as 2021-05-31, a blank as "". All positions are
zero-based and absolute, so row 0, column 0 is the cell that the department knows as A1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells."""

BROKEN, NO_TABLE = "文件已损坏或没有传完。", "不是能识别的表格文件。"
"""Why a file can't be read, whatever its format."""
NO_RESULT = "="
"""What stands in `Grid.broken` for a formula whose result was not stored."""


_LONG = 1e15


class UnreadableError(Exception):
    """The file can't be read; the message is Chinese and meant for the department."""


@dataclass(frozen=True)
class Shown:
    """What a cell shows where its format makes something else of what is stored.

    `text` is the stored number in full, dressed as the format dresses it: with its words, its sign,
    its leading zeros, moved by its scale (12.5亿元, US$300, -300, 50%, JD-202104-001); "" where the
    format shows nothing. `disagrees`: its digits are not those of the stored number (moved by
    commas, with or without a unit behind; other digits around it; a minus that the format leaves
    out), so that it is to be compared with the stored one. A percent or a sign that is seen does
    not disagree.
    """

    text: str
    disagrees: bool = False


@dataclass(frozen=True)
class Grid:
    """One sheet. `name` is "" where the format has no sheets."""

    name: str
    rows: list[list[str]]
    merged: list[Range] = field(default_factory=list)
    is_hidden: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    """Cells without a usable value, by row and column: the error ("#REF!"), or `NO_RESULT`."""
    uses_1904: bool = False
    shown: dict[tuple[int, int], Shown] = field(default_factory=dict)
    """Cells whose format shows another number or text than is stored; `rows` has the stored one."""
    struck: list[tuple[int, int]] = field(default_factory=list)
    """Cells that are struck out as a whole; their text stands in `rows`."""
    left_out: dict[tuple[int, int], str] = field(default_factory=dict)
    """What a cell has beside its text in `rows`: struck out, or a raised mark of a footnote."""
    long_numbers: list[tuple[int, int]] = field(default_factory=list)
    """Numbers of more digits than spreadsheet programs keep: their last ones are lost."""
    stray_quotes: list[tuple[int, int]] = field(default_factory=list)
    """Cells of a text file whose text begins with a quotation mark that quotes nothing."""


@dataclass(frozen=True)
class Book:
    """A file that could be read. `format` is what its content is, whatever its name says.

    `damaged` names the sheets that could not be read where others could.
    """

    format: str
    sheets: list[Grid]
    damaged: list[str] = field(default_factory=list)

    def to_plain(self) -> list[Any]:
        """Lists, texts and numbers only, for the way out of the process that read it."""
        return [self.format, [_plain(one) for one in self.sheets], self.damaged]

    @classmethod
    def from_plain(cls, plain: list[Any]) -> Book:
        """The book that `to_plain` took apart."""
        kind, sheets, damaged = plain
        for one in sheets:
            one["merged"] = [tuple(area) for area in one["merged"]]
            for name in ("struck", "long_numbers", "stray_quotes"):
                one[name] = [tuple(place) for place in one[name]]
            for name in ("broken", "left_out"):
                one[name] = {(row, column): text for row, column, text in one[name]}
            one["shown"] = {(row, column): Shown(*about) for row, column, *about in one["shown"]}
        return cls(kind, [Grid(**one) for one in sheets], damaged)


def _plain(grid: Grid) -> dict[str, Any]:
    by_place = {
        name: [[*place, text] for place, text in getattr(grid, name).items()]
        for name in ("broken", "left_out")
    }
    shown = [[*place, one.text, one.disagrees] for place, one in grid.shown.items()]
    return {**vars(grid), **by_place, "shown": shown}


@dataclass(frozen=True)
class Unreadable:
    """A file that could not be read: `reason` in Chinese for the department (finding E011)."""

    reason: str


def column_index(letters: str) -> int:
    """The zero-based column that the letters name: A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _float_text(value: float) -> str:
    if value.is_integer() and -_LONG < value < _LONG:
        return str(int(value))
    shown = f"{value:.15g}"
    return format(Decimal(shown), "f") if "e" in shown else shown


def is_long(value: object) -> bool:
    """Whether this is a number of more than the fifteen digits that are kept."""
    return isinstance(value, float) and not -_LONG < value < _LONG


def _moment_text(value: dt.datetime) -> str:
    if value.time() == dt.time():
        return value.date().isoformat()
    return value.isoformat(sep=" ", timespec="seconds")


_TEXT_OF: dict[type, Callable[[Any], str]] = {
    str: str,
    bool: lambda value: "TRUE" if value else "FALSE",
    int: str,
    float: _float_text,
    dt.datetime: _moment_text,
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
    # A length of time is stored as a number of days.
    dt.timedelta: lambda value: _float_text(value.total_seconds() / 86400),
    type(None): lambda _: "",
}


def cell_text(value: object) -> str:
    """The canonical text of a stored value (see the module's docstring)."""
    return _TEXT_OF[value.__class__](value)


def sheet_texts(
    rows: Sequence[Sequence[object]],
) -> tuple[list[list[str]], list[tuple[int, int]]]:
    """The same of all values of a sheet, mostly texts; and where its `long_numbers` are."""
    has_long = False

    def float_text(value: float) -> str:
        nonlocal has_long
        if value.is_integer() and -_LONG < value < _LONG:
            return str(int(value))
        has_long = has_long or is_long(value)
        return _float_text(value)

    text_of: dict[type, Callable[[Any], str]] = {**_TEXT_OF, float: float_text}
    texts = [
        [value if value.__class__ is str else text_of[value.__class__](value) for value in row]
        for row in rows
    ]
    if not has_long:
        return texts, []
    return texts, [
        (at, column)
        for at, row in enumerate(rows)
        for column, value in enumerate(row)
        if is_long(value)
    ]
