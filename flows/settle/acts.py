"""What people decided, brought into the working database: locks, withdrawals, what was restored, same
projects; and what turned up again."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from flows.store.incoming import insert
from flows.store.journal import (
    Act,
    Again,
    Decision,
    Journal,
    Receipt,
    Restoration,
    Withdrawal,
    kind_of,
)
from flows.store.statements import statement

# What is kept of every act: the column, and what the journal calls it where that act has it.
_OF_ACTS = {
    "acted_at": "at",
    "acted_by": "by",
    "reason": "reason",
    "report_month": "month",
    "submission_id": "submission_id",
    "row_key": "row_key_a",
    "other_row_key": "row_key_b",
    "is_same": "is_same",
}


def apply(con: duckdb.DuckDBPyConnection, journal: Journal) -> None:
    """Brings the decisions of the journal into the working database, before versions are settled."""
    newest = decisions_in_force(journal)
    same = same_projects({pair: bool(one.is_same) for pair, one in newest.items()})
    for table in ("acts", "again", "locks", "decisions", "same_projects"):
        con.execute(f"truncate core.{table}")
    insert(
        con,
        "core.acts",
        [
            {
                "act_no": number,
                "act": kind_of(one),
                **{column: getattr(one, name, None) for column, name in _OF_ACTS.items()},
            }
            for number, one in enumerate(journal.acts(), start=1)
        ],
    )
    insert(
        con,
        "core.locks",
        [
            {"report_month": month, "locked_at": lock.at, "locked_by": lock.by}
            for month, lock in journal.locked_months().items()
        ],
    )
    insert(
        con,
        "core.decisions",
        [
            {
                "row_key_a": one.row_key_a,
                "row_key_b": one.row_key_b,
                "is_same": one.is_same,
                "decided_at": one.at,
                "decided_by": one.by,
            }
            for one in newest.values()
        ],
    )
    insert(
        con,
        "core.same_projects",
        [{"project_id": key, "canonical_id": canonical} for key, canonical in same.items()],
    )
    con.execute(statement("settle/locked_out"))
    _apply_in_order(con, journal)
    con.execute(statement("settle/standing"))


def decisions_in_force(journal: Journal) -> dict[tuple[str, str], Decision]:
    """The newest decision on each pair, but for those that were taken back."""
    newest = {(one.row_key_a, one.row_key_b): one for one in journal.all(Decision)}
    return {pair: one for pair, one in newest.items() if one.is_same is not None}


def _apply_in_order(con: duckdb.DuckDBPyConnection, journal: Journal) -> None:
    """Withdrawals and restorations, one after the other, and what turned up again between them."""
    runs: set[str] = set()
    again = []
    act_no = 0
    for one in journal.entries:
        if isinstance(one, Receipt):
            runs.add(one.run_id)
        # Refreshes are numbered from 0, as they receive files.
        last_refresh = len(runs) - 1
        if isinstance(one, Again):
            again.append(
                {
                    "receipt_no": one.receipt,
                    "stands_after": last_refresh,
                    "path": one.path,
                    "again_at": one.at,
                }
            )
        elif isinstance(one, Act):
            act_no += 1
            if isinstance(one, Withdrawal | Restoration):
                named = ("submission_id", "return_name", "department", "month")
                is_back = isinstance(one, Restoration)
                con.execute(
                    statement("settle/acted_on"),
                    {name: getattr(one, name) for name in named}
                    | {
                        "withdrawn_no": None if is_back else act_no,
                        "restored_no": act_no if is_back else None,
                        "stands_after": last_refresh if is_back else None,
                    },
                )
    insert(con, "core.again", again)


def same_projects(pairs: Mapping[tuple[str, str], bool]) -> dict[str, str]:
    """Every project that is decided to be another one too, with the number that stands for all.

    `pairs` gives the newest decision on each pair; what is the same as the same is the same.
    """
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            key = parent[key]
        return key

    for (first, second), is_same in sorted(pairs.items()):
        if is_same:
            low, high = sorted((root(first), root(second)))
            parent[high] = low
    return {key: root(key) for key in parent}
