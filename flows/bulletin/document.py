"""What a bulletin says, before it is laid out: sections of paragraphs and tables, every number printed.

One for all formats: a number's text is made here and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from flows.values import printed

_MOST_COLUMNS, _TOGETHER = 9, 12
Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Cell:
    """A text; of a number also what is printed as a number (a rate as a part of one), and its format."""

    text: str
    number: Decimal | None = None
    number_format: str = "General"
    align: Align = "left"


def words(text: object, align: Align = "left") -> Cell:
    """A text, an empty one for None."""
    return Cell("" if text is None else str(text), align=align)


def count(value: int | None) -> Cell:
    """How many; empty for none at all, so that what is there is seen."""
    return Cell(str(value), Decimal(value), "0", "center") if value else Cell("", align="center")


def figure(value: Decimal | None) -> Cell:
    """A figure's value to two places, trailing zeros dropped; a dash for none."""
    return _number(printed.amount(value), value)


def whole(value: Decimal | None) -> Cell:
    """A value with every digit: two that differ look different."""
    return _number(printed.exact(value), value)


def change(value: Decimal | None) -> Cell:
    """A difference with its sign and every digit."""
    return _number(printed.change(value), value, "+General;-General;0")


def rate(value: int | None) -> Cell:
    """A rate in whole per cent."""
    part = None if value is None else Decimal(value) / 100
    return Cell(printed.percent(value), part, "0%", "right")


def gap(value: Decimal | None) -> Cell:
    """A difference in points, to one place and with its sign."""
    return _number(printed.signed_points(value), value, "+0.0;-0.0;0.0")


def score(value: Decimal | None) -> Cell:
    """A score in per cent, to one place."""
    return _number(printed.points(value), value, "0.0")


def _number(text: str, value: Decimal | None, number_format: str = "General") -> Cell:
    """A cell with the number that its text says; without one for a dash."""
    return Cell(text, None if value is None else Decimal(text), number_format, "right")


def day(value: dt.date | None) -> Cell:
    """A day as people write it; the year is the bulletin's."""
    return words(value and day_words(value), "center")


def day_words(value: dt.date) -> str:
    """A day of the year: 5月31日."""
    return f"{value.month}月{value.day}日"


def dated_words(value: dt.date) -> str:
    """A day with its year: 2021年5月31日."""
    return f"{value.year}年{day_words(value)}"


@dataclass(frozen=True)
class Column:
    """A column: its head, how wide it is beside the others, and what stands over it and its neighbours."""

    head: str
    width: float
    group: str = ""


@dataclass(frozen=True)
class Table:
    """A table; where `has_total` its last row adds up those before it."""

    name: str
    """表1."""
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    unit: str = ""
    """What stands over its right end: 单位：亿元."""
    notes: Sequence[str] = ()
    has_total: bool = False

    @property
    def heads(self) -> Iterator[tuple[str, int]]:
        """The upper row of the head: what reaches over how many columns."""
        previous = None
        for one in self.columns:
            if one.group and one.group == previous:
                continue
            previous = one.group
            span = sum(1 for other in self.columns if other.group == one.group)
            yield (one.group, span) if one.group else (one.head, 1)

    @property
    def has_groups(self) -> bool:
        return any(one.group for one in self.columns)

    @property
    def is_dense(self) -> bool:
        """Whether it has so many columns that it is set smaller."""
        return len(self.columns) > _MOST_COLUMNS

    @property
    def is_short(self) -> bool:
        """Whether it is kept on one page."""
        return len(self.rows) <= _TOGETHER

    @property
    def shares(self) -> list[float]:
        """What each column has of the width, in per cent."""
        whole = sum(one.width for one in self.columns)
        return [round(100 * one.width / whole, 2) for one in self.columns]


@dataclass(frozen=True)
class Section:
    """A part under a heading; `name` is what a template calls it by."""

    name: str
    title: str
    blocks: Sequence[str | Table]
    is_small: bool = False
    """Whether its text is of the kind that is looked up, and set smaller."""

    @property
    def tables(self) -> list[Table]:
        return [one for one in self.blocks if isinstance(one, Table)]


@dataclass(frozen=True)
class Document:
    """A bulletin."""

    title: str
    subtitle: str
    sections: Sequence[Section]
    copy_to: str
    """抄送; empty for none."""
    source: str = ""
    """By which release, where no section says it."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """The texts that a template can ask for by name, title and subtitle among them."""

    @property
    def numbered(self) -> Iterator[tuple[str, Section]]:
        """The sections with their headings: 一、总体情况."""
        for number, one in enumerate(self.sections):
            yield f"{_NUMERALS[number]}、{one.title}", one


_NUMERALS = "一二三四五六七八九"
