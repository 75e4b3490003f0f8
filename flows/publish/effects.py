"""What correcting each open finding can move at most, worked out of what is recorded.

At every publication, of all findings of the months that may have changed at once: who tells of
findings looks it up.
"""

from __future__ import annotations

import datetime as dt

import duckdb

from flows.store.changed import ALWAYS
from flows.store.statements import sql_text, statement


def renew(con: duckdb.DuckDBPyConnection, first: dt.date = ALWAYS) -> None:
    """Fills `core.finding_effects` from that month on. Call it once all is settled and recorded."""
    month = f"date {sql_text(first)}"
    since = f"coalesce(report_month >= {month}, true)"
    con.execute(f"delete from core.finding_effects where {since}")  # noqa: S608 - our own names
    ((is_any, is_turned_back),) = con.execute(
        "select bool_or(is_open), bool_or(is_open and is_turned_back) "  # noqa: S608
        f"from int.judged_findings where {since}"
    ).fetchall()
    if not is_any:
        return
    rows = "turned_back_rows" if is_turned_back else "no_turned_back_rows"
    con.execute(statement(f"publish/{rows}"))
    con.execute(statement("publish/effects", since=since, first=month))
