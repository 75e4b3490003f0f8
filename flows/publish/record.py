"""What was published, at every time: recorded at each publication, replayed from the journal.

The figures of a publication can't be computed again once rules or settings have changed, so what
each publication added and took away is written beside the journal, one Parquet file a relation.
The open rows of the record are what is published; as-of answers, locked months and the causes of
changes all rest on it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from flows.ground.durable import fsync, fsync_all, make_folder
from flows.ground.errors import WarehouseError
from flows.publish import causes, rejudged
from flows.store.changed import NEVER, Changed
from flows.store.incoming import insert
from flows.store.journal import Journal, Publication, Receipt
from flows.store.statements import relation_key, sql_text, statement
from schemas.indicators import INDICATORS, SECONDARY

FOLDER = "published"
CHANGES, ROWS, SETTINGS = "figure_changes", "row_changes", "setting_changes"
# What the journal says of a publication and `core.refreshes` does not.
_OF_THE_JOURNAL_ALONE = frozenset({"judged_by", "record_sha256", "fingerprint"})
# Each publication's own rows of these tables; those of earlier versions wrote but the first.
_TABLES = (CHANGES, ROWS, SETTINGS, rejudged.TABLE)


@dataclass(frozen=True)
class _Relation:
    """A relation of `live` that is on record."""

    name: str
    is_locked_with_its_month: bool = True
    is_of_all_months: bool = False
    """Whether rows may change of months of which nothing else does."""
    is_newer: bool = False
    """Whether publications of earlier versions have none of it on record."""
    is_of_one_return: bool = False
    """Whether only rows of the indicator's own return can change a row."""
    returns: frozenset[str] | None = None
    """The returns whose rows it looks at; None: it rests on what is recorded before it."""

    def is_open(self, changed: Changed) -> str:
        """The condition of what a publication records anew: what may have changed and isn't locked."""
        if self.is_of_all_months:
            return "true"
        is_changed = changed.rows if self.is_of_one_return else changed.figures_of(self.returns)
        if not self.is_locked_with_its_month:
            return is_changed
        is_locked = "report_month in (select report_month from core.locks)"
        return f"{is_changed} and not {is_locked}"

    @property
    def same(self) -> str:
        """The condition that a recorded row and one that went are the same row."""
        key = relation_key(f"live/{self.name}")
        return " and ".join(f"past.{name} is not distinct from gone.{name}" for name in key)


_HEADLINE = frozenset(one.return_name for one in INDICATORS)
_SECONDARY = frozenset(one.return_name for one in SECONDARY)
# In this order: figures are the sums of the rows as they are recorded.
RELATIONS = (
    _Relation("headline_candidates", is_of_one_return=True, returns=_HEADLINE),
    _Relation("headline_indicators"),
    _Relation("secondary_rows", returns=_SECONDARY),
    _Relation("secondary_indicators", returns=_SECONDARY),
    _Relation("campaign", returns=frozenset({"signed_projects"})),
    _Relation("submissions_in_force", is_locked_with_its_month=False, is_of_all_months=True),
    _Relation("rule_cases", is_locked_with_its_month=False, is_newer=True),
)
# What headline figures and their causes are told from.
_CAUSING = ("headline_candidates", "headline_indicators", "submissions_in_force")


def record(
    con: duckdb.DuckDBPyConnection,
    journal: Journal,
    publication: Publication,
    changed: Changed,
    settings: Mapping[str, str],
) -> str:
    """Records what the next publication changes, in the working database and beside the journal.

    Of months and returns of which nothing has changed nothing is computed. `settings` are the zone's.
    Returns the hash by which the journal's own entry seals what is beside it (`sealed_records`). Call
    it in the transaction that publishes, before that entry: without it the record counts for
    nothing. Raises WarehouseError where it can't be written.
    """
    folder = journal.folder / FOLDER / publication.run_id
    try:
        _store_baselines(con, journal)
        _store_publications(con, journal, [*journal.publications, publication])
        with changed.told(con):
            _record(con, folder, len(journal.publications) + 1, changed, settings)
        return _hash_of(journal.folder, [*_unsealed(journal.publications), publication])
    except (OSError, duckdb.Error) as error:
        raise WarehouseError(f"{folder}: what was published can't be recorded: {error}") from error


def rehearse(
    con: duckdb.DuckDBPyConnection,
    journal: Journal,
    publication: Publication,
    changed: Changed,
    settings: Mapping[str, str],
) -> None:
    """Records, in a copy of the working database, what a publication would change in headline figures.

    Nothing is written beside the journal.
    """
    _store_baselines(con, journal)
    _store_publications(con, journal, [*journal.publications, publication])
    number = len(journal.publications) + 1
    _tell_settings(con, number, settings)
    with changed.told(con):
        for relation in RELATIONS:
            if relation.name in _CAUSING:
                _find(con, relation, changed)
                _apply(con, relation, number)
        _tell_changes(con, number)


def _record(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    number: int,
    changed: Changed,
    settings: Mapping[str, str],
) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)
    _tell_settings(con, number, settings)
    for relation in RELATIONS:
        _find(con, relation, changed)
        con.execute(f"copy delta to {_file(folder, relation.name)} (format parquet)")
        _apply(con, relation, number)
    _tell_changes(con, number)
    rejudged.publish(con, number)
    for table in _TABLES:
        con.execute(
            f"copy (from core.{table} where publication_no = {number} order by all) "
            f"to {_file(folder, table)} (format parquet)"
        )
    fsync_all(folder.iterdir())
    fsync(folder)


def _tell_settings(
    con: duckdb.DuckDBPyConnection, number: int, settings: Mapping[str, str]
) -> None:
    """Tells which settings are otherwise than the publication before had them."""
    before = dict(con.execute(statement("publish/settings")).fetchall())
    rows = [
        {
            "publication_no": number,
            "setting": name,
            "old_value": before.get(name, "") if before else None,
            "new_value": settings.get(name, ""),
        }
        for name in sorted({*settings, *before})
        if not before or before.get(name, "") != settings.get(name, "")
    ]
    insert(con, f"core.{SETTINGS}", rows)


def _tell_changes(con: duckdb.DuckDBPyConnection, number: int) -> None:
    """Tells the causes, from what the record has now against what it had."""
    changes = causes.changes(con)
    for table, rows in ((CHANGES, changes.of_figures), (ROWS, changes.of_rows)):
        insert(con, f"core.{table}", [{"publication_no": number, **row} for row in rows])


def _find(con: duckdb.DuckDBPyConnection, relation: _Relation, changed: Changed) -> None:
    """What this publication changes of the relation, as `delta`."""
    if relation.returns and changed.first_of(relation.returns) == NEVER:
        con.execute(statement("publish/nothing", relation=relation.name))
        return
    is_open = relation.is_open(changed)
    is_known = con.execute(
        f"select 1 from record.{relation.name} where until_no is null and {is_open} limit 1"  # noqa: S608
    ).fetchall()
    # To compare with nothing takes as long as to compare.
    name = "publish/present" if is_known else "publish/first"
    con.execute(statement(name, relation=relation.name, is_open=is_open))


def sealed_records(
    journal: Path, publications: Iterable[Publication]
) -> dict[str, tuple[str, str]]:
    """Of each publication that seals records: what it says of them, and what they are.

    Sealed is the SHA-256 of lines `<run id>/<file> <sha256 of the file>`, in their order: its own files,
    and before them those of the publications since the last that sealed any, which an earlier
    version made. Raises OSError where a folder is missing.
    """
    found: dict[str, tuple[str, str]] = {}
    waiting: list[Publication] = []
    for one in publications:
        waiting.append(one)
        if one.record_sha256 is not None:
            found[one.run_id] = one.record_sha256, _hash_of(journal, waiting)
            waiting = []
    return found


def _unsealed(publications: Sequence[Publication]) -> Sequence[Publication]:
    """Those behind the last that sealed records."""
    sealing = [n for n, one in enumerate(publications, start=1) if one.record_sha256 is not None]
    return publications[max(sealing, default=0) :]


def _hash_of(journal: Path, publications: Iterable[Publication]) -> str:
    digest = hashlib.sha256()
    for one in publications:
        for path in sorted((journal / FOLDER / one.run_id).iterdir()):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{one.run_id}/{path.name} {content}\n".encode())
    return digest.hexdigest()


def restore(con: duckdb.DuckDBPyConnection, journal: Journal) -> None:
    """Makes the record anew from the journal. Raises WarehouseError where a part is missing or altered."""
    _assert_sealed(journal)
    _store_publications(con, journal, journal.publications)
    for relation in RELATIONS:
        con.execute(f"truncate record.{relation.name}")
    for table in _TABLES:
        # What waits for its publication is in none of them.
        con.execute(f"delete from core.{table} where publication_no is not null")  # noqa: S608
    for number, publication in enumerate(journal.publications, start=1):
        folder = journal.folder / FOLDER / publication.run_id
        try:
            for relation in RELATIONS:
                if not relation.is_newer or (folder / f"{relation.name}.parquet").exists():
                    _read(con, folder, relation)
                    _apply(con, relation, number)
            for table in _TABLES:
                if table == CHANGES or (folder / f"{table}.parquet").exists():
                    source = f"read_parquet({_file(folder, table)})"
                    con.execute(f"insert into core.{table} by name from {source}")
        except duckdb.Error as error:
            raise WarehouseError(
                f"{folder}: the record of a publication is missing or damaged; restore the journal "
                f"folder from a backup: {error}",
                f"{folder}：发布记录缺失或损坏，请从备份恢复journal文件夹：{error}",
            ) from error


def _assert_sealed(journal: Journal) -> None:
    try:
        records = sealed_records(journal.folder, journal.publications)
    except OSError:
        # Which of them is missing is said by who reads it.
        return
    for run_id, (stated, found) in records.items():
        if stated != found:
            folder = journal.folder / FOLDER / run_id
            raise WarehouseError(
                f"{folder}: the record of this publication, or of one before it that none sealed, was "
                "altered; restore the journal folder from a backup",
                f"{folder}：这次发布的记录（或其前未封存的发布记录）被改动，请从备份恢复journal文件夹",
            )


def _read(con: duckdb.DuckDBPyConnection, folder: Path, relation: _Relation) -> None:
    """What a publication changed, as `delta`.

    One of an earlier version may have columns that are no more, lack others, or have its reasons as
    words.
    """
    source = f"read_parquet({_file(folder, relation.name)})"
    types = {name: kind for name, kind, *_ in con.execute(f"describe from {source}").fetchall()}
    known = con.execute(f"describe record.{relation.name}").fetchall()
    columns = {name: name for name, *_ in known if name in types} | {"is_added": "is_added"}
    if types.get("reasons") == "VARCHAR":
        columns["reasons"] = "stg.why(reasons is not null, 'worded', value := reasons) as reasons"
    listed = ", ".join(columns.values())
    con.execute(f"create or replace temp table delta as select {listed} from {source}")  # noqa: S608


def _apply(con: duckdb.DuckDBPyConnection, relation: _Relation, number: int) -> None:
    con.execute(
        statement("publish/apply", relation=relation.name, same=relation.same, number=str(number))
    )


def _store_publications(
    con: duckdb.DuckDBPyConnection, journal: Journal, publications: Sequence[Publication]
) -> None:
    """Fills `core.refreshes`, each publication with the last file received before it."""
    covered = [*_receipts_covered(journal), journal.last_receipt]
    names = {one.name for one in dataclasses.fields(Publication)} - _OF_THE_JOURNAL_ALONE
    con.execute("truncate core.refreshes")
    insert(
        con,
        "core.refreshes",
        [
            {
                "publication_no": number,
                "last_receipt": covered[number - 1],
                **{name: getattr(publication, name) for name in names},
            }
            for number, publication in enumerate(publications, start=1)
        ],
    )


def _receipts_covered(journal: Journal) -> list[int]:
    """The number of the last file received before each publication."""
    covered, last = [], 0
    for entry in journal.entries:
        if isinstance(entry, Receipt):
            last = entry.number
        elif isinstance(entry, Publication):
            covered.append(last)
    return covered


def _store_baselines(con: duckdb.DuckDBPyConnection, journal: Journal) -> None:
    """Fills `core.baselines`: for each month on record, the publication that recorded it last.

    It is the last one; of a month that was locked then, the one it was locked at.
    """
    numbers = {one.run_id: number for number, one in enumerate(journal.publications, start=1)}
    locked = journal.until_last_publication().locked_months()
    con.execute("truncate core.baselines")
    con.execute(
        "insert into core.baselines select distinct months.report_month, refreshes.publication_no, "
        "refreshes.published_at, refreshes.last_receipt from record.headline_indicators as months "
        # Not the first by number: of a table that was emptied and filled again that may be none
        # (DuckDB 2.0).
        "cross join core.refreshes where publication_no = ?",
        [len(numbers)],
    )
    for month, lock in locked.items():
        con.execute(
            "update core.baselines set publication_no = refreshes.publication_no, published_at = "
            "refreshes.published_at, last_receipt = refreshes.last_receipt from core.refreshes "
            "where baselines.report_month = ? and refreshes.publication_no = ?",
            [month, numbers[lock.run_id]],
        )


def _file(folder: Path, name: str) -> str:
    return sql_text(folder / f"{name}.parquet")
