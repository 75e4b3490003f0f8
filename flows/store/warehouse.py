"""The warehouse folder and the private working database in it: its tables and its lock.

The database is a function of the archive and the journal and can be thrown away; `core` holds
what is known of submissions, `rows` the rows of every version, one table per return.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

import schemas
from flows.ground.errors import BusyError, WarehouseError
from schemas.declare import Cycle, Return

LOG = logging.getLogger("guoban")
_CORE = """
create table core.state (key varchar, value varchar);
create table core.seen (path varchar, size bigint, modified_ns bigint, sha256 varchar);
create table core.submissions (
    submission_id varchar, receipt_no bigint, draft_no integer, refresh_no bigint,
    arrival_no bigint, file varchar, sha256 varchar,
    received_at timestamptz, modified_at timestamptz, return_name varchar, department varchar,
    report_month date, filed_on date, is_nil boolean, is_late boolean, is_sound boolean,
    is_locked_out boolean, is_overruled boolean, is_accepted boolean,
    filler varchar, checker varchar, head varchar, is_withdrawn boolean, status varchar,
    version integer, is_current boolean,
    rows_found bigint, rows_accepted bigint, rows_held bigint
);
create table core.findings (
    submission_id varchar, rule varchar, severity varchar, holds boolean, is_cross boolean,
    sheet varchar, cell varchar, excel_row integer, column_name varchar, field varchar,
    value varchar, message varchar, suggestion varchar, report_month date, department varchar,
    return_name varchar, explanation varchar, against varchar
);
create table core.columns (
    submission_id varchar, sheet varchar, field varchar, column_letter varchar, header varchar
);
create table core.decisions (
    row_key_a varchar, row_key_b varchar, is_same boolean, decided_at timestamptz, decided_by varchar
);
create table core.same_projects (project_id varchar, canonical_id varchar);
create table core.locks (
    report_month date, publication_no integer, locked_at timestamptz, locked_by varchar
);
create table core.refreshes (
    publication_no integer, run_id varchar, published_at timestamptz, guoban_version varchar,
    submissions_accepted bigint, submissions_rejected bigint
);
create table core.compared (submission_id varchar, replaced_id varchar);
create table core.version_changes (
    submission_id varchar, replaced_id varchar, return_name varchar, row_key varchar,
    field varchar, old_value varchar, new_value varchar, change varchar
);
create table core.explanations (
    submission_id varchar, rule varchar, return_name varchar, department varchar,
    report_month date, own_key varchar, field varchar, value varchar, explanation varchar
);
create table core.baselines (
    report_month date, publication_no integer, published_at timestamptz, last_receipt bigint,
    has_new_judge boolean, was_locked boolean
);
create table core.corrected (
    submission_id varchar, return_name varchar, report_month date, row_key varchar, field varchar,
    new_value varchar
);
create table core.figure_changes (
    publication_no integer, ordinal integer, report_month date, department varchar,
    indicator_code varchar, figure varchar, old_value decimal(38, 12), new_value decimal(38, 12),
    cause varchar, submission_id varchar
);
create table core.zone (
    zone_name varchar, large_project_cny decimal(20, 4), talk_project_cny decimal(20, 4),
    major_project_cny decimal(20, 4), major_counts varchar, talk_rate_by varchar,
    time_basis varchar, secretary_project varchar, campaign_name varchar,
    campaign_starts_on date, campaign_ends_on date
);
create table core.indicators (
    indicator_code varchar, indicator_name varchar, unit varchar, ordinal integer,
    has_target boolean
);
create table core.departments (department varchar, ordinal integer);
create table core.owed (department varchar, return_name varchar, from_month date);
create table core.personal_fields (return_name varchar, field varchar);
create table core.months (report_month date);
create table core.due_dates (report_month date, due_on date);
create table core.returns (
    return_name varchar, number varchar, title varchar, ordinal integer, adds_up boolean
);
"""


# Under which key the hash of the tables' definitions is remembered.
_TABLES = "tables"
_SCHEMAS = ("core", "history", "rows", "filed", "accepted", "standing")
# What has been published: each row with the numbers of the publications from which and until
# which it stood. Their columns are those of the views that are published under the same names.
_HISTORY = """
create table history.headline_indicators (
    report_month date, department varchar, indicator_code varchar, indicator_name varchar,
    value decimal(38, 12), unit varchar, target_value decimal(28, 8),
    completion_pct decimal(38, 10), completion_pct_rounded bigint, is_past_half boolean,
    time_progress_pct decimal(38, 10), progress_gap_pp decimal(38, 10), rank bigint,
    is_complete boolean, note varchar, since_no integer, until_no integer
);
create table history.headline_candidates (
    report_month date, indicator_code varchar, department varchar, submission_id varchar,
    file varchar, sheet varchar, cell varchar, excel_row integer, row_key varchar,
    filed_month date, label varchar, amount_cny decimal(20, 4), contribution decimal(38, 12),
    unit varchar, is_counted boolean, reasons varchar, since_no integer, until_no integer
);
create table history.secondary_indicators (
    report_month date, indicator_code varchar, indicator_name varchar, value decimal(38, 12),
    unit varchar, note varchar, since_no integer, until_no integer
);
create table history.secondary_rows (
    report_month date, indicator_code varchar, department varchar, submission_id varchar,
    file varchar, sheet varchar, cell varchar, excel_row integer, row_key varchar, label varchar,
    contribution decimal(38, 12), unit varchar, is_counted boolean, reasons varchar,
    since_no integer, until_no integer
);
create table history.campaign (
    report_month date, starts_on date, ends_on date, elapsed_days bigint, remaining_days bigint,
    elapsed_pct decimal(38, 10), contracts_signed bigint, contract_value decimal(38, 12),
    since_no integer, until_no integer
);
create table history.submissions_in_force (
    submission_id varchar, return_name varchar, department varchar, report_month date,
    since_no integer, until_no integer
);
"""


@dataclass(frozen=True)
class Warehouse:
    """The folders below the warehouse folder; nothing is written anywhere else."""

    folder: Path

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    @property
    def working_database(self) -> Path:
        return self.folder / "work" / "guoban-work.duckdb"

    @property
    def replies(self) -> Path:
        return self.folder / "replies"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the one writer's lock; the system frees it when the process ends, however.

        Raises BusyError where another refresh holds it.
        """
        try:
            self.working_database.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.working_database.parent / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise WarehouseError(
                f"the warehouse folder {self.folder} can't be written: {error.strerror}",
                f"无法写入{self.folder}：{error.strerror}",
            ) from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BusyError(
                    f"another refresh is at work in {self.folder}; try again when it has finished",
                    f"另一次刷新正在使用{self.folder}，请等它结束后再试",
                ) from error
            yield
        finally:
            os.close(handle)

    def open(self) -> duckdb.DuckDBPyConnection:
        """Opens the working database for writing, made anew where there is none or it is damaged.

        Raises WarehouseError where it can't be opened. Call it under `locked`.
        """
        path = self.working_database
        try:
            try:
                con = _ready(duckdb.connect(str(path)))
            except duckdb.Error as error:
                if "lock" in str(error) or not os.access(path, os.R_OK | os.W_OK):
                    raise
                LOG.warning("%s is damaged and made anew: %s", path, error)
                con = None
            if con is None or not _is_of_this_version(con):
                # It holds nothing that archive and journal don't.
                if con is not None:
                    con.close()
                for file in (path, path.with_name(f"{path.name}.wal")):
                    file.unlink(missing_ok=True)
                con = _ready(duckdb.connect(str(path)))
        except duckdb.Error as error:
            raise WarehouseError(
                f"{path} can't be opened: {error}", f"{path}无法打开：{error}"
            ) from error
        return con

    def open_read_only(self) -> duckdb.DuckDBPyConnection:
        """Opens the working database for reading. Raises BusyError while a refresh has it."""
        try:
            con = duckdb.connect(str(self.working_database), read_only=True)
        except duckdb.Error as error:
            raise self._in_use() from error
        con.execute("set timezone = 'Asia/Shanghai'")
        return con

    def _in_use(self) -> BusyError:
        return BusyError(
            f"{self.working_database} is in use by a refresh; try again when it has finished",
            f"刷新正在使用{self.working_database}，请等它结束后再试",
        )

    def open_scratch(self) -> duckdb.DuckDBPyConnection:
        """An empty working database in memory; what memory can't hold goes below the folder."""
        con = duckdb.connect()
        con.execute(f"set temp_directory = {sql_text(self.working_database.parent / 'spill')}")
        return _ready(con)

    def open_copy(self) -> duckdb.DuckDBPyConnection:
        """A copy of the working database in memory: what is done to it is never written."""
        con = self.open_scratch()
        if self.working_database.exists():
            try:
                con.execute(f"attach {sql_text(self.working_database)} as stored (read_only)")
            except duckdb.Error as error:
                raise self._in_use() from error
            is_usable = con.execute(
                "select count(*) from stored.core.state where key = ? and value = ?",
                [_TABLES, tables_fingerprint()],
            ).fetchall()
            for schema, table in _tables(con) if is_usable == [(1,)] else []:
                con.execute(f"truncate {schema}.{table}")
                con.execute(f"insert into {schema}.{table} by name from stored.{schema}.{table}")
            con.execute("detach stored")
        return con


def sql_text(value: object) -> str:
    """The value's text as SQL writes it, for statements that take no parameters."""
    return "'" + str(value).replace("'", "''") + "'"


@functools.cache
def tables_fingerprint() -> str:
    """A hash over what makes the tables and views here: a database of other code is made anew."""
    declared = [(model.form(), model.duckdb_types()) for model in schemas.all_returns()]
    digest = hashlib.sha256(Path(__file__).read_bytes())
    digest.update(
        repr([(form.slug, form.cycle, form.key, types) for form, types in declared]).encode()
    )
    return digest.hexdigest()[:16]


def _is_of_this_version(con: duckdb.DuckDBPyConnection) -> bool:
    try:
        stored = con.execute("select value from core.state where key = ?", [_TABLES]).fetchall()
    except duckdb.CatalogException:
        return False
    return stored == [(tables_fingerprint(),)]


def _tables(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return con.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = current_database() and schema_name in ('core', 'history', 'rows')"
    ).fetchall()


def _ready(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    con.execute("set timezone = 'Asia/Shanghai'")
    con.execute("set enable_progress_bar = false")
    # Nothing is downloaded at run time, and no SQL reaches outside the databases.
    con.execute("set autoinstall_known_extensions = false")
    con.execute("set autoload_known_extensions = false")
    exists = con.execute(
        "select 1 from duckdb_schemas() where schema_name = 'core' "
        "and database_name = current_database()"
    ).fetchall()
    if not exists:
        create_tables(con)
    return con


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Makes the empty working database: `core`, `history`, and what every return has.

    `rows` holds all versions, `filed` the current ones, `accepted` those that are not held back,
    `standing` the entries of ledgers that stand in a month.
    """
    for schema in _SCHEMAS:
        con.execute(f"create schema {schema}")
    con.execute(_CORE)
    con.execute(_HISTORY)
    con.execute("insert into core.state values (?, ?)", [_TABLES, tables_fingerprint()])
    for model in schemas.all_returns():
        _create_return(con, model)


def _create_return(con: duckdb.DuckDBPyConnection, model: type[Return]) -> None:
    """The table and the two views of one return, from its declaration."""
    form = model.form()
    columns = ", ".join(f"{name} {kind}" for name, kind in model.duckdb_types().items())
    con.execute(
        f"create table rows.{form.slug} (submission_id varchar, sheet varchar, "
        f"excel_row integer, own_key varchar, {columns})"
    )
    newest = ""
    if form.cycle is Cycle.CUMULATIVE:
        # Every file adds up: of the rows with one key, the latest received stands. One that rules
        # inside its file hold back takes no other's place.
        unsound = (
            "exists (select 1 from core.findings as f where f.holds and not f.is_cross "
            "and f.submission_id = r.submission_id and f.sheet = r.sheet "
            "and f.excel_row = r.excel_row)"
        )
        newest = (
            f"qualify row_number() over (partition by {', '.join('r.' + k for k in form.key)} "
            f"order by {unsound}, s.refresh_no desc, s.filed_on desc, s.modified_at desc, s.file desc, "
            "r.excel_row desc) = 1"
        )
        current = "s.is_accepted and not s.is_withdrawn"
    else:
        current = "s.is_current"
    con.execute(
        f"create view filed.{form.slug} as select r.* from rows.{form.slug} as r "  # noqa: S608
        f"join core.submissions as s using (submission_id) where {current} {newest}"
    )
    con.execute(
        f"create view accepted.{form.slug} as select r.* from filed.{form.slug} as r "  # noqa: S608
        "anti join (select distinct submission_id, sheet, excel_row from core.findings "
        "where holds) as held using (submission_id, sheet, excel_row)"
    )
    if form.cycle is Cycle.LEDGER:
        # A later month's row of a key replaces the earlier one, within a month the one received
        # later; a row stands until then, or until its year ends. `stands_in` is the month it is
        # told for.
        key = ", ".join(f"r.{name}" for name in model.own_key())
        con.execute(
            f"create view standing.{form.slug} as with spans as ("  # noqa: S608
            "select r.*, lead(r.report_month) over (partition by year(r.report_month), "
            f"{key} order by r.report_month, s.refresh_no, s.filed_on nulls first, s.file, r.sheet, "
            f"r.excel_row) as replaced_from from accepted.{form.slug} as r "
            "join core.submissions as s using (submission_id)) "
            "select m.report_month as stands_in, spans.* exclude (replaced_from) "
            "from core.months as m join spans "
            "on year(m.report_month) = year(spans.report_month) "
            "and m.report_month >= spans.report_month "
            "and (m.report_month < spans.replaced_from or spans.replaced_from is null)"
        )
