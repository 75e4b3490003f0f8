"""The versions that wait for somebody to say whether they count, as settled or as published."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

import duckdb


@dataclass(frozen=True)
class Doubt:
    """A version that waits for somebody to say whether it counts: in doubt, or come again in vain."""

    submission_id: str
    file: str
    return_name: str
    department: str
    report_month: dt.date
    rows_found: int
    rule: str
    message: str
    kept: str | None
    """Which version counts meanwhile, in words, where the message doesn't say so."""
    suggestion: str
    is_again: bool
    standing_id: str | None
    standing_file: str | None

    @property
    def commands(self) -> tuple[str, ...]:
        """One of which settles it: to have it count, or to have it left out for good."""
        return tuple(
            f"guoban {act} {self.submission_id} --reason …" for act in ("restore", "withdraw")
        )


def doubts_of(con: duckdb.DuckDBPyConnection, month: dt.date | None = None) -> list[Doubt]:
    """The versions in doubt of a month, or of all, by month and department.

    `con` is the working database or a release.
    """
    names = ", ".join(one.name for one in fields(Doubt))
    rows = con.execute(
        f"select {names} from detail.versions_in_doubt "  # noqa: S608 - our own names
        "where $month is null or report_month = $month "
        "order by report_month, department, return_name, submission_id",
        {"month": month},
    ).fetchall()
    return [Doubt(*row) for row in rows]
