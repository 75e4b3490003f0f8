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
            f"from {source} where report_month = ? and department = ? order by indicator_code",
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
        if not code.startswith("ZS"):
            return self.secondary(code, month, department)
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

    def secondary(self, code: str, month: dt.date, department: str | None) -> list[Row]:
        """The rows near a secondary figure, as they are published now."""
        return self.rows(
            "from detail.secondary_rows where indicator_code = ? and report_month = ? "
            "and (? is null or department = ?) "
            "order by not is_counted, department, row_key, file, excel_row",
            [code, month, department, department],
        )

    def figure(
        self, code: str, month: dt.date, department: str | None, as_of: dt.datetime | None = None
    ) -> Row | None:
        """The figure of that code: a headline one of a scope, or a secondary one of the zone."""
        if code.startswith("ZS"):
            rows = self.headline(month, department, as_of)
        else:
            rows = self.rows(
                "select *, ? as department from mart.secondary_indicators where report_month = ?",
                [WHOLE_ZONE, month],
            )
        return next((row for row in rows if row["indicator_code"] == code), None)

    def versions(self, submission_id: str) -> list[Row]:
        """All submissions of the same return, department and month, the newest first."""
        return self.rows(
            "select other.submission_id, other.file, other.sha256, other.version, other.status, "
            "other.is_current, other.received_at "
            "from mart.submissions as other join mart.submissions as one "
            "using (return_name, department, report_month) "
            "where one.submission_id = ? order by other.submission_id desc",
            [submission_id],
        )

    def row_findings(self, submission_id: str, sheet: str, excel_row: int) -> list[Row]:
        """The findings at one row of a submission."""
        return self.rows(
            "select rule, severity, cell, value, message, suggestion, explanation "
            "from mart.findings where submission_id = ? and coalesce(sheet, '') = ? "
            "and excel_row = ? order by all",
            [submission_id, sheet, excel_row],
        )

    def codes(self) -> list[str]:
        """The codes of all figures that are published."""
        found = self.rows(
            "select distinct indicator_code from mart.headline_indicators "
            "union select distinct indicator_code from mart.secondary_indicators order by all"
        )
        return [row["indicator_code"] for row in found]

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
