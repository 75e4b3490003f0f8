"""Who reports a table, and for which month: what is stated, what names say, what counts.

One reader for both questions. What is stated wins over the names of sheet, file and folder; which
of it is sound is for validate, so everything that was read is handed over.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from flows.ground.zone import Zone
from flows.recognise.envelope import Statement
from flows.recognise.names import (
    department_inside,
    department_titled,
    names_of,
    year_named,
)
from flows.recognise.table import Table
from flows.values.dates import month_inside, parse_date, parse_month

V = TypeVar("V", str, dt.date)


@dataclass(frozen=True)
class Named(Generic[V]):
    """A name that means a value: what it is the name of (文件夹), and its text."""

    kind: str
    text: str
    value: V


@dataclass(frozen=True)
class Reading(Generic[V]):
    """What a table says of its reporter, or of its month.

    `value` is what counts, None where nothing tells it. `stated` is every statement and title with
    what it means, None where it can't be made out; `named` are the names that say something,
    nearest first. `statement` is where the value is stated; None where only a name says it.
    """

    value: V | None
    statement: Statement | None
    stated: tuple[tuple[Statement, V | None], ...]
    named: tuple[Named[V], ...]


class Question(ABC, Generic[V]):
    """What is asked of a table, and how the answer may be worded."""

    part: str
    """The part of the envelope that states it."""
    field: str
    """The field of the return that says it for a row."""

    @abstractmethod
    def in_cell(self, text: str) -> V | None:
        """What the words mean by themselves."""

    def in_line(self, text: str) -> V | None:
        """What the words mean in a line of the envelope."""
        return self.in_cell(text)

    @abstractmethod
    def in_title(self, text: str) -> V | None:
        """What a title mentions."""

    @abstractmethod
    def in_name(self, text: str) -> V | None:
        """What a name of sheet, file or folder mentions."""

    def knowing(self, value: V) -> Question[V]:
        """The question once one answer is known, which may complete others."""
        return self

    def asks_titles(self, table: Table) -> bool:
        """Whether a title answers it."""
        return True

    def by_row(self, table: Table, reading: Reading[V]) -> list[V | None] | None:
        """The answer for each row, where another column than its own decides it."""
        return None


@dataclass(frozen=True)
class WhichDepartment(Question[str]):
    """Which department of the roster reports."""

    zone: Zone
    part = "department"
    field = "department"

    def in_cell(self, text: str) -> str | None:
        return self.zone.department_of(text)

    def in_title(self, text: str) -> str | None:
        return department_titled(text, self.zone)

    def in_name(self, text: str) -> str | None:
        return department_inside(text, self.zone)

    def asks_titles(self, table: Table) -> bool:
        # Where rows name departments, the title names whoever put the table together.
        return self.field not in table.header.fields


@dataclass(frozen=True)
class WhichMonth(Question[dt.date]):
    """For which month; `year` completes one that is written without."""

    year: int | None
    uses_1904: bool
    part = "month"
    field = "report_month"

    def in_cell(self, text: str) -> dt.date | None:
        return parse_month(text, year=self.year, epoch_1904=self.uses_1904)

    def in_line(self, text: str) -> dt.date | None:
        month = self.in_cell(text)
        # From the first to the last of its days.
        return month_inside(text, year=self.year) if month is None and "日" in text else month

    def in_title(self, text: str) -> dt.date | None:
        return month_inside(text, year=self.year)

    def in_name(self, text: str) -> dt.date | None:
        return month_inside(text, year=self.year)

    def knowing(self, value: dt.date) -> WhichMonth:
        return replace(self, year=value.year)

    def by_row(self, table: Table, reading: Reading[dt.date]) -> list[dt.date | None] | None:
        """01 and 14: the date that decides it, unless the envelope states the month of a 14."""
        form = table.model.form()
        if form.month_from is None:
            return None
        if reading.statement is not None and not form.rows_decide_month:
            return [reading.value] * len(table.rows)
        texts = table.texts.get(form.month_from, [""] * len(table.rows))
        days = [parse_date(text, year=self.year, epoch_1904=self.uses_1904) for text in texts]
        return [day.value.replace(day=1) if day else reading.value for day in days]


def which_month(table: Table, path: str) -> WhichMonth:
    """The question for the month of a table, with the year that its titles and names tell."""
    names = [text for _, text in names_of(table.sheet, path)]
    return WhichMonth(year_named([title.value for title in table.titles], names), table.uses_1904)


@dataclass(frozen=True)
class Answer(Generic[V]):
    """What a table says to a question: as a whole, for each of its rows, for each nil row."""

    reading: Reading[V]
    rows: list[V | None]
    nil_rows: dict[int, V | None]


def answer(question: Question[V], table: Table, path: str) -> Answer[V]:
    """Reads statements and titles, then names; then what each row says for itself."""
    stated = [(line, question.in_line(line.value)) for line in _stated(table, question)]
    is_clear = all(value is not None for _, value in stated)
    question = _knowing_first(question, stated)
    if is_clear and question.asks_titles(table):
        for title in table.titles:
            if (value := question.in_title(title.value)) is not None:
                stated.append((replace(title, part=question.part), value))
    question = _knowing_first(question, stated)
    named = tuple(
        Named(kind, text, value)
        for kind, text in names_of(table.sheet, path)
        if (value := question.in_name(text)) is not None
    )
    reading = _settled(stated, named, may_be_named=is_clear)
    if reading.value is not None and reading.statement is None:
        question = question.knowing(reading.value)
    filling = _filling(table, question, reading)
    own = {number: _own(question, stated) for number, stated in table.nil_stated.items()}
    return Answer(
        reading,
        question.by_row(table, reading) or _by_own_column(table, question, reading, filling),
        {n: question.in_cell(cell.value) if cell else filling for n, cell in own.items()},
    )


def _settled(
    stated: Sequence[tuple[Statement, V | None]], named: tuple[Named[V], ...], *, may_be_named: bool
) -> Reading[V]:
    """What is stated first counts, else the nearest name."""
    for statement, value in stated:
        if value is not None:
            return Reading(value, statement, tuple(stated), named)
    value = named[0].value if named and may_be_named else None
    return Reading(value, None, tuple(stated), named)


def _stated(table: Table, question: Question[V]) -> list[Statement]:
    """Everything that is stated for the whole table; 01 and 14 have columns for it."""
    lines = table.envelope.all(question.part)
    if question.field in table.own_columns():
        return lines
    columns = [*table.stated.values(), *table.nil_stated.values()]
    return lines + [cell for cells in columns for cell in cells if cell.part == question.part]


def _knowing_first(
    question: Question[V], stated: Sequence[tuple[Statement, V | None]]
) -> Question[V]:
    first = next((value for _, value in stated if value is not None), None)
    return question if first is None else question.knowing(first)


def _own(question: Question[V], stated: Sequence[Statement]) -> Statement | None:
    """What a row's own columns state of it; the last one where two do."""
    return next((cell for cell in reversed(stated) if cell.part == question.part), None)


def _filling(table: Table, question: Question[V], reading: Reading[V]) -> V | None:
    """What stands for a blank cell of a column: what is stated for all rows.

    The name of sheet, file or folder does where the whole column is blank; in its gaps it would
    be a guess.
    """
    rows = [*table.stated.values(), *table.nil_stated.values()]
    is_filled = any(table.texts.get(question.field, ())) or any(
        _own(question, stated) for stated in rows
    )
    return None if is_filled and reading.statement is None else reading.value


def _by_own_column(
    table: Table, question: Question[V], reading: Reading[V], filling: V | None
) -> list[V | None]:
    """Each row's own column where the return has one for that, else what counts for all."""
    if question.field not in table.own_columns():
        return [reading.value] * len(table.rows)
    texts = table.texts[question.field]
    means = {text: question.in_cell(text) if text else filling for text in dict.fromkeys(texts)}
    return [means[text] for text in texts]
