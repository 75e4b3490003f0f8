"""What correcting each open finding can move at most, worked out of what is recorded.

Once a publication, of all findings at once: who tells of findings looks it up.
"""

from __future__ import annotations

import duckdb

from flows.store.statements import statement


def renew(con: duckdb.DuckDBPyConnection) -> None:
    """Fills `core.finding_effects`. Call it once all is settled and recorded."""
    known = con.execute(
        "select bool_or(is_open), bool_or(is_open and is_turned_back) from int.judged_findings"
    )
    ((is_any, is_turned_back),) = known.fetchall()
    if not is_any:
        con.execute("truncate core.finding_effects")
        return
    rows = "turned_back_rows" if is_turned_back else "no_turned_back_rows"
    con.execute(statement(f"publish/{rows}"))
    con.execute(statement("publish/effects"))
