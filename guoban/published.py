"""Reads the published database for the commands, as any client would: read only, by its link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from flows.publish import open_release
from flows.zone import WHOLE_ZONE

Row = dict[str, Any]


class Published:
    """The newest release, opened read only."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    def rows(self, query: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """The query's rows by column name."""
        found = self._con.execute(query, parameters)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def headline(
        self, month: dt.date, department: str | None, as_of: dt.datetime | None = None
    ) -> list[Row]:
        """The rows of `mart.headline_indicators` for a month and scope, as published at a time."""
        source = "mart.headline_as_of(?)" if as_of else "mart.headline_indicators"
        return self.rows(
            f"from {source} where report_month = ? and department = ? "
            "order by indicator_code",
            [*([as_of] if as_of else []), month, department or WHOLE_ZONE],
        )

    def candidates(
        self,
        code: str,
        month: dt.date,
        department: str | None,
        as_of: dt.datetime | None = None,
    ) -> list[Row]:
        """The rows near a figure: those in it first, then the others with their reasons."""
        stood = "since_at <= $moment and (until_at is null or until_at > $moment)"
        source = (
            f"(select * exclude (since_at, until_at) from detail.candidate_history where {stood})"  # noqa: S608
            if as_of
            else "detail.headline_candidates"
        )
        return self.rows(
            f"from {source} where indicator_code = $code and report_month = $month "
            "and ($department is null or department = $department) "
            "order by not is_counted, department, filed_month, row_key, file, excel_row",
            {
                "code": code,
                "month": month,
                "department": department,
                **({"moment": as_of} if as_of else {}),
            },
        )

    def changes(self, month: dt.date, department: str | None) -> list[Row]:
        """Every change of the month's published figures, with the file that caused it."""
        return self.rows(
            "select c.*, s.file, s.return_name from mart.figure_changes as c "
            "left join mart.submissions as s using (submission_id) "
            "where c.report_month = ? and (? is null or c.department = ?) "
            "order by c.changed_at, c.indicator_code, c.figure, c.department, c.ordinal",
            [month, department, department],
        )

    def status(self, month: dt.date) -> list[Row]:
        """The month's expected returns and what became of each."""
        return self.rows("from mart.return_status where report_month = ? order by all", [month])


@contextmanager
def open_published(warehouse: Path) -> Iterator[Published]:
    """Opens the published database. Raises PublicationError where nothing is published yet."""
    with open_release(warehouse) as con:
        yield Published(con)
