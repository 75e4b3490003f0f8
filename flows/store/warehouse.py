"""The warehouse folder and the private working database in it: its tables and its lock.

The database is a function of the archive and the journal and can be thrown away; `core` holds
what is known of submissions, `rows` the rows of every version, one table per return.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import functools
import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

import schemas
from flows.ground.durable import (
    GROUP,
    MIB,
    OWN,
    PUBLIC,
    admit,
    causes,
    is_disk_full,
    plain_modes,
    room_on,
    writing,
)
from flows.ground.errors import BusyError, DamageError, FaultError, WarehouseError
from flows.ground.memory import DEFAULT_MIB, shares_of
from flows.store.at_hand import AtHand
from flows.store.statements import SQL, ran_by, sql_text, statement
from flows.store.unanswered import Unanswered
from schemas.indicators import INDICATORS

# What a statement fails with whatever the file is like: by what it says, or by what it says of the rows.
_FAULTS = (
    duckdb.ProgrammingError,
    duckdb.NotSupportedError,
    duckdb.DataError,
    duckdb.IntegrityError,
)
LOG = logging.getLogger("guoban")
# Under which key the hash of the tables' definitions is remembered.
_TABLES = "tables"
_DAMAGED = "damaged-"
_COPY, _COPY_SECONDS = "guoban-copy-", 24 * 60 * 60
_SOME_ROOM = 64 * MIB


def is_in_use(error: duckdb.Error) -> bool:
    """Whether the database can't be opened because another program, or this one, has it open.

    The message begins with what DuckDB says, whatever stands in the path behind it.
    """
    return isinstance(error, duckdb.ConnectionException) or (
        isinstance(error, duckdb.IOException)
        and str(error).startswith("IO Error: Could not set lock on file ")
    )


def is_damage(error: Exception) -> bool:
    """Whether the error came of the working database, so that another one may do better."""
    return any(
        isinstance(one, duckdb.Error)
        and not isinstance(one, duckdb.OutOfMemoryException | duckdb.InterruptException)
        and not is_in_use(one)
        for one in causes(error)
    ) and not is_disk_full(error)


def is_fault(error: Exception) -> bool:
    """Whether the error came of a statement, not of the file that it is asked over.

    It may be of another version, or hold what it should not: one made anew may do better. Where that
    fails alike, guoban is at fault, or how it is installed: a module is missing that DuckDB asks for.
    """
    return any(isinstance(one, _FAULTS) for one in causes(error))


def fault_of(error: Exception) -> FaultError:
    """What is said of a statement that fails whatever the working database holds."""
    (of_duckdb,) = [one for one in causes(error) if isinstance(one, _FAULTS)][-1:]
    place, why = ran_by(of_duckdb), next(iter(str(of_duckdb).splitlines()), "")
    LOG.error("%s fails: %s", place, of_duckdb)
    return FaultError(
        f"guoban itself is at fault, or how it is installed, not what was filed: {place} fails ({why}). "
        "What was published stands. Install the pinned packages again (make refresh, or install.sh "
        "from the kit); if it fails alike, report this line and logs/guoban.jsonl",
        f"guoban程序自身或其安装有误，与报送的内容无关：{place}出错（{why}）。已发布的数字不变。"
        "请按锁定清单重新安装软件包（make refresh，离线的用安装包的install.sh）；仍然出错的，"
        "请把这一行和logs/guoban.jsonl交给维护者",
    )


@dataclass(frozen=True)
class Warehouse:
    """The folders below the warehouse folder; nothing is written anywhere else."""

    folder: Path
    memory_mib: int = shares_of(DEFAULT_MIB).database
    """What the database may hold in memory; the rest goes to a file below the folder."""

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
    def releases(self) -> Path:
        return self.folder / "releases"

    @property
    def unanswered(self) -> Unanswered:
        return Unanswered(self.folder / "work" / "unanswered")

    @property
    def at_hand(self) -> AtHand:
        return AtHand(self.folder / "work" / "at-hand")

    @property
    def replies(self) -> Path:
        return self.folder / "replies"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the one writer's lock; the system frees it when the process ends, however.

        Raises BusyError where another refresh holds it; what fails meanwhile for want of room on
        the disk is a DiskFullError.
        """
        with self._writing(), plain_modes():
            self.working_database.parent.mkdir(parents=True, exist_ok=True)
            lock = self.working_database.parent / "lock"
            handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            with self._writing():
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as error:
                    raise BusyError(
                        f"another refresh is at work in {self.folder}; try again when it has "
                        "finished",
                        f"另一次刷新正在使用{self.folder}，请等它结束后再试",
                    ) from error
            with plain_modes(), room_on(self.folder, self.needed):
                yield
        finally:
            os.close(handle)

    def needed(self) -> int:
        """About how many bytes a refresh writes: the database and a release anew, and some more."""
        sizes = [_SOME_ROOM]
        for path in (self.working_database, self.folder / "current" / "guoban.duckdb"):
            with contextlib.suppress(OSError):
                sizes.append(path.stat().st_size)
        return sum(sizes)

    def prepare(self, readers_gid: int | None = None) -> None:
        """Lets only whom it concerns into the folders; call it under `locked`.

        What departments filed and what was decided is the user's alone, replies also the readers'
        group's; releases are everybody's, or that group's where there is one. Raises
        WarehouseError where the folders can't be set so.
        """
        own = (self.archive, self.journal, self.working_database.parent, self.logs)
        with self._writing():
            for folder in own:
                admit(folder, OWN)
            admit(self.replies, OWN if readers_gid is None else GROUP, readers_gid)
            admit(self.releases, PUBLIC if readers_gid is None else GROUP, readers_gid)

    def sweep(self, now: dt.datetime) -> None:
        """Removes copies of the working database that were left by commands which were ended.

        A command has one for minutes; which of them still live nobody knows.
        """
        for left in self.working_database.parent.glob(f"{_COPY}*"):
            with contextlib.suppress(OSError):
                if now.timestamp() - left.stat().st_mtime > _COPY_SECONDS:
                    shutil.rmtree(left)

    def _writing(self) -> contextlib.AbstractContextManager[None]:
        return writing(self.folder, "the warehouse folder ")

    def open(self) -> duckdb.DuckDBPyConnection:
        """Opens the working database for writing, made anew where there is none or other code made it.

        Raises DamageError where it is damaged, BusyError where another program has it open. Call
        it under `locked`.
        """
        con = self._connect()
        with contextlib.ExitStack() as opened:
            opened.callback(con.close)
            if _is_of_this_version(con):
                opened.pop_all()
                return con
        self.throw_away()
        return self._connect()

    def throw_away(self) -> None:
        """Removes the working database: it holds nothing that archive and journal don't."""
        for file in self._files():
            file.unlink(missing_ok=True)

    def _connect(self) -> duckdb.DuckDBPyConnection:
        path = self.working_database
        try:
            con = duckdb.connect(str(path))
            try:
                return self._ready(con)
            except BaseException:
                # As long as it is open, whoever opens that path is given the same again.
                con.close()
                raise
        except duckdb.Error as error:
            if is_in_use(error):
                raise self._in_use() from error
            kind = DamageError if os.access(path, os.R_OK | os.W_OK) else WarehouseError
            raise kind(f"{path} can't be opened: {error}", f"{path}无法打开：{error}") from error

    def _files(self) -> list[Path]:
        """The working database and its log."""
        path = self.working_database
        return [path, path.with_name(f"{path.name}.wal")]

    def set_aside(self, now: dt.datetime) -> Path:
        """Keeps the damaged working database apart, for whoever looks into it; only the last one.

        It holds nothing that archive and journal don't: the next `open` makes it anew.
        """
        folder = self.working_database.parent
        for older in folder.glob(f"{_DAMAGED}*"):
            older.unlink()
        kept = folder / f"{_DAMAGED}{now:%Y%m%d-%H%M%S}.duckdb"
        for file, end in zip(self._files(), ("", ".wal"), strict=True):
            with contextlib.suppress(FileNotFoundError):
                file.rename(kept.with_name(kept.name + end))
        return kept

    def remember_fault(self, code: str) -> None:
        """Writes down that a working database made anew by this code fails in a statement, too."""
        with contextlib.suppress(OSError):
            self._fault.write_text(code, "utf-8")

    def has_fault(self, code: str) -> bool:
        """Whether it did, and none has worked since: then it is not made anew once more."""
        try:
            return self._fault.read_text("utf-8") == code
        except (OSError, ValueError):
            return False

    def forget_fault(self) -> None:
        """A working database has worked."""
        self._fault.unlink(missing_ok=True)

    @property
    def _fault(self) -> Path:
        return self.working_database.parent / "fault"

    def open_read_only(self) -> duckdb.DuckDBPyConnection:
        """Opens the working database for reading.

        Raises BusyError while a refresh has it, DamageError where it can't be read.
        """
        path = self.working_database
        try:
            con = duckdb.connect(str(path), read_only=True)
        except duckdb.Error as error:
            if is_in_use(error):
                raise self._in_use() from error
            raise DamageError(
                f"{path} can't be read; guoban refresh makes it anew: {error}",
                f"{path}无法读取，运行guoban refresh可重新生成：{error}",
            ) from error
        con.execute("set timezone = 'Asia/Shanghai'")
        return con

    def _in_use(self) -> BusyError:
        return BusyError(
            f"{self.working_database} is in use by a refresh or a check; try again when it has "
            "finished",
            f"刷新或检查正在使用{self.working_database}，请等它结束后再试",
        )

    def open_scratch(self) -> duckdb.DuckDBPyConnection:
        """An empty working database in memory; what memory can't hold goes below the folder."""
        return self._ready(duckdb.connect())

    def open_copy(self) -> duckdb.DuckDBPyConnection:
        """A copy of the working database, views included: what is done to it is never written.

        It is an open file without a name, and gone with the connection, or the process, however it
        ends. Raises BusyError while a refresh has the database.
        """
        with self.copied() as path:
            if path is None:
                return self.open_scratch()  # the next refresh makes it anew
            con = duckdb.connect(str(path))
        self._ready(con)
        # A transaction that is never committed leaves no log, for which there is no folder.
        return con.begin()

    @contextlib.contextmanager
    def copied(self) -> Iterator[Path | None]:
        """The file of a copy of the working database, as long as it is wanted.

        None where there is no database, it is damaged, or other code made it. Raises BusyError while
        a refresh has it.
        """
        stored = self.working_database
        with tempfile.TemporaryDirectory(
            prefix=_COPY,
            # Whoever may only read the warehouse may still check a file.
            dir=stored.parent if os.access(stored.parent, os.W_OK) else None,
        ) as folder:
            yield self._copied_to(Path(folder))

    def open_at(self, copy: Path) -> duckdb.DuckDBPyConnection:
        """A copy (`copied`) for writing."""
        return self._ready(duckdb.connect(str(copy)))

    def _copied_to(self, folder: Path) -> Path | None:
        stored = self.working_database
        if not stored.exists():
            return None
        try:
            held = duckdb.connect(str(stored), read_only=True)
        except duckdb.Error as error:
            if is_in_use(error):
                raise self._in_use() from error
            return None
        # Nobody writes to it while it is held.
        with contextlib.closing(held):
            if not _is_of_this_version(held):
                return None
            for path in stored.parent.glob(f"{stored.name}*"):
                shutil.copyfile(path, folder / path.name)
        return folder / stored.name

    def _ready(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        # What handing a few rows to threads costs is more than they save; see `use_all_cores`.
        con.execute("set threads = 1")
        con.execute(f"set memory_limit = '{self.memory_mib}MiB'")
        con.execute(f"set temp_directory = {sql_text(self.working_database.parent / 'spill')}")
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


def use_all_cores(con: duckdb.DuckDBPyConnection) -> None:
    """Lets queries run on as many threads as the process has cores: for whoever has many rows."""
    con.execute("reset threads")


@functools.cache
def tables_fingerprint() -> str:
    """A hash over what makes the tables: a database of other code is made anew."""
    digest = hashlib.sha256()
    for path in sorted(SQL.rglob("*.sql")):
        digest.update(path.read_bytes())
    declared = [(model.form().slug, model.duckdb_types()) for model in schemas.all_returns()]
    digest.update(repr((declared, INDICATORS)).encode())
    return digest.hexdigest()[:16]


def _is_of_this_version(con: duckdb.DuckDBPyConnection) -> bool:
    try:
        return recall(con, _TABLES) == tables_fingerprint()
    except duckdb.CatalogException:
        return False


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Makes the empty working database: `core`, and a table of rows for each return.

    `rows` has the rows of all versions. What is declared, what is on record and the views come
    with `settle.declared` and `store.views`.
    """
    con.begin()
    for schema in ("core", "record", "rows"):
        con.execute(f"create schema {schema}")
    con.execute(statement("tables/core"))
    remember(con, _TABLES, tables_fingerprint())
    for model in schemas.all_returns():
        columns = ", ".join(f"{name} {kind}" for name, kind in model.duckdb_types().items())
        con.execute(
            f"create table rows.{model.form().slug} (submission_id varchar, sheet varchar, "
            f"excel_row integer, own_key varchar, {columns})"
        )
    con.commit()


def recall(con: duckdb.DuckDBPyConnection, key: str) -> str | None:
    """A value that the working database remembers; None for none."""
    found = con.execute("select value from core.state where key = ?", [key]).fetchall()
    return found[0][0] if found else None


def remember(con: duckdb.DuckDBPyConnection, key: str, value: str) -> None:
    """Remembers a value under the key."""
    con.execute("delete from core.state where key = ?", [key])
    con.execute("insert into core.state values (?, ?)", [key, value])


def fetch_rows(
    con: duckdb.DuckDBPyConnection,
    query: str,
    parameters: Sequence[Any] | Mapping[str, Any] = (),
) -> list[dict[str, Any]]:
    """The query's rows by column name."""
    found = con.execute(query, parameters)
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
