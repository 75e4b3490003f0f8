"""What correcting each open finding can move at most, worked out of what is recorded.

At every publication, of all findings of the months that may have changed at once: who tells of
findings looks it up. The steps are files of `sql/publish/effects/`, each of which lays out what those
after it ask for.
"""

from __future__ import annotations

import datetime as dt

import duckdb

from flows.store.changed import ALWAYS
from flows.store.statements import sql_text, statement

# From the row that a finding is about to what it moves; then of files, and of what is not there.
_WEIGHING = ("asked_about", "asked_rows", "weighed_rows", "of_rows", "of_files", "of_absent")


def renew(con: duckdb.DuckDBPyConnection, first: dt.date = ALWAYS) -> None:
    """Fills `core.finding_effects` from that month on. Call it once all is settled and recorded."""
    month = f"date {sql_text(first)}"
    since = f"coalesce(report_month >= {month}, true)"
    con.execute(f"delete from core.finding_effects where {since}")  # noqa: S608 - our own names
    _step(con, "findings", since=since)
    ((is_turned_back,),) = con.execute(
        "select bool_or(is_turned_back) from open_findings"
    ).fetchall()
    # None of none.
    if is_turned_back is not None:
        _step(con, "turned_back_rows" if is_turned_back else "no_turned_back_rows")
        _step(con, "figures", first=month)
        for name in _WEIGHING:
            _step(con, name)
        _step(con, "together", first=month)
    _step(con, "end")


def _step(con: duckdb.DuckDBPyConnection, name: str, **parts: str) -> None:
    con.execute(statement(f"publish/effects/{name}", **parts))
