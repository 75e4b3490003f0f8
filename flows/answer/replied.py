"""Where the replies to received files lie, read from a release."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import duckdb

from flows.answer.reports import places_of
from flows.store.statements import statement

Asked = tuple[str | None, str | None]
"""A department and a return."""


def reply_paths(con: duckdb.DuckDBPyConnection, months: Sequence[dt.date]) -> dict[int, Path]:
    """The replies to files of these months, by receipt, as paths below the warehouse folder."""
    found = con.execute(statement("answer/published_replies"), {"months": list(months)}).fetchall()
    return {receipt: Path("replies", *folder, name) for receipt, (folder, name) in places_of(found)}


def replies_asking(con: duckdb.DuckDBPyConnection, month: dt.date) -> dict[Asked, list[str]]:
    """The replies that say what is to be done about a month's returns, by department and return."""
    paths = reply_paths(con, [month])
    found: dict[Asked, list[str]] = {}
    for *whose, receipt in con.execute(statement("answer/asked_of"), {"month": month}).fetchall():
        if receipt in paths:
            found.setdefault((whose[0], whose[1]), []).append(str(paths[receipt]))
    return found
