"""What people decided, brought into the working database: locks, withdrawals, same projects."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from flows.store.journal import Decision, Journal, Withdrawal


def apply(con: duckdb.DuckDBPyConnection, journal: Journal) -> None:
    """Brings the decisions of the journal into the working database, before versions are settled."""
    numbers = {one.run_id: n for n, one in enumerate(journal.publications, start=1)}
    newest = {(one.row_key_a, one.row_key_b): one for one in journal.all(Decision)}
    same = same_projects({pair: one.is_same for pair, one in newest.items()})
    con.execute("truncate core.locks")
    con.execute("truncate core.decisions")
    con.execute("truncate core.same_projects")
    for month, closed in journal.locked_months().items():
        con.execute(
            "insert into core.locks values (?, ?, ?, ?)",
            [month, numbers[closed.run_id], closed.at, closed.by],
        )
    for pair, one in newest.items():
        con.execute(
            "insert into core.decisions values (?, ?, ?, ?, ?)",
            [*pair, one.is_same, one.at, one.by],
        )
    for key, canonical in same.items():
        con.execute("insert into core.same_projects values (?, ?)", [key, canonical])
    # 01 and 14 are how a locked month is corrected and its successors are planned: never locked out.
    con.execute(
        """
        update core.submissions set
            is_withdrawn = false,
            is_locked_out = exists (
                select 1 from core.locks as l join core.returns as r
                    on r.return_name = submissions.return_name and not r.adds_up
                where l.report_month = submissions.report_month
                    and submissions.received_at >= l.locked_at
            )
        """
    )
    for gone in journal.all(Withdrawal):
        # What was not recognised when it was withdrawn has nothing but its number.
        con.execute(
            "update core.submissions set is_withdrawn = true where "
            "split_part(submission_id, '-', 1) = split_part($1, '-', 1) and case "
            "when $2 is null or $3 is null or $4::date is null then submission_id = $1 "
            "else return_name = $2 and department = $3 and report_month = $4 end",
            [gone.submission_id, gone.return_name, gone.department, gone.month],
        )


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
