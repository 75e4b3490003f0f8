"""The part that each column of a header plays when the rows below it are told apart."""

from __future__ import annotations

from collections.abc import Sequence

from flows.recognise.envelope import part_of
from flows.recognise.headers import Header
from flows.values.text import clean, is_placeholder
from schemas.declare import NUMERIC, WORDS, Kind


class Roles:
    """Which columns, by index, a row must fill, is named by, or says something else in."""

    def __init__(self, header: Header) -> None:
        declared = header.model.columns()
        columns = {name: heading.index for name, heading in header.fields.items()}
        own = [name for name in columns if not declared[name].is_envelope]
        self.required = [columns[name] for name in own if declared[name].required]
        self.enough = max(2, (len(self.required) + 1) // 2)
        self.envelope = {columns[name] for name in columns if declared[name].is_envelope} | {
            heading.index for heading in header.extra if part_of(heading.bare)
        }
        self.nil = next(
            (heading.index for heading in header.extra if part_of(heading.bare) == "nil"), None
        )
        # What the rows themselves say; who reports for which month may be printed beforehand.
        self.own = [columns[name] for name in own if columns[name] not in self.envelope]
        self.keys = [columns[name] for name in header.model.own_key() if name in columns]
        # What a row is called: by words of any kind, even those of a total.
        self.names = {
            columns[name]
            for name in own
            if declared[name].kind in WORDS and declared[name].required
        } - set(self.keys[:1])
        self.remarks = {
            columns[name]
            for name in columns
            if declared[name].kind in WORDS and not declared[name].required
        }
        self.numeric = {columns[name] for name in columns if declared[name].kind in NUMERIC}
        # Where headings of groups stand, and notes without a number.
        self.front = {*self.keys[:1], min(self.own, default=0)}
        # What no total has, and how much it weighs: a single word may be a group's.
        self.telling = {
            columns[name]: 2 if declared[name].kind is Kind.DATE else 1
            for name in own
            if declared[name].kind not in NUMERIC and columns[name] not in self.remarks
        }
        # The rows of all of them together are a total's, whatever else it tells (01).
        self.bodies = {columns[name] for name in own if declared[name].kind is Kind.DEPARTMENT}


def cell_at(row: Sequence[str], index: int) -> str:
    """The row's cell in that column; rows are as long as they are filled."""
    return row[index] if index < len(row) else ""


def is_mark(text: str) -> bool:
    """Whether there is nothing, or a mark that says so."""
    return not text or is_placeholder(flat := clean(text)) or not flat
