"""What something new can have touched: departments, projects and months; and what it did change.

A refresh remembers what stood before it loads anything (`remember`). Once versions are settled,
the submissions that came, or count otherwise, tell which departments, projects and months the
rules have to look at (`asked`); in the end, from which month on anything stands otherwise
(`note_changes`). Targets (01) and corrections (14) reach everywhere: with them all is asked anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

import schemas
from flows.store import changed
from flows.store.statements import statement
from flows.validate.asked import ALL_RETURNS, EVERYTHING, Asked
from schemas.declare import Cycle

_TABLES = (
    "submissions_before", "standing_before", "findings_before", "corrections_before", "decisions_before",
    "locks_before", "months_before", "touched_submissions", "touched_pairs", "asked_departments",
    "asked_projects", "asked_months", "first_filed_months",
)  # fmt: skip


def remember(con: duckdb.DuckDBPyConnection) -> None:
    """Remembers what is settled now."""
    con.execute(statement("settle/remember"))


def asked(con: duckdb.DuckDBPyConnection) -> Asked:
    """What the rules are to be asked about, now that it is known which versions count."""
    con.execute(statement("settle/touched"))
    returns = {
        name
        for (name,) in con.execute(
            "select distinct return_name from touched_submissions where return_name is not null"
        ).fetchall()
    }
    if any(schemas.by_name(one).form().cycle is Cycle.CUMULATIVE for one in returns):
        return EVERYTHING
    return _asked(con, returns)


def widened(con: duckdb.DuckDBPyConnection, turned_back: Sequence[str]) -> Asked | None:
    """What is to be asked about too, of whom versions were turned back; None where all of it was."""
    added = con.execute(
        "insert into asked_departments select distinct unnest($turned_back) as department "
        "except from asked_departments returning department",
        {"turned_back": list(turned_back)},
    ).fetchall()
    return _asked(con, ALL_RETURNS) if added else None


def _asked(con: duckdb.DuckDBPyConnection, returns: Iterable[str]) -> Asked:
    con.execute(statement("settle/asked_projects"))
    while con.execute(statement("settle/turned_back_near")).fetchall():
        con.execute(statement("settle/asked_projects"))
    # A version may be back in place, or two projects be one no more: that moves rows of any return.
    has_moved = con.execute(
        "select 1 from core.submissions "
        "where is_overruled and department in (from asked_departments) "
        "union all select 1 from touched_pairs limit 1"
    ).fetchall()
    return Asked(False, ALL_RETURNS if has_moved else frozenset(returns))


def has_moved_corrections(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether other corrections are in force than before: they excuse rows of any department."""
    return bool(con.execute(statement("settle/moved_corrections")).fetchall())


def note_changes(con: duckdb.DuckDBPyConnection, asked: Asked) -> None:
    """Notes from which month on anything stands otherwise than was remembered."""
    if asked.is_everything:
        changed.everything(con)
    else:
        changed.note(con, dict(con.execute(statement("settle/changed_from")).fetchall()))


def forget(con: duckdb.DuckDBPyConnection) -> None:
    """Drops what was remembered."""
    for table in _TABLES:
        con.execute(f"drop table if exists temp.{table}")
