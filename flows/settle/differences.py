"""What a new version of a return changed: row by row and field by field, against the one before.

Both versions stay; this is the difference between them, for whoever asks what a resubmission did.
"""

from __future__ import annotations

import duckdb

import schemas
from flows.store.statements import statement
from schemas.declare import Cycle, Return


def store(con: duckdb.DuckDBPyConnection) -> None:
    """Compares each version with the one before it, where that was not done yet; masks contacts."""
    con.execute(statement("settle/pairs"))
    waiting = {name for (name,) in con.execute("select distinct return_name from pairs").fetchall()}
    for model in schemas.all_returns():
        if model.form().slug in waiting and model.form().cycle is not Cycle.CUMULATIVE:
            _compare(con, model)
    con.execute("insert into core.compared select submission_id, replaced_id from pairs")
    con.execute("drop table pairs")


def _compare(con: duckdb.DuckDBPyConnection, model: type[Return]) -> None:
    columns = {name: one for name, one in model.columns().items() if not one.is_envelope}
    texts = [
        f"stg.masked({name}) as {name}" if one.is_personal else f"{name}::varchar as {name}"
        for name, one in columns.items()
    ]
    con.execute(
        statement(
            "settle/version_changes",
            slug=model.form().slug,
            texts=", ".join(texts),
            fields=", ".join(columns),
        )
    )
