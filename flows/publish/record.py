"""What was published, at every time: recorded at each publication, replayed from the journal.

The figures of a publication can't be computed again once rules or settings have changed, so what
each publication added and took away is written beside the journal, one Parquet file a relation.
As-of answers, locked months and the causes of changes all rest on these records.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from flows.ground.durable import fsync, make_folder
from flows.ground.errors import WarehouseError
from flows.ground.zone import Zone
from flows.store.journal import Journal, Publication, Receipt
from flows.store.warehouse import sql_text
from flows.validate import check_tables

FOLDER = "published"
CHANGES = "figure_changes"
# In which order the causes of one figure's change are told.
CAUSES = (
    "definition", "target", "decision", "withdrawal", "correction", "resubmission", "new_file",
)  # fmt: skip


@dataclass(frozen=True)
class _Relation:
    """A view whose history is kept, and what tells its rows apart."""

    name: str
    view: str
    key: tuple[str, ...]

    @property
    def table(self) -> str:
        return f"history.{self.name}"


RELATIONS = (
    _Relation(
        "headline_indicators",
        "mart.headline_indicators",
        ("report_month", "department", "indicator_code"),
    ),
    _Relation(
        "headline_candidates",
        "detail.headline_candidates",
        ("report_month", "indicator_code", "submission_id", "sheet", "excel_row"),
    ),
    _Relation(
        "secondary_indicators", "mart.secondary_indicators", ("report_month", "indicator_code")
    ),
    _Relation(
        "secondary_rows",
        "detail.secondary_rows",
        ("report_month", "indicator_code", "submission_id", "sheet", "excel_row"),
    ),
    _Relation("campaign", "mart.campaign", ("report_month",)),
    _Relation("submissions_in_force", "stg.submissions_in_force", ("submission_id",)),
)


def record(
    con: duckdb.DuckDBPyConnection, journal: Journal, publication: Publication, zone: Zone
) -> None:
    """Records what the next publication changes, in the working database and beside the journal.

    Call it in the transaction that publishes, before the journal's own entry: without that entry
    the record counts for nothing. Raises WarehouseError where it can't be written.
    """
    folder = journal.folder / FOLDER / publication.run_id
    try:
        _record(con, journal, folder, publication.judged_by, zone)
    except (OSError, duckdb.Error) as error:
        raise WarehouseError(f"{folder}: what was published can't be recorded: {error}") from error


def _record(
    con: duckdb.DuckDBPyConnection, journal: Journal, folder: Path, judged_by: str, zone: Zone
) -> None:
    number = len(journal.publications) + 1
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)
    for relation in RELATIONS:
        columns = ", ".join(_columns(con, relation))
        current = f"select {columns} from {relation.table} where until_no is null"  # noqa: S608
        # The views are deep: planning one costs more than running it, so each is asked once.
        con.execute(
            f"create or replace temp table present as select {columns} from {relation.view}"  # noqa: S608
        )
        # As sets: `except` takes nulls for equal, where a join would not.
        con.execute(
            f"create or replace temp table delta as "  # noqa: S608 - our own names
            f"(select true as is_added, * from (from present except {current})) "
            f"union all by name (select false as is_added, * from ({current} except from present))"
        )
        con.execute(f"copy delta to {_file(folder, relation.name)} (format parquet)")
        _apply(con, relation, "delta", number)
        con.execute("drop table delta")
        con.execute("drop table present")
    # The causes are told from what history has now against what it had.
    _store_baselines(con, journal.until_last_publication(), judged_by)
    _store_corrections(con, number, zone)
    _store_changes(con, number)
    con.execute(
        f"copy (from core.{CHANGES} where publication_no = {number} order by ordinal) "
        f"to {_file(folder, CHANGES)} (format parquet)"
    )
    for path in folder.iterdir():
        fsync(path)
    fsync(folder)


def restore(con: duckdb.DuckDBPyConnection, journal: Journal) -> None:
    """Makes the history anew from the journal. Raises WarehouseError where a record is missing."""
    for relation in RELATIONS:
        con.execute(f"truncate {relation.table}")
    con.execute(f"truncate core.{CHANGES}")
    for number, publication in enumerate(journal.publications, start=1):
        folder = journal.folder / FOLDER / publication.run_id
        try:
            for relation in RELATIONS:
                source = f"read_parquet({_file(folder, relation.name)})"
                _apply(con, relation, source, number)
            con.execute(
                f"insert into core.{CHANGES} by name from read_parquet({_file(folder, CHANGES)})"
            )
        except duckdb.IOException as error:
            raise WarehouseError(
                f"{folder}: the record of a publication is missing or damaged: {error}"
            ) from error


def _columns(con: duckdb.DuckDBPyConnection, relation: _Relation) -> list[str]:
    found = con.execute(
        "select column_name from duckdb_columns() where database_name = current_database() "
        "and schema_name = 'history' and table_name = ? order by column_index",
        [relation.name],
    ).fetchall()
    return [name for (name,) in found if name not in {"since_no", "until_no"}]


def _apply(con: duckdb.DuckDBPyConnection, relation: _Relation, delta: str, number: int) -> None:
    """Ends the spans of the rows that went, and begins those of the rows that came."""
    same = " and ".join(f"past.{name} is not distinct from gone.{name}" for name in relation.key)
    con.execute(
        f"update {relation.table} as past set until_no = {number} "  # noqa: S608
        f"from (from {delta} where not is_added) as gone "
        f"where past.until_no is null and {same}"
    )
    con.execute(
        f"insert into {relation.table} by name "  # noqa: S608
        f"select * exclude (is_added), {number} as since_no from {delta} where is_added"
    )


def _store_baselines(con: duckdb.DuckDBPyConnection, published: Journal, judged_by: str) -> None:
    """Fills `core.baselines`: for each month with figures, the publication that they rest on.

    It is the last one; of a month that was locked then, the one it was locked at.
    """
    con.execute("truncate core.baselines")
    publications = published.publications
    if not publications:
        return
    numbers = {one.run_id: number for number, one in enumerate(publications, start=1)}
    locked = {month: numbers[lock.run_id] for month, lock in published.locked_months().items()}
    covered = _receipts_covered(published)
    rows = []
    for (month,) in con.execute(
        "select distinct report_month from history.headline_indicators where since_no <= ?",
        [len(publications)],
    ).fetchall():
        number = locked.get(month, len(publications))
        publication = publications[number - 1]
        rows.append(
            (month, number, publication.published_at, covered[number - 1],
             publication.judged_by != judged_by, month in locked)
        )  # fmt: skip
    if rows:
        con.executemany("insert into core.baselines values (?, ?, ?, ?, ?, ?)", rows)


def _receipts_covered(journal: Journal) -> list[int]:
    """The number of the last file received before each publication."""
    covered, last = [], 0
    for one in journal.entries:
        if isinstance(one, Receipt):
            last = one.number
        elif isinstance(one, Publication):
            covered.append(last)
    return covered


def _store_corrections(con: duckdb.DuckDBPyConnection, number: int, zone: Zone) -> None:
    """Fills `core.corrected`: the corrections (14) in force of rows that publication `number` moved.

    They are in the warehouse's terms: its names of returns and fields, values as text.
    """
    con.execute("truncate core.corrected")
    found = con.execute(
        "select submission_id, report_month, stg.name_key(row_key), return_slug, field, old_value, "
        "new_value from accepted.corrections where stg.name_key(row_key) in "
        "(select stg.name_key(row_key) from history.headline_candidates where since_no = ?)",
        [number],
    ).fetchall()
    for submission_id, month, row_key, title, header, old, new in found:
        ours = check_tables.in_our_terms(
            {
                "stated_return": title,
                "stated_field": header,
                "stated_old_value": old,
                "stated_new_value": new,
            },
            zone.rates.as_mapping(),
        )
        con.execute(
            "insert into core.corrected values (?, ?, ?, ?, ?, stg.name_key(?))",
            [submission_id, ours["return_name"], month, row_key, ours["field"], ours["new_value"]],
        )


def _store_changes(con: duckdb.DuckDBPyConnection, number: int) -> None:
    """Adds this publication's rows to `core.figure_changes`, each figure's chained end to end."""
    found = con.execute("from changes.figure_changes")
    names = [column[0] for column in found.description or []]
    parts = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    figures: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for part in parts:
        key = (part["report_month"], part["department"], part["indicator_code"], part["figure"])
        figures.setdefault(key, []).append(part)
    rows = [
        (number, ordinal, *key, old, new, cause, submission)
        for key, found_parts in sorted(figures.items())
        for ordinal, (old, new, cause, submission) in enumerate(chained(found_parts))
    ]
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        con.executemany(f"insert into core.{CHANGES} values ({marks})", rows)  # noqa: S608


def chained(
    parts: list[dict[str, Any]],
) -> list[tuple[Decimal | None, Decimal | None, str, str | None]]:
    """The parts of one figure's change as steps from its old to its new value.

    What the parts do not add up to (a figure that was not there, or is no more) goes with the
    last step, so that the steps always lead from the one to the other.
    """
    ordered = sorted(
        parts, key=lambda part: (CAUSES.index(part["cause"]), part["submission_id"] or "")
    )
    old, new = ordered[0]["old_value"], ordered[0]["new_value"]
    steps: list[tuple[Decimal | None, Decimal | None, str, str | None]] = []
    here: Decimal | None = old
    for part in ordered[:-1]:
        there = (here or Decimal(0)) + part["change"]
        steps.append((here, there, part["cause"], part["submission_id"]))
        here = there
    last = ordered[-1]
    steps.append((here, new, last["cause"], last["submission_id"]))
    return steps


def _file(folder: Path, name: str) -> str:
    return sql_text(folder / f"{name}.parquet")
