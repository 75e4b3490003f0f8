"""Judged submissions into the working database.

What follows from them (versions, what is in force, statuses) is for `settle.versions`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

import duckdb
import polars as pl

import schemas
from flows.ground.days import due_on
from flows.ground.findings import Finding
from flows.ground.zone import Zone
from flows.normalise.batch import TypedBatch
from flows.recognise import Draft
from flows.recognise.names import owner_by_folder
from flows.recognise.returned import Explanation
from flows.settle import explanations
from flows.store import findings
from flows.store.incoming import insert
from flows.store.journal import Receipt
from schemas.declare import PERIOD_END, Return

# Behind every row of every sheet.
_LAST_ROW = 2**31 - 1


@dataclass(frozen=True)
class Judged:
    """What the stages before found in a batch of files: everything that load stores."""

    drafts: list[Draft]
    batches: list[TypedBatch]
    findings: list[Finding]
    """Of all drafts, file- and row-level, each with its submission and as the zone has decided."""
    late: frozenset[str] = frozenset()
    """The drafts that came after their due date."""
    explanations: list[Explanation] = field(default_factory=list)
    """What departments wrote in replies that came back."""
    given_up: dict[str, str] = field(default_factory=dict)
    """The files, by sha256, for which time or memory did not suffice, each with why."""

    def receipts(self) -> set[int]:
        """The files that were judged: each gives one submission at least."""
        return {draft.origin.receipt for draft in self.drafts}


def load(
    con: duckdb.DuckDBPyConnection,
    judged: Judged,
    receipts: Mapping[int, Receipt],
    refreshes: Mapping[str, int],
    zone: Zone,
) -> None:
    """Stores submissions, rows, findings and the places of columns.

    `receipts` are the files by number, `refreshes` numbers the refreshes that received any.
    """
    held = {(one.submission, one.sheet or "", one.row) for one in judged.findings if one.holds}
    held_rows: dict[str | None, int] = {}
    for submission, _, _ in held:
        held_rows[submission] = held_rows.get(submission, 0) + 1
    turned_back = {one.submission for one in judged.findings if one.is_error and not one.holds}
    submissions = []
    for draft in judged.drafts:
        receipt = receipts[draft.origin.receipt]
        found = draft.rows_found
        # Without a return there is nothing to take in: not recognised, or an unchanged reply.
        is_sound = (
            draft.model is not None
            and draft.key not in turned_back
            and (found == 0 or held_rows.get(draft.key, 0) < found)
        )
        folder_month, folder_department = _owner_by_folder(draft, receipt, zone)
        submissions.append(
            {
                "submission_id": draft.key,
                "receipt_no": receipt.number,
                "draft_no": int(draft.key.rpartition("-")[2]),
                "refresh_no": refreshes[receipt.run_id],
                "file": receipt.path,
                "sha256": receipt.sha256,
                "received_at": receipt.received_at,
                "modified_at": receipt.modified_at,
                "return_name": draft.model.form().slug if draft.model else None,
                "department": draft.department,
                "report_month": draft.month,
                "filed_on": draft.filed_on,
                "is_reply": draft.is_reply,
                "is_nil": draft.is_nil,
                "is_late": draft.key in judged.late,
                "filler": draft.envelope_value("filler"),
                "checker": draft.envelope_value("checker"),
                "head": draft.envelope_value("head"),
                "part": draft.part,
                "named_month": draft.named_month,
                "folder_department": folder_department,
                "folder_month": folder_month,
                "is_sound": is_sound,
                "rows_found": found,
            }
        )
    insert(con, "core.submissions", submissions)
    findings.store(con, judged.findings)
    explanations.store(con, judged.explanations)
    for batch in judged.batches:
        _insert_rows(con, batch)
    insert(
        con,
        "core.columns",
        [
            {
                "submission_id": submission,
                "sheet": sheet,
                "field": name,
                "column_letter": letter,
                "header": source.headers[name],
                "from_row": source.from_row,
                "to_row": after.from_row - 1 if after else _LAST_ROW,
            }
            for batch in judged.batches
            for (submission, sheet), sources in batch.sources.items()
            for source, after in zip_longest(sources, sources[1:])
            for name, letter in source.letters.items()
        ],
    )


def _owner_by_folder(
    draft: Draft, receipt: Receipt, zone: Zone
) -> tuple[dt.date | None, str | None]:
    """The month and the department that the file lies in the folders of, where it tells none itself."""
    if draft.has_owner:
        return None, None
    month, department = owner_by_folder(receipt.path, zone)
    return (None if draft.month else month, None if draft.department else department)


def _insert_rows(con: duckdb.DuckDBPyConnection, batch: TypedBatch) -> None:
    if batch.frame.is_empty():
        return
    form = batch.model.form()
    frame = (
        batch.frame.with_columns(own_key(batch.model).alias("own_key"))
        .drop(PERIOD_END)
        .rename({"submission": "submission_id"})
    )
    insert(con, f"rows.{form.slug}", frame)


def own_key(model: type[Return]) -> pl.Expr:
    """The row's own key within a submission: its parts joined by " / "."""
    parts = [pl.col(name).cast(pl.String) for name in model.own_key()]
    return pl.concat_str(parts, separator=" / ", ignore_nulls=True)


def clear(con: duckdb.DuckDBPyConnection) -> None:
    """Forgets every judgement, so that all receipts are judged again from the archive."""
    for table in (*_OF_SUBMISSIONS, "core.compared", "core.overlaps", "core.version_changes"):
        con.execute(f"truncate {table}")


def forget_due(con: duckdb.DuckDBPyConnection, zone: Zone) -> None:
    """Forgets the files of months of which the due day has moved: they may be late, or no longer.

    So does every file where another day than before tells what is late.
    """
    is_other_day = con.execute(
        "select 1 from core.zone where filing_late_by <> ?", [zone.filing.late_by]
    ).fetchall()
    filed_for = con.execute(
        "select distinct submissions.report_month, months.due_on from core.submissions "
        "left join core.months as months using (report_month) "
        "where submissions.report_month is not null"
    ).fetchall()
    moved = [month for month, due in filed_for if is_other_day or due_on(zone, month) != due]
    # A file of several months is read as a whole.
    found = con.execute(
        "select distinct receipt_no from core.submissions "
        "where list_contains($months, report_month)",
        {"months": moved},
    ).fetchall()
    forget(con, [number for (number,) in found])


def forget(con: duckdb.DuckDBPyConnection, receipts: Sequence[int]) -> None:
    """Forgets what these files were judged to be, so that they are judged again."""
    if not receipts:
        return
    for table in _OF_SUBMISSIONS[::-1]:
        con.execute(
            f"delete from {table} where submission_id in (select submission_id "  # noqa: S608
            "from core.submissions where receipt_no in (select unnest($receipts)))",
            {"receipts": list(receipts)},
        )


# What is known of submissions by their id; they themselves first.
_OF_SUBMISSIONS = (
    "core.submissions",
    "core.findings",
    "core.columns",
    "core.explanations",
    *(f"rows.{model.form().slug}" for model in schemas.all_returns()),
)


def known_receipts(con: duckdb.DuckDBPyConnection) -> set[int]:
    """Numbers of the receipts whose files have been judged."""
    return {
        n for (n,) in con.execute("select distinct receipt_no from core.submissions").fetchall()
    }
