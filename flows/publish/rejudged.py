"""Submissions that stand otherwise because rules, definitions or libraries changed, and nothing else did.

What was published is judged and settled anew before anything that came since is looked at; which
statuses are then otherwise than the release says is kept until the next publication, which has it on
record. No department has to do anything about it: what it filed is the same.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import duckdb

from flows.publish.current import is_current, newest
from flows.store.journal import Journal
from flows.store.statements import statement
from flows.store.warehouse import fetch_rows

TABLE = "status_changes"
# As what figures move by when rules do.
CAUSE = "definition"


@dataclass(frozen=True)
class StatusChange:
    """A submission with the status that it was published with, and the one that it has now."""

    submission_id: str
    return_name: str | None
    department: str | None
    report_month: dt.date | None
    old_status: str
    new_status: str
    file: str

    def plain(self) -> dict[str, Any]:
        """A row of a refresh's `changes`: the figure is the status."""
        return {
            "report_month": self.report_month,
            "department": self.department,
            "indicator_code": None,
            "figure": "status",
            "old_value": self.old_status,
            "new_value": self.new_status,
            "cause": CAUSE,
            "submission_id": self.submission_id,
        }


def noting(
    con: duckdb.DuckDBPyConnection, warehouse: Path, journal: Journal, judged_by: str
) -> Callable[[], None] | None:
    """What notes which statuses a new judge changed, once all that is published is judged anew.

    None where the newest publication was judged by the same, or its release is not there to be
    compared with.
    """
    last = journal.last_publication()
    if last is None or last.judged_by == judged_by:
        return None
    published = newest(warehouse)
    if published is None or not is_current(warehouse, last.run_id):
        return None
    return lambda: _note(con, published)


def _note(con: duckdb.DuckDBPyConnection, published: Path) -> None:
    with contextlib.closing(duckdb.connect(str(published), read_only=True)) as there:
        query = "select submission_id, status from mart.submissions"
        rows = fetch_rows(there, query)
    note(con, {row["submission_id"]: row["status"] for row in rows})


def note(con: duckdb.DuckDBPyConnection, before: dict[str, str]) -> None:
    """Notes what has another status than before; what is not known from before is left out."""
    # Whoever publishes nothing anew does not pay for the import.
    from flows.store.incoming import insert  # noqa: PLC0415

    con.execute("delete from core.status_changes where publication_no is null")
    known = [{"submission_id": one, "old_status": status} for one, status in before.items()]
    insert(con, f"core.{TABLE}", known)
    con.execute(statement("publish/rejudged"))


def publish(con: duckdb.DuckDBPyConnection, number: int) -> None:
    """Has the publication of that number tell what was noted."""
    con.execute(
        "update core.status_changes set publication_no = ? where publication_no is null", [number]
    )


def of_publication(con: duckdb.DuckDBPyConnection, number: int | None) -> list[StatusChange]:
    """What the publication of that number published otherwise; None: what the next one would."""
    names = [one.name for one in fields(StatusChange)]
    rows = con.execute(
        statement("publish/status_changes", columns=", ".join(names)), {"number": number}
    ).fetchall()
    return [StatusChange(*row) for row in rows]
