"""What passes from normalise to validate and load: all rows of one return in a batch, typed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from schemas.declare import Return

# Columns beside the return's own fields: which submission, which sheet and spreadsheet row.
PLACE = {"submission": pl.String(), "sheet": pl.String(), "excel_row": pl.Int64()}


@dataclass(frozen=True)
class TableSource:
    """Where the fields of one table stood: header as submitted and column letters, by field.

    A field that the envelope states has no entry. `from_row` is the spreadsheet row below the
    header, 0 for the first table of a sheet.
    """

    headers: Mapping[str, str]
    letters: Mapping[str, str]
    from_row: int = 0


@dataclass(frozen=True)
class TypedBatch:
    """One row per data row of every submission of one return.

    `frame` has the columns of `PLACE`, `PERIOD_END` (Date) and every declared field in its
    declared type; `texts` has the fields as submitted (strings), row for row. `units` has for
    each amount of money the unit by which it became its value in yuan, null where it has none; also
    row for row. `sources` are the tables of each submission's sheets, from top to bottom. `parsed`
    holds the cells (submission, sheet, excel_row, field) that already have a finding because they
    could not be read; they are null in `frame`.
    """

    model: type[Return]
    frame: pl.DataFrame
    texts: pl.DataFrame
    units: pl.DataFrame
    sources: Mapping[tuple[str, str], Sequence[TableSource]]
    parsed: frozenset[tuple[str, str, int, str]]

    def only(self, submissions: Collection[str]) -> TypedBatch:
        """The rows of these submissions."""
        is_theirs = self.frame["submission"].is_in(list(submissions))
        return replace(
            self,
            frame=self.frame.filter(is_theirs),
            texts=self.texts.filter(is_theirs),
            # A return without amounts of money has none, of no length.
            units=self.units.filter(is_theirs) if self.units.columns else self.units,
        )

    def source(self, submission: str, sheet: str, excel_row: int) -> TableSource:
        """The table that a row of a submission stands in; a sheet may hold several."""
        tables = self.sources[submission, sheet]
        return next((one for one in reversed(tables) if one.from_row <= excel_row), tables[0])
