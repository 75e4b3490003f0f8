"""What recognising gives of one sheet: a return's table, its rows sorted apart, its cells as texts."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from flows.ground.findings import Finding, column_letter
from flows.read.grid import Shown
from flows.recognise.envelope import Envelope, Statement
from flows.recognise.headers import Header
from flows.recognise.names import part_named
from schemas.declare import Return

T = TypeVar("T")
# Stands in `Table.broken` where one number is merged over several rows.
MERGED = "merged"
# The same where a picture stands in the cell.
PICTURE = "图片"
_MOST_RUNS = 20


@dataclass(frozen=True)
class Total:
    """A 合计 or 小计 row: its texts by field, and the data rows that it may add up.

    `spans` are ranges of data rows, the likeliest first; a row such as 累计 has none.
    """

    row: int
    label: str
    texts: dict[str, str]
    spans: tuple[range, ...]


class Skip(Enum):
    """Why a row below the header is taken for nothing that is reported, in words."""

    NOTE = "说明"
    LONE_WORDS = "小标题或单独的文字"
    PRINTED = "印制的文字"
    AFTERWORD = "签字以下的文字"
    BESIDE = "没有数字的比较项"
    ELSEWHERE = "只在单位、报告期或本表没有的列里有内容"


@dataclass(frozen=True)
class Table:
    """One return's table in one sheet. Row numbers and columns are zero-based.

    `texts[field][i]` is the cell of field `field` in data row `i`, which stands in sheet row
    `rows[i]`; `broken` holds the cells that have no usable value, `unseen` those that held
    characters nobody sees, both by (i, field). `shown` are the cells whose format shows another number
    or text than is stored: `texts` has what is shown, `stored` what is stored where the two numbers
    disagree. `struck` are the cells that are struck out, `long_numbers` those of numbers that have lost
    their last digits; `left_out` is what cells have beside their text. `row_units` and `currencies`
    are what columns of units and of currencies say for row i, and where, `stated[i]` what columns
    such as 填表人 state for it. `nil_stated` are the rows that only report that there is nothing,
    with what their own columns state; `faint_nil` say so by a word such as 无, and beside rows of the
    same owner nothing. `titles` are the cells above
    the header that name the table. `skipped` are the rows below it that are nothing of all that.
    """

    model: type[Return]
    sheet: str
    header: Header
    envelope: Envelope
    rows: list[int]
    totals: list[Total]
    says_nil: bool
    uses_1904: bool
    titles: list[Statement]
    skipped: Mapping[int, Skip] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    broken: dict[tuple[int, str], str] = field(default_factory=dict)
    unseen: set[tuple[int, str]] = field(default_factory=set)
    shown: dict[tuple[int, str], Shown] = field(default_factory=dict)
    stored: dict[tuple[int, str], str] = field(default_factory=dict)
    struck: set[tuple[int, str]] = field(default_factory=set)
    long_numbers: set[tuple[int, str]] = field(default_factory=set)
    left_out: dict[tuple[int, str], str] = field(default_factory=dict)
    row_units: dict[int, tuple[str, str]] = field(default_factory=dict)
    currencies: dict[int, tuple[str, str]] = field(default_factory=dict)
    stated: dict[int, list[Statement]] = field(default_factory=dict)
    nil_stated: dict[int, list[Statement]] = field(default_factory=dict)
    faint_nil: set[int] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def cell(self, index: int, name: str) -> str | None:
        """The address of a field's cell in data row `index`; None where no column carries it."""
        heading = self.header.fields.get(name)
        return f"{column_letter(heading.index)}{self.rows[index] + 1}" if heading else None

    @property
    def part(self) -> str | None:
        """Which part of a return the sheet or a title calls it, None for a whole one."""
        names = (self.sheet, *(title.value for title in self.titles))
        return next(filter(None, map(part_named, names)), None)

    def of_fields(self, marks: Mapping[tuple[int, int], T]) -> Iterator[tuple[tuple[int, str], T]]:
        """The marks of a sheet's cells that stand in fields of data rows, by data row and field."""
        if not marks:
            return
        position_of = {number: position for position, number in enumerate(self.rows)}
        field_of = {heading.index: name for name, heading in self.header.fields.items()}
        for (number, index), mark in marks.items():
            if number in position_of and index in field_of:
                yield (position_of[number], field_of[index]), mark

    def own_columns(self) -> set[str]:
        """The fields by which each row says itself who reports it, for which month."""
        declared = self.model.columns()
        return {name for name in self.header.fields if declared[name].is_envelope}


def row_ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers with runs drawn together: 5、8—12; so many runs and no more."""
    runs = [f"{run[0]}—{run[-1]}" if len(run) > 1 else str(run[0]) for run in _runs(numbers)]
    return "、".join(runs[:_MOST_RUNS]) + ("等" if len(runs) > _MOST_RUNS else "")


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    """Ascending numbers, those that follow each other together."""
    together = itertools.groupby(enumerate(numbers), key=lambda place: place[1] - place[0])
    return [[number for _, number in run] for _, run in together]
