"""What a reply has to tell of a received file, as data that goes to the process that writes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from flows.answer.wording import CLOSED, OVER, is_explained, is_replaced
from flows.read.grid import column_index

SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True)
class Letterhead:
    """Who replies: the zone by its name, and whom to call."""

    zone: str
    contact: str


@dataclass(frozen=True)
class Filed:
    """One submission of the file."""

    submission_id: str
    return_name: str | None
    department: str | None
    month: dt.date | None
    version: int | None
    status: str
    rows_found: int
    rows_accepted: int
    rows_held: int
    ended: str
    """What is said of it where it counts no more, or nothing."""
    title: str
    """What the return is called."""

    @property
    def is_replaced(self) -> bool:
        """Whether something else counts in its place."""
        return is_replaced(self.status, self.ended)


@dataclass(frozen=True)
class Told:
    """One finding. `own_key` is the row's own key, "" where no row is meant."""

    submission_id: str
    rule: str
    severity: str
    sheet: str
    cell: str | None
    row: int | None
    column: str | None
    field: str | None
    value: str | None
    message: str
    suggestion: str
    explanation: str
    is_to_decide: bool
    is_over: bool
    """Whether nothing is asked any more, as its submission counts no more."""
    own_key: str
    effect: str = ""
    """What correcting it can move, in words."""
    rank: int | None = None
    """Its place among the findings by what they can move; None where that is nothing or not known."""

    @property
    def is_explained(self) -> bool:
        """Whether it is a warning that is explained, and waits for no decision."""
        return self.severity == "warning" and bool(self.explanation) and not self.is_to_decide

    @property
    def closed_words(self) -> str:
        """Why nothing more is to be done about an error or a warning, in a word; nothing where something is."""
        if self.severity == "info":
            return ""
        return OVER if self.is_over else CLOSED if self.is_explained else ""

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is to be done."""
        return self.is_over or self.is_explained

    @property
    def asks(self) -> str:
        """Its severity, as far as something is still to be done."""
        return "info" if self.is_closed else self.severity

    @property
    def group(self) -> tuple[str, ...]:
        """What repeated findings have in common: the rule, the column it speaks of, how they stand."""
        column = self.field or self.column or ""
        return (self.sheet, self.rule, self.severity, column, self.closed_words)

    @property
    def place(self) -> tuple[str, int, int]:
        """Where it stands, for sorting: sheet, row, column; the file and the sheet come first."""
        letters = (self.cell or "").rstrip("0123456789")
        digits = (self.cell or "")[len(letters) :]
        row = self.row or (int(digits) if digits else 0)
        return (self.sheet, row, column_index(letters) if letters else -1)


@dataclass(frozen=True)
class Report:
    """A received file: where it came from, its submissions, its findings most serious first.

    `received_at` is Beijing's time, without its zone: who takes that in looks it up in a file.
    """

    receipt: int
    path: str
    sha256: str
    received_at: dt.datetime
    filed: tuple[Filed, ...]
    told: tuple[Told, ...]
    folder: tuple[str, str]
    name: str
    """The reply's folders and name below the replies."""
    header_rows: Mapping[str, int] = field(default_factory=dict)
    """For each sheet with data the row above the first of them, zero-based (`header_rows_of`)."""

    def count(self, severity: str, submission_id: str | None = None) -> int:
        """How many findings of the severity there are, in all or in one submission."""
        return sum(
            one.severity == severity and submission_id in {None, one.submission_id}
            for one in self.told
        )

    def count_explained(self, submission_id: str | None = None) -> int:
        """How many of the warnings are explained, in all or in one submission."""
        return sum(
            one.is_explained and submission_id in {None, one.submission_id} for one in self.told
        )

    def is_explained(self, one: Filed) -> bool:
        """Whether a submission has warnings, and all of them are explained."""
        key = one.submission_id
        return is_explained(one.status, self.count("warning", key) - self.count_explained(key))

    @property
    def counting(self) -> tuple[Filed, ...]:
        """The submissions of which anything may be asked: those that nothing has ended."""
        return tuple(one for one in self.filed if not one.ended)

    @property
    def asks_to_correct(self) -> bool:
        """Whether anything of what counts is still to be corrected or explained."""
        keys = {one.submission_id for one in self.counting}
        return any(one.asks != "info" and one.submission_id in keys for one in self.told)


class Way(IntEnum):
    """How a reply is made, the plainest last."""

    KEPT = 0
    """With the look of the submitted workbook, where that can be kept."""
    AFRESH = 1
    """From what our reader finds in the file."""
    ALONE = 2
    """Our sheets alone; the file is not opened."""


@dataclass(frozen=True)
class Job:
    """Everything that one reply is made of; goes to the process that makes it."""

    report: Report
    original: Path
    letterhead: Letterhead
    wording: Mapping[str, str]
    """The requirements of the rules that the report tells of."""
